/**
 * Decided events on their way back, oldest first: each is due its report latency after it happened. Counts the
 * events that were taken and not yet applied by the kernel, which have nothing left to change.
 */
import type { DurationMicros, Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';

/** See the module header. */
export class ReportQueue {
  private events: VenueEvent[] = [];
  private head = 0;
  private taken = 0;
  private readonly latency: DurationMicros;

  constructor(latency: DurationMicros) {
    this.latency = latency;
  }

  push(event: VenueEvent): void {
    this.events.push(event);
  }

  /** When the first report is due; Infinity if there is none. */
  nextDue(): Micros {
    const event = this.events[this.head];
    return event === undefined ? Infinity : event.time + this.latency;
  }

  /** The first event whose report is due at or before `now`, removed. */
  take(now: Micros): VenueEvent | undefined {
    const event = this.events[this.head];
    if (event === undefined || event.time + this.latency > now) return undefined;
    this.head += 1;
    this.taken += 1;
    if (this.head === this.events.length) {
      this.events.length = 0;
      this.head = 0;
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
    return this.events.slice(this.head);
  }

  /** Replaces the undelivered events; nothing counts as taken then. */
  reset(events: VenueEvent[]): void {
    this.events = events;
    this.head = 0;
    this.taken = 0;
  }
}
