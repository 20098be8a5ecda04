/** Events of one kind in order of time while they are told one after another. */
import type { Micros } from '../domain/units.js';

/** See the module header. */
export class EventLine {
  /** When the next one happened; Infinity after the last. */
  due: Micros = Infinity;
  private next = 0;
  private readonly count: number;
  private readonly timeAt: (index: number) => Micros;
  private readonly tell: (index: number) => void;

  /** `timeAt` never decreases with the index, counted from 0; `tell` gets each in turn. */
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
