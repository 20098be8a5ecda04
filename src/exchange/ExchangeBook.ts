/**
 * The state that events change: orders, accounts and reserves. `enter` takes an order in, `expectReplace` what is
 * asked of one, `apply` is the only other way to change anything; none decides. Applying the recorded events of a run
 * gives the same book as having decided them.
 */
import { phaseAt } from '../calendar/sessions.js';
import type { Order, OrderChanges } from '../domain/order.js';
import { nextVenueStatus } from '../domain/orderState.js';
import type { SessionConfig } from '../domain/session.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { notional } from '../domain/units.js';
import { isOrderEvent, type OrderEvent, type VenueEvent } from '../domain/venueEvents.js';
import { AssertionError, required } from '../utils/assert.js';
import { AccountBook } from './AccountBook.js';
import { arrivalTimeInForce } from './arrivalTimeInForce.js';
import { feePlanOf } from './fees/feePlans.js';
import { postByLot } from './fees/lotParts.js';
import { noteFees } from './fees/orderFees.js';
import { depositEntries } from './ledger.js';
import { slippageFor } from './matching/costs.js';
import { isPlausible } from './matching/plausible.js';
import { OpenOrders } from './OpenOrders.js';
import { activateOrder, holdOrder, pauseOrder } from './orderSteps.js';
import type { Preset } from './preset.js';
import { heldQuantity, neverOpens, reserveFor } from './reserves.js';
import { isPrice, SymbolMarket } from './SymbolMarket.js';
import { tradesIn, type TradingSession } from './TradingSession.js';
import { takesPlaceOf } from './takesPlaceOf.js';
import { WorkingOrder } from './WorkingOrder.js';

/** See the module header. */
export class ExchangeBook {
  readonly symbols: readonly SymbolMarket[];
  /** Current mark of each symbol. */
  readonly marks: Float64Array;
  /**
   * By symbol id: one more than the code of the timeframe of whose bars nothing but closes and volumes need be kept,
   * because no order is open; 0 where that is not known.
   */
  readonly plainBars: Uint8Array;
  readonly accounts = new Map<string, AccountBook>();
  /** Open orders by id, those in flight included. */
  readonly orders = new OpenOrders();
  /** The open order that took the place of the order of an id, directly or through others. */
  readonly successors = new Map<string, WorkingOrder>();
  readonly #preset: Preset;
  readonly #session: TradingSession;
  readonly #priceScale: number;
  /** Whether commissions hang on which lots a fill closes: a plan that is proportional comes to the same anyway. */
  readonly #isByLot: boolean;
  /** The account that was asked for last, most often the next one too. */
  #lastAccount: AccountBook;

  /** `marks` is given where several books share them. */
  constructor(config: SessionConfig, preset: Preset, session: TradingSession, marks?: Float64Array) {
    this.#preset = preset;
    this.#session = session;
    this.#priceScale = config.priceScale;
    this.#isByLot = preset.commissionOf === 'lot' && !feePlanOf(config.feePlan).isProportional;
    this.marks = marks ?? new Float64Array(config.symbols.length);
    this.plainBars = new Uint8Array(config.symbols.length);
    const { slippage } = preset;
    this.symbols = config.symbols.map((name, symbolId) => new SymbolMarket(symbolId, slippageFor(slippage, name)));
    const account = new AccountBook(config.accountId, this.marks, config.priceScale);
    account.follow(preset);
    account.post(depositEntries(config.accountId, config.startingCash));
    this.accounts.set(config.accountId, account);
    this.#lastAccount = account;
  }

