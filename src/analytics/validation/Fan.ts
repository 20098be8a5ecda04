/**
 * The courses of many runs as a fan: what their wealth was spread over at some points along the way. It keeps a column
 * of values per point and no courses, so that thousands of runs of thousands of periods fit into memory.
 */
import { spreadOf } from './spread.js';
import type { Spread } from './spread.js';

/** Wealth over the way; 1 is where each run began. */
export interface Fan {
  /** Periods that had passed at each point, ascending, from 0 to all of them. */
  readonly steps: readonly number[];
  /** One per step. */
  readonly wealth: readonly Spread[];
}

/** Points along the way at most: more would not be seen. */
const MOST_STEPS = 80;
/** Runs that the fan is made of at most: its edges do not move with more. */
const MOST_RUNS = 5_000;

/** See the module header. */
export class FanRecorder {
  readonly #steps: readonly number[];
  /** Wealth of each run, by step. */
  readonly #columns: readonly number[][];

  /** For runs of `length` periods. */
  constructor(length: number) {
    const count = Math.max(1, Math.min(MOST_STEPS, length));
    this.#steps = Array.from({ length: count + 1 }, (_, step) => Math.round((step * length) / count));
    this.#columns = this.#steps.map(() => []);
  }

  /** Takes the returns of a run; runs beyond the first thousands change nothing. */
  add(returns: ArrayLike<number>): void {
    if ((this.#columns[0]?.length ?? 0) >= MOST_RUNS) return;
    let wealth = 1;
    let period = 0;
    for (const [column, step] of this.#steps.entries()) {
      for (; period < step; period += 1) wealth *= 1 + (returns[period] ?? 0);
      this.#columns[column]?.push(wealth);
    }
  }

  /** The fan of what was taken, one run at least. */
  read(): Fan {
    return { steps: this.#steps, wealth: this.#columns.map(spreadOf) };
  }
}
