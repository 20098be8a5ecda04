/** `papertape optimize`, `walk-forward` and `validate` as a user runs them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionsBetween } from '../../src/calendar/sessions.js';
import { formatDate, parseDate } from '../../src/calendar/tradingDate.js';
import { SeededRandom } from '../../src/utils/random.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-optimize-'));
  const random = new SeededRandom(21);
  let before = 10_000;
  const rows = sessionsBetween(parseDate('2011-01-03'), parseDate('2013-12-31')).map(({ date }) => {
    const after = Math.max(500, before + Math.round(120 * random.normal()) + 6);
    const [high, low] = [Math.max(before, after) + 15, Math.min(before, after) - 15];
    const row = [formatDate(date), ...[before, high, low, after].map((cents) => (cents / 100).toFixed(2)), '5000000'];
    before = after;
    return row.join(',');
  });
  writeFileSync(join(cwd, 'ACME.csv'), ['date,open,high,low,close,volume', ...rows].join('\n'));
  const imported = await runPapertape(['data', 'import', 'ACME.csv'], { cwd });
  if (imported.code !== 0) throw new Error(imported.stderr);
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const MARKET = ['sma-cross', '--symbols', 'ACME', '--timeframe', '1d', '--from', '2011-06-01', '--to', '2013-12-31'];
const SPACE = ['--param', 'fast=2:14:4', '--param', 'slow=10:50:20'];

interface SearchDocument {
  readonly search: string;
  readonly to: string;
  readonly runs: number;
  readonly best: { readonly params: Readonly<Record<string, number>>; readonly ledgerHash: string };
  readonly trials: readonly { readonly status: string; readonly ledgerHash?: string }[];
  readonly ledger: { readonly configurations: number; readonly runs: number };
  readonly holdout: { readonly from: string; readonly to: string } | null;
}

async function json<T>(args: readonly string[]): Promise<T> {
  const run = await runPapertape([...args, '--json'], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(run.stdout) as T;
}

describe('a search from the command line', () => {
  let found: SearchDocument;

  it('comes to the same with any number of workers, counts once, and leaves the holdout alone', async () => {
    const args = ['optimize', ...MARKET, ...SPACE, '--holdout', '20%', '--seed', '3'];
    found = await json<SearchDocument>([...args, '--workers', '1', '--report', 'search.html']);
    const again = await json<SearchDocument>([...args, '--workers', '2']);
    // fast=10 and fast=14 do not go with slow=10.
    expect(found.trials).toHaveLength(10);
    expect(again.trials).toEqual(found.trials);
    expect(again.best).toEqual(found.best);
    expect(found.ledger).toEqual({ configurations: 10, runs: 10 });
    expect(again.ledger).toEqual({ configurations: 10, runs: 20 });
    expect(found.holdout).toMatchObject({ to: '2013-12-31' });
    expect(found.to < (found.holdout?.from ?? '')).toBe(true);
    const page = readFileSync(join(cwd, 'search.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).toContain(`fast=${found.best.params['fast']} slow=${found.best.params['slow']}`);
  });

  it('has the fills of a backtest with the same parameters, which is no new configuration', async () => {
    const { fast, slow } = found.best.params;
    const args = MARKET.map((arg) => (arg === '2013-12-31' ? found.to : arg));
    const run = await json<{ run: { ledgerHash: string }; trials: { configurations: number } }>([
      'backtest',
      ...args,
      '--param',
      `fast=${fast}`,
      '--param',
      `slow=${slow}`,
    ]);
    expect(run.run.ledgerHash).toBe(found.best.ledgerHash);
    expect(run.trials.configurations).toBe(10);
  });

  it('is judged, and its holdout opened on purpose, which the second look is told', async () => {
    interface Judged {
      readonly overfitting: { readonly value: { readonly probability: number } };
      readonly reruns: { readonly value: { readonly prices: { readonly runs: number } } };
      readonly holdout: { readonly earlierLooks: readonly unknown[] } | null;
      readonly warnings: readonly string[];
      readonly ledger: { readonly configurations: number };
    }
    const judged = await json<Judged>(['validate', found.search, '--runs', '5', '--draws', '200']);
    expect(judged.holdout).toBeNull();
    expect(judged.overfitting.value.probability).toBeGreaterThanOrEqual(0);
    expect(judged.reruns.value.prices.runs).toBe(5);
    expect(judged.ledger.configurations).toBe(10);
    const told = await runPapertape(
      ['validate', found.search, '--runs', '2', '--draws', '100', '--report', 'luck.html', '--report', 'luck.json'],
      { cwd },
    );
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toContain('tells it again');
    expect(readFileSync(join(cwd, 'luck.html'), 'utf8')).toContain('Histories that nobody chose by');
    expect(JSON.parse(readFileSync(join(cwd, 'luck.json'), 'utf8'))).toMatchObject({
      format: 'papertape-validation-report',
      search: found.search,
    });
    const open = ['validate', found.search, '--runs', '0', '--draws', '100', '--open-holdout'];
    const first = await json<Judged>(open);
    expect(first.holdout?.earlierLooks).toEqual([]);
    expect(first.warnings).toEqual([]);
    const second = await json<Judged>(open);
    expect(second.holdout?.earlierLooks).toHaveLength(1);
    expect(second.warnings.join()).toContain('no longer unseen');
  });

  it('walks forward over days that the table shows, and warns that they were held out', async () => {
    const walk = ['walk-forward', ...MARKET, ...SPACE, '--train', '200d', '--test', '100d', '--search', 'random'];
    const run = await runPapertape([...walk, '--trials', '6', '--report', 'walk.html'], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('Outside of training');
    expect(run.stdout).toContain('! A search holds out ');
    expect(run.stdout).toMatch(/Buy and hold +[+−]?[\d.]+ % on the days outside of training/);
    const page = readFileSync(join(cwd, 'walk.html'), 'utf8');
    expect(page).toContain('Equity outside of training');
    expect(page).toContain('class="held"');
  });

  it('measures a walk against another symbol, which it refuses before it begins if the cache has none', async () => {
    const walk = [
      'walk-forward',
      ...MARKET,
      '--param',
      'fast=2:6:4',
      '--train',
      '400d',
      '--test',
      '200d',
      '--no-store',
    ];
    const missing = await runPapertape([...walk, '--benchmark', 'NONE'], { cwd });
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('bars of the benchmark NONE');
    const told = await json<{
      readonly dates: readonly number[];
      readonly equity: readonly number[];
      readonly benchmark: { readonly symbol: string; readonly equity: readonly number[]; readonly totalReturn: number };
    }>([...walk, '--benchmark', 'ACME']);
    expect(told.benchmark.symbol).toBe('ACME');
    expect(told.benchmark.equity).toHaveLength(told.dates.length);
    expect(told.equity).toHaveLength(told.dates.length);
    expect((told.benchmark.equity.at(-1) ?? NaN) / 100_000 - 1).toBeCloseTo(told.benchmark.totalReturn, 9);
  });

  it('says in its document why a score or figure says nothing', async () => {
    interface Told {
      readonly unsupported: { readonly score: string | null; readonly statistics: Readonly<Record<string, string>> };
    }
    const few = ['optimize', 'sma-cross', '--symbols', 'ACME', '--timeframe', '1d', '--param', 'fast=2:4:2'];
    const args = [...few, '--param', 'slow=8', '--from', '2013-11-04', '--to', '2013-11-27', '--objective', 'sharpe'];
    const { best, trials } = await json<{ readonly best: Told; readonly trials: readonly Told[] }>(args);
    expect(best.unsupported.score).toMatch(/^it takes 20 daily returns, there are 1\d$/);
    // One of both never trades.
    const still = 'the returns do not vary, or are fewer than two';
    expect(new Set(trials.map(({ unsupported }) => unsupported.score))).toEqual(
      new Set([best.unsupported.score, still]),
    );
    expect(Object.keys(best.unsupported.statistics)).not.toContain('sharpe');
  });

  it('says that nothing was traded, instead of days that lost nothing', async () => {
    const walk = [
      'walk-forward',
      ...MARKET,
      '--param',
      'fast=2:6:4',
      '--train',
      '400d',
      '--test',
      '200d',
      '--no-store',
    ];
    const args = [...walk, '--constraint', 'trades>=100000', '--report', 'cash.html'];
    const run = await runPapertape(args, { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/Luck +n\/a: nothing traded outside of training/);
    expect(run.stdout).toMatch(/ 1 .* in cash +n\/a +in cash +n\/a\n/);
    expect(run.stdout).not.toContain('lost money');
    const page = readFileSync(join(cwd, 'cash.html'), 'utf8');
    expect(page).toContain('n/a (nothing traded)');
    expect(page).not.toMatch(/NaN|lost money/);
  });

  it('is kept as runs are: listed, shown, written again and removed', async () => {
    interface Listed {
      readonly runs: readonly { readonly number: number; readonly kind: string; readonly state: string }[];
    }
    const { runs } = await json<Listed>(['runs', 'ls']);
    expect(runs[0]).toMatchObject({ kind: 'walk-forward', state: 'done' });
    expect(new Set(runs.map(({ kind }) => kind))).toEqual(new Set(['backtest', 'walk-forward', 'validation']));
    const walk = String(runs[0]?.number);
    const shown = await runPapertape(['runs', 'show', walk, '--report', 'again.html'], { cwd });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/Efficiency[\s\S]*Return after/);
    expect(readFileSync(join(cwd, 'again.html'), 'utf8')).toBe(readFileSync(join(cwd, 'walk.html'), 'utf8'));
    const judged = runs.find(({ kind }) => kind === 'validation')?.number ?? 0;
    const verdict = await runPapertape(['runs', 'show', String(judged)], { cwd });
    expect(verdict.stdout).toMatch(/Deflated Sharpe +\S+ % +at least 95 %/);
    const list = await runPapertape(['runs', 'ls'], { cwd });
    expect(list.stdout).toMatch(/walk-forward +sma-cross .* of 5 steps gained/);
    const compared = await runPapertape(['compare', walk, 'latest'], { cwd });
    expect(compared).toMatchObject({ code: 2 });
    expect(compared.stderr).toContain('is a walk-forward, which has no trades to compare');
    expect(await json(['runs', 'rm', walk])).toEqual({ removed: [Number(walk)] });
  });

  it('is told also where it cannot be kept, and then is not in the list', async () => {
    const { runs, total } = await json<{ runs: readonly { number: number }[]; total: number }>(['runs', 'ls']);
    // In the way of the folders of the next ones.
    const last = runs[0]?.number ?? 0;
    const inTheWay = [1, 2, 3].map((more) => join(cwd, '.papertape', 'runs', String(last + more)));
    for (const path of inTheWay) writeFileSync(path, '');
    const args = ['validate', found.search, '--runs', '0', '--draws', '100', '--report', 'unkept.html'];
    const run = await runPapertape(args, { cwd });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/not kept: The report cannot be kept/);
    expect(readFileSync(join(cwd, 'unkept.html'), 'utf8')).toContain('Histories that nobody chose by');
    expect(await json<{ total: number }>(['runs', 'ls'])).toMatchObject({ total });
    for (const path of inTheWay) rmSync(path);
  });

  it('keeps nothing where nobody wants it', async () => {
    const before = await json<{ total: number }>(['runs', 'ls']);
    const judged = await json<{ run: number | null }>(['validate', '--runs', '0', '--draws', '100', '--no-store']);
    expect(judged.run).toBeNull();
    expect(await json<{ total: number }>(['runs', 'ls'])).toMatchObject({ total: before.total });
  });

  it.each([
    ['a grid with a limit', ['optimize', ...MARKET, ...SPACE, '--search', 'grid', '--trials', '5'], '12 points'],
    [
      'a space that is rejected',
      ['optimize', ...MARKET, '--param', 'fast=50:60', '--param', 'slow=20'],
      'rejects every',
    ],
    ['too long a training', ['walk-forward', ...MARKET, ...SPACE, '--train', '900', '--test', '5'], 'not enough'],
  ])('refuses %s', async (_what, args, message) => {
    const run = await runPapertape(args, { cwd });
    expect(run.code).toBeGreaterThan(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(message);
  });
});

describe('a search whose constraints nothing keeps', () => {
  it('fails with a sentence when no trial keeps the constraints, after it has told of the trials', async () => {
    const args = ['optimize', ...MARKET, '--param', 'fast=2:6:4', '--constraint', 'trades>=100000'];
    const run = await runPapertape([...args, '--workers', '1', '--json'], { cwd });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('No trial kept the constraints (trades>=100000): nothing is chosen.');
    expect(JSON.parse(run.stdout)).toMatchObject({ best: null, runs: 2 });
  });
});

describe('a strategy that does not return', () => {
  /** Never comes back from its fifth bar where it is fast enough, and from its constructor where it is slow. */
  const ENDLESS = `
import { Strategy, param, type Bar, type Context } from 'papertape';

export default class Endless extends Strategy.with({ fast: param.int({ default: 2, min: 1, max: 9 }) }) {
  static override subscribe = { symbols: ['ACME'], timeframe: '1d' };
  private bars = 0;
  private readonly lines = (() => { for (let i = 0; this.p.fast > 7; i += 1) this.bars = i; })();

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars === 3) ctx.enterLong(bar.symbol, { reason: 'third bar' });
    while (this.bars >= 5 && this.p.fast > 2) this.bars += 1;
  }
}
`;
  const RANGE = ['--symbols', 'ACME', '--timeframe', '1d', '--from', '2011-06-01', '--to', '2013-12-31'];

  beforeAll(() => writeFileSync(join(cwd, 'Endless.ts'), ENDLESS));

  it.each([
    [
      'optimize',
      '2:6:2',
      './Endless.ts with fast=4 did not return from onBar for 5 seconds and was stopped, at 2011-06',
    ],
    ['walk-forward', '2:4:2', './Endless.ts with fast=4 did not return from onBar for 5 seconds'],
    ['optimize', '6:8:1', './Endless.ts did not return from its constructor for 5 seconds'],
  ])('ends %s over fast=%s with its name', async (command, values, message) => {
    const walk = command === 'walk-forward' ? ['--train', '200d', '--test', '100d'] : [];
    const args = [command, './Endless.ts', ...RANGE, ...walk, '--param', `fast=${values}`];
    const run = await runPapertape(args, { cwd });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain('STRATEGY_STUCK');
    expect(run.code).toBe(1);
  });
});

describe('a search over the whole range', () => {
  it('begins on a day without trading as a backtest does: every figure is the same', async () => {
    // A Saturday, and statistics that sample days from there on, with the close of the Friday.
    const dates = ['--from', '2011-06-04', '--to', '2011-09-30'];
    const run = [...MARKET.slice(0, 5), ...dates, '--preset', 'lean', '--adjust', 'raw', '--param', 'fast=3'];
    interface Counted {
      readonly statistics: Readonly<Record<string, number | null>>;
    }
    const searched = await json<{ readonly trials: readonly Counted[] }>(['optimize', ...run, '--param', 'slow=8,9']);
    for (const [index, slow] of ['8', '9'].entries()) {
      const { statistics } = await json<Counted>(['backtest', ...run, '--param', `slow=${slow}`, '--no-store']);
      expect(statistics['informationRatio']).not.toBeNull();
      expect(searched.trials[index]?.statistics).toEqual(statistics);
    }
  });
});
