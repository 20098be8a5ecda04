/**
 * A second limit order book, slow and plain, written without the code of the fast one: a list of levels per side,
 * best first, each a list of order objects, oldest first. Orders are known by their reference, which must be unique
 * among those that rest. It takes only what a book accepts; refusals are not its subject.
 */
import { mixIn } from '../../book/OrderQueues.js';
import type { SelfTrade } from '../../book/LimitOrderBook.js';

interface NaiveRestingOrder {
  readonly side: number;
  readonly ref: number;
  readonly owner: number;
  readonly isDay: boolean;
  tick: number;
  size: number;
}

interface NaiveLevel {
  readonly tick: number;
  readonly orders: NaiveRestingOrder[];
}

/** What happened to a resting order: kind, reference, owner, side, price, shares and shares left. */
export type NaiveReport = readonly [string, number, number, number, number, number, number];

/** See the module header. */
export class NaiveOrderBook {
  /** What the last command did to resting orders. */
  reports: NaiveReport[] = [];
  readonly sides: readonly [NaiveLevel[], NaiveLevel[]] = [[], []];
  readonly resting = new Map<number, NaiveRestingOrder>();
  private readonly selfTrade: SelfTrade;

  constructor(selfTrade: SelfTrade) {
    this.selfTrade = selfTrade;
  }

  /** Returns what rests of the order. */
  add(side: 0 | 1, tick: number, size: number, ref: number, owner = 0, isDay = false): number {
    this.reports = [];
    const left = this.trade(side, tick, size, owner);
    if (left > 0) this.put({ side, ref, owner, isDay, tick, size: left });
    return left;
  }

  take(side: 0 | 1, tick: number, size: number, owner = 0): number {
    this.reports = [];
    this.trade(side, tick, size, owner);
    return this.reports.reduce((sum, [kind, , , , , shares]) => (kind === 'trade' ? sum + shares : sum), 0);
  }

  /** Tries on a copy whether the whole size trades. */
  takeAll(side: 0 | 1, tick: number, size: number, owner = 0): number {
    const copy = new NaiveOrderBook(this.selfTrade);
    for (const level of this.sides.flat()) for (const order of level.orders) copy.put({ ...order });
    if (copy.take(side, tick, size, owner) === size) return this.take(side, tick, size, owner);
    this.reports = [];
    return 0;
  }

  cancel(ref: number): number {
    this.reports = [];
    const order = this.resting.get(ref);
    if (order === undefined) return -1;
    this.drop(order);
    return order.size;
  }

  reduce(ref: number, by: number): number {
    this.reports = [];
    const order = this.resting.get(ref);
    if (order === undefined) return -1;
    order.size -= by;
    if (order.size === 0) this.drop(order);
    return order.size;
  }

  /** Returns what rests of the order. */
  replace(ref: number, tick: number, size: number): number {
    this.reports = [];
    const order = this.resting.get(ref);
    if (order === undefined) return -1;
    if (tick === order.tick && size <= order.size) {
      order.size = size;
      return size;
    }
    this.drop(order);
    const left = this.trade(order.side === 0 ? 0 : 1, tick, size, order.owner);
    if (left > 0) this.put({ ...order, tick, size: left });
    return left;
  }

  expireDay(): number {
    this.reports = [];
    for (const order of this.sides.flat().flatMap((level) => level.orders)) {
      if (!order.isDay) continue;
      this.reports.push(['expired', order.ref, order.owner, order.side, order.tick, order.size, 0]);
      this.drop(order);
    }
    return this.reports.length;
  }

  /** Price and shares of each level of a side, best first. */
  depth(side: 0 | 1): [number, number][] {
    return this.sides[side].map(({ tick, orders }) => [tick, orders.reduce((sum, { size }) => sum + size, 0)]);
  }

  sharesAhead(ref: number): number {
    const order = this.resting.get(ref);
    const level = order && this.levelsOf(order.side).find(({ tick }) => tick === order.tick);
    if (order === undefined || level === undefined) return -1;
    return level.orders.slice(0, level.orders.indexOf(order)).reduce((sum, { size }) => sum + size, 0);
  }

  checksum(): number {
    let sum = 0;
    for (const { side, isDay, tick, size, ref, owner } of this.sides.flat().flatMap(({ orders }) => orders)) {
      for (const value of [side + (isDay ? 2 : 0), tick, size, ref, owner]) sum = mixIn(sum, value);
    }
    return sum >>> 0;
  }

  private trade(side: 0 | 1, limit: number, size: number, owner: number): number {
    const levels = this.levelsOf(1 - side);
    let left = size;
    for (let level = levels[0]; level !== undefined && left > 0; level = levels[0]) {
      if (side === 0 ? level.tick > limit : level.tick < limit) break;
      const order = level.orders[0];
      if (order === undefined) throw new Error(`the level at ${level.tick} is empty`);
      const isOwn = owner !== 0 && order.owner === owner && this.selfTrade !== 'allow';
      if (isOwn && this.selfTrade === 'cancelIncoming') return 0;
      const shares = isOwn ? order.size : Math.min(left, order.size);
      order.size -= shares;
      if (!isOwn) left -= shares;
      const kind = isOwn ? 'selfTradeCancel' : 'trade';
      this.reports.push([kind, order.ref, order.owner, order.side, order.tick, shares, order.size]);
      if (order.size === 0) this.drop(order);
    }
    return left;
  }

  private put(order: NaiveRestingOrder): void {
    const levels = this.levelsOf(order.side);
    const at = levels.findIndex(({ tick }) => (order.side === 0 ? tick <= order.tick : tick >= order.tick));
    if (at >= 0 && levels[at]?.tick === order.tick) levels[at]?.orders.push(order);
    else levels.splice(at < 0 ? levels.length : at, 0, { tick: order.tick, orders: [order] });
    this.resting.set(order.ref, order);
  }

  private drop(order: NaiveRestingOrder): void {
    const levels = this.levelsOf(order.side);
    const at = levels.findIndex(({ tick }) => tick === order.tick);
    const orders = levels[at]?.orders ?? [];
    orders.splice(orders.indexOf(order), 1);
    if (orders.length === 0) levels.splice(at, 1);
    this.resting.delete(order.ref);
  }

  private levelsOf(side: number): NaiveLevel[] {
    return side === 0 ? this.sides[0] : this.sides[1];
  }
}
