/**
 * The orders of a book as rows of eight integers in one array that doubles when it is full. A handle is the number
 * of a row, from 1. Free rows are chained and the one freed last is taken first, which keeps the rows in use close
 * together and makes handles depend on nothing but the commands.
 */
import { assert } from '../utils/assert.js';
import { NEXT, ORDER_SHIFT, SIZE } from './bookLayout.js';

/** More rows than this do not fit into one array. */
const MOST_ROWS = 2 ** 28;

/** See the module header. */
export class OrderRows {
  /** The rows; replaced when they grow. Row 0 stands for no order. */
  rows: Int32Array;
  /** Orders in use. Read-only to users. */
  live = 0;
  private free = 0;
  private end = 1;

  constructor(capacity: number) {
    this.rows = new Int32Array(Math.max(2, capacity + 1) << ORDER_SHIFT);
  }

  /** The handle of a row to be filled in. */
  take(): number {
    this.live += 1;
    const handle = this.free;
    if (handle !== 0) {
      this.free = this.rows[(handle << ORDER_SHIFT) | NEXT] ?? 0;
      return handle;
    }
    const fresh = this.end;
    if (fresh << ORDER_SHIFT === this.rows.length) this.grow();
    this.end = fresh + 1;
    return fresh;
  }

  /** Gives a row back; its handle then means nothing until it is taken again. */
  release(handle: number): void {
    const at = handle << ORDER_SHIFT;
    this.rows[at | SIZE] = 0;
    this.rows[at | NEXT] = this.free;
    this.free = handle;
    this.live -= 1;
  }

  /** Gives back rows without shares that `NEXT` joins, from the first to the last. */
  releaseChain(first: number, last: number, count: number): void {
    this.rows[(last << ORDER_SHIFT) | NEXT] = this.free;
    this.free = first;
    this.live -= count;
  }

  /** Whether a handle stands for an order in use. Any number is allowed. */
  isLive(handle: number): boolean {
    return (
      handle > 0 && handle < this.end && (handle | 0) === handle && this.rows[(handle << ORDER_SHIFT) | SIZE] !== 0
    );
  }

  /** Every number of the rows that were ever in use, and the first free one; what {@link restore} takes. */
  list(): { readonly rows: readonly number[]; readonly free: number } {
    return { rows: Array.from(this.rows.subarray(0, this.end << ORDER_SHIFT)), free: this.free };
  }

  /** Replaces all rows by those of a {@link list}. */
  restore(rows: readonly number[], free: number): void {
    assert(rows.length >= 1 << ORDER_SHIFT && rows.length % (1 << ORDER_SHIFT) === 0, `${rows.length} order numbers`);
    this.end = rows.length >> ORDER_SHIFT;
    this.rows = new Int32Array(Math.max(this.rows.length, rows.length));
    this.rows.set(rows);
    this.free = free;
    this.live = 0;
    for (let handle = 1; handle < this.end; handle += 1) if (this.isLive(handle)) this.live += 1;
  }

  private grow(): void {
    assert(this.end < MOST_ROWS, `${this.end} orders rest in one book`);
    const rows = new Int32Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
  }
}
