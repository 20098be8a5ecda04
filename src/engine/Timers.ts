/**
 * Timers of strategies and of their positions' time stops, due by event time; those of one time fire in the order in
 * which they were set.
 */
import type { Micros } from '../domain/units.js';
import type { StrategyInstance } from './StrategyInstance.js';

/** One timer. */
export interface Timer {
  readonly instance: StrategyInstance;
  readonly name: string;
  readonly time: Micros;
  /** Whether it closes the instance's position in a symbol instead of calling `onTimer`. */
  readonly isTimeStop: boolean;
  /** Only for time stops. */
  readonly symbolId: number;
}

/** See the module header. Few timers are expected: a sorted list. */
export class Timers {
  /** When the next is due; Infinity if none. */
  nextDue: Micros = Infinity;
  private readonly list: Timer[] = [];

  /** Sets a timer; a time that has passed is due at once. */
  add(instance: StrategyInstance, name: string, time: Micros): void {
    this.insert({ instance, name, time, isTimeStop: false, symbolId: -1 });
  }

  /** Closes the instance's position in a symbol at a time; a later call for the same symbol takes its place. */
  setTimeStop(instance: StrategyInstance, symbolId: number, time: Micros): void {
    const at = this.list.findIndex((one) => one.isTimeStop && one.instance === instance && one.symbolId === symbolId);
    if (at >= 0) this.list.splice(at, 1);
    this.insert({ instance, name: '', time, isTimeStop: true, symbolId });
  }

  private insert(timer: Timer): void {
    const { time } = timer;
    let at = this.list.length;
    while (at > 0 && (this.list[at - 1]?.time ?? -Infinity) > time) at -= 1;
    this.list.splice(at, 0, timer);
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
