/**
 * The fills of an account in the present session, by symbol, on top of the lots that were there before the first: what
 * a bust needs to book a symbol anew. A corporate action begins the history of its symbol afresh.
 */
import type { Fill } from '../../domain/fill.js';
import type { Price, Quantity } from '../../domain/units.js';
import type { AccountBook } from '../AccountBook.js';
import type { SymbolHistory } from './reversals.js';

interface Kept {
  history: SymbolHistory;
  fills: Fill[];
}

/** See the module header. */
export class FillHistory {
  readonly #symbols = new Map<number, Kept>();
  readonly #fills = new Map<string, Fill>();

  /** Notes the books before the first fill in a symbol. Call it before a fill is booked. */
  begin(symbolId: number, book: AccountBook): void {
    if (this.#symbols.has(symbolId)) return;
    const lots = book.lots[symbolId]?.list() ?? [];
    const fills: Fill[] = [];
    const quantity: Quantity = book.quantityOf(symbolId);
    this.#symbols.set(symbolId, { history: { lots, quantity, cost: book.costOf(symbolId), fills }, fills });
  }

  add(fill: Fill): void {
    this.#symbols.get(fill.symbolId)?.fills.push(fill);
    this.#fills.set(fill.id, fill);
  }

  /** A fill of the session that can still be taken back. */
  fill(fillId: string): Fill | undefined {
    return this.#fills.get(fillId);
  }

  of(symbolId: number): SymbolHistory {
    return this.#symbols.get(symbolId)?.history ?? { lots: [], quantity: 0, cost: 0, fills: [] };
  }

  remove(fillId: string): void {
    const fill = this.#fills.get(fillId);
    const fills = fill === undefined ? undefined : this.#symbols.get(fill.symbolId)?.fills;
    if (fill === undefined || fills === undefined) return;
    fills.splice(fills.indexOf(fill), 1);
    this.#fills.delete(fillId);
  }

  /** A fill stands at other terms. */
  correct(fillId: string, price: Price, quantity: Quantity): void {
    const fill = this.#fills.get(fillId);
    const fills = fill === undefined ? undefined : this.#symbols.get(fill.symbolId)?.fills;
    if (fill === undefined || fills === undefined) return;
    const corrected = { ...fill, price, quantity };
    fills[fills.indexOf(fill)] = corrected;
    this.#fills.set(fillId, corrected);
  }

  /** The symbol's books were changed by something that is no fill: what was before can no longer be taken back. */
  forget(symbolId: number): void {
    for (const fill of this.#symbols.get(symbolId)?.fills ?? []) this.#fills.delete(fill.id);
    this.#symbols.delete(symbolId);
  }

  clear(): void {
    this.#symbols.clear();
    this.#fills.clear();
  }
}
