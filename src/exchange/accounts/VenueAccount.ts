/**
 * One account of the desk: its terms, settings and standing, its exchange (orders, books, fills), and what was asked
 * to happen to its next orders. Only events change it; deciding and recovering call the same methods.
 */
import type { Order } from '../../domain/order.js';
import type { StockLoan } from '../../domain/corporateActions.js';
import type { SessionConfig } from '../../domain/session.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { notional } from '../../domain/units.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import type { AccountSettings, AccountTerms, Injection } from '../../domain/venueDesk.js';
import { DEFAULT_SETTINGS } from '../../domain/venueDesk.js';
import type { AccountEvent, OrderEvent, Restriction, VenueEvent } from '../../domain/venueEvents.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import type { AccountBook } from '../AccountBook.js';
import type { PaperExchange } from '../PaperExchange.js';
import { beginHalt, endHalt, HaltKind } from '../halts.js';
import { ORDER_RULES } from '../orderRules.js';
import { isPlausible } from '../matching/plausible.js';
import type { Preset } from '../preset.js';
import { presetOf } from '../presets.js';
import { heldQuantity } from '../reserves.js';
import type { CashViolation } from '../rulebook/CashSettlement.js';
import { CashSettlement } from '../rulebook/CashSettlement.js';
import { DayTradeCounter } from '../rulebook/DayTradeCounter.js';
import { intradayMultiplier, isPatternDayTrader } from '../rulebook/dayTrades.js';
import type { MarginMultiplier } from '../rulebook/margin.js';
import { isPrice } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { AccountDay } from './AccountDay.js';
import { AccountExchange } from './AccountExchange.js';
import type { DeskParts } from './AccountExchange.js';
import { applyReversal } from './reversals.js';
import { FillHistory } from './FillHistory.js';
import type { AccountRules } from './AccountRules.js';
import { figuresOf } from './figures.js';
import type { Figures } from './figures.js';

/** What the next orders of an account meet; a symbol of -1 is any. */
interface NextOrders {
  count: number;
  readonly symbolId: number;
  readonly message: string;
  readonly micros: Micros;
}

/** A dividend between its ex-date and its pay date; negative where the account owes it. */
export interface DividendDue {
  readonly payOn: TradingDate;
  readonly symbolId: number;
  readonly amount: Money;
}

/** Events after which an order is no longer open. */
const ENDS = new Set<VenueEvent['type']>(['rejected', 'canceled', 'expired', 'replaced']);

/** The preset of a desk account: reports have no latency, and orders are paid for. Throws `PRESET_UNKNOWN`. */
export function deskPreset(name: string): Preset {
  return { ...presetOf(name), reportLatency: 0, buyingPower: 'cash', crossing: 'reject' };
}

/** What an event says of an order's terms. */
function termsOf(event: Extract<OrderEvent, { readonly type: 'restated' | 'resized' }>): Partial<Order> {
  const { quantity } = event;
  if (event.type === 'resized') return { quantity: event.quantity };
  const { limitPrice, stopPrice } = event;
  return {
    ...(quantity === undefined ? {} : { quantity }),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
  };
}

/** See the module header. */
export class VenueAccount implements AccountRules {
  readonly accountId: string;
  terms: AccountTerms;
  settings: AccountSettings;
  restriction: Restriction = 'none';
  exchange: AccountExchange;
  /** Open orders as they were entered, oldest first. */
  readonly orders = new Map<string, Order>();
  /** Symbols that were halted for this account alone. */
  readonly halted = new Set<number>();
  /** Orders for which a cancel is under way. */
  readonly canceling = new Set<string>();
  day: AccountDay;
  /** Settled and unsettled money; kept of cash accounts alone. */
  settlement = new CashSettlement();
  dayTrading = new DayTradeCounter();
  /** Dividends that were accrued and are to be paid, oldest first. */
  dividendsDue: DividendDue[] = [];
  readonly history = new FillHistory();
  /** When a margin call must be met; 0 if none is due. */
  callDue: Micros = 0;
  rejections: NextOrders[] = [];
  delays: NextOrders[] = [];
  readonly #config: SessionConfig;
  readonly #shared: DeskParts;
  readonly #market: PaperExchange;

