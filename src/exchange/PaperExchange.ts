/**
 * The paper exchange for one account: a deterministic, event-sourced state machine (`PaperVenue` joins several).
 *
 * Observing fills the symbols' market state; deciding makes events. One decision may depend on the one before
 * it in the same instant (two fills, one buying power), so the exchange applies each event to its book at once,
 * at the moment it decides it; what report latency delays is only `takeEvent`. When the kernel then calls
 * `apply` with the events that it took, in the order in which it took them, nothing is left to do and the calls
 * are counted off. On recovery nothing was taken, so every `apply` changes the book; what no event says (places in
 * queues, sizes taken, messages and reports under way) is the working state of that moment, put over it at the end.
 */
import { SessionClock } from '../calendar/SessionClock.js';
import type { AccountView } from '../domain/account.js';
import type {
  BarTable,
  BookTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
} from '../domain/marketTables.js';
import type { Order, OrderChanges, ReplacementIds } from '../domain/order.js';
import type { SimulatedExchange } from '../domain/ports.js';
import type { OpenOrderExplanation } from '../domain/receipt.js';
import type { SessionConfig } from '../domain/session.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Micros, Quantity } from '../domain/units.js';
import type { AccountEvent, OrderEvent, VenueEvent } from '../domain/venueEvents.js';
import { BarIntake } from './BarIntake.js';
import { ExchangeBook } from './ExchangeBook.js';
import { explainOrder } from './explain.js';
import type { FeePlan } from './fees/FeePlan.js';
import { feePlanOf } from './fees/feePlans.js';
import { FillDesk } from './FillDesk.js';
import { FillMaker } from './FillMaker.js';
import { impactModelOf } from './matching/adjustments.js';
import type { FillDecision } from './matching/FillDecision.js';
import { markByQuote, markByQuoteBar, observeLast } from './marks.js';
import { LatencyModel } from './LatencyModel.js';
import { MarketWatch } from './MarketWatch.js';
import type { DecisionTarget } from './matching/DecisionTarget.js';
import { Matcher } from './Matcher.js';
import { queueInEntryBar } from './matching/entryBar.js';
import { OrderBooks } from './OrderBooks.js';
import { OrderGroups } from './OrderGroups.js';
import { OrderInbox } from './OrderInbox.js';
import { OrderLine } from './OrderLine.js';
import { OrderLife } from './OrderLife.js';
import type { Preset } from './preset.js';
import { presetOf } from './presets.js';
import { MergedFills } from './MergedFills.js';
import { PromptFills } from './PromptFills.js';
import { ReportQueue } from './ReportQueue.js';
import { exchangeSnapshot, restoreExchange, restoreWorkingSnapshot, workingSnapshot } from './snapshot.js';
import type { SnapshotParts } from './snapshot.js';
import type { SharedParts } from './SharedParts.js';
import { Evidence, isLastEligible, type SymbolMarket } from './SymbolMarket.js';
import { TouchedSymbols } from './TouchedSymbols.js';
import type { TradingSession } from './TradingSession.js';
import { readSession, tradingSessionAt } from './TradingSession.js';
import { WakeList } from './WakeList.js';
import { WindUp } from './WindUp.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** See the module header. Symbols, account, money, preset and fee plan come from its configuration. */
export class PaperExchange implements SimulatedExchange, DecisionTarget {
  readonly preset: Preset;
  readonly book: ExchangeBook;
  readonly priceScale: number;
  readonly feePlan: FeePlan;
  /** Where the trading day stands; exact only while orders are open. */
  readonly session: TradingSession;

  private readonly clock: SessionClock;
  readonly watch: MarketWatch;
  private readonly line: OrderLine;
  readonly books: OrderBooks;
  protected readonly matcher: Matcher;
  private readonly fills: FillMaker;
  private readonly desk: FillDesk;
  protected readonly groups: OrderGroups;
  private readonly life: OrderLife;
  private readonly inbox = new OrderInbox();
  readonly reports: ReportQueue;
  /** While recorded events are applied: nothing is decided until the working state is put over them (K1). */
  private recovering = false;
  protected readonly touched = new TouchedSymbols();
  protected readonly bars: BarIntake;
  private readonly tracksImpact: boolean;
  /** Follows prompt orders. */
  readonly prompt: PromptFills;
  /** Takes many bars at one time. */
  readonly merged: MergedFills;
  /** Ends the engine's account. */
  readonly ruin: WindUp;
  /** Market rows observed since the start; read-only to others. */
  sequence = 0;
  /** Earliest time strictly after which `advanceTo` has messages or expiries to handle; Infinity if none. */
  protected due: Micros = Infinity;
  /** The next boundary of the calendar while orders are open, else Infinity. */
  protected boundary: Micros = Infinity;
  /** Session end at which orders are still to be expired; Infinity if none. */
  private expiry: Micros = Infinity;
  private readonly wakes = new WakeList();

