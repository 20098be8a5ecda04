/**
 * Decided events on their way back, oldest first: each is due its report latency after it happened. Counts the
 * events that were taken and not yet applied by the kernel, which have nothing left to change.
 */
import type { DurationMicros, Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';

/** Places taken in front of the list are used again when there are more than this many and most are taken. */
const MOST_TAKEN = 128;

/** See the module header. */
export class ReportQueue {
  /** When the first report is due; Infinity if there is none. Read-only to users. */
  due: Micros = Infinity;
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
    const due = time + (this.latencyOf === undefined ? this.latency : this.latencyOf(time));
    const last = this.head === this.end ? 0 : (this.dues[this.end - 1] ?? 0);
    return due > last ? due : last;
  }

  push(event: VenueEvent): void {
    const due = this.dueFor(event.time);
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

  /** Replaces the undelivered events; nothing counts as taken then. */
  reset(events: readonly VenueEvent[]): void {
    this.head = 0;
    this.end = 0;
    this.due = Infinity;
    this.taken = 0;
    for (const event of events) this.push(event);
  }

  /** A queue that is never quite empty would grow, and keep all that went through it, without end. */
  private moveUp(): void {
    this.events.copyWithin(0, this.head, this.end);
    this.dues.copyWithin(0, this.head, this.end);
    this.end -= this.head;
    this.head = 0;
  }
}
