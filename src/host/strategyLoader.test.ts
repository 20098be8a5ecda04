import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import * as library from '../index.js';
import { Strategy } from '../strategies/Strategy.js';
import { importStrategy } from './importStrategy.js';
import { LIBRARY } from './strategyLibrary.js';
import { loadStrategy } from './strategyLoader.js';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'papertape-loader-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const dataDir = (): string => join(cwd, 'data');
const write = (name: string, text: string): string => {
  mkdirSync(join(cwd, name, '..'), { recursive: true });
  writeFileSync(join(cwd, name), text);
  return `./${name}`;
};
const load = (name: string) => loadStrategy(name, { cwd, dataDir: dataDir() });

async function failure(name: string): Promise<PapertapeError> {
  const thrown: unknown = await load(name).catch((error: unknown) => error);
  if (thrown instanceof PapertapeError) return thrown;
  throw new Error(`expected a PapertapeError, got ${String(thrown)}`);
}

const GOOD = `import { Strategy, param, type Bar, type Context } from 'papertape';
import { threshold } from './lib/threshold.js';
import type { Level } from './lib/level.js';

const params = { length: param.int({ default: 5, min: 2, max: 50 }) };

export default class Good extends Strategy.with(params) {
  static override subscribe = { symbols: ['SPY'], timeframe: '1m', warmUp: 'auto' };
  private average = this.sma(this.p.length);
  private level: Level = threshold;

  override onBar(bar: Bar, ctx: Context): void {
    if (bar.close > this.average.value + this.level) ctx.enterLong(bar.symbol, { reason: 'above' });
  }
}
`;

