/**
 * One owner's position in one symbol as FIFO lots. Costs and fees of a lot that is closed in parts are split in
 * proportion, the last part taking what is left, so that no micro-dollar appears or vanishes.
 */
import type { Lot, Position } from '../domain/position.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { addExact, mulDiv, notional } from '../domain/units.js';
import type { OrderEvent } from '../domain/venueEvents.js';
import type { RoundTripLog } from './RoundTripLog.js';

/** Closed lots in front of the open ones are dropped when there are this many. */
const MOST_CLOSED = 1024;

/** What is left of one opening fill, with the cost and fees that belong to it. */
export interface OpenLot {
  /** Signed micro-shares left. */
  quantity: Quantity;
  /** What is left of the price × quantity and of the fees, both positive. */
  cost: Money;
  fees: Money;
  readonly price: Price;
  readonly time: Micros;
  readonly fillId: string;
  readonly reason: string;
  /** The order that opened it, where lots are told apart by it; one of a session before behind its id and a colon. */
  readonly orderId?: string;
}

/** Where and when a lot is opened or closed. A fill that is told of in numbers has no id but its number. */
export interface FillPoint {
  readonly id?: string;
  readonly number?: number;
  readonly time: Micros;
  readonly price: Price;
}

/** A lot while it is open; once closed it is written over by another one. */
interface BookLot {
  quantity: Quantity;
  cost: Money;
  fees: Money;
  price: Price;
  time: Micros;
  /** The id of its fill, or the number in it where that was not made. */
  fillId: string;
  fillNumber: number;
  reason: string;
  /** The order that opened it, where lots are told apart by it, or the number in its id where that was not made. */
  orderId: string;
  orderNumber: number;
}

/** Micro-dollars that a lot of so many micro-shares worth so much owes by itself, where commissions are by lot. */
export type LotFees = (quantity: Quantity, value: Money) => Money;

/** A report that takes a fill back, whole or for other terms. */
export type Reversal = Extract<OrderEvent, { type: 'busted' | 'corrected' }>;

/** See the module header. */
export class SubBook {
  readonly owner: string;
  readonly symbolId: number;
  /** Signed micro-shares. */
  quantity: Quantity = 0;
  /** By lot, fees not deducted. */
  realisedPnl: Money = 0;
  fees: Money = 0;
  /** Whether there ever was a fill. */
  used = false;
  private readonly priceScale: number;
  private readonly lotFees: LotFees | undefined;
  /** Open lots, oldest first, are those from `head` to before `end`; the others are closed. */
  private lots: BookLot[] = [];
  private head = 0;
  private end = 0;
  /** The open lots as they were before some were brought forward. */
  private before: BookLot[] | undefined = undefined;
  private openedAt: Micros = 0;
  /** What {@link averagePrice} came to; negative once the lots have changed. */
  private average: Price = -1;

  /** Fees of a fill that closes several lots belong to each by its quantity, or by what `lotFees` says of it. */
  constructor(owner: string, symbolId: number, priceScale: number, lotFees?: LotFees) {
    this.lotFees = lotFees;
    this.owner = owner;
    this.symbolId = symbolId;
    this.priceScale = priceScale;
  }

  /** Takes over the lots of a session before; the book is empty. Their results so far belong to that session. */
  adopt(lots: readonly OpenLot[]): void {
    for (const { orderId = '', ...lot } of lots) {
      const { quantity, cost, fees, price, time, fillId, reason } = lot;
      Object.assign(this.nextLot(), {
        quantity,
        cost,
        fees,
        price,
        time,
        fillId,
        fillNumber: 0,
        reason,
        orderId,
        orderNumber: 0,
      });
      this.quantity = addExact(this.quantity, quantity);
    }
    this.average = -1;
    this.openedAt = lots[0]?.time ?? 0;
    this.used = this.used || lots.length > 0;
  }

