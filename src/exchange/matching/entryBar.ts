/**
 * What the exits of an entry look at in the bar in which it filled, where a preset lets them look at the whole bar
 * (`Preset.entryBarExits`). The rules are those of `_process_orders` of backtesting.py, which goes through its orders
 * again after an entry at the market.
 */
import type { ArmedLeg } from '../OrderGroups.js';
import type { SpreadPart } from '../preset.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { BarMatcher } from './BarMatcher.js';
import type { FillDecision } from './FillDecision.js';

/** Of legs that one bar has armed stop losses look at it first, of the newest entry first; then take profits. */
export function queueInEntryBar(armed: ArmedLeg[]): void {
  const stops = armed.filter(({ leg }) => leg.acts === 'stop').reverse();
  const targets = armed.filter(({ leg }) => leg.acts !== 'stop');
  armed.splice(0, armed.length, ...stops, ...targets);
}

/**
 * Judges a leg by the whole bar of its entry, if that or another entry of the bar lets exits look at it; `armed` are
 * all that the bar has armed. True if it elects a stop.
 */
export function judgeInEntryBar(
  { leg }: ArmedLeg,
  armed: readonly ArmedLeg[],
  symbol: SymbolMarket,
  part: SpreadPart,
  bars: BarMatcher,
  out: FillDecision,
): boolean {
  out.quantity = 0;
  if (!armed.some((one) => one.leg.symbolId === leg.symbolId && letsLook(one, symbol))) return false;
  if (leg.acts === 'stop') {
    bars.stop(leg, symbol, part, out);
    return out.rule !== '';
  }
  bars.limit(leg, symbol, out);
  return false;
}

/** The way from a stop entry to a take profit is one way; a bar that reaches the stop loss too tells no order. */
function letsLook({ leg, entryInBar, entryType, sibling }: ArmedLeg, symbol: SymbolMarket): boolean {
  if (entryInBar === 0) return false;
  if (entryType === 'market') return true;
  if (entryType !== 'stop' || leg.acts === 'stop') return false;
  const isReached = leg.sign === 1 ? symbol.low <= leg.limitPrice : symbol.high >= leg.limitPrice;
  return isReached && (sibling === undefined || !reaches(sibling.stopPrice, symbol));
}

function reaches(price: number, { low, high }: SymbolMarket): boolean {
  return low <= price && price <= high;
}
