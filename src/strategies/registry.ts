/** The built-in strategies by name. */
import BollingerReversion from './builtin/BollingerReversion.js';
import BuyAndHold from './builtin/BuyAndHold.js';
import DonchianBreakout from './builtin/DonchianBreakout.js';
import MacdTrend from './builtin/MacdTrend.js';
import MomentumRotation from './builtin/MomentumRotation.js';
import OpeningRangeBreakout from './builtin/OpeningRangeBreakout.js';
import Pairs from './builtin/Pairs.js';
import RsiReversion from './builtin/RsiReversion.js';
import SmaCross from './builtin/SmaCross.js';
import VwapReversion from './builtin/VwapReversion.js';
import type { StrategyClass } from './Strategy.js';

/** Every built-in strategy; the key is the name that users give. */
export const BUILT_IN_STRATEGIES: Readonly<Record<string, StrategyClass>> = {
  'sma-cross': SmaCross,
  'opening-range-breakout': OpeningRangeBreakout,
  'buy-and-hold': BuyAndHold,
  'rsi-reversion': RsiReversion,
  'bollinger-reversion': BollingerReversion,
  'macd-trend': MacdTrend,
  'donchian-breakout': DonchianBreakout,
  'vwap-reversion': VwapReversion,
  pairs: Pairs,
  'momentum-rotation': MomentumRotation,
};

/** The built-in strategy of this name, if there is one. */
export function builtInStrategy(name: string): StrategyClass | undefined {
  return Object.hasOwn(BUILT_IN_STRATEGIES, name) ? BUILT_IN_STRATEGIES[name] : undefined;
}
