/**
 * What the session knows of its own orders and positions: as far as it has been told, which is later than what its
 * exchange has decided, and the same live as on recovery. Shadow accounts compare themselves with it.
 */
import type { Order } from '../../domain/order.js';
import type { Quantity } from '../../domain/units.js';
import type { OrderEvent } from '../../domain/venueEvents.js';

/** The ids of an order and of those that were to take its place, oldest first. */
export type OrderIds = readonly string[];

/** See the module header. */
export class ReportedOrders {
  /** Signed micro-shares by symbol id. */
  readonly positions: Float64Array;
  readonly #open = new Set<string>();
  /** Micro-shares that were filled under each id. */
  readonly #filled = new Map<string, Quantity>();
  /** All ids of an order that was asked to be replaced, by each of them. */
  readonly #ids = new Map<string, OrderIds>();

  constructor(symbolCount: number) {
    this.positions = new Float64Array(symbolCount);
  }

  idsOf(orderId: string): OrderIds {
    return this.#ids.get(orderId) ?? [orderId];
  }

  /** Whether an order is open, under whatever id. */
  isOpen(orderId: string): boolean {
    return this.idsOf(orderId).some((id) => this.#open.has(id));
  }

  /** Micro-shares of an order that were filled, under whatever ids. */
  filledOf(orderId: string): Quantity {
    let filled = 0;
    for (const id of this.idsOf(orderId)) filled += this.#filled.get(id) ?? 0;
    return filled;
  }

  /** An order was sent, with its legs. */
  submitted(order: Order): void {
    this.#open.add(order.id);
    for (const leg of order.legs ?? []) this.#open.add(leg.id);
  }

  /** An order was asked to go on as another one. */
  replacing(orderId: string, nextId: string): void {
    const ids = [...this.idsOf(orderId), nextId];
    for (const id of ids) this.#ids.set(id, ids);
  }

  /** Takes a report. */
  report(event: OrderEvent): void {
    switch (event.type) {
      case 'filled': {
        const { symbolId, side, quantity } = event.fill;
        const signed = side === 'buy' ? quantity : -quantity;
        this.positions[symbolId] = (this.positions[symbolId] ?? 0) + signed;
        this.#filled.set(event.orderId, (this.#filled.get(event.orderId) ?? 0) + quantity);
        if (event.final) this.#open.delete(event.orderId);
        return;
      }
      case 'rejected':
      case 'canceled':
      case 'expired':
        this.#open.delete(event.orderId);
        return;
      case 'replaced':
        this.#open.delete(event.orderId);
        this.#open.add(event.order.id);
        return;
      default:
    }
  }

  /** Forgets orders that have ended: nobody has them open any more. */
  forgetEnded(): void {
    const { size } = this.#open;
    if (this.#filled.size <= size && this.#ids.size <= size) return;
    for (const id of this.#filled.keys()) if (!this.isOpen(id)) this.#filled.delete(id);
    for (const id of [...this.#ids.keys()]) if (!this.isOpen(id)) this.#ids.delete(id);
  }
}
