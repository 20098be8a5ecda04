/**
 * What orders do by the rules of backtesting.py on the first 20 daily bars of GOOG, or the first 150: fractions of what
 * the account has, cover at the fill, one order from one side to the other, orders in the sequence in which they were
 * given, margin. The trades were computed with backtesting 0.6.6 (PyPI) from the same orders on the same bars.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import { Strategy } from '../../src/index.js';
import type { Context } from '../../src/index.js';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';

const LASTING = { reason: 'entry', timeInForce: 'gtc' } as const;
const GIVEN = { reason: 'given', timeInForce: 'gtc' } as const;

const close = (ctx: Context): void => ctx.exit('GOOG', { reason: 'close' });
const buy = (ctx: Context, shares: number): string => ctx.order.market('GOOG', 'buy', shares, { reason: 'buy' });
const sell = (ctx: Context, shares: number): string => ctx.order.market('GOOG', 'sell', shares, { reason: 'sell' });

interface GoldenCase {
  readonly title: string;
  /** What to do on which bar, counted from 0. */
  readonly script: Readonly<Record<number, (ctx: Context) => unknown>>;
  readonly costs?: { readonly preset?: string; readonly feePlan?: string };
  /** Size, entry bar, exit bar, entry price, exit price, result in dollars; by exit, then by entry. */
  readonly trades: readonly (readonly number[])[];
  /** Dollars at the end of bars 5, 10 and 19. */
  readonly equity: readonly number[];
}

