/**
 * The market of one symbol for its members: a limit order book with checks before the trade, settlement at the
 * trade, fees, execution reports and a command log. Engines of several symbols share one MemberAccounts, and with
 * it buying power and the log. It knows no time and no randomness: the same commands give the same state.
 *
 * A command is checked, logged, matched, settled and reported before it returns. A refused one is a negative number
 * (`MemberRefusal`) and a REFUSED report, and changes nothing else. Handles are the book's: used again after an order
 * has ended, so that whoever cancels or replaces names the order by handle and by its own reference.
 */
import type { Price } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import type { BookSide } from '../../book/bookLayout.js';
import {
  BUY,
  FLAGS,
  MAX_SIZE,
  MAX_TICK,
  MIN_TICK,
  ORDER_SHIFT,
  OWNER,
  REF,
  REPORT_SHIFT,
  Report,
  ReportKind,
  SIZE,
  TICK,
  sideOf,
  oppositeOf,
} from '../../book/bookLayout.js';
import { Clearing, LONG_LIMIT, OPEN_BUY, POSITION } from './Clearing.js';
import type { MemberLimits } from './Clearing.js';
import type { CommandLog } from './CommandLog.js';
import { LogKind, MOST_SYMBOLS, SIDE_SHIFT, SYMBOL_SHIFT } from './commandRecords.js';
import { ExecutionKind, ExecutionReports } from './ExecutionReports.js';
import type { FeeScheduleData } from './FeeSchedule.js';
import { FeeSchedule } from './FeeSchedule.js';
import { LimitOrderBook } from '../../book/LimitOrderBook.js';
import type { SelfTrade } from '../../book/LimitOrderBook.js';
import type { MemberAccounts } from './MemberAccounts.js';
import { MemberRefusal } from './memberRefusals.js';
import { mixIn } from '../../book/OrderQueues.js';
import type { OrderRows } from '../../book/OrderRows.js';
import type { OrderLimits } from './PreTradeChecks.js';
import { PreTradeChecks } from './PreTradeChecks.js';

/** How an engine is made. Equal options and an equal log give an equal engine. */
export interface EngineOptions {
  /** From 0; unique among the engines on the same accounts. */
  readonly symbolId: number;
  /** Micro-dollars per tick. */
  readonly tickSize: Price;
  readonly fees: FeeScheduleData;
  readonly orderLimits: OrderLimits;
  /** Of every member, until {@link MatchingEngine.setLimits}. */
  readonly memberLimits: MemberLimits;
  /** What happens when a member's order meets another of its own; by default the resting one is canceled. */
  readonly selfTrade?: SelfTrade;
  /** The most orders that may rest; there is room for them from the beginning. */
  readonly maxOrders: number;
  /** Rows of the ring of reports, a power of two. */
  readonly reportRows?: number;
}

const REPORT_ROWS = 1024;
const SELF_TRADES: readonly SelfTrade[] = ['allow', 'cancelResting', 'cancelIncoming'];

/** See the module header. Prices are ticks, sizes whole shares. */
export class MatchingEngine {
  readonly symbolId: number;
  /** A 32-bit sum of the options: an engine of another fingerprint does not replay its commands. */
  readonly fingerprint: number;
  readonly accounts: MemberAccounts;
  /** Read-only to users: its commands would pass by the accounts. */
  readonly book: LimitOrderBook;
  /** Positions, open shares and limits of the members. Read-only to users. */
  readonly clearing: Clearing;
  readonly checks: PreTradeChecks;
  readonly reports: ExecutionReports;
  /** Trades so far, their shares, and the price in ticks of the last, 0 before it. Read-only to users. */
  trades = 0;
  tradedShares = 0;
  lastTick = 0;
  /** Shares that rest, by side; at most `MAX_SIZE`, so that no price can hold more. Read-only to users. */
  readonly restingShares = new Int32Array(2);
  private readonly orders: OrderRows;
  private readonly log: CommandLog | undefined;
  private readonly maxOrders: number;
  private readonly symbolWord: number;