  /** Throws `PRESET_UNKNOWN`, `CONFIG_INVALID` for an unknown fee plan, `CALENDAR_RANGE` outside the calendar. */
  constructor(config: SessionConfig, preset: Preset = presetOf(config.preset), shared: Partial<SharedParts> = {}) {
    this.priceScale = config.priceScale;
    this.preset = preset;
    this.clock = new SessionClock(config.startTime);
    this.session = tradingSessionAt(this.clock);
    const latency = new LatencyModel(preset, config.feed, config.seed);
    this.book = new ExchangeBook(config, preset, this.session, shared.marks);
    this.feePlan = feePlanOf(config.feePlan);
    this.fills = new FillMaker(config, preset, this.feePlan, this.session, shared.fillIds);
    this.watch = new MarketWatch(config, preset, this.session);
    this.books = new OrderBooks(this.book, this.session, this.watch, config.priceScale, preset.marks, shared.activity);
    this.matcher = new Matcher(preset, this.session, config.priceScale, this.watch, this.wakes, this, this.books);
    this.reports = shared.reports ?? new ReportQueue(latency.reports);
    this.line = new OrderLine(this.inbox, latency, this.book);
    const emit = this.emit.bind(this);
    const { book, session, matcher, watch, priceScale, venueOf, feePlan } = this;
    this.groups = new OrderGroups(preset, book, session, this.reports, emit);
    this.life = new OrderLife({ preset, session, priceScale, book, feePlan, matcher, watch, emit, venueOf });
    this.tracksImpact = impactModelOf(preset.slippage) !== undefined;
    this.bars = new BarIntake(preset, book, matcher, this.touched);
    const { fills, bars, reports } = this;
    this.desk = new FillDesk({ preset, fills, reports, emit, cancel: this.cancelOrder.bind(this) });
    const moveTo = (time: Micros): void => this.syncClock(time);
    const countRows = (rows: number): number => (this.sequence += rows);
    const plan = (): void => this.plan();
    const parts = { preset, session, priceScale, book, feePlan, matcher, watch, venueOf, fills, bars, reports };
    this.prompt = new PromptFills(parts, latency, moveTo, () => (this.sequence += 1));
    this.merged = new MergedFills(parts, latency, { moveTo, countRows, plan });
    this.ruin = new WindUp({
      ...{ accountId: config.accountId, book, fills, reports, emit },
      moveTo: (time) => this.advanceTo(time),
      emitBooking: (event) => this.emitBooking(event),
      isRecovering: () => this.recovering,
    });
  }

  /** See `AdmissionContext`. */
  readonly venueOf = (symbolId: number) => this.watch.venueOf(symbolId);

  account(accountId: string): AccountView {
    return this.book.account(accountId);
  }

  submit(order: Order, now: Micros): void {
    this.advanceTo(now);
    this.watch.advanceRules(this.book.symbols[order.symbolId], now);
    if (this.ruin.isBegun) this.ruin.close(this.book.enter(order, now, !this.book.useClientOrderIds(order)), now);
    else this.enter(order, now, 0, true);
    this.plan();
  }

  cancel(orderId: string, now: Micros): void {
    // What is asked again after a recovery, also to replace, is in the working state or has been answered.
    if (this.recovering) return;
    this.advanceTo(now);
    if (this.line.sendCancel(orderId, now) === now) this.deliverMessages(now);
    this.plan();
  }

  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void {
    if (this.recovering) return;
    this.advanceTo(now);
    this.book.expectReplace(orderId, changes);
    if (this.line.sendReplace({ orderId, changes, next, sentAt: now }) === now) this.deliverMessages(now);
    this.plan();
  }

