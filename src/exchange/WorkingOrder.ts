/**
 * An order inside the exchange: the request's facts and what has become of it. One fixed shape, plain fields that
 * JSON can hold (orders of a group know each other by id): a run makes one per order and reads them while matching.
 * Only the exchange changes it, by events.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { sessionOf } from '../calendar/sessions.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import type { LegRole, Order, OrderClass, OrderSource, OrderType, Side, TimeInForce } from '../domain/order.js';
import type { VenueOrderStatus } from '../domain/orderState.js';
import type { DurationMicros, Micros, Money, Price, Quantity } from '../domain/units.js';
import { SHARE } from '../domain/units.js';
import type { AccountBook } from './AccountBook.js';
import type { TradingSession } from './TradingSession.js';

/** As what an order looks at the market now: a stop-limit is a `stop` until it is elected and a `limit` then. */
export type OrderAction = 'market' | 'limit' | 'stop';

/** As what an order of a type begins. */
export function firstAction(type: OrderType): OrderAction {
  return type === 'market' || type === 'limit' ? type : 'stop';
}

const NO_IDS: readonly string[] = [];

/** The fields of an order that are not as they were made, its account by id. Not to be changed. */
export type OrderSnapshot = Readonly<Record<string, unknown>>;

/** See the module header. */
export class WorkingOrder {
  id: string;
  clientOrderId: string;
  account: AccountBook;
  symbolId: number;
  side: Side;
  /** 1 for buys, −1 for sales. */
  sign: 1 | -1;
  readonly type: OrderType;
  acts: OrderAction;
  /** May be changed once, on arrival, where the preset sends a market order to an auction. */
  timeInForce: TimeInForce;
  readonly extendedHours: boolean;
  /** 0 for other types. */
  limitPrice: Price;
  /** 0 for other types; of a trailing stop where it stands now, 0 before the first price. */
  stopPrice: Price;
  /** Distance of a trailing stop: a price, or millionths of the best price; 0 where it is the other or none. */
  readonly trailAmount: Price;
  readonly trailPpm: number;
  /** Best price that a trailing stop has followed; 0 before the first. */
  highWaterMark: Price = 0;
  /** Fraction of what the account can pay, decided at the fill; 0 for orders with a quantity. */
  readonly sizeFraction: number;
  /** Dollars to trade instead of a quantity; 0 for orders with one. */
  readonly notional: Money;
  /** As old as what it replaces where it keeps that one's place or evidence. */
  decidedAt: Micros;
  source: OrderSource;
  reason: string;
  /** Empty if it came from no signal. */
  signalId: string;
  /** Micro-shares; 0 for notional orders, and until the fill for orders that are sized then. */
  quantity: Quantity;
  status: VenueOrderStatus = 'pending_new';
  /** When it is to reach the venue, and how much of the way is that of the data to the strategy (M8). */
  dueAt: Micros = 0;
  dataLatency: DurationMicros = 0;
  /** When it reached the venue; 0 while in flight. */
  arrivedAt: Micros = 0;
  /** When it began to work; 0 while it waits for a session or its entry. */
  activatedAt: Micros = 0;
  /** When a leg's entry first filled; 0 before, and for orders that have no entry. Bars begun before say nothing. */
  armedAt: Micros = 0;
  /** Trading date on which it was done for the day; 0 if it never was. */
  doneOn: TradingDate = 0;
  /** Evidence that ended before this time decides nothing. */
  evidenceFrom: Micros = 0;
  /** Whether it takes part in an auction at the open that it waits for; set on activation. */
  auctionPending = false;
  filledQuantity: Quantity = 0;
  filledNotional: Money = 0;
  /** Fees charged so far, by kind. */
  commission: Money = 0;
  secFee: Money = 0;
  tafFee: Money = 0;
  /** When it last filled, of a sale that is charged SEC and TAF; else 0. */
  filledAt: Micros = 0;
  /** What it had filled and paid when SEC or TAF rates last changed between two of its fills; 0 without a change. */
  ratedQuantity: Quantity = 0;
  ratedValue: Money = 0;
  ratedSecFee: Money = 0;
  ratedTafFee: Money = 0;
  /** What it has filled of the lot that it is at and goes on with, where commissions are by lot; else 0. */
  lotQuantity: Quantity = 0;
  lotValue: Money = 0;
  /** Serial number of the trade that is that lot, −1 for what it opens; 0 where an older snapshot does not say. */
  lotSerial = 0;
  lowestFill: Price = 0;
  highestFill: Price = 0;
  /** Part of the remaining quantity that opens or adds to a position; it is what the reserve stands for. */
  openingQuantity: Quantity = 0;
  reservePrice: Price = 0;
  reserve: Money = 0;
  /** The limit that a short-sale restriction has put on a sale, above the bid when it was judged (R8); else 0. */
  shortFloor: Price = 0;
  /** What a replace that is on its way would make of quantity and price, if more is reserved for it; else 0. */
  pendingQuantity: Quantity = 0;
  pendingPrice: Price = 0;
  /** Replaces that are on their way to it. */
  pendingReplaces = 0;
  /** Whether a limit order has rested: it was not marketable when last looked at. */
  resting = false;
  /** Micro-shares ahead when it came to rest and now; −1 unknown or without a queue model. */
  queueAtEntry: Quantity = -1;
  queueAhead: Quantity = -1;
  triggerPrice: Price = 0;
  triggerTime: Micros = 0;
  /** Whether it only closes: it reserves nothing and never fills beyond the position against it. */
  reduceOnly: boolean;
  /** Whether it is final. */
  closed = false;

