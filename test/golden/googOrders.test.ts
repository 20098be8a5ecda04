/**
 * Published cases of backtesting.py's own tests (`backtesting/test/_test.py`, by their names there) on its daily bars
 * of GOOG: exits in the bar of their entry, spread, commissions with a fixed part, orders at the close.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import { Strategy } from '../../src/index.js';
import type { Bar, Context } from '../../src/index.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';

const EXIT = { reason: 'close' } as const;
const LASTING = { reason: 'entry', timeInForce: 'gtc' } as const;

/** A strategy that acts on bars by their number, counted from 1 on the first bar. */
function scripted(script: Readonly<Record<number, (ctx: Context, bar: Bar) => void>>): StrategyClass {
  return class extends Strategy.with({}) {
    static override readonly subscribe = { symbols: ['GOOG'], timeframe: '1d' };
    private count = 0;
    override onBar(bar: Bar, ctx: Context): void {
      this.count += 1;
      script[this.count]?.(ctx, bar);
    }
  };
}

describeWithReferenceData('published cases of backtesting.py', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(['goog/GOOG.csv']);
  }, 120_000);
  afterAll(() => history.close());

  async function run(
    strategyClass: StrategyClass,
    [from, to]: readonly [string, string],
    given: { readonly preset?: string; readonly feePlan?: string } = {},
  ): Promise<BacktestRun> {
    const { preset = 'backtesting.py', feePlan = 'zero' } = given;
    const result = await backtestFromStore(history.store, {
      strategies: [{ name: 'scripted', strategyClass, hash: '' }],
      from,
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

  /** The first 20 bars, as the tests there use. */
  const SHORT = ['2004-08-19', '2004-09-16'] as const;
  const OCTOBER = ['2012-10-17', '2012-10-22'] as const;

  function fills({ fills: list }: BacktestRun): string[] {
    return list.map(({ side, quantity, price, time }) => {
      const day = new Date(time / 1000).toISOString().slice(5, 10);
      return `${day} ${side} ${quantity / SHARE} @ ${price / RAW_PRICE_SCALE}`;
    });
  }

  function equityAt({ curve }: BacktestRun, ...bars: readonly number[]): string[] {
    return bars.map((bar) => (curve.equity[bar] ?? 0).toFixed(2));
  }

  it('test_trade_enter_hit_sl_on_same_day: a market entry meets its stop loss in its bar', async () => {
    const entry = scripted({ 1: (ctx) => ctx.enterLong('GOOG', { ...LASTING, stop: 720, size: { shares: 10 } }) });
    expect(fills(await run(entry, OCTOBER)).at(-1)).toBe('10-18 sell 10 @ 720');
  });

  it('test_trade_enter_hit_sl_on_same_day: a stop entry does not', async () => {
    const entry = scripted({
      1: (ctx) => ctx.enterLong('GOOG', { ...LASTING, enterAt: 758, stop: 720, size: { shares: 10 } }),
    });
    expect(fills(await run(entry, OCTOBER))).toEqual(['10-18 buy 10 @ 758', '10-19 sell 10 @ 705.58']);
  });

  it('test_stop_price_between_sl_tp: the stop is what a stop entry fills at', async () => {
    const entry = scripted({
      15: (ctx) => ctx.enterLong('GOOG', { ...LASTING, enterAt: 104, stop: 103, target: 110, size: { shares: 10 } }),
    });
    expect(fills(await run(entry, SHORT))[0]).toBe('09-10 buy 10 @ 104');
  });

  it('test_stop_entry_and_tp_in_same_bar: both fill in one bar that does not reach the stop loss', async () => {
    const entry = scripted({
      3: (ctx) => ctx.enterShort('GOOG', { ...LASTING, enterAt: 108, target: 105, stop: 113, size: { shares: 10 } }),
    });
    expect(fills(await run(entry, SHORT))).toEqual(['08-24 sell 10 @ 108', '08-24 buy 10 @ 105']);
  });

  it('test_sl_always_before_tp: of two exits in one bar the stop loss fills, at an open beyond it', async () => {
    const exits = scripted({
      4: (ctx) => ctx.order.market('GOOG', 'buy', 10, { reason: 'entry' }),
      5: (ctx) => ctx.order.oco('GOOG', 'sell', 10, { stop: 105, target: 107.9 }, LASTING),
    });
    expect(fills(await run(exits, SHORT)).at(-1)).toBe('08-26 sell 10 @ 104.95');
  });

  const inAndOut = scripted({
    2: (ctx) => ctx.enterLong('GOOG', { reason: 'all in' }),
    3: (ctx) => ctx.exit('GOOG', EXIT),
  });

  it('test_spread_commission: a spread is paid on entry alone, a commission on both', async () => {
    const spread = await run(inAndOut, SHORT, { preset: 'backtesting.py+spread.100bps', feePlan: 'relative-100bps' });
    expect(fills(spread)).toEqual(['08-23 buy 88 @ 111.8575', '08-24 sell 88 @ 111.24']);
    expect(equityAt(spread, 2, 3)).toEqual(['9685.31', '9749.33']);
  });

  it('test_spread_commission: a fixed and a relative commission', async () => {
    const tuple = await run(inAndOut, SHORT, { feePlan: 'per-order-100usd+relative-100bps' });
    expect(equityAt(tuple, 2, 3)).toEqual(['9784.50', '9718.69']);
  });

  it('test_spread_commission: a relative commission alone', async () => {
    const relative = await run(inAndOut, SHORT, { feePlan: 'relative-100bps' });
    expect(equityAt(relative, 2, 3)).toEqual(['9781.28', '9846.04']);
  });

  it('trade_on_close: market orders fill at the close of the bar they were given on', async () => {
    const result = await run(inAndOut, SHORT, { preset: 'backtesting.py-close' });
    expect(fills(result)).toEqual(['08-20 buy 92 @ 108.31', '08-23 sell 92 @ 109.4']);
  });
});
