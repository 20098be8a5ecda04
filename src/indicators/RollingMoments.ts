/**
 * Mean and population variance of the last `length` values in constant time on average, by sums of distances from a
 * value of the window; taken anew as the sums of rolling.ts are.
 */
import { LITTLE, Window } from './rolling.js';

/** See the module header. */
export class RollingMoments {
  private readonly window: Window;
  /** What distances are measured from: near the values, so that their squares lose nothing. */
  private origin = 0;
  private sum = 0;
  private squares = 0;

  constructor(length: number) {
    this.window = new Window(length);
  }

  /** Whether the window is full. */
  get full(): boolean {
    return this.window.full;
  }

  /** The mean of a full window. */
  get mean(): number {
    return this.origin + this.sum / this.window.length;
  }

  /** The population variance of a full window, never below 0. */
  get variance(): number {
    const mean = this.sum / this.window.length;
    return Math.max(0, this.squares / this.window.length - mean * mean);
  }

  /** Takes a value in. */
  push(value: number): void {
    const { window } = this;
    if (window.filled === 0) this.origin = value;
    const leaving = window.full ? window.leaving - this.origin : 0;
    const coming = value - this.origin;
    this.sum += coming - leaving;
    this.squares += coming * coming - leaving * leaving;
    const isRound = window.push(value);
    // Where all lies far from the origin the difference of the two says as little as where a distant value has left.
    const { length } = window;
    const spread = this.squares * length - this.sum * this.sum;
    const hasLost = window.full && spread < LITTLE * length * (this.squares + length * leaving * leaving);
    if (isRound || hasLost) this.takeAnew(value);
  }

  /**
   * Takes `count` values in, those from `from` on, the window being full already, and puts mean + `width` deviations,
   * mean, and mean − `width` deviations after the i-th of them at (first + i) & mask of the columns.
   */
  pushMany(
    values: Float64Array,
    from: number,
    count: number,
    width: number,
    upper: Float64Array,
    middle: Float64Array,
    lower: Float64Array,
    first: number,
    mask: number,
  ): void {
    const { window } = this;
    const { length, values: ring } = window;
    let i = 0;
    while (i < count) {
      // Nothing is called in the loop up to the value with which the sums are taken anew: all stays in registers.
      const { origin } = this;
      const ahead = window.head - i;
      const stop = Math.min(count, length - 1 - ahead);
      let { sum, squares } = this;
      for (; i < stop; i += 1) {
        const value = values[from + i] ?? 0;
        const leaving = (ring[ahead + i] ?? 0) - origin;
        const coming = value - origin;
        const gone = leaving * leaving;
        const nextSum = sum + (coming - leaving);
        const nextSquares = squares + (coming * coming - gone);
        const distance = nextSum / length;
        const square = nextSquares / length;
        const variance = square - distance * distance;
        // The call after the loop takes the sums anew.
        if (variance < LITTLE * (square + gone)) break;
        ring[ahead + i] = value;
        sum = nextSum;
        squares = nextSquares;
        const half = width * Math.sqrt(Math.max(0, variance));
        const mean = origin + distance;
        const place = (first + i) & mask;
        upper[place] = mean + half;
        middle[place] = mean;
        lower[place] = mean - half;
      }
      this.sum = sum;
      this.squares = squares;
      window.head = ahead + i;
      if (i === count) return;
      this.push(values[from + i] ?? 0);
      const { mean } = this;
      const half = width * Math.sqrt(this.variance);
      const place = (first + i) & mask;
      upper[place] = mean + half;
      middle[place] = mean;
      lower[place] = mean - half;
      i += 1;
    }
  }

  /** Measures the values of the window from `origin`, one of them. */
  private takeAnew(origin: number): void {
    const { values, length } = this.window;
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < length; index += 1) {
      const distance = (values[index] ?? 0) - origin;
      sum += distance;
      squares += distance * distance;
    }
    this.origin = origin;
    this.sum = sum;
    this.squares = squares;
  }
}
