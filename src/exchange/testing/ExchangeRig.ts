/**
 * Drives an exchange in tests the way the kernel does, in dollars, shares and New York wall-clock times of
 * 2013-10-07, records every reported event with its time, and checks the invariants after each step.
 */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { Fill } from '../../domain/fill.js';
import type { MarketTable } from '../../domain/marketTables.js';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import type { Order, OrderChanges, OrderClass, OrderRequest, OrderType, TimeInForce } from '../../domain/order.js';
import type { OpenOrderExplanation } from '../../domain/receipt.js';
import type { SessionConfig } from '../../domain/session.js';
import {
  createBarTable,
  createBookTable,
  createPrintTable,
  createQuoteBarTable,
  createQuoteTable,
  createStatusTable,
} from '../../domain/tables.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { SECOND, TIMEFRAME_DURATION } from '../../domain/timeframe.js';
import { SHARE } from '../../domain/units.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import { checkInvariants } from '../invariants.js';
import { OwnActivity } from '../OwnActivity.js';
import { PaperExchange } from '../PaperExchange.js';
import type { Preset } from '../preset.js';
import { presetOf } from '../presets.js';
import { NaiveBooks } from './NaiveBooks.js';
import { reversal } from './reversal.js';

const PRICE_SCALE = 1_000_000;
/** The date of the rig's times. */
export const RIG_DATE = '2013-10-07';
/** Flags of an ordinary print. */
export const ORDINARY = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

/** Micros of a wall-clock time such as `09:31` or `15:59:59.999` on a date. */
export function at(clock: string, date: string = RIG_DATE): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return fromNewYork(parseDate(date), Math.round((hours * 3600 + minutes * 60 + seconds) * 1000) * 1000);
}

/** Dollars as a price. */
export function usd(dollars: number): number {
  return Math.round(dollars * PRICE_SCALE);
}

/** What an order of the rig may choose; the rest has defaults. */
export interface RigOrder extends Partial<Omit<OrderRequest, 'quantity' | 'limitPrice' | 'stopPrice'>> {
  /** Shares. */
  readonly shares?: number;
  /** Dollars. */
  readonly limit?: number;
  readonly stop?: number;
  /** Distance of a trailing stop in dollars, or in percent. */
  readonly trailBy?: number;
  readonly trailPercent?: number;
  readonly orderClass?: OrderClass;
  /** Exits: a take profit at a limit, a stop loss at a stop, as a stop-limit with `lossLimit`. */
  readonly profit?: number;
  readonly loss?: number;
  readonly lossLimit?: number;
  readonly lossTrailBy?: number;
}

/** What a replace of the rig may change. */
export interface RigChanges {
  readonly shares?: number;
  readonly limit?: number;
  readonly stop?: number;
  readonly trailBy?: number;
  readonly trailPercent?: number;
  readonly timeInForce?: TimeInForce;
  readonly clientOrderId?: string;
}

interface Exits {
  readonly profit: number | undefined;
  readonly loss: number | undefined;
  readonly lossLimit: number | undefined;
  readonly lossTrailBy: number | undefined;
}

/** How a rig's exchange differs from the default. */
export interface RigOptions {
  readonly preset?: string;
  readonly overrides?: Partial<Preset>;
  readonly feePlan?: string;
  readonly cash?: number;
  readonly startTime?: number;
  readonly feed?: SessionConfig['feed'];
  readonly listings?: SessionConfig['listings'];
  readonly seed?: number;
}

/** Until everything that was sent is answered. */
function slowest(preset: Preset): number {
  const way = Math.max(preset.orderLatency, preset.cancelLatency, preset.replaceLatency);
  const spread = preset.latencySigmaPercent === 0 ? 1 : 50;
  return (preset.dataLatency + way + preset.reportLatency) * spread;
}

