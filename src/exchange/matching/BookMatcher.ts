/**
 * Fills in a recorded order-by-order book (basis "book"): orders that take get what is displayed, level by level, at
 * the displayed prices; what is left of a limit order stands in the queue at its price and fills when the record shows
 * that its turn had come. Neither spread nor impact nor a share of volume is modelled; what takes pays the slippage of
 * a preset that has one, within its limit.
 */
import type { Micros, Price } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import { Evidence } from '../book/ownFills.js';
import type { BookFill, MarketBook } from '../MarketBook.js';
import type { OrderBooks } from '../OrderBooks.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { TradingSession } from '../TradingSession.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { keepWithinBands } from './adjustments.js';
import { opens, slippageOf } from './costs.js';
import { Consumes } from './FillDecision.js';
import type { DecisionTarget } from './DecisionTarget.js';
import type { FillDecision } from './FillDecision.js';
import { isPlausible, isWithinBands } from './plausible.js';

const RULE_OF: Readonly<Record<number, string>> = {
  [Evidence.DISPLAYED]: 'book-displayed',
  [Evidence.QUEUE]: 'book-queue-reached',
  [Evidence.THROUGH]: 'book-traded-through',
  [Evidence.INCOMING]: 'book-met-by-order',
  [Evidence.HIDDEN]: 'book-hidden-execution',
};

/** See the module header. One per exchange. */
export class BookMatcher {
  readonly #session: TradingSession;
  readonly #priceScale: number;
  readonly #books: OrderBooks;
  readonly #target: DecisionTarget;
  readonly #decision: FillDecision;

  constructor(
    session: TradingSession,
    priceScale: number,
    books: OrderBooks,
    target: DecisionTarget,
    decision: FillDecision,
  ) {
    this.#session = session;
    this.#priceScale = priceScale;
    this.#books = books;
    this.#target = target;
    this.#decision = decision;
  }

  /** Fills resting orders as the messages of the instant said, in their order. */
  settleResting(symbol: SymbolMarket, time: Micros): void {
    const book = this.#books.of(symbol.symbolId);
    if (book === undefined || book.fills.length === 0) return;
    for (const fill of book.fills) if (!fill.order.closed) this.#fillResting(book, fill, symbol, time);
    book.fills.length = 0;
  }

  /** Lets an order that may trade take what it can, and lets the rest of a limit order stand in its queue. */
  try(order: WorkingOrder, symbol: SymbolMarket, time: Micros): void {
    const book = this.#books.of(symbol.symbolId);
    if (book === undefined || symbol.halted || book.isResting(order)) return;
    const limit = order.acts === 'limit' ? order.limitPrice : 0;
    if (order.timeInForce !== 'fok' || this.#takesAll(order, symbol, book, limit)) {
      this.#take(order, symbol, book, limit, time);
    }
    if (order.closed) return;
    if (order.isImmediate) {
      const isIoc = order.timeInForce === 'ioc';
      const reason = isIoc ? 'immediate or cancel: the rest was not available' : 'fill or kill: not all was available';
      this.#target.cancelOrder(order, time, reason);
    } else if (order.acts === 'limit' && order.quantity > 0 && book.bestPrice(order.sign, limit) === 0) {
      order.resting = true;
      book.rest(order);
      order.queueAtEntry = book.queueAhead(order);
      order.queueAhead = order.queueAtEntry;
      order.noteChange();
    }
  }

  /** Brings the places of resting orders up to date, for whoever asks why they have not filled. */
  measure(symbol: SymbolMarket): void {
    const book = this.#books.of(symbol.symbolId);
    if (book === undefined || !book.hasOwn) return;
    for (const order of symbol.orders) {
      if (!book.isResting(order)) continue;
      const ahead = book.queueAhead(order);
      if (ahead === order.queueAhead) continue;
      order.queueAhead = ahead;
      order.noteChange();
    }
  }

