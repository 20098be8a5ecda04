/**
 * Follows prompt orders (`PromptVenue`) in one step from their arrival to their end. Every rule is the one that orders
 * at work are held to; what is left out is what nobody can see of an order that is gone before the next one comes: its
 * places in lists and queues, and its reports.
 *
 * Whatever is not plain is not prompt, and the order is then submitted like any other: a latency, a session that is not
 * regular, a symbol of which more than bars is known, a halt or a band, an account with rules, a fill in parts.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { PromptVenue } from '../domain/ports.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { Micros, Price, Shares } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import type { AccountBook } from './AccountBook.js';
import type { AdmissionContext } from './admission.js';
import { refusalOf } from './admission.js';
import type { BarIntake } from './BarIntake.js';
import { emptyPromptFill } from './emptyFill.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { FillMaker } from './FillMaker.js';
import type { LatencyModel } from './LatencyModel.js';
import type { MarketWatch } from './MarketWatch.js';
import type { Matcher } from './Matcher.js';
import { BarMatcher, isSoundBar } from './matching/BarMatcher.js';
import { spreadPartAt } from './matching/costs.js';
import { FillDecision, takeFrom } from './matching/FillDecision.js';
import type { ReportQueue } from './ReportQueue.js';
import { allocatePlainly, isPlain, offersPrompt } from './promptRules.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { WorkingOrder } from './WorkingOrder.js';

const NO_LEGS: readonly WorkingOrder[] = [];
/** The rule by which a prompt order is filled. */
const OPEN = 'bar-open';

/** What prompt orders have to do with; the exchange is the context. */
export interface PromptParts extends AdmissionContext {
  readonly book: ExchangeBook;
  readonly matcher: Matcher;
  readonly watch: MarketWatch;
  readonly fills: FillMaker;
  readonly bars: BarIntake;
  readonly reports: ReportQueue;
}

/** See the module header. One per exchange. */
export class PromptFills implements PromptVenue {
  private readonly parts: PromptParts;
  /** Brings the trading session up to a time, as the arrival of an order does. */
  private readonly moveTo: (time: Micros) => void;
  /** Counts a row and gives its number. */
  private readonly countRow: () => number;
  private readonly rules: BarMatcher;
  private readonly isOffered: boolean;
  private readonly decision = new FillDecision();
  /** Written over for each: whoever keeps a fill copies it. */
  private readonly made = emptyPromptFill();
  /** The order that was judged last, and the one that it works as, which is used again for each. */
  private order: Order | undefined = undefined;
  private working: WorkingOrder | undefined = undefined;
  /** Whether the row that was judged last fills that order. */
  private isJudged = false;

  constructor(parts: PromptParts, latency: LatencyModel, moveTo: (time: Micros) => void, countRow: () => number) {
    const { preset } = parts;
    this.parts = parts;
    this.moveTo = moveTo;
    this.countRow = countRow;
    this.rules = new BarMatcher(preset, parts.priceScale);
    this.isOffered = offersPrompt(preset, latency);
  }

  judge(order: Order, now: Micros, table: BarTable, row: number): boolean {
    const { book, session, watch } = this.parts;
    const symbol = book.symbols[order.symbolId];
    this.isJudged = false;
    if (this.isOffered !== true || symbol === undefined || !isPlain(symbol) || !watch.isFree(symbol)) return false;
    this.moveTo(now);
    // All of the row is read at once: its columns lie far apart, and the memory answers several as fast as one.
    const start = table.start[row] ?? 0;
    const open = table.open[row] ?? 0;
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    const close = table.close[row] ?? 0;
    const volume = table.volume[row] ?? 0;
    // A bar that began before the order came decides nothing for it.
    if (session.phase !== 'regular' || start < now || (table.time[row] ?? 0) > session.close) return false;
    if (!isSoundBar(open, high, low, close)) return false;
    const account = book.account(order.accountId);
    const { clientOrderNumber, clientOrderPrefix } = order;
    if (account.rules !== undefined || clientOrderNumber === undefined || clientOrderPrefix === undefined) return false;
    if (!account.clientOrderIds.isNext(clientOrderPrefix, clientOrderNumber)) return false;
    const working = this.workAs(order, account, now);
    if (working.isFractional || !allocatePlainly(working, book, this.parts.priceScale)) return false;
    account.addReserve(working.reserve);
    const measure = symbol.volume >= 0 ? symbol.volume : volume;
    const isWhole = this.isAccepted(working, symbol, now) && this.isFilledWhole(working, symbol, open, measure, start);
    account.addReserve(-working.reserve);
    this.isJudged = isWhole;
    return isWhole;
  }

  fill(table: BarTable, row: number): PromptFill {
    const { book, watch, fills, bars, reports } = this.parts;
    const { working, decision } = this;
    assert(working !== undefined && this.isJudged, 'a prompt order was judged before it is filled');
    this.isJudged = false;
    this.useClientOrderId();
    const { account, quantity } = working;
    const symbol = book.symbol(working.symbolId);
    watch.refresh(symbol, working.decidedAt);
    bars.keep(symbol, table, row, this.countRow());
    const time = symbol.barTime;
    // Quantity and price were decided when it was judged; the evidence is the bar that has come.
    assert(decision.quantity === quantity, 'a prompt order is filled whole');
    decision.onBar(symbol, OPEN);
    takeFrom(symbol, decision, quantity);
    const fill = fills.makeInNumbers(working, decision, quantity, time, reports.dueFor(time), this.made);
    account.postFill(fill);
    account.trades?.take(working, quantity, true);
    return fill;
  }

  private useClientOrderId(): void {
    const { working, order } = this;
    const { clientOrderPrefix, clientOrderNumber } = order ?? {};
    if (working === undefined || clientOrderPrefix === undefined || clientOrderNumber === undefined) return;
    working.account.clientOrderIds.useNumbered(clientOrderPrefix, clientOrderNumber);
  }

  private workAs(order: Order, account: AccountBook, now: Micros): WorkingOrder {
    this.order = order;
    this.working ??= new WorkingOrder(order, account, now);
    this.working.workAs(order, account, now);
    return this.working;
  }

  private isAccepted(working: WorkingOrder, symbol: SymbolMarket, now: Micros): boolean {
    if (this.parts.matcher.refusesShort(working, symbol, now)) return false;
    return refusalOf(working, NO_LEGS, this.parts, false, true, 0, now) === undefined;
  }

  private isFilledWhole(
    working: WorkingOrder,
    symbol: SymbolMarket,
    open: Price,
    measure: Shares,
    start: Micros,
  ): boolean {
    const { session, fills } = this.parts;
    this.rules.priceAt(working, symbol, open, measure, spreadPartAt(start, session), this.decision);
    const { quantity } = working;
    return this.decision.quantity === quantity && fills.payable(working, this.decision, quantity) === quantity;
  }
}
