/**
 * What is checked before a member's order may reach the book, in the order of `MemberRefusal`: the member, the
 * shares, the price and its band, the size of one order, the number of open orders, the position that could come of
 * it, buying power, room in the book. Every check supposes the worst: that all open orders fill, at their limits.
 * They read and never change anything.
 */
import type { Money, Price } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import type { BookSide } from '../../book/bookLayout.js';
import { BUY, MAX_SIZE, MAX_TICK, MIN_TICK } from '../../book/bookLayout.js';
import type { Clearing } from './Clearing.js';
import { LONG_LIMIT, OPEN_BUY, OPEN_ORDERS, ORDER_LIMIT, POSITION, POSITION_SHIFT } from './Clearing.js';
import { CASH, CREDIT, MONEY_SHIFT, RESERVED } from './MemberAccounts.js';
import type { MemberAccounts } from './MemberAccounts.js';
import { MemberRefusal } from './memberRefusals.js';

/** What one order may be. */
export interface OrderLimits {
  /** Shares, at most 2^31 − 1. */
  readonly orderShares: number;
  /** Micro-dollars at the order's limit. */
  readonly orderNotional: Money;
}

/** See the module header. */
export class PreTradeChecks {
  readonly limits: OrderLimits;
  /** Prices in ticks that orders may have. Read-only to users. */
  lowestTick = MIN_TICK;
  highestTick = MAX_TICK;
  private readonly orderShares: number;
  private readonly orderNotional: Money;
  private readonly accounts: MemberAccounts;
  private readonly clearing: Clearing;
  private readonly positions: Int32Array;
  private readonly money: Float64Array;
  private readonly tickSize: Price;

  constructor(accounts: MemberAccounts, clearing: Clearing, tickSize: Price, limits: OrderLimits) {
    const { orderShares, orderNotional } = limits;
    assert(Number.isInteger(orderShares) && orderShares > 0 && orderShares <= MAX_SIZE, `orders of ${orderShares}`);
    assert(Number.isSafeInteger(orderNotional) && orderNotional > 0, `orders worth ${orderNotional}`);
    this.limits = limits;
    this.orderShares = orderShares;
    this.orderNotional = orderNotional;
    this.accounts = accounts;
    this.clearing = clearing;
    this.positions = clearing.rows;
    this.money = accounts.rows;
    this.tickSize = tickSize;
  }

  /** MEMBER, REFERENCE, or 0. */
  member(member: number, ref: number): number {
    if (!this.accounts.has(member)) return MemberRefusal.MEMBER;
    return (ref | 0) === ref ? 0 : MemberRefusal.REFERENCE;
  }

  /**
   * Shares and price of an order alone: SIZE, PRICE, BAND, ORDER_SHARES, ORDER_NOTIONAL, or 0. A notional beyond
   * 2^53 is rounded, but never down to the limit, which is below it.
   */
  terms(tick: number, size: number): number {
    if ((size | 0) !== size || size <= 0) return MemberRefusal.SIZE;
    if ((tick | 0) !== tick || tick < MIN_TICK || tick > MAX_TICK) return MemberRefusal.PRICE;
    if (tick < this.lowestTick || tick > this.highestTick) return MemberRefusal.BAND;
    if (size > this.orderShares) return MemberRefusal.ORDER_SHARES;
    return tick * this.tickSize * size > this.orderNotional ? MemberRefusal.ORDER_NOTIONAL : 0;
  }

  /** Whether one more order would be too many: OPEN_ORDERS, or 0. */
  openOrders(member: number): number {
    const at = member << POSITION_SHIFT;
    return (this.positions[at | OPEN_ORDERS] ?? 0) >= (this.positions[at | ORDER_LIMIT] ?? 0)
      ? MemberRefusal.OPEN_ORDERS
      : 0;
  }

  /**
   * Whether the member can bear the order: LONG_LIMIT, SHORT_LIMIT, BUYING_POWER, or 0. It comes in the place of an
   * order of the same side with `oldSize` shares left at `oldTick`, or of none: 0 shares.
   */
  risk(member: number, side: BookSide, tick: number, size: number, oldTick: number, oldSize: number): number {
    const { positions, money, clearing } = this;
    const at = member << POSITION_SHIFT;
    const held = (1 - (side << 1)) * (positions[at | POSITION] ?? 0);
    const open = (positions[at | (OPEN_BUY + side)] ?? 0) - oldSize + size;
    if (held + open > (positions[at | (LONG_LIMIT + side)] ?? 0)) return MemberRefusal.LONG_LIMIT - side;
    const { highestPerShare, highestPpm } = clearing.fees;
    let more = (tick * this.tickSize + highestPerShare) * size - (oldTick * this.tickSize + highestPerShare) * oldSize;
    if (highestPpm !== 0) more = clearing.reserveOf(BUY, tick, size) - clearing.reserveOf(BUY, oldTick, oldSize);
    const row = member << MONEY_SHIFT;
    const power = (money[row | CASH] ?? 0) + (money[row | CREDIT] ?? 0) - (money[row | RESERVED] ?? 0);
    return (1 - side) * more > power ? MemberRefusal.BUYING_POWER : 0;
  }
}
