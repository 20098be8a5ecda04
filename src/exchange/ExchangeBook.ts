/**
 * The state that events change: orders, accounts and reserves. `enter` takes an order in, `apply` is the only
 * other way to change anything; neither decides. Applying the recorded events of a run gives the same book as
 * having decided them.
 */
import type { Order } from '../domain/order.js';
import { nextVenueStatus } from '../domain/orderState.js';
import type { SessionConfig } from '../domain/session.js';
import { DAY } from '../domain/timeframe.js';
import type { Micros, Price, Quantity } from '../domain/units.js';
import { notional } from '../domain/units.js';
import { isOrderEvent } from '../domain/venueEvents.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { AssertionError, required } from '../utils/assert.js';
import { AccountBook } from './AccountBook.js';
import { ClientOrderIds } from './ClientOrderIds.js';
import { depositEntries } from './ledger.js';
import type { Preset } from './preset.js';
import { SymbolMarket } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import { WorkingOrder } from './WorkingOrder.js';

/** The last minutes of a session in which LEAN sends a market order on daily data to the next opening. */
const CLOSING_TOO_LATE = 15.5 * 60_000_000;

/** See the module header. */
export class ExchangeBook {
  readonly symbols: readonly SymbolMarket[];
  /** Current mark of each symbol. */
  readonly marks: Float64Array;
  readonly accounts = new Map<string, AccountBook>();
  /** Open orders by id, those in flight included. */
  readonly orders = new Map<string, WorkingOrder>();
  /** Client order ids ever used, by account. */
  readonly clientOrderIds = new Map<string, ClientOrderIds>();
  readonly #preset: Preset;
  readonly #session: TradingSession;
  readonly #priceScale: number;

  constructor(config: SessionConfig, preset: Preset, session: TradingSession) {
    this.#preset = preset;
    this.#session = session;
    this.#priceScale = config.priceScale;
    this.marks = new Float64Array(config.symbols.length);
    this.symbols = config.symbols.map((_, symbolId) => new SymbolMarket(symbolId));
    const account = new AccountBook(config.accountId, this.marks, config.priceScale);
    account.post(depositEntries(config.accountId, config.startingCash));
    this.accounts.set(config.accountId, account);
    this.clientOrderIds.set(config.accountId, new ClientOrderIds());
  }

  /** The account of an id; unknown ones fail an assertion. */
  account(accountId: string): AccountBook {
    return required(this.accounts.get(accountId), `account ${accountId}`);
  }

  /** The market of a symbol; unknown ones fail an assertion. */
  symbol(symbolId: number): SymbolMarket {
    const symbol = this.symbols[symbolId];
    if (symbol !== undefined) return symbol;
    throw new AssertionError(`symbol ${symbolId} is missing`);
  }

  /** Marks a client order id as used; false if this account used it before (I-14). */
  useClientOrderId(accountId: string, clientOrderId: string): boolean {
    return required(this.clientOrderIds.get(accountId), 'client order ids').use(clientOrderId);
  }

  /**
   * Takes an order in, in flight: it reserves from now on. An order with a used client order id reserves nothing
   * and will be rejected; `isDuplicate` says so.
   */
  enter(order: Order, now: Micros, isDuplicate: boolean): WorkingOrder {
    const account = this.account(order.accountId);
    const working = new WorkingOrder(order, account, now);
    this.orders.set(order.id, working);
    if (isDuplicate) return working;
    const symbol = this.symbols[order.symbolId];
    if (symbol === undefined) return working;
    working.reservePrice = this.#reservePrice(working, symbol);
    symbol.orders.push(working);
    this.#allocate(symbol, working);
    return working;
  }

  /** Changes the state by an event. An order that the event names must be open. */
  apply(event: VenueEvent): void {
    if (!isOrderEvent(event)) throw new AssertionError(`the book cannot apply ${event.type}`);
    const order = this.orders.get(event.orderId);
    switch (event.type) {
      case 'accepted':
        return this.#accept(required(order, 'accepted order'), event.time, event.waiting);
      case 'activated':
        return this.#activate(required(order, 'activated order'), event.time);
      case 'triggered':
        return this.#trigger(required(order, 'triggered order'), event.time);
      case 'filled':
        return this.#fill(required(order, 'filled order'), event);
      case 'rejected':
        return this.#end(required(order, 'rejected order'), 'reject');
      case 'canceled':
        return this.#end(required(order, 'canceled order'), 'cancel');
      case 'expired':
        return this.#end(required(order, 'expired order'), 'expire');
      case 'cancelRejected':
        return;
      default:
        throw new AssertionError(`the book cannot apply ${event.type}`);
    }
  }

