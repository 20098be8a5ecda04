/**
 * Resting orders of one symbol in queues by side and price, oldest first. It keeps the queues, their sums and the
 * best prices true, and answers questions about them; it never trades, and does not judge what it is told: prices
 * and sizes are checked by its callers, handles must be live. The sides must not cross.
 */
import { PapertapeError } from '../domain/errors.js';
import { assert } from '../utils/assert.js';
import type { BookSide } from './bookLayout.js';
import {
  BUY,
  COUNT,
  FLAGS,
  HEAD,
  MAX_SIZE,
  NEXT,
  ORDER_SHIFT,
  OWNER,
  PREV,
  REF,
  SELL,
  SIZE,
  STAMP,
  TAIL,
  TICK,
  TOTAL,
  sideOf,
} from './bookLayout.js';
import { OrderRows } from './OrderRows.js';
import { PriceLevels } from './PriceLevels.js';
import { queueFaults } from './queueFaults.js';

/** Resting orders as plain numbers; what {@link OrderQueues.restore} takes. */
export interface BookSnapshot {
  readonly stamp: number;
  readonly free: number;
  /** The order rows, eight numbers each, row 0 included. */
  readonly rows: readonly number[];
}

/** See the module header. */
export class OrderQueues {
  readonly orders: OrderRows;
  readonly levels: PriceLevels;
  /** The stamp of the next order that joins a queue. Set it only to share one count among several books. */
  nextStamp = 0;

  /** `windowTicks` as in {@link PriceLevels}; `capacity` is the number of orders that there is room for at first. */
  constructor(windowTicks: number, capacity: number) {
    this.orders = new OrderRows(capacity);
    this.levels = new PriceLevels(windowTicks);
  }

  /**
   * Adds an order at the end of its queue and returns its handle. Throws `AMOUNT_OUT_OF_RANGE`, with nothing
   * changed, if more than `MAX_SIZE` shares would rest at the price.
   */
  add(side: BookSide, tick: number, size: number, ref: number, owner: number, flags: number): number {
    const levelRow = this.levels.open(side, tick);
    if ((this.levels.rows[levelRow | TOTAL] ?? 0) + size > MAX_SIZE) throw tooManyShares(tick);
    const handle = this.orders.take();
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    rows[at | TICK] = tick;
    rows[at | SIZE] = size;
    rows[at | FLAGS] = side | flags;
    rows[at | REF] = ref;
    rows[at | OWNER] = owner;
    this.attach(levelRow, handle, size);
    return handle;
  }

  /** Throws `AMOUNT_OUT_OF_RANGE` if `more` shares at a price were too many. */
  requireRoom(side: BookSide, tick: number, more: number): void {
    if (this.sizeAt(side, tick) + more > MAX_SIZE) throw tooManyShares(tick);
  }

  /** Puts an order that was unlinked at the end of the queue of its present price. */
  link(handle: number): void {
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const side = sideOf(rows[at | FLAGS] ?? 0);
    this.attach(this.levels.open(side, rows[at | TICK] ?? 0), handle, rows[at | SIZE] ?? 0);
  }

  /** Takes an order out of its queue, and the level away if it was the last; the row stays as it is. */
  unlink(handle: number): void {
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const side = sideOf(rows[at | FLAGS] ?? 0);
    const tick = rows[at | TICK] ?? 0;
    const levelRow = this.levels.rowOf(side, tick);
    const levelRows = this.levels.rows;
    const previous = rows[at | PREV] ?? 0;
    const next = rows[at | NEXT] ?? 0;
    if (previous === 0) levelRows[levelRow | HEAD] = next;
    else rows[(previous << ORDER_SHIFT) | NEXT] = next;
    if (next === 0) levelRows[levelRow | TAIL] = previous;
    else rows[(next << ORDER_SHIFT) | PREV] = previous;
    levelRows[levelRow | TOTAL] = (levelRows[levelRow | TOTAL] ?? 0) - (rows[at | SIZE] ?? 0);
    const count = (levelRows[levelRow | COUNT] ?? 0) - 1;
    levelRows[levelRow | COUNT] = count;
    if (count === 0) this.levels.close(side, tick);
  }

  /** Gives an order another size, at least 1 share; it keeps its place. */
  resize(handle: number, size: number): void {
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const side = sideOf(rows[at | FLAGS] ?? 0);
    const levelRow = this.levels.rowOf(side, rows[at | TICK] ?? 0);
    const levelRows = this.levels.rows;
    levelRows[levelRow | TOTAL] = (levelRows[levelRow | TOTAL] ?? 0) - (rows[at | SIZE] ?? 0) + size;
    rows[at | SIZE] = size;
  }

  /** Takes an order out for good; its handle is free. */
  remove(handle: number): void {
    this.unlink(handle);
    this.orders.release(handle);
  }

  /** The first order of a side by price and time; 0 if it has none. */
  first(side: BookSide): number {
    return this.firstAt(side, this.levels.bestOf(side));
  }

  /** The oldest order at a price; 0 if there is none. */
  firstAt(side: BookSide, tick: number): number {
    const row = this.levels.find(side, tick);
    return row < 0 ? 0 : (this.levels.rows[row | HEAD] ?? 0);
  }

  /** The youngest order at a price; 0 if there is none. */
  lastAt(side: BookSide, tick: number): number {
    const row = this.levels.find(side, tick);
    return row < 0 ? 0 : (this.levels.rows[row | TAIL] ?? 0);
  }

  /** The order that follows a live one by price and time on its side; 0 after the last. */
  following(handle: number): number {
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const next = rows[at | NEXT] ?? 0;
    if (next !== 0) return next;
    const side = sideOf(rows[at | FLAGS] ?? 0);
    return this.firstAt(side, this.levels.worse(side, rows[at | TICK] ?? 0));
  }

