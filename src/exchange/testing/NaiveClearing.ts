/**
 * A second market for members, slow and plain, written without the code of the matching engine: objects, bigint
 * money, and nothing kept that can be counted again. What a member has reserved is summed over its resting orders each
 * time it is asked for. Matching is the naive book's. Orders are known by a number of the caller's, unique for ever.
 */
import type { BookSide } from '../../book/bookLayout.js';
import type { EngineOptions } from '../book/MatchingEngine.js';
import { MemberRefusal } from '../book/memberRefusals.js';
import { NaiveOrderBook } from './NaiveOrderBook.js';

/** A member's money and, by symbol, its shares. */
export interface NaiveMember {
  cash: bigint;
  credit: bigint;
  fees: bigint;
  makerFills: number;
  takerFills: number;
  readonly position: Map<number, number>;
}

/** Money of all members of a market, and the fees of the exchange. */
export class NaiveAccounts {
  readonly members: NaiveMember[] = [];
  readonly markets: NaiveClearing[] = [];
  readonly capacity: number;
  collected = 0n;
  total = 0n;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  open(credit: number): number {
    if (!Number.isSafeInteger(credit) || credit < 0) return MemberRefusal.SIZE;
    if (this.members.length >= this.capacity || this.total + BigInt(credit) >= 2n ** 53n) {
      return MemberRefusal.ACCOUNTS_FULL;
    }
    this.total += BigInt(credit);
    const counts = { makerFills: 0, takerFills: 0 };
    this.members.push({ cash: 0n, credit: BigInt(credit), fees: 0n, ...counts, position: new Map() });
    return this.members.length;
  }

  deposit(number: number, amount: number): number {
    const member = this.member(number);
    if (member === undefined) return MemberRefusal.MEMBER;
    if (!Number.isSafeInteger(amount) || amount <= 0) return MemberRefusal.SIZE;
    if (this.total + BigInt(amount) >= 2n ** 53n) return MemberRefusal.ACCOUNTS_FULL;
    this.total += BigInt(amount);
    member.cash += BigInt(amount);
    return 0;
  }

  member(number: number): NaiveMember | undefined {
    return this.members[number - 1];
  }

  reserved(number: number): bigint {
    return this.markets.reduce((sum, market) => sum + market.reserved(number), 0n);
  }
}

/** What was done, as `kind side member reference tick size left detail`. */
export type NaiveExecution = readonly [string, number, number, number, number, number, number, number];

interface NaiveOrder {
  readonly member: number;
  readonly ref: number;
  readonly side: BookSide;
}

/** See the module header; one symbol. */
export class NaiveClearing {
  readonly book: NaiveOrderBook;
  readonly orders = new Map<number, NaiveOrder>();
  executions: NaiveExecution[] = [];
  trades = 0;
  band: readonly [number, number] = [1, 2 ** 31 - 2];
  readonly limits = new Map<number, EngineOptions['memberLimits']>();
  private readonly accounts: NaiveAccounts;
  private readonly options: EngineOptions;

  constructor(accounts: NaiveAccounts, options: EngineOptions) {
    this.accounts = accounts;
    this.options = options;
    this.book = new NaiveOrderBook(options.selfTrade ?? 'cancelResting');
    accounts.markets.push(this);
  }

  /** Returns what rests. */
  add(id: number, member: number, ref: number, side: BookSide, tick: number, size: number): number {
    const refusal =
      this.judgeMember(member, ref) ||
      this.judgeTerms(tick, size) ||
      (this.openOrders(member).length >= this.limitsOf(member).openOrders ? MemberRefusal.OPEN_ORDERS : 0) ||
      this.judgeRisk(member, side, tick, size) ||
      this.judgeRoom(side, size);
    if (refusal !== 0) return this.refuse(refusal, side, member, ref, tick, size);
    const left = this.book.add(side, tick, size, id, member, true);
    this.orders.set(id, { member, ref, side });
    this.executions = [['accepted', side, member, ref, tick, size, left, 0]];
    const rest = this.settle(member, side, ref, size);
    if (left === 0 && rest > 0) this.executions.push(['selfTrade', side, member, ref, tick, rest, 0, 0]);
    this.forget();
    return left;
  }

