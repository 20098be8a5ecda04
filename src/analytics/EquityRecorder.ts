/** The equity curve of a run while it grows: columns, one point per instant or per length of time. */
import type { DurationMicros, Micros, Money } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import type { EquityCurve } from './returns.js';

/** See the module header. */
export class EquityRecorder {
  private time: Float64Array;
  private equity: Float64Array;
  private benchmark: Float64Array;
  private count = 0;
  private readonly interval: DurationMicros;
  private readonly benchmarkScale: number;

  /**
   * `interval` is the length of time within which only the last point is kept; 0 keeps every instant.
   * `capacity` is how many points are expected, `priceScale` that of the benchmark.
   */
  constructor(interval: DurationMicros, capacity: number, priceScale: number) {
    this.interval = interval;
    this.benchmarkScale = priceScale;
    this.time = new Float64Array(Math.max(16, capacity));
    this.equity = new Float64Array(this.time.length);
    this.benchmark = new Float64Array(this.time.length);
  }

  /** Adds a point, or moves the last one if it lies in the same interval. */
  add(time: Micros, equity: Money, benchmark: number): void {
    let at = this.count;
    if (this.interval > 0 && at > 0) {
      const last = this.time[at - 1] ?? 0;
      if (Math.floor(last / this.interval) === Math.floor(time / this.interval)) at -= 1;
    }
    if (at === this.time.length) this.grow();
    this.time[at] = time;
    this.equity[at] = equity / DOLLAR;
    this.benchmark[at] = benchmark / this.benchmarkScale;
    this.count = at + 1;
  }

  /** Gives the last point the value that the run ended with. */
  amendLast(equity: Money): void {
    if (this.count > 0) this.equity[this.count - 1] = equity / DOLLAR;
  }

  /** The points so far; they share the memory. */
  get curve(): EquityCurve {
    return { time: this.time.subarray(0, this.count), equity: this.equity.subarray(0, this.count) };
  }

  /** Dollars of the benchmark at each point. */
  get benchmarkPrices(): Float64Array {
    return this.benchmark.subarray(0, this.count);
  }

  private grow(): void {
    this.time = doubled(this.time);
    this.equity = doubled(this.equity);
    this.benchmark = doubled(this.benchmark);
  }
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
