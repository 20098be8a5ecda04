/**
 * The paper exchange: a deterministic, event-sourced state machine behind the `SimulatedVenue` port.
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
import type { BarTable, PrintTable, QuoteBarTable, QuoteTable, StatusTable } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { SimulatedVenue } from '../domain/ports.js';
import type { OpenOrderExplanation } from '../domain/receipt.js';
import type { RejectionReason } from '../domain/refusals.js';
import type { SessionConfig } from '../domain/session.js';
import { DAY, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Micros, Quantity } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { refusalOf, refusalText } from './admission.js';
import { ExchangeBook } from './ExchangeBook.js';
import { explainOrder } from './explain.js';
import { feePlanOf } from './fees/feePlans.js';
import { FillMaker } from './FillMaker.js';
import type { FillDecision } from './matching/FillDecision.js';
import { takeFrom } from './matching/FillDecision.js';
import { markByQuote, markByQuoteBar, observeLast } from './marks.js';
import { MarketWatch } from './MarketWatch.js';
import type { DecisionTarget } from './Matcher.js';
import { Matcher } from './Matcher.js';
import { OrderInbox } from './OrderInbox.js';
import type { Preset } from './preset.js';
import { presetOf } from './presets.js';
import { ReportQueue } from './ReportQueue.js';
import { exchangeSnapshot, restoreExchange, restoreWorkingSnapshot, workingSnapshot } from './snapshot.js';
import type { SnapshotParts } from './snapshot.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence, isLastEligible } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import { readSession, tradesIn } from './TradingSession.js';
import { WakeList } from './WakeList.js';
import type { WorkingOrder } from './WorkingOrder.js';
import { endsWithSession } from './WorkingOrder.js';

const GTC_LIFE = 90 * DAY;

/** See the module header. One per session; symbols, money, preset and fee plan come from its configuration. */
export class PaperExchange implements SimulatedVenue, DecisionTarget {
  readonly preset: Preset;
  readonly book: ExchangeBook;
  readonly priceScale: number;
  /** Where the trading day stands; exact only while orders are open. */
  readonly session: TradingSession;

  private readonly clock: SessionClock;
  private readonly watch: MarketWatch;
  private readonly matcher: Matcher;
  private readonly fills: FillMaker;
  private readonly inbox = new OrderInbox();
  private readonly reports: ReportQueue;
  /** While recorded events are applied: nothing is decided until the working state is put over them (K1). */
  private recovering = false;
  /** Symbols with open orders for which something came in the present instant. */
  private readonly touched: SymbolMarket[] = [];
  private touchedCount = 0;
  /** Time of what `touched` holds. */
  private instant: Micros = 0;
  private readonly keepsBars: boolean;
  /** Market rows observed since the start. */
  private sequence = 0;
  /** Earliest time strictly after which `advanceTo` has messages or expiries to handle; Infinity if none. */
  private due: Micros = Infinity;
  /** The next boundary of the calendar while orders are open, else Infinity. */
  private boundary: Micros = Infinity;
  /** Session end at which orders are still to be expired; Infinity if none. */
  private expiry: Micros = Infinity;
  private readonly wakes = new WakeList();
  private barTable: BarTable | undefined;
  private tableDuration = 0;

  /** Throws `PRESET_UNKNOWN`, `CONFIG_INVALID` for an unknown fee plan, `CALENDAR_RANGE` outside the calendar. */
  constructor(config: SessionConfig, preset: Preset = presetOf(config.preset)) {
    this.priceScale = config.priceScale;
    this.preset = preset;
    this.clock = new SessionClock(config.startTime);
    this.session = { phase: 'closed', date: 0, start: 0, open: 0, close: 0, end: 0 };
    readSession(this.clock, this.session);
    this.book = new ExchangeBook(config, preset, this.session);
    this.fills = new FillMaker(config, preset, feePlanOf(config.feePlan), this.session);
    this.watch = new MarketWatch(config, preset, this.session);
    this.matcher = new Matcher(preset, this.session, config.priceScale, this.watch, this);
    this.reports = new ReportQueue(preset.reportLatency);
    this.keepsBars = preset.arrival === 'same-instant';
  }

  account(accountId: string): AccountView {
    return this.book.account(accountId);
  }

  submit(order: Order, now: Micros): void {
    this.advanceTo(now);
    this.enter(order, now);
    if (this.preset.orderLatency === 0) this.deliverMessages(now);
    this.plan();
  }

  cancel(orderId: string, now: Micros): void {
    // One that is asked again after a recovery is in the working state, or has been answered.
    if (this.recovering) return;
    this.advanceTo(now);
    this.inbox.pushCancel(orderId, now + this.preset.orderLatency);
    if (this.preset.orderLatency === 0) this.deliverMessages(now);
    this.plan();
  }