const CASES: readonly GoldenCase[] = [
  {
    title: 'a stop-limit fills at its stop in the bar that reaches both (test_stop_limit_order_price_is_stop_price)',
    script: {
      1: (ctx) => {
        ctx.order.stopLimit('GOOG', 'buy', 1, 112, 113, GIVEN);
        ctx.order.stopLimit('GOOG', 'sell', 1, 107, 105, GIVEN);
      },
    },
    trades: [[1, 2, 3, 112, 107, -5]],
    equity: [9995, 9995, 9995],
  },
  {
    title: 'one order closes and opens: the spread is paid on what opens, the fixed commission by both',
    script: { 1: (ctx) => buy(ctx, 2), 2: (ctx) => sell(ctx, 3), 4: close },
    costs: { preset: 'backtesting.py+spread.100bps', feePlan: 'per-order-1usd+relative-10bps' },
    trades: [
      [2, 2, 3, 111.8575, 111.24, -3.6812],
      [-1, 3, 5, 110.1276, 104.95, 2.9625],
    ],
    equity: [9999.28, 9999.28, 9999.28],
  },
  {
    title: 'a weight is a fraction of what the account has at the fill, after the exit that was sent with it',
    script: {
      1: (ctx) => ctx.enterLong('GOOG', { ...LASTING, size: { weight: 0.2 }, stop: 95 }),
      4: (ctx) => {
        close(ctx);
        ctx.enterShort('GOOG', { reason: 'short', size: { weight: 0.5 } });
      },
      8: (ctx) => ctx.enterLong('GOOG', { reason: 'long', size: { weight: 0.3 } }),
      12: close,
    },
    costs: { feePlan: 'relative-20bps' },
    trades: [
      [18, 2, 5, 110.75, 104.95, -112.1652],
      [-47, 5, 9, 104.95, 102.7, 86.2309],
      [29, 9, 13, 102.7, 100.74, -68.6395],
    ],
    equity: [9738.85, 9933.6, 9905.43],
  },
  {
    title: 'of a fraction the fixed part of a commission counts as if it were for that fraction of a share',
    script: { 1: (ctx) => ctx.enterLong('GOOG', { reason: 'long', size: { weight: 0.2 } }), 4: close },
    costs: { feePlan: 'per-order-100usd+relative-100bps' },
    trades: [[3, 2, 5, 110.75, 104.95, -223.871]],
    equity: [9776.13, 9776.13, 9776.13],
  },
  {
    title: 'a limit entry is sized at its fill and pays the spread beyond its limit',
    script: { 1: (ctx) => ctx.enterLong('GOOG', { ...LASTING, size: { weight: 0.5 }, limit: 104.5 }), 8: close },
    costs: { preset: 'backtesting.py+spread.100bps' },
    trades: [[47, 3, 9, 105.545, 102.7, -133.715]],
    equity: [10_111.15, 9866.28, 9866.28],
  },
  {
    title: 'an order is judged by the price of its fill, and what is not covered then is canceled whole',
    script: {
      1: (ctx) => buy(ctx, 92),
      4: (ctx) => {
        buy(ctx, 1);
        buy(ctx, 5);
      },
      7: close,
    },
    trades: [
      [1, 5, 8, 104.95, 102.3, -2.65],
      [5, 5, 8, 104.95, 102.3, -13.25],
    ],
    equity: [10_017.76, 9984.1, 9984.1],
  },
  {
    title: 'resting orders reserve nothing: the second finds the account without cover',
    script: {
      1: (ctx) => {
        ctx.order.limit('GOOG', 'buy', 80, 105, GIVEN);
        ctx.order.limit('GOOG', 'buy', 80, 104, GIVEN);
        ctx.order.stop('GOOG', 'buy', 80, 125, GIVEN);
      },
      12: close,
    },
    trades: [[80, 3, 13, 105, 100.74, -340.8]],
    equity: [10_232.8, 9720.8, 9659.2],
  },
  {
    title: 'an entry with an exit before it closes what is held on its own side and opens anew (exclusive_orders)',
    script: {
      1: (ctx) => buy(ctx, 5),
      3: (ctx) => {
        close(ctx);
        ctx.enterLong('GOOG', { reason: 'again', size: { shares: 5 } });
      },
      6: close,
    },
    trades: [
      [5, 2, 4, 110.75, 104.96, -28.95],
      [5, 4, 7, 104.96, 105.28, 1.6],
    ],
    equity: [9985.8, 9972.65, 9972.65],
  },
  {
    title: 'an older limit fills before a market order of the next bar',
    script: {
      1: (ctx) => buy(ctx, 5),
      2: (ctx) => ctx.order.limit('GOOG', 'sell', 5, 111, GIVEN),
      3: (ctx) => sell(ctx, 5),
      5: close,
    },
    trades: [
      [5, 2, 3, 110.75, 111.24, 2.45],
      [-5, 4, 6, 104.96, 108.1, -15.7],
    ],
    equity: [9987.7, 9986.75, 9986.75],
  },
  {
    title: 'an exit closes the lot of its own entry, not the oldest',
    script: {
      1: (ctx) => buy(ctx, 5),
      2: (ctx) => ctx.order.bracket('GOOG', 'buy', 3, { stop: 106, target: 115 }, GIVEN),
      9: close,
    },
    trades: [
      [3, 3, 3, 111.24, 106, -15.72],
      [5, 2, 10, 110.75, 99.19, -57.8],
    ],
    equity: [9970.08, 9926.48, 9926.48],
  },
  {
    title: 'a margin of a tenth buys ten times the equity',
    script: { 1: (ctx) => ctx.enterLong('GOOG', { reason: 'all' }), 5: close },
    costs: { preset: 'backtesting.py+margin.1000bps', feePlan: 'relative-10bps' },
    trades: [[902, 2, 6, 110.75, 108.1, -2587.7027]],
    equity: [7338.42, 7412.3, 7412.3],
  },
  {
    title: 'an order of the other side takes the oldest trade first, and what is left of that keeps its exits',
    script: {
      1: (ctx) => ctx.order.bracket('GOOG', 'buy', 5, { stop: 99, target: 125 }, GIVEN),
      2: (ctx) => ctx.order.bracket('GOOG', 'buy', 3, { stop: 97, target: 120 }, GIVEN),
      3: (ctx) => sell(ctx, 2),
      12: close,
    },
    trades: [
      [2, 2, 4, 110.75, 104.96, -11.58],
      [3, 2, 10, 110.75, 99.0, -35.25],
      [3, 3, 13, 111.24, 100.74, -31.5],
    ],
    equity: [9969.91, 9923.98, 9921.67],
  },
  {
    title: 'exits end with what their entry opened, whatever closed it',
    script: {
      1: (ctx) => ctx.order.bracket('GOOG', 'buy', 5, { stop: 100, target: 130 }, GIVEN),
      2: (ctx) => sell(ctx, 5),
      4: (ctx) => buy(ctx, 2),
      12: close,
    },
    trades: [
      [5, 2, 3, 110.75, 111.24, 2.45],
      [2, 5, 13, 104.95, 100.74, -8.42],
    ],
    equity: [10008.37, 9995.57, 9994.03],
  },
  {
    title: 'an entry against a position closes that first, and its exits are for what it opens',
    script: {
      1: (ctx) => buy(ctx, 4),
      3: (ctx) => ctx.order.bracket('GOOG', 'sell', 7, { stop: 112, target: 103 }, GIVEN),
      9: close,
    },
    costs: { preset: 'backtesting.py+spread.100bps', feePlan: 'per-order-1usd+relative-10bps' },
    trades: [
      [4, 2, 4, 111.8575, 104.96, -30.4573],
      [-3, 4, 7, 103.9104, 103.0, 0.1105],
    ],
    equity: [9956.23, 9969.65, 9969.65],
  },
  {
    title: 'an entry that closes alone has no exits',
    script: {
      1: (ctx) => buy(ctx, 4),
      3: (ctx) => ctx.order.bracket('GOOG', 'sell', 3, { stop: 109, target: 103 }, GIVEN),
      12: close,
    },
    trades: [
      [3, 2, 4, 110.75, 104.96, -17.37],
      [1, 2, 13, 110.75, 100.74, -10.01],
    ],
    equity: [9979.79, 9973.39, 9972.62],
  },
  {
    title: 'an exit owes the commission of its own trade, an order that of each trade that it closes',
    script: {
      1: (ctx) => buy(ctx, 4),
      2: (ctx) => ctx.order.bracket('GOOG', 'buy', 3, { stop: 106 }, GIVEN),
      3: (ctx) => buy(ctx, 2),
      7: (ctx) => sell(ctx, 6),
    },
    costs: { feePlan: 'per-order-1usd' },
    trades: [
      [3, 3, 3, 111.24, 106.0, -17.72],
      [4, 2, 8, 110.75, 102.3, -35.8],
      [2, 4, 8, 104.96, 102.3, -7.32],
    ],
    equity: [9974.82, 9939.16, 9939.16],
  },
  {
    title: 'exits of a resting entry look at its bar where an entry at the market lets its own do so',
    script: {
      3: (ctx) => {
        ctx.order.bracket('GOOG', 'buy', 3, { stop: 103.5, target: 107.5 }, { ...GIVEN, limit: 104.5 });
        ctx.order.bracket('GOOG', 'buy', 2, { stop: 100 }, GIVEN);
      },
      12: close,
    },
    trades: [
      [3, 4, 4, 104.5, 107.5, 9.0],
      [2, 4, 9, 104.96, 100.0, -9.92],
    ],
    equity: [10014.9, 9999.08, 9999.08],
  },
  {
    title: 'an exit leaves entries that wait with exits of their own in the market (Position.close)',
    script: {
      1: (ctx) => buy(ctx, 4),
      3: (ctx) => {
        ctx.order.bracket('GOOG', 'buy', 2, { stop: 95, target: 106 }, { ...GIVEN, limit: 103 });
        close(ctx);
      },
      12: close,
    },
    trades: [
      [4, 2, 4, 110.75, 104.96, -23.16],
      [2, 7, 13, 103.0, 100.74, -4.52],
    ],
    equity: [9976.84, 9973.86, 9972.32],
  },
  {
    title: 'trade_on_close: a stop that opens fills at the close before if that is beyond it; costs come a bar later',
    script: {
      1: (ctx) => ctx.order.stop('GOOG', 'buy', 5, 109, GIVEN),
      2: (ctx) => ctx.order.stop('GOOG', 'sell', 10, 108, GIVEN),
      8: close,
    },
    costs: { preset: 'backtesting.py-close', feePlan: 'relative-20bps' },
    trades: [
      [5, 2, 3, 109, 108, -7.17],
      [-5, 3, 8, 108, 102.37, 26.0463],
    ],
    equity: [9992.2, 10_018.88, 10_018.88],
  },
  {
    title:
      'a run ends at the close at which its equity is below 0: what is held is closed, what rests and comes is not',
    script: {
      5: (ctx) => buy(ctx, 1800),
      6: (ctx) => ctx.order.limit('GOOG', 'buy', 1, 50, GIVEN),
      12: (ctx) => buy(ctx, 10),
    },
    costs: { preset: 'backtesting.py+margin.500bps', feePlan: 'relative-10bps' },
    trades: [[1800, 6, 7, 108.1, 102.01, -11_340.198]],
    equity: [10_000, 0, 0],
  },
  {
    title: 'a short position that loses more than the account has ends the run',
    script: { 10: (ctx) => sell(ctx, 1400), 17: (ctx) => buy(ctx, 10) },
    costs: { preset: 'backtesting.py+margin.500bps' },
    trades: [[-1400, 11, 17, 100.95, 111.49, -14_756]],
    equity: [10_000, 10_000, 0],
  },
  {
    title: 'the end of a run by orders at the close just seen counts its commissions in that bar',
    script: { 9: (ctx) => sell(ctx, 1300), 17: (ctx) => buy(ctx, 10) },
    costs: { preset: 'backtesting.py-close+margin.500bps', feePlan: 'relative-20bps' },
    trades: [[-1300, 9, 17, 100.25, 111.49, -15_162.524]],
    equity: [10_000, 8101.35, 0],
  },
  {
    title: 'a run ends with nothing held where an exit has cost more than there was',
    script: {
      5: (ctx) => ctx.enterLong('GOOG', { ...LASTING, size: { shares: 1800 }, stop: 102.5 }),
      12: (ctx) => buy(ctx, 10),
    },
    costs: { preset: 'backtesting.py+margin.500bps' },
    trades: [[1800, 6, 7, 108.1, 102.5, -10_080]],
    equity: [10_000, 0, 0],
  },
];