  /** The account of an id; unknown ones fail an assertion. */
  account(accountId: string): AccountBook {
    if (accountId === this.#lastAccount.accountId) return this.#lastAccount;
    const account = this.accounts.get(accountId);
    if (account === undefined) throw new AssertionError(`account ${accountId} is missing`);
    this.#lastAccount = account;
    return account;
  }

  /** The market of a symbol; unknown ones fail an assertion. */
  symbol(symbolId: number): SymbolMarket {
    const symbol = this.symbols[symbolId];
    if (symbol !== undefined) return symbol;
    throw new AssertionError(`symbol ${symbolId} is missing`);
  }

  /** Marks a client order id as used; false if this account used it before (I-14). */
  useClientOrderId(accountId: string, clientOrderId: string): boolean {
    return this.account(accountId).clientOrderIds.use(clientOrderId);
  }

  /**
   * Takes an order with its legs in, in flight: it reserves from now on. An order with a used client order id reserves
   * nothing and will be rejected; `isDuplicate` says so.
   */
  enter(order: Order, now: Micros, isDuplicate: boolean): WorkingOrder {
    const working = this.#enterOne(order, now, isDuplicate);
    const legs = order.legs;
    if (legs !== undefined && legs.length > 0) this.#enterLegs(working, legs, now, isDuplicate);
    return working;
  }

  /** Takes in an order that was accepted when it was decided, and whose client order id and reserve are in already. */
  enterAccepted(working: WorkingOrder): void {
    const symbol = this.symbol(working.symbolId);
    this.orders.add(working);
    symbol.orders.push(working);
    this.plainBars[symbol.symbolId] = 0;
    working.status = nextVenueStatus(working.status, 'activate');
    symbol.include(working);
  }

  /** Marks the client order ids of an order and its legs as used; false if any of them was used before. */
  useClientOrderIds(order: Order): boolean {
    const ids = this.account(order.accountId).clientOrderIds;
    const { clientOrderId, clientOrderNumber, clientOrderPrefix } = order;
    const isNumbered = clientOrderNumber !== undefined && clientOrderNumber > 0 && clientOrderPrefix !== undefined;
    let isFresh = isNumbered ? ids.useNumbered(clientOrderPrefix, clientOrderNumber) : ids.use(clientOrderId);
    if (!isFresh || order.legs === undefined) return isFresh;
    for (const leg of order.legs) isFresh = this.useClientOrderId(order.accountId, leg.clientOrderId) && isFresh;
    return isFresh;
  }

  /** A replace is on its way to an open order: until all such are answered, the largest of them is reserved. */
  expectReplace(orderId: string, changes: OrderChanges): void {
    const order = this.orders.get(orderId);
    if (order === undefined) return;
    // One that will be refused for its symbol or its client order id stands nowhere and reserves nothing.
    if (order.arrivedAt === 0 && this.symbols[order.symbolId]?.orders.includes(order) !== true) return;
    order.pendingReplaces += 1;
    order.pendingQuantity = Math.max(order.pendingQuantity, changes.quantity ?? 0);
    const price = order.acts === 'stop' && order.type === 'stop' ? changes.stopPrice : changes.limitPrice;
    order.pendingPrice = Math.max(order.pendingPrice, price ?? 0);
    order.noteChange();
    this.#reallocate(order);
  }

  /** What `judge` says while the order has the terms of `next` already; then it is as before. */
  judgeAs<T>(order: WorkingOrder, next: Order, judge: () => T): T {
    const { quantity, reservePrice, pendingQuantity, pendingPrice } = order;
    const terms = { quantity: next.quantity, pendingQuantity: 0, pendingPrice: 0 };
    Object.assign(order, terms, { reservePrice: next.limitPrice ?? next.stopPrice ?? reservePrice });
    this.#reallocate(order);
    const said = judge();
    Object.assign(order, { quantity, reservePrice, pendingQuantity, pendingPrice });
    this.#reallocate(order);
    return said;
  }

  /** Changes the state by an event. The order that the event names must be open; who has it at hand gives it. */
  apply(event: VenueEvent, given?: WorkingOrder): void {
    if (!isOrderEvent(event)) {
      if (event.type !== 'booked') throw new AssertionError(`the book cannot apply ${event.type}`);
      this.account(event.accountId).book(event);
      if (event.symbolId >= 0) this.#allocateAll(this.symbol(event.symbolId), this.account(event.accountId));
      return;
    }
    const found = given ?? this.orders.get(event.orderId);
    const order = found === undefined || found.closed ? undefined : found;
    order?.noteChange();
    switch (event.type) {
      case 'accepted':
        return this.#accept(required(order, 'accepted order'), event.time, event.waiting);
      case 'activated':
        return activateOrder(required(order, 'activated order'), event.time, this.#session.open);
      case 'triggered':
        return this.#trigger(required(order, 'triggered order'), event.time, event.stopPrice);
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
      case 'held':
        return this.#hold(required(order, 'held order'), event.time);
      case 'resized':
        return this.#resize(required(order, 'resized order'), event.quantity);
      case 'cancelRequested':
      case 'replaceRequested':
        return this.#request(required(order, 'requested order'), event.type);
      case 'replaced':
        return this.#replace(required(order, 'replaced order'), event);
      case 'replaceRejected':
        if (order !== undefined) this.#keep(order);
        return;
      case 'doneForDay':
        return pauseOrder(required(order, 'order of the day'), this.#session.date);
      case 'busted':
      case 'corrected':
        return this.#reverse(event, order);
      case 'restated':
        return this.#restate(required(order, 'restated order'), event);
      case 'entered':
        throw new AssertionError(`the book cannot apply ${event.type}`);
    }
  }

  #enterOne(order: Order, now: Micros, isDuplicate: boolean): WorkingOrder {
    const account = this.account(order.accountId);
    const working = new WorkingOrder(order, account, now);
    this.orders.add(working);
    if (isDuplicate) return working;
    const symbol = this.symbols[order.symbolId];
    if (symbol === undefined) return working;
    working.reservePrice = this.#reservePrice(working, symbol);
    symbol.orders.push(working);
    this.plainBars[symbol.symbolId] = 0;
    if (order.parentId === undefined) this.#allocate(symbol, working);
    return working;
  }

  #enterLegs(parent: WorkingOrder, orders: readonly Order[], now: Micros, isDuplicate: boolean): void {
    const legs = orders.map((order) => this.#enterOne(order, now, isDuplicate));
    const [first, second] = legs;
    if (parent.orderClass === 'oco') {
      parent.siblingId = first?.id ?? '';
      if (first !== undefined) first.siblingId = parent.id;
      return;
    }
    parent.legIds = legs.map((leg) => leg.id);
    for (const leg of legs) leg.parentId = parent.id;
    if (first === undefined || second === undefined) return;
    first.siblingId = second.id;
    second.siblingId = first.id;
  }

  #accept(order: WorkingOrder, time: Micros, waiting: boolean): void {
    const isLeg = order.isUnarmed;
    if (isLeg) {
      order.armedAt = time;
    } else {
      order.arrivedAt = time;
      order.timeInForce = arrivalTimeInForce(order, this.symbol(order.symbolId), this.#preset, this.#session, time);
    }
    order.status = nextVenueStatus(order.status, waiting ? 'queue' : 'activate');
    if (!waiting) order.activatedAt = time;
    const symbol = this.symbol(order.symbolId);
    symbol.include(order);
    if (isLeg) this.#allocate(symbol, order);
  }

  #hold(order: WorkingOrder, time: Micros): void {
    const hasWorked = order.armedAt !== 0;
    holdOrder(order, time);
    if (!hasWorked) return;
    const symbol = this.symbol(order.symbolId);
    symbol.measureReach();
    this.#allocateAll(symbol, order.account);
  }

  #resize(order: WorkingOrder, quantity: Quantity): void {
    order.quantity = quantity;
    this.#reallocate(order);
  }