/** See the module header. */
export class ExchangeRig {
  exchange: PaperExchange;
  readonly config: SessionConfig;
  readonly preset: Preset;
  /** Events in the order of their delivery. */
  readonly events: VenueEvent[] = [];
  naive: NaiveBooks;
  now: number;
  /** If set, takes what a recovery is given: orders, market rows (as calls) and events, in their order. */
  recorder:
    (VenueEvent | { readonly order: Order; readonly now: number } | ((venue: PaperExchange) => void))[] | undefined;
  private orderCount = 0;
  /** Off for a rig that has not seen the beginning. */
  private checksHistory = true;

  private readonly options: RigOptions;

  /** What own orders do in books; off unless a test wants to know. */
  readonly activity = new OwnActivity();

  constructor(options: RigOptions = {}) {
    this.options = options;
    this.config = {
      sessionId: 'rig',
      feed: options.feed ?? 'recorded',
      symbols: ['AAA', 'BBB'],
      priceScale: PRICE_SCALE,
      accountId: 'main',
      startingCash: usd(options.cash ?? 100_000),
      preset: options.preset ?? 'papertape',
      feePlan: options.feePlan ?? 'zero',
      ...(options.listings === undefined ? {} : { listings: options.listings }),
      seed: options.seed ?? 1,
      startTime: options.startTime ?? at('04:00'),
      limits: {},
      strategies: [],
    };
    const { orderLatency } = options.overrides ?? {};
    // One number for all that goes to the venue, unless a test tells them apart.
    const ways = orderLatency === undefined ? {} : { cancelLatency: orderLatency, replaceLatency: orderLatency };
    this.preset = { ...presetOf(this.config.preset), ...ways, ...options.overrides };
    this.exchange = new PaperExchange(this.config, this.preset, { activity: this.activity });
    this.now = this.config.startTime;
    this.naive = new NaiveBooks(this.config.startingCash, this.preset.buyingPower === 'cash');
  }

  /** A fresh exchange with this rig's configuration. */
  sibling(): PaperExchange {
    return new PaperExchange(this.config, this.preset);
  }

  /** A rig at the same point that goes on with another exchange, restored from a snapshot of this one. */
  continueOn(exchange: PaperExchange): ExchangeRig {
    const rig = new ExchangeRig(this.options);
    rig.exchange = exchange;
    rig.now = this.now;
    rig.orderCount = this.orderCount;
    rig.checksHistory = false;
    return rig;
  }

  /** Submits an order now (by default a market order for 100 shares) and gives its id. */
  submit(request: RigOrder = {}): string {
    this.orderCount += 1;
    const { shares = 100, limit, stop, trailBy, trailPercent, profit, loss, lossLimit, lossTrailBy, ...rest } = request;
    const hasTrail = trailBy !== undefined || trailPercent !== undefined;
    const plain: Order = {
      id: `o-${this.orderCount}`,
      status: 'submitted',
      createdAt: this.now,
      updatedAt: this.now,
      filledQuantity: 0,
      filledNotional: 0,
      clientOrderId: `c-${this.orderCount}`,
      accountId: 'main',
      symbolId: 0,
      side: 'buy',
      type: hasTrail ? 'trailing_stop' : typeOf(limit, stop),
      timeInForce: 'day',
      quantity: request.notional === undefined ? Math.round(shares * SHARE) : 0,
      ...(limit === undefined ? {} : { limitPrice: usd(limit) }),
      ...(stop === undefined ? {} : { stopPrice: usd(stop) }),
      ...(trailBy === undefined ? {} : { trail: { kind: 'price', amount: usd(trailBy) } }),
      ...(trailPercent === undefined ? {} : { trail: { kind: 'percent', ppm: Math.round(trailPercent * 10_000) } }),
      extendedHours: false,
      source: { kind: 'manual', user: 'test' },
      reason: '',
      ...rest,
    };
    const order = this.withLegs(plain, { profit, loss, lossLimit, lossTrailBy });
    this.naive.submitted(order, this.now);
    for (const leg of order.legs ?? []) this.naive.submitted(leg, this.now);
    this.recorder?.push({ order, now: this.now });
    this.exchange.submit(order as Parameters<PaperExchange['submit']>[0], this.now);
    this.drain();
    return order.id;
  }

