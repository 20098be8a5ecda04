/**
 * Margin calls beside the naive exchange, from docs/fill-model.md: when they are made, on what, and for how much. Every
 * figure is computed anew from the fills; a size is found by trying one share after the other.
 */
import { phaseAt } from '../../calendar/sessions.js';
import { MINUTE } from '../../domain/timeframe.js';
import { SHARE } from '../../domain/units.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { leverageOn } from './naiveMargin.js';
import { commissionOwed, NaiveMoney, worth } from './NaiveMoney.js';
import { ownerOf } from './naiveTrades.js';

/** An order for the market that a call asks for. */
export interface NaiveCall {
  readonly owner: string;
  readonly symbolId: number;
  readonly side: 'buy' | 'sell';
  /** Micro-shares. */
  readonly quantity: number;
}

/** See the module header. */
export class NaiveCaller {
  readonly #exchange: NaiveExchange;
  #lastLook = -Infinity;

  constructor(exchange: NaiveExchange) {
    this.#exchange = exchange;
  }

  /**
   * The orders of the calls of this instant, to be told once its rows are decided on; whoever takes one submits it
   * before the next.
   */
  *calls(): Generator<NaiveCall> {
    const { account, now } = this.#exchange;
    if (now < this.#lastLook + 5 * MINUTE) return;
    this.#lastLook = now;
    if (phaseAt(now) !== 'regular' || this.#needed <= account.equity * 1.1) return;
    const missing = this.#needed - account.equity;
    const { symbols } = this.#exchange.money;
    const reductions = symbols
      .map((symbolId) => ({ symbolId, quantity: this.#reduction(symbolId, missing), profit: this.#profitOf(symbolId) }))
      .sort((a, b) => a.profit - b.profit);
    for (const { symbolId, quantity } of reductions) {
      if (quantity <= 0) continue;
      yield* this.#share(symbolId, quantity);
      if (this.#needed <= account.equity) return;
    }
  }

  /** The margin of all positions. */
  get #needed(): number {
    const { account, money, preset, now } = this.#exchange;
    const gross = money.symbols.reduce((sum, id) => sum + Math.abs(worth(account.markOf(id), money.position(id))), 0);
    return gross / leverageOn(preset, now);
  }

  /** Who traded, in the order of their first fills, with what each holds. */
  #books(): Map<string, NaiveMoney> {
    const books = new Map<string, NaiveMoney>();
    for (const { known, quantity, price } of this.#exchange.fills) {
      const owner = ownerOf(known);
      const book = books.get(owner) ?? new NaiveMoney(0);
      books.set(owner, book);
      book.trade(known.order.symbolId, known.order.side, quantity, price);
    }
    return books;
  }

  #profitOf(symbolId: number): number {
    const mark = this.#exchange.account.markOf(symbolId);
    return [...this.#books().values()].reduce(
      (sum, book) => sum + worth(mark, book.position(symbolId)) - book.cost(symbolId),
      0,
    );
  }

  /** What orders for the market close already, of one owner or all. */
  #closing(symbolId: number, owner?: string): number {
    const side = this.#sideOf(symbolId);
    return this.#exchange
      .open(symbolId)
      .filter(({ order }) => order.type === 'market' && order.side === side)
      .filter((known) => owner === undefined || ownerOf(known) === owner)
      .reduce((sum, { order, filled }) => sum + order.quantity - filled, 0);
  }

  /** The side that closes. */
  #sideOf(symbolId: number): 'buy' | 'sell' {
    return this.#exchange.money.position(symbolId) > 0 ? 'sell' : 'buy';
  }

  /**
   * Shares to be traded until the margin of a symbol is less by what is missing, and the rest less by the part of the
   * equity that the fee takes; what is closed already counts.
   */
  #reduction(symbolId: number, missing: number): number {
    const { account, money, plan, preset, now } = this.#exchange;
    const leverage = leverageOn(preset, now);
    const size = Math.abs(money.position(symbolId));
    const mark = account.markOf(symbolId);
    const kept = worth(mark, size) / leverage - missing;
    const each = worth(mark, SHARE) / leverage;
    let left = kept <= 0 ? 0 : Math.floor(kept / each);
    for (; left > 0; left -= 1) {
      const quantity = size - left * SHARE;
      if (quantity <= 0) return 0;
      const fee = commissionOwed(plan, quantity, worth(mark, quantity));
      if (left * each <= kept * (1 - fee / account.equity)) break;
    }
    return size - left * SHARE - this.#closing(symbolId);
  }

  /** Of the owners who are on the account's side the first come first, each with what it does not close already. */
  *#share(symbolId: number, quantity: number): Generator<NaiveCall> {
    const side = this.#sideOf(symbolId);
    let rest = quantity;
    for (const [owner, book] of this.#books()) {
      const held = book.position(symbolId);
      if (held === 0 || held > 0 !== (side === 'sell')) continue;
      const part = Math.min(rest, Math.abs(held) - this.#closing(symbolId, owner));
      if (part <= 0) continue;
      yield { owner, symbolId, side, quantity: part };
      rest -= part;
    }
  }
}
