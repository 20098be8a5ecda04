/**
 * Decides fills: which orders of a symbol look at which evidence, in which order. Within one instant quotes come
 * first, then prints in their order, then quote bars, then bars (X13); on a bar market orders come before stops
 * and stops before limits, so that where both lie in one bar the adverse one happens (M9).
 */
import { PrintFlag } from '../domain/marketTables.js';
import { DAY } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { reopenLate } from './halts.js';
import type { MarketWatch } from './MarketWatch.js';
import { addImpact, impactModelOf, isWithinLimit, keepWithinBands, noteImpact } from './matching/adjustments.js';
import type { ImpactModel } from './matching/adjustments.js';
import { AuctionMatcher } from './matching/AuctionMatcher.js';
import { isAuctionWithinLimit } from './matching/auctionLimit.js';
import { BarMatcher } from './matching/BarMatcher.js';
import { asGiven } from './matching/barOrder.js';
import { bestBasis } from './matching/bestBasis.js';
import { BookMatcher } from './matching/BookMatcher.js';
import { CloseStops } from './matching/CloseStops.js';
import { spreadPartAt } from './matching/costs.js';
import type { DecisionTarget } from './matching/DecisionTarget.js';
import { electsAt, farExtreme } from './matching/election.js';
import { judgeInEntryBar } from './matching/entryBar.js';
import { FillDecision } from './matching/FillDecision.js';
import { isOnBar } from './matching/isOnBar.js';
import { isPlausible } from './matching/plausible.js';
import { PrintMatcher } from './matching/PrintMatcher.js';
import { QuoteMatcher } from './matching/QuoteMatcher.js';
import { passesPriceTest, shortSaleFloor } from './matching/shortSale.js';
import type { OrderBooks } from './OrderBooks.js';
import type { ArmedLeg } from './OrderGroups.js';
import type { MarketBasis, Preset, SpreadPart } from './preset.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence, isLastEligible, isPrice } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import { beginTrail, follow } from './trailingStop.js';
import { tradesIn } from './TradingSession.js';
import { isQuoteDue } from './WakeList.js';
import type { WakeList } from './WakeList.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** Evidence that is a bar; quotes and prints resume trading as they are observed. */
const BARS = Evidence.BAR | Evidence.QUOTE_BAR;

/** See the module header. */
export class Matcher {
  private readonly preset: Preset;
  private readonly session: TradingSession;
  private readonly target: DecisionTarget;
  private readonly books: BookMatcher;
  private readonly bars: BarMatcher;
  readonly closeStops: CloseStops;
  private readonly quotes: QuoteMatcher;
  private readonly prints: PrintMatcher;
  private readonly auctions: AuctionMatcher;
  private readonly watch: MarketWatch;
  readonly wakes: WakeList;
  private readonly decision = new FillDecision();
  private readonly impact: ImpactModel | undefined;
  private readonly priceScale: number;

  constructor(
    preset: Preset,
    session: TradingSession,
    priceScale: number,
    watch: MarketWatch,
    wakes: WakeList,
    target: DecisionTarget,
    books: OrderBooks,
  ) {
    this.wakes = wakes;
    this.impact = impactModelOf(preset.slippage);
    this.preset = preset;
    this.session = session;
    this.priceScale = priceScale;
    this.watch = watch;
    this.target = target;
    this.books = new BookMatcher(session, priceScale, books, target, this.decision);
    this.bars = new BarMatcher(preset, priceScale);
    this.closeStops = new CloseStops(preset, priceScale);
    this.quotes = new QuoteMatcher(preset, session, priceScale);
    this.prints = new PrintMatcher(preset, priceScale);
    this.auctions = new AuctionMatcher(preset, session, watch, this.decision, (order, symbol, time) =>
      this.settle(order, symbol, time, true, true),
    );
  }

  /** Notes that a kind of evidence exists for a symbol; chooses its bases anew when it is the first of its kind. */
  learn(symbol: SymbolMarket, kind: number): void {
    symbol.known |= kind;
    symbol.marketBasis = bestBasis(this.preset.marketBases, symbol.known);
    symbol.restingBasis = bestBasis(this.preset.restingBases, symbol.known);
  }