  /** Replaces an order, prices in dollars, and gives the id of the one that may go on in its place. */
  replace(orderId: string, changes: RigChanges): string {
    this.orderCount += 1;
    const next = { id: `o-${this.orderCount}`, clientOrderId: changes.clientOrderId ?? `c-${this.orderCount}` };
    const asked = changesOf(changes);
    this.exchange.replace(orderId, asked, next, this.now);
    this.drain();
    return next.id;
  }

  /** Ends the day of an open order at the venue. */
  endDay(orderId: string): void {
    this.exchange.endDay(orderId, this.now);
    this.drain();
  }

  /** Takes a fill back. */
  bust(fill: Fill): void {
    this.reverse(fill);
    this.drain();
  }

  /** Lets a fill stand at other terms. */
  correct(fill: Fill, price: number, quantity: number): void {
    this.reverse(fill, { price, quantity });
    this.drain();
  }

  private reverse(fill: Fill, terms?: { readonly price: number; readonly quantity: number }): void {
    this.exchange.advanceTo(this.now);
    const account = this.exchange.book.account(fill.accountId);
    this.exchange.emit(reversal(account, fill, terms, PRICE_SCALE, this.now), undefined);
  }

  /** Everything decided so far, delivered or not. */
  get decided(): readonly VenueEvent[] {
    return [...this.events, ...this.exchange.undelivered()];
  }

  cancel(orderId: string): void {
    this.exchange.cancel(orderId, this.now);
    this.drain();
  }

  /** Lets time pass without market data, doing at each due time what is due. */
  advance(clock: string | number): void {
    const time = typeof clock === 'number' ? clock : at(clock);
    if (time < this.now) throw new Error(`the rig's time ${time} goes back behind ${this.now}`);
    for (let due = this.exchange.nextDue(); due < time; due = this.exchange.nextDue()) {
      this.now = Math.max(this.now, due);
      this.exchange.advanceTo(this.now);
      this.drain();
      this.exchange.matchInstant(this.now);
      this.drain();
    }
    this.now = time;
    this.exchange.advanceTo(time);
    this.drain();
  }

  /** One instant: the rows are observed together, then matched. */
  instant(clock: string | number, ...rows: ((time: number) => void)[]): void {
    this.advance(clock);
    for (const row of rows) row(this.now);
    this.exchange.matchInstant(this.now);
    this.drain();
  }

  /** A bar that ends at `clock`, in an instant of its own. */
  bar(
    clock: string | number,
    prices: readonly [open: number, high: number, low: number, close: number],
    volume = 100_000,
    timeframe: Timeframe = '1m',
    symbolId = 0,
  ): void {
    this.instant(clock, this.barRow(prices, volume, timeframe, symbolId));
  }

  quote(clock: string | number, bid: number, bidSize: number, ask: number, askSize: number, flags = 0): void {
    this.instant(clock, this.quoteRow(bid, bidSize, ask, askSize, flags));
  }

  print(clock: string | number, price: number, size: number, flags: number = ORDINARY, exchange = ''): void {
    this.instant(clock, this.printRow(price, size, flags, exchange));
  }

  halt(clock: string | number, halted: boolean): void {
    this.status(clock, halted ? TradingStatus.HALTED : TradingStatus.TRADING);
  }

  /** A row of trading status in an instant of its own; bands in dollars. */
  status(clock: string | number, status: number, lower = 0, upper = 0): void {
    this.instant(clock, this.statusRow(status, lower, upper));
  }

  statusRow(status: number, lower = 0, upper = 0): (time: number) => void {
    return (time) => {
      const table = createStatusTable(1);
      this.fillRow(table, time, 0);
      table.status[0] = status;
      table.lower[0] = usd(lower);
      table.upper[0] = usd(upper);
      this.observe((venue) => venue.onStatus(table, 0));
    };
  }

