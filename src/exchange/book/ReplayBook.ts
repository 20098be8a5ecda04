/**
 * Own orders in a recorded order-by-order market (basis "book"). The record is history: it goes on as it was,
 * whatever own orders do. They stand in its queues by the time they came (one count of stamps serves both), fill when
 * the record shows that their turn would have come, and take displayed shares at most once (M2). Own orders of
 * different owners neither meet nor wait for each other.
 *
 * Messages and commands are given in the order of their time; this file knows no time. docs/fill-model.md says what
 * such a book can and cannot tell.
 */
import { assert } from '../../utils/assert.js';
import type { BookSide } from '../../book/bookLayout.js';
import { BUY, FLAGS, MAX_TICK, NEXT, OWNER, REF, Refusal, SELL, SIZE, STAMP, TICK } from '../../book/bookLayout.js';
import { OrderQueues } from '../../book/OrderQueues.js';
import { Evidence, OwnFills } from './ownFills.js';
import { meritOf } from '../../book/PriceLevels.js';
import { RecordedBook } from './RecordedBook.js';

const OWN_WINDOW = 1024;
const OWN_CAPACITY = 16;

/** A resting own order; `stamp` is its place among the displayed ones. */
export interface OwnOrder {
  readonly handle: number;
  readonly side: BookSide;
  readonly tick: number;
  readonly size: number;
  readonly stamp: number;
}

/** See the module header. Sizes are whole shares, prices ticks, handles of own orders its own. */
export class ReplayBook {
  /** The market as recorded. Read-only to users. */
  readonly market = new RecordedBook();
  /** Fills of own orders by the last message or command. Read-only to users. */
  readonly fills = new OwnFills();
  /** Whether trading is halted: nothing fills, orders may come and go. Read-only to users. */
  isHalted = false;
  /** Own orders that rest, by side; two books, because orders of different owners may cross. */
  private readonly own = [
    new OrderQueues(OWN_WINDOW, OWN_CAPACITY),
    new OrderQueues(OWN_WINDOW, OWN_CAPACITY),
  ] as const;

  /** A new displayed order (LOBSTER type 1). Own orders that it meets fill, at their price, up to its size. */
  onAdd(number: number, side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    const handle = this.market.add(number, side, tick, size);
    if (handle <= 0 || this.isHalted) return;
    const other = side === BUY ? SELL : BUY;
    let left = size;
    for (
      let own = this.ownQueues(other).first(other);
      own !== 0 && left > 0;
      own = this.ownQueues(other).first(other)
    ) {
      const ownTick = this.ownQueues(other).field(own, TICK);
      if (meritOf(side, ownTick) > meritOf(side, tick)) break;
      left -= this.fillResting(other, own, left, Evidence.INCOMING);
    }
    if (left < size) this.market.take(handle, size - left);
  }

  /** Shares of a displayed order canceled: a part (type 2) or all that is left (type 3). Its place stays. */
  onCancel(number: number, side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    this.market.shorten(this.market.find(number, side, tick), size);
  }

  /**
   * A displayed order executed (type 4); `side` is the resting order's. Its size goes first to own orders that stood
   * before it: at a better price, or at its price and longer. An unknown order counts as the oldest at its price.
   */
  onExecution(number: number, side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    const handle = this.market.find(number, side, tick);
    const queues = this.ownQueues(side);
    let left = this.isHalted ? 0 : size;
    for (let own = queues.first(side); own !== 0 && left > 0; own = queues.first(side)) {
      const difference = meritOf(side, queues.field(own, TICK)) - meritOf(side, tick);
      if (difference < 0 || (difference === 0 && !this.isOlder(queues, own, handle))) break;
      left -= this.fillResting(side, own, left, difference > 0 ? Evidence.THROUGH : Evidence.QUEUE);
    }
    this.market.shorten(handle, size);
  }

