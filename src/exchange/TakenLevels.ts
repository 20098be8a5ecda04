/**
 * What our orders took of displayed levels that are not the best price at the moment (M2): a level that goes and comes
 * back with the same size has not been refilled, and what was taken of it stays taken. A few levels per symbol, the
 * oldest is forgotten first; plain numbers, so that looking costs nothing and a snapshot holds them.
 */
import type { Price, Quantity, Shares } from '../domain/units.js';

/** Levels that are remembered per symbol. */
const CAPACITY = 8;
/** Side (1 bid, 2 ask), price, size, taken. */
const WIDTH = 4;

/** The sides of a book as codes. */
export const BookSide = { BID: 1, ASK: 2 } as const;

/** See the module header. */
export class TakenLevels {
  private readonly rows = new Float64Array(CAPACITY * WIDTH);
  /** The row that is overwritten next. */
  private next = 0;
  /** How many rows hold a level. */
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Remembers what was taken of a level that is no longer the best. `taken` is above 0. */
  put(side: number, price: Price, size: Shares, taken: Quantity): void {
    const at = this.next * WIDTH;
    if (this.rows[at] === 0) this.count += 1;
    this.rows[at] = side;
    this.rows[at + 1] = price;
    this.rows[at + 2] = size;
    this.rows[at + 3] = taken;
    this.next = (this.next + 1) % CAPACITY;
  }

  /** What was taken of a level that is the best again; it is forgotten here. 0 if another size is shown now. */
  take(side: number, price: Price, size: Shares): Quantity {
    if (this.count === 0) return 0;
    let taken = 0;
    for (let at = 0; at < this.rows.length; at += WIDTH) {
      if (this.rows[at] !== side || this.rows[at + 1] !== price) continue;
      if (this.rows[at + 2] === size) taken = this.rows[at + 3] ?? 0;
      this.rows.fill(0, at, at + WIDTH);
      this.count -= 1;
    }
    if (this.count === 0) this.next = 0;
    return taken;
  }

  /** Forgets everything: the quotes were voided, or a new session began. */
  clear(): void {
    if (this.count === 0) return;
    this.rows.fill(0);
    this.count = 0;
    this.next = 0;
  }

  /** The state as numbers. */
  list(): readonly number[] {
    return this.count === 0 ? [] : [this.next, ...this.rows];
  }

  /** Restores a {@link list}. */
  restore(list: readonly number[]): void {
    this.rows.fill(0);
    this.next = list[0] ?? 0;
    this.count = 0;
    for (let i = 1; i < list.length; i += 1) this.rows[i - 1] = list[i] ?? 0;
    for (let at = 0; at < this.rows.length; at += WIDTH) if (this.rows[at] !== 0) this.count += 1;
  }
}
