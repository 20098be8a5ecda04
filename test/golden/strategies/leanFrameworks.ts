/** Rules of LEAN's frameworks: what its alpha models want, and its risk models end. */
import { newYorkMinuteOfDay } from '../../../src/calendar/newYorkTime.js';
import type { StrategyClass } from '../../../src/index.js';
import { leanRule } from './leanRule.js';

const REASON = { reason: 'rule' };
const SESSION_START = 9 * 60 + 31;
const INSIGHT_MINUTES = 20;

/** All in AAPL on the first bar; out, for good, on the first bar at whose close its risk model wants that. */
export function leanUntilRisk(isOver: (change: number) => boolean): StrategyClass {
  return leanRule(['AAPL'], '1h', () => {
    let state: 'out' | 'in' | 'done' = 'out';
    return {
      onBar({ close }, ctx) {
        const { quantity, averagePrice } = ctx.position('AAPL');
        if (state === 'out') {
          state = 'in';
          ctx.target('AAPL', { weight: 1 }, REASON);
        } else if (state === 'in' && quantity !== 0 && isOver(close / averagePrice - 1)) {
          state = 'done';
          ctx.exit('AAPL', REASON);
        }
      },
    };
  });
}

/** A quarter of the equity with each new insight, but for orders that take less margin than 0.1 % of it. */
export const leanQuarterInsights = leanRule(['SPY'], '1m', () => ({
  onBar({ time, close }, ctx) {
    if ((newYorkMinuteOfDay(time) - SESSION_START) % INSIGHT_MINUTES !== 0) return;
    const { equity } = ctx;
    const { quantity } = ctx.position('SPY');
    const change = Math.floor((0.25 * (equity * 0.9975 - 1)) / close) - quantity;
    const least = 0.002 * equity;
    if (Math.abs(0.25 * 0.9975 * equity - quantity * close) < least || Math.abs(change) * close < least) return;
    ctx.order.market('SPY', change > 0 ? 'buy' : 'sell', Math.abs(change), REASON);
  },
}));

/** LEAN reckons with the bid, which a strategy is not told: it is taken to be two cents as traded below the price. */
const BELOW = 0.02 * 0.8646266;

/**
 * A framework with `ConstantAlphaModel` on SPY: an insight every 20 minutes from the first bar of a day on, good for 20
 * minutes of trading, through the bar at its end. What is wanted follows from how many are in force, and is asked for
 * when that changes or one is new; what `isOver` says of the profit of the position, its selling fee taken off, ends it
 * until the next insight.
 */
export function leanConstantAlpha(
  weightOf: (insights: number) => number,
  isOver: (profit: number) => boolean = () => false,
): StrategyClass {
  return leanRule(['SPY'], '1m', () => {
    let ends: number[] = [];
    let minutes = 0;
    let weight = 0;
    return {
      onBar({ time, close }, ctx) {
        minutes += 1;
        const { quantity, averagePrice } = ctx.position('SPY');
        const fee = Math.max(1, 0.005 * quantity);
        if (quantity > 0 && isOver((close - BELOW - fee / quantity) / averagePrice - 1)) {
          ends = [];
          weight = 0;
          ctx.target('SPY', { weight }, REASON);
          return;
        }
        ends = ends.filter((end) => end >= minutes);
        if ((newYorkMinuteOfDay(time) - SESSION_START) % INSIGHT_MINUTES === 0) ends.push(minutes + INSIGHT_MINUTES);
        const wanted = weightOf(ends.length);
        if (wanted === weight) return;
        weight = wanted;
        ctx.target('SPY', { weight }, REASON);
      },
    };
  });
}
