/**
 * Further cases of backtesting.py's own tests (`backtesting/test/_test.py`, by their names there): runs over the whole
 * of GOOG, over made-up bars, and a search. What those tests do not print was computed with version 0.6.6 from the same
 * rules. As there, what is open at the end is closed at the open of the last bar (`finalize_trades`).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import { sessionsBetween } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import type { HistoryStore } from '../../src/domain/ports.js';
import { createBarTable } from '../../src/domain/tables.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import { Strategy } from '../../src/index.js';
import type { Bar, Context, StrategyClass } from '../../src/index.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';
import FinalizedSmaCross from './strategies/FinalizedSmaCross.js';

const REASON = { reason: 'rule' } as const;
const LASTING = { reason: 'rule', timeInForce: 'gtc' } as const;
const ALL = ['2004-08-19', '2013-03-01'] as const;
const SHORT = ['2004-08-19', '2004-09-16'] as const;
/** The last bar but one of the whole. */
const LAST_BUT_ONE = 2146;

/** What a rule does on a bar, counted from 0. */
type Rule = (bar: Bar, ctx: Context, index: number) => unknown;

function ruled(ruleOf: () => Rule): StrategyClass {
  return class extends Strategy.with({}) {
    static override readonly subscribe = { symbols: ['GOOG'], timeframe: '1d' };
    private index = -1;
    private readonly rule = ruleOf();
    override onBar(bar: Bar, ctx: Context): void {
      this.index += 1;
      this.rule(bar, ctx, this.index);
    }
  };
}

/** Whether closes are above (1) or below (-1) the mean of the last ten, by more than sums of fractions are off. */
function sideOfMean(): (close: number) => number {
  const closes: number[] = [];
  return (close) => {
    closes.push(close);
    if (closes.length < 10) return 0;
    const distance = close - closes.slice(-10).reduce((sum, value) => sum + value, 0) / 10;
    return Math.abs(distance) < 1e-9 ? 0 : Math.sign(distance);
  };
}

interface Terms {
  readonly preset?: string;
  readonly feePlan?: string;
  readonly cash?: number;
  readonly params?: Readonly<Record<string, number>>;
}

async function runOn(
  store: HistoryStore,
  strategyClass: StrategyClass,
  [from, to]: readonly [string, string],
  { preset = 'backtesting.py', feePlan = 'zero', cash = 10_000, params = {} }: Terms = {},
): Promise<BacktestRun> {
  const { run } = await backtestFromStore(store, {
    strategies: [{ name: 'case', strategyClass, hash: '', params }],
    symbols: ['GOOG'],
    from,
    to,
    preset,
    feePlan,
    adjust: 'raw',
    warmUpSessions: 0,
    startingCash: cash * DOLLAR,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
  });
  expect(run.strategies.map(({ error }) => error)).toEqual([undefined]);
  return run;
}

/** Entry bar, exit bar, entry price, exit price and result in dollars of each trade, by exit. */
function tradesOf({ roundTrips, curve }: BacktestRun): number[][] {
  const barOf = new Map(Array.from(curve.time, (time, bar) => [time, bar]));
  return roundTrips.map(({ entryTime, exitTime, entryPrice, exitPrice, pnl }) => [
    barOf.get(entryTime) ?? -1,
    barOf.get(exitTime) ?? -1,
    entryPrice / RAW_PRICE_SCALE,
    exitPrice / RAW_PRICE_SCALE,
    pnl / DOLLAR,
  ]);
}

