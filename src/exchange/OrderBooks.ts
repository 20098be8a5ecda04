/**
 * The order-by-order books of an exchange, one per symbol whose messages came; nothing where none did. Executions in
 * a book are its prints, and its best prices its quote, as long as the stream brings no prints or quotes of the symbol.
 */
import type { BookTable, PrintTable } from '../domain/marketTables.js';
import { BookAction, PrintFlag } from '../domain/marketTables.js';
import { createPrintTable } from '../domain/tables.js';
import { required } from '../utils/assert.js';
import type { OrderEvent } from '../domain/venueEvents.js';
import type { ExchangeBook } from './ExchangeBook.js';
import { MarketBook } from './MarketBook.js';
import { markByQuote } from './marks.js';
import type { MarketWatch } from './MarketWatch.js';
import type { MarketBookState, OwnBookState } from './MarketBook.js';
import type { OwnActivity } from './OwnActivity.js';
import type { Preset } from './preset.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import { tradesIn } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** See the module header. */
export class OrderBooks {
  readonly #session: TradingSession;
  readonly #watch: MarketWatch;
  readonly #priceScale: number;
  readonly #marks: Preset['marks'];
  readonly #book: ExchangeBook;
  readonly #books = new Map<number, MarketBook>();
  /** The execution of the last row as a print, in row 0. */
  readonly #print: PrintTable = createPrintTable(1);
  #phase: TradingSession['phase'];
  readonly #activity: OwnActivity | undefined;

  constructor(
    book: ExchangeBook,
    session: TradingSession,
    watch: MarketWatch,
    priceScale: number,
    marks: Preset['marks'],
    activity?: OwnActivity,
  ) {
    this.#activity = activity;
    this.#marks = marks;
    this.#book = book;
    this.#session = session;
    this.#watch = watch;
    this.#priceScale = priceScale;
    this.#phase = session.phase;
  }

  /** The book of a symbol; undefined if no message of it came. */
  of(symbolId: number): MarketBook | undefined {
    return this.#books.get(symbolId);
  }

  /** Whether any message came at all. */
  get isUsed(): boolean {
    return this.#books.size > 0;
  }

  /** Takes over a row of a symbol. Returns the print in its row 0 if the row stands for one. */
  observe(symbol: SymbolMarket, table: BookTable, row: number, sequence: number): PrintTable | undefined {
    const { symbolId } = symbol;
    let book = this.#books.get(symbolId);
    if (book === undefined || table.action[row] === BookAction.CLEAR) {
      book = new MarketBook(this.#priceScale, symbolId, this.#activity);
      this.#books.set(symbolId, book);
      if (table.action[row] === BookAction.CLEAR) return undefined;
    }
    book.follow(symbol.halted, sequence);
    this.#followPhase();
    const isExecution = book.observe(table, row, sequence);
    const time = table.time[row] ?? 0;
    if ((symbol.known & Evidence.QUOTE) === 0) {
      book.quote(symbol, time, sequence);
      this.#watch.onQuote(symbol, time);
      markByQuote(symbol, this.#book.marks, this.#marks);
    }
    if (!isExecution || (symbol.known & Evidence.PRINT) !== 0) return undefined;
    const print = this.#print;
    print.length = 1;
    print.symbolId[0] = symbolId;
    print.time[0] = time;
    print.price[0] = table.price[row] ?? 0;
    print.size[0] = table.size[row] ?? 0;
    const isRegular = this.#session.phase === 'regular';
    print.flags[0] =
      PrintFlag.LAST | PrintFlag.HIGH_LOW | PrintFlag.VOLUME | (isRegular ? 0 : PrintFlag.EXTENDED_HOURS);
    return print;
  }

  /** Lets the queues follow an event that was applied to an order. */
  follow(event: OrderEvent, order: WorkingOrder): void {
    const book = this.#books.get(order.symbolId);
    if (book === undefined) return;
    if (event.type === 'replaced') {
      const next = this.#book.orders.get(event.order.id);
      const isPlaceKept = next?.arrivedAt === order.arrivedAt && next.limitPrice === order.limitPrice;
      if (next !== undefined && isPlaceKept && next.quantity <= order.quantity) book.handOver(order, next);
    }
    book.followOrder(order);
  }

  /** Takes over the markets that another exchange has seen; no order of this one is open. */
  adopt(from: OrderBooks): void {
    for (const symbolId of from.#books.keys()) this.adoptSymbol(from, symbolId);
  }

  /** The same for one symbol. */
  adoptSymbol(from: OrderBooks, symbolId: number): void {
    const theirs = from.#books.get(symbolId);
    if (theirs === undefined) return;
    const taken = this.#books.get(symbolId)?.ownState().taken ?? [];
    const book = new MarketBook(this.#priceScale, symbolId, this.#activity);
    book.restore({ ...theirs.snapshot(), own: [], taken }, this.#orderOf);
    this.#books.set(symbolId, book);
  }

  /** Our orders in the books and what they took, by symbol id. */
  workingState(): readonly (readonly [symbolId: number, state: OwnBookState])[] {
    return [...this.#books].map(([symbolId, book]) => [symbolId, book.ownState()] as const);
  }

  restoreWorking(states: readonly (readonly [symbolId: number, state: OwnBookState])[]): void {
    for (const [symbolId, state] of states) {
      required(this.#books.get(symbolId), `book of symbol ${symbolId}`).restoreOwn(state, this.#orderOf);
    }
  }

  snapshot(): readonly (readonly [symbolId: number, state: MarketBookState])[] {
    return [...this.#books].map(([symbolId, book]) => [symbolId, book.snapshot()] as const);
  }

  restore(states: readonly (readonly [symbolId: number, state: MarketBookState])[]): void {
    this.#books.clear();
    for (const [symbolId, state] of states) {
      const book = new MarketBook(this.#priceScale, symbolId, this.#activity);
      book.restore(state, this.#orderOf);
      this.#books.set(symbolId, book);
    }
  }

  readonly #orderOf = (orderId: string): WorkingOrder => {
    return required(this.#book.orders.get(orderId), `order ${orderId}`);
  };

  /** Orders that do not trade in a new phase leave their queues before anything of it comes. */
  #followPhase(): void {
    const { phase } = this.#session;
    if (phase === this.#phase) return;
    this.#phase = phase;
    for (const book of this.#books.values()) book.withdrawUnless((order) => tradesIn(phase, order.extendedHours));
  }
}
