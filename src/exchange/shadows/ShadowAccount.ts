/**
 * One shadow account: its exchange under another preset, the fills it got, and how it follows what becomes of the
 * session's orders. It knows orders by the ids of the session; of those that were replaced any id may be the one it
 * still works under.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { DatedAction } from '../../domain/corporateActions.js';
import type { Order, OrderChanges, ReplacementIds } from '../../domain/order.js';
import type { SessionConfig } from '../../domain/session.js';
import type { ShadowFill } from '../../domain/shadow.js';
import type { Micros, Money } from '../../domain/units.js';
import type { AccountEvent, VenueEvent } from '../../domain/venueEvents.js';
import { actOn, wholeShareUnit } from '../accounts/actions.js';
import type { PaperExchange } from '../PaperExchange.js';
import { presetOf } from '../presets.js';
import { ReportQueue } from '../ReportQueue.js';
import { moneyOf, restoreMoney } from '../snapshot.js';
import { followedTerms } from './followedOrder.js';
import type { FollowedOrders } from './followedOrder.js';
import type { OrderIds, ReportedOrders } from './ReportedOrders.js';
import { ShadowExchange } from './ShadowExchange.js';
import type { ObservedMarket } from './ShadowExchange.js';

/** See the module header. */
export class ShadowAccount {
  /** Name of the preset it fills by. */
  readonly preset: string;
  readonly exchange: ShadowExchange;
  /** Micro-dollars when the session began. */
  startEquity: Money;
  readonly #reports = new ReportQueue(0);
  readonly #reported: ReportedOrders;
  #fills: ShadowFill[] = [];

  /** Throws `PRESET_UNKNOWN`. */
  constructor(config: SessionConfig, preset: string, engine: PaperExchange, reported: ReportedOrders) {
    this.preset = preset;
    this.#reported = reported;
    const parts = {
      marks: engine.book.marks,
      reports: this.#reports,
      fillIds: { last: 0 },
      onEvent: (event: VenueEvent) => this.#observe(event),
    };
    // Nobody waits for its reports.
    const models = { ...presetOf(preset), reportLatency: 0 };
    this.exchange = new ShadowExchange({ ...config, preset }, models, parts, engine, reported);
    this.startEquity = this.equity;
  }

  /** Micro-dollars at the present marks. */
  get equity(): Money {
    return this.exchange.own.equity;
  }

  /** Takes an order of the session, as much of it as it should; `copies` makes them. */
  submit(order: Order, copies: FollowedOrders, market: ObservedMarket, now: Micros): void {
    const { exchange } = this;
    exchange.settle(now);
    const { symbolId } = order;
    const reported = this.#reported.positions[symbolId] ?? 0;
    const position = exchange.positionFor(symbolId, order.side === 'buy' ? 1 : -1);
    const terms = followedTerms(order, reported, position, exchange.preset.crossing);
    if (terms !== undefined) exchange.take(copies.of(terms), market, now);
  }

  /** Cancels the order where it is still open here. */
  cancel(ids: OrderIds, now: Micros): void {
    this.exchange.settle(now);
    const id = this.#openId(ids);
    if (id !== undefined) this.exchange.cancel(id, now);
  }

  /** Replaces the order where it is still open here. An exit of all keeps the size of what it has to close here. */
  replace(ids: OrderIds, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    const { exchange } = this;
    exchange.settle(now);
    const id = this.#openId(ids);
    const order = id === undefined ? undefined : exchange.book.orders.get(id);
    if (id === undefined || order === undefined) return;
    const { quantity } = changes;
    const closesAll = quantity !== undefined && quantity >= Math.abs(this.#reported.positions[order.symbolId] ?? 0);
    const isLarger = order.reduceOnly && closesAll && quantity < order.quantity;
    exchange.replace(id, isLarger ? { ...changes, quantity: order.quantity } : changes, next, now);
  }

  /** Cancels entries that are open here alone: the session is flat in the symbol, and waits for none of them. */
  cancelEntries(symbolId: number, now: Micros): void {
    for (const order of [...this.exchange.book.orders.values()]) {
      if (order.symbolId !== symbolId || order.reduceOnly || order.role !== '') continue;
      if (!this.#reported.isOpen(order.id)) this.exchange.cancel(order.id, now);
    }
  }

  /** Its fills since the last call, oldest first. */
  takeFills(): readonly ShadowFill[] {
    const fills = this.#fills;
    this.#fills = [];
    return fills;
  }

  /** Money and positions; open orders end with the session. */
  snapshot(): unknown {
    return moneyOf(this.exchange.own);
  }

  restore(state: unknown): void {
    restoreMoney(state, this.exchange.book);
    this.startEquity = this.equity;
  }

  /** Lets a split happen to its position, before the first session of the ex-date; marks are still those of before. */
  split(dated: DatedAction, date: TradingDate, time: Micros): void {
    const { exchange } = this;
    const { own: book } = exchange;
    const emit = (event: Extract<AccountEvent, { readonly type: 'booked' }>): void => exchange.book.apply(event);
    const target = { accountId: book.accountId, book, exchange, unitOf: wholeShareUnit, emit, due: [] };
    actOn({ ...target, paysDividends: false, sparesGroups: false }, dated, date, time);
  }

  #openId(ids: OrderIds): string | undefined {
    const { orders } = this.exchange.book;
    return ids.findLast((id) => orders.has(id));
  }

  #observe(event: VenueEvent): void {
    // Its reports have no reader; the queue is for those that have.
    this.#reports.take(Infinity);
    this.#reports.countOff();
    if (event.type !== 'filled') return;
    const { orderId, symbolId, side, quantity, price, time, fees } = event.fill;
    let paid = 0;
    for (const fee of fees) paid += fee.amount;
    this.#fills.push({ orderId, symbolId, side, quantity, price, time, fees: paid });
  }
}
