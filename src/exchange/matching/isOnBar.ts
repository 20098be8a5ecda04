/** Which orders a trade bar decides for. */
import { phaseAt } from '../../calendar/sessions.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import { Evidence } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { BarMatcher } from './BarMatcher.js';

/**
 * Whether the last bar decides for an order: it is its basis, of a part of the day in which it trades, and began late
 * enough. `isRegular` if the bar is of regular hours.
 */
export function isOnBar(order: WorkingOrder, symbol: SymbolMarket, isRegular: boolean, bars: BarMatcher): boolean {
  if (order.closed || order.arrivedAt === 0) return false;
  if (!isRegular && !(order.extendedHours && phaseAt(symbol.barTime - 1) !== 'closed')) return false;
  if (order.isAuction) return symbol.marketBasis === 'tradeBar' || (symbol.known & Evidence.PRINT) === 0;
  if (order.activatedAt === 0) return false;
  if (order.acts === 'stop') {
    // Prints elect stops where there are any (R3); bars do where there are none.
    if ((symbol.known & Evidence.PRINT) !== 0 && symbol.restingBasis !== 'tradeBar') return false;
  } else if ((order.isMarket ? symbol.marketBasis : symbol.restingBasis) !== 'tradeBar') {
    return false;
  }
  return bars.isAfter(order, symbol);
}
