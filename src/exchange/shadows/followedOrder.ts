/**
 * What a shadow account makes of an order of the session. The order was sized by what the session's account holds; a
 * shadow may hold more, less or nothing, since its fills were others. An order that adds is taken as it is. One that
 * closes never opens: all of the position closes all that the shadow has, a part at most so much. So no shadow ever
 * stands on the other side by an order that was an exit.
 */
import type { Order } from '../../domain/order.js';
import type { Quantity } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { Preset } from '../preset.js';

/** What a shadow has in the symbol of an order. Its open orders take long to tell: most orders ask for none. */
export interface ShadowPosition {
  /** Signed micro-shares. */
  readonly held: Quantity;
  /** Micro-shares that its open orders of the other side are behind those of the session, and may still add. */
  readonly behind: Quantity;
  /** Micro-shares that its open orders of the same side are to close. */
  readonly closing: Quantity;
}

/** How much of an order a shadow takes, and whether it only closes. */
export interface FollowedTerms {
  /** Micro-shares; 0 for orders that have no quantity yet. */
  readonly quantity: Quantity;
  readonly reduceOnly: boolean;
}

/**
 * What the shadow takes of an order; undefined if that is to close and there is nothing to close, or if it is sure to
 * be refused. `reported` are the signed micro-shares that the session's account holds, as far as it has been told.
 */
export function followedTerms(
  order: Pick<Order, 'side' | 'quantity'>,
  reported: Quantity,
  shadow: ShadowPosition,
  crossing: Preset['crossing'],
): FollowedTerms | undefined {
  const sign = order.side === 'buy' ? 1 : -1;
  const { quantity } = order;
  if (reported * sign >= 0) {
    // It adds. A shadow that is on the other side, and not about to leave it, leaves by this order and no further.
    const isOpposite = crossing === 'reject' && shadow.held * sign < 0;
    return { quantity, reduceOnly: isOpposite && shadow.closing < -sign * shadow.held };
  }
  // It would cross, which the session's exchange refuses.
  if (crossing === 'reject' && quantity > Math.abs(reported)) return undefined;
  const closable = Math.max(0, -sign * shadow.held) + shadow.behind;
  const beyond = Math.max(0, quantity - Math.abs(reported));
  if (closable === 0 && beyond === 0) return undefined;
  // Notional orders, and orders that are sized at their fill, have no quantity yet.
  if (quantity === 0) return { quantity: 0, reduceOnly: true };
  const closesAll = quantity >= Math.abs(reported);
  // An order for whole shares stays one, unless there is less than one to close.
  const parts = quantity % SHARE === 0 && closable >= SHARE ? closable % SHARE : 0;
  const closing = closesAll ? closable - parts : Math.min(quantity, closable);
  return { quantity: closing + beyond, reduceOnly: beyond === 0 };
}

/** Makes the orders that shadows take of one of the session: copies that last, one for all that take the same. */
export class FollowedOrders {
  readonly #order: Order;
  readonly #made: Order[] = [];

  constructor(order: Order) {
    this.#order = order;
  }

  /** The order of these terms, with legs that only close: an exit of the session may have come before them. */
  of({ quantity, reduceOnly }: FollowedTerms): Order {
    const known = this.#made.find((one) => one.quantity === quantity && one.reduceOnly === reduceOnly);
    if (known !== undefined) return known;
    const order = this.#order;
    // The exits of an oco share its quantity, those of other groups that of the entry.
    const legQuantity = order.orderClass === 'oco' ? quantity : order.quantity;
    const legs = order.legs?.map((leg) => copyOf(leg, legQuantity, true, undefined));
    const made = copyOf(order, quantity, reduceOnly, legs);
    this.#made.push(made);
    return made;
  }
}

/** An order with every field, those that it has not undefined. */
type OrderFields = { readonly [Field in keyof Order]-?: Order[Field] | undefined };

/** Named one by one: spreading an object of so many fields takes many times as long, and what comes of it lives on. */
function copyOf(order: Order, quantity: Quantity, reduceOnly: boolean, legs: readonly Order[] | undefined): Order {
  const copy: OrderFields = {
    id: order.id,
    number: order.number,
    clientOrderId: order.clientOrderId,
    clientOrderNumber: order.clientOrderNumber,
    clientOrderPrefix: order.clientOrderPrefix,
    accountId: order.accountId,
    symbolId: order.symbolId,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity,
    limitPrice: order.limitPrice,
    stopPrice: order.stopPrice,
    notional: order.notional,
    trail: order.trail,
    sizeAtFill: order.sizeAtFill,
    extendedHours: order.extendedHours,
    source: order.source,
    reason: order.reason,
    signalId: order.signalId,
    carriedEntry: order.carriedEntry,
    status: order.status,
    statusReason: order.statusReason,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    filledQuantity: order.filledQuantity,
    filledNotional: order.filledNotional,
    orderClass: order.orderClass,
    legs,
    parentId: order.parentId,
    role: order.role,
    replaces: order.replaces,
    replacedBy: order.replacedBy,
    reduceOnly,
    highWaterMark: order.highWaterMark,
  };
  return copy as Order;
}