  /** Returns the shares traded; a market order has no tick. */
  take(member: number, ref: number, side: BookSide, price: number | undefined, size: number): number {
    const tick = price ?? this.band[side === 0 ? 1 : 0] ?? 0;
    const refusal =
      this.judgeMember(member, ref) || this.judgeTerms(tick, size) || this.judgeRisk(member, side, tick, size);
    if (refusal !== 0) return this.refuse(refusal, side, member, ref, tick, size);
    // A resting order of the member's own at a price that the order reaches stops it, if something is left by then.
    const traded = this.book.take(side, tick, size, member);
    this.executions = [['accepted', side, member, ref, tick, size, 0, 0]];
    const rest = this.settle(member, side, ref, size);
    const best = this.book.sides[side === 0 ? 1 : 0][0];
    const isReached = best !== undefined && (side === 0 ? best.tick <= tick : best.tick >= tick);
    if (rest > 0) this.executions.push([isReached ? 'selfTrade' : 'unfilled', side, member, ref, tick, rest, 0, 0]);
    this.forget();
    return traded;
  }

  cancel(member: number, id: number, ref: number): number {
    const refusal = this.judgeMember(member, ref) || this.judgeOrder(member, id, ref);
    if (refusal !== 0) return this.refuse(refusal, 0, member, ref, 0, 0);
    const { side, tick } = this.resting(id);
    const left = this.book.cancel(id);
    this.executions = [['canceled', side, member, ref, tick, left, 0, 0]];
    this.forget();
    return left;
  }

  /** Returns what rests. */
  replace(member: number, id: number, ref: number, tick: number, size: number): number {
    const refusal = this.judgeMember(member, ref) || this.judgeOrder(member, id, ref);
    if (refusal !== 0) return this.refuse(refusal, 0, member, ref, tick, size);
    const { side } = this.resting(id);
    const second =
      this.judgeTerms(tick, size) ||
      this.judgeRisk(member, side, tick, size, id) ||
      (this.sharesOf(side) - this.resting(id).size + size > 2 ** 31 - 1 ? MemberRefusal.BOOK_FULL : 0);
    if (second !== 0) return this.refuse(second, side, member, ref, tick, size);
    const left = this.book.replace(id, tick, size);
    this.executions = [['replaced', side, member, ref, tick, size, left, 0]];
    const rest = this.settle(member, side, ref, size);
    if (left === 0 && rest > 0) this.executions.push(['selfTrade', side, member, ref, tick, rest, 0, 0]);
    this.forget();
    return left;
  }

  endDay(): number {
    const count = this.book.expireDay();
    this.executions = this.book.reports.map(([, id, member, side, tick, size]) => {
      return ['expired', side, member, this.orders.get(id)?.ref ?? NaN, tick, size, 0, 0] as const;
    });
    this.forget();
    return count;
  }

  depositShares(member: number, shares: number): number {
    const account = this.accounts.member(member);
    if (account === undefined) return MemberRefusal.MEMBER;
    if (!Number.isInteger(shares) || shares <= 0 || shares >= 2 ** 31) return MemberRefusal.SIZE;
    const position = account.position.get(this.options.symbolId) ?? 0;
    if (position + this.openShares(member, 0) + shares > this.limitsOf(member).longShares) {
      return MemberRefusal.LONG_LIMIT;
    }
    account.position.set(this.options.symbolId, position + shares);
    return 0;
  }

  /** What a member's resting orders need. */
  reserved(member: number): bigint {
    return this.openOrders(member)
      .filter(({ side }) => side === 0)
      .reduce((sum, { tick, size }) => sum + this.need(tick, size), 0n);
  }

  openOrders(member: number): { side: number; tick: number; size: number }[] {
    return [...this.book.resting.values()].filter(({ owner }) => owner === member);
  }

  openShares(member: number, side: number): number {
    return this.openOrders(member).reduce((sum, order) => sum + (order.side === side ? order.size : 0), 0);
  }

  limitsOf(member: number): EngineOptions['memberLimits'] {
    return this.limits.get(member) ?? this.options.memberLimits;
  }

  private resting(id: number): { side: BookSide; tick: number; size: number } {
    const order = this.book.resting.get(id);
    if (order === undefined) throw new Error(`order ${id} does not rest`);
    return { side: order.side === 0 ? 0 : 1, tick: order.tick, size: order.size };
  }

  private judgeMember(member: number, ref: number): number {
    if (this.accounts.member(member) === undefined) return MemberRefusal.MEMBER;
    return Number.isInteger(ref) && Math.abs(ref) < 2 ** 31 ? 0 : MemberRefusal.REFERENCE;
  }

  private judgeOrder(member: number, id: number, ref: number): number {
    const order = this.orders.get(id);
    if (order === undefined) return MemberRefusal.UNKNOWN;
    if (order.member !== member) return MemberRefusal.OWNER;
    return order.ref === ref ? 0 : MemberRefusal.UNKNOWN;
  }