  /**
   * A hidden order executed (type 5) at `tick`, which may lie between ticks. Displayed orders go before hidden ones
   * at a price, so own orders fill that are better, or at the price with nothing displayed before them.
   */
  onHiddenExecution(side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    const queues = this.ownQueues(side);
    let left = this.isHalted ? 0 : size;
    for (let own = queues.first(side); own !== 0 && left > 0; own = queues.first(side)) {
      const ownTick = queues.field(own, TICK);
      const isBetter = side === BUY ? ownTick > tick : ownTick < tick;
      const isFirst = ownTick === tick && this.externalAhead(side, own) === 0;
      if (!isBetter && !isFirst) break;
      left -= this.fillResting(side, own, left, Evidence.HIDDEN);
    }
  }

  /** Shares of a displayed order that own orders took leave the display; they do not count as taken any more. */
  onTakenByOwn(number: number, side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    this.market.release(this.market.find(number, side, tick), size);
  }

  /**
   * An order that came in executed own orders of `side` at `tick`, in a market that has them in its queues. It knows
   * whose turn it was; among own orders that is the best price, then the oldest.
   */
  onOwnExecution(side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    const queues = this.ownQueues(side);
    let left = this.isHalted ? 0 : size;
    for (let own = queues.first(side); own !== 0 && left > 0; own = queues.first(side)) {
      if (meritOf(side, queues.field(own, TICK)) < meritOf(side, tick)) break;
      left -= this.fillResting(side, own, left, Evidence.INCOMING);
    }
  }

  /** Depth that stood before the record, or before its first message at the price. */
  onDepth(side: BookSide, tick: number, size: number): void {
    this.fills.clear();
    this.market.seed(side, tick, size);
  }

  /** A halt begins (type 7). */
  onHalt(): void {
    this.fills.clear();
    this.isHalted = true;
  }

  /** Trading goes on; own orders that meet displayed ones by now take them, bids first, each side by priority. */
  onResume(): void {
    this.fills.clear();
    this.isHalted = false;
    for (const side of [BUY, SELL] as const) {
      const queues = this.ownQueues(side);
      for (let own = queues.first(side); own !== 0;) {
        const next = queues.following(own);
        const size = queues.field(own, SIZE);
        const left = this.takeDisplayed(
          side,
          queues.field(own, TICK),
          size,
          queues.field(own, REF),
          handleOf(side, own),
        );
        if (left === 0) queues.remove(own);
        else if (left < size) queues.resize(own, left);
        own = next;
      }
    }
  }

  /**
   * An own limit order: takes what is displayed within its limit, then rests. `ref` and `owner` are 32-bit integers.
   * Returns its handle; 0 if nothing is left to rest; refusals: SIZE, PRICE, and CROSSES if it would meet a resting
   * order of its own owner, as brokers refuse wash trades. Throws `AMOUNT_OUT_OF_RANGE` as the book does.
   */
  add(side: BookSide, tick: number, size: number, ref: number, owner = 0): number {
    this.fills.clear();
    const refusal = this.refusalOf(side, tick, size, owner);
    if (refusal !== 0) return refusal;
    const left = this.isHalted ? size : this.takeDisplayed(side, tick, size, ref, 0);
    if (left === 0) return 0;
    const queues = this.ownQueues(side);
    queues.nextStamp = this.market.queues.nextStamp;
    return handleOf(side, queues.add(side, tick, left, ref, owner, 0));
  }

  /**
   * An own order that never rests: immediate-or-cancel, market with `MAX_TICK` or `MIN_TICK`; with `isAll`
   * fill-or-kill. Returns the shares filled; refusals as {@link add}. During a halt nothing fills.
   */
  take(side: BookSide, tick: number, size: number, ref: number, owner = 0, isAll = false): number {
    this.fills.clear();
    const refusal = this.refusalOf(side, tick, size, owner);
    if (refusal !== 0) return refusal;
    if (this.isHalted || (isAll && this.displayedUpTo(side, tick, size) < size)) return 0;
    return size - this.takeDisplayed(side, tick, size, ref, 0);
  }