  barRow(
    prices: readonly [open: number, high: number, low: number, close: number],
    volume = 100_000,
    timeframe: Timeframe = '1m',
    symbolId = 0,
  ): (time: number) => void {
    return (time) => {
      const table = createBarTable(timeframe, 1);
      this.fillRow(table, time, symbolId);
      const [open, high, low, close] = prices;
      table.start[0] = timeframe === '1d' ? time - 6.5 * 3600 * SECOND : time - TIMEFRAME_DURATION[timeframe];
      table.open[0] = usd(open);
      table.high[0] = usd(high);
      table.low[0] = usd(low);
      table.close[0] = usd(close);
      table.volume[0] = volume;
      this.observe((venue) => venue.onBar(table, 0));
    };
  }

  quoteRow(bid: number, bidSize: number, ask: number, askSize: number, flags = 0): (time: number) => void {
    return (time) => {
      const table = createQuoteTable(1);
      this.fillRow(table, time, 0);
      table.bid[0] = usd(bid);
      table.bidSize[0] = bidSize;
      table.ask[0] = usd(ask);
      table.askSize[0] = askSize;
      table.flags[0] = flags;
      this.observe((venue) => venue.onQuote(table, 0));
    };
  }

  printRow(price: number, size: number, flags: number = ORDINARY, exchange = ''): (time: number) => void {
    return (time) => {
      const table = createPrintTable(1);
      this.fillRow(table, time, 0);
      table.price[0] = Number.isNaN(price) ? NaN : usd(price);
      table.size[0] = size;
      table.flags[0] = flags;
      table.exchange[0] = exchange === '' ? 0 : exchange.charCodeAt(0);
      this.observe((venue) => venue.onPrint(table, 0));
    };
  }

  /** A message of an order-by-order book; `dollars` need not be a whole cent for hidden executions. */
  bookRow(action: number, side: 'buy' | 'sell', number: number, dollars: number, size: number): (time: number) => void {
    return (time) => {
      const table = createBookTable(1);
      this.fillRow(table, time, 0);
      table.action[0] = action;
      table.side[0] = side === 'buy' ? 0 : 1;
      table.number[0] = number;
      table.price[0] = usd(dollars);
      table.size[0] = size;
      this.observe((venue) => venue.onBook(table, 0));
    };
  }

  /** A quote bar, of one minute by default: [open, high, low, close] of each side, sizes at the close. */
  quoteBarRow(
    bid: readonly [number, number, number, number],
    bidSize: number,
    ask: readonly [number, number, number, number],
    askSize: number,
    timeframe: Timeframe = '1m',
  ): (time: number) => void {
    return (time) => {
      const table = createQuoteBarTable(timeframe, 1);
      this.fillRow(table, time, 0);
      table.start[0] = time - TIMEFRAME_DURATION[timeframe];
      const columns = [table.bidOpen, table.bidHigh, table.bidLow, table.bidClose];
      columns.push(table.askOpen, table.askHigh, table.askLow, table.askClose);
      columns.forEach((column, index) => (column[0] = usd([...bid, ...ask][index] ?? 0)));
      table.bidSize[0] = bidSize;
      table.askSize[0] = askSize;
      this.observe((venue) => venue.onQuoteBar(table, 0));
    };
  }

  /** Why an open order has not filled, as of now. */
  explain(orderId: string): OpenOrderExplanation | undefined {
    return this.exchange.explain(orderId, this.now);
  }

  /** The fills so far. Lets both latencies pass first, so that everything sent is answered. */
  get fills(): Fill[] {
    this.advance(this.now + slowest(this.preset));
    return this.events.flatMap((event) => (event.type === 'filled' ? [event.fill] : []));
  }

  /** Each fill as `shares @ dollars`. */
  get fillList(): string[] {
    return this.fills.map((fill) => `${fill.quantity / SHARE} @ ${fill.price / PRICE_SCALE}`);
  }

