/** The equity curve of a run while it grows: columns, one point per instant or per length of time. */
import type { BarTable } from '../domain/marketTables.js';
import type { DurationMicros, Micros, Money, Price } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import type { EquityCurve } from './returns.js';

/** What a run calls at the end of every instant, and reads at the end. */
export interface EquityRecorder {
  /** `price` is the last one of the first symbol, for the benchmark. */
  add(time: Micros, equity: Money, price: Price): void;
  /** Gives the last point the value that the run ended with. */
  amendLast(equity: Money): void;
  /** Times, and equity in dollars. Columns are shared, not copied. */
  readonly curve: EquityCurve;
  /** Dollars of the first symbol at each point. */
  readonly benchmark: Float64Array;
}

/**
 * The recorder for bars of one symbol, of which every row is an instant: their own columns hold all but the equity,
 * so that the hot loop writes one number per bar.
 */
export class BarEquityRecorder implements EquityRecorder {
  private readonly table: BarTable;
  private readonly priceScale: number;
  /** Micro-dollars. */
  private readonly money: Float64Array;
  private count = 0;

  /** Whether a table is of that kind. */
  static suits(table: BarTable, symbolCount: number): boolean {
    if (symbolCount !== 1) return false;
    const { time, length } = table;
    for (let row = 1; row < length; row += 1) if ((time[row] ?? 0) <= (time[row - 1] ?? 0)) return false;
    return true;
  }

  constructor(table: BarTable, priceScale: number) {
    this.table = table;
    this.priceScale = priceScale;
    this.money = new Float64Array(table.length);
  }

  add(_time: Micros, equity: Money): void {
    this.money[this.count] = equity;
    this.count += 1;
  }

  amendLast(equity: Money): void {
    if (this.count > 0) this.money[this.count - 1] = equity;
  }

  get curve(): EquityCurve {
    const equity = this.money.map((money) => money / DOLLAR).subarray(0, this.count);
    return { time: this.table.time.subarray(0, this.count), equity };
  }

  get benchmark(): Float64Array {
    return this.table.close.subarray(0, this.count).map((price) => price / this.priceScale);
  }
}

/** The recorder for any market. */
export class TimedEquityRecorder implements EquityRecorder {
  private readonly time: number[] = [];
  private readonly equity: number[] = [];
  private readonly prices: number[] = [];
  private readonly interval: DurationMicros;
  private readonly priceScale: number;

  /** `interval` is the length of time within which only the last point is kept; 0 keeps every instant. */
  constructor(interval: DurationMicros, priceScale: number) {
    this.interval = interval;
    this.priceScale = priceScale;
  }

  add(time: Micros, equity: Money, price: Price): void {
    let at = this.time.length;
    if (this.interval > 0 && at > 0) {
      const last = this.time[at - 1] ?? 0;
      if (Math.floor(last / this.interval) === Math.floor(time / this.interval)) at -= 1;
    }
    this.time[at] = time;
    this.equity[at] = equity / DOLLAR;
    this.prices[at] = price / this.priceScale;
  }

  amendLast(equity: Money): void {
    if (this.equity.length > 0) this.equity[this.equity.length - 1] = equity / DOLLAR;
  }

  get curve(): EquityCurve {
    return { time: Float64Array.from(this.time), equity: Float64Array.from(this.equity) };
  }

  get benchmark(): Float64Array {
    return Float64Array.from(this.prices);
  }
}
