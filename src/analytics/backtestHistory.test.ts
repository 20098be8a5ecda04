import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import type { MemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { BarTable, PrintTable, QuoteBarTable } from '../domain/marketTables.js';
import { createBarTable, createPrintTable, createQuoteBarTable } from '../domain/tables.js';
import type { HistoryStore } from '../domain/ports.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import type { BacktestProgress } from './Backtester.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { BacktestRun } from './BacktestRun.js';
import { backtestFromStore } from './backtestHistory.js';
import { dailyWalk } from './optimise/testing/searchRig.js';
import type { HistoryBacktest } from './historyMarket.js';

/** Says what it sees, and buys on its first bar. */
class Watcher extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };
  private readonly average = this.sma(20);
  private asked = false;

  override onBar(bar: Bar, ctx: Context): void {
    ctx.log(`${bar.symbol} ${bar.start} ${this.average.value.toFixed(2)}`);
    if (this.asked) return;
    this.asked = true;
    ctx.enterLong(bar.symbol, { reason: 'first bar', size: { shares: 10 } });
  }
}

/** Minute bars of the regular hours of some days; the close counts the minutes of each day from 100 dollars on. */
function minuteBars(from: string, to: string): BarTable {
  const sessions = sessionsBetween(parseDate(from), parseDate(to));
  const table = createBarTable('1m', sessions.length * 390);
  for (const session of sessions) {
    for (let start = session.open, minute = 0; start < session.close; start += MINUTE, minute += 1) {
      const row = table.length;
      const price = 100 * DOLLAR + minute * 10_000;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      for (const column of [table.open, table.high, table.low, table.close]) column[row] = price;
      table.volume[row] = 1_000_000;
      table.length = row + 1;
    }
  }
  return table;
}

function quoteBars(bars: BarTable): QuoteBarTable {
  const table = createQuoteBarTable('1m', bars.length);
  table.length = bars.length;
  table.start.set(bars.start);
  table.time.set(bars.time);
  for (let row = 0; row < bars.length; row += 1) {
    for (const column of [table.bidOpen, table.bidHigh, table.bidLow, table.bidClose]) {
      column[row] = (bars.close[row] ?? 0) - 20_000;
    }
    for (const column of [table.askOpen, table.askHigh, table.askLow, table.askClose]) {
      column[row] = (bars.close[row] ?? 0) + 30_000;
    }
    table.bidSize[row] = 5000;
    table.askSize[row] = 5000;
  }
  return table;
}

/** One print a minute, a second before its end, of the bar's volume at its price. */
function printsOf(bars: BarTable): PrintTable {
  const table = createPrintTable(bars.length);
  table.length = bars.length;
  for (let row = 0; row < bars.length; row += 1) {
    table.time[row] = (bars.time[row] ?? 0) - SECOND;
    table.price[row] = bars.close[row] ?? 0;
    table.size[row] = bars.volume[row] ?? 0;
    table.flags[row] = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
  }
  return table;
}

function fiveMinuteBars(bars: BarTable): BarTable {
  const table = createBarTable('5m', bars.length / 5);
  for (let row = 0; row < bars.length; row += 5) {
    const at = table.length;
    table.start[at] = bars.start[row] ?? 0;
    table.time[at] = bars.time[row + 4] ?? 0;
    table.open[at] = bars.open[row] ?? 0;
    // Prices rise within a day.
    table.low[at] = bars.low[row] ?? 0;
    table.high[at] = bars.high[row + 4] ?? 0;
    table.close[at] = bars.close[row + 4] ?? 0;
    table.volume[at] = 5_000_000;
    table.length = at + 1;
  }
  return table;
}

async function historyOf(from: string, to: string): Promise<MemoryHistory> {
  const history = createMemoryHistory();
  await history.merge('SPY', minuteBars(from, to));
  return history;
}

const BACKTEST: HistoryBacktest = {
  strategies: [{ name: 'watcher', strategyClass: Watcher, hash: 'w1' }],
  from: '2013-10-08',
  to: '2013-10-09',
  engineVersion: '1',
  createHash: () => createHash('sha256'),
};

/** Says its average of twenty days. */
class Daily extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1d' };
  private readonly average = this.sma(20);

  override onBar(_bar: Bar, ctx: Context): void {
    ctx.log(`daily ${this.average.value.toFixed(4)}`);
  }
}

