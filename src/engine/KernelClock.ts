/** The kernel's time: moved only by inputs, never back (K5). Shared by every part of one kernel. */
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import type { Micros } from '../domain/units.js';

/** Plain fields, because they are read per event; only the kernel writes them. */
export class KernelClock {
  /** Event time. A field that never held undefined is written in place; else each new time would be allocated. */
  now: Micros = 0;
  /** What part of the trading day `now` belongs to. */
  phase: SessionPhase = 'closed';
  /** Market rows and commands consumed so far. */
  inputs = 0;
  /** Where within the inputs a decision is made. */
  point = 0;

  constructor(now: Micros) {
    this.now = now;
  }

  /** Moves on to `time`; a time that is past changes nothing (K5). */
  moveTo(time: Micros): void {
    if (time > this.now) this.now = time;
  }
}
