/**
 * The orders of desk accounts as their events leave them, in the TradeManager's states: what the tables and the trade
 * log know of orders that no TradeManager gave. An order that is over is told a last time and forgotten.
 */
import type { Order } from '../domain/order.js';
import type { OrderStatus } from '../domain/orderState.js';
import { isTerminal } from '../domain/orderState.js';
import type { Micros } from '../domain/units.js';
import { notional } from '../domain/units.js';
import type { OrderEvent } from '../domain/venueEvents.js';

/** An order, and whether it is a leg that waits for its entry. */
interface Followed {
  readonly order: Order;
  readonly waits: boolean;
}

/** What an event changes of an order. */
type Change = Partial<
  Pick<Order, 'status' | 'statusReason' | 'quantity' | 'limitPrice' | 'stopPrice' | 'filledQuantity' | 'filledNotional'>
>;

type Event<Type extends OrderEvent['type']> = Extract<OrderEvent, { readonly type: Type }>;

/** See the module header. */
export class DeskOrders {
  readonly #priceScale: number;
  readonly #open = new Map<string, Followed>();

  /** `carried` are the orders that were open when the session began. */
  constructor(priceScale: number, carried: readonly Order[]) {
    this.#priceScale = priceScale;
    for (const order of carried) this.#open.set(order.id, { order, waits: order.status === 'held' });
  }

  /** An open order; undefined if it is over or was never entered. */
  order(orderId: string): Order | undefined {
    return this.#open.get(orderId)?.order;
  }

  /** Takes the next event; gives the orders that it concerns as they are after it. */
  apply(event: OrderEvent): readonly Order[] {
    if (event.type === 'entered') return this.#enter(event.order);
    const followed = this.#open.get(event.orderId);
    // Answers to a cancel or a replace, and reversals of fills, may come after the order's end.
    if (followed === undefined) return [];
    if (event.type === 'replaced') return this.#replace(followed, event);
    const waits = event.type === 'held' || (followed.waits && event.type !== 'accepted');
    const change = this.#changeOf({ order: followed.order, waits }, event);
    return change === undefined ? [] : [this.#keep(followed.order, change, event.time, waits)];
  }

  #enter({ legs = [], ...order }: Order): readonly Order[] {
    const entered: readonly Order[] = [order, ...legs];
    for (const one of entered) this.#open.set(one.id, { order: one, waits: false });
    return entered;
  }

  /** What becomes of an order; undefined if nothing that is told. */
  #changeOf(followed: Followed, event: Exclude<OrderEvent, Event<'entered' | 'replaced'>>): Change | undefined {
    const { order } = followed;
    switch (event.type) {
      case 'accepted':
      case 'held':
        return isPending(order) ? {} : { status: workingStatus(followed) };
      case 'activated':
        return order.status === 'done_for_day' ? { status: workingStatus(followed) } : undefined;
      case 'cancelRequested':
        return { status: 'pending_cancel' };
      case 'replaceRequested':
        return order.status === 'pending_cancel' ? undefined : { status: 'pending_replace' };
      case 'cancelRejected':
        return order.status === 'pending_cancel' ? { status: workingStatus(followed) } : undefined;
      case 'replaceRejected':
        return order.status === 'pending_replace' ? { status: workingStatus(followed) } : undefined;
      case 'doneForDay':
        return isPending(order) ? undefined : { status: 'done_for_day' };
      case 'resized':
        return { quantity: event.quantity };
      case 'restated': {
        const { quantity = order.quantity, limitPrice, stopPrice } = event;
        return {
          quantity,
          ...(limitPrice === undefined ? {} : { limitPrice }),
          ...(stopPrice === undefined ? {} : { stopPrice }),
        };
      }
      case 'filled':
        return this.#fill(order, event);
      case 'rejected':
      case 'canceled':
      case 'expired':
        return { status: event.type, statusReason: event.reason };
      case 'triggered':
        // A state of the venue only.
        return undefined;
      case 'busted':
      case 'corrected':
        // What an order was is history; money and shares are the books' (R23).
        return undefined;
    }
  }

  #fill(order: Order, { fill, final }: Event<'filled'>): Change {
    const filledQuantity = order.filledQuantity + fill.quantity;
    const filledNotional = order.filledNotional + notional(fill.price, fill.quantity, this.#priceScale);
    // An order over dollars has the quantity that it filled.
    const quantity = Math.max(order.quantity, filledQuantity);
    const status = final ? 'filled' : isPending(order) ? order.status : 'partially_filled';
    return { quantity, filledQuantity, filledNotional, status };
  }

  /** The order is over, and another one stands in its place with what was filled before. */
  #replace({ order, waits }: Followed, { order: request, time }: Event<'replaced'>): readonly Order[] {
    const { filledQuantity, filledNotional, parentId, role } = order;
    const { legs: _, ...terms } = request;
    const next: Order = {
      ...terms,
      ...(parentId === undefined ? {} : { parentId }),
      ...(role === undefined ? {} : { role }),
      replaces: order.id,
      filledQuantity,
      filledNotional,
      updatedAt: time,
      status: workingStatus({ order: { ...terms, filledQuantity }, waits }),
    };
    const change = { status: 'replaced', statusReason: `replaced by ${next.id}` } as const;
    const old = this.#keep({ ...order, replacedBy: next.id }, change, time, waits);
    this.#open.set(next.id, { order: next, waits });
    const legs: Order[] = [];
    for (const [id, leg] of this.#open) {
      if (leg.order.parentId !== order.id) continue;
      const moved = { ...leg.order, parentId: next.id };
      this.#open.set(id, { order: moved, waits: leg.waits });
      legs.push(moved);
    }
    return [old, next, ...legs];
  }

  #keep(order: Order, change: Change, updatedAt: Micros, waits: boolean): Order {
    const next = { ...order, ...change, updatedAt };
    if (isTerminal(next.status)) this.#open.delete(next.id);
    else this.#open.set(next.id, { order: next, waits });
    return next;
  }
}

function isPending({ status }: Order): boolean {
  return status === 'pending_cancel' || status === 'pending_replace';
}

/** The state of an order at the venue for which nothing is under way. */
function workingStatus({ order, waits }: Followed): OrderStatus {
  if (waits) return 'held';
  return order.filledQuantity > 0 ? 'partially_filled' : 'accepted';
}