async function runOf(history: MemoryHistory, change: Partial<HistoryBacktest> = {}): Promise<BacktestRun> {
  return (await backtestFromStore(history, { ...BACKTEST, ...change })).run;
}

describe('backtestFromStore', () => {
  it('warms each strategy of a run with bars of its own length', async () => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    await history.merge('SPY', dailyWalk('2013-08-01', '2013-10-09', 11));
    const daily = { name: 'daily', strategyClass: Daily, hash: 'd1' };
    const linesOf = ({ logs }: BacktestRun): readonly string[] =>
      logs.map(({ text }) => text).filter((text) => text.startsWith('daily'));

    const alone = linesOf(await runOf(history, { strategies: [daily] }));
    expect(alone).toHaveLength(2);
    const watcher = BACKTEST.strategies;
    const { run, warmUpRows } = await backtestFromStore(history, { ...BACKTEST, strategies: [daily, ...watcher] });
    expect(linesOf(run)).toEqual(alone);
    // A minute's average of twenty bars needs a session, the daily one as many days.
    expect(warmUpRows).toBe(20 + 390);
    const minutes = ({ logs }: BacktestRun): readonly string[] =>
      logs.map(({ text }) => text).filter((text) => text.startsWith('SPY'));
    expect(minutes(run)).toEqual(minutes(await runOf(history)));
  });

  it('runs on exactly the days between the dates, warmed by the bars before', async () => {
    const history = await historyOf('2013-10-03', '2013-10-10');
    const { run, symbols, data, warmUpRows } = await backtestFromStore(history, BACKTEST);
    expect(symbols).toEqual(['SPY']);
    expect(data).toEqual([{ what: '1m bars of regular hours', rows: 780 }]);
    const wide = await backtestFromStore(history, { ...BACKTEST, extendedHours: true });
    expect(wide.data).toEqual([{ what: '1m bars of regular hours, as there are no others', rows: 780 }]);
    expect(warmUpRows).toBeGreaterThanOrEqual(20);
    expect(run.logs).toHaveLength(780);
    const [session] = sessionsBetween(parseDate('2013-10-08'), parseDate('2013-10-08'));
    // The average of the first bar is that of the last nineteen of the day before and its own.
    const closes = [...Array.from({ length: 19 }, (_, index) => 103.71 + index * 0.01), 100];
    const average = closes.reduce((sum, close) => sum + close, 0) / 20;
    expect(run.logs[0]?.text).toBe(`SPY ${session?.open ?? 0} ${average.toFixed(2)}`);
    expect(run.fills).toHaveLength(1);
    expect(run.curve.equity).toHaveLength(780);
  });

  it('warms up with as many bars as it asks for, and long enough for averages that never forget', async () => {
    const history = await historyOf('2013-09-16', '2013-10-09');
    const sessionsOf = async (strategyClass: StrategyClass): Promise<number> => {
      const strategies = [{ name: 'w', strategyClass, hash: 'w', timeframe: '1m' as const }];
      const { warmUpSessions } = await backtestFromStore(history, { ...BACKTEST, symbols: ['SPY'], strategies });
      return warmUpSessions;
    };
    class Asking extends Strategy.with({}) {
      static override readonly subscribe = { warmUp: 1000 };
    }
    class Averaging extends Strategy.with({}) {
      protected readonly average = this.ema(100);
    }
    class Wrong extends Strategy.with({}) {
      static override readonly subscribe = { warmUp: 'long' };
    }
    // 1000 and 8 × 100 bars of 390 a session, and one session for an early close.
    expect(await sessionsOf(Asking)).toBe(4);
    expect(await sessionsOf(Averaging)).toBe(4);
    await expect(sessionsOf(Wrong)).rejects.toThrow(/asks for a warm-up of "long"/);
  });

  it('begins when its indicators are ready where there is nothing before', async () => {
    const { run, warmUpRows } = await backtestFromStore(await historyOf('2013-10-08', '2013-10-09'), BACKTEST);
    expect(warmUpRows).toBe(0);
    expect(run.logs).toHaveLength(780 - 19);
  });

  it('fills on quote bars where there are any', async () => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    await history.merge('SPY', quoteBars(minuteBars('2013-10-07', '2013-10-09')));
    const { run, data } = await backtestFromStore(history, BACKTEST);
    expect(data.map(({ what }) => what)).toEqual(['1m bars of regular hours', '1m quote bars of regular hours']);
    expect(run.fills.map(({ receipt, price }) => [receipt.basis, price])).toEqual([['quoteBar', 100.03 * DOLLAR]]);
  });

  it('builds bars that are not stored of minutes, warm-up included', async () => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    const fives = { strategies: [{ name: 'watcher', strategyClass: Watcher, hash: 'w1', timeframe: '5m' }] } as const;
    const built = await backtestFromStore(history, { ...BACKTEST, ...fives });
    expect(built.data).toEqual([{ what: '1m bars of regular hours', rows: 780 }]);
    expect(built.run.logs).toHaveLength(156);
    // The same from bars that are stored.
    const stored = createMemoryHistory();
    await stored.merge('SPY', fiveMinuteBars(minuteBars('2013-10-07', '2013-10-09')));
    const native = await backtestFromStore(stored, { ...BACKTEST, ...fives });
    expect(native.data).toEqual([{ what: '5m bars of regular hours', rows: 156 }]);
    expect(built.run.logs).toEqual(native.run.logs);
  });

  it('runs several strategies on timeframes of their own', async () => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    const strategies = (['1m', '5m'] as const).map((timeframe) => ({
      name: 'watcher',
      strategyClass: Watcher,
      hash: 'w1',
      instanceId: timeframe,
      timeframe,
    }));
    const run = await runOf(history, { strategies });
    const logs = (id: string) => run.logs.filter(({ instanceId }) => instanceId === id);
    expect(logs('1m')).toHaveLength(780);
    expect(logs('5m')).toHaveLength(156);
    const alone = await runOf(history, { strategies: strategies.slice(1) });
    expect(logs('5m')).toEqual(alone.logs);
    expect(run.fills).toHaveLength(2);
  });

  it('feeds prints beside bars, each bar once, and builds those that are not stored', async () => {
    const bars = minuteBars('2013-10-07', '2013-10-09');
    const history = await historyOf('2013-10-07', '2013-10-09');
    await history.merge('SPY', printsOf(bars));
    await history.merge('IBM', printsOf(bars));
    const plain = await runOf(history);
    const { run, data } = await backtestFromStore(history, { ...BACKTEST, ticks: ['print'] });
    expect(data.map(({ what }) => what)).toEqual(['1m bars of regular hours', 'prints of regular hours']);
    expect(run.logs).toEqual(plain.logs);
    expect(run.fills[0]?.receipt.basis).toBe('lastSale');

    const both = await backtestFromStore(history, { ...BACKTEST, symbols: ['SPY', 'IBM'], ticks: ['print'] });
    const of = (symbol: string) => both.run.logs.filter(({ text }) => text.startsWith(symbol));
    expect(of('SPY')).toHaveLength(780);
    // The first bars have nothing to be warmed by: there are prints of before, but no bars.
    expect(of('IBM').length).toBeGreaterThanOrEqual(780 - 20);
    expect(of('IBM').at(-1)?.text.replace('IBM', 'SPY')).toBe(of('SPY').at(-1)?.text);
  });

  it('refuses ticks that are not there', async () => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    await expect(runOf(history, { ticks: ['quote'] })).rejects.toMatchObject({
      code: 'DATA_MISSING',
      message: 'The cache has no quotes of SPY from 2013-10-08 to 2013-10-09.',
    });
  });

  it('lets splits and dividends happen to positions on prices as they were traded', async () => {
    const table = minuteBars('2013-10-08', '2013-10-09');
    // Two for one before the second day, which opens at half the price.
    for (let row = 390; row < 780; row += 1) {
      for (const column of [table.open, table.high, table.low, table.close]) column[row] = (column[row] ?? 0) / 2;
    }
    const history = createMemoryHistory();
    await history.merge('SPY', table);
    const corporateActions: HistoryBacktest['corporateActions'] = [
      { exDate: '2013-10-09', symbolId: 0, action: { kind: 'cashDividend', amount: DOLLAR } },
      { exDate: '2013-10-09', symbolId: 0, action: { kind: 'split', newShares: 2, oldShares: 1 } },
    ];
    const plain = await runOf(history);
    const run = await runOf(history, { corporateActions });
    const [fill] = run.fills;
    const [price = 0, shares] = [fill?.price, 10];
    const last = (table.close[779] ?? 0) * 2;
    // Ten shares became twenty, and were paid a dollar each before.
    expect(run.finalEquity).toBeCloseTo(100_000 * DOLLAR + shares * (last - price + DOLLAR) - run.fees, -1);
    expect(run.finalEquity - plain.finalEquity).toBeCloseTo(shares * (last / 2 + DOLLAR), -1);
    expect(run.identity).not.toBe(plain.identity);
  });

  it('reports its progress to the end', async () => {
    const fractions: number[] = [];
    const progress: BacktestProgress[] = [];
    const run = (
      await backtestFromStore(await historyOf('2013-10-07', '2013-10-09'), BACKTEST, (at) => {
        fractions.push(at.fraction);
        progress.push(at);
      })
    ).run;
    expect(progress.at(-1)).toMatchObject({ events: 780, fills: 1, equity: run.finalEquity });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it.each([
    ['dates the wrong way round', { from: '2013-10-09', to: '2013-10-08' }, 'DATE_RANGE_INVALID'],
    ['a symbol without data', { symbols: ['SPY', 'IBM'] }, 'DATA_MISSING'],
    ['no symbol at all', { symbols: [] }, 'SYMBOL_INVALID'],
    ['an unknown preset', { preset: 'nice' }, 'PRESET_UNKNOWN'],
    ['an unknown fee plan', { feePlan: 'cheap' }, 'CONFIG_INVALID'],
    ['prices that cannot be adjusted', { adjust: 'all' }, 'DATA_MISSING'],
  ] as const)('refuses %s', async (_name, change, code) => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    await expect(runOf(history, change)).rejects.toMatchObject({ code });
  });
});