  /**
   * Applies a fill of `signed` micro-shares worth `value` with `fees` (both positive); closed matches are
   * appended to `trips`. A fill that crosses zero closes everything and opens the rest, as a lot of the order
   * `orderId`, or of the one with `orderNumber` in its id.
   */
  applyFill(
    fill: FillPoint,
    signed: Quantity,
    value: Money,
    fees: Money,
    reason: string,
    trips: RoundTripLog,
    orderId = '',
    orderNumber = 0,
  ): void {
    this.used = true;
    this.average = -1;
    this.fees = addExact(this.fees, fees);
    if (this.quantity === 0) this.openedAt = fill.time;
    let left = Math.abs(signed);
    let valueLeft = value;
    let feesLeft = fees;
    const { lotFees } = this;
    let owedLeft =
      lotFees === undefined || fees === 0 || this.isOfOne(signed) ? 0 : this.owedBy(lotFees, signed, value);
    while (left > 0 && this.quantity !== 0 && this.quantity > 0 !== signed > 0) {
      const lot = this.lots[this.head];
      if (lot === undefined) break;
      const open = Math.abs(lot.quantity);
      const closed = open < left ? open : left;
      const exitValue = closed === left ? valueLeft : mulDiv(valueLeft, closed, left);
      let exitFees = feesLeft;
      if (closed !== left) {
        const owed = lotFees === undefined || owedLeft === 0 ? 0 : lotFees(closed, exitValue);
        exitFees =
          owedLeft === 0 ? mulDiv(feesLeft, closed, left) : mulDiv(feesLeft, Math.min(owed, owedLeft), owedLeft);
        owedLeft = Math.max(0, owedLeft - owed);
      }
      const cost = closed === open ? lot.cost : mulDiv(lot.cost, closed, open);
      const entryFees = closed === open ? lot.fees : mulDiv(lot.fees, closed, open);
      const isLong = lot.quantity > 0;
      const gross = isLong ? exitValue - cost : cost - exitValue;
      this.realisedPnl = addExact(this.realisedPnl, gross);
      trips.add(this.owner, this.symbolId, isLong, closed, lot, fill);
      trips.addResult(gross - entryFees - exitFees, entryFees + exitFees);
      trips.addReasons(lot.reason, reason);
      lot.cost -= cost;
      lot.fees -= entryFees;
      lot.quantity += isLong ? -closed : closed;
      this.quantity += isLong ? -closed : closed;
      if (lot.quantity === 0) this.dropHead();
      left -= closed;
      valueLeft -= exitValue;
      feesLeft -= exitFees;
    }
    if (left === 0) return;
    if (this.quantity === 0) this.openedAt = fill.time;
    const opened = signed > 0 ? left : -left;
    this.quantity = addExact(this.quantity, opened);
    const lot = this.nextLot();
    lot.quantity = opened;
    lot.cost = valueLeft;
    lot.fees = feesLeft;
    lot.price = fill.price;
    lot.time = fill.time;
    lot.fillId = fill.id ?? '';
    lot.fillNumber = fill.number ?? 0;
    lot.reason = reason;
    lot.orderId = orderId;
    lot.orderNumber = orderNumber;
  }

  /** Whether a fill only opens, or closes nothing but the oldest lot. */
  private isOfOne(signed: Quantity): boolean {
    if (this.quantity === 0 || this.quantity > 0 === signed > 0) return true;
    return Math.abs(signed) <= Math.abs(this.lots[this.head]?.quantity ?? 0);
  }

  /** What the lots of a fill that closes owe in all: each that it closes, and what it opens. */
  private owedBy(lotFees: LotFees, signed: Quantity, value: Money): Money {
    const all = Math.abs(signed);
    let left = all;
    let owed = 0;
    for (let i = this.head; i < this.end && left > 0; i += 1) {
      const closed = Math.min(left, Math.abs(this.lots[i]?.quantity ?? 0));
      owed += lotFees(closed, mulDiv(value, closed, all));
      left -= closed;
    }
    return owed + (left === 0 ? 0 : lotFees(left, mulDiv(value, left, all)));
  }

  /** Lets the next closing fill take the lots of an order first, as long as they are open; {@link putBack} follows. */
  bringForward(orderId: string): void {
    let front = this.head;
    for (let i = this.head; i < this.end; i += 1) {
      const lot = this.lots[i];
      if (lot === undefined || orderIdOf(lot) !== orderId) continue;
      if (i > front) {
        this.before ??= this.lots.slice(this.head, this.end);
        this.lots.splice(front, 0, ...this.lots.splice(i, 1));
      }
      front += 1;
    }
  }

  /** Puts what is left of lots that were brought forward back to where they were among the others. */
  putBack(): void {
    const { before } = this;
    if (before === undefined) return;
    this.before = undefined;
    const open = new Set(this.lots.slice(this.head, this.end));
    let at = this.head;
    for (const lot of before) {
      if (!open.has(lot)) continue;
      this.lots[at] = lot;
      at += 1;
    }
  }

  /**
   * Applies a reversal of `signed` micro-shares that moved `cash` and `fees` (signed, as in the ledger). The shares are
   * traded at the reversal's price; what the money differs from that is result.
   */
  applyReversal(
    event: Reversal,
    signed: Quantity,
    cash: Money,
    fees: Money,
    reason: string,
    trips: RoundTripLog,
  ): void {
    this.used = true;
    this.fees = addExact(this.fees, fees);
    const value = notional(event.price, Math.abs(signed), this.priceScale);
    if (signed !== 0) {
      const { fillId: id, time, price } = event;
      this.applyFill({ id, time, price }, signed, value, 0, reason, trips);
    }
    const expected = signed > 0 ? -value : value;
    this.realisedPnl = addExact(this.realisedPnl, cash + fees - expected);
  }

