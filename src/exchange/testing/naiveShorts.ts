/** The short-sale price test at the naive exchange (R8): when it is in force, and what it makes of a sale. */
import { phaseAt } from '../../calendar/sessions.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { tickOf } from '../rulebook/tickSizes.js';
import { isAuctionTrade } from './naiveAuctions.js';
import type { NaiveMarket } from './NaiveMarket.js';
import { actsAs, isPrice } from './naiveRules.js';
import type { NaiveOrder, NaivePrint } from './naiveTypes.js';

/** Whether a trade of regular hours lies a tenth or more below the previous close. */
export function startsRestriction(print: NaivePrint, previousClose: number, time: number): boolean {
  const isRegular = phaseAt(time) === 'regular' && (print.flags & PrintFlag.EXTENDED_HOURS) === 0;
  const isAuctions = isAuctionTrade(print);
  return isRegular && !isAuctions && previousClose > 0 && 10 * print.price <= 9 * previousClose;
}

/** The lowest price at which a short sale may be shown now; 0 for an order that is free. */
export function shortFloor(market: NaiveMarket, known: NaiveOrder): number {
  if (known.order.side === 'buy' || known.opening === 0) return 0;
  if (market.exchange.now >= market.restrictedUntil) return 0;
  if (known.rests || market.crossedSince !== 0) return 0;
  // Without quotes the last sale is the best that is known of the bid.
  const bid = isPrice(market.bid.price) ? market.bid.price : market.quote === undefined ? market.last : 0;
  if (bid === 0) return 0;
  const floor = bid + tickOf(bid, RAW_PRICE_SCALE);
  return actsAs(known) === 'limit' && (known.order.limitPrice ?? 0) >= floor ? 0 : floor;
}

/** Whether an order may look at the market: a short sale is put above the bid, or ended. */
export function passesPriceTest(market: NaiveMarket, known: NaiveOrder): boolean {
  const { exchange } = market;
  const { shortSaleRule } = exchange.preset;
  const floor = shortSaleRule === 'none' ? 0 : shortFloor(market, known);
  if (floor === 0) return true;
  if (shortSaleRule === 'reject') {
    const reason = 'a short-sale restriction is in force and the price is not above the bid';
    exchange.end(known, 'canceled', exchange.now, reason);
    return false;
  }
  known.order = { ...known.order, limitPrice: floor };
  known.isRepriced = true;
  return true;
}
