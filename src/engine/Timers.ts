/** Timers of strategies, due by event time; those of one time fire in the order in which they were set. */
import type { Micros } from '../domain/units.js';
import type { StrategyInstance } from './StrategyInstance.js';

/** One timer. */
export interface Timer {
  readonly instance: StrategyInstance;
  readonly name: string;
  readonly time: Micros;
}

/** See the module header. Few timers are expected: a sorted list. */
export class Timers {
  /** When the next is due; Infinity if none. */
  nextDue: Micros = Infinity;
  private readonly list: Timer[] = [];

  /** Sets a timer; a time that has passed is due at once. */
  add(instance: StrategyInstance, name: string, time: Micros): void {
    let at = this.list.length;
    while (at > 0 && (this.list[at - 1]?.time ?? -Infinity) > time) at -= 1;
    this.list.splice(at, 0, { instance, name, time });
    this.nextDue = this.list[0]?.time ?? Infinity;
  }

  /** Removes and returns the next timer due at or before `now`. */
  take(now: Micros): Timer | undefined {
    if (this.nextDue > now) return undefined;
    const timer = this.list.shift();
    this.nextDue = this.list[0]?.time ?? Infinity;
    return timer;
  }
}