  readonly orderClass: OrderClass;
  /** Empty for an entry and for simple orders. */
  readonly role: LegRole | '';
  /** The entry of a leg, the legs of an entry, and the other of a take profit and a stop loss; empty where none. */
  parentId = '';
  legIds: readonly string[] = NO_IDS;
  siblingId = '';
  /** Of an exit that works on from a session before: the entry that it came with, with that session; else empty. */
  carriedEntry: string;
  /** Ids of the orders that it took the place of, oldest first. */
  formerIds: readonly string[] = NO_IDS;

  /** What was last said of it; none if it has changed since. No field of the order: a snapshot has none of it. */
  #said: OrderSnapshot | undefined;

  constructor(order: Order, account: AccountBook, now: Micros) {
    this.id = order.id;
    this.clientOrderId = order.clientOrderId;
    this.account = account;
    this.symbolId = order.symbolId;
    this.side = order.side;
    this.sign = order.side === 'buy' ? 1 : -1;
    this.type = order.type;
    this.acts = firstAction(order.type);
    this.timeInForce = order.timeInForce;
    this.extendedHours = order.extendedHours;
    this.limitPrice = order.limitPrice ?? 0;
    this.stopPrice = order.stopPrice ?? 0;
    this.trailAmount = order.trail?.kind === 'price' ? order.trail.amount : 0;
    this.trailPpm = order.trail?.kind === 'percent' ? order.trail.ppm : 0;
    this.sizeFraction = order.sizeAtFill?.fraction ?? 0;
    this.notional = order.notional ?? 0;
    this.quantity = order.quantity;
    this.decidedAt = now;
    this.source = order.source;
    this.reason = order.reason;
    this.signalId = order.signalId ?? '';
    this.orderClass = order.orderClass ?? 'simple';
    this.role = order.role ?? '';
    this.reduceOnly = order.reduceOnly === true;
    this.carriedEntry = order.carriedEntry ?? '';
  }

  /** Becomes another market order of the day, which works since `now`; this one and that were never filled here. */
  workAs(order: Order, account: AccountBook, now: Micros): void {
    this.takeIds(order);
    this.account = account;
    this.symbolId = order.symbolId;
    this.side = order.side;
    this.sign = order.side === 'buy' ? 1 : -1;
    this.quantity = order.quantity;
    this.source = order.source;
    this.reason = order.reason;
    this.carriedEntry = order.carriedEntry ?? '';
    this.decidedAt = now;
    this.arrivedAt = now;
    this.activatedAt = now;
    this.evidenceFrom = now;
    this.#said = undefined;
  }