describeWithReferenceData('the tests of backtesting.py', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(['goog/GOOG.csv']);
  }, 240_000);
  afterAll(() => history.close());

  const run = (ruleOf: () => Rule, range: readonly [string, string], terms?: Terms): Promise<BacktestRun> =>
    runOn(history.store, ruled(ruleOf), range, terms);

  it('test_wellknown: stop-limits whose limit lies on the other side of the stop, and ruin', async () => {
    const script: Rule = (bar, ctx) => {
      const date = new Date(bar.time / 1000).toISOString().slice(0, 10);
      if (date === '2006-10-19') ctx.order.stopLimit('GOOG', 'buy', 100, 484, 466, LASTING);
      else if (date === '2007-10-30') ctx.exit('GOOG', REASON);
      else if (date === '2008-11-11') ctx.order.stopLimit('GOOG', 'sell', 200, bar.low, 324.9, LASTING);
    };
    const result = await run(() => script, ALL, { preset: 'backtesting.py+margin.1000bps' });
    expect(tradesOf(result)).toEqual([
      [556, 806, 466, 700.69, 23_469],
      [1069, 1281, 324.9, 497, -34_420],
    ]);
    expect(result.statistics).toMatchObject({ peakEquity: 46_961, finalEquity: 0 });
  });

  it('test_SignalStrategy: a share more on each day above a mean, all out below it', async () => {
    const result = await run(() => {
      const sideOf = sideOfMean();
      return ({ close, symbol }, ctx, index) => {
        const side = sideOf(close);
        const isLast = index === LAST_BUT_ONE;
        if ((side < 0 || isLast) && ctx.position(symbol).quantity > 0) ctx.exit(symbol, REASON);
        if (side > 0 && index > 10) ctx.order.market(symbol, 'buy', 1, REASON);
        if (side > 0 && isLast) ctx.order.market(symbol, 'sell', 1, REASON);
      };
    }, ALL);
    expect(result.roundTrips).toHaveLength(1182);
    // What was bought for the last bar costs nothing there.
    expect(result.statistics.finalEquity).toBeCloseTo(16_663.54, 6);
  });

  it('test_TrailingStrategy: a stop that is moved on each bar by the mean of 40 ranges', async () => {
    const rows = readFileSync(referenceData('goog/GOOG.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    const ranges = rows.map(([, , high = 0, low = 0], row) => {
      const before = rows[row - 1]?.[4] ?? Number.NaN;
      return Math.max(high - low, Math.abs(before - high), Math.abs(before - low));
    });
    // Before there are 40 of them the mean is the first that there will be.
    const meanAt = (row: number): number => {
      const last = Math.max(row, 40);
      return ranges.slice(last - 39, last + 1).reduce((sum, range) => sum + range, 0) / 40;
    };
    const result = await run(() => {
      const sideOf = sideOfMean();
      let stop: { readonly id: string; readonly at: number } | undefined;
      return ({ close, symbol }, ctx, index) => {
        const side = sideOf(close);
        const { quantity } = ctx.position(symbol);
        if (index < 10) return;
        if (index === LAST_BUT_ONE) ctx.exit(symbol, REASON);
        else if (quantity > 0) {
          const at = Math.max(stop?.at ?? 0, close - 3 * meanAt(index));
          if (stop === undefined) stop = { id: ctx.order.stop(symbol, 'sell', quantity, at, LASTING), at };
          else if (at > stop.at) stop = { id: ctx.order.replace(stop.id, { stop: at }) ?? '', at };
        } else {
          stop = undefined;
          if (side > 0) ctx.enterLong(symbol, REASON);
        }
      };
    }, ALL);
    expect(result.roundTrips).toHaveLength(57);
    expect(result.statistics.finalEquity).toBeCloseTo(65_567.5225, 4);
    expect(result.statistics.peakEquity).toBeCloseTo(70_231.731, 4);
  });

  it('test_absolute_size_order_warns_on_insufficient_margin: what is not covered trades nothing', async () => {
    const result = await run(
      () =>
        (_, { order }) =>
          order.market('GOOG', 'buy', 10_000, REASON),
      SHORT,
      { cash: 1000 },
    );
    expect(result.fills).toEqual([]);
  });

  it('test_sl_value_in_trades_df_when_gapped_through: a stop loss beyond the open fills there', async () => {
    const script: Rule = (_, { order }, index) =>
      index === 8 && order.bracket('GOOG', 'buy', 1, { stop: 99.5 }, LASTING);
    expect(tradesOf(await run(() => script, SHORT))).toEqual([[9, 10, 102.7, 99.19, -3.51]]);
  });

  it('test_sl_tp_values_in_trades_df: two entries, one with a take profit, one with a stop loss', async () => {
    const script: Rule = (_, { order }, index) => {
      if (index !== 1) return;
      order.bracket('GOOG', 'buy', 1, { target: 111 }, LASTING);
      order.bracket('GOOG', 'buy', 1, { stop: 99 }, LASTING);
    };
    expect(tradesOf(await run(() => script, SHORT))).toEqual([
      [2, 2, 110.75, 111, 0.25],
      [2, 10, 110.75, 99, -11.75],
    ]);
  });

  it('test_order_tag: a position that is sold in parts is a trade for each', async () => {
    const script: Rule = (_, ctx, index) => {
      if (index === 1) ctx.order.market('GOOG', 'buy', 2, REASON);
      else if (index === 2 || index === 3) ctx.order.market('GOOG', 'sell', 1, REASON);
      else if (index === 4) ctx.enterLong('GOOG', REASON);
      else if (index === 5) ctx.exit('GOOG', REASON);
    };
    expect(tradesOf(await run(() => script, SHORT))).toEqual([
      [2, 3, 110.75, 111.24, 0.49],
      [2, 4, 110.75, 104.96, -5.79],
      [5, 6, 104.95, 108.1, 299.25],
    ]);
  });

  it.each([
    [2, 5, 0.126086],
    [2, 7, 1.432689],
    [2, 9, 0.710284],
    [4, 2, 0.147379],
    [4, 5, 0.921822],
    [4, 7, 0.884606],
    [4, 9, 0.537813],
  ])('test_optimize: means of %d and %d closes of the first hundred bars, open at the end', async (fast, slow, sqn) => {
    const range = ['2004-08-19', '2005-01-10'] as const;
    const { statistics, curve } = await runOn(history.store, FinalizedSmaCross, range, { params: { fast, slow } });
    expect(curve.time).toHaveLength(100);
    expect(statistics.sqn).toBeCloseTo(sqn, 6);
  });
});

