/**
 * Decided events on their way back, oldest first: each is due its report latency after it happened; what a bar decided
 * has been under way since the bar began. Counts the events that were taken and not yet applied by the kernel, which
 * have nothing left to change.
 */
import type { DurationMicros, Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';

/** Places taken in front of the list are used again when there are more than this many and most are taken. */
const MOST_TAKEN = 128;

/** See the module header. */
export class ReportQueue {
  /** When the first report is due; Infinity if there is none. Read-only to users. */
  due: Micros = Infinity;
  /**
   * How much of the latency is over when an event happens: while a bar decides its length, else 0. Whoever lets a bar
   * decide sets it, and puts it back. What happens somewhere in a bar is known at its end.
   */
  elapsed: DurationMicros = 0;
  // A list with a first and an end index: shortening an array is a slow call, overwriting its places is not.
  private readonly events: VenueEvent[] = [];
  private head = 0;
  private end = 0;
  private taken = 0;
  /** When each event is due, at the index of the event. */
  private readonly dues: Micros[] = [];
  private readonly latencyOf: ((time: Micros) => DurationMicros) | undefined;
  /** The latency where it does not vary. */
  private readonly latency: DurationMicros;

  /** `latency` is what a report of an event at some time takes, a pure function of the time where it varies. */
  constructor(latency: DurationMicros | ((time: Micros) => DurationMicros)) {
    this.latencyOf = typeof latency === 'number' ? undefined : latency;
    this.latency = typeof latency === 'number' ? latency : 0;
  }

  /** When the report of an event that happens now would be due: no report overtakes another. */
  dueFor(time: Micros): Micros {
    const latency = (this.latencyOf === undefined ? this.latency : this.latencyOf(time)) - this.elapsed;
    const due = latency > 0 ? time + latency : time;
    const last = this.head === this.end ? 0 : (this.dues[this.end - 1] ?? 0);
    return due > last ? due : last;
  }

  push(event: VenueEvent, due = this.dueFor(event.time)): void {
    if (this.head === this.end) this.due = due;
    this.events[this.end] = event;
    this.dues[this.end] = due;
    this.end += 1;
  }

  /** Lets every event be due at `now`, whatever its latency. */
  hasten(now: Micros): void {
    for (let at = this.head; at < this.end; at += 1) this.dues[at] = Math.min(this.dues[at] ?? now, now);
    if (this.head !== this.end) this.due = Math.min(this.due, now);
  }

  /** The first event whose report is due at or before `now`, removed. */
  take(now: Micros): VenueEvent | undefined {
    if (this.due > now) return undefined;
    const event = this.events[this.head];
    this.head += 1;
    this.taken += 1;
    if (this.head === this.end) {
      this.head = 0;
      this.end = 0;
      this.due = Infinity;
    } else {
      if (this.head > MOST_TAKEN && this.head * 2 > this.end) this.moveUp();
      this.due = this.dues[this.head] ?? 0;
    }
    return event;
  }

  /** Counts one applied event off; false if none was taken, so that the event is a recorded one. */
  countOff(): boolean {
    if (this.taken === 0) return false;
    this.taken -= 1;
    return true;
  }

  /** Undelivered events, oldest first. */
  list(): readonly VenueEvent[] {
    return this.events.slice(this.head, this.end);
  }

  /** When each undelivered event is due. */
  listDues(): readonly Micros[] {
    return this.dues.slice(this.head, this.end);
  }

  /**
   * Replaces the undelivered events; nothing counts as taken then. Without `dues` each is due by its latency, as if no
   * bar had decided it.
   */
  reset(events: readonly VenueEvent[], dues: readonly Micros[] = []): void {
    this.head = 0;
    this.end = 0;
    this.due = Infinity;
    this.taken = 0;
    events.forEach((event, index) => this.push(event, dues[index]));
  }

  /** A queue that is never quite empty would grow, and keep all that went through it, without end. */
  private moveUp(): void {
    this.events.copyWithin(0, this.head, this.end);
    this.dues.copyWithin(0, this.head, this.end);
    this.end -= this.head;
    this.head = 0;
  }
}
