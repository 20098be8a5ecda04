/** Rules of LEAN's framework algorithms with insights of equal weight, under their names. */
import { newYorkDate } from '../../../src/calendar/newYorkTime.js';
import type { Context, StrategyClass } from '../../../src/index.js';
import { LeanFramework } from './LeanFramework.js';
import type { LeanInsight, LeanModels } from './LeanFramework.js';
import { leanRule } from './leanRule.js';

/** Micros of a day. */
export const DAY = 86_400_000_000;

const DAYS_OF_WEEK = 7;
const TUESDAY = 2;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** A risk model: the symbols of which it wants nothing, given those that have new targets. */
type RiskModel = NonNullable<LeanModels['overridden']>;

/** A framework that takes a step at the last symbol's bar of a time; models are made anew for each run. */
function leanSteps(
  symbols: readonly string[],
  timeframe: string,
  modelsOf: () => LeanModels,
  insightsAt: (time: number, step: number) => readonly LeanInsight[],
): StrategyClass {
  return leanRule(symbols, timeframe, () => {
    const framework = new LeanFramework(modelsOf());
    let step = 0;
    return {
      onBar({ symbol, time }, ctx) {
        if (symbol !== symbols.at(-1)) return;
        framework.step(ctx, insightsAt(time, step));
        step += 1;
      },
    };
  });
}

/** Says of all symbols on each daily bar that they will go up, for less than a day. */
export function leanUpEachDay(symbols: readonly string[], models: LeanModels): StrategyClass {
  return leanSteps(
    symbols,
    '1d',
    () => models,
    (time) => symbols.map((symbol) => ({ symbol, direction: 1, end: time })),
  );
}

/** AddAlphaModel: says of each symbol on the first bar that it will go down, through the next bar. */
export function leanDownOnce(symbols: readonly string[]): StrategyClass {
  return leanSteps(
    symbols,
    '1d',
    () => ({ every: DAY }),
    (time, step) => (step === 0 ? symbols.map((symbol) => ({ symbol, direction: -1, end: time + DAY })) : []),
  );
}

/** EmitInsights: up on each bar, and down before that on every second one; out below a loss of 1 %. */
export const leanEmitInsights = leanRule(['SPY'], '1d', () => {
  const framework = new LeanFramework({ every: DAY, overridden: lossAbove(0.01) });
  let isSecond = false;
  return {
    onBar({ time }, ctx) {
      if (isSecond) framework.step(ctx, [{ symbol: 'SPY', direction: -1, end: time + DAY }]);
      isSecond = !isSecond;
      framework.step(ctx, [{ symbol: 'SPY', direction: 1, end: time + DAY }]);
    },
  };
});

/** All in AAPL from the first bar on, as long as a risk model lets it. */
export function leanUnderRisk(risksOf: () => readonly RiskModel[]): StrategyClass {
  return leanSteps(
    ['AAPL'],
    '1h',
    () => {
      const risks = risksOf();
      return { every: DAY, overridden: (ctx, targets) => risks.flatMap((risk) => risk(ctx, targets)) };
    },
    (time, step) => (step === 0 ? [{ symbol: 'AAPL', direction: 1, end: time + 31 * DAY }] : []),
  );
}

/** The last close before the Wednesday after a time. */
export function nextTuesday(now: number): number {
  let date = newYorkDate(now) + 1;
  while ((date + FIRST_WEEKDAY) % DAYS_OF_WEEK !== TUESDAY) date += 1;
  return now + (date - newYorkDate(now)) * DAY - DAY / 4;
}

/** Symbols whose position has lost more than a part of its cost. */
function lossAbove(part: number): RiskModel {
  return (ctx) =>
    ctx.symbols.filter((symbol) => {
      const { quantity, averagePrice } = ctx.position(symbol);
      return quantity !== 0 && Math.sign(quantity) * ((ctx.lastPrice(symbol) ?? 0) / averagePrice - 1) < -part;
    });
}

/** All that have new targets, once the equity is more than a part below where it was first, or at its highest. */
export function equityBelow(part: number, from: 'first' | 'highest'): RiskModel {
  let high: number | undefined;
  return ({ equity }, targets) => {
    high ??= equity;
    if (from === 'highest' && high < equity) {
      high = equity;
      return [];
    }
    if (equity / high - 1 >= -part || targets.length === 0) return [];
    high = undefined;
    return targets;
  };
}

/** AAPL, once what is held of it is worth a part less than at its highest. */
export function valueBelowHighest(part: number): RiskModel {
  let high = 0;
  return (ctx: Context) => {
    const { quantity, averagePrice } = ctx.position('AAPL');
    if (quantity === 0) high = 0;
    const value = quantity * (ctx.lastPrice('AAPL') ?? 0);
    high = Math.max(high, value, quantity * averagePrice);
    return (high - value) / high > part ? ['AAPL'] : [];
  };
}
