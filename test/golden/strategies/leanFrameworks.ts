/** Rules of LEAN's frameworks: what its alpha models want, and its risk models end. */
import { newYorkMinuteOfDay } from '../../../src/calendar/newYorkTime.js';
import type { StrategyClass } from '../../../src/index.js';
import { leanRule } from './leanRule.js';

const REASON = { reason: 'rule' };

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

const SESSION_START = 9 * 60 + 31;
const INSIGHT_MINUTES = 20;
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