  /**
   * `market` is the exchange that observes every row, `date` the trading day at `now`. Throws `PRESET_UNKNOWN` or
   * `CONFIG_INVALID` for terms that name no preset or fee plan.
   */
  constructor(
    accountId: string,
    terms: AccountTerms,
    config: SessionConfig,
    shared: DeskParts,
    market: PaperExchange,
    now: Micros,
    date: TradingDate,
  ) {
    this.accountId = accountId;
    this.terms = terms;
    this.#config = config;
    this.#shared = shared;
    this.#market = market;
    // A preset that is Alpaca's in how it treats orders is so for its accounts, until their owners say otherwise.
    const isAlpaca = presetOf(terms.preset ?? config.preset).orderRules === ORDER_RULES.alpaca;
    this.settings = { ...DEFAULT_SETTINGS, fidelity: isAlpaca ? 'alpaca' : 'papertape' };
    this.exchange = this.#makeExchange(now);
    this.day = new AccountDay(terms.startingCash, date);
    this.#beginRules();
  }

  get book(): AccountBook {
    return this.exchange.book.account(this.accountId);
  }

  /** Whether a client order id was used before, in this life of the account or an earlier one (F31). */
  hasUsed(clientOrderId: string): boolean {
    return this.book.clientOrderIds.has(clientOrderId);
  }

  /** The books as they are become what fills can be taken back to. */
  beginHistory(): void {
    this.history.clear();
    for (const { symbolId } of this.orders.values()) this.history.begin(symbolId, this.book);
  }

  /** Begins anew with other cash: no orders, no positions; used client order ids stay used. */
  reset(terms: AccountTerms, now: Micros): void {
    const used = this.book.clientOrderIds;
    this.terms = terms;
    this.restriction = 'none';
    this.orders.clear();
    this.canceling.clear();
    this.day = new AccountDay(terms.startingCash, this.day.date);
    this.#beginRules();
    this.history.clear();
    this.dividendsDue = [];
    this.callDue = 0;
    this.exchange = this.#makeExchange(now);
    const ids = this.book.clientOrderIds;
    for (const id of used) ids.use(id);
  }

  /** Of the cash, what has settled; all of it on margin. */
  get settledCash(): Money {
    return this.terms.kind === 'margin' ? this.book.cash : Math.max(0, this.settlement.settled);
  }

  /** What the account is worth and may spend, before reserves. */
  figures(): Figures {
    return figuresOf(this.book, {
      kind: this.terms.kind,
      date: this.day.date,
      priceScale: this.exchange.priceScale,
      spendableCash: this.settlement.spendable - this.settlement.unpaid,
      multiplierAt: (equity) => this.#multiplierAt(equity),
    });
  }

