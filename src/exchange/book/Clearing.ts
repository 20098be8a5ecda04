/**
 * Clears the trades of one symbol between members: shares in rows of integers per member, money in the rows of
 * MemberAccounts. A fill is settled at the trade: shares and cash change hands, fees go to the exchange's row, and
 * what the resting order had reserved for these shares is released. It does not judge; PreTradeChecks does.
 *
 * An open buy order reserves its notional at its limit and the highest fee that it can pay; a sell order reserves
 * shares against the short limit. Reserves are always those of the resting orders, to the micro-dollar.
 * Sides alternate at random, so arithmetic takes the place of branches on them. No amount crosses a call on the usual
 * way, where fees are per share: calls beyond the compiler's inlining budget would put it on the heap.
 */
import type { Money, Price } from '../../domain/units.js';
import type { BookSide } from '../../book/bookLayout.js';
import { BUY } from '../../book/bookLayout.js';
import type { FeeSchedule } from './FeeSchedule.js';
import type { MemberAccounts } from './MemberAccounts.js';
import { CASH, FEES, MAKER_FILLS, MONEY_SHIFT, RESERVED, TAKER_FILLS } from './MemberAccounts.js';
import { mixIn } from '../../book/OrderQueues.js';

/** log2 of the integers in a member's row. */
export const POSITION_SHIFT = 3;
/** Shares held; below 0 for a short position. */
export const POSITION = 0;
/** Shares of open buy orders; those of open sell orders follow. */
export const OPEN_BUY = 1;
/** Shares of open sell orders. */
export const OPEN_SELL = 2;
/** The most shares that {@link POSITION} and {@link OPEN_BUY} may come to; the short limit follows. */
export const LONG_LIMIT = 3;
/** The most shares that the position may be short if all open sell orders filled; 0 allows no short sale. */
export const SHORT_LIMIT = 4;
/** Open orders. */
export const OPEN_ORDERS = 5;
/** The most open orders. */
export const ORDER_LIMIT = 6;
/** Shares brought in from outside the market: what the positions of all members add up to. */
export const SHARES_DEPOSITED = 7;

/** What a member may do in one symbol. All are whole numbers from 0 to 2^31 − 1. */
export interface MemberLimits {
  readonly longShares: number;
  readonly shortShares: number;
  readonly openOrders: number;
}

/** See the module header. */
export class Clearing {
  /** Share rows by member number, see {@link POSITION} and its neighbours. Read-only to users. */
  readonly rows: Int32Array;
  readonly fees: FeeSchedule;
  private readonly money: Float64Array;
  private readonly tickSize: Price;

  /** `limits` hold for every member until {@link limit} says otherwise. */
  constructor(accounts: MemberAccounts, tickSize: Price, fees: FeeSchedule, limits: MemberLimits) {
    this.rows = new Int32Array((accounts.capacity + 1) << POSITION_SHIFT);
    this.fees = fees;
    this.money = accounts.rows;
    this.tickSize = tickSize;
    for (let member = 1; member <= accounts.capacity; member += 1) this.limit(member, limits);
  }

  /** Gives a member limits; they judge orders that come, not those that rest. */
  limit(member: number, limits: MemberLimits): void {
    const at = member << POSITION_SHIFT;
    this.rows[at | LONG_LIMIT] = limits.longShares;
    this.rows[at | SHORT_LIMIT] = limits.shortShares;
    this.rows[at | ORDER_LIMIT] = limits.openOrders;
  }

  /** A field of a member's row. */
  field(member: number, field: number): number {
    return this.rows[(member << POSITION_SHIFT) + field] ?? 0;
  }

  /** Micro-dollars that an open order reserves; 0 for a sell order. */
  reserveOf(side: BookSide, tick: number, size: number): Money {
    const notional = tick * this.tickSize * size;
    return side === BUY ? notional + this.fees.highest(size, notional) : 0;
  }