  #request(order: WorkingOrder, type: 'cancelRequested' | 'replaceRequested'): void {
    order.status = nextVenueStatus(order.status, type === 'cancelRequested' ? 'request_cancel' : 'request_replace');
  }

  /** Puts the new order in the place of the old one: in its group, and in the queue where it keeps its priority. */
  #replace(old: WorkingOrder, event: Extract<OrderEvent, { type: 'replaced' }>): void {
    const { order, time } = event;
    const next = new WorkingOrder(order, old.account, order.createdAt);
    // By the event's own time: where it is recovered the session may have gone on.
    const isOpen = tradesIn(phaseAt(time), next.extendedHours);
    const keepsPlace = takesPlaceOf(next, old, time, isOpen, this.#preset.replacement === 'sameBar');
    // Known from the request where it was decided, and from the event where it is recovered.
    this.useClientOrderId(order.accountId, order.clientOrderId);
    old.status = nextVenueStatus(old.status, 'replace');
    old.closed = true;
    this.orders.remove(old);
    this.orders.add(next);
    for (const id of next.formerIds) this.successors.set(id, next);
    this.#relink(old, next);
    next.account.trades?.rename(old.id, next.id);
    const symbol = this.symbol(next.symbolId);
    // Of an order without a price, as it was: the market of the moment when this is applied may be a later one.
    const isPriced = next.limitPrice > 0 || (next.stopPrice > 0 && next.type !== 'trailing_stop');
    next.reservePrice = isPriced ? this.#reservePrice(next, symbol) : old.reservePrice;
    const place = keepsPlace ? symbol.orders.indexOf(old) : -1;
    if (place >= 0) {
      symbol.orders[place] = next;
    } else {
      symbol.orders.push(next);
      symbol.stale += 1;
    }
    this.#reserve(old, 0);
    symbol.include(next);
    this.#reallocate(next);
  }

  #relink(old: WorkingOrder, next: WorkingOrder): void {
    for (const id of next.legIds) {
      const leg = this.orders.get(id);
      if (leg === undefined) continue;
      leg.parentId = next.id;
      leg.noteChange();
    }
    const sibling = this.orders.get(next.siblingId);
    if (sibling !== undefined) {
      sibling.siblingId = next.id;
      sibling.noteChange();
    }
    const parent = this.orders.get(next.parentId);
    if (parent === undefined) return;
    parent.legIds = parent.legIds.map((id) => (id === old.id ? next.id : id));
    parent.noteChange();
  }

  /** A replace was refused: the order goes on as it was. */
  #keep(order: WorkingOrder): void {
    order.pendingReplaces = Math.max(0, order.pendingReplaces - 1);
    if (order.pendingReplaces === 0) {
      order.pendingQuantity = 0;
      order.pendingPrice = 0;
      this.#reallocate(order);
    }
    if (order.status !== 'pending_replace') return;
    if (order.isUnarmed) {
      order.status = nextVenueStatus(order.status, 'replace_refused_held');
      return;
    }
    order.status = nextVenueStatus(order.status, 'replace_refused');
    if (order.filledQuantity > 0) order.status = nextVenueStatus(order.status, 'partial_fill');
    else if (order.activatedAt === 0) order.status = nextVenueStatus(order.status, 'queue');
  }

  /** A corporate action gave the order other terms. */
  #restate(order: WorkingOrder, event: Extract<OrderEvent, { type: 'restated' }>): void {
    order.quantity = event.quantity ?? order.quantity;
    order.limitPrice = event.limitPrice ?? order.limitPrice;
    order.stopPrice = event.stopPrice ?? order.stopPrice;
    const symbol = this.symbol(order.symbolId);
    order.reservePrice = this.#reservePrice(order, symbol);
    symbol.measureReach();
    this.#reallocate(order);
  }

  /** Takes a fill back: its entries are the difference, and what money they move is a trade the other way. */
  #reverse(event: Extract<OrderEvent, { type: 'busted' | 'corrected' }>, order: WorkingOrder | undefined): void {
    const accountId = event.entries[0]?.accountId;
    if (accountId === undefined) return;
    const account = this.account(accountId);
    account.post(event.entries);
    account.trades?.reverse(event, order?.source);
    let value = 0;
    for (const { account: line, amount } of event.entries) {
      if (line === 'cash' || line.startsWith('fee:')) value += amount;
    }
    if (value !== 0) account.countTrade(value < 0 ? 1 : -1, Math.abs(value));
    for (const symbol of this.symbols) {
      const order = symbol.orders.find((one) => !one.closed && one.account === account);
      if (order !== undefined) this.#allocateAll(symbol, order.account);
    }
  }

  #trigger(order: WorkingOrder, time: Micros, stopPrice: Price | undefined): void {
    order.triggerTime = time;
    if (stopPrice !== undefined) order.stopPrice = stopPrice;
    order.triggerPrice = order.stopPrice;
    order.acts = order.type === 'stop_limit' || order.type === 'limit_if_touched' ? 'limit' : 'market';
    this.symbol(order.symbolId).mustWalk = true;
  }

  #fill(order: WorkingOrder, event: Extract<VenueEvent, { type: 'filled' }>): void {
    const { fill, final } = event;
    const { account } = order;
    const value = notional(fill.price, fill.quantity, this.#priceScale);
    if (this.#isByLot) postByLot(order, fill, value, final);
    else {
      account.post(fill.entries);
      account.trades?.take(order, fill.quantity, final);
    }
    account.countTrade(order.sign, value);
    noteFees(order, fill, this.#preset.regulatoryFees);
    if (order.quantity === 0 && order.notional === 0) order.quantity = fill.quantity;
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
    this.orders.remove(order);
    if (order.formerIds.length > 0) for (const id of order.formerIds) this.successors.delete(id);
    const symbol = this.symbols[order.symbolId];
    if (symbol === undefined) return;
    symbol.stale += 1;
    this.#allocate(symbol, order);
    const sibling = transition === 'expire' ? this.orders.get(order.siblingId)?.standAlone() : undefined;
    if (sibling !== undefined) this.#allocate(symbol, sibling);
  }

  /** Price at which an order's opening part is reserved for; 0 if none is known. */
  reservePriceOf(order: WorkingOrder): Price {
    const symbol = this.symbols[order.symbolId];
    return symbol === undefined ? 0 : this.#reservePrice(order, symbol);
  }

  #reservePrice(order: WorkingOrder, symbol: SymbolMarket): Price {
    const { rules } = order.account;
    if (rules !== undefined) return rules.reservePrice(order, this.marks[symbol.symbolId] ?? 0);
    if (order.limitPrice > 0) return order.limitPrice;
    if (order.stopPrice > 0) return order.stopPrice;
    const far = order.sign === 1 ? symbol.ask : symbol.bid;
    const isFirm = isPrice(far) && symbol.quoteTime > 0 && symbol.quoteFlags === 0;
    // A quote that could fill nothing says nothing of the cost either (R11).
    if (isFirm && isPlausible(far, symbol, this.#session)) return far;
    return this.marks[symbol.symbolId] ?? 0;
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
      const isHolding = !changed.closed && !changed.isSecondExit && !changed.isUnarmed && !neverOpens(changed);
      this.#reserve(changed, isHolding ? heldQuantity(changed, this.#priceScale) : 0);
      return;
    }
    if (changed.closed) this.#reserve(changed, 0);
    this.#allocateAll(symbol, account);
  }

  #allocateAll(symbol: SymbolMarket, account: AccountBook): void {
    const held = account.quantityOf(symbol.symbolId);
    let closable = Math.abs(held);
    const { orders } = symbol;
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order === undefined || order.closed || order.account !== account) continue;
      // A leg whose entry has not filled has nothing to close; of two exits only one can fill.
      if (order.isSecondExit || order.isUnarmed) {
        this.#reserve(order, 0);
        continue;
      }
      const wanted = heldQuantity(order, this.#priceScale);
      const isClosing = held !== 0 && held > 0 !== order.sign > 0;
      const closing = isClosing ? Math.min(closable, wanted) : 0;
      closable -= closing;
      this.#reserve(order, neverOpens(order) ? 0 : wanted - closing);
    }
  }

  /** What the account's orders reserve that have not arrived yet, `except` aside. */
  reservedOnTheWay(except: WorkingOrder): Money {
    let sum = 0;
    for (const order of this.orders.values()) {
      if (order.arrivedAt === 0 && order !== except && order.account === except.account) sum += order.reserve;
    }
    return sum;
  }

  #reallocate(order: WorkingOrder): void {
    this.#allocate(this.symbol(order.symbolId), order);
  }

  #reserve(order: WorkingOrder, opening: Quantity): void {
    const openingQuantity = Math.max(0, opening);
    if (openingQuantity !== order.openingQuantity) {
      order.openingQuantity = openingQuantity;
      order.noteChange();
    }
    const reserve = reserveFor(order, opening, this.#priceScale);
    if (reserve === order.reserve) return;
    order.noteChange();
    order.account.addReserve(reserve - order.reserve);
    order.reserve = reserve;
  }
}