  restoreOrder(order: Order, now: Micros): void {
    this.recovering = true;
    this.enter(order, now, 0, false);
  }

  onBar(table: BarTable, row: number): void {
    this.sequence += 1;
    this.bars.take(table, row, this.sequence);
  }

  beginQuietBars(table: BarTable, row: number): Float64Array | undefined {
    return this.bars.isQuiet(table, row) ? this.book.marks : undefined;
  }

  endQuietBars(table: BarTable, from: number, to: number): void {
    if (to === from) return;
    this.sequence += to - from;
    this.bars.endQuiet(table, to - 1);
  }

  beginRestingBars(table: BarTable, row: number): Float64Array | undefined {
    if (this.groups.armed.length > 0 || !this.touched.isEmpty) return undefined;
    return this.bars.reachOfResting(table, row, this.watch);
  }

  endRestingBars(table: BarTable, from: number, to: number): void {
    this.sequence += to - from;
    this.bars.endResting(table, from, to, this.sequence);
  }

  onQuoteBar(table: QuoteBarTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    if (!symbol.acceptsQuoteBars(TIMEFRAME_DURATION[table.timeframe])) return;
    if ((symbol.known & Evidence.QUOTE_BAR) === 0) this.matcher.learn(symbol, Evidence.QUOTE_BAR);
    symbol.observeQuoteBar(table, row, this.sequence);
    // Without any trade price the middle of the quote is the only mark there is.
    if (symbol.lastPrice === 0 && (symbol.known & Evidence.BAR) === 0) markByQuoteBar(symbol, this.book.marks);
    if (symbol.orders.length > 0) this.touched.touch(symbol, Evidence.QUOTE_BAR, symbol.quoteBarTime);
  }

  onQuote(table: QuoteTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    if ((symbol.known & Evidence.QUOTE) === 0) this.matcher.learn(symbol, Evidence.QUOTE);
    this.hear(table.time[row] ?? 0);
    symbol.observeQuote(table, row, this.sequence);
    this.watch.onQuote(symbol, symbol.quoteTime);
    if (symbol.quoteFlags === 0) markByQuote(symbol, this.book.marks, this.preset.marks);
    if (symbol.orders.length > 0) this.touched.touch(symbol, Evidence.QUOTE, symbol.quoteTime);
  }

  onPrint(table: PrintTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    this.hear(table.time[row] ?? 0);
    if ((symbol.known & Evidence.PRINT) === 0) this.matcher.learn(symbol, Evidence.PRINT);
    this.seePrint(symbol, table, row);
  }

  onBook(table: BookTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    const time = table.time[row] ?? 0;
    this.hear(time);
    if ((symbol.known & Evidence.BOOK) === 0) this.matcher.learn(symbol, Evidence.BOOK);
    const print = this.books.observe(symbol, table, row, this.sequence);
    if (symbol.orders.length > 0) this.touched.touch(symbol, Evidence.BOOK, time);
    if (print !== undefined) this.seePrint(symbol, print, 0);
  }

  private seePrint(symbol: SymbolMarket, table: PrintTable, row: number): void {
    const flags = table.flags[row] ?? 0;
    this.watch.onPrint(symbol, table, row, this.sequence);
    if (this.tracksImpact) symbol.learnPrint(table, row);
    if (symbol.orders.length > 0) {
      this.touched.touch(symbol, Evidence.PRINT, table.time[row] ?? 0);
      symbol.keepPrint(table, row, this.sequence);
    }
    if (isLastEligible(flags) && observeLast(symbol, table, row, this.sequence, this.session)) {
      markByQuote(symbol, this.book.marks, this.preset.marks);
    }
  }

  onStatus(table: StatusTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    this.hear(table.time[row] ?? 0);
    this.watch.onStatus(symbol, table, row);
  }

  advanceTo(time: Micros): void {
    if (time <= this.due && time < this.boundary) return;
    for (;;) {
      const due = this.due;
      if (this.boundary <= time && this.boundary <= due) this.crossBoundary();
      else if (due < time) this.runDue(due);
      else return;
    }
  }