  /** Makes a resting own order smaller; it keeps its place. `size` is below what it has left, and at least 1. */
  shrink(handle: number, size: number): void {
    this.queuesOf(handle)?.resize(handle >> 1, size);
  }

  /** Own orders that rest, each side by price and time. */
  listOwn(): readonly OwnOrder[] {
    const list: OwnOrder[] = [];
    for (const side of [BUY, SELL] as const) {
      const queues = this.ownQueues(side);
      for (let own = queues.first(side); own !== 0; own = queues.following(own)) {
        const [tick, size, stamp] = [queues.field(own, TICK), queues.field(own, SIZE), queues.field(own, STAMP)];
        list.push({ handle: handleOf(side, own), side, tick, size, stamp });
      }
    }
    return list;
  }

  /** Puts an order of {@link listOwn} back where it stood, in their order. Returns its handle. */
  restoreOwn(side: BookSide, tick: number, size: number, owner: number, stamp: number): number {
    const queues = this.ownQueues(side);
    queues.nextStamp = stamp;
    return handleOf(side, queues.add(side, tick, size, 0, owner, 0));
  }

  /** Takes an own order out. Returns the shares that were left; refusal: UNKNOWN. */
  cancel(handle: number): number {
    this.fills.clear();
    const queues = this.queuesOf(handle);
    if (queues === undefined) return Refusal.UNKNOWN;
    const size = queues.field(handle >> 1, SIZE);
    queues.remove(handle >> 1);
    return size;
  }

  /**
   * Gives an own order a new price and size (what it has left). At the same price and not larger it keeps its
   * place; otherwise it is a new order of the same owner. Returns its handle, which is another one then; 0 if
   * nothing is left to rest; refusals: UNKNOWN and as {@link add}, with nothing changed.
   */
  replace(handle: number, tick: number, size: number): number {
    this.fills.clear();
    const queues = this.queuesOf(handle);
    if (queues === undefined) return Refusal.UNKNOWN;
    const own = handle >> 1;
    const side = (queues.field(own, FLAGS) & 1) === BUY ? BUY : SELL;
    const [ref, owner] = [queues.field(own, REF), queues.field(own, OWNER)];
    const refusal = this.refusalOf(side, tick, size, owner);
    if (refusal !== 0) return refusal;
    if (tick === queues.field(own, TICK) && size <= queues.field(own, SIZE)) {
      queues.resize(own, size);
      return handle;
    }
    queues.remove(own);
    return this.add(side, tick, size, ref, owner);
  }

  /**
   * Displayed shares that go before a resting own order: all at better prices are not counted, only its own price's.
   * Refusal: UNKNOWN. Takes time with the orders at the price.
   */
  sharesAhead(handle: number): number {
    const queues = this.queuesOf(handle);
    if (queues === undefined) return Refusal.UNKNOWN;
    return this.externalAhead((handle & 1) === BUY ? BUY : SELL, handle >> 1);
  }

  /** Shares left in an own order; refusal: UNKNOWN. */
  sizeOf(handle: number): number {
    return this.queuesOf(handle)?.field(handle >> 1, SIZE) ?? Refusal.UNKNOWN;
  }

  private ownQueues(side: BookSide): OrderQueues {
    return side === BUY ? this.own[0] : this.own[1];
  }

  private queuesOf(handle: number): OrderQueues | undefined {
    const queues = this.ownQueues((handle & 1) === BUY ? BUY : SELL);
    return Number.isInteger(handle) && queues.orders.isLive(handle >> 1) ? queues : undefined;
  }

  private refusalOf(side: BookSide, tick: number, size: number, owner: number): number {
    if ((size | 0) !== size || size <= 0) return Refusal.SIZE;
    if ((tick | 0) !== tick || tick <= 0 || tick > MAX_TICK) return Refusal.PRICE;
    const other = side === BUY ? SELL : BUY;
    const queues = this.ownQueues(other);
    for (let own = queues.first(other); own !== 0; own = queues.following(own)) {
      if (meritOf(side, queues.field(own, TICK)) > meritOf(side, tick)) return 0;
      if (queues.field(own, OWNER) === owner) return Refusal.CROSSES;
    }
    return 0;
  }

