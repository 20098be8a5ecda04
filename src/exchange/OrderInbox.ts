/**
 * Orders, cancels and replaces on their way to the venue, by time of arrival; equal times in the order in which they
 * were sent.
 */
import type { OrderChanges, ReplacementIds } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** What a replace asks for; `sentAt` is when it was decided. */
export interface ReplaceRequest {
  readonly orderId: string;
  readonly changes: OrderChanges;
  readonly next: ReplacementIds;
  readonly sentAt: Micros;
}

/** A message; a cancel has no order but the id of one, a replace neither. */
export interface InboxMessage {
  readonly time: Micros;
  readonly order: WorkingOrder | undefined;
  readonly isDuplicate: boolean;
  readonly cancelId: string;
  readonly replace: ReplaceRequest | undefined;
  /** What a snapshot last told of it: the very same object every time, which a reader recognises. */
  told: Readonly<Record<string, unknown>> | undefined;
}

/** Places taken in front of the list are used again when there are more than this many and most are taken. */
const MOST_TAKEN = 128;

/** See the module header. */
export class OrderInbox {
  /** Time of the first message; Infinity if there is none. Read-only to users. */
  due: Micros = Infinity;
  private readonly messages: InboxMessage[] = [];
  private head = 0;
  private end = 0;

  pushOrder(order: WorkingOrder, isDuplicate: boolean, time: Micros): void {
    this.push({ time, order, isDuplicate, cancelId: '', replace: undefined, told: undefined });
  }

  pushCancel(orderId: string, time: Micros): void {
    this.push({ time, order: undefined, isDuplicate: false, cancelId: orderId, replace: undefined, told: undefined });
  }

  pushReplace(replace: ReplaceRequest, time: Micros): void {
    this.push({ time, order: undefined, isDuplicate: false, cancelId: '', replace, told: undefined });
  }

  /** The first message that arrives at or before `until`, removed. */
  take(until: Micros): InboxMessage | undefined {
    if (this.due > until) return undefined;
    const message = this.messages[this.head];
    this.head += 1;
    if (this.head === this.end) {
      this.head = 0;
      this.end = 0;
      this.due = Infinity;
    } else {
      if (this.head > MOST_TAKEN && this.head * 2 > this.end) this.moveUp();
      this.due = this.messages[this.head]?.time ?? Infinity;
    }
    return message;
  }

  /** All messages, oldest first. */
  list(): readonly InboxMessage[] {
    return this.messages.slice(this.head, this.end);
  }

  /** Replaces all messages. */
  reset(messages: readonly InboxMessage[]): void {
    this.head = 0;
    this.end = 0;
    this.due = Infinity;
    for (const message of messages) this.push(message);
  }

  private push(message: InboxMessage): void {
    let at = this.end;
    // Most are sent with one latency and belong at the end.
    for (; at > this.head; at -= 1) {
      const before = this.messages[at - 1];
      if (before === undefined || before.time <= message.time) break;
      this.messages[at] = before;
    }
    this.messages[at] = message;
    this.end += 1;
    this.due = this.messages[this.head]?.time ?? Infinity;
  }

  /** A queue that is never quite empty would grow, and keep all that went through it, without end. */
  private moveUp(): void {
    this.messages.copyWithin(0, this.head, this.end);
    this.end -= this.head;
    this.head = 0;
  }
}
