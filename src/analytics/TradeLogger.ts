/**
 * The trade log: turns signals, orders and fills into trades (flat to flat, with their round trips) and measures each
 * fill on the market around it. The same events give the same log in a backtest, a replay and a live session.
 *
 * Order of calls: the market's rows up to a time first ({@link TradeLogger.observe}), then what was told up to it, in
 * its order, then {@link TradeLogger.settle}. Something may be told late, up to {@link LOOKBACK} of market time. The
 * log only grows: a trade is appended when it begins and never changes once it is closed and its last markout is known.
 * One that `forgets` lets go of what was told for the last time, so that it holds no more than what is under way.
 *
 * Cost: O(1) amortised per row, signal, order and fill, O(log rows) per measurement; a settlement is O(open trades).
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR, mulDiv, SHARE } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import type { CarriedBooks, LotRelief } from '../engine/PositionTracker.js';
import type { LotFees } from '../engine/SubBook.js';
import { ownerOf, PositionTracker } from '../engine/PositionTracker.js';
import type { Reversal } from '../engine/SubBook.js';
import { required } from '../utils/assert.js';
import { figure } from './figure.js';
import { FillMeasure } from './FillMeasure.js';
import { LOOKBACK, MarketTrails } from './MarketTrails.js';
import { OrderFacts } from './OrderFacts.js';
import { TradeBook } from './TradeBook.js';
import type { TradeResult } from './TradeBook.js';
import type { Benchmark } from './tradeCosts.js';
import { MARKOUT_HORIZONS } from './tradeCosts.js';
import type { MeasuredTrade, TradeOrder, TradeRecord, TradeSignal } from './TradeRecord.js';

/** Fills whose markout is known are let go of when there are more than this in front of those that wait. */
const MOST_DONE = 64;

/** What a log is about. */
export interface TradeLoggerOptions {
  readonly symbolCount: number;
  /** Price steps per dollar. */
  readonly priceScale: number;
  /** Positions from a session before. */
  readonly carried?: CarriedBooks | undefined;
  /** Which lots a closing fill takes; the oldest if absent. */
  readonly lotRelief?: LotRelief;
  /** What each lot owes by itself, where commissions are by lot. */
  readonly lotFees?: LotFees | undefined;
  /** Called with each trade when it is closed; its markouts are yet to come. */
  readonly onClosed?: (trade: TradeResult) => void;
  /** Prices that another log of the same session observes, so that this one need not; its own if absent. */
  readonly trails?: MarketTrails;
  /** Gives the id of the next trade; `t-` and its number if absent. */
  readonly nextId?: () => string;
  /**
   * Nobody reads its orders, nor a trade that was given to {@link TradeLogger.forget}; and no report takes back a fill,
   * or all its orders have one source and one reason.
   */
  readonly forgets?: boolean;
}

/** See the module header. */
export class TradeLogger {
  readonly #options: TradeLoggerOptions;
  /** The market as it was seen. */
  readonly trails: MarketTrails;
  readonly #positions: PositionTracker;
  readonly #orders = new Map<string, OrderFacts>();
  readonly #signals = new Map<string, TradeSignal>();
  /** Orders that were replaced, by those that took their places and are still to be told. */
  readonly #former = new Map<string, OrderFacts>();
  /** Undefined where one was forgotten. */
  readonly #trades: (TradeBook | undefined)[] = [];
  /** By owner and symbol, in a log that forgets: the newest trade, and whether it was told for the last time. */
  readonly #newest = new Map<string, { readonly index: number; told: boolean }>();
  /** What all orders of a log that forgets have. */
  #common: Pick<Order, 'source' | 'reason'> | undefined = undefined;
  /** Open trades by owner and symbol. */
  readonly #open = new Map<string, TradeBook>();
  /** Fills that wait for a horizon, one line per horizon, and where each line has come to. */
  readonly #waiting: FillMeasure[][] = MARKOUT_HORIZONS.map(() => []);
  readonly #reached = MARKOUT_HORIZONS.map(() => 0);
  #settled: Micros = -Infinity;