  /** Fills a resting own order by at most `size`; returns by how much. */
  private fillResting(side: BookSide, own: number, size: number, evidence: number): number {
    const queues = this.ownQueues(side);
    const had = queues.field(own, SIZE);
    const filled = Math.min(size, had);
    const [ref, tick] = [queues.field(own, REF), queues.field(own, TICK)];
    const ahead = this.externalAhead(side, own);
    this.fills.push(evidence, handleOf(side, own), ref, side, tick, filled, had - filled, ahead);
    if (filled === had) queues.remove(own);
    else queues.resize(own, had - filled);
    return filled;
  }

  /** Takes displayed shares within a limit, by price and time. Returns what is left of `size`. */
  private takeDisplayed(side: BookSide, limit: number, size: number, ref: number, handle: number): number {
    const { market } = this;
    const other = side === BUY ? SELL : BUY;
    let left = size;
    for (let shown = market.queues.first(other); shown !== 0 && left > 0; shown = market.queues.following(shown)) {
      const tick = market.queues.field(shown, TICK);
      if (meritOf(side, tick) > meritOf(side, limit)) break;
      const filled = Math.min(left, market.available(shown));
      if (filled === 0) continue;
      market.take(shown, filled);
      left -= filled;
      this.fills.push(Evidence.DISPLAYED, handle, ref, side, tick, filled, left, 0);
    }
    return left;
  }

  /** The best displayed price within a limit at which shares are left for us; 0 if there is none. */
  bestDisplayed(side: BookSide, limit: number): number {
    return this.worstOf(side, limit, 1);
  }

  /** The price of the last of `size` displayed shares within a limit that none of us has taken; 0 without any. */
  worstOf(side: BookSide, limit: number, size: number): number {
    const { market } = this;
    const other = side === BUY ? SELL : BUY;
    let [worst, left] = [0, size];
    for (let shown = market.queues.first(other); shown !== 0 && left > 0; shown = market.queues.following(shown)) {
      const tick = market.queues.field(shown, TICK);
      if (meritOf(side, tick) > meritOf(side, limit)) break;
      const available = market.available(shown);
      if (available > 0) worst = tick;
      left -= available;
    }
    return worst;
  }

  /** Displayed shares within a limit that nobody of us has taken; stops counting at `most`. */
  displayedUpTo(side: BookSide, limit: number, most: number): number {
    const { market } = this;
    const other = side === BUY ? SELL : BUY;
    let shares = 0;
    for (let shown = market.queues.first(other); shown !== 0 && shares < most; shown = market.queues.following(shown)) {
      if (meritOf(side, market.queues.field(shown, TICK)) > meritOf(side, limit)) break;
      shares += market.available(shown);
    }
    return Math.min(shares, most);
  }

  /** Displayed shares at an own order's price that came before it, own takes deducted. */
  private externalAhead(side: BookSide, own: number): number {
    const queues = this.ownQueues(side);
    let shares = 0;
    for (let shown = this.market.queues.firstAt(side, queues.field(own, TICK)); shown !== 0;) {
      if (this.isOlder(queues, own, shown)) break;
      shares += this.market.available(shown);
      shown = this.market.queues.field(shown, NEXT);
    }
    return shares;
  }

  /**
   * Whether an own order came before a displayed one; false for the unknown order 0. An own order has the stamp of the
   * displayed one that came next, so that the record's stamps are its own. Stamps wrap around.
   */
  private isOlder(queues: OrderQueues, own: number, shown: number): boolean {
    if (shown === 0) return false;
    assert(this.market.queues.orders.isLive(shown), 'the displayed order is in the book');
    return ((queues.field(own, STAMP) - this.market.queues.field(shown, STAMP)) | 0) <= 0;
  }
}

function handleOf(side: BookSide, own: number): number {
  return own * 2 + side;
}
