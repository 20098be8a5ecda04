/** Orders and cancels on their way to the venue, oldest first. Both legs have one latency, so the queue is in time order. */
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** A message; a cancel has no order but the id of one. */
export interface InboxMessage {
  readonly time: Micros;
  readonly order: WorkingOrder | undefined;
  readonly isDuplicate: boolean;
  readonly cancelId: string;
}

/** See the module header. */
export class OrderInbox {
  private messages: InboxMessage[] = [];
  private head = 0;

  /** Time of the first message; Infinity if there is none. */
  nextTime(): Micros {
    return this.messages[this.head]?.time ?? Infinity;
  }

  pushOrder(order: WorkingOrder, isDuplicate: boolean, time: Micros): void {
    this.messages.push({ time, order, isDuplicate, cancelId: '' });
  }

  pushCancel(orderId: string, time: Micros): void {
    this.messages.push({ time, order: undefined, isDuplicate: false, cancelId: orderId });
  }

  /** The first message that arrives at or before `until`, removed. */
  take(until: Micros): InboxMessage | undefined {
    const message = this.messages[this.head];
    if (message === undefined || message.time > until) return undefined;
    this.head += 1;
    if (this.head === this.messages.length) {
      this.messages.length = 0;
      this.head = 0;
    }
    return message;
  }

  /** Removes the message whose outcome a recorded event already is. */
  forget(event: VenueEvent): void {
    const isCancel = event.type === 'canceled' || event.type === 'cancelRejected';
    const isArrival = event.type === 'accepted' || event.type === 'rejected';
    if (!isCancel && !isArrival) return;
    const at = this.messages.findIndex(
      (message, index) =>
        index >= this.head &&
        (isCancel
          ? message.order === undefined && message.cancelId === event.orderId
          : message.order?.id === event.orderId),
    );
    if (at >= 0) this.messages.splice(at, 1);
  }

  /** All messages, oldest first. */
  list(): readonly InboxMessage[] {
    return this.messages.slice(this.head);
  }

  /** Replaces all messages. */
  reset(messages: InboxMessage[]): void {
    this.messages = messages;
    this.head = 0;
  }
}
