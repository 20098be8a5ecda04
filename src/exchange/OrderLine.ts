/**
 * The line on which orders, cancels and replaces travel to the venue: when each arrives, by the latency of its kind
 * (M8). A cancel or replace never overtakes its order.
 */
import type { Micros } from '../domain/units.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { LatencyModel } from './LatencyModel.js';
import { LatencyLeg } from './LatencyModel.js';
import type { OrderInbox, ReplaceRequest } from './OrderInbox.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** See the module header. Every method gives the time of arrival; an order is put on the line by who asks. */
export class OrderLine {
  readonly #inbox: OrderInbox;
  readonly #latency: LatencyModel;
  readonly #book: ExchangeBook;

  constructor(inbox: OrderInbox, latency: LatencyModel, book: ExchangeBook) {
    this.#inbox = inbox;
    this.#latency = latency;
    this.#book = book;
  }

  /** An order; `delay` comes on top of its latency. A strategy saw the data late, a person chose the time. */
  arrivalOf(order: WorkingOrder, now: Micros, delay: Micros): Micros {
    if (order.source.kind === 'strategy') order.dataLatency = this.#latency.of(LatencyLeg.DATA, now);
    order.noteChange();
    order.dueAt = now + order.dataLatency + this.#latency.of(LatencyLeg.ORDER, now) + delay;
    return order.dueAt;
  }

  sendCancel(orderId: string, now: Micros): Micros {
    const arrival = this.#followingOf(orderId, LatencyLeg.CANCEL, now);
    this.#inbox.pushCancel(orderId, arrival);
    return arrival;
  }

  sendReplace(request: ReplaceRequest): Micros {
    const arrival = this.#followingOf(request.orderId, LatencyLeg.REPLACE, request.sentAt);
    this.#inbox.pushReplace(request, arrival);
    return arrival;
  }

  #followingOf(orderId: string, leg: number, now: Micros): Micros {
    const order = this.#book.orders.get(orderId) ?? this.#book.successors.get(orderId);
    // The decision to send it was made on data of its own time.
    const data = order?.source.kind === 'strategy' ? this.#latency.of(LatencyLeg.DATA, now) : 0;
    const arrival = now + data + this.#latency.of(leg, now);
    return order === undefined || order.arrivedAt !== 0 ? arrival : Math.max(arrival, order.dueAt);
  }
}
