/**
 * A cursor over the boundaries of sessions for times that never go back: what phase it is, and when that ends.
 *
 * The hot path is one comparison, `time >= clock.nextBoundary`. Crossing a boundary is a step in a table;
 * nothing is searched or allocated.
 */
import type { Micros } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import { nyse } from './sessions.js';
import type { Session, SessionPhase, TradingCalendar } from './TradingCalendar.js';
import { BOUNDARIES_PER_SESSION, phaseBefore } from './TradingCalendar.js';
import { newYorkDate } from './newYorkTime.js';

/** See the module header. Fields are plain because the kernel reads them per event. */
export class SessionClock {
  /** When the current phase ends: the first boundary after the clock's time. Read-only to users. */
  nextBoundary: Micros = 0;
  /** The phase at the clock's time. Read-only to users. */
  phase: SessionPhase = 'closed';
  private calendar: TradingCalendar;
  private index = 0;

  /** Starts at a time within the calendar's years, else throws `CALENDAR_RANGE`. */
  constructor(time: Micros, calendar: TradingCalendar = nyse) {
    this.calendar = calendar;
    this.moveTo(calendar.boundaryAfter(time));
  }

  /**
   * Goes to `time`, past every boundary at or before it; earlier times change nothing. Returns whether the
   * phase or the session changed. Throws `CALENDAR_RANGE` at the end of the last year.
   */
  advance(time: Micros): boolean {
    if (time < this.nextBoundary) return false;
    while (time >= this.nextBoundary) this.step();
    return true;
  }

  /**
   * Crosses exactly the next boundary, so that a caller who jumps over several can act on each:
   * `while (clock.nextBoundary <= time) { const at = clock.nextBoundary; clock.step(); … }`.
   */
  step(): void {
    const last = this.calendar.boundaries.length - 1;
    // Past the end of the last year the calendar has no answer; asking it gives the error with its words.
    if (this.index >= last) this.calendar.indexOnOrAfter(newYorkDate(this.nextBoundary));
    this.moveTo(this.index + 1);
  }

  /** The session that is under way (premarket to after hours), or the next one while the market is closed. */
  session(): Session {
    const index = Math.floor(this.index / BOUNDARIES_PER_SESSION);
    return this.calendar.sessionAtIndex(index);
  }

  /** Whether a session is under way: any phase but `closed`. */
  isOpen(): boolean {
    return this.phase !== 'closed';
  }

  /** Takes over a changed calendar at `time`, the clock's present (F55). */
  replaceCalendar(calendar: TradingCalendar, time: Micros): void {
    assert(time < this.nextBoundary, 'the clock has been advanced to the time of the change');
    this.calendar = calendar;
    this.moveTo(calendar.boundaryAfter(time));
  }

  private moveTo(index: number): void {
    this.index = index;
    this.nextBoundary = this.calendar.boundaries[index] ?? Infinity;
    this.phase = phaseBefore(index);
  }
}
