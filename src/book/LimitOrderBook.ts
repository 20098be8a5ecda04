/**
 * A limit order book of one symbol with price-time priority: the best price first, at one price the order that
 * joined its queue first; trades are at the resting order's price. It knows no time, money, accounts or
 * symbols; expiry is a command of the caller. Prices are ticks, sizes whole shares (bookLayout.ts).
 *
 * Every command runs to its end and leaves the book uncrossed. What it did to resting orders is in the report rows,
 * in the order in which it happened, until the next command, a refused one included. Handles are the book's own:
 * one is valid from the command that returned it until a report or an answer says that nothing is left, and is
 * given to another order later.
 */
import type { Price } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import type { BookSide } from './bookLayout.js';
import {
  BUY,
  COUNT,
  DAY,
  FLAGS,
  HEAD,
  MAX_TICK,
  NEXT,
  ORDER_SHIFT,
  OWNER,
  PREV,
  REF,
  REPORT_SHIFT,
  Refusal,
  Report,
  ReportKind,
  SELL,
  SIZE,
  TAIL,
  TICK,
  TOTAL,
  sideOf,
  oppositeOf,
} from './bookLayout.js';
import type { BookSnapshot } from './OrderQueues.js';
import { OrderQueues } from './OrderQueues.js';
import type { OrderRows } from './OrderRows.js';
import type { PriceLevels } from './PriceLevels.js';
import { MAX_WINDOW_TICKS, meritOf } from './PriceLevels.js';

/** What happens when an order meets one of its own owner. Orders of owner 0 meet anyone. */
export type SelfTrade = 'allow' | 'cancelResting' | 'cancelIncoming';

/** How a book is made. */
export interface BookOptions {
  /** Price steps per tick: at 10⁶ steps per dollar 10,000 for cents. */
  readonly tickSize: Price;
  /** By default `allow`. */
  readonly selfTrade?: SelfTrade;
  /** Ticks that are found by index, see PriceLevels; by default the most. */
  readonly windowTicks?: number;
  /** Orders that there is room for at first. */
  readonly capacity?: number;
}

const FIRST_CAPACITY = 1024;
const FIRST_REPORTS = 64;

/** See the module header. */
export class LimitOrderBook {
  readonly tickSize: Price;
  readonly selfTrade: SelfTrade;
  /** The resting orders. Read-only to users. */
  readonly queues: OrderQueues;
  /** Rows of `Report` fields, {@link reportCount} of them; replaced when they grow. Read-only to users. */
  reports = new Int32Array(FIRST_REPORTS << REPORT_SHIFT);
  /** Reports of the last command. Read-only to users. */
  reportCount = 0;
  /** Shares that the last command's order traded. Read-only to users. */
  traded = 0;
  /** Whether a self-trade ended the order that traded last (`cancelIncoming`). Read-only to users. */
  isStopped = false;
  private readonly orders: OrderRows;
  private readonly levels: PriceLevels;
  private readonly cancelsIncoming: boolean;

  constructor(options: BookOptions) {
    const { tickSize, selfTrade = 'allow', windowTicks = MAX_WINDOW_TICKS, capacity = FIRST_CAPACITY } = options;
    assert(Number.isSafeInteger(tickSize) && tickSize > 0, `tick size ${tickSize}`);
    this.tickSize = tickSize;
    this.selfTrade = selfTrade;
    this.cancelsIncoming = selfTrade === 'cancelIncoming';
    this.queues = new OrderQueues(windowTicks, capacity);
    this.orders = this.queues.orders;
    this.levels = this.queues.levels;
  }

  /** Highest bid in ticks; 0 (`NO_BID`) if there is none. */
  get bestBid(): number {
    return this.levels.bestOf(BUY);
  }

  /** Lowest ask in ticks; `NO_ASK` if there is none. */
  get bestAsk(): number {
    return this.levels.bestOf(SELL);
  }

  /** Queues, prices and sizes as they were after a command, with the same handles; reports are not kept. */
  snapshot(): BookSnapshot {
    return this.queues.snapshot();
  }

  /** Replaces the content of a book that holds no order by that of a {@link snapshot}. */
  restore(snapshot: BookSnapshot): void {
    this.queues.restore(snapshot);
    this.reportCount = 0;
    this.traded = 0;
  }

  /** A price in ticks; 0, which no order takes, if it is off the grid or out of range. */
  tickOf(price: Price): number {
    const tick = price / this.tickSize;
    return Number.isInteger(tick) && tick > 0 && tick <= MAX_TICK ? tick : 0;
  }

  /** The price at a tick. */
  priceOf(tick: number): Price {
    return tick * this.tickSize;
  }

