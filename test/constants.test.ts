import { describe, expect, it } from 'vitest';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { projectRoot } from './sourceFiles.js';

const module: unknown = await import(pathToFileURL(join(projectRoot, 'scripts/lib/constants.mjs')).href);
const { keepConstants } = module as { readonly keepConstants: (text: string) => string };

describe('the constants of a bundle', () => {
  const cases = [
    { name: 'a number', from: 'var SHIFT = 3;', to: 'const SHIFT = 3;' },
    { name: 'a negative number', from: 'var NONE = -1;', to: 'const NONE = -1;' },
    { name: 'a number of another', from: 'var TOP = SUMMARY + 32;', to: 'const TOP = SUMMARY + 32;' },
    { name: 'a table', from: 'var Kind = { ADD: 0, TAKE: 1 };', to: 'const Kind = { ADD: 0, TAKE: 1 };' },
    {
      name: 'use and comparison',
      from: 'var A = 1;\nf(A === 1 && x <= A, () => A);',
      to: 'const A = 1;\nf(A === 1 && x <= A, () => A);',
    },
  ];
  for (const { name, from, to } of cases) it(`keeps ${name}`, () => expect(keepConstants(from)).toBe(to));

  const left = ['Count = 5', 'Count += 1', 'Count >>>= 1', 'Count ??= 1', 'Count++', '++Count', 'if (Count = f()) g()'];
  for (const text of left) {
    it(`leaves alone what is assigned again: ${text}`, () => {
      expect(keepConstants(`var Count = 0;\nfunction f() {\n  ${text};\n}`)).toContain('var Count = 0;');
    });
  }

  it('leaves alone what is not at the top, has no value yet, or reads itself', () => {
    const text = '  var A = 1;\nvar B;\nvar C = ((C2) => C2)(C || {});\nvar count = 0;\nvar D = f();';
    expect(keepConstants(text)).toBe(text);
  });
});