  /** Decides on everything that came for the symbol in the instant `time`. */
  matchInstant(symbol: SymbolMarket, time: Micros): void {
    // What is due at this very time is not lost because something came at it.
    if (symbol.wakeAt <= time) this.lookAgain(symbol, time);
    if (symbol.releasedAt !== 0 && (symbol.evidence & BARS) !== 0) reopenLate(symbol, time);
    // Bands come into force, and a limit state becomes a pause, by time alone.
    if (symbol.orders.length > 0) this.watch.advanceRules(symbol, time);
    if (!symbol.halted) {
      if ((symbol.evidence & Evidence.BOOK) !== 0) this.matchBook(symbol, time);
      if ((symbol.evidence & Evidence.QUOTE) !== 0) this.matchQuote(symbol, time);
      if ((symbol.evidence & Evidence.PRINT) !== 0) this.matchPrints(symbol, time);
      if ((symbol.evidence & BARS) !== 0) this.matchBars(symbol, time);
    }
    if (this.impact !== undefined && (symbol.evidence & Evidence.BAR) !== 0) symbol.learnBar();
    symbol.endInstant();
    symbol.compact();
    this.wakes.plan(symbol, this.session, time);
  }

  /** Lets bars decide; what they decide is reported as if it had been on its way since they began. */
  private matchBars(symbol: SymbolMarket, time: Micros): void {
    const { reports } = this.target;
    reports.elapsed = time - symbol.quoteBarStart;
    if ((symbol.evidence & Evidence.QUOTE_BAR) !== 0) this.matchQuoteBar(symbol, time);
    reports.elapsed = time - symbol.barStart;
    if ((symbol.evidence & Evidence.BAR) !== 0) this.matchBar(symbol, time);
    reports.elapsed = 0;
  }

  /** Looks at a symbol at a time that its quote has made interesting, although nothing came (R10). */
  wake(symbol: SymbolMarket, time: Micros): void {
    this.lookAgain(symbol, time);
    symbol.compact();
    this.wakes.plan(symbol, this.session, time);
  }

  private lookAgain(symbol: SymbolMarket, time: Micros): void {
    // A late auction is no reason to look at quotes anew.
    const isUsable = isQuoteDue(symbol);
    symbol.wakeAt = Infinity;
    this.watch.refresh(symbol, time);
    this.auctions.settleLate(symbol, time);
    const isNew = (symbol.evidence & Evidence.QUOTE) !== 0;
    if (!symbol.halted && isUsable && symbol.quoteTime !== 0 && !isNew) this.matchQuote(symbol, time);
  }

  /** Tries an order that has just begun to work against what stands already. */
  tryStanding(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    this.watch.refresh(symbol, time);
    if (symbol.halted || order.closed) return;
    const basis = this.basisOf(order, symbol);
    const isAtClose = this.closeStops.judges(order, symbol);
    if (isAtClose || order.acts === 'stop') {
      if (order.type !== 'trailing_stop') return;
      if (isAtClose) this.closeStops.begin(order, symbol);
      else beginTrail(order, symbol, this.session, this.preset.priceGrid, this.priceScale);
      return;
    }
    const out = this.decision;
    if (basis === 'nbbo') {
      this.tryQuote(order, symbol, time);
    } else if (basis === 'book') {
      this.tryBook(order, symbol, time);
    } else if (basis === 'quoteBar') {
      this.settle(order, symbol, time, this.quotes.onBarClose(order, symbol, out));
    } else if (basis === 'tradeBar' && this.preset.arrival === 'same-instant' && order.isMarket) {
      if (symbol.barTime === 0 || !this.bars.isSound(symbol)) return;
      this.bars.atClose(order, symbol, this.barPart(symbol), 'bar-close', out);
      this.settle(order, symbol, time, true);
    }
    this.wakes.plan(symbol, this.session, time);
  }