  /** Commands go to the accounts' log. All engines are made before the first command. */
  constructor(accounts: MemberAccounts, options: EngineOptions) {
    const { symbolId, tickSize, fees, orderLimits, memberLimits, maxOrders } = options;
    const { selfTrade = 'cancelResting', reportRows = REPORT_ROWS } = options;
    assert(Number.isInteger(symbolId) && symbolId >= 0 && symbolId < MOST_SYMBOLS, `symbol ${symbolId}`);
    assert(Number.isInteger(maxOrders) && maxOrders > 0, `room for ${maxOrders} orders`);
    assert(areLimits(memberLimits), `limits ${JSON.stringify(memberLimits)}`);
    this.symbolId = symbolId;
    this.fingerprint = fingerprintOf(options);
    this.accounts = accounts;
    this.maxOrders = maxOrders;
    this.book = new LimitOrderBook({ tickSize, selfTrade, capacity: maxOrders });
    this.orders = this.book.queues.orders;
    const schedule = new FeeSchedule(fees, tickSize, orderLimits.orderNotional);
    this.clearing = new Clearing(accounts, tickSize, schedule, memberLimits);
    this.checks = new PreTradeChecks(accounts, this.clearing, tickSize, orderLimits);
    this.reports = new ExecutionReports(reportRows);
    this.log = accounts.log;
    this.symbolWord = symbolId << SYMBOL_SHIFT;
    this.log?.addEngine(LogKind.ENGINE | this.symbolWord, this.fingerprint);
  }

  /**
   * A day limit order: trades as far as its price allows, and the rest joins the book until it fills, is canceled or
   * the day ends. Returns the handle of what rests, 0 if nothing does, or a refusal.
   */
  add(member: number, ref: number, side: BookSide, tick: number, size: number): number {
    this.reports.begin();
    let refusal = this.checks.member(member, ref);
    if (refusal === 0) refusal = this.checks.terms(tick, size);
    if (refusal === 0) refusal = this.checks.openOrders(member);
    if (refusal === 0) refusal = this.checks.risk(member, side, tick, size, 0, 0);
    if (refusal === 0 && this.isFull(side, size)) refusal = MemberRefusal.BOOK_FULL;
    if (refusal !== 0) return this.refuse(refusal, side, member, 0, ref, tick, size);
    this.append(LogKind.ADD, side, member, ref, 0, tick, size);
    const row = this.reports.write(ExecutionKind.ACCEPTED, side, member, 0, ref, tick, size, 0, 0);
    const handle = this.book.add(side, tick, size, ref, member, true);
    if (this.book.reportCount > 0) this.settle(member, side, ref, 0, size);
    this.finish(row, handle, member, side, ref, 0, 0, tick, size - this.book.traded);
    return handle;
  }

  /** An immediate-or-cancel order at a limit. Returns the shares traded, 0 included, or a refusal. */
  take(member: number, ref: number, side: BookSide, tick: number, size: number): number {
    return this.immediate(LogKind.TAKE, member, ref, side, tick, size);
  }

  /** A market order: immediate-or-cancel, at worst at the far edge of the band. Returns as {@link take}. */
  market(member: number, ref: number, side: BookSide, size: number): number {
    const { lowestTick, highestTick } = this.checks;
    return this.immediate(LogKind.MARKET, member, ref, side, side === BUY ? highestTick : lowestTick, size);
  }

  /** Takes a member's order out of the book. Returns the shares that were left in it, or a refusal. */
  cancel(member: number, handle: number, ref: number): number {
    this.reports.begin();
    const refusal = this.judgeHandle(member, handle, ref);
    if (refusal !== 0) return this.refuse(refusal, BUY, member, handle, ref, 0, 0);
    this.append(LogKind.CANCEL, 0, member, ref, handle, 0, 0);
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const side = sideOf(rows[at | FLAGS] ?? 0);
    const tick = rows[at | TICK] ?? 0;
    const left = this.book.cancel(handle);
    this.move(member, side, tick, left, 0, 0);
    this.reports.write(ExecutionKind.CANCELED, side, member, handle, ref, tick, left, 0, 0);
    return left;
  }