  #accept(order: WorkingOrder, time: Micros, waiting: boolean): void {
    order.arrivedAt = time;
    order.timeInForce = this.#timeInForceOnArrival(order, time);
    order.status = nextVenueStatus(order.status, waiting ? 'queue' : 'activate');
    if (!waiting) order.activatedAt = time;
    this.symbol(order.symbolId).include(order);
  }

  /** Where the preset says so, market orders become auction orders on arrival. */
  #timeInForceOnArrival(order: WorkingOrder, time: Micros): WorkingOrder['timeInForce'] {
    if (order.type !== 'market' || order.timeInForce !== 'day') return order.timeInForce;
    if (this.#session.phase !== 'regular') return this.#preset.closedMarketOrder === 'opening' ? 'opg' : 'day';
    const isDaily =
      this.symbol(order.symbolId).barDuration >= DAY && this.symbol(order.symbolId).barDuration < Infinity;
    if (this.#preset.dailyMarketOrder === 'as-is' || !isDaily) return 'day';
    return time >= this.#session.close - CLOSING_TOO_LATE ? 'opg' : 'cls';
  }

  #activate(order: WorkingOrder, time: Micros): void {
    order.status = nextVenueStatus(order.status, 'activate');
    order.activatedAt = time;
    order.evidenceFrom = time;
    order.auctionPending = order.type === 'market' && time === this.#session.open;
  }

  #trigger(order: WorkingOrder, time: Micros): void {
    order.acts = 'market';
    order.triggerTime = time;
    order.triggerPrice = order.stopPrice;
    this.symbol(order.symbolId).mustWalk = true;
  }

  #fill(order: WorkingOrder, event: Extract<VenueEvent, { type: 'filled' }>): void {
    const { fill, final } = event;
    const { account } = order;
    const value = notional(fill.price, fill.quantity, this.#priceScale);
    account.post(fill.entries);
    account.countTrade(order.sign, value);
    for (const fee of fill.fees) {
      if (fee.kind === 'commission') order.commission += fee.amount;
      else if (fee.kind === 'sec') order.secFee += fee.amount;
      else order.tafFee += fee.amount;
    }
    if (order.quantity === 0) order.quantity = fill.quantity;
    order.filledQuantity += fill.quantity;
    order.filledNotional += value;
    order.lowestFill = order.lowestFill === 0 ? fill.price : Math.min(order.lowestFill, fill.price);
    order.highestFill = Math.max(order.highestFill, fill.price);
    if (final) {
      this.#end(order, 'fill');
    } else {
      order.status = nextVenueStatus(order.status, 'partial_fill');
      this.#allocate(this.symbol(order.symbolId), order);
    }
  }

  #end(order: WorkingOrder, transition: 'reject' | 'cancel' | 'expire' | 'fill'): void {
    order.status = nextVenueStatus(order.status, transition);
    order.closed = true;
    this.orders.delete(order.id);
    const symbol = this.symbols[order.symbolId];
    if (symbol === undefined) return;
    symbol.stale += 1;
    this.#allocate(symbol, order);
  }

  #reservePrice(order: WorkingOrder, symbol: SymbolMarket): Price {
    if (order.limitPrice > 0) return order.limitPrice;
    if (order.stopPrice > 0) return order.stopPrice;
    const far = order.sign === 1 ? symbol.ask : symbol.bid;
    return far > 0 && symbol.quoteTime > 0 ? far : (this.marks[symbol.symbolId] ?? 0);
  }

  /**
   * Says of each open order of the account in a symbol how much of it opens: the position is closed by the
   * orders against it in their order of arrival, what goes beyond opens and is reserved for. A function of the
   * position and the open orders alone, so that it does not matter in which order they came about.
   */
  #allocate(symbol: SymbolMarket, changed: WorkingOrder): void {
    const { account } = changed;
    const held = account.quantityOf(symbol.symbolId);
    const hasClosed = changed.filledQuantity > 0;
    if (!hasClosed && (held === 0 || held > 0 === changed.sign > 0)) {
      // It closes nothing, before or after: the other orders are not concerned.
      this.#reserve(changed, changed.closed ? 0 : changed.remaining);
      return;
    }
    let closable = Math.abs(held);
    if (changed.closed) this.#reserve(changed, 0);
    for (const order of symbol.orders) {
      if (order.closed || order.account !== account) continue;
      const isClosing = held !== 0 && held > 0 !== order.sign > 0;
      const closing = isClosing ? Math.min(closable, order.remaining) : 0;
      closable -= closing;
      this.#reserve(order, order.remaining - closing);
    }
  }

  #reserve(order: WorkingOrder, opening: Quantity): void {
    order.openingQuantity = Math.max(0, opening);
    const price = order.reservePrice;
    const usable =
      order.openingQuantity > 0 && Number.isSafeInteger(price) && price > 0 && Number.isSafeInteger(opening);
    const reserve = usable ? notional(price, opening, this.#priceScale) : 0;
    if (reserve === order.reserve) return;
    order.account.addReserve(reserve - order.reserve);
    order.reserve = reserve;
  }
}