  /** A split: the lots become `quantity` signed micro-shares in all at the same cost; the newest takes the rounding. */
  rescale(quantity: Quantity): void {
    const before = this.quantity;
    this.average = -1;
    if (quantity === 0) {
      this.head = 0;
      this.end = 0;
      this.quantity = 0;
      return;
    }
    let left = quantity;
    for (let i = this.head; i < this.end; i += 1) {
      const lot = this.lots[i];
      if (lot === undefined) continue;
      const isLast = i === this.end - 1;
      const scaled = isLast ? left : mulDiv(Math.abs(quantity), lot.quantity, Math.abs(before));
      left -= scaled;
      lot.quantity = scaled;
      lot.price = mulDiv(lot.price, Math.abs(before), Math.abs(quantity));
    }
    this.quantity = quantity;
  }

  /** The position valued at `mark`. */
  position(mark: Price): Position {
    return {
      owner: this.owner,
      symbolId: this.symbolId,
      quantity: this.quantity,
      averagePrice: this.averagePrice(),
      realisedPnl: this.realisedPnl,
      unrealisedPnl: this.unrealisedPnl(mark),
      fees: this.fees,
      openedAt: this.quantity === 0 ? 0 : this.openedAt,
    };
  }

  /** What a share that is held has cost on average, fees not included; 0 when flat. */
  averagePrice(): Price {
    if (this.quantity === 0) return 0;
    // Whoever looks at a position does so at every bar, and few of them change it.
    if (this.average < 0) this.average = mulDiv(this.cost(), this.priceScale, Math.abs(this.quantity));
    return this.average;
  }

  /** What closing all at `mark` would add to the result, fees not deducted; 0 when flat. */
  unrealisedPnl(mark: Price): Money {
    if (this.quantity === 0) return 0;
    const cost = this.cost();
    const value = notional(mark, Math.abs(this.quantity), this.priceScale);
    return this.quantity > 0 ? value - cost : cost - value;
  }

  /** The open lots whole, as copies, oldest first: what a next session goes on with. */
  carriedLots(): readonly OpenLot[] {
    return this.lots.slice(this.head, this.end).map((lot) => {
      const { fillNumber, fillId, orderId: _orderId, orderNumber: _orderNumber, ...rest } = lot;
      const orderId = orderIdOf(lot);
      return { ...rest, fillId: fillIdOf(fillId, fillNumber), ...(orderId === '' ? {} : { orderId }) };
    });
  }

  /** The orders that opened what is open, where lots are told apart by them; one for each lot, oldest first. */
  entries(): readonly string[] {
    return this.lots.slice(this.head, this.end).map(orderIdOf);
  }

  /** What is open, oldest first. */
  openLots(): readonly Lot[] {
    return this.lots.slice(this.head, this.end).map(({ quantity, price, time, fillId, fillNumber }) => ({
      quantity,
      price,
      time,
      fillId: fillIdOf(fillId, fillNumber),
    }));
  }

  private cost(): Money {
    let cost = 0;
    for (let i = this.head; i < this.end; i += 1) cost += this.lots[i]?.cost ?? 0;
    return cost;
  }

  /** A lot behind the newest one, to be written whole. */
  private nextLot(): BookLot {
    const at = this.end;
    this.end += 1;
    return (this.lots[at] ??= emptyLot());
  }

  private dropHead(): void {
    this.head += 1;
    if (this.head === this.end) {
      this.head = 0;
      this.end = 0;
    } else if (this.head >= MOST_CLOSED) {
      this.lots = this.lots.slice(this.head, this.end);
      this.head = 0;
      this.end = this.lots.length;
    }
  }
}

/** Amounts begin with a fraction: they are then kept as doubles that are written in place. */
function emptyLot(): BookLot {
  return {
    quantity: 0.5,
    cost: 0.5,
    fees: 0.5,
    price: 0.5,
    time: 0.5,
    fillId: '',
    fillNumber: 0,
    reason: '',
    orderId: '',
    orderNumber: 0,
  };
}

function fillIdOf(id: string, number: number): string {
  return id === '' && number > 0 ? `f-${number}` : id;
}

function orderIdOf({ orderId, orderNumber }: BookLot): string {
  return orderId === '' && orderNumber > 0 ? `o-${orderNumber}` : orderId;
}
