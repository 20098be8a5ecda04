/** Closed FIFO matches in growing columns: a long backtest keeps hundreds of thousands of them. */
import type { RoundTrip } from '../domain/position.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';

/** Columns per row of the numbers. */
const WIDTH = 8;

/** See the module header. One match is written by `add`, `addPrices`, `addReasons`, in this order. */
export class RoundTripLog {
  private count = 0;
  private numbers = new Float64Array(64 * WIDTH);
  private readonly owners: string[] = [];
  private readonly entryReasons: string[] = [];
  private readonly exitReasons: string[] = [];

  /** How many there are. */
  get length(): number {
    return this.count;
  }

  /** Begins a row. */
  add(owner: string, symbolId: number, isLong: boolean, quantity: Quantity, entry: Micros, exit: Micros): void {
    if ((this.count + 1) * WIDTH > this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    const at = this.count * WIDTH;
    this.owners.push(owner);
    this.numbers[at] = symbolId;
    this.numbers[at + 1] = isLong ? quantity : -quantity;
    this.numbers[at + 2] = entry;
    this.numbers[at + 3] = exit;
    this.count += 1;
  }

  /** Completes the newest row. */
  addPrices(entryPrice: Price, exitPrice: Price, pnl: Money, fees: Money): void {
    const at = (this.count - 1) * WIDTH;
    this.numbers[at + 4] = entryPrice;
    this.numbers[at + 5] = exitPrice;
    this.numbers[at + 6] = pnl;
    this.numbers[at + 7] = fees;
  }

  /** Completes the newest row. */
  addReasons(entryReason: string, exitReason: string): void {
    this.entryReasons.push(entryReason);
    this.exitReasons.push(exitReason);
  }

  /** A row, oldest first; undefined beyond the end. */
  at(index: number): RoundTrip | undefined {
    if (index < 0 || index >= this.count) return undefined;
    const number = (column: number): number => this.numbers[index * WIDTH + column] ?? 0;
    return {
      owner: this.owners[index] ?? '',
      symbolId: number(0),
      side: number(1) > 0 ? 'buy' : 'sell',
      quantity: Math.abs(number(1)),
      entryPrice: number(4),
      exitPrice: number(5),
      entryTime: number(2),
      exitTime: number(3),
      pnl: number(6),
      fees: number(7),
      entryReason: this.entryReasons[index] ?? '',
      exitReason: this.exitReasons[index] ?? '',
    };
  }

  /** All rows, oldest first. */
  toArray(): RoundTrip[] {
    const all: RoundTrip[] = [];
    for (let i = 0; i < this.count; i += 1) {
      const trip = this.at(i);
      if (trip !== undefined) all.push(trip);
    }
    return all;
  }
}
