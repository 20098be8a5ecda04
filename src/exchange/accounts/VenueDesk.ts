/**
 * The desk: takes requests of programs for accounts of their own, checks them at the door, and carries them out on
 * the account's exchange. All that follows is an event, in one queue for all accounts, in the order of the decisions.
 *
 * On recovery no request is decided again: events alone bring accounts and orders back, and the working state what no
 * event says (K1). An account's exchange sees market rows only while an order of the account is open; before its
 * first order it takes over what the engine's exchange has seen.
 */
import type {
  BarTable,
  BookTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
} from '../../domain/marketTables.js';
import type { Order } from '../../domain/order.js';
import type { OpenOrderExplanation } from '../../domain/receipt.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros } from '../../domain/units.js';
import type { AccountState, VenueAnswer, VenueRequest } from '../../domain/venueDesk.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import { required } from '../../utils/assert.js';
import type { FillIds } from '../FillMaker.js';
import type { OwnActivity } from '../OwnActivity.js';
import type { PaperExchange } from '../PaperExchange.js';
import type { DeskParts } from './AccountExchange.js';
import { ReportQueue } from '../ReportQueue.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { rebasePrice } from '../rulebook/corporateActions.js';
import { actionNote, actOn, payDividends, wholeShareUnit } from './actions.js';
import type { ActionTarget } from './actions.js';
import { rebaseMark, rebaseMarket } from './rebase.js';
import type { DividendDue } from './VenueAccount.js';
import { accountState } from './accountState.js';
import { DayKeeper } from './DayKeeper.js';
import { DeskClerk } from './DeskClerk.js';
import type { DeskBooks } from './DeskClerk.js';
import { deskSnapshot, restoreDesk } from './deskSnapshot.js';
import { VenueAccount } from './VenueAccount.js';

/** See the module header. */
export class VenueDesk implements DeskBooks {
  /** Open accounts by id, in the order in which they were opened. */
  readonly accounts = new Map<string, VenueAccount>();
  /** Ids of closed accounts, which are never opened again. */
  readonly closedAccounts = new Set<string>();
  readonly config: SessionConfig;
  /** Dividends of the engine's account between their ex-date and their pay date. */
  engineDividends: DividendDue[] = [];
  /** Number of the last order; ids are `v-` and this number. */
  lastOrder = 0;
  readonly #market: PaperExchange;
  readonly #reports = new ReportQueue(0);
  readonly #shared: DeskParts;
  readonly #clerk: DeskClerk;
  readonly #keeper: DayKeeper;
  /** The account of every order that was ever open here in this session. */
  readonly #owners = new Map<string, VenueAccount>();
  #recovering = false;
  /** Whether the session knows of corporate actions. */
  readonly hasActions: boolean;

