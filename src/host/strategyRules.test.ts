import { describe, expect, it } from 'vitest';
import { findRuleFaults } from './strategyRules.js';

const found = (text: string): string[] =>
  findRuleFaults('My.ts', text).map(({ line, column, message }) => `${line}:${column} ${message.split(':')[0] ?? ''}`);

describe('the rules of strategy code (K4)', () => {
  const refused: readonly [string, string][] = [
    ['const now = Date.now();', '1:13 Date is not for strategies'],
    ['\n  const d = new Date();', '2:17 Date is not for strategies'],
    ['const r = Math.random();', '1:11 Math.random is not for strategies'],
    ['const m = Math;', '1:11 Math as a value is not for strategies'],
    ["const r = Math['random']();", '1:11 Math as a value is not for strategies'],
    ['const { random } = Math;', '1:20 Math as a value is not for strategies'],
    ['setTimeout(() => 1, 10);', '1:1 setTimeout is not for strategies'],
    ['performance.now();', '1:1 performance is not for strategies'],
    ['const e = process.env.HOME;', '1:11 process is not for strategies'],
    ['console.log(1);', '1:1 console is not for strategies'],
    ["globalThis['Date'].now();", '1:1 globalThis is not for strategies'],
    ["fetch('https://example.org');", '1:1 fetch is not for strategies'],
    ["const f = new Function('return 1');", '1:15 Function is not for strategies'],
    ["const fs = require('fs');", '1:12 require is not for strategies'],
    ["const fs = import('./x.js');", '1:12 import() is not for strategies'],
    ['class A { async onBar() {} }', '1:11 async is not for strategies'],
    ['const f = async () => 1;', '1:11 async is not for strategies'],
    ['const u = import.meta.url;', '1:11 import.meta is not for strategies'],
    ['const o = { Date };', '1:13 Date is not for strategies'],
    ['const x = { now: Date };', '1:18 Date is not for strategies'],
  ];
  it.each(refused)('refuse %s', (text, fault) => {
    expect(found(text)).toEqual([fault]);
  });

  const allowed: readonly string[] = [
    'const x = Math.max(1, Math.log(2));',
    'const process = 1; const y = process + 1;',
    'function f(performance: number) { return performance; }',
    'const o = { Date: 1 }; o.Date;',
    'interface A { Date: Date }',
    'type Later = Promise<number>;',
    'class A { fetch() { return this.fetch; } }',
    "const text = 'Date.now()'; // Date.now()",
    'const cross = this.fast.crossedAbove(this.slow);',
  ];
  it.each(allowed)('allow %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});