  constructor(options: TradeLoggerOptions) {
    const { symbolCount, priceScale, carried, lotRelief, lotFees } = options;
    this.#options = options;
    this.trails = options.trails ?? new MarketTrails(symbolCount, priceScale);
    this.#positions = new PositionTracker(symbolCount, priceScale, 0, 'lastPrice', lotRelief, lotFees);
    if (carried !== undefined) this.#adopt(carried);
  }

  /** Takes the market's next rows. */
  observe(batch: MarketBatch): void {
    this.trails.observe(batch);
  }

  /** Takes a signal with the answer to it, before the fills of its order. */
  noteSignal(signal: Signal, decision: SignalAnswer, orderId: string | undefined): void {
    if (orderId === undefined) return;
    const { id, time, intent, reason } = signal;
    const { outcome, requestedQuantity, quantity } = decision;
    const answer = { outcome, reason: decision.reason ?? null, requestedQuantity, quantity };
    const known: TradeSignal = { id, time, intent, reason, decision: answer };
    const facts = this.#orders.get(orderId);
    if (facts === undefined) this.#signals.set(orderId, known);
    else facts.signal = known;
  }

  /** Takes an order after any transition, first when it is decided. */
  noteOrder(order: Order): void {
    let facts = this.#orders.get(order.id);
    if (facts === undefined) {
      const former = this.#former.get(order.id);
      this.#former.delete(order.id);
      facts = new OrderFacts(order, this.#decisionOf(order, former));
      if (former !== undefined) facts.follow(former);
      facts.signal = this.#signals.get(order.id);
      this.#signals.delete(order.id);
      this.#orders.set(order.id, facts);
      if (order.parentId !== undefined) this.#orders.get(order.parentId)?.addLeg(order, this.#options.priceScale);
      this.noteReplacement(order);
    }
    facts.update(order, (time) => this.trails.benchmark(order.symbolId, time));
    if (order.status === 'replaced') this.#handOn(facts);
    if (this.#options.forgets !== true) return;
    this.#common = order;
    if (!facts.ended) return;
    // It ended without a fill: no trade asks for it. Of others an open trade keeps what they cost.
    const open = this.#open.get(keyOf(ownerOf(order), order.symbolId));
    if (facts.tradeId === '' || open?.letGo(facts) === true) this.#orders.delete(order.id);
  }

  /** An order is to take the place of another one; may be told before it is decided. */
  noteReplacement(order: Pick<Order, 'id' | 'replaces'>): void {
    this.#positions.noteReplacement(order, (orderId) => this.#orders.get(orderId)?.ended === true);
  }

  /** Takes the time at which an order reached the venue; the first one counts. */
  noteArrival(orderId: string, time: Micros): void {
    const facts = this.#orders.get(orderId);
    if (facts === undefined) return;
    facts.arrival ??= this.trails.benchmark(facts.order.symbolId, time);
  }

  /** Takes the time at which an order's stop was elected; the first one counts. */
  noteTrigger(orderId: string, time: Micros): void {
    const facts = this.#orders.get(orderId);
    if (facts === undefined) return;
    facts.trigger ??= this.trails.benchmark(facts.order.symbolId, time);
  }

  /** Takes a fill of a known order; the object is not kept. */
  noteFill(fill: Fill): void {
    const facts = required(this.#orders.get(fill.orderId), `the order ${fill.orderId} of fill ${fill.id}`);
    const { symbolId } = fill;
    const measure = this.#measure(fill, facts);
    let fees = 0;
    for (const fee of fill.fees) fees += fee.amount;
    const [decision, arrival] = [measure.decision.price, measure.arrival.price];
    facts.addFill(fill.quantity / SHARE, measure.price, decision, arrival, fees);
    const owner = ownerOf(facts.order);
    const before = this.#positions.quantityOf(owner, symbolId);
    this.#positions.applyFill(fill, facts.order);
    const after = this.#positions.quantityOf(owner, symbolId);
    if (before !== 0 && before > 0 !== (fill.side === 'buy')) {
      const trade = required(this.#open.get(keyOf(owner, symbolId)), `the open trade of ${owner}`);
      const crosses = after !== 0 && after > 0 !== before > 0;
      const closing = crosses ? -before : after - before;
      trade.addFill(fill, measure, facts, closing, mulDiv(fees, Math.abs(closing), fill.quantity), this.trails);
      if (facts.tradeId === '') facts.tradeId = trade.begin.id;
      this.#takeRoundTrips(trade);
      if (trade.closed) this.#close(trade);
      if (!crosses) return;
      this.#enter(fill, measure, facts, owner, after, fees - mulDiv(fees, Math.abs(closing), fill.quantity));
      return;
    }
    this.#enter(fill, measure, facts, owner, after - before, fees);
  }

  /** Takes a report that takes a fill back, whole or for other terms. */
  noteReversal(event: Reversal): void {
    const order = this.#orders.get(event.orderId)?.order ?? this.#forgottenOrder(event);
    if (order === undefined) return;
    const { symbolId } = order;
    const owner = ownerOf(order);
    const book = this.#positions.bookOf(owner, symbolId);
    const profitBefore = book.realisedPnl;
    this.#positions.applyReversal(event, order);
    const trade =
      this.#open.get(keyOf(owner, symbolId)) ??
      this.#trades.findLast((one) => one?.begin.owner === owner && one.begin.symbolId === symbolId);
    if (trade === undefined) return;
    const from = trade.roundTrips.length;
    this.#takeRoundTrips(trade);
    let matched = 0;
    for (const { pnl, fees } of trade.roundTrips.slice(from)) matched += pnl + fees;
    let cash = 0;
    for (const entry of event.entries) if (entry.account === 'cash') cash += entry.amount;
    const result = book.realisedPnl - profitBefore - matched;
    const text = `fill ${event.fillId} was ${event.type}`;
    trade.correct(book.quantity, cash / DOLLAR, result, event.time, text);
    const key = keyOf(owner, symbolId);
    if (book.quantity !== 0) this.#open.set(key, trade);
    else if (this.#open.has(key)) this.#close(trade);
  }

  /** Takes what the venue booked beside trades: splits change open trades. */
  noteBooking(event: AccountBooking): void {
    this.#positions.applyBooking(event);
    if (event.kind !== 'split') return;
    for (const trade of this.#open.values()) {
      const { owner, symbolId } = trade.begin;
      if (symbolId !== event.symbolId) continue;
      // Prices of before are those of the shares of before.
      trade.seeUntil(event.time, this.trails);
      trade.rescale(this.#positions.quantityOf(owner, symbolId), event.time, event.note);
      if (trade.closed) this.#close(trade);
    }
  }

  /** Everything up to `time` was observed and told. */
  settle(time: Micros): void {
    if (time <= this.#settled) return;
    this.#settled = time;
    for (const trade of this.#open.values()) trade.seeUntil(time - LOOKBACK, this.trails);
    MARKOUT_HORIZONS.forEach((_, horizon) => this.#markOut(horizon, time));
    this.trails.settle(time);
  }

  /** The market is over: horizons that were not reached never will be. */
  finish(time: Micros): void {
    this.settle(time);
    this.#waiting.forEach((line, horizon) => {
      // Of what was told since the settlement too.
      this.#markOut(horizon, time);
      for (const measure of line.slice(this.#reached[horizon])) {
        measure.setLater(horizon, { from: 'last', price: figure(NaN, 'the data end before') });
      }
      this.#reached[horizon] = line.length;
    });
  }

  /** All trades, in the order in which they began. */
  get trades(): readonly TradeRecord[] {
    return this.#trades.flatMap((trade) => trade?.record(this.trails, this.#settled) ?? []);
  }

  /** All trades, one at a time: none is kept, as {@link trades} keeps those that can change no more. */
  *eachTrade(): Generator<TradeRecord, void> {
    for (const trade of this.#trades) if (trade !== undefined) yield trade.record(this.trails, this.#settled, false);
  }

  /** What is open, lot by lot: what the log of the next session begins with. */
  carry(): CarriedBooks {
    return this.#positions.carry();
  }

  /** How many trades there are. */
  get count(): number {
    return this.#trades.length;
  }

  /** Whether trade number `index`, counted from 0, is closed. */
  isClosed(index: number): boolean {
    return this.#trades[index]?.closed === true;
  }

  /** Whether trade number `index`, counted from 0, can change no more. */
  isSettled(index: number): boolean {
    return this.#trades[index]?.settled === true;
  }

  /** Trade number `index`, counted from 0; it must be there. */
  trade(index: number): TradeRecord {
    return required(this.#trades[index], `trade ${index}`).record(this.trails, this.#settled);
  }

  /** What figures of many trades are read from, of trade number `index`; it must be there. */
  measured(index: number): MeasuredTrade {
    return required(this.#trades[index], `trade ${index}`).measured();
  }

  /**
   * Trade number `index` can change no more and was told for the last time. A log that `forgets` lets go of it and of
   * its orders, but for the newest of each symbol: a report that takes a fill back goes to that one.
   */
  forget(index: number): void {
    const trade = this.#trades[index];
    if (this.#options.forgets !== true || trade === undefined) return;
    const newest = this.#newest.get(keyOf(trade.begin.owner, trade.begin.symbolId));
    if (newest?.index === index) newest.told = true;
    else this.#drop(index);
  }

  /** How many trades and orders it holds, and how many fills wait for a markout. */
  get held(): { readonly trades: number; readonly orders: number; readonly fills: number } {
    const trades = this.#trades.reduce((count, trade) => count + (trade === undefined ? 0 : 1), 0);
    return { trades, orders: this.#orders.size, fills: Math.max(...this.#waiting.map(({ length }) => length)) };
  }

  /** All orders, in the order in which they were decided, with what each cost. */
  get orders(): readonly TradeOrder[] {
    return Array.from(this.#orders.values(), ({ record }) => record);
  }

  /** Value of all positions at a time within {@link LOOKBACK}, in dollars, short ones counted as positive. */
  grossExposureAt(time: Micros): number {
    let gross = 0;
    for (const { open, begin } of this.#open.values()) {
      const price = this.trails.priceAt(begin.symbolId, time);
      if (!Number.isNaN(price)) gross += (Math.abs(open) / SHARE) * price;
    }
    return gross;
  }

  /** Dollars that a symbol stood at, at a time within {@link LOOKBACK}; NaN where that is not known. */
  priceAt(symbolId: number, time: Micros): number {
    return this.trails.priceAt(symbolId, time);
  }

  #measure(fill: Fill, facts: OrderFacts): FillMeasure {
    const { symbolId, time, receipt } = fill;
    const atFill = this.trails.benchmark(symbolId, time);
    // What waited for its price was decided when that price was reached; how long it waited is no cost.
    const waited = receipt.triggerTime > 0 ? this.#triggered(facts, symbolId, receipt.triggerTime) : undefined;
    const isLeg = facts.isExitInWait;
    const decision = waited ?? (isLeg ? atFill : facts.decision);
    const arrival = waited ?? (isLeg ? atFill : facts.arrivalAt(receipt.arrivedAt));
    const price = fill.price / this.#options.priceScale;
    const measure = new FillMeasure(fill, price, decision, arrival, atFill);
    for (const line of this.#waiting) line.push(measure);
    return measure;
  }

  /** The market when an order was decided: a change of its terms is no new decision. */
  #decisionOf({ symbolId, createdAt, replaces }: Order, former: OrderFacts | undefined): Benchmark {
    const first = former ?? (replaces === undefined ? undefined : this.#orders.get(replaces));
    return first?.decision ?? this.trails.benchmark(symbolId, createdAt);
  }

  /** An order was replaced: the one that took its place may have been told, or be told next. */
  #handOn(facts: OrderFacts): void {
    const { replacedBy } = facts.order;
    if (replacedBy === undefined) return;
    const next = this.#orders.get(replacedBy);
    if (next === undefined) this.#former.set(replacedBy, facts);
    else next.follow(facts);
  }

  /** The market when a stop was elected: as it was noted then, since the fill may come long after it. */
  #triggered({ trigger }: OrderFacts, symbolId: number, time: Micros): Benchmark {
    return trigger?.time === time ? trigger : this.trails.benchmark(symbolId, time);
  }

  #markOut(horizon: number, time: Micros): void {
    const line = required(this.#waiting[horizon], 'the line of a horizon');
    let next = this.#reached[horizon] ?? 0;
    for (let measure = line[next]; measure !== undefined; measure = line[next]) {
      const due = measure.dueAt(horizon);
      if (due > time) break;
      const { symbolId } = measure.fill;
      measure.setLater(horizon, this.trails.benchmark(symbolId, due, measure.fill.time));
      next += 1;
    }
    const isMostDone = next > MOST_DONE && next * 2 > line.length;
    if (isMostDone) line.splice(0, next);
    this.#reached[horizon] = isMostDone ? 0 : next;
  }

  #enter(fill: Fill, measure: FillMeasure, facts: OrderFacts, owner: string, signed: number, fees: number): void {
    const { symbolId, side, time } = fill;
    const key = keyOf(owner, symbolId);
    let trade = this.#open.get(key);
    if (trade === undefined) {
      trade = this.#begin({ owner, symbolId, side, time, reason: facts.order.reason, signal: facts.signal });
      this.#open.set(key, trade);
    }
    trade.addFill(fill, measure, facts, signed, fees, this.trails);
    if (facts.tradeId === '') facts.tradeId = trade.begin.id;
  }

  #begin(of: Omit<TradeBook['begin'], 'id' | 'priceScale'>): TradeBook {
    const id = this.#options.nextId?.() ?? `t-${this.#trades.length + 1}`;
    const trade = new TradeBook({ ...of, id, priceScale: this.#options.priceScale });
    this.#trades.push(trade);
    if (this.#options.forgets === true) this.#follow(keyOf(of.owner, of.symbolId), this.#trades.length - 1);
    return trade;
  }

  /** A trade begins: the one before it in its symbol is the newest no more. */
  #follow(key: string, index: number): void {
    const before = this.#newest.get(key);
    if (before?.told === true) this.#drop(before.index);
    this.#newest.set(key, { index, told: false });
  }

  #drop(index: number): void {
    for (const { ended, order } of this.#trades[index]?.orders ?? []) if (ended) this.#orders.delete(order.id);
    this.#trades[index] = undefined;
  }

  /** What a reversal needs of an order that is not known any more; of none in a log that does not forget. */
  #forgottenOrder({ entries }: Reversal): Pick<Order, 'symbolId' | 'source' | 'reason'> | undefined {
    const symbolId = entries.find(({ account }) => account === 'position')?.symbolId;
    if (this.#common === undefined || symbolId === undefined) return undefined;
    const { source, reason } = this.#common;
    return { symbolId, source, reason };
  }

  #close(trade: TradeBook): void {
    this.#open.delete(keyOf(trade.begin.owner, trade.begin.symbolId));
    this.#options.onClosed?.(trade.result());
  }

  #takeRoundTrips(trade: TradeBook): void {
    const { roundTrips } = this.#positions;
    for (let i = 0; i < roundTrips.length; i += 1) trade.addRoundTrip(required(roundTrips.at(i), 'a round trip'));
    // The trade has them from here on.
    roundTrips.clear();
  }

  #adopt(books: CarriedBooks): void {
    this.#positions.adopt(books);
    for (const { owner, symbolId, lots } of books.books) {
      const [first] = lots;
      if (first === undefined) continue;
      const { time, reason } = first;
      const side = first.quantity > 0 ? 'buy' : 'sell';
      const trade = this.#begin({ owner, symbolId, side, time, reason, signal: undefined });
      let cost = 0;
      let fees = 0;
      for (const lot of lots) {
        cost += lot.cost;
        fees += lot.fees;
      }
      trade.carry(this.#positions.quantityOf(owner, symbolId), cost, fees);
      this.#open.set(keyOf(owner, symbolId), trade);
    }
  }
}

/** What is kept of the answer to a signal. */
export type SignalAnswer = Pick<RiskDecision, 'outcome' | 'reason' | 'requestedQuantity' | 'quantity'>;

function keyOf(owner: string, symbolId: number): string {
  return `${owner} ${symbolId}`;
}