  /** `market` is the engine's exchange: it observes every row. */
  constructor(config: SessionConfig, market: PaperExchange, fillIds: FillIds, activity?: OwnActivity) {
    this.config = config;
    this.hasActions = (config.corporateActions?.length ?? 0) > 0;
    this.#market = market;
    this.#shared = {
      marks: market.book.marks,
      reports: this.#reports,
      fillIds,
      ...(activity === undefined ? {} : { activity }),
      onEvent: (event) => this.#observe(event),
    };
    this.#clerk = new DeskClerk(this);
    this.#keeper = new DayKeeper(this);
  }

  /** The next boundary of the trading day, so that a restored desk leaves none out. */
  get boundary(): Micros {
    return this.#keeper.boundary;
  }
  set boundary(boundary: Micros) {
    this.#keeper.boundary = boundary;
  }

  /** When margins are looked at next. */
  get nextCheck(): Micros {
    return this.#keeper.nextCheck;
  }
  set nextCheck(time: Micros) {
    this.#keeper.nextCheck = Math.max(time, this.#keeper.nextCheck);
  }

  /** The trading day up to which corporate actions have happened. */
  get actedTo(): TradingDate {
    return this.#keeper.actedTo;
  }
  set actedTo(date: TradingDate) {
    this.#keeper.actedTo = date;
  }

  /** Whether there is anything to keep: an account that was ever opened, or corporate actions. */
  get isUsed(): boolean {
    return this.accounts.size > 0 || this.closedAccounts.size > 0 || this.hasActions;
  }

  get #isActive(): boolean {
    return this.accounts.size > 0 || this.hasActions;
  }

  /** Whether an order is open in any account. */
  get isAwake(): boolean {
    if (this.accounts.size === 0) return false;
    for (const account of this.accounts.values()) if (account.exchange.isAwake) return true;
    return false;
  }

  /** Decides a request; see `SimulatedVenue.request`. */
  request(accountId: string, request: VenueRequest, now: Micros): VenueAnswer {
    return this.#clerk.decide(accountId, request, now);
  }

  accountState(accountId: string, now: Micros): AccountState | undefined {
    const account = this.accounts.get(accountId);
    return account === undefined ? undefined : accountState(account, now);
  }

  /** An account's open orders; trailing stops with where they stand now and the best price so far. */
  openOrders(accountId: string): readonly Order[] {
    const account = this.accounts.get(accountId);
    if (account === undefined) return [];
    return [...account.orders.values()].map((order) => {
      const working = account.exchange.book.orders.get(order.id);
      if (order.type !== 'trailing_stop' || working === undefined || working.highWaterMark === 0) return order;
      return { ...order, stopPrice: working.stopPrice, highWaterMark: working.highWaterMark };
    });
  }

  ownerOf(orderId: string): VenueAccount | undefined {
    return this.#owners.get(orderId);
  }

  explain(orderId: string, now: Micros): OpenOrderExplanation | undefined {
    return this.#owners.get(orderId)?.exchange.explain(orderId, now);
  }

  /** Decides an event of the desk's own: applies it and queues its report. */
  emit(event: VenueEvent): void {
    this.#reports.push(event);
    this.#carryOut(event);
  }

  onBar(table: BarTable, row: number): void {
    for (const { exchange } of this.accounts.values()) if (exchange.isAwake) exchange.onBar(table, row);
  }

  onQuoteBar(table: QuoteBarTable, row: number): void {
    for (const { exchange } of this.accounts.values()) {
      if (exchange.isAwake) exchange.onQuoteBar(table, row);
    }
  }

  onQuote(table: QuoteTable, row: number): void {
    for (const { exchange } of this.accounts.values()) if (exchange.isAwake) exchange.onQuote(table, row);
  }

  onPrint(table: PrintTable, row: number): void {
    for (const { exchange } of this.accounts.values()) if (exchange.isAwake) exchange.onPrint(table, row);
  }

  onStatus(table: StatusTable, row: number): void {
    for (const account of this.accounts.values()) {
      if (!account.exchange.isAwake) continue;
      account.exchange.onStatus(table, row);
      account.applyHalts();
    }
  }

  onBook(table: BookTable, row: number): void {
    for (const { exchange } of this.accounts.values()) if (exchange.isAwake) exchange.onBook(table, row);
  }

  advanceTo(time: Micros): void {
    if (!this.#isActive) return;
    this.#keeper.advanceTo(time);
    for (const { exchange } of this.accounts.values()) exchange.advanceTo(time);
  }

  matchInstant(time: Micros): void {
    if (this.accounts.size === 0) return;
    for (const { exchange } of this.accounts.values()) exchange.matchInstant(time);
  }

  nextDue(): Micros {
    if (!this.#isActive) return this.#reports.due;
    let due = Math.min(this.#reports.due, this.#keeper.nextDue());
    for (const { exchange } of this.accounts.values()) due = Math.min(due, exchange.nextDecision());
    return due;
  }

  takeEvent(now: Micros): VenueEvent | undefined {
    return this.#reports.take(now);
  }

  apply(event: VenueEvent): void {
    if (this.#reports.countOff()) return;
    this.#recovering = true;
    const owner = isOrderEvent(event) && event.type !== 'entered' ? this.#owners.get(event.orderId) : undefined;
    if (owner === undefined) {
      this.#carryOut(event);
    } else {
      owner.exchange.applyRecorded(event);
      this.#observe(event);
    }
  }

  snapshot(): unknown {
    return deskSnapshot(this, (exchange) => exchange.snapshot());
  }

  restore(state: unknown): void {
    restoreDesk(this, state, (exchange, part) => exchange.restore(part));
    for (const account of this.accounts.values()) account.beginHistory();
  }

  workingState(): unknown {
    return deskSnapshot(this, (exchange) => exchange.workingState());
  }

  restoreWorking(state: unknown): void {
    restoreDesk(this, state, (exchange, part) => exchange.restoreWorking(part));
    this.#reports.reset([]);
    this.#recovering = false;
  }

  /** Opens an account that a snapshot knows. */
  open(accountId: string, terms: VenueAccount['terms'], now: Micros): VenueAccount {
    const account = new VenueAccount(
      accountId,
      terms,
      this.config,
      this.#shared,
      this.#market,
      now,
      this.#keeper.dateAt(now),
    );
    this.accounts.set(accountId, account);
    return account;
  }

  liquidate(account: VenueAccount, now: Micros): void {
    this.#clerk.liquidate(account, now);
  }

  /** See {@link DayKeeper}: actions in the order of the list, each on all accounts, then on the market's prices. */
  actOnAll(date: TradingDate, time: Micros): void {
    const targets = [this.#engineTarget(), ...[...this.accounts.values()].map((account) => this.#targetOf(account))];
    for (const dated of this.config.corporateActions ?? []) {
      const exDate = parseDate(dated.exDate);
      if (exDate <= this.actedTo || exDate > date) continue;
      // The engine's account comes last: its report tells the market's prices to follow.
      for (const target of targets.slice(1)) actOn(target, dated, exDate, time);
      for (const target of targets.slice(0, 1)) actOn(target, dated, exDate, time);
      this.followAction(actionNote(dated), dated.symbolId);
    }
    for (const target of targets) payDividends(target, date, time);
  }

  /** Rebases every price of before an action, which the note of its booking names. */
  followAction(note: string, symbolId: number): void {
    const dated = this.config.corporateActions?.find((one) => one.symbolId === symbolId && actionNote(one) === note);
    if (dated === undefined) return;
    const { action } = dated;
    rebaseMark(this.#market.book.marks, dated);
    rebaseMarket(this.#market, dated);
    for (const { exchange, day } of this.accounts.values()) {
      rebaseMarket(exchange, dated);
      if (action.kind !== 'symbolChange') day.rebase(symbolId, (close) => rebasePrice(close, action));
    }
  }

  takeNumber(): number {
    this.lastOrder += 1;
    return this.lastOrder;
  }

  /** Says to whom an order belongs, so that later events about it find their account. */
  register(order: Order, account: VenueAccount): void {
    this.#owners.set(order.id, account);
    this.lastOrder = Math.max(this.lastOrder, Number(order.id.slice(2)));
    for (const leg of order.legs ?? []) this.register(leg, account);
  }

  #targetOf(account: VenueAccount): ActionTarget {
    const isAlpaca = account.settings.fidelity === 'alpaca';
    return {
      accountId: account.accountId,
      book: account.book,
      exchange: account.exchange,
      unitOf: wholeShareUnit,
      paysDividends: !isAlpaca,
      sparesGroups: isAlpaca,
      due: account.dividendsDue,
      emit: (event) => this.emit(event),
    };
  }

  /** The engine's positions belong to several strategies, so that no fraction of the whole is cash. */
  #engineTarget(): ActionTarget {
    const { accountId } = this.config;
    return {
      accountId,
      book: this.#market.book.account(accountId),
      exchange: this.#market,
      unitOf: () => 1,
      paysDividends: true,
      sparesGroups: false,
      due: this.engineDividends,
      emit: (event) => this.#market.emitBooking(event),
    };
  }

  #carryOut(event: VenueEvent): void {
    if (event.type === 'accountOpened') {
      this.open(event.accountId, event.terms, event.time);
    } else if (event.type === 'entered') {
      this.#enter(event.order, event.time);
    } else if (isOrderEvent(event)) {
      this.#observe(event);
    } else {
      const account = required(this.accounts.get(event.accountId), `account ${event.accountId}`);
      if (event.type === 'accountReset') account.reset(event.terms, event.time);
      if (event.type === 'accountClosed') {
        this.accounts.delete(event.accountId);
        this.closedAccounts.add(event.accountId);
      }
      if (event.type === 'booked') account.exchange.book.apply(event);
      account.observe(event);
    }
  }

  #enter(order: Order, time: Micros): void {
    const account = required(this.accounts.get(order.accountId), `account ${order.accountId}`);
    account.wake();
    this.register(order, account);
    account.observe({ type: 'entered', orderId: order.id, time, order });
    const delay = account.takeDelay();
    if (this.#recovering) account.exchange.restoreOrder(order, time);
    else account.exchange.submitLate(order, time, delay);
  }

  /** Follows what an account's exchange has decided and applied. */
  #observe(event: VenueEvent): void {
    if (!isOrderEvent(event)) return;
    const owner = required(this.#owners.get(event.orderId), `the account of order ${event.orderId}`);
    if (event.type === 'replaced') this.register(event.order, owner);
    if (event.type === 'filled') {
      const violation = owner.traded(event);
      if (violation !== undefined && !this.#recovering) this.#keeper.violated(owner, violation, event.time);
    }
    owner.observe(event);
  }
}
