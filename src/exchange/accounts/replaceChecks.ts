/** Why an open order of an account may not be replaced; the venue looks once more when the replace arrives. */
import type { OrderChanges } from '../../domain/order.js';
import type { Micros, Money } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { DoorRefusal } from '../../domain/venueDesk.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { cutoffRefusal, dollars, exitRefusal, refusal, shares, sharesRefusal, sizeRefusal } from './doorChecks.js';
import type { VenueAccount } from './VenueAccount.js';

/** The refusal at the door, or undefined. */
export function replaceRefusal(
  account: VenueAccount,
  order: WorkingOrder,
  changes: OrderChanges,
  now: Micros,
): DoorRefusal | undefined {
  const { id: orderId, status } = order;
  if (account.settings.suspendTrade) return refusal('TRADING_SUSPENDED');
  if (order.arrivedAt === 0 || status === 'pending_cancel' || status === 'pending_replace') {
    return refusal('NOT_REPLACEABLE', { orderId, status });
  }
  const { clientOrderId, quantity } = changes;
  if (clientOrderId !== undefined && account.hasUsed(clientOrderId)) return refusal('DUPLICATE_CLIENT_ORDER_ID');
  if (!changesAnything(order, changes)) return refusal('NOTHING_CHANGED', { orderId });
  if (quantity !== undefined && !(Number.isSafeInteger(quantity) && quantity > order.filledQuantity)) {
    return refusal('QUANTITY_INVALID', { filled: shares(order.filledQuantity) });
  }
  const { limitPrice, stopPrice, trail } = changes;
  const size = sizeRefusal(account, {
    symbolId: order.symbolId,
    side: order.sign === 1 ? 'buy' : 'sell',
    quantity: quantity ?? order.quantity,
    limitPrice: limitPrice ?? order.limitPrice,
    stopPrice: stopPrice ?? order.stopPrice,
    trail,
  });
  if (size !== undefined) return size;
  const terms = account.exchange.replaceRefusal(order, changes, now);
  if (terms === undefined) return amountRefusal(account, order, changes);
  if (terms === 'AUCTION_CUTOFF') {
    const { symbolId, acts } = order;
    const timeInForce = changes.timeInForce ?? order.timeInForce;
    return cutoffRefusal(account, { symbolId, timeInForce, isLimit: acts === 'limit' }, now);
  }
  if (terms === 'LEGS_INVALID') {
    return exitRefusal(account.exchange.memberFault(order, changes, now), account.exchange.priceScale);
  }
  return terms === 'BUYING_POWER' ? costRefusal(account, order, changes) : refusal(terms, { orderId });
}

function changesAnything(order: WorkingOrder, changes: OrderChanges): boolean {
  const { quantity, timeInForce, limitPrice, stopPrice, trail } = changes;
  if (quantity !== undefined && quantity !== order.quantity) return true;
  if (timeInForce !== undefined && timeInForce !== order.timeInForce) return true;
  if (limitPrice !== undefined && limitPrice !== order.limitPrice) return true;
  if (stopPrice !== undefined && stopPrice !== order.stopPrice) return true;
  if (trail === undefined) return false;
  return trail.kind === 'price' ? trail.amount !== order.trailAmount : trail.ppm !== order.trailPpm;
}

/** What the replacement would take beyond what the order holds already: free shares where it closes, else money. */
function amountRefusal(account: VenueAccount, order: WorkingOrder, changes: OrderChanges): DoorRefusal | undefined {
  const { symbolId } = order;
  const quantity = changes.quantity ?? order.quantity;
  const more = quantity - order.quantity;
  const held = account.book.quantityOf(symbolId);
  if (held !== 0 && held > 0 !== order.sign > 0) {
    return more <= account.availableOf(symbolId) ? undefined : sharesRefusal(account, symbolId, quantity);
  }
  const isCovered = costOf(account, order, changes) - order.reserve <= account.book.buyingPower;
  return isCovered ? undefined : costRefusal(account, order, changes);
}

/** What the unfilled part of the replacement is worth. */
function costOf(account: VenueAccount, order: WorkingOrder, changes: OrderChanges): Money {
  const price = Math.max(order.reservePrice, changes.limitPrice ?? changes.stopPrice ?? 0);
  const quantity = Math.max(0, (changes.quantity ?? order.quantity) - order.filledQuantity);
  return notional(price, quantity, account.exchange.priceScale);
}

function costRefusal(account: VenueAccount, order: WorkingOrder, changes: OrderChanges): DoorRefusal {
  const buyingPower = dollars(account.book.buyingPower + order.reserve);
  return refusal('BUYING_POWER', { buyingPower, costBasis: dollars(costOf(account, order, changes)) });
}
