/**
 * Events of one kind while they are told one after another, in the order in which they are listed: by time, but for
 * signals that waited for an exit, which are listed where they were answered. What is due before the one in front of it
 * is told right after that.
 */
import type { Micros } from '../domain/units.js';

/** See the module header. */
export class EventLine {
  /** When the next one happened; Infinity after the last. */
  due: Micros = Infinity;
  private next = 0;
  private readonly count: number;
  private readonly timeAt: (index: number) => Micros;
  private readonly tell: (index: number) => void;

  /** `timeAt` gives the time of an index, counted from 0; `tell` gets each in turn. */
  constructor(count: number, timeAt: (index: number) => Micros, tell: (index: number) => void) {
    this.count = count;
    this.timeAt = timeAt;
    this.tell = tell;
    if (count > 0) this.due = timeAt(0);
  }

  /** Tells the next one; there must be one. */
  take(): void {
    const index = this.next;
    this.next += 1;
    this.due = this.next < this.count ? this.timeAt(this.next) : Infinity;
    this.tell(index);
  }
}
