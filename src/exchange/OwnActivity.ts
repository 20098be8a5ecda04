/**
 * What own orders do in the books of a market that reacts to them (a simulated one): how each of them stands in its
 * queue, and what displayed shares they took. It observes, decides nothing, and is off unless somebody asks for it.
 * Orders of an auction, and fills without a book, are not in it.
 */
import type { Side } from '../domain/order.js';
import type { Price, Shares } from '../domain/units.js';

/** How an order stands in a book; `shares` 0: it does not any more. */
export interface StandingOrder {
  readonly id: string;
  readonly side: Side;
  readonly price: Price;
  readonly shares: Shares;
  /** The order whose place it took over. */
  readonly replaces?: string;
}

/** Displayed shares that own orders took, and the worst price of them. */
export interface TakenShares {
  readonly side: Side;
  readonly price: Price;
  readonly shares: Shares;
}

/** What happened in the book of one symbol. */
export interface BookActivity {
  readonly symbolId: number;
  /** The orders whose standing changed, as they stand now. */
  readonly orders: readonly StandingOrder[];
  readonly takes: readonly TakenShares[];
}

interface OpenActivity {
  readonly orders: Map<string, StandingOrder>;
  readonly takes: TakenShares[];
}

/** See the module header. One per venue. */
export class OwnActivity {
  /** Whether anybody wants to know. */
  isOn = false;
  readonly #symbols = new Map<number, OpenActivity>();

  /** An order stands as said from now on. */
  stand(symbolId: number, order: StandingOrder): void {
    if (!this.isOn) return;
    const { orders } = this.#of(symbolId);
    // What became of an order within one report counts from how it was known before.
    const replaces = order.replaces === undefined ? orders.get(order.id)?.replaces : this.#root(orders, order.replaces);
    orders.delete(order.id);
    orders.set(order.id, replaces === undefined ? order : { ...order, replaces });
  }

  /** An order of this side took displayed shares. */
  take(symbolId: number, side: Side, price: Price, shares: Shares): void {
    if (this.isOn) this.#of(symbolId).takes.push({ side, price, shares });
  }

  /** What happened since the last call, by symbol; empty if nothing did. */
  drain(): readonly BookActivity[] {
    if (this.#symbols.size === 0) return [];
    const activity = [...this.#symbols]
      .sort(([a], [b]) => a - b)
      .map(([symbolId, { orders, takes }]) => ({ symbolId, orders: [...orders.values()], takes }));
    this.#symbols.clear();
    return activity;
  }

  #of(symbolId: number): OpenActivity {
    let open = this.#symbols.get(symbolId);
    if (open === undefined) {
      open = { orders: new Map(), takes: [] };
      this.#symbols.set(symbolId, open);
    }
    return open;
  }

  /** The order that was known before, of a chain of replacements within one report; it is not told on its own. */
  #root(orders: Map<string, StandingOrder>, id: string): string {
    const known = orders.get(id);
    orders.delete(id);
    return known?.replaces ?? id;
  }
}