  /** Lets an order that replaced another one look at the last bar, where the preset says so and the bar is of now. */
  tryLastBar(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    if (this.preset.replacement !== 'sameBar' || order.closed || symbol.halted || !this.bars.isSound(symbol)) return;
    const isRegular = this.isRegularBar(symbol.barTime);
    const isNow = this.session.phase === 'regular' || symbol.barTime === time;
    // A trailing stop has moved with the change already.
    if (!isNow || symbol.barTime <= order.decidedAt || order.type === 'trailing_stop') return;
    if (this.closeStops.judges(order, symbol)) {
      if (isRegular) this.matchCloseStop(order, symbol, time, this.closeStops.readsQuoteBars(order, symbol));
    } else if (!order.isMarket && !order.isAuction) {
      this.matchOnBar(order, symbol, isRegular, time);
    }
  }

  /** Fills closing-auction orders at the last regular price, when the session ended without an auction print. */
  settleClose(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    if (!this.preset.auctionEstimate || symbol.halted) return;
    const out = this.decision;
    // Bars from before the order are not kept, and say nothing of the close.
    if (symbol.barTime > order.arrivedAt && this.isRegularBar(symbol.barTime) && this.bars.isSound(symbol)) {
      this.bars.atClose(order, symbol, 'regular', 'session-close', out);
      if (!isAuctionWithinLimit(order, out.price, this.preset.queue)) return;
      this.target.reports.elapsed = time - symbol.barStart;
      this.settle(order, symbol, time, true);
      this.target.reports.elapsed = 0;
    }
  }

  private basisOf(order: WorkingOrder, symbol: SymbolMarket): MarketBasis | undefined {
    return order.isMarket ? symbol.marketBasis : symbol.restingBasis;
  }

  /** Whether the order can trade on a quote or print of the present phase. */
  private isLive(order: WorkingOrder): boolean {
    return (
      order.activatedAt !== 0 && !order.closed && !order.isAuction && tradesIn(this.session.phase, order.extendedHours)
    );
  }