  #fillResting(book: MarketBook, fill: BookFill, symbol: SymbolMarket, time: Micros): void {
    const { order } = fill;
    const out = this.#decision;
    const { sequence, messagePrice, messageShares } = fill;
    out.onPrint(symbol, 'book', RULE_OF[fill.evidence] ?? '', time, sequence, messagePrice, messageShares);
    out.make(fill.price, fill.evidence !== Evidence.DISPLAYED);
    out.consumes = Consumes.NOTHING;
    out.participationLimit = 1;
    out.evidenceQuantity = messageShares * SHARE;
    out.quantity = Math.min(order.remaining, fill.shares * SHARE);
    const before = order.filledQuantity;
    const wanted = out.quantity;
    order.queueAhead = fill.ahead * SHARE;
    order.noteChange();
    if (isWithinBands(fill.price, symbol, this.#session)) this.#target.fill(order, symbol, out, time);
    out.quantity = 0;
    // What could not be filled has lost its place.
    if (!order.closed && order.filledQuantity - before < wanted) book.withdraw(order);
  }

  #take(order: WorkingOrder, symbol: SymbolMarket, book: MarketBook, limit: Price, time: Micros): void {
    const out = this.#decision;
    while (!order.closed) {
      const price = book.bestPrice(order.sign, limit);
      if (price === 0 || !isPlausible(price, symbol, this.#session)) break;
      if (!isWithinBands(price, symbol, this.#session)) break;
      const isSized = order.quantity > 0;
      const most = isSized ? Math.ceil(order.remaining / SHARE) : Infinity;
      const shares = book.displayed(order.sign, price, most);
      this.#decide(order, symbol, book, price, shares, time);
      out.quantity = isSized ? Math.min(order.remaining, shares * SHARE) : shares * SHARE;
      out.isPart = order.timeInForce === 'fok';
      const before = order.filledQuantity;
      this.#target.fill(order, symbol, out, time);
      const filled = order.filledQuantity - before;
      if (filled <= 0) break;
      book.take(order.sign, price, Math.ceil(filled / SHARE));
    }
    out.isPart = false;
    out.quantity = 0;
  }

  /** Whether the whole order is displayed within its limit and can be paid for (R22). */
  #takesAll(order: WorkingOrder, symbol: SymbolMarket, book: MarketBook, limit: Price): boolean {
    const shares = Math.ceil(order.remaining / SHARE);
    let bound = limit;
    if (symbol.bandUpper !== 0 && this.#session.phase === 'regular') {
      const band = order.sign === 1 ? symbol.bandUpper : symbol.bandLower;
      if (bound === 0 || order.sign * (bound - band) > 0) bound = band;
    }
    if (book.displayed(order.sign, bound, shares) < shares) return false;
    // A sale costs nothing, and a purchase no more than all of it at the limit.
    const worst = book.worstPrice(order.sign, bound, shares);
    if (!isPlausible(worst, symbol, this.#session)) return false;
    this.#decide(order, symbol, book, worst, shares, 0);
    return this.#target.affords(order, this.#decision, order.remaining);
  }

  #decide(
    order: WorkingOrder,
    symbol: SymbolMarket,
    book: MarketBook,
    price: Price,
    shares: number,
    time: Micros,
  ): void {
    const out = this.#decision;
    const { sign, limitPrice: limit } = order;
    out.onPrint(symbol, 'book', 'book-displayed', symbol.quoteTime || time, symbol.quoteSequence, price, shares);
    out.take(sign, price, 0, slippageOf(symbol.slippage, price, halfSpreadOf(book), opens(order), this.#priceScale));
    if (order.acts === 'limit' && sign * (limit - out.price) < 0) out.price = limit;
    if (out.slippage > 0) keepWithinBands(order, symbol, this.#session, out);
    out.consumes = Consumes.NOTHING;
    out.participationLimit = 1;
    out.evidenceQuantity = shares * SHARE;
  }
}

/** Half of the displayed spread; 0 while a side is empty. */
function halfSpreadOf(book: MarketBook): Price {
  const ask = book.bestPrice(1, 0);
  const bid = book.bestPrice(-1, 0);
  return ask > bid && bid > 0 ? Math.floor((ask - bid) / 2) : 0;
}