  /**
   * Trades a limit order against the other side as far as its price allows and lets the rest join its queue.
   *
   * `ref` and `owner` are the caller's 32-bit integers. `isDay` orders end with {@link expireDay}. Returns the handle
   * of the resting order; 0 if nothing is left to rest (traded, or stopped by `cancelIncoming`); refusals: SIZE
   * (not a whole number from 1), PRICE (not a whole number from 1 to `MAX_TICK`). Throws `AMOUNT_OUT_OF_RANGE`, with
   * no order changed, if more than `MAX_SIZE` shares would rest at the price. Reports TRADE and SELF_TRADE_CANCEL.
   */
  add(side: BookSide, tick: number, size: number, ref: number, owner = 0, isDay = false): number {
    this.reportCount = 0;
    this.traded = 0;
    if ((size | 0) !== size || size <= 0) return Refusal.SIZE;
    if ((tick | 0) !== tick || tick <= 0 || tick > MAX_TICK) return Refusal.PRICE;
    let left = size;
    if (this.levels.crosses(side, tick)) {
      left = this.match(side, tick, size, owner);
      if (left === 0) return 0;
    }
    return this.queues.add(side, tick, left, ref, owner, isDay ? DAY : 0);
  }

  /**
   * Trades an order that never rests: immediate-or-cancel at a limit, or a market order with `MAX_TICK` for a buy
   * and `MIN_TICK` for a sell. Returns the shares traded, 0 included; refusals as {@link add}. Reports TRADE and
   * SELF_TRADE_CANCEL.
   */
  take(side: BookSide, tick: number, size: number, owner = 0): number {
    this.reportCount = 0;
    this.traded = 0;
    if ((size | 0) !== size || size <= 0) return Refusal.SIZE;
    if ((tick | 0) !== tick || tick <= 0 || tick > MAX_TICK) return Refusal.PRICE;
    this.match(side, tick, size, owner);
    return this.traded;
  }

  /** As {@link take}, but trades the whole size or, with nothing changed and nothing reported, none of it. */
  takeAll(side: BookSide, tick: number, size: number, owner = 0): number {
    this.reportCount = 0;
    this.traded = 0;
    if ((size | 0) !== size || size <= 0) return Refusal.SIZE;
    if ((tick | 0) !== tick || tick <= 0 || tick > MAX_TICK) return Refusal.PRICE;
    if (!this.canTrade(side, tick, size, owner)) return 0;
    this.match(side, tick, size, owner);
    return this.traded;
  }

  /** Takes an order out. Returns the shares that were left in it; refusal: UNKNOWN. Reports nothing. */
  cancel(handle: number): number {
    this.reportCount = 0;
    this.traded = 0;
    if (!this.orders.isLive(handle)) return Refusal.UNKNOWN;
    const size = this.orders.rows[(handle << ORDER_SHIFT) | SIZE] ?? 0;
    this.queues.remove(handle);
    return size;
  }

  /**
   * Makes an order smaller by `by` shares; it keeps its place, and ends when nothing is left. Returns what is left;
   * refusals: UNKNOWN, SIZE (not a whole number from 1 to what the order has). Reports nothing.
   */
  reduce(handle: number, by: number): number {
    this.reportCount = 0;
    this.traded = 0;
    if (!this.orders.isLive(handle)) return Refusal.UNKNOWN;
    const left = (this.orders.rows[(handle << ORDER_SHIFT) | SIZE] ?? 0) - by;
    if ((by | 0) !== by || by <= 0 || left < 0) return Refusal.SIZE;
    if (left === 0) this.queues.remove(handle);
    else this.queues.resize(handle, left);
    return left;
  }

  /**
   * Gives an order a new price and size (the shares it has left, not those it once had). At the same price and not
   * larger it keeps its place; otherwise it leaves, trades as an incoming order and joins the end of the queue.
   *
   * Returns its handle, which stays the same; 0 if nothing is left to rest; refusals: UNKNOWN, SIZE, PRICE. Throws
   * and reports as {@link add}.
   */
  replace(handle: number, tick: number, size: number): number {
    this.reportCount = 0;
    this.traded = 0;
    if (!this.orders.isLive(handle)) return Refusal.UNKNOWN;
    if ((size | 0) !== size || size <= 0) return Refusal.SIZE;
    if ((tick | 0) !== tick || tick <= 0 || tick > MAX_TICK) return Refusal.PRICE;
    const { orders } = this;
    const at = handle << ORDER_SHIFT;
    const side = sideOf(orders.rows[at | FLAGS] ?? 0);
    const old = orders.rows[at | SIZE] ?? 0;
    const isSamePrice = orders.rows[at | TICK] === tick;
    if (isSamePrice && size <= old) {
      this.queues.resize(handle, size);
      return handle;
    }
    this.queues.requireRoom(side, tick, isSamePrice ? size - old : size);
    this.queues.unlink(handle);
    let left = size;
    if (this.levels.crosses(side, tick)) {
      left = this.match(side, tick, size, orders.rows[at | OWNER] ?? 0);
      if (left === 0) {
        orders.release(handle);
        return 0;
      }
    }
    orders.rows[at | TICK] = tick;
    orders.rows[at | SIZE] = left;
    this.queues.link(handle);
    return handle;
  }