describeWithReferenceData('order rules of backtesting.py', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(['goog/GOOG.csv']);
  }, 240_000);
  afterAll(() => history.close());

  async function run(
    script: GoldenCase['script'],
    to: string,
    { preset = 'backtesting.py', feePlan = 'zero' }: NonNullable<GoldenCase['costs']> = {},
  ): Promise<BacktestRun> {
    const strategyClass = class extends Strategy.with({}) {
      static override readonly subscribe = { symbols: ['GOOG'], timeframe: '1d' };
      private bar = -1;
      override onBar(_bar: unknown, ctx: Context): void {
        this.bar += 1;
        script[this.bar]?.(ctx);
      }
    };
    const result = await backtestFromStore(history.store, {
      strategies: [{ name: 'scripted', strategyClass, hash: '' }],
      from: '2004-08-19',
      to,
      preset,
      feePlan,
      adjust: 'raw',
      warmUpSessions: 0,
      startingCash: 10_000 * DOLLAR,
      engineVersion: 'test',
      createHash: () => createHash('sha256'),
    });
    expect(result.run.strategies.map(({ error }) => error)).toEqual([undefined]);
    return result.run;
  }

  it.each(CASES)('$title', async ({ script, costs, trades, equity }) => {
    const result = await run(script, '2004-09-16', costs);
    const barOf = new Map(Array.from(result.curve.time, (time, bar) => [time, bar]));
    const found = result.roundTrips.map((trip) => [
      (trip.side === 'buy' ? trip.quantity : -trip.quantity) / SHARE,
      barOf.get(trip.entryTime),
      barOf.get(trip.exitTime),
      trip.entryPrice / RAW_PRICE_SCALE,
      trip.exitPrice / RAW_PRICE_SCALE,
      expect.closeTo(trip.pnl / DOLLAR, 3) as number,
    ]);
    expect(trades).toEqual(found);
    const points = [5, 10, 19].map((bar) => result.curve.equity[bar] ?? Number.NaN);
    points.forEach((value, index) => expect(value).toBeCloseTo(equity[index] ?? Number.NaN, 1));
  });

  it('counts lengths from date to date, over half sessions and changes of the clock', async () => {
    const script: GoldenCase['script'] = {
      60: (ctx) => buy(ctx, 10),
      75: close,
      80: (ctx) => sell(ctx, 10),
      100: close,
    };
    const { statistics } = await run(script, '2005-03-23');
    expect(statistics).toMatchObject({ trades: 2, averageTradeDays: 26, maxDrawdownDays: 128 });
    expect(statistics.finalEquity).toBeCloseTo(9722.2, 6);
    expect(statistics.sharpe).toBeCloseTo(-1.370001, 6);
  });

  it('reckons the figures of a run that lost everything from the returns until then', async () => {
    const script: GoldenCase['script'] = { 10: (ctx) => sell(ctx, 1400) };
    const { statistics } = await run(script, '2004-09-16', { preset: 'backtesting.py+margin.500bps' });
    expect(statistics).toMatchObject({ totalReturn: -1, cagr: -1, annualReturn: 0, sharpe: 0, maxDrawdown: 1 });
    expect(statistics.annualVolatility).toBeCloseTo(157_721.327222, 6);
    expect([statistics.alpha, statistics.beta]).toEqual([Number.NaN, Number.NaN]);
  });

  it('leaves lengths out where there is neither a trade nor a fall', async () => {
    const { statistics } = await run({}, '2004-09-16');
    const { averageDrawdown, maxDrawdownDays, averageDrawdownDays, maxTradeDays, averageTradeDays } = statistics;
    expect([averageDrawdown, maxDrawdownDays, averageDrawdownDays, maxTradeDays, averageTradeDays]).toEqual(
      Array.from({ length: 5 }, () => Number.NaN),
    );
  });
});
