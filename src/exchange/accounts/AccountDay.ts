/**
 * What an account remembers of the trading day: equity and prices at the last close, and what was opened since. Kept
 * by the desk and put over a recovery with the working state.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { AccountBook } from '../AccountBook.js';

/** JSON-safe state. */
export interface DayState {
  readonly lastEquity: Money;
  readonly lastMaintenanceMargin: Money;
  readonly closes: readonly (readonly [symbolId: number, close: Price])[];
  readonly opened: readonly (readonly [symbolId: number, quantity: Quantity])[];
  readonly date: TradingDate;
}

/** See the module header. */
export class AccountDay {
  lastEquity: Money;
  lastMaintenanceMargin: Money = 0;
  /** The trading day that the account has begun last. */
  date: TradingDate;
  readonly #closes = new Map<number, Price>();
  /** Micro-shares opened since the last close and still held, by symbol. */
  readonly #opened = new Map<number, Quantity>();

  constructor(equity: Money, date: TradingDate) {
    this.lastEquity = equity;
    this.date = date;
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
    // The oldest are closed first, so what was opened today is what goes last.
    const kept = closing === Math.abs(before) ? 0 : (this.#opened.get(symbolId) ?? 0);
    const opened = Math.min(Math.abs(after), kept + opening);
    if (opened > 0) this.#opened.set(symbolId, opened);
    else this.#opened.delete(symbolId);
  }

  /** What the position is compared with for the day's profit: the last close, or the cost of what was opened since. */
  baseOf(book: AccountBook, symbolId: number, priceScale: number): Money {
    const quantity = book.quantityOf(symbolId);
    const close = this.lastClose(symbolId);
    if (close === 0) return book.costOf(symbolId);
    const carried = Math.max(0, Math.abs(quantity) - (this.#opened.get(symbolId) ?? 0));
    const today = book.costOf(symbolId) - book.costOfOldest(symbolId, carried);
    return today + notional(close, quantity < 0 ? -carried : carried, priceScale);
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

  /** A corporate action changed what one share is worth: its close of before is compared as `rebase` makes it (R15). */
  rebase(symbolId: number, rebase: (close: Price) => Price): void {
    const close = this.#closes.get(symbolId);
    if (close !== undefined) this.#closes.set(symbolId, rebase(close));
  }

  state(): DayState {
    return {
      lastEquity: this.lastEquity,
      lastMaintenanceMargin: this.lastMaintenanceMargin,
      closes: [...this.#closes],
      opened: [...this.#opened],
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
  }
}
