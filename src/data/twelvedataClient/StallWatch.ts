/**
 * When silence means that the feed is broken: prices are expected, the regular session is under way, and none came for
 * a while, although pings are answered (F44). Outside the regular session nothing is expected.
 *
 * The limit doubles each time it was reached, up to a cap, so that thin symbols or a halted market do not lead to one
 * connection after the other; it comes back when prices come as densely as it presumes. Pure; times are the process's.
 */
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import type { DurationMicros, Micros } from '../../domain/units.js';

/** The longest limit, as a multiple of the first one. */
const MOST_TIMES = 16;
/** So many prices within one first limit show a feed that is never quiet for long. */
const DENSE = 30;

/** See the module header. */
export class StallWatch {
  /** When the last price came; read by the owner, written by {@link note}. */
  lastPriceAt: Micros = 0.5;
  readonly #calendar: TradingCalendar;
  readonly #firstLimit: DurationMicros;
  #times = 1;
  #expectedSince: Micros = 0;
  /** Start and size of the count of prices that judges density. */
  #countedFrom = 0.5;
  #count = 0;

  constructor(calendar: TradingCalendar, limit: DurationMicros) {
    this.#calendar = calendar;
    this.#firstLimit = limit;
  }

  /** How long silence may last now. */
  get limit(): DurationMicros {
    return this.#firstLimit * this.#times;
  }

  /** From now on prices are expected. */
  expectFrom(now: Micros): void {
    this.#expectedSince = now;
  }

  /** A price came. */
  note(now: Micros): void {
    this.lastPriceAt = now;
    if (this.#times === 1) return;
    if (now - this.#countedFrom >= this.#firstLimit) {
      this.#countedFrom = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count >= DENSE) this.#times = 1;
  }

  /** When silence that lasts until then is a stall; later than `now`, or at most `now` if it is one already. */
  dueAt(now: Micros): Micros {
    const calendar = this.#calendar;
    const quietSince = Math.max(this.lastPriceAt, this.#expectedSince);
    let session = calendar.sessionOf(newYorkDate(now)) ?? calendar.nextSession(newYorkDate(now));
    // The second session is always ahead.
    for (;;) {
      const due = Math.max(quietSince, session.open) + this.limit;
      if (due < session.close && now < session.close) return due;
      session = calendar.nextSession(session.date);
    }
  }

  /** A stall was found. */
  stalled(): void {
    this.#times = Math.min(MOST_TIMES, this.#times * 2);
    this.#countedFrom = 0.5;
    this.#count = 0;
  }
}
