/**
 * An average whose length is chosen anew with every value (TA-Lib's MAVP). The simple one takes any length from sums
 * that restart with every round of its window, at constant cost; of the others one average per length is kept, which
 * costs one step for each length that may come up.
 */
import { assert } from '../utils/assert.js';
import { averageOf } from './averageKinds.js';
import type { AverageKind } from './averageKinds.js';
import type { Average } from './averages.js';

/** The least and greatest length that may be chosen, in bars. */
export interface LengthRange {
  readonly shortest: number;
  readonly longest: number;
}

/** See the module header. */
export class VariableLengthAverage {
  /** Values until the first average, that value included: as many as the longest needs, whatever is chosen. */
  readonly warmUp: number;
  private readonly shortest: number;
  private readonly longest: number;
  private readonly sums: RangeSums | undefined;
  private readonly averages: readonly Average[];
  private readonly newest: Float64Array;
  private pushed = 0;

  constructor(kind: AverageKind, { shortest, longest }: LengthRange) {
    const isRange = Number.isInteger(shortest) && Number.isInteger(longest) && shortest >= 1 && longest >= shortest;
    assert(isRange, `an average of ${shortest} to ${longest} bars: whole numbers, the shorter one first`);
    this.longest = longest;
    this.warmUp = averageOf(kind, longest).warmUp;
    this.shortest = shortest;
    this.sums = kind === 'simple' ? new RangeSums(longest) : undefined;
    const count = kind === 'simple' ? 0 : longest - shortest + 1;
    this.averages = Array.from({ length: count }, (_, more) => averageOf(kind, shortest + more));
    this.newest = new Float64Array(count);
  }

  /** Takes a value in. */
  push(value: number): void {
    if (this.pushed < this.warmUp) this.pushed += 1;
    this.sums?.push(value);
    const { averages, newest, pushed, warmUp } = this;
    for (let index = 0; index < averages.length; index += 1) {
      const average = averages[index];
      // As in TA-Lib all have their first value together: a short average does not begin before it has to.
      if (average !== undefined && pushed + average.warmUp > warmUp) newest[index] = average.push(value);
    }
  }

  /** The average over `length` values: its whole part, held within the range. NaN before the warm-up is over. */
  of(length: number): number {
    const { warmUp, shortest, longest, sums } = this;
    if (this.pushed < warmUp) return NaN;
    const chosen = Math.min(longest, Math.max(shortest, Math.floor(length)));
    return sums === undefined ? (this.newest[chosen - shortest] ?? NaN) : sums.last(chosen) / chosen;
  }
}

/** Sums of the last values, of any number of them up to `most`. */
class RangeSums {
  /**
   * A ring of one place more than values that may be asked for: for each the sum from the first place to this one, in
   * the round in which it was written. Every round begins at 0, so that nothing grows or drifts.
   */
  private readonly sums: Float64Array;
  private place = -1;

  constructor(most: number) {
    this.sums = new Float64Array(most + 1);
  }

  push(value: number): void {
    const { sums } = this;
    this.place = this.place + 1 === sums.length ? 0 : this.place + 1;
    sums[this.place] = (this.place === 0 ? 0 : (sums[this.place - 1] ?? 0)) + value;
  }

  /** The sum of the last `count` values, of at least as many that came. */
  last(count: number): number {
    const { sums, place } = this;
    const { length } = sums;
    const whole = sums[place] ?? 0;
    const before = place - count;
    if (before >= -1) return before < 0 ? whole : whole - (sums[before] ?? 0);
    return whole + (sums[length - 1] ?? 0) - (sums[before + length] ?? 0);
  }
}