  /**
   * Gives a member's order a new price and size (what it shall have left). At the same price and not larger it keeps
   * its place; otherwise it leaves, trades as an incoming order and joins the end of the queue. Handle and reference
   * stay. Returns the handle, 0 if nothing rests any more, or a refusal.
   */
  replace(member: number, handle: number, ref: number, tick: number, size: number): number {
    this.reports.begin();
    let refusal = this.judgeHandle(member, handle, ref);
    if (refusal !== 0) return this.refuse(refusal, BUY, member, handle, ref, tick, size);
    const { rows } = this.orders;
    const at = handle << ORDER_SHIFT;
    const side = sideOf(rows[at | FLAGS] ?? 0);
    const oldTick = rows[at | TICK] ?? 0;
    const oldSize = rows[at | SIZE] ?? 0;
    refusal = this.checks.terms(tick, size);
    if (refusal === 0) refusal = this.checks.risk(member, side, tick, size, oldTick, oldSize);
    if (refusal === 0 && (this.restingShares[side] ?? 0) - oldSize + size > MAX_SIZE) refusal = MemberRefusal.BOOK_FULL;
    if (refusal !== 0) return this.refuse(refusal, side, member, handle, ref, tick, size);
    this.append(LogKind.REPLACE, side, member, ref, handle, tick, size);
    const row = this.reports.write(ExecutionKind.REPLACED, side, member, handle, ref, tick, size, 0, 0);
    const rests = this.book.replace(handle, tick, size);
    if (this.book.reportCount > 0) this.settle(member, side, ref, handle, size);
    this.finish(row, rests, member, side, ref, oldTick, oldSize, tick, size - this.book.traded);
    return rests;
  }

  /** Ends every order, bids before asks, by priority. Returns how many. */
  endDay(): number {
    this.reports.begin();
    this.append(LogKind.END_DAY, 0, 0, 0, 0, 0, 0);
    const count = this.book.expireDay();
    for (let i = 0; i < count; i += 1) this.ended(i << REPORT_SHIFT, ExecutionKind.EXPIRED);
    return count;
  }

  /** Sets the prices that orders may have from now on. Returns 0; refusal: PRICE. */
  setBand(lowestTick: number, highestTick: number): number {
    this.reports.begin();
    const isBand = isInteger(lowestTick, MIN_TICK, MAX_TICK) && isInteger(highestTick, lowestTick, MAX_TICK);
    if (!isBand) return this.refuse(MemberRefusal.PRICE, BUY, 0, 0, 0, lowestTick, highestTick);
    this.append(LogKind.BAND, 0, 0, 0, 0, lowestTick, highestTick);
    this.checks.lowestTick = lowestTick;
    this.checks.highestTick = highestTick;
    return 0;
  }

  /** Sets what a member may do from now on; orders that rest are not judged. Returns 0; refusals: MEMBER, SIZE. */
  setLimits(member: number, limits: MemberLimits): number {
    this.reports.begin();
    const refusal = this.accounts.has(member) ? (areLimits(limits) ? 0 : MemberRefusal.SIZE) : MemberRefusal.MEMBER;
    if (refusal !== 0) return this.refuse(refusal, BUY, member, 0, 0, 0, 0);
    this.append(LogKind.LIMITS, 0, member, 0, limits.openOrders, limits.longShares, limits.shortShares);
    this.clearing.limit(member, limits);
    return 0;
  }