describe('loadStrategy', () => {
  beforeAll(() => {
    write('lib/threshold.ts', 'export const threshold = 0.5;\n');
    write('lib/level.ts', 'export type Level = number;\n');
  });

  it('gives a built-in strategy by its name', async () => {
    const { name, file, bundle, hash } = await load('sma-cross');
    expect({ name, file, bundle }).toEqual({ name: 'sma-cross', file: undefined, bundle: undefined });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('loads a file with its own imports as a class of the running program', async () => {
    const loaded = await load(write('Good.ts', GOOD));
    expect(loaded.strategyClass.name).toBe('Good');
    expect(loaded.strategyClass.prototype).toBeInstanceOf(Strategy);
    expect(loaded.strategyClass.params).toMatchObject({ length: { type: 'int', default: 5 } });
    expect(loaded.file).toBe(join(cwd, 'Good.ts'));
    const again = await importStrategy(loaded.bundle ?? '', 'Good.ts');
    expect(again).toBe(loaded.strategyClass);
  });

  it('defines class fields, as ECMAScript does', async () => {
    const file = write(
      'fields/Fields.ts',
      `import { Strategy } from 'papertape';
class Own {
  first = Object.keys(this).length;
  later?: number;
  last = Object.keys(this).join('-');
}
export default class Fields extends Strategy.with({}) {
  static override description = new Own().last;
}
`,
    );
    expect((await load(file)).strategyClass.description).toBe('first-later');
  });

  it('identifies a strategy by its sources, wherever they lie', async () => {
    const here = await load(write('same/A.ts', GOOD.replaceAll('./lib/', '../lib/')));
    const there = await load(write('copy/A.ts', GOOD.replaceAll('./lib/', '../lib/')));
    const other = await load(write('other/A.ts', GOOD.replaceAll('./lib/', '../lib/').replace('above', 'over')));
    expect(there.hash).toBe(here.hash);
    expect(other.hash).not.toBe(here.hash);
    expect(readFileSync(here.bundle ?? '', 'utf8').replace(/^\/\/# sourceMappingURL=.*/m, '')).not.toContain(cwd);
  });

  it('identifies a strategy behind a link by what it points to', async () => {
    const source = GOOD.replaceAll('./lib/', './own/');
    for (const release of ['releases/1', 'more/releases/2']) {
      write(`${release}/own/threshold.ts`, 'export const threshold = 0.5;\n');
      write(`${release}/own/level.ts`, 'export type Level = number;\n');
      write(`${release}/Linked.ts`, source);
    }
    const direct = await load('./releases/1/Linked.ts');
    const hashOf = async (target: string): Promise<string> => {
      rmSync(join(cwd, 'Current.ts'), { force: true });
      symlinkSync(join(cwd, target), join(cwd, 'Current.ts'));
      return (await load('./Current.ts')).hash;
    };
    expect(await hashOf('releases/1/Linked.ts')).toBe(direct.hash);
    expect(await hashOf('more/releases/2/Linked.ts')).toBe(direct.hash);
    write('more/releases/2/Linked.ts', source.replace('above', 'over'));
    expect(await hashOf('more/releases/2/Linked.ts')).not.toBe(direct.hash);
  });

  it('sees a change of a file that only gives types', async () => {
    const file = write('Typed.ts', GOOD.replaceAll('./lib/', './typed/'));
    write('typed/threshold.ts', 'export const threshold = 0.5;\n');
    write('typed/level.ts', 'export type Level = number;\n');
    await load(file);
    write('typed/level.ts', 'export type Level = string;\n');
    expect((await failure(file)).message).toContain("Type 'number' is not assignable to type 'string'.");
  });

  it('says of a field with the name of its indicator that it needs another one, and what else is wrong', async () => {
    const fields = '  private rsi = this.rsi(14);\n  readonly atr = this.atr(14);\n  private length: number = "ten";\n';
    const head = "import { Strategy } from 'papertape';\n\nexport default class Own extends Strategy.with({}) {\n";
    const source = `${head}${fields}}\n`;
    const { message } = await failure(write('Own.ts', source));
    expect(message).toContain('has 3 errors');
    expect(message).toContain(
      'Own.ts:4:11  rsi is a method of Strategy: give the field another name, such as rsiLine = this.rsi(…).',
    );
    expect(message).toContain('Own.ts:5:12  atr is a method of Strategy');
    expect(message).toContain("Own.ts:6:11  Type 'string' is not assignable to type 'number'.");
  });

  it('gives strategies nothing that the package does not export', () => {
    expect(library).toMatchObject(LIBRARY);
  });

  const body = (text: string): string => GOOD.replace('    if (bar.close', `    ${text}\n    if (bar.close`);
  const mistakes: readonly [string, string, readonly string[]][] = [
    [
      'a syntax error',
      body('const x = ;'),
      ['Broken.ts:13:15  Unexpected ";".', '  13 |     const x = ;', '     |               ^'],
    ],
    [
      'a type error',
      body('const x: number = bar.symbol;'),
      [
        "Broken.ts:13:11  Type 'string' is not assignable to type 'number'.",
        '  13 |     const x: number = bar.symbol;',
        '     |           ^',
      ],
    ],
    [
      'a misspelt indicator',
      GOOD.replace('this.sma', 'this.smaa'),
      ["Broken.ts:9:26  Property 'smaa' does not exist on type 'Good'. Did you mean 'sma'?\n"],
    ],
    ['a clock', body('const now = Date.now();'), ['Broken.ts:13:17  Date is not for strategies: use ctx.now']],
    ['a package', `import _ from 'lodash';\n${GOOD}`, ['Broken.ts:1:15  A strategy may not import the package lodash']],
    ['node', `import fs from 'node:fs';\n${GOOD}`, ['Broken.ts:1:16  A strategy may not use node:fs']],
    [
      'a missing file',
      `import { a } from './nothing.js';\n${GOOD}`,
      ["Broken.ts:1:19  Cannot find module './nothing.js'"],
    ],
    ['no default export', GOOD.replace('export default class', 'export class'), ['Broken.ts has no default export']],
    ['another default export', 'export default 7;\n', ['Broken.ts exports by default something else']],
    ['a throw', `throw new Error('too early');\n`, ['Broken.ts failed while it was loaded: too early']],
  ];
  it.each(mistakes)('refuses a file with %s and says where', async (_, text, expected) => {
    const error = await failure(write('Broken.ts', text));
    expect(error.code).toBe('STRATEGY_INVALID');
    expect(error.remedy).toBeDefined();
    for (const part of expected) expect(error.message).toContain(part);
  });

  const unknown: readonly [string, string][] = [
    ['sma-cros', 'Did you mean sma-cross?'],
    ['SmaCross2000Turbo', 'Built in: sma-cross'],
    ['Good', 'Did you mean ./Good.ts?'],
    ['./good.tsx', 'Did you mean Good.ts?'],
    ['./nowhere/Good.ts', 'Built in: sma-cross'],
  ];
  it.each(unknown)('does not know %s', async (name, remedy) => {
    const error = await failure(name);
    expect(error.code).toBe('STRATEGY_UNKNOWN');
    expect(error.message).toContain(name);
    expect(error.remedy).toContain(remedy);
  });

  it('cannot read a folder', async () => {
    write('folder.ts/x', '');
    expect(await failure('./folder.ts')).toMatchObject({
      code: 'STRATEGY_INVALID',
      message: expect.stringContaining('./folder.ts'),
    });
  });
});