describe('a run', () => {
  it('has the identity and the ledger of its equal', async () => {
    const one = await runOf(await historyOf('2013-10-07', '2013-10-09'));
    const two = await runOf(await historyOf('2013-10-07', '2013-10-09'));
    expect(two.identity).toBe(one.identity);
    expect(two.ledgerHash).toBe(one.ledgerHash);
    expect(one.identity).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<readonly [string, Partial<HistoryBacktest>]>([
    ['strategy', { strategies: [{ name: 'watcher', strategyClass: Watcher, hash: 'w2' }] }],
    ['allocation', { strategies: [{ name: 'watcher', strategyClass: Watcher, hash: 'w1', allocation: 0.5 }] }],
    ['days', { to: '2013-10-08' }],
    ['cash', { startingCash: 5000 * DOLLAR }],
    ['preset', { preset: 'strict' }],
    ['fee plan', { feePlan: 'per-order-1usd' }],
    ['limits', { limits: { maxOrdersPerMinute: 3 } }],
    ['seed', { seed: 2 }],
    ['engine', { engineVersion: '2' }],
  ])('has another identity with another %s', async (_name, change) => {
    const history = await historyOf('2013-10-07', '2013-10-09');
    expect((await runOf(history, change)).identity).not.toBe((await runOf(history)).identity);
  });

  it('has another identity with other history for its warm-up', async () => {
    const one = await runOf(await historyOf('2013-10-07', '2013-10-09'));
    const two = await runOf(await historyOf('2013-10-08', '2013-10-09'));
    expect(two.inputs.dataHash).toBe(one.inputs.dataHash);
    expect(two.identity).not.toBe(one.identity);
  });

  it('takes a benchmark’s last price at each point from its first on, and refuses one without any', async () => {
    const history = await historyOf('2013-10-08', '2013-10-09');
    // Minutes of the second day alone, at twice the price.
    const other = minuteBars('2013-10-09', '2013-10-09');
    for (const column of [other.open, other.high, other.low, other.close]) {
      for (let row = 0; row < other.length; row += 1) column[row] = 2 * (column[row] ?? 0);
    }
    await history.merge('MKT', other);
    const run = await runOf(history, { benchmark: 'MKT' });
    expect(run.benchmark).toMatchObject({ symbol: 'MKT', chosen: { timeframe: '1m', rows: 390, adjust: 'raw' } });
    const held = run.buyAndHold;
    expect(held?.findIndex((value) => !Number.isNaN(value))).toBe(390);
    expect(held?.[390]).toBe(100_000);
    expect(held?.[779]).toBeCloseTo((100_000 * 103.89) / 100, 6);
    expect(run.statistics.buyAndHoldReturn).toBeCloseTo(0.0389, 9);
    expect(Number.isNaN(run.statistics.beta)).toBe(false);
    expect(run.identity).toBe((await runOf(history)).identity);

    // Its own symbol is what it is measured against anyway.
    expect((await runOf(history, { benchmark: 'SPY' })).benchmark).toEqual({
      symbol: 'SPY',
      chosen: undefined,
      hasDividends: false,
    });
    await expect(runOf(history, { benchmark: 'NONE' })).rejects.toMatchObject({
      code: 'DATA_MISSING',
      message: 'The cache has no 1m bars of the benchmark NONE from 2013-10-08 to 2013-10-09.',
    });
  });

  it('tells a benchmark without a price from none, also in its performance', async () => {
    const history = await historyOf('2013-10-01', '2013-11-15');
    // Its bars begin after the last point.
    await history.merge('MKT', minuteBars('2013-11-18', '2013-11-20'));
    const range = { from: '2013-10-02', to: '2013-11-20' };
    const { performance } = await runOf(history, { ...range, benchmark: 'MKT' });
    expect(performance.figures.beta).toEqual({ unsupported: 'the benchmark has no price' });
    await history.merge('DIA', minuteBars('2013-10-01', '2013-11-15'));
    const two = await runOf(history, { ...range, symbols: ['SPY', 'DIA'] });
    expect(two.performance.figures.beta).toEqual({ unsupported: 'there is no benchmark' });
  });

  it.each([
    ['raw', '2013-10-05', ['2013-10-05 to 2013-10-09', '2013-10-04 to 2013-10-04'], false],
    ['raw', '2013-10-05', ['2013-10-05 to 2013-10-09', '2013-10-04 to 2013-10-09'], true],
    ['split', '2013-10-05', ['2013-10-05 to 2013-10-09', '2013-10-04 to 2013-10-09'], true],
    ['raw', '2013-10-07', ['2013-10-07 to 2013-10-09'], true],
  ] as const)(
    'on %s prices from %s asks the store for %j, actions known: %s',
    async (adjust, from, expected, isKnown) => {
      const history = await historyOf('2013-10-01', '2013-10-09');
      if (isKnown) await history.putActions('SPY', [], { from: '2013-01-01', to: '2013-12-31' });
      const asked = new Set<string>();
      const store: HistoryStore = {
        load: (query) => {
          asked.add(`${query.from} to ${query.to}`);
          return history.load(query);
        },
        coverage: () => history.coverage(),
      };
      await backtestFromStore(store, { ...BACKTEST, from, preset: 'lean', adjust, warmUpSessions: 0 });
      expect([...asked]).toEqual(expected);
    },
  );

  it('measures against a benchmark that splits as against one that did before', async () => {
    const over = { from: '2013-10-05', to: '2013-10-09', preset: 'lean', adjust: 'raw', benchmark: 'MKT' } as const;
    const runOfScale = async (before: number): Promise<BacktestRun> => {
      const history = await historyOf('2013-10-07', '2013-10-09');
      const other = minuteBars('2013-10-03', '2013-10-09');
      for (const column of [other.open, other.high, other.low, other.close]) {
        for (let row = 0; row < 3 * 390; row += 1) column[row] = before * (column[row] ?? 0);
        for (let row = 0; row < 2 * 390; row += 1) column[row] = (column[row] ?? 0) / 2;
      }
      await history.merge('MKT', other);
      // The days before the run at half the price, they and its first one at four times, then four shares for one.
      const split = { kind: 'split', symbol: 'MKT', exDate: '2013-10-08', ratio: { to: 4, from: 1 } } as const;
      const range = { from: '2013-10-01', to: '2013-10-31' };
      await history.putActions('MKT', before === 1 ? [] : [split], range);
      return runOf(history, over);
    };
    const [plain, split] = [await runOfScale(1), await runOfScale(4)];
    expect(plain.statistics.trackingError).toBeGreaterThan(0);
    expect(split.statistics.trackingError).toBeCloseTo(plain.statistics.trackingError, 6);
    expect(split.statistics.beta).toBeCloseTo(plain.statistics.beta, 6);
  });
});
