import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import type { MemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { BarTable, QuoteBarTable } from '../domain/marketTables.js';
import { createBarTable, createQuoteBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { BacktestRun } from './BacktestRun.js';
import { backtestFromStore } from './backtestHistory.js';
import type { HistoryBacktest } from './backtestHistory.js';

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

async function runOf(history: MemoryHistory, change: Partial<HistoryBacktest> = {}): Promise<BacktestRun> {
  return (await backtestFromStore(history, { ...BACKTEST, ...change })).run;
}

describe('backtestFromStore', () => {
  it('runs on exactly the days between the dates, warmed by the bars before', async () => {
    const history = await historyOf('2013-10-03', '2013-10-10');
    const { run, symbols, data, warmUpRows } = await backtestFromStore(history, BACKTEST);
    expect(symbols).toEqual(['SPY']);
    expect(data).toEqual([{ what: '1m bars', rows: 780 }]);
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
    expect(data.map(({ what }) => what)).toEqual(['1m bars', '1m quote bars']);
    expect(run.fills.map(({ receipt, price }) => [receipt.basis, price])).toEqual([['quoteBar', 100.03 * DOLLAR]]);
  });

  it('reports its progress to the end', async () => {
    const fractions: number[] = [];
    await backtestFromStore(await historyOf('2013-10-07', '2013-10-09'), BACKTEST, ({ fraction }) => {
      fractions.push(fraction);
    });
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
});