  /** Takes over the texts of an order's ids. */
  takeIds(order: Order): void {
    this.id = order.id;
    this.clientOrderId = order.clientOrderId;
    this.signalId = order.signalId ?? '';
  }

  /** What {@link say} was given last, if it still holds. */
  get said(): OrderSnapshot | undefined {
    return this.#said;
  }

  say(snapshot: OrderSnapshot): void {
    this.#said = snapshot;
  }

  /** Whoever changes a field of an order that has been entered says so. */
  noteChange(): void {
    this.#said = undefined;
  }

  /** Micro-shares still to fill; 0 for an order whose size is decided at the fill. */
  get remaining(): Quantity {
    return this.quantity - this.filledQuantity;
  }

  /** Which way the price goes to what elects it: 1 up, as for a purchase by a stop or a sale if touched; −1 down. */
  get electionSign(): 1 | -1 {
    return (this.type === 'limit_if_touched') === (this.sign === 1) ? -1 : 1;
  }

  /** Whether it takes whatever the market offers: a market order, or a stop that was elected. */
  get isMarket(): boolean {
    return this.acts === 'market';
  }

  /** Whether it waits for an auction rather than for the continuous market. */
  get isAuction(): boolean {
    return this.timeInForce === 'opg' || this.timeInForce === 'cls';
  }

  /** Whether it is judged once and over then (R22). */
  get isImmediate(): boolean {
    return this.timeInForce === 'ioc' || this.timeInForce === 'fok';
  }

  /** Whether it may fill in parts of a share. */
  get isFractional(): boolean {
    if (this.notional > 0) return true;
    const shares = this.quantity / SHARE;
    // The quotient of a large quantity may round to a whole number; its product is exact.
    return !Number.isInteger(shares) || shares * SHARE !== this.quantity;
  }

  /** Whether it is a leg whose entry has not filled: it is held, or on its way with the entry. */
  get isUnarmed(): boolean {
    return this.parentId !== '' && this.armedAt === 0;
  }

  /** The entry that it came with as an exit; else empty. */
  get exitOf(): string {
    return this.carriedEntry === '' ? this.parentId : this.carriedEntry;
  }

  /**
   * Whether it shares its quantity with a take profit that stands for both in reserves and what closes a position: of
   * the two only one can fill.
   */
  get isSecondExit(): boolean {
    return this.role === 'stopLoss' && this.siblingId !== '';
  }

  /** Its day goes on when that of the other exit is over: it counts by itself from then on. Gives itself back. */
  standAlone(): this {
    this.siblingId = '';
    this.noteChange();
    return this;
  }
}

/**
 * Whether a session's end at `time` ends the order: day orders at the close, with the extended-hours flag at the
 * end of after-hours trading; orders for an auction with the session whose auction it was.
 */
export function endsWithSession(
  order: WorkingOrder,
  session: TradingSession,
  time: Micros,
  isAfterHoursEnd: boolean,
): boolean {
  // One that came in the evening is for the next closing (R5).
  if (order.timeInForce === 'cls') return order.arrivedAt < (sessionOf(newYorkDate(time))?.close ?? Infinity);
  if (order.timeInForce === 'opg') return !isAfterHoursEnd && order.arrivedAt <= session.open;
  // A leg that its entry's last fill armed at the close was for the same day; one that took its place came later.
  const isArmed = order.armedAt !== 0 && order.armedAt >= order.arrivedAt;
  const hasWorked = order.activatedAt !== 0 || order.doneOn !== 0 || isArmed;
  return hasWorked && (isAfterHoursEnd || !order.extendedHours) && order.activatedAt < time;
}