/** Daily bars of open and close from 2013-10-07 on; high and low are no further. */
async function madeUp(bars: readonly (readonly [open: number, close: number])[]): Promise<HistoryStore> {
  const history = createMemoryHistory();
  const sessions = sessionsBetween(parseDate('2013-10-07'), parseDate('2013-10-31'));
  const table = createBarTable('1d', bars.length);
  for (const [row, [open, close]] of bars.entries()) {
    const session = sessions[row];
    table.start[row] = session?.open ?? 0;
    table.time[row] = session?.close ?? 0;
    table.open[row] = open * RAW_PRICE_SCALE;
    table.close[row] = close * RAW_PRICE_SCALE;
    table.high[row] = Math.max(open, close) * RAW_PRICE_SCALE;
    table.low[row] = Math.min(open, close) * RAW_PRICE_SCALE;
    table.volume[row] = 1_000_000;
    table.length += 1;
  }
  await history.merge('GOOG', table);
  return history;
}

describe('the tests of backtesting.py on made-up bars', () => {
  const FROM = '2013-10-07';

  it('test_gh_521: a stop loss beyond a gap, of an entry at the close', async () => {
    const store = await madeUp([100, 100, 100, 50, 50].map((price) => [price, price]));
    const script: Rule = ({ close }, { order }, index) =>
      index >= 1 && close === 100 && order.bracket('GOOG', 'buy', 1, { stop: 90 }, LASTING);
    const range = [FROM, '2013-10-11'] as const;
    const result = await runOn(
      store,
      ruled(() => script),
      range,
      { preset: 'backtesting.py-close', cash: 100 },
    );
    expect(result.roundTrips[0]?.exitPrice).toBe(50 * RAW_PRICE_SCALE);
  });

  it.each([
    [
      'backtesting.py-close',
      [
        [1, 2, 101, 102, 1],
        [1, 3, 101, 40, -61],
      ],
    ],
    [
      'backtesting.py',
      [
        [2, 3, 92, 40, -52],
        [2, 3, 92, 40, -52],
      ],
    ],
  ])('test_trade_on_close_closes_trades_on_close: %s', async (preset, expected) => {
    const store = await madeUp([100, 101, 102, 50, 51].map((close) => [close - 10, close]));
    const script: Rule = (_, { order }, index) => {
      if (index === 1) for (const stop of [90, 80]) order.bracket('GOOG', 'buy', 1, { stop }, LASTING);
      // The trade of the first entry.
      if (index === 2) order.market('GOOG', 'sell', 1, REASON);
    };
    const result = await runOn(
      store,
      ruled(() => script),
      [FROM, '2013-10-11'],
      { preset, cash: 250 },
    );
    expect(tradesOf(result)).toEqual(expected);
  });

  it('test_commissions: a fixed and a relative part, on entry and exit', async () => {
    const store = await madeUp([1, 1, 1, 2, 4, 1, 2].map((price) => [price, price]));
    const script: Rule = (_, { order }, index) =>
      index === 1 && order.bracket('GOOG', 'buy', 100, { target: 3 }, LASTING);
    const range = [FROM, '2013-10-15'] as const;
    const terms = { feePlan: 'per-order-10usd+relative-100bps', cash: 5000 };
    const result = await runOn(
      store,
      ruled(() => script),
      range,
      terms,
    );
    expect(result.fills.map(({ quantity, price }) => [quantity / SHARE, price / RAW_PRICE_SCALE])).toEqual([
      [100, 1],
      [100, 4],
    ]);
    expect(result.fees).toBe((10 + 1 + 10 + 4) * DOLLAR);
    expect(result.finalEquity).toBe((5000 + 300 - 25) * DOLLAR);
  });
});
