/**
 * The displayed book of a recorded market, order by order: what the messages say and nothing else. Own orders are
 * not in it, so it always is the book that was recorded. Beside each order it keeps how many of its shares own
 * orders took, so that none is taken twice (M2).
 *
 * Depth without order numbers stands for what was there before the record: one nameless order per price, older than
 * all others. Messages about unknown orders shorten it. What does not fit is counted, never repaired in silence.
 */
import type { BookSide } from '../../book/bookLayout.js';
import { BUY, Refusal, SELL, SIZE } from '../../book/bookLayout.js';
import type { BookSnapshot } from '../../book/OrderQueues.js';
import { OrderQueues } from '../../book/OrderQueues.js';
import { MAX_WINDOW_TICKS } from '../../book/PriceLevels.js';

/** Messages that did not fit the book, by what was wrong. */
export interface MisfitCounts {
  /** About an order that was never seen, at a price without nameless depth. */
  unknown: number;
  /** A new order with a number that is in use; it is left out. */
  duplicate: number;
  /** More shares canceled or executed than the order or the nameless depth had; it ends. */
  excess: number;
  /** Orders that a new one proves gone, because it would have traded with them; they are dropped. */
  stale: number;
}

/** The displayed orders and what is known of them, JSON-safe; without what own orders took. */
export interface RecordedBookState {
  readonly queues: BookSnapshot;
  readonly numbers: readonly (readonly [handle: number, number: number])[];
  readonly misfits: MisfitCounts;
}

const FIRST_CAPACITY = 4096;

/** See the module header. */
export class RecordedBook {
  /** The displayed orders. Read-only to users. */
  readonly queues = new OrderQueues(MAX_WINDOW_TICKS, FIRST_CAPACITY);
  readonly misfits: MisfitCounts = { unknown: 0, duplicate: 0, excess: 0, stale: 0 };
  private readonly handles = new Map<number, number>();
  /** By handle; 0 for nameless depth. */
  private readonly numbers: number[] = [];
  /** Nameless depth by price and side. */
  private readonly nameless = new Map<number, number>();
  /** Shares that own orders took, by handle; only where there are any. */
  private readonly taken = new Map<number, number>();

  /**
   * Adds nameless depth, before the first message at its price; more at the same price joins it. Returns its handle;
   * refusals: SIZE, PRICE.
   */
  seed(side: BookSide, tick: number, size: number): number {
    const key = tick * 2 + side;
    const known = this.nameless.get(key);
    if (known !== undefined) {
      this.queues.requireRoom(side, tick, size);
      this.queues.resize(known, this.queues.field(known, SIZE) + size);
      return known;
    }
    const handle = this.place(side, tick, size, 0);
    if (handle > 0) this.nameless.set(key, handle);
    return handle;
  }

  /**
   * Adds a new order at the end of its queue. Orders of the other side that it would have traded with are dropped.
   * Returns its handle; 0 if the number is in use; refusals: SIZE, PRICE.
   */
  add(number: number, side: BookSide, tick: number, size: number): number {
    if (this.handles.has(number)) {
      this.misfits.duplicate += 1;
      return 0;
    }
    const other = side === BUY ? SELL : BUY;
    if (size > 0) {
      while (this.queues.levels.crosses(side, tick)) {
        this.misfits.stale += 1;
        this.end(this.queues.first(other));
      }
    }
    const handle = this.place(side, tick, size, number);
    if (handle > 0) this.handles.set(number, handle);
    return handle;
  }

  /** The handle of an order, or of the nameless depth at its price if its number is unknown; 0 if there is neither. */
  find(number: number, side: BookSide, tick: number): number {
    return this.handles.get(number) ?? this.nameless.get(tick * 2 + side) ?? 0;
  }

  /** Takes `by` shares away from what {@link find} found; 0 counts a misfit. */
  shorten(handle: number, by: number): void {
    if (handle === 0) {
      this.misfits.unknown += 1;
      return;
    }
    const left = this.queues.field(handle, SIZE) - by;
    if (left < 0) this.misfits.excess += 1;
    if (left <= 0) {
      this.end(handle);
      return;
    }
    this.queues.resize(handle, left);
    if ((this.taken.get(handle) ?? 0) > left) this.taken.set(handle, left);
  }

  /** Takes `by` shares away that own orders had taken. */
  release(handle: number, by: number): void {
    const taken = this.taken.get(handle) ?? 0;
    if (taken > by) this.taken.set(handle, taken - by);
    else this.taken.delete(handle);
    this.shorten(handle, by);
  }

  /** Shares of an order that no own order has taken. */
  available(handle: number): number {
    return this.queues.field(handle, SIZE) - (this.taken.get(handle) ?? 0);
  }

  /** Marks shares as taken by an own order; not more than are {@link available}. */
  take(handle: number, size: number): void {
    this.taken.set(handle, (this.taken.get(handle) ?? 0) + size);
  }

  /** Pairs of a handle and the shares of it that own orders took. */
  listTaken(): readonly (readonly [handle: number, shares: number])[] {
    return [...this.taken].sort(([a], [b]) => a - b);
  }

  /** Replaces what own orders took by a {@link listTaken}; what is not displayed any more is left out. */
  restoreTaken(taken: readonly (readonly [handle: number, shares: number])[]): void {
    this.taken.clear();
    for (const [handle, shares] of taken) {
      if (this.queues.orders.isLive(handle)) this.taken.set(handle, Math.min(shares, this.queues.field(handle, SIZE)));
    }
  }

  snapshot(): RecordedBookState {
    const numbers: (readonly [number, number])[] = [];
    for (const side of [BUY, SELL] as const) {
      for (let handle = this.queues.first(side); handle !== 0; handle = this.queues.following(handle)) {
        numbers.push([handle, this.numbers[handle] ?? 0]);
      }
    }
    return { queues: this.queues.snapshot(), numbers, misfits: { ...this.misfits } };
  }

  /** Puts a {@link snapshot} into an empty book. */
  restore(state: RecordedBookState): void {
    this.queues.restore(state.queues);
    Object.assign(this.misfits, state.misfits);
    for (const [handle, number] of state.numbers) {
      this.numbers[handle] = number;
      if (number !== 0) this.handles.set(number, handle);
      else this.nameless.set(this.queues.keyOf(handle), handle);
    }
  }

  private place(side: BookSide, tick: number, size: number, number: number): number {
    if (!(Number.isInteger(size) && size > 0)) return Refusal.SIZE;
    if (!(Number.isInteger(tick) && tick > 0)) return Refusal.PRICE;
    const handle = this.queues.add(side, tick, size, 0, 0, 0);
    this.numbers[handle] = number;
    return handle;
  }

  private end(handle: number): void {
    const number = this.numbers[handle] ?? 0;
    if (number !== 0) this.handles.delete(number);
    else this.nameless.delete(this.queues.keyOf(handle));
    this.taken.delete(handle);
    this.queues.remove(handle);
  }
}