  /** The types of the events so far, of one order if given; refusals and ends with their reason code. */
  types(orderId?: string): string[] {
    this.advance(this.now + slowest(this.preset));
    const wanted = this.events.filter(
      (event) => orderId === undefined || (isOrderEvent(event) && event.orderId === orderId),
    );
    return wanted.map((event) =>
      event.type === 'rejected' || event.type === 'replaceRejected' ? `${event.type} ${event.reason}` : event.type,
    );
  }

  /** Everything that does not hold, of the exchange's state and of the events so far. */
  faults(): string[] {
    return [...checkInvariants(this.exchange), ...(this.checksHistory ? this.naive.faults : [])];
  }

  /** The ids of the legs of a rig's order. */
  legs(orderId: string): { readonly profit: string; readonly loss: string } {
    return { profit: `${orderId}-tp`, loss: `${orderId}-sl` };
  }

  private withLegs(order: Order, exits: Exits): Order {
    const { profit, loss, lossLimit, lossTrailBy } = exits;
    const hasLoss = loss !== undefined || lossTrailBy !== undefined;
    if (profit === undefined && !hasLoss) return order;
    const orderClass = order.orderClass ?? (profit !== undefined && hasLoss ? 'bracket' : 'oto');
    const { limitPrice: _limit, stopPrice: _stop, trail: _trail, legs: _legs, ...shared } = order;
    const leg = (role: 'takeProfit' | 'stopLoss', suffix: string): Order => ({
      ...shared,
      id: `${order.id}-${suffix}`,
      clientOrderId: `${order.clientOrderId}-${suffix}`,
      side: (order.side === 'buy') === (orderClass === 'oco') ? 'buy' : 'sell',
      type: role === 'takeProfit' ? 'limit' : typeOf(lossLimit, loss),
      role,
      parentId: order.id,
      orderClass,
    });
    const legs: Order[] = [];
    if (profit !== undefined) legs.push({ ...leg('takeProfit', 'tp'), limitPrice: usd(profit) });
    if (hasLoss) {
      legs.push({
        ...leg('stopLoss', 'sl'),
        ...(loss === undefined ? { type: 'trailing_stop' } : { stopPrice: usd(loss) }),
        ...(lossLimit === undefined ? {} : { limitPrice: usd(lossLimit) }),
        ...(lossTrailBy === undefined ? {} : { trail: { kind: 'price', amount: usd(lossTrailBy) } }),
      });
    }
    return { ...order, orderClass, legs };
  }

  private observe(row: (venue: PaperExchange) => void): void {
    this.recorder?.push(row);
    row(this.exchange);
  }

  private fillRow(table: MarketTable, time: number, symbolId: number): void {
    table.length = 1;
    table.symbolId[0] = symbolId;
    table.time[0] = time;
  }

  private drain(): void {
    for (
      let event = this.exchange.takeEvent(this.now);
      event !== undefined;
      event = this.exchange.takeEvent(this.now)
    ) {
      this.naive.observe(event);
      this.exchange.apply(event);
      this.recorder?.push(event);
      this.events.push(event);
    }
    const faults = this.faults();
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }
}

/** What a rig's changes ask of the exchange. */
export function changesOf({ shares, limit, stop, trailBy, trailPercent, timeInForce }: RigChanges): OrderChanges {
  return {
    ...(shares === undefined ? {} : { quantity: Math.round(shares * SHARE) }),
    ...(limit === undefined ? {} : { limitPrice: usd(limit) }),
    ...(stop === undefined ? {} : { stopPrice: usd(stop) }),
    ...(trailBy === undefined ? {} : { trail: { kind: 'price', amount: usd(trailBy) } }),
    ...(trailPercent === undefined ? {} : { trail: { kind: 'percent', ppm: Math.round(trailPercent * 10_000) } }),
    ...(timeInForce === undefined ? {} : { timeInForce }),
  };
}

function typeOf(limit: number | undefined, stop: number | undefined): OrderType {
  if (limit === undefined) return stop === undefined ? 'market' : 'stop';
  return stop === undefined ? 'limit' : 'stop_limit';
}
