/**
 * Orders of the session before that are to work on and wait for a price of their symbol: without one, no check could
 * tell whether their own is sane. What has not come to be entered when the day ends waits for the next one.
 */
import { ofSession } from './carriedOrders.js';
import type { Order } from '../domain/order.js';
import type { SubmitOrder } from './liveSessionParts.js';

/** One of them: the command that enters it, and the orders as the session before left them, legs included. */
export interface WaitingOrder {
  readonly command: SubmitOrder;
  readonly orders: readonly Order[];
}

/** See the module header. */
export class WaitingOrders {
  #waiting: readonly WaitingOrder[] = [];

  /** Waits for these from now on. */
  add(orders: readonly WaitingOrder[]): void {
    this.#waiting = [...this.#waiting, ...orders];
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Those whose symbol has a price now; they wait no longer. */
  takePriced(hasPrice: (symbol: string) => boolean): readonly WaitingOrder[] {
    const due = this.#waiting.filter(({ command }) => hasPrice(command.symbol));
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ command }) => !hasPrice(command.symbol));
    return due;
  }

  /** What the session after this one is to enter in its turn. Ids are those of `session`, in which they worked last. */
  left(session: string): readonly Order[] {
    // Ids are unique per session alone, and what this one leaves has the same.
    const idOf = (id: string): string => ofSession(id, session);
    return this.#waiting.flatMap(({ orders }) =>
      orders.map((order) => ({
        ...order,
        id: idOf(order.id),
        ...(order.parentId === undefined ? {} : { parentId: idOf(order.parentId) }),
      })),
    );
  }
}