  /** A field of an order row, e.g. `SIZE`. The handle must be live. */
  field(handle: number, field: number): number {
    return this.orders.rows[(handle << ORDER_SHIFT) + field] ?? 0;
  }

  /** The price of an order in ticks, times two, plus its side: a key for maps of levels. */
  keyOf(handle: number): number {
    return this.field(handle, TICK) * 2 + (this.field(handle, FLAGS) & 1);
  }

  /** Shares at one price of a side; 0 if there are none. */
  sizeAt(side: BookSide, tick: number): number {
    const row = this.levels.find(side, tick);
    return row < 0 ? 0 : (this.levels.rows[row | TOTAL] ?? 0);
  }

  /** Orders at one price of a side. */
  ordersAt(side: BookSide, tick: number): number {
    const row = this.levels.find(side, tick);
    return row < 0 ? 0 : (this.levels.rows[row | COUNT] ?? 0);
  }

  /**
   * Writes the best levels of a side, best first, as many as `ticks` is long and there are. Returns how many; the
   * rest of the arrays stays as it was. `sizes` must be as long as `ticks`.
   */
  depth(side: BookSide, ticks: Int32Array, sizes: Int32Array): number {
    const { levels } = this;
    let tick = levels.bestOf(side);
    let count = 0;
    for (; count < ticks.length; count += 1) {
      const row = levels.find(side, tick);
      if (row < 0) break;
      ticks[count] = tick;
      sizes[count] = levels.rows[row | TOTAL] ?? 0;
      tick = levels.worse(side, tick);
    }
    return count;
  }

  /** Shares in the queue before an order at its own price. Takes time with the orders before it. */
  sharesAhead(handle: number): number {
    let shares = 0;
    for (let other = this.field(handle, PREV); other !== 0; other = this.field(other, PREV)) {
      shares += this.field(other, SIZE);
    }
    return shares;
  }

  /**
   * A 32-bit sum over every order by side, price and time: side, price, size, reference and owner. Two books with
   * equal sums hold the same orders in the same queues, but for one chance in 2^32.
   */
  checksum(): number {
    let sum = 0;
    for (const side of [BUY, SELL] as const) {
      for (let handle = this.first(side); handle !== 0; handle = this.following(handle)) {
        sum = mixIn(sum, this.field(handle, FLAGS));
        sum = mixIn(sum, this.field(handle, TICK));
        sum = mixIn(sum, this.field(handle, SIZE));
        sum = mixIn(sum, this.field(handle, REF));
        sum = mixIn(sum, this.field(handle, OWNER));
      }
    }
    return sum >>> 0;
  }

  /** Everything that later commands depend on, handles included. */
  snapshot(): BookSnapshot {
    return { stamp: this.nextStamp, ...this.orders.list() };
  }

  /** Replaces the content of queues that hold no order by that of a {@link snapshot}. */
  restore(snapshot: BookSnapshot): void {
    assert(this.orders.live === 0, 'a snapshot is restored into an empty book');
    this.orders.restore(snapshot.rows, snapshot.free);
    this.nextStamp = snapshot.stamp;
    const { rows } = this.orders;
    for (let at = 1 << ORDER_SHIFT; at < snapshot.rows.length; at += 1 << ORDER_SHIFT) {
      if (rows[at | SIZE] === 0 || rows[at | PREV] !== 0) continue;
      this.relink(sideOf(rows[at | FLAGS] ?? 0), at >> ORDER_SHIFT);
    }
    assert(queueFaults(this).length === 0, `a restored book is unsound: ${queueFaults(this)[0] ?? ''}`);
  }

  /** Enters the queue that a first order begins into its level. */
  private relink(side: BookSide, first: number): void {
    const row = this.levels.open(side, this.field(first, TICK));
    const levelRows = this.levels.rows;
    levelRows[row | HEAD] = first;
    for (let handle = first; handle !== 0; handle = this.field(handle, NEXT)) {
      assert(
        (levelRows[row | COUNT] ?? 0) < this.orders.live,
        `the queue at tick ${this.field(first, TICK)} has no end`,
      );
      levelRows[row | TAIL] = handle;
      levelRows[row | TOTAL] = (levelRows[row | TOTAL] ?? 0) + this.field(handle, SIZE);
      levelRows[row | COUNT] = (levelRows[row | COUNT] ?? 0) + 1;
    }
  }

  private attach(levelRow: number, handle: number, size: number): void {
    const levelRows = this.levels.rows;
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const tail = levelRows[levelRow | TAIL] ?? 0;
    rows[at | PREV] = tail;
    rows[at | NEXT] = 0;
    rows[at | STAMP] = this.nextStamp;
    this.nextStamp = (this.nextStamp + 1) | 0;
    if (tail === 0) levelRows[levelRow | HEAD] = handle;
    else rows[(tail << ORDER_SHIFT) | NEXT] = handle;
    levelRows[levelRow | TAIL] = handle;
    levelRows[levelRow | TOTAL] = (levelRows[levelRow | TOTAL] ?? 0) + size;
    levelRows[levelRow | COUNT] = (levelRows[levelRow | COUNT] ?? 0) + 1;
  }
}

/** Mixes one integer into a running 32-bit sum; the finaliser of MurmurHash3 (Appleby, public domain). */
export function mixIn(sum: number, value: number): number {
  let x = Math.imul(sum ^ value, 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return ((x ^ (x >>> 16)) + 0x9e37_79b9) | 0;
}

function tooManyShares(tick: number): PapertapeError {
  return new PapertapeError(
    'AMOUNT_OUT_OF_RANGE',
    `More than ${MAX_SIZE} shares would rest at tick ${tick} of a book.`,
  );
}