  /** Brings shares into the market from outside. Returns 0; refusals: MEMBER, SIZE, LONG_LIMIT. */
  depositShares(member: number, shares: number): number {
    this.reports.begin();
    let refusal: number = isInteger(shares, 1, MAX_SIZE) ? 0 : MemberRefusal.SIZE;
    if (!this.accounts.has(member)) refusal = MemberRefusal.MEMBER;
    const { clearing } = this;
    if (refusal === 0) {
      const most = clearing.field(member, POSITION) + clearing.field(member, OPEN_BUY) + shares;
      if (most > clearing.field(member, LONG_LIMIT)) refusal = MemberRefusal.LONG_LIMIT;
    }
    if (refusal !== 0) return this.refuse(refusal, BUY, member, 0, 0, 0, shares);
    this.append(LogKind.DEPOSIT_SHARES, 0, member, 0, 0, 0, shares);
    clearing.deposit(member, shares);
    return 0;
  }

  /** A 32-bit sum over book, positions and counters; the money is in that of the accounts. */
  checksum(): number {
    const { lowestTick, highestTick } = this.checks;
    let sum = mixIn(this.book.queues.checksum(), this.clearing.checksum());
    for (const value of [this.trades, this.tradedShares, this.lastTick, lowestTick, highestTick]) {
      sum = mixIn(mixIn(sum, value | 0), Math.floor(value / 2 ** 32));
    }
    return sum >>> 0;
  }

  private immediate(kind: number, member: number, ref: number, side: BookSide, tick: number, size: number): number {
    this.reports.begin();
    let refusal = this.checks.member(member, ref);
    if (refusal === 0) refusal = this.checks.terms(tick, size);
    if (refusal === 0) refusal = this.checks.risk(member, side, tick, size, 0, 0);
    if (refusal !== 0) return this.refuse(refusal, side, member, 0, ref, tick, size);
    this.append(kind, side, member, ref, 0, tick, size);
    this.reports.write(ExecutionKind.ACCEPTED, side, member, 0, ref, tick, size, 0, 0);
    const traded = this.book.take(side, tick, size, member);
    if (this.book.reportCount > 0) this.settle(member, side, ref, 0, size);
    if (traded < size) {
      const why = this.book.isStopped ? ExecutionKind.SELF_TRADE : ExecutionKind.UNFILLED;
      this.reports.write(why, side, member, 0, ref, tick, size - traded, 0, 0);
    }
    return traded;
  }

  private judgeHandle(member: number, handle: number, ref: number): number {
    const refusal = this.checks.member(member, ref);
    if (refusal !== 0) return refusal;
    const { orders } = this;
    if (!orders.isLive(handle)) return MemberRefusal.UNKNOWN;
    const at = handle << ORDER_SHIFT;
    if (orders.rows[at | OWNER] !== member) return MemberRefusal.OWNER;
    return orders.rows[at | REF] === ref ? 0 : MemberRefusal.UNKNOWN;
  }

  private isFull(side: BookSide, size: number): boolean {
    return this.orders.live >= this.maxOrders || (this.restingShares[side] ?? 0) + size > MAX_SIZE;
  }

  /** Settles and reports what the book says of resting orders. */
  private settle(member: number, side: BookSide, ref: number, handle: number, size: number): void {
    const { book, clearing, reports } = this;
    const rows = book.reports;
    const end = book.reportCount << REPORT_SHIFT;
    const other = oppositeOf(side);
    let left = size;
    for (let at = 0; at < end; at += 1 << REPORT_SHIFT) {
      if (rows[at | Report.KIND] !== ReportKind.TRADE) {
        this.ended(at, ExecutionKind.SELF_TRADE);
        continue;
      }
      const maker = rows[at | Report.OWNER] ?? 0;
      const tick = rows[at | Report.TICK] ?? 0;
      const shares = rows[at | Report.SIZE] ?? 0;
      const makerLeft = rows[at | Report.LEFT] ?? 0;
      const makerHandle = rows[at | Report.HANDLE] ?? 0;
      const makerRef = rows[at | Report.REF] ?? 0;
      clearing.settle(maker, member, side, tick, shares, makerLeft);
      left -= shares;
      this.trades += 1;
      this.lastTick = tick;
      const { trades } = this;
      reports.write(ExecutionKind.MAKER_FILL, other, maker, makerHandle, makerRef, tick, shares, makerLeft, trades);
      reports.write(ExecutionKind.TAKER_FILL, side, member, handle, ref, tick, shares, left, trades);
    }
    this.tradedShares += size - left;
    this.restingShares[other] = (this.restingShares[other] ?? 0) - (size - left);
  }

