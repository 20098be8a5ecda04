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

/** Judges a leg by the whole bar of its entry; a stop loss comes before its take profit. True if it elects a stop. */
export function judgeInEntryBar(
  armed: ArmedLeg,
  symbol: SymbolMarket,
  part: SpreadPart,
  bars: BarMatcher,
  out: FillDecision,
): boolean {
  const { leg, entryType, sibling } = armed;
  out.quantity = 0;
  if (leg.acts === 'stop') {
    if (entryType !== 'market') return false;
    bars.stop(leg, symbol, part, out);
    return out.rule !== '';
  }
  // The way from a stop entry to a take profit is one way; a bar that reaches the stop loss too tells no order.
  const isClear = sibling === undefined || !reaches(sibling.stopPrice, symbol);
  if (entryType === 'market' || (entryType === 'stop' && isClear)) bars.limit(leg, symbol, out);
  return false;
}

function reaches(price: number, { low, high }: SymbolMarket): boolean {
  return low <= price && price <= high;
}