  restoreOrder(order: Order, now: Micros): void {
    this.recovering = true;
    this.enter(order, now);
  }

  onBar(table: BarTable, row: number): void {
    this.sequence += 1;
    const symbolId = table.symbolId[row] ?? 0;
    const symbol = this.book.symbol(symbolId);
    if (table !== this.barTable) this.useBarTable(table);
    if (this.tableDuration !== symbol.barDuration && !this.acceptsBars(symbol)) return;
    if (symbol.orders.length === 0 && !this.keepsBars) {
      const close = table.close[row] ?? 0;
      symbol.volume = table.volume[row] ?? 0;
      if (close > 0) this.book.marks[symbolId] = close;
      return;
    }
    this.observeBar(symbol, table, row);
  }

  onQuoteBar(table: QuoteBarTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    const duration = TIMEFRAME_DURATION[table.timeframe];
    if (duration > symbol.quoteBarDuration) return;
    symbol.quoteBarDuration = duration;
    if ((symbol.known & Evidence.QUOTE_BAR) === 0) this.matcher.learn(symbol, Evidence.QUOTE_BAR);
    symbol.observeQuoteBar(table, row, this.sequence);
    // Without any trade price the middle of the quote is the only mark there is.
    if ((symbol.known & (Evidence.PRINT | Evidence.BAR)) === 0) markByQuoteBar(symbol, this.book.marks);
    if (symbol.orders.length > 0) this.touch(symbol, Evidence.QUOTE_BAR, symbol.quoteBarTime);
  }

  onQuote(table: QuoteTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    if ((symbol.known & Evidence.QUOTE) === 0) this.matcher.learn(symbol, Evidence.QUOTE);
    this.hear(table.time[row] ?? 0);
    symbol.observeQuote(table, row, this.sequence);
    this.watch.onQuote(symbol, symbol.quoteTime);
    if (symbol.quoteFlags === 0) markByQuote(symbol, this.book.marks);
    if (symbol.orders.length > 0) this.touch(symbol, Evidence.QUOTE, symbol.quoteTime);
  }

