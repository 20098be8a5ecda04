/** `papertape check` as a user runs it: strategy files, exit codes, the JSON document, another process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECK_NAMES } from '../../src/analytics/check/CheckReport.js';
import { SeededRandom } from '../../src/utils/random.js';
import { datesOf } from '../check/checkRig.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

const folder = mkdtempSync(join(tmpdir(), 'papertape-check-'));
const closes: number[] = [];
const RANGE = ['--symbols', 'AAA', '--from', '2013-01-02', '--to', '2013-03-28', '--cuts', '4'];

interface CheckDocument {
  readonly verdict: string;
  readonly checks: readonly { readonly check: string; readonly verdict: string; readonly sentence: string }[];
}

function strategy(name: string, body: string, before = ''): string {
  const file = `${name}.ts`;
  const text = [
    "import { Strategy, type Bar, type Context } from 'papertape';",
    before,
    `export default class ${name} extends Strategy.with({}) {`,
    "  static override subscribe = { symbols: ['AAA'], timeframe: '1d', warmUp: 'auto' };",
    body,
    '}',
  ];
  writeFileSync(join(folder, file), `${text.join('\n')}\n`);
  return `./${file}`;
}

async function checked(file: string): Promise<{ readonly code: number; readonly document: CheckDocument }> {
  const { code, stdout } = await runPapertape(['check', file, ...RANGE, '--json'], { cwd: folder });
  return { code, document: JSON.parse(stdout) as CheckDocument };
}

const verdictOf = (document: CheckDocument, name: string) => document.checks.find(({ check }) => check === name);

beforeAll(async () => {
  await buildProgram();
  const random = new SeededRandom(3);
  let price = 50;
  const rows = datesOf('2012-01-03', '2013-03-28').map((date) => {
    const open = price;
    price = Math.max(5, Math.round(price * (1 + 0.02 * random.normal()) * 100) / 100);
    closes.push(price);
    return [date, open, Math.max(open, price) + 0.1, Math.min(open, price) - 0.1, price, 1_000_000].join(',');
  });
  writeFileSync(join(folder, 'AAA.csv'), ['date,open,high,low,close,volume', ...rows].join('\n'));
  await runPapertape(['data', 'import', 'AAA.csv', '--timeframe', '1d'], { cwd: folder });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('papertape check', () => {
  it('passes an honest strategy, for people and as a document', async () => {
    const file = strategy(
      'Honest',
      `private mean = this.sma(5);
       override onBar(bar: Bar, ctx: Context): void {
         if (bar.close < this.mean.value) ctx.enterLong(bar.symbol, { reason: 'below' });
         else ctx.exit(bar.symbol, { reason: 'above' });
       }`,
    );
    const { code, stdout, stderr } = await runPapertape(['check', file, ...RANGE], { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/PASS {2}look-ahead +No decision changed/);
    // Sentences go on below where they begin; 100 columns where nobody's terminal says otherwise.
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(stdout.replaceAll(/\n {23}/g, ' ')).toMatch(
      /in another process, with time zone Pacific\/Apia and locale tr_TR.UTF-8, it came out the same/,
    );
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}(?:PASS|WARN|FAIL|SKIP) {2}(\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual([...CHECK_NAMES]);
  });

  it('fails one that reads the time zone of the machine behind the back of the rules', async () => {
    const file = strategy(
      'Local',
      `override onBar(bar: Bar, ctx: Context): void {
         const hour: number = make('t', 'return new Date(t).getHours()')(bar.time / 1000);
         if (hour < 12 === bar.close > bar.open) ctx.enterLong(bar.symbol, { reason: 'morning and up' });
         else ctx.exit(bar.symbol, { reason: 'else' });
       }`,
      'const make: any = (() => 0).constructor;',
    );
    const { code, document } = await checked(file);
    expect(code).toBe(1);
    expect(verdictOf(document, 'determinism')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('In another process'),
      evidence: { change: expect.stringContaining('Pacific/Apia') },
    });
  });

  it('fails one that brings a file of prices along', async () => {
    const known = closes.map((close) => ({ close, volume: 7 }));
    writeFileSync(join(folder, 'known.json'), JSON.stringify(known));
    const knowing = strategy(
      'Knowing',
      `override onBar(bar: Bar, ctx: Context): void {
         const at = known.findIndex(({ close }) => close === bar.close);
         if ((known[at + 1]?.close ?? 0) > bar.close) ctx.enterLong(bar.symbol, { reason: 'known' });
         else ctx.exit(bar.symbol, { reason: 'known' });
       }`,
      "import known from './known.json';",
    );
    const found = await checked(knowing);
    expect(found.code).toBe(1);
    expect(verdictOf(found.document, 'foreknowledge')).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('It brings the prices along'),
    });
  });

  it('tells of one that throws when and where, as backtest does', async () => {
    const file = strategy(
      'Breaks',
      `override onBar(bar: Bar, ctx: Context): void {
         if (ctx.equity > 0) throw new Error('broken on purpose');
       }`,
    );
    const range = RANGE.slice(0, -2);
    const checkedIt = await runPapertape(['check', file, ...range], { cwd: folder });
    const backtested = await runPapertape(['backtest', file, ...range], { cwd: folder });
    expect(checkedIt.code).toBe(1);
    expect(checkedIt.stderr).toContain('Breaks.ts failed at 2013-01-02 16:00');
    expect(checkedIt.stderr).toContain('broken on purpose');
    expect(checkedIt.stderr).toContain('Correct the strategy; it happened in Breaks.onBar at Breaks.ts:6:');
    expect(checkedIt.stderr).toBe(backtested.stderr);
  });
});
