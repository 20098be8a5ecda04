/**
 * Brings back on recovery what recorded events do not hold: places in queues, sizes taken, and decisions whose
 * report was still on its way when the process died.
 *
 * Recovery applies recorded events and decides nothing (K1). Beside it a second exchange runs that does decide,
 * on the same rows and orders. As long as each recorded event is exactly the next one that it reports, its state
 * is the state of the uninterrupted run, and the recovered exchange takes it over when it goes live. At the
 * first difference (another version decided otherwise) it is dropped, and the recorded events alone hold.
 */
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { PaperExchange } from './PaperExchange.js';

/** The reason that a cancel on request gives; the request itself is not part of a recovery. */
export const CANCELED_ON_REQUEST = 'canceled on request';

/** See the module header. Times of the calls never go back. */
export class RecoveryShadow {
  readonly #exchange: PaperExchange;
  /** Time of the rows observed and not yet matched; −1 if there are none. */
  #instant: Micros = -1;
  #isSound = true;

  /** `exchange` holds a copy of the state in which the recovery found its first order. */
  constructor(exchange: PaperExchange) {
    this.#exchange = exchange;
  }

  /** The exchange to observe the next row of `time` with; undefined once a difference was found. */
  observing(time: Micros): PaperExchange | undefined {
    if (!this.#isSound) return undefined;
    if (time !== this.#instant) {
      this.#reach(time);
      this.#instant = time;
    }
    return this.#exchange;
  }

  submit(order: Order, now: Micros): void {
    if (!this.#isSound) return;
    this.#reach(now);
    this.#exchange.submit(order, now);
  }

  /** Compares a recorded event with the next one reported. */
  compare(event: VenueEvent): void {
    if (!this.#isSound || event.type === 'cancelRejected') return;
    this.#reach(event.time);
    // Arrivals and expiries of exactly this time; its rows, if any, were observed before it could be reported.
    this.#exchange.matchInstant(event.time);
    if (event.type === 'canceled' && event.reason === CANCELED_ON_REQUEST) {
      this.#exchange.cancelRecorded(event.orderId, event.time);
    }
    const reported = this.#exchange.takeEvent(Infinity);
    this.#isSound = reported !== undefined && canonical(reported) === canonical(event);
    if (reported !== undefined) this.#exchange.apply(reported);
  }

  /** The state to go on with, or undefined if the recorded events alone hold. */
  finish(): unknown {
    if (!this.#isSound) return undefined;
    if (this.#instant >= 0) this.#exchange.matchInstant(this.#instant);
    return this.#exchange.snapshot();
  }

  /** Decides on the rows of the last instant, then on what is due until `time`. */
  #reach(time: Micros): void {
    if (this.#instant >= 0 && this.#instant <= time) {
      this.#exchange.matchInstant(this.#instant);
      this.#instant = -1;
    }
    this.#exchange.advanceTo(time);
  }
}

/** JSON with sorted keys, so that a decoded event equals the one it was made of. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