  matchInstant(time: Micros): void {
    if (!this.touched.isEmpty) this.touched.run(this.matcher, time);
    if (this.groups.armed.length > 0) this.tryArmed(time);
    if (this.wakes.due < this.due) this.due = this.wakes.due;
    if (this.due <= time) {
      this.advanceTo(time);
      this.runDue(time);
    }
    if (this.book.orders.size === 0 && this.boundary !== Infinity) this.plan();
  }

  nextDue(): Micros {
    return Math.min(this.due, this.boundary, this.reports.due);
  }

  /** What is decided and not yet taken, oldest first. */
  undelivered(): readonly VenueEvent[] {
    return this.reports.list();
  }

  /** Lets an open order fill no more in this session; a lasting one goes on with the next. Unknown ones are ignored. */
  endDay(orderId: string, now: Micros): void {
    this.advanceTo(now);
    const order = this.book.orders.get(orderId);
    if (order !== undefined) this.life.endDay(order, now);
    this.plan();
  }

  takeEvent(now: Micros): VenueEvent | undefined {
    return this.reports.take(now);
  }

  /** Says whether the event was a recorded one, so that it changed the state only now. */
  apply(event: VenueEvent): boolean {
    if (this.reports.countOff()) return false;
    this.applyRecorded(event);
    return true;
  }

  /** Changes the state by an event that was decided in an earlier life. */
  applyRecorded(event: VenueEvent): void {
    this.recovering = true;
    // What an acceptance means depends on the session it happened in.
    this.syncClock(event.time);
    this.book.apply(event);
    for (const symbol of this.book.symbols) symbol.compact();
  }

  explain(orderId: string, now: Micros): OpenOrderExplanation | undefined {
    const order = this.book.orders.get(orderId);
    if (order === undefined) return undefined;
    return explainOrder(order, this.book.symbol(order.symbolId), this.session, this.watch.isSilent(now));
  }

  snapshot(): unknown {
    return exchangeSnapshot(this.snapshotParts());
  }

  restore(snapshot: unknown): void {
    const restored = restoreExchange(snapshot, this.snapshotParts());
    this.wakes.reset(this.book.symbols);
    this.sequence = restored.sequence;
    this.fills.lastId = restored.lastFill;
    this.syncClock(restored.boundary - 1);
    this.expiry = restored.expiry;
    for (const symbol of this.book.symbols) this.matcher.learn(symbol, 0);
    this.plan();
  }

  workingState(): unknown {
    return workingSnapshot(this.snapshotParts());
  }

  restoreWorking(state: unknown): void {
    this.touched.begin(-1);
    const restored = restoreWorkingSnapshot(state, this.snapshotParts());
    this.recovering = false;
    this.wakes.reset(this.book.symbols);
    this.fills.lastId = restored.lastFill;
    this.syncClock(restored.boundary - 1);
    this.expiry = restored.expiry;
    this.plan();
  }

  fill(order: WorkingOrder, symbol: SymbolMarket, decision: FillDecision, time: Micros): void {
    this.desk.fill(order, symbol, decision, time);
  }

  affords(order: WorkingOrder, decision: FillDecision, quantity: Quantity): boolean {
    return this.fills.payable(order, decision, quantity) === quantity;
  }

  trigger(order: WorkingOrder, time: Micros): void {
    const at = order.type === 'trailing_stop' ? { stopPrice: order.stopPrice } : {};
    this.emit({ type: 'triggered', orderId: order.id, time, ...at }, order);
  }

  cancelOrder(order: WorkingOrder, time: Micros, reason: string): void {
    this.life.cancel(order, time, reason);
  }

  protected snapshotParts(): SnapshotParts {
    const { book, inbox, reports, watch, books, sequence, expiry } = this;
    const { lastId: lastFill } = this.fills;
    return { book, inbox, reports, watch, books, sequence, lastFill, expiry, boundary: this.clock.nextBoundary };
  }

  /** Applies a decision to the book, queues its report, and draws its consequences within a group. */
  emit(event: OrderEvent, order: WorkingOrder | undefined): void {
    this.book.apply(event, order);
    if (order !== undefined && this.books.isUsed) this.books.follow(event, order);
    this.reports.push(event);
    if (order !== undefined && order.orderClass !== 'simple') this.groups.follow(order, event);
    if (order !== undefined && event.type === 'filled') {
      this.groups.fitExits(order.account, order.symbolId, event.fill.time);
    } else if (event.type === 'busted' || event.type === 'corrected') {
      this.groups.fitAfterReversal(event);
    }
  }

