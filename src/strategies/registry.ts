/** The built-in strategies by name. */
import BuyAndHold from './builtin/BuyAndHold.js';
import OpeningRangeBreakout from './builtin/OpeningRangeBreakout.js';
import SmaCross from './builtin/SmaCross.js';
import type { StrategyClass } from './Strategy.js';

/** Every built-in strategy; the key is the name that users give. */
export const BUILT_IN_STRATEGIES: Readonly<Record<string, StrategyClass>> = {
  'sma-cross': SmaCross,
  'opening-range-breakout': OpeningRangeBreakout,
  'buy-and-hold': BuyAndHold,
};

/** The built-in strategy of this name, if there is one. */
export function builtInStrategy(name: string): StrategyClass | undefined {
  return Object.hasOwn(BUILT_IN_STRATEGIES, name) ? BUILT_IN_STRATEGIES[name] : undefined;
}