  private judgeTerms(tick: number, size: number): number {
    const { orderShares, orderNotional } = this.options.orderLimits;
    if (!Number.isInteger(size) || size < 1 || size >= 2 ** 31) return MemberRefusal.SIZE;
    if (!Number.isInteger(tick) || tick < 1 || tick > 2 ** 31 - 2) return MemberRefusal.PRICE;
    if (tick < this.band[0] || tick > this.band[1]) return MemberRefusal.BAND;
    if (size > orderShares) return MemberRefusal.ORDER_SHARES;
    return this.notional(tick, size) > BigInt(orderNotional) ? MemberRefusal.ORDER_NOTIONAL : 0;
  }

  private judgeRisk(number: number, side: BookSide, tick: number, size: number, instead?: number): number {
    const member = this.accounts.member(number);
    const old = instead === undefined ? undefined : this.resting(instead);
    const open = this.openShares(number, side) - (old?.size ?? 0) + size;
    const position = member?.position.get(this.options.symbolId) ?? 0;
    const { longShares, shortShares } = this.limitsOf(number);
    if (side === 0 && position + open > longShares) return MemberRefusal.LONG_LIMIT;
    if (side === 1) return open - position > shortShares ? MemberRefusal.SHORT_LIMIT : 0;
    const released = old === undefined ? 0n : this.need(old.tick, old.size);
    const power = (member?.cash ?? 0n) + (member?.credit ?? 0n) - this.accounts.reserved(number) + released;
    return this.need(tick, size) > power ? MemberRefusal.BUYING_POWER : 0;
  }

  private judgeRoom(side: BookSide, size: number): number {
    const isFull = this.book.resting.size >= this.options.maxOrders || this.sharesOf(side) + size > 2 ** 31 - 1;
    return isFull ? MemberRefusal.BOOK_FULL : 0;
  }

  private sharesOf(side: BookSide): number {
    return this.book.depth(side).reduce((sum, [, size]) => sum + size, 0);
  }

  private notional(tick: number, size: number): bigint {
    return BigInt(tick) * BigInt(this.options.tickSize) * BigInt(size);
  }

  /** Rate per share and part of the notional, rounded down. */
  private fee(rates: { perShare: number; notionalPpm: number }, tick: number, size: number): bigint {
    return BigInt(rates.perShare) * BigInt(size) + (this.notional(tick, size) * BigInt(rates.notionalPpm)) / 1_000_000n;
  }

  private need(tick: number, size: number): bigint {
    const { maker, taker } = this.options.fees;
    const perShare = Math.max(maker.perShare, taker.perShare);
    const notionalPpm = Math.max(maker.notionalPpm, taker.notionalPpm);
    return this.notional(tick, size) + this.fee({ perShare, notionalPpm }, tick, size);
  }

  /** Moves shares and money for what the book reports; returns what of the incoming order did not trade. */
  private settle(member: number, side: BookSide, ref: number, size: number): number {
    let left = size;
    for (const [kind, id, owner, ownerSide, tick, shares, ownerLeft] of this.book.reports) {
      const makerRef = this.orders.get(id)?.ref ?? NaN;
      if (kind === 'selfTradeCancel') {
        this.executions.push(['selfTrade', ownerSide, owner, makerRef, tick, shares, 0, 0]);
        continue;
      }
      left -= shares;
      this.trades += 1;
      this.pay(owner, ownerSide, tick, shares, this.fee(this.options.fees.maker, tick, shares));
      this.pay(member, side, tick, shares, this.fee(this.options.fees.taker, tick, shares));
      const maker = this.accounts.member(owner);
      const taker = this.accounts.member(member);
      if (maker === undefined || taker === undefined) throw new Error('a trade without members');
      maker.makerFills += 1;
      taker.takerFills += 1;
      this.executions.push(['makerFill', ownerSide, owner, makerRef, tick, shares, ownerLeft, this.trades]);
      this.executions.push(['takerFill', side, member, ref, tick, shares, left, this.trades]);
    }
    return left;
  }

  private pay(number: number, side: number, tick: number, shares: number, fee: bigint): void {
    const member = this.accounts.member(number);
    if (member === undefined) throw new Error(`no member ${number}`);
    const position = member.position.get(this.options.symbolId) ?? 0;
    member.position.set(this.options.symbolId, side === 0 ? position + shares : position - shares);
    member.cash += side === 0 ? -this.notional(tick, shares) : this.notional(tick, shares);
    member.cash -= fee;
    member.fees += fee;
    this.accounts.collected += fee;
  }

  private forget(): void {
    for (const id of this.orders.keys()) if (!this.book.resting.has(id)) this.orders.delete(id);
  }

  private refuse(code: number, side: number, member: number, ref: number, tick: number, size: number): number {
    this.executions = [['refused', side, member, ref, tick, size, 0, code]];
    return code;
  }
}
