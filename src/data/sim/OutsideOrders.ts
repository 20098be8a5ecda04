/**
 * Orders of the paper exchange in a simulated book. The exchange decides what they are; here they stand in the queues
 * with the agents' orders, where they are seen and hit, and what they took at the exchange leaves the book.
 *
 * What the exchange said since the last admission takes effect at the next one: first what was taken, then how each
 * order stands. An order that would meet what is displayed waits outside until it does not.
 */
import { BUY, NO_ASK, SELL } from '../../book/bookLayout.js';
import type { BookSide } from '../../book/bookLayout.js';
import type { Price, Shares } from '../../domain/units.js';
import { Agent } from './AgentOrders.js';
import type { SimulatedBook } from './SimulatedBook.js';

/** How an order of the exchange stands in the book now. */
export interface OutsideOrder {
  readonly id: string;
  readonly side: 'buy' | 'sell';
  readonly price: Price;
  /** Shares; 0 if it stands there no more. */
  readonly shares: Shares;
  /** The order whose place it took over. */
  readonly replaces?: string;
}

/** Displayed shares that orders of the exchange took, at a price that is the worst that they paid. */
export interface OutsideTake {
  readonly side: 'buy' | 'sell';
  readonly price: Price;
  readonly shares: Shares;
}

interface Standing {
  readonly side: BookSide;
  readonly tick: number;
  shares: number;
  /** Where it is in the book, and the number that it has there; 0 while it waits outside. */
  slot: number;
  number: number;
}

/** See the module header. One per book. */
export class OutsideOrders {
  readonly #book: SimulatedBook;
  readonly #onTake: (side: BookSide, shares: number) => void;
  readonly #standing = new Map<string, Standing>();
  #takes: OutsideTake[] = [];
  #changes: OutsideOrder[] = [];

  /** `onTake` hears of the shares that were taken from the book. */
  constructor(book: SimulatedBook, onTake: (side: BookSide, shares: number) => void) {
    this.#book = book;
    this.#onTake = onTake;
  }

  /** Whether there is anything to admit. */
  get isIdle(): boolean {
    return this.#takes.length + this.#changes.length === 0 && this.#standing.size === 0;
  }

  /** What happened at the exchange; takes effect with {@link admit}. */
  tell(orders: readonly OutsideOrder[], takes: readonly OutsideTake[]): void {
    this.#changes.push(...orders);
    this.#takes.push(...takes);
  }

  /** Lets everything that was told take effect, and orders that waited outside come in. */
  admit(): void {
    for (const { side, price, shares } of this.#takes) {
      const [code, tick] = [codeOf(side), price / this.#book.tickSize];
      if (!Number.isInteger(tick) || tick <= 0) continue;
      const taken = this.#book.takeForOutside(code, tick, shares);
      if (taken > 0) this.#onTake(code, taken);
    }
    for (const order of this.#changes) this.#change(order);
    this.#takes = [];
    this.#changes = [];
    for (const standing of this.#standing.values()) if (this.#isOutside(standing)) this.#enter(standing);
  }

  /** Takes all of them out of the book; they come in again with the next admission that they can. */
  withdraw(): void {
    for (const standing of this.#standing.values()) {
      if (this.#isOutside(standing)) continue;
      this.#book.cancel(standing.slot);
      standing.slot = 0;
    }
  }

  #change({ id, side, price, shares, replaces }: OutsideOrder): void {
    const before = replaces === undefined ? undefined : this.#standing.get(replaces);
    if (replaces !== undefined && before !== undefined) {
      this.#standing.delete(replaces);
      this.#standing.set(id, before);
    }
    const known = this.#standing.get(id);
    const [code, tick] = [codeOf(side), price / this.#book.tickSize];
    const isSame = known?.side === code && known.tick === tick && shares > 0 && shares <= known.shares;
    if (known !== undefined && isSame) {
      known.shares = shares;
      if (!this.#isOutside(known)) this.#book.shrink(known.slot, shares);
      return;
    }
    if (known !== undefined) {
      if (!this.#isOutside(known)) this.#book.cancel(known.slot);
      this.#standing.delete(id);
    }
    if (shares > 0 && Number.isInteger(tick) && tick > 0) {
      this.#standing.set(id, { side: code, tick, shares, slot: 0, number: 0 });
    }
  }

  /** Whether an order is not in the book: it waits, or the agents have executed all of it there. */
  #isOutside({ slot, number }: Standing): boolean {
    const { orders } = this.#book;
    return slot === 0 || orders.handles[slot] === 0 || orders.numbers[slot] !== number;
  }

  #enter(standing: Standing): void {
    const [book, { side, tick, shares }] = [this.#book, standing];
    const isMet = side === BUY ? book.ask !== NO_ASK && tick >= book.ask : tick <= book.bid;
    if (isMet) return;
    standing.slot = book.rest(Agent.OUTSIDE, side, tick, shares);
    standing.number = book.orders.numbers[standing.slot] ?? 0;
  }
}

function codeOf(side: 'buy' | 'sell'): BookSide {
  return side === 'buy' ? BUY : SELL;
}