  /** Books what is no trade on an account, and queues its report. */
  emitBooking(event: Extract<AccountEvent, { type: 'booked' }>): void {
    this.syncClock(event.time);
    this.book.apply(event);
    this.reports.push(event);
  }

  /** Takes an order in; `decides` unless it is a recorded one. On a line without length it arrives at once. */
  protected enter(
    order: Order,
    now: Micros,
    delay: Micros,
    decides: boolean,
    isDuplicate = !this.book.useClientOrderIds(order),
  ): void {
    this.syncClock(now);
    const working = this.book.enter(order, now, isDuplicate);
    const arrival = this.line.arrivalOf(working, now, delay);
    if (decides && arrival === now && this.inbox.due > now) {
      this.life.arrive(working, isDuplicate, now);
      if (this.groups.armed.length > 0) this.tryArmed(now);
    } else {
      this.inbox.pushOrder(working, isDuplicate, arrival);
      if (decides && arrival === now) this.deliverMessages(now);
    }
  }

  protected deliverMessages(until: Micros): void {
    for (let message = this.inbox.take(until); message !== undefined; message = this.inbox.take(until)) {
      this.syncClock(message.time);
      this.life.deliver(message);
      if (this.groups.armed.length > 0) this.tryArmed(message.time);
    }
  }

  /** Lets legs that have begun to work look at what stands; one's fill may arm no other, but end its sibling. */
  private tryArmed(time: Micros): void {
    const { armed } = this.groups;
    if (armed.length > 1 && this.preset.entryBarExits === 'wholeBar') queueInEntryBar(armed);
    for (let i = 0; i < armed.length; i += 1) {
      const one = armed[i];
      // What was closed in the instant that armed it may have put it back: its entry may still fill.
      if (one === undefined || one.leg.closed || one.leg.isUnarmed) continue;
      const symbol = this.book.symbol(one.leg.symbolId);
      this.reports.elapsed = one.elapsed;
      this.matcher.tryArmed(one, armed, symbol, time);
      this.reports.elapsed = 0;
      symbol.compact();
    }
    armed.length = 0;
  }

  /** Handles what is due at exactly `time`: the end of orders first, then arrivals. */
  private runDue(time: Micros): void {
    if (this.expiry <= time) this.expireOrders();
    this.deliverMessages(time);
    this.wakes.run(time, (symbol) => this.matcher.wake(symbol, time));
    if (this.groups.armed.length > 0) this.tryArmed(time);
    this.plan();
  }

  private crossBoundary(): void {
    const time = this.boundary;
    this.syncClock(time);
    if (this.session.phase === 'regular' || this.session.phase === 'premarket') this.life.activate(time);
    this.plan();
  }

  private expireOrders(): void {
    const time = this.expiry;
    this.expiry = Infinity;
    this.life.expire(time);
    if (this.groups.armed.length > 0) this.tryArmed(time);
  }

  /** Any row tells that the channel is alive; after a silence the standing quotes count again (R9). */
  protected hear(time: Micros): void {
    if (time >= this.clock.nextBoundary) this.syncClock(time);
    if (!this.watch.hear(time)) return;
    for (const symbol of this.book.symbols) {
      if (symbol.orders.length > 0 && symbol.quoteTime !== 0) this.touched.touch(symbol, Evidence.QUOTE, time);
    }
  }

  /** Brings the session up to `time`; crossing a session's end leaves its expiries to be run. */
  protected syncClock(time: Micros): void {
    const { clock } = this;
    if (time < clock.nextBoundary) return;
    while (time >= clock.nextBoundary) {
      const at = clock.nextBoundary;
      clock.step();
      const isEnd = clock.phase === 'afterHours' || clock.phase === 'closed';
      if (isEnd && this.book.orders.size > 0) this.expiry = at;
    }
    readSession(this.clock, this.session);
  }

  /** Recomputes when something is due next. */
  protected plan(): void {
    const isIdle = this.book.orders.size === 0;
    if (isIdle) this.expiry = Infinity;
    this.boundary = isIdle ? Infinity : this.clock.nextBoundary;
    this.due = Math.min(this.inbox.due, this.expiry, isIdle ? Infinity : this.wakes.due);
  }
}