  /** Before the first rule on day trades, Regulation T's two to one. */
  #multiplierAt(equity: Money): MarginMultiplier {
    const { date } = this.day;
    const isPattern = isPatternDayTrader(this.dayTrading.dayTrades, this.dayTrading.trades, date);
    const allowed = intradayMultiplier(equity, isPattern, date) ?? 2;
    const most = Math.min(allowed, this.settings.maxMarginMultiplier);
    return most >= 4 ? 4 : most >= 2 ? 2 : 1;
  }

  headroom(book: AccountBook): Money {
    return this.figures().buyingPower - book.reserved;
  }

  /**
   * A buy reserves at its price or the ask, a short sale at least 3 % above the ask. A quote that could fill
   * nothing says nothing of the cost (R11); a crossed one will fill purchases at its bid (R10).
   */
  reservePrice(order: WorkingOrder, mark: Price): Price {
    const symbol = this.#market.book.symbol(order.symbolId);
    const shown = symbol.crossedSince === 0 ? symbol.ask : symbol.bid;
    const isFirm = isPrice(shown) && symbol.quoteTime > 0 && symbol.quoteFlags === 0;
    const ask = isFirm && isPlausible(shown, symbol, this.#market.session) ? shown : mark;
    const own = order.limitPrice > 0 ? order.limitPrice : order.stopPrice;
    if (order.sign === 1) return own > 0 ? own : ask;
    return Math.max(own, Math.floor((ask * 103) / 100));
  }

  /** Micro-shares of a position that no open order holds; not negative. */
  availableOf(symbolId: number): Quantity {
    return Math.max(0, Math.abs(this.book.quantityOf(symbolId)) - this.heldOf(symbolId));
  }

  /** Micro-shares of a position that open orders are to close. */
  heldOf(symbolId: number): Quantity {
    let held = 0;
    for (const order of this.exchange.book.orders.values()) held += this.#heldBy(order, symbolId);
    return held;
  }

  /** The ids of the open orders that hold part of a position. */
  holdersOf(symbolId: number): readonly string[] {
    const open = [...this.exchange.book.orders.values()];
    return open.filter((order) => this.#heldBy(order, symbolId) > 0).map(({ id }) => id);
  }

  #heldBy(order: WorkingOrder, symbolId: number): Quantity {
    // A leg that waits holds nothing, and of two exits only one can fill.
    if (order.symbolId !== symbolId || order.isSecondExit || order.isUnarmed) return 0;
    return Math.max(0, heldQuantity(order, this.exchange.priceScale) - order.openingQuantity);
  }

  /**
   * Whether so many more shares can be borrowed: what is not known is shortable unless the preset is strict (M14), and
   * a known number of shares is not exceeded.
   */
  canBorrow(symbolId: number, quantity: Quantity): boolean {
    const loan = this.loanOf(symbolId);
    if (loan === undefined) return this.exchange.preset.name !== 'strict';
    if (loan.availability === 'none') return false;
    if (loan.available === undefined) return loan.availability === 'easy' || this.exchange.preset.name !== 'strict';
    return quantity + Math.max(0, -this.book.quantityOf(symbolId)) <= loan.available;
  }

  /** What is known of borrowing a symbol; undefined if nothing is. */
  loanOf(symbolId: number): StockLoan | undefined {
    return this.#config.stockLoans?.find((loan) => loan.symbolId === symbolId);
  }

  /** Day trades of the last five trading days. */
  get dayTrades(): number {
    return this.dayTrading.dayTrades;
  }

  /** A new trading day has begun. */
  startDay(date: TradingDate): void {
    this.day.date = date;
    this.dayTrading.startDay(date);
    this.settlement.advanceTo(date);
  }

  /** A fill that the books have taken; says whether it broke a rule of settlement. */
  traded(event: Extract<VenueEvent, { readonly type: 'filled' }>): CashViolation | undefined {
    const { fill } = event;
    const { symbolId, quantity } = fill;
    const signed = fill.side === 'buy' ? quantity : -quantity;
    this.history.add(fill);
    const after = this.book.quantityOf(symbolId);
    this.day.traded(symbolId, after - signed, after);
    this.dayTrading.onFill(symbolId, fill.orderId, signed);
    if (this.terms.kind !== 'cash') return undefined;
    let fees = 0;
    for (const { amount } of fill.fees) fees += amount;
    const value = notional(fill.price, quantity, this.exchange.priceScale);
    const { date } = this.day;
    if (fill.side === 'sell') return this.settlement.sell(date, symbolId, quantity, value - fees);
    this.settlement.buy(date, symbolId, quantity, value + fees);
    return undefined;
  }

  /** Cash or a position changed otherwise than by a fill: it counts as settled, and as held overnight. */
  restate(symbolId: number, cash: Money): void {
    const position = this.book.quantityOf(symbolId);
    this.dayTrading.hold(symbolId, position);
    if (this.terms.kind !== 'cash') return;
    const { settlement } = this;
    const { date } = this.day;
    const state = settlement.state();
    const held = (state.lots.find(([id]) => id === symbolId)?.[1] ?? []).reduce((sum, lot) => sum + lot.quantity, 0);
    const added = { quantity: position - held, paidOn: date, unpaid: 0, payBy: date };
    settlement.restore({
      ...state,
      settled: state.settled + cash,
      lots:
        position <= held
          ? state.lots
          : [
              ...state.lots.filter(([id]) => id !== symbolId),
              [symbolId, [...(state.lots.find(([id]) => id === symbolId)?.[1] ?? []), added]],
            ],
    });
    if (position < held) settlement.rescale(symbolId, Math.max(0, position));
  }

  /** Takes the market over from the engine's exchange, if no order of the account has kept its own up to date. */
  wake(): void {
    if (this.exchange.isAwake) return;
    this.exchange.adoptMarkets(this.#market);
    this.#applyHalts();
  }

  /** Takes over the owner's settings. */
  configure(settings: AccountSettings): void {
    this.settings = settings;
    this.book.orderRules = ORDER_RULES[settings.fidelity];
  }

  /** Follows an event of this account after the books have. */
  observe(event: VenueEvent): void {
    if (isOrderEvent(event)) this.#observeOrder(event);
    else if (event.type === 'accountConfigured') this.configure(event.settings);
    else if (event.type === 'accountRestricted') this.restriction = event.restriction;
    else if (event.type === 'injected') this.#inject(event.injection, event.time);
    else if (event.type === 'booked') this.#observeBooking(event);
  }

  /** What is booked beside trades changes settled money and positions, and what fills could be taken back to. */
  #observeBooking(event: Extract<AccountEvent, { readonly type: 'booked' }>): void {
    let cash = 0;
    for (const entry of event.entries) if (entry.account === 'cash') cash += entry.amount;
    if (event.symbolId >= 0) this.restate(event.symbolId, cash);
    else if (this.terms.kind === 'cash' && cash !== 0) this.restate(0, cash);
    if (event.kind !== 'split') return;
    this.history.forget(event.symbolId);
    this.history.begin(event.symbolId, this.book);
  }

  /** The rejection that was ordered for the next order in a symbol, counted off; undefined if none was. */
  takeRejection(symbolId: number): string | undefined {
    const found = this.rejections.find((next) => next.symbolId < 0 || next.symbolId === symbolId);
    if (found === undefined) return undefined;
    found.count -= 1;
    this.rejections = this.rejections.filter(({ count }) => count > 0);
    return found.message;
  }

  /** What was ordered to be added to the latency of the next order, counted off. */
  takeDelay(): Micros {
    const [first] = this.delays;
    if (first === undefined) return 0;
    first.count -= 1;
    if (first.count === 0) this.delays.shift();
    return first.micros;
  }

  /** The market's status has changed: what is halted for this account stays halted. */
  applyHalts(): void {
    if (this.halted.size > 0) this.#applyHalts();
  }

  #beginRules(): void {
    const { date } = this.day;
    this.dayTrading = new DayTradeCounter();
    this.dayTrading.startDay(date);
    this.settlement = new CashSettlement();
    this.settlement.deposit(date, this.terms.startingCash);
  }

  #observeOrder(event: Extract<VenueEvent, { readonly orderId: string }>): void {
    if (event.type === 'busted' || event.type === 'corrected') applyReversal(this, event);
    else if (event.type === 'cancelRequested') this.canceling.add(event.orderId);
    else if (event.type === 'cancelRejected') this.canceling.delete(event.orderId);
    else if (event.type === 'entered') {
      this.history.begin(event.order.symbolId, this.book);
      this.orders.set(event.orderId, event.order);
      for (const leg of event.order.legs ?? []) this.orders.set(leg.id, leg);
    } else if (event.type === 'replaced') {
      this.orders.delete(event.orderId);
      this.orders.set(event.order.id, event.order);
    } else if (event.type === 'restated' || event.type === 'resized') {
      const order = this.orders.get(event.orderId);
      if (order !== undefined) this.orders.set(order.id, { ...order, ...termsOf(event) });
    } else if (ENDS.has(event.type) || (event.type === 'filled' && event.final)) {
      this.orders.delete(event.orderId);
      this.canceling.delete(event.orderId);
    }
  }

  #inject(injection: Injection, time: Micros): void {
    const next = { count: 0, symbolId: -1, message: '', micros: 0 };
    if (injection.kind === 'rejectNext') {
      const { count, symbolId = -1, message } = injection;
      this.rejections.push({ ...next, count, symbolId, message });
    } else if (injection.kind === 'delayNext') {
      this.delays.push({ ...next, count: injection.count, micros: injection.micros });
    } else if (injection.kind === 'halt') {
      const symbol = this.exchange.book.symbol(injection.symbolId);
      if (injection.halted) this.halted.add(injection.symbolId);
      else this.halted.delete(injection.symbolId);
      if (injection.halted) beginHalt(symbol, HaltKind.OPERATOR, time);
      else endHalt(symbol, HaltKind.OPERATOR, time);
    }
  }

  #applyHalts(): void {
    for (const symbolId of this.halted) {
      const symbol = this.exchange.book.symbol(symbolId);
      beginHalt(symbol, HaltKind.OPERATOR, symbol.haltedSince);
    }
  }

  #makeExchange(now: Micros): AccountExchange {
    const { startingCash, preset = this.#config.preset, feePlan = this.#config.feePlan } = this.terms;
    const config = { ...this.#config, accountId: this.accountId, startingCash, preset, feePlan, startTime: now };
    const exchange = new AccountExchange(config, deskPreset(preset), this.#shared);
    const book = exchange.book.account(this.accountId);
    book.rules = this;
    book.orderRules = ORDER_RULES[this.settings.fidelity];
    return exchange;
  }
}