  /** What of an order came to rest, or that nothing did because it met its own member. */
  private finish(
    row: number,
    handle: number,
    member: number,
    side: BookSide,
    ref: number,
    oldTick: number,
    oldSize: number,
    tick: number,
    left: number,
  ): void {
    if (handle > 0) {
      this.reports.complete(row, handle, left);
      this.move(member, side, oldTick, oldSize, tick, left);
      return;
    }
    if (oldSize > 0) this.move(member, side, oldTick, oldSize, 0, 0);
    if (left > 0) this.reports.write(ExecutionKind.SELF_TRADE, side, member, 0, ref, tick, left, 0, 0);
  }

  /** A resting order of a book's report ended without a trade. */
  private ended(at: number, kind: number): void {
    const rows = this.book.reports;
    const member = rows[at | Report.OWNER] ?? 0;
    const side = sideOf(rows[at | Report.SIDE] ?? 0);
    const tick = rows[at | Report.TICK] ?? 0;
    const size = rows[at | Report.SIZE] ?? 0;
    this.move(member, side, tick, size, 0, 0);
    const [handle, ref] = [rows[at | Report.HANDLE] ?? 0, rows[at | Report.REF] ?? 0];
    this.reports.write(kind, side, member, handle, ref, tick, size, 0, 0);
  }

  /** What rests has changed from some shares at a price to others; 0 for none. */
  private move(member: number, side: BookSide, oldTick: number, oldSize: number, tick: number, size: number): void {
    this.restingShares[side] = (this.restingShares[side] ?? 0) - oldSize + size;
    this.clearing.reserve(member, side, oldTick, oldSize, tick, size);
  }

  private append(
    kind: number,
    side: number,
    member: number,
    ref: number,
    order: number,
    tick: number,
    size: number,
  ): void {
    if (this.log !== undefined) {
      this.log.append(kind | (side << SIDE_SHIFT) | this.symbolWord, member, ref, order, tick, size);
    }
  }

  private refuse(
    code: number,
    side: BookSide,
    member: number,
    order: number,
    ref: number,
    tick: number,
    size: number,
  ): number {
    this.reports.write(ExecutionKind.REFUSED, side, member, order, ref, tick, size, 0, code);
    return code;
  }
}

function isInteger(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}

function areLimits({ longShares, shortShares, openOrders }: MemberLimits): boolean {
  return [longShares, shortShares, openOrders].every((limit) => isInteger(limit, 0, MAX_SIZE));
}

/** A 32-bit sum of everything that commands depend on. */
function fingerprintOf(options: EngineOptions): number {
  const { tickSize, fees, orderLimits, memberLimits, selfTrade = 'cancelResting', maxOrders } = options;
  const { maker, taker } = fees;
  const { orderShares, orderNotional } = orderLimits;
  const { longShares, shortShares, openOrders } = memberLimits;
  const rates = [maker.perShare, maker.notionalPpm, taker.perShare, taker.notionalPpm];
  const limits = [orderShares, orderNotional, longShares, shortShares, openOrders, maxOrders];
  let sum = 0;
  for (const value of [tickSize, SELF_TRADES.indexOf(selfTrade), ...rates, ...limits]) {
    sum = mixIn(mixIn(sum, value | 0), Math.floor(value / 2 ** 32));
  }
  return sum;
}