  /**
   * An order with `oldSize` shares at `oldTick` has become one with `size` shares at `tick`; with 0 shares it did not
   * rest before, or does not rest now.
   */
  reserve(member: number, side: BookSide, oldTick: number, oldSize: number, tick: number, size: number): void {
    const { rows, money, fees, tickSize } = this;
    const { highestPerShare } = fees;
    const at = member << POSITION_SHIFT;
    rows[at | (OPEN_BUY + side)] = (rows[at | (OPEN_BUY + side)] ?? 0) - oldSize + size;
    if (oldSize === 0) rows[at | OPEN_ORDERS] = (rows[at | OPEN_ORDERS] ?? 0) + 1;
    if (size === 0) rows[at | OPEN_ORDERS] = (rows[at | OPEN_ORDERS] ?? 0) - 1;
    let more = (tick * tickSize + highestPerShare) * size - (oldTick * tickSize + highestPerShare) * oldSize;
    if (fees.highestPpm !== 0) more = this.reserveOf(BUY, tick, size) - this.reserveOf(BUY, oldTick, oldSize);
    const reserved = (member << MONEY_SHIFT) | RESERVED;
    money[reserved] = (money[reserved] ?? 0) + (1 - side) * more;
  }

  /** Settles a fill between two members; `left` shares of the resting order go on resting. */
  settle(maker: number, taker: number, side: BookSide, tick: number, size: number, left: number): void {
    const { rows, money, fees } = this;
    const price = tick * this.tickSize;
    const notional = price * size;
    let makerFee = fees.makerPerShare * size;
    let takerFee = fees.takerPerShare * size;
    let released = (price + fees.highestPerShare) * size;
    if (fees.highestPpm !== 0) {
      makerFee = fees.maker(size, notional);
      takerFee = fees.taker(size, notional);
      released = this.reserveOf(BUY, tick, left + size) - this.reserveOf(BUY, tick, left);
    }
    // The maker's side is the other one: a buyer's cash falls and its position rises.
    const bought = (side << 1) - 1;
    const makerRow = maker << POSITION_SHIFT;
    rows[makerRow | POSITION] = (rows[makerRow | POSITION] ?? 0) + bought * size;
    rows[makerRow | (OPEN_SELL - side)] = (rows[makerRow | (OPEN_SELL - side)] ?? 0) - size;
    if (left === 0) rows[makerRow | OPEN_ORDERS] = (rows[makerRow | OPEN_ORDERS] ?? 0) - 1;
    const makerMoney = maker << MONEY_SHIFT;
    money[makerMoney | CASH] = (money[makerMoney | CASH] ?? 0) - bought * notional - makerFee;
    money[makerMoney | RESERVED] = (money[makerMoney | RESERVED] ?? 0) - side * released;
    money[makerMoney | FEES] = (money[makerMoney | FEES] ?? 0) + makerFee;
    money[makerMoney | MAKER_FILLS] = (money[makerMoney | MAKER_FILLS] ?? 0) + 1;
    const takerRow = (taker << POSITION_SHIFT) | POSITION;
    rows[takerRow] = (rows[takerRow] ?? 0) - bought * size;
    const takerMoney = taker << MONEY_SHIFT;
    money[takerMoney | CASH] = (money[takerMoney | CASH] ?? 0) + bought * notional - takerFee;
    money[takerMoney | FEES] = (money[takerMoney | FEES] ?? 0) + takerFee;
    money[takerMoney | TAKER_FILLS] = (money[takerMoney | TAKER_FILLS] ?? 0) + 1;
    money[CASH] = (money[CASH] ?? 0) + makerFee + takerFee;
  }

  /** Brings in shares from outside the market. */
  deposit(member: number, shares: number): void {
    const at = member << POSITION_SHIFT;
    this.rows[at | POSITION] = (this.rows[at | POSITION] ?? 0) + shares;
    this.rows[at | SHARES_DEPOSITED] = (this.rows[at | SHARES_DEPOSITED] ?? 0) + shares;
  }

  /** A 32-bit sum over every row. */
  checksum(): number {
    let sum = 0;
    for (const value of this.rows) sum = mixIn(sum, value);
    return sum >>> 0;
  }
}
