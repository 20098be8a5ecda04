/** Books rebuilt from messages alone, slow and plain: what a reader of the simulated market's messages would have. */
import { BookAction, type BookTable } from '../../../domain/marketTables.js';

interface Shown {
  readonly side: number;
  readonly price: number;
  size: number;
}

/** See the module header; one book per symbol id. */
export class RecordedBooks {
  readonly #orders = new Map<number, Map<number, Shown>>();
  /** Shares by price of each symbol and side. */
  readonly #levels = new Map<number, readonly [Map<number, number>, Map<number, number>]>();

  /** Takes a message over; returns what is wrong with it. */
  apply(table: BookTable, row: number): string | undefined {
    const symbolId = table.symbolId[row] ?? 0;
    const [action, side] = [table.action[row] ?? 0, table.side[row] ?? 0];
    const [number, price, size] = [table.number[row] ?? 0, table.price[row] ?? 0, table.size[row] ?? 0];
    const orders = this.#orders.get(symbolId) ?? new Map<number, Shown>();
    this.#orders.set(symbolId, orders);
    if (!(price > 0 && size > 0)) return `size ${size} at ${price}`;
    if (action === BookAction.ADD) {
      if (orders.has(number)) return `order ${number} is known`;
      orders.set(number, { side, price, size });
      this.#move(symbolId, side, price, size);
      return undefined;
    }
    const known = orders.get(number);
    if (known === undefined || known.side !== side || known.price !== price) return `order ${number} is another one`;
    if (action !== BookAction.CANCEL && action !== BookAction.EXECUTION) return `action ${action}`;
    if (known.size < size) return `order ${number} has ${known.size} of ${size}`;
    known.size -= size;
    if (known.size === 0) orders.delete(number);
    this.#move(symbolId, side, price, -size);
    return undefined;
  }

  /** Best bid and its size, best ask and its size; 0 where there is none. */
  quoteOf(symbolId: number): readonly [number, number, number, number] {
    const [bids, asks] = this.#levels.get(symbolId) ?? [new Map<number, number>(), new Map<number, number>()];
    let [bid, ask] = [0, Infinity];
    for (const price of bids.keys()) bid = Math.max(bid, price);
    for (const price of asks.keys()) ask = Math.min(ask, price);
    return [bid, bids.get(bid) ?? 0, ask === Infinity ? 0 : ask, asks.get(ask) ?? 0];
  }

  #move(symbolId: number, side: number, price: number, shares: number): void {
    const levels = this.#levels.get(symbolId) ?? [new Map<number, number>(), new Map<number, number>()];
    this.#levels.set(symbolId, levels);
    const level = levels[side === 0 ? 0 : 1];
    const left = (level.get(price) ?? 0) + shares;
    if (left === 0) level.delete(price);
    else level.set(price, left);
  }
}