  private matchQuote(symbol: SymbolMarket, time: Micros): void {
    const { orders } = symbol;
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order === undefined || !this.isLive(order) || this.basisOf(order, symbol) !== 'nbbo') continue;
      if (order.acts === 'stop' || (order.auctionPending && this.auctions.awaitsOpening(order, symbol, time))) continue;
      this.tryQuote(order, symbol, time);
    }
  }

  private matchBook(symbol: SymbolMarket, time: Micros): void {
    this.books.settleResting(symbol, time);
    const { orders } = symbol;
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order === undefined || !this.isLive(order) || this.basisOf(order, symbol) !== 'book') continue;
      if (order.acts === 'stop' || (order.auctionPending && this.auctions.awaitsOpening(order, symbol, time))) continue;
      this.tryBook(order, symbol, time);
    }
    this.books.measure(symbol);
  }

  private tryBook(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    if (!this.watch.isSilent(time) && this.passesPriceTest(order, symbol, time)) this.books.try(order, symbol, time);
  }

  private tryQuote(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    if (this.watch.isSilent(time) || !this.passesPriceTest(order, symbol, time)) return;
    const judged = this.quotes.onQuote(order, symbol, time, this.decision);
    const mayWalk = this.impact?.kind === 'squareRoot' && this.impact.walksBeyondDisplay;
    const walks = mayWalk && this.decision.quantity > 0 && !this.decision.maker;
    this.settle(order, symbol, time, judged && !walks);
    if (walks && !order.closed) {
      this.quotes.walk(order, symbol, this.decision);
      this.settle(order, symbol, time, true);
    }
    if (!order.closed && order.acts === 'limit' && order.resting) this.prints.joinQueue(order, symbol);
  }

  /** Whether a short sale that arrives is refused because a restriction is in force and it is not above the bid. */
  refusesShort(order: WorkingOrder, symbol: SymbolMarket, time: Micros): boolean {
    if (order.sign === 1 || symbol.restrictedUntil <= time || this.preset.shortSaleRule !== 'reject') return false;
    return order.acts !== 'stop' && shortSaleFloor(order, symbol, time, this.priceScale) !== 0;
  }

  private passesPriceTest(order: WorkingOrder, symbol: SymbolMarket, time: Micros): boolean {
    return passesPriceTest(order, symbol, time, this.preset, this.priceScale, this.target);
  }

  private matchPrints(symbol: SymbolMarket, time: Micros): void {
    for (let index = 0; index < symbol.printCount; index += 1) {
      const print = symbol.prints[index];
      if (print === undefined || (print.flags & PrintFlag.SUSPICIOUS) !== 0) continue;
      if (!isPrice(print.price) || !isPlausible(print.price, symbol, this.session)) continue;
      this.auctions.match(symbol, index, time);
      if (!isLastEligible(print.flags)) continue;
      const isRegular = this.session.phase === 'regular' && (print.flags & PrintFlag.EXTENDED_HOURS) === 0;
      const { orders } = symbol;
      for (let i = 0; i < orders.length; i += 1) {
        const order = orders[i];
        if (order === undefined || !this.isLive(order)) continue;
        if (!isRegular && !order.extendedHours) continue;
        this.matchPrint(order, symbol, index, print.price, time);
      }
    }
  }

  private matchPrint(order: WorkingOrder, symbol: SymbolMarket, index: number, price: number, time: Micros): void {
    const out = this.decision;
    if (order.acts === 'stop') {
      if (!electsAt(order, symbol, price)) {
        if (order.type === 'trailing_stop') this.follow(order, price);
        return;
      }
      this.target.trigger(order, time);
      // The quote of this instant is already known and may fill the elected stop at once.
      const basis = this.basisOf(order, symbol);
      if (basis === 'nbbo') this.tryQuote(order, symbol, time);
      else if (basis === 'book') this.tryBook(order, symbol, time);
      return;
    }
    const basis = this.basisOf(order, symbol);
    const part = spreadPartAt(time, this.session);
    if (order.auctionPending && this.auctions.awaitsOpening(order, symbol, time, index)) return;
    if (order.isMarket || order.isImmediate) {
      if (basis !== 'lastSale' || time < order.evidenceFrom) return;
      if (!this.passesPriceTest(order, symbol, time) || !(order.isMarket || order.isImmediate)) return;
      this.prints.market(order, symbol, index, time, part, out);
      if (!isWithinLimit(order, out.price)) out.quantity = 0;
      this.settle(order, symbol, time, true);
    } else if (basis === 'lastSale' || (basis === 'nbbo' && order.resting)) {
      // What no quote has judged yet may be marketable: it takes the first one that comes, no worse price of its own.
      this.prints.limit(order, symbol, index, time, basis, part, out);
      this.settle(order, symbol, time, basis === 'lastSale');
    }
  }

  private matchQuoteBar(symbol: SymbolMarket, time: Micros): void {
    const { orders, quoteBarTime } = symbol;
    const isRegular = this.isRegularBar(quoteBarTime);
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order === undefined || order.closed || order.activatedAt === 0 || order.isAuction) continue;
      if (!isRegular && !order.extendedHours) continue;
      if (this.closeStops.judges(order, symbol)) {
        this.matchCloseStop(order, symbol, time, true);
        continue;
      }
      if (order.acts === 'stop') {
        this.electByQuoteBar(order, symbol, time);
        continue;
      }
      if (this.basisOf(order, symbol) !== 'quoteBar') continue;
      if (order.acts === 'limit' && order.resting) {
        this.quotes.onBarRange(order, symbol, this.decision);
        this.settle(order, symbol, time, true);
      } else {
        this.settle(order, symbol, time, this.quotes.onBarClose(order, symbol, this.decision));
      }
    }
  }

  /** Judges an order by the close ({@link CloseStops}), on the kind of bar that decides for it. */
  private matchCloseStop(order: WorkingOrder, symbol: SymbolMarket, time: Micros, isQuoteBar: boolean): void {
    if (isQuoteBar !== this.closeStops.readsQuoteBars(order, symbol)) return;
    const start = isQuoteBar ? symbol.quoteBarStart : symbol.barStart;
    if (start < order.decidedAt || start < order.armedAt || start < order.evidenceFrom) return;
    if (this.closeStops.judge(order, symbol, this.barPart(symbol), this.decision)) this.target.trigger(order, time);
    this.settle(order, symbol, time, true);
  }

  /** Stops without any trade data: the far side of the quote bar reaches them (an explicit last resort, R3). */
  private electByQuoteBar(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    if ((symbol.known & (Evidence.PRINT | Evidence.BAR)) !== 0 || symbol.quoteBarStart < order.activatedAt) return;
    const isUp = order.electionSign === 1;
    const extreme = farExtreme(order, symbol, isUp);
    if (!isPrice(extreme)) return;
    // The adverse extreme is looked at first, with the stop as it stood before (M9).
    if (order.stopPrice === 0 || order.electionSign * (extreme - order.stopPrice) < 0) {
      const best = farExtreme(order, symbol, !isUp);
      if (order.type === 'trailing_stop' && isPrice(best)) this.follow(order, best);
      return;
    }
    this.target.trigger(order, time);
    this.settle(order, symbol, time, this.quotes.onBarClose(order, symbol, this.decision));
  }

  private matchBar(symbol: SymbolMarket, time: Micros): void {
    if (!symbol.isReachedBy(symbol.low, symbol.high) || !this.bars.isSound(symbol)) return;
    this.walkOrders(symbol, time);
    symbol.measureReach();
  }

  private walkOrders(symbol: SymbolMarket, time: Micros): void {
    // A daily bar is regular by definition, wherever its source puts its end.
    const isRegular = symbol.barDuration >= DAY || this.isRegularBar(symbol.barTime);
    const { orders } = symbol;
    if (this.preset.barOrder === 'asGiven') {
      for (const order of asGiven(orders)) this.matchOnBar(order, symbol, isRegular, time);
      return;
    }
    let later = 0;
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order === undefined || !isOnBar(order, symbol, isRegular, this.bars)) continue;
      if (order.isAuction || order.isMarket || order.isImmediate) this.matchMarketOnBar(order, symbol, time);
      else later += 1;
    }
    if (later === 0) return;
    for (let pass = 0; pass < 2; pass += 1) {
      for (let i = 0; i < orders.length; i += 1) {
        const order = orders[i];
        if (order === undefined || order.isMarket || order.isAuction) continue;
        const isStop = order.acts === 'stop' || this.closeStops.judges(order, symbol);
        if (isStop === (pass === 0)) this.matchOnBar(order, symbol, isRegular, time);
      }
    }
  }

  private matchOnBar(order: WorkingOrder, symbol: SymbolMarket, isRegular: boolean, time: Micros): void {
    if (!isOnBar(order, symbol, isRegular, this.bars)) return;
    if (order.isAuction || order.isMarket || order.isImmediate) return this.matchMarketOnBar(order, symbol, time);
    if (this.closeStops.judges(order, symbol)) return this.matchCloseStop(order, symbol, time, false);
    if (order.acts === 'stop') return this.matchStopOnBar(order, symbol, time);
    this.bars.limit(order, symbol, this.decision);
    this.settle(order, symbol, time, true);
  }

  /** Elects a stop by the bar; a trailing one follows what the bar has that is better (M9: the adverse side first). */
  private matchStopOnBar(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    const out = this.decision;
    const isTrailing = order.type === 'trailing_stop';
    // It has seen no price yet: the open is the first.
    if (isTrailing && order.highWaterMark === 0) this.follow(order, symbol.open);
    this.bars.stop(order, symbol, this.barPart(symbol), out);
    if (isTrailing && out.rule === '') {
      this.follow(order, order.sign === 1 ? symbol.low : symbol.high);
      this.bars.stopBehindClose(order, symbol, this.barPart(symbol), out);
    }
    if (out.rule === '') return;
    this.target.trigger(order, time);
    if (symbol.restingBasis === 'tradeBar') return this.settleElected(order, symbol, time);
    const { reports } = this.target;
    const { elapsed } = reports;
    // What it takes of a quote is on its way as long as what others take of one.
    if (symbol.restingBasis !== 'quoteBar') reports.elapsed = 0;
    this.tryStanding(order, symbol, time);
    reports.elapsed = elapsed;
  }

  private settleElected(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    if (order.acts === 'limit') this.bars.limitElection(order, symbol, this.decision);
    this.settle(order, symbol, time, true);
  }

  /**
   * Lets a leg look at what stands when its entry has filled. Within the bar of its entry a stop loss is judged by the
   * adverse extreme, a take profit not at all (M9). `armed` are all that the instant has armed.
   */
  tryArmed(one: ArmedLeg, armed: readonly ArmedLeg[], symbol: SymbolMarket, time: Micros): void {
    const { leg, entryInBar } = one;
    const isElectedByBars = (symbol.known & Evidence.PRINT) === 0 || symbol.restingBasis === 'tradeBar';
    const isInBar = entryInBar !== 0 && isElectedByBars && !symbol.halted;
    if (isInBar && this.preset.entryBarExits === 'wholeBar') {
      if (leg.type === 'trailing_stop') this.follow(leg, entryInBar);
      const elects = judgeInEntryBar(one, armed, symbol, this.barPart(symbol), this.bars, this.decision);
      if (elects) this.target.trigger(leg, time);
      return elects ? this.settleElected(leg, symbol, time) : this.settle(leg, symbol, time, true);
    }
    if (isInBar && this.closeStops.judges(leg, symbol)) return this.closeStops.begin(leg, symbol);
    if (!isInBar || leg.acts !== 'stop') {
      if (entryInBar === 0) this.tryStanding(leg, symbol, time);
      return;
    }
    if (leg.type === 'trailing_stop') this.follow(leg, entryInBar);
    this.bars.stopAfterEntry(leg, symbol, entryInBar, this.barPart(symbol), this.decision);
    if (this.decision.rule === '') return;
    this.target.trigger(leg, time);
    this.settleElected(leg, symbol, time);
  }

  private follow(order: WorkingOrder, price: number): void {
    follow(order, price, this.preset.priceGrid, this.priceScale);
  }

  private matchMarketOnBar(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    const { session, decision: out } = this;
    if (order.timeInForce === 'opg') {
      if (session.open < order.arrivedAt || symbol.barStart < session.open) return;
      this.bars.atOpen(order, symbol, 'regular', 'session-open', out);
    } else if (order.timeInForce === 'cls') {
      if (symbol.barTime !== session.close) return;
      this.bars.atClose(order, symbol, 'regular', 'session-close', out);
    } else {
      if (order.auctionPending) order.noteChange();
      order.auctionPending = false;
      this.bars.atOpen(order, symbol, this.barPart(symbol), 'bar-open', out);
      if (!isWithinLimit(order, out.price)) out.quantity = 0;
    }
    if (order.isAuction && !isAuctionWithinLimit(order, out.price, this.preset.queue)) return;
    this.settle(order, symbol, time, true);
  }

  /** The part of the day that a bar's spread is of; a daily bar's is the day's. */
  private barPart(symbol: SymbolMarket): SpreadPart {
    return symbol.barDuration >= DAY ? 'regular' : spreadPartAt(symbol.barStart, this.session);
  }

  private isRegularBar(barTime: Micros): boolean {
    return barTime > this.session.open && barTime <= this.session.close;
  }

  /** Hands a decision on; an immediate order that was judged is over then, and `fok` fills whole or not (R22). */
  private settle(order: WorkingOrder, symbol: SymbolMarket, time: Micros, judged: boolean, isAuction = false): void {
    const { impact, decision: out } = this;
    const isTraded = out.quantity > 0 && !isAuction;
    if (impact !== undefined && isTraded && !out.maker) addImpact(impact, order, symbol, time, out);
    if (isTraded && symbol.bandUpper !== 0) keepWithinBands(order, symbol, this.session, out);
    const before = order.filledQuantity;
    if (judged || out.quantity > 0) {
      const isWhole = order.timeInForce !== 'fok' || out.quantity >= order.remaining;
      if (out.quantity > 0 && isWhole) this.target.fill(order, symbol, out, time);
      if (judged && order.isImmediate && !order.closed) {
        const isIoc = order.timeInForce === 'ioc';
        const why = isIoc ? 'immediate or cancel: the rest was not available' : 'fill or kill: not all was available';
        this.target.cancelOrder(order, time, why);
      }
    }
    out.quantity = 0;
    const filled = order.filledQuantity - before;
    if (impact !== undefined && filled > 0) noteImpact(impact, order, symbol, filled, time);
  }
}
