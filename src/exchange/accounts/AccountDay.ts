/**
 * What an account remembers of the trading day: equity and prices at the last close, what was opened since, and the
 * day trades of the last five trading days. Kept by the desk and put over a recovery with the working state.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { AccountBook } from '../AccountBook.js';

/** Trading days over which day trades are counted, the present one included (FINRA 4210(f)(8)(B)). */
const COUNTED_DAYS = 5;

/** JSON-safe state. */
export interface DayState {
  readonly lastEquity: Money;
  readonly lastMaintenanceMargin: Money;
  readonly closes: readonly (readonly [symbolId: number, close: Price])[];
  readonly opened: readonly (readonly [symbolId: number, quantity: Quantity])[];
  readonly untraded: readonly number[];
  /** Day trades by trading day, oldest first; the last entry is the present day. */
  readonly dayTrades: readonly number[];
  readonly date: TradingDate;
}

/** See the module header. */
export class AccountDay {
  lastEquity: Money;
  lastMaintenanceMargin: Money = 0;
  /** The trading day that the counts are of. */
  date: TradingDate;
  readonly #closes = new Map<number, Price>();
  /** Micro-shares opened since the last close and still held, by symbol. */
  readonly #opened = new Map<number, Quantity>();
  /** Symbols opened today whose opening no close has made a day trade of yet. */
  readonly #untraded = new Set<number>();
  #dayTrades: number[] = [0];

  constructor(equity: Money, date: TradingDate) {
    this.lastEquity = equity;
    this.date = date;
  }

  /** Day trades of the last five trading days. */
  get dayTrades(): number {
    return this.#dayTrades.reduce((sum, count) => sum + count, 0);
  }

  /** Whether closing in a symbol now would be a day trade. */
  wouldDayTrade(symbolId: number): boolean {
    return this.#untraded.has(symbolId);
  }

  /** The price of a symbol at the last close; 0 if it was not known. */
  lastClose(symbolId: number): Price {
    return this.#closes.get(symbolId) ?? 0;
  }

  /** Follows a fill that the books have taken: `before` and `after` are the position's micro-shares, signed. */
  traded(symbolId: number, before: Quantity, after: Quantity): void {
    const signed = after - before;
    const closing = before !== 0 && before > 0 !== signed > 0 ? Math.min(Math.abs(before), Math.abs(signed)) : 0;
    const opening = Math.abs(signed) - closing;
    if (closing > 0 && this.#untraded.delete(symbolId)) {
      const last = this.#dayTrades.length - 1;
      this.#dayTrades[last] = (this.#dayTrades[last] ?? 0) + 1;
    }
    const held = Math.abs(after);
    if (opening > 0) this.#untraded.add(symbolId);
    // The oldest are closed first, so what was opened today is what goes last.
    const opened = Math.min(held, (closing === Math.abs(before) ? 0 : (this.#opened.get(symbolId) ?? 0)) + opening);
    if (opened > 0) this.#opened.set(symbolId, opened);
    else this.#opened.delete(symbolId);
  }

  /** What the position is compared with for the day's profit: the last close, or the cost of what was opened since. */
  baseOf(book: AccountBook, symbolId: number, priceScale: number): Money {
    const quantity = book.quantityOf(symbolId);
    const close = this.lastClose(symbolId);
    if (close === 0) return book.costOf(symbolId);
    const carried = Math.abs(quantity) - (this.#opened.get(symbolId) ?? 0);
    const today = book.costOf(symbolId) - book.costOfOldest(symbolId, carried);
    return today + notional(close, quantity < 0 ? -carried : carried, priceScale);
  }

  /** A new trading day: what was opened before is no longer of today. */
  start(date: TradingDate): void {
    this.date = date;
    this.#untraded.clear();
    this.#dayTrades.push(0);
    if (this.#dayTrades.length > COUNTED_DAYS) this.#dayTrades.shift();
  }

  /** The regular session has ended: its figures are the last ones. */
  close(equity: Money, maintenanceMargin: Money, marks: Float64Array): void {
    this.lastEquity = equity;
    this.lastMaintenanceMargin = maintenanceMargin;
    this.#opened.clear();
    marks.forEach((mark, symbolId) => {
      if (mark > 0) this.#closes.set(symbolId, mark);
    });
  }

  /** A corporate action changed what one share is: closes and counts follow. */
  rescale(symbolId: number, close: Price, opened: (quantity: Quantity) => Quantity): void {
    if (this.#closes.has(symbolId)) this.#closes.set(symbolId, close);
    const quantity = this.#opened.get(symbolId);
    if (quantity !== undefined) this.#opened.set(symbolId, opened(quantity));
  }

  state(): DayState {
    return {
      lastEquity: this.lastEquity,
      lastMaintenanceMargin: this.lastMaintenanceMargin,
      closes: [...this.#closes],
      opened: [...this.#opened],
      untraded: [...this.#untraded],
      dayTrades: [...this.#dayTrades],
      date: this.date,
    };
  }

  restore(state: DayState): void {
    this.lastEquity = state.lastEquity;
    this.lastMaintenanceMargin = state.lastMaintenanceMargin;
    this.date = state.date;
    this.#closes.clear();
    for (const [symbolId, close] of state.closes) this.#closes.set(symbolId, close);
    this.#opened.clear();
    for (const [symbolId, quantity] of state.opened) this.#opened.set(symbolId, quantity);
    this.#untraded.clear();
    for (const symbolId of state.untraded) this.#untraded.add(symbolId);
    this.#dayTrades = [...state.dayTrades];
  }
}