  onPrint(table: PrintTable, row: number): void {
    this.sequence += 1;
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    const flags = table.flags[row] ?? 0;
    this.hear(table.time[row] ?? 0);
    if ((symbol.known & Evidence.PRINT) === 0) this.matcher.learn(symbol, Evidence.PRINT);
    this.watch.onPrint(symbol, table, row, this.sequence);
    if (symbol.orders.length > 0) {
      this.touch(symbol, Evidence.PRINT, table.time[row] ?? 0);
      symbol.keepPrint(table, row, this.sequence);
    }
    if (isLastEligible(flags) && observeLast(symbol, table, row, this.sequence, this.session)) {
      markByQuote(symbol, this.book.marks);
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
    const { touched, touchedCount } = this;
    for (let i = 0; i < touchedCount; i += 1) {
      const symbol = touched[i];
      if (symbol === undefined) continue;
      this.matcher.matchInstant(symbol, time);
      if (symbol.wakeAt !== Infinity) this.wakes.note(symbol);
    }
    this.touchedCount = 0;
    if (this.wakes.due < this.due) this.due = this.wakes.due;
    if (this.due <= time) {
      this.advanceTo(time);
      this.runDue(time);
    }
    if (this.book.orders.size === 0 && this.boundary !== Infinity) this.plan();
  }

  nextDue(): Micros {
    const due = this.due < this.boundary ? this.due : this.boundary;
    return due < this.reports.due ? due : this.reports.due;
  }

  takeEvent(now: Micros): VenueEvent | undefined {
    return this.reports.take(now);
  }

  apply(event: VenueEvent): void {
    if (this.reports.countOff()) return;
    this.recovering = true;
    // What an acceptance means depends on the session it happened in.
    this.syncClock(event.time);
    this.book.apply(event);
    for (const symbol of this.book.symbols) symbol.compact();
  }

  explain(orderId: string, now: Micros): OpenOrderExplanation | undefined {
    const order = this.book.orders.get(orderId);
    if (order === undefined) return undefined;
    const isSilent = this.watch.isSilent(now);
    return explainOrder(order, this.book.symbol(order.symbolId), this.session, isSilent);
  }

  snapshot(): unknown {
    return exchangeSnapshot(this.snapshotParts());
  }

  restore(snapshot: unknown): void {
    const restored = restoreExchange(snapshot, this.book, this.inbox, this.reports, this.watch);
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
    this.beginInstant(-1);
    const restored = restoreWorkingSnapshot(state, this.book, this.inbox, this.reports);
    this.recovering = false;
    this.wakes.reset(this.book.symbols);
    this.fills.lastId = restored.lastFill;
    this.syncClock(restored.boundary - 1);
    this.expiry = restored.expiry;
    this.plan();
  }

  fill(order: WorkingOrder, symbol: SymbolMarket, decision: FillDecision, time: Micros): void {
    const quantity = this.quantityOf(order, decision);
    if (quantity <= 0) {
      if (order.quantity === 0) this.cancelOrder(order, time, 'the account cannot pay for a single share');
      return;
    }
    const held = order.account.quantityOf(order.symbolId);
    if (this.preset.crossing === 'reject' && held * order.sign < 0 && quantity > Math.abs(held)) {
      this.cancelOrder(order, time, 'the fill would cross from long to short in one step');
      return;
    }
    const isChecked = this.preset.buyingPower === 'cash' && order.quantity !== 0;
    const paid = isChecked ? this.fills.payable(order, decision, quantity) : quantity;
    if (paid > 0) {
      takeFrom(symbol, decision, paid);
      const fill = this.fills.make(order, decision, paid, time);
      const final = order.quantity === 0 || paid === order.remaining;
      this.emit({ type: 'filled', orderId: order.id, time, fill, final });
    }
    if (paid < quantity) this.cancelOrder(order, time, 'the account cannot pay for the rest at this price');
  }

  trigger(order: WorkingOrder, time: Micros): void {
    this.emit({ type: 'triggered', orderId: order.id, time });
  }

  cancelOrder(order: WorkingOrder, time: Micros, reason: string): void {
    this.emit({ type: 'canceled', orderId: order.id, time, reason });
  }

  private snapshotParts(): SnapshotParts {
    return {
      book: this.book,
      inbox: this.inbox,
      reports: this.reports,
      watch: this.watch,
      sequence: this.sequence,
      lastFill: this.fills.lastId,
      expiry: this.expiry,
      boundary: this.clock.nextBoundary,
    };
  }

  /** Applies a decision to the book and queues its report. */
  private emit(event: VenueEvent): void {
    this.book.apply(event);
    this.reports.push(event);
  }

  private quantityOf(order: WorkingOrder, decision: FillDecision): Quantity {
    if (order.sizeFraction === 0 || order.quantity !== 0) return decision.quantity;
    const available = Math.floor(order.account.buyingPower * order.sizeFraction);
    return Math.min(decision.quantity, this.fills.affordable(available, decision));
  }

  private enter(order: Order, now: Micros): void {
    this.syncClock(now);
    const isDuplicate = !this.book.useClientOrderId(order.accountId, order.clientOrderId);
    const working = this.book.enter(order, now, isDuplicate);
    this.inbox.pushOrder(working, isDuplicate, now + this.preset.orderLatency);
  }

  private arrive(order: WorkingOrder, isDuplicate: boolean, time: Micros): void {
    if (order.closed || order.arrivedAt !== 0) return;
    const symbol = this.book.symbols[order.symbolId];
    let reason = refusalOf(order, this, isDuplicate, symbol !== undefined, time);
    if (symbol !== undefined && this.matcher.refusesShort(order, symbol, time)) reason ??= 'SHORT_SALE_RESTRICTED';
    if (reason !== undefined || symbol === undefined) {
      this.reject(order, reason ?? 'SYMBOL_NOT_TRADABLE', time);
      return;
    }
    const waiting = order.isAuction || !tradesIn(this.session.phase, order.extendedHours);
    this.emit({ type: 'accepted', orderId: order.id, time, waiting });
    if (!waiting && !order.isAuction) this.matcher.tryStanding(order, symbol, time);
    symbol.compact();
    this.wakes.note(symbol);
  }

  private reject(order: WorkingOrder, reason: RejectionReason, time: Micros): void {
    this.emit({ type: 'rejected', orderId: order.id, time, reason, message: refusalText(reason, order) });
    this.book.symbols[order.symbolId]?.compact();
  }

  private cancelArrived(orderId: string, time: Micros): void {
    const order = this.book.orders.get(orderId);
    if (order === undefined) {
      this.emit({ type: 'cancelRejected', orderId, time, reason: 'ORDER_UNKNOWN' });
      return;
    }
    this.cancelOrder(order, time, 'canceled on request');
    this.book.symbol(order.symbolId).compact();
  }

  private deliverMessages(until: Micros): void {
    for (;;) {
      const message = this.inbox.take(until);
      if (message === undefined) return;
      this.syncClock(message.time);
      if (message.order === undefined) this.cancelArrived(message.cancelId, message.time);
      else this.arrive(message.order, message.isDuplicate, message.time);
    }
  }

  /** Handles what is due at exactly `time`: the end of orders first, then arrivals. */
  private runDue(time: Micros): void {
    if (this.expiry <= time) this.expireOrders(this.expiry);
    this.deliverMessages(time);
    this.wakes.run(time, (symbol) => this.matcher.wake(symbol, time));
    this.plan();
  }

  private crossBoundary(): void {
    const time = this.boundary;
    this.syncClock(time);
    const { phase } = this.session;
    if (phase === 'regular' || phase === 'premarket') this.activateOrders(time);
    this.plan();
  }

  private activateOrders(time: Micros): void {
    for (const order of this.book.orders.values()) {
      if (order.arrivedAt === 0 || order.activatedAt !== 0 || order.isAuction) continue;
      if (!tradesIn(this.session.phase, order.extendedHours)) continue;
      this.emit({ type: 'activated', orderId: order.id, time });
    }
  }

  /** Ends what a session's end at `time` ends: day orders, orders for its auctions, gtc orders after 90 days. */
  private expireOrders(time: Micros): void {
    this.expiry = Infinity;
    const isEnd = time !== this.session.close || this.session.phase === 'closed';
    for (const order of [...this.book.orders.values()]) {
      if (order.arrivedAt === 0 || order.arrivedAt >= time) continue;
      const symbol = this.book.symbol(order.symbolId);
      if (order.timeInForce === 'cls' && !isEnd) {
        if ((symbol.known & Evidence.PRINT) !== 0) {
          this.matcher.planWake(symbol, time);
          this.wakes.note(symbol);
          continue;
        }
        this.matcher.settleClose(order, symbol, time);
        symbol.compact();
        if (order.closed) continue;
      }
      if (order.timeInForce === 'gtc') {
        if (time >= order.decidedAt + GTC_LIFE) this.cancelOrder(order, time, 'good till canceled ends after 90 days');
      } else if (!isEnd && symbol.halted && order.timeInForce === 'day') {
        // What a halt holds at the close meets in the closing auction, if there is one (R7).
        continue;
      } else if (endsWithSession(order, this.session, time, isEnd)) {
        this.emit({ type: 'expired', orderId: order.id, time, reason: 'the session it was for has ended' });
      }
      symbol.compact();
    }
  }

  /** Any row tells that the channel is alive; after a silence the standing quotes count again (R9). */
  private hear(time: Micros): void {
    if (time >= this.clock.nextBoundary) this.syncClock(time);
    if (!this.watch.hear(time)) return;
    for (const symbol of this.book.symbols) {
      if (symbol.orders.length > 0 && symbol.quoteTime !== 0) this.touch(symbol, Evidence.QUOTE, time);
    }
  }

  private touch(symbol: SymbolMarket, kind: number, time: Micros): void {
    if (time !== this.instant) this.beginInstant(time);
    if (symbol.evidence === 0) {
      this.touched[this.touchedCount] = symbol;
      this.touchedCount += 1;
    }
    symbol.evidence |= kind;
  }

  /** What came in an earlier instant and was not matched, as on recovery, decides nothing any more. */
  private beginInstant(time: Micros): void {
    this.instant = time;
    for (let i = 0; i < this.touchedCount; i += 1) this.touched[i]?.endInstant();
    this.touchedCount = 0;
  }

  private observeBar(symbol: SymbolMarket, table: BarTable, row: number): void {
    symbol.previousVolume = symbol.volume;
    symbol.barStart = table.start[row] ?? 0;
    symbol.barTime = table.time[row] ?? 0;
    symbol.barSequence = this.sequence;
    symbol.open = table.open[row] ?? 0;
    symbol.high = table.high[row] ?? 0;
    symbol.low = table.low[row] ?? 0;
    symbol.close = table.close[row] ?? 0;
    symbol.volume = table.volume[row] ?? 0;
    symbol.barTaken = 0;
    if (symbol.close > 0) this.book.marks[symbol.symbolId] = symbol.close;
    if (symbol.orders.length > 0) this.touch(symbol, Evidence.BAR, symbol.barTime);
  }

  private useBarTable(table: BarTable): void {
    this.barTable = table;
    this.tableDuration = TIMEFRAME_DURATION[table.timeframe];
  }

  /** Takes a shorter timeframe as the one that decides; longer ones than the shortest are not looked at. */
  private acceptsBars(symbol: SymbolMarket): boolean {
    if (this.tableDuration > symbol.barDuration) return false;
    symbol.barDuration = this.tableDuration;
    this.matcher.learn(symbol, Evidence.BAR);
    return true;
  }

  /** Brings the session up to `time`; crossing a session's end leaves its expiries to be run. */
  private syncClock(time: Micros): void {
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
  private plan(): void {
    const isIdle = this.book.orders.size === 0;
    if (isIdle) this.expiry = Infinity;
    this.boundary = isIdle ? Infinity : this.clock.nextBoundary;
    this.due = Math.min(this.inbox.due, this.expiry, isIdle ? Infinity : this.wakes.due);
  }
}