  /** Ends every order that was added for the day, bids before asks, by priority. Reports EXPIRED; returns how many. */
  expireDay(): number {
    this.reportCount = 0;
    this.traded = 0;
    for (const side of [BUY, SELL] as const) {
      for (let handle = this.queues.first(side); handle !== 0;) {
        const next = this.queues.following(handle);
        const at = handle << ORDER_SHIFT;
        if (((this.orders.rows[at | FLAGS] ?? 0) & DAY) !== 0) {
          this.report(ReportKind.EXPIRED, handle, this.orders.rows[at | SIZE] ?? 0, 0);
          this.queues.remove(handle);
        }
        handle = next;
      }
    }
    return this.reportCount;
  }

  /** Trades at prices up to the limit. Returns what is left to rest: 0 too if a self-trade stopped the order. */
  private match(side: BookSide, limit: number, size: number, owner: number): number {
    const { levels } = this;
    const other = oppositeOf(side);
    // Nobody's orders meet anyone; no resting order has this owner then.
    const self = owner !== 0 && this.selfTrade !== 'allow' ? owner : NaN;
    let left = size;
    this.isStopped = false;
    while (left > 0 && levels.crosses(side, limit) && !this.isStopped) {
      left = this.matchLevel(other, levels.bestOf(other), left, self);
    }
    this.traded = size - left;
    return this.isStopped ? 0 : left;
  }

  /** Trades with the orders of one level, oldest first. Returns what is left of `left`. */
  private matchLevel(side: BookSide, tick: number, left: number, self: number): number {
    const { levels, orders } = this;
    const levelRow = levels.rowOf(side, tick);
    const levelRows = levels.rows;
    const { rows } = orders;
    const first = levelRows[levelRow | HEAD] ?? 0;
    let handle = first;
    let last = 0;
    let ended = 0;
    let gone = 0;
    do {
      const at = handle << ORDER_SHIFT;
      const resting = rows[at | SIZE] ?? 0;
      let kind: number = ReportKind.TRADE;
      let shares = left < resting ? left : resting;
      if (rows[at | OWNER] === self) {
        if (this.cancelsIncoming) {
          this.isStopped = true;
          break;
        }
        kind = ReportKind.SELF_TRADE_CANCEL;
        shares = resting;
      } else {
        left -= shares;
      }
      gone += shares;
      rows[at | SIZE] = resting - shares;
      this.report(kind, handle, shares, resting - shares);
      if (shares !== resting) break;
      ended += 1;
      last = handle;
      handle = rows[at | NEXT] ?? 0;
    } while (handle !== 0 && left > 0);
    if (ended > 0) orders.releaseChain(first, last, ended);
    levelRows[levelRow | HEAD] = handle;
    levelRows[levelRow | TOTAL] = (levelRows[levelRow | TOTAL] ?? 0) - gone;
    levelRows[levelRow | COUNT] = (levelRows[levelRow | COUNT] ?? 0) - ended;
    if (handle === 0) {
      levelRows[levelRow | TAIL] = 0;
      levels.close(side, tick);
    } else {
      rows[(handle << ORDER_SHIFT) | PREV] = 0;
    }
    return left;
  }

  /** Whether {@link match} would trade the whole size; walks the orders only where owners matter. */
  private canTrade(side: BookSide, limit: number, size: number, owner: number): boolean {
    const { levels } = this;
    const other = oppositeOf(side);
    const checksOwner = owner !== 0 && this.selfTrade !== 'allow';
    let tick = levels.bestOf(other);
    let shares = 0;
    while (meritOf(side, tick) <= meritOf(side, limit)) {
      const row = levels.find(other, tick);
      let handle = checksOwner ? (levels.rows[row | HEAD] ?? 0) : 0;
      if (!checksOwner) shares += levels.rows[row | TOTAL] ?? 0;
      for (; handle !== 0 && shares < size; handle = this.queues.field(handle, NEXT)) {
        if (this.queues.field(handle, OWNER) !== owner) shares += this.queues.field(handle, SIZE);
        else if (this.cancelsIncoming) return false;
      }
      if (shares >= size) return true;
      tick = levels.worse(other, tick);
    }
    return false;
  }

  private report(kind: number, handle: number, size: number, left: number): void {
    const place = this.reportCount << REPORT_SHIFT;
    if (place === this.reports.length) this.growReports();
    this.reportCount += 1;
    const { reports } = this;
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    reports[place | Report.KIND] = kind;
    reports[place | Report.HANDLE] = handle;
    reports[place | Report.REF] = rows[at | REF] ?? 0;
    reports[place | Report.OWNER] = rows[at | OWNER] ?? 0;
    reports[place | Report.SIDE] = (rows[at | FLAGS] ?? 0) & 1;
    reports[place | Report.TICK] = rows[at | TICK] ?? 0;
    reports[place | Report.SIZE] = size;
    reports[place | Report.LEFT] = left;
  }

  private growReports(): void {
    const reports = new Int32Array(this.reports.length * 2);
    reports.set(this.reports);
    this.reports = reports;
  }
}
