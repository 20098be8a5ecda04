/**
 * What is left of what each order of an account opened, where a preset tells that apart (`Preset.exitsClose`,
 * `Preset.commissionOf`): by symbol and by who gave the orders, so that strategies on one account leave one another's
 * alone. What closes takes the oldest first; an exit that came with an entry takes that entry's first. In all they are
 * the account's position.
 */
import type { LedgerEntry } from '../domain/ledger.js';
import type { OrderSource } from '../domain/order.js';
import type { SplitRatio } from '../domain/splitShares.js';
import { splitShares } from '../domain/splitShares.js';
import type { Quantity } from '../domain/units.js';
import type { TradeList } from './tradeChanges.js';
import { scale, sumOf, takeBack } from './tradeChanges.js';

/** What is left of what one order opened: micro-shares above 0; no id where nobody will ask for it by that. */
export interface OpenTrade {
  orderId: string;
  quantity: Quantity;
  /** Counts the trades of an account from 1. */
  serial: number;
}

/** What of an order is looked at: whose it is and what it closes first. */
export interface TradingOrder {
  readonly id: string;
  readonly symbolId: number;
  readonly sign: 1 | -1;
  readonly source: OrderSource;
  /** The entry that it came with as an exit; else empty. */
  readonly exitOf: string;
  readonly legIds: readonly string[];
  /** Micro-shares of the fills before. */
  readonly filledQuantity: Quantity;
}

/** A fill that is taken back in part or whole: its order, and what that changes. */
export interface TradeReversal {
  readonly orderId: string;
  readonly entries: readonly LedgerEntry[];
}

/**
 * All lists as JSON can hold them: symbol, owner, then of each trade order, signed quantity and serial number; older
 * ones have no serial numbers.
 */
export type TradesSnapshot = readonly (readonly [number, string, ...(string | number)[]])[];

const NONE: readonly OpenTrade[] = [];
const NO_LISTS: readonly TradeList[] = [];

/** See the module header. One per account. */
export class OpenTrades {
  /** Orders of whose trades the last fill closed some; those that nobody asks for by id are left out. */
  readonly reduced: string[] = [];
  /** By symbol id; one list for each owner, in the order of their names. */
  readonly #lists: (TradeList[] | undefined)[] = [];
  /** Whose list was asked for last, and that list. */
  #lastSource: OrderSource | undefined = undefined;
  #lastSymbolId = 0;
  #last: TradeList | undefined = undefined;
  /** A trade that was closed, to be written over by the next that is opened. */
  #spare: OpenTrade | undefined = undefined;
  #opened = 0;

  /** Trades that were ever opened: the serial number of the last. */
  get opened(): number {
    return this.#opened;
  }

  /** What an order would close, in turn; nothing if it only opens. */
  against(order: TradingOrder): readonly OpenTrade[] {
    const list = this.#find(order);
    if (list === undefined || list.sign === order.sign) return NONE;
    const { trades } = list;
    const at = placeOf(trades, order.exitOf);
    const own = trades[at];
    return at <= 0 || own === undefined ? trades : [own, ...trades.filter((trade) => trade !== own)];
  }

  /** The first that an order would close; undefined if it only opens. */
  firstAgainst(order: TradingOrder): OpenTrade | undefined {
    const list = this.#find(order);
    if (list === undefined || list.sign === order.sign) return undefined;
    return list.trades[Math.max(0, placeOf(list.trades, order.exitOf))];
  }

  /** Micro-shares left of what an order opened, for an order of the same owner; 0 if nothing is. */
  leftOf(orderId: string, order: TradingOrder): Quantity {
    const trades = this.#find(order)?.trades ?? NONE;
    return trades[placeOf(trades, orderId)]?.quantity ?? 0;
  }

  /** Signed micro-shares of all owners in a symbol. */
  sumOf(symbolId: number): Quantity {
    return (this.#lists[symbolId] ?? NO_LISTS).reduce((sum, list) => sum + list.sign * sumOf(list.trades), 0);
  }

  /** Takes in a fill of `quantity` micro-shares, the last of its order or not: it closes, and opens with the rest. */
  take(order: TradingOrder, quantity: Quantity, isFinal: boolean): void {
    const list = this.#find(order) ?? this.#add(order.symbolId, traderOf(order.source), order.sign);
    const { trades } = list;
    if (this.reduced.length > 0) this.reduced.length = 0;
    let left = quantity;
    if (list.sign !== order.sign) {
      left = this.#close(trades, order.exitOf, quantity);
      if (left === 0) return;
      list.sign = order.sign;
    }
    // What has exits is known by its id for as long as it is open, anything else while its order goes on.
    const orderId = order.legIds.length > 0 || !isFinal ? order.id : '';
    const before = order.filledQuantity === 0 ? undefined : trades[placeOf(trades, order.id)];
    if (before === undefined) {
      trades.push(this.#open(orderId, left));
    } else {
      before.quantity += left;
      before.orderId = orderId;
    }
  }

  /** An order has taken the place of another one: what both open is one trade. */
  rename(orderId: string, next: string): void {
    for (const lists of this.#lists) {
      for (const { trades } of lists ?? NO_LISTS) {
        for (const trade of trades) if (trade.orderId === orderId) trade.orderId = next;
      }
    }
  }

  /**
   * A fill was taken back, whole or in part, or is larger: what its order opened changes; where that is not enough,
   * what its owner has open without a name, then anything of its owner. The rest is open on the other side. `source`
   * is who gave the order, undefined where it is over: accounts whose fills are taken back have one owner.
   */
  reverse({ orderId, entries }: TradeReversal, source: OrderSource | undefined): void {
    this.reduced.length = 0;
    for (const { account, symbolId, quantity } of entries) {
      if (account === 'position' && quantity !== 0) this.#reverse(orderId, symbolId, quantity, source);
    }
  }

  /** A split made the account's position `after` signed micro-shares ({@link splitShares}); not by 0 old shares. */
  rescale(symbolId: number, after: Quantity, ratio: SplitRatio): void {
    const lists = this.#lists[symbolId]?.filter(({ trades }) => trades.length > 0) ?? NO_LISTS;
    if (ratio.oldShares === 0 || lists.length === 0) return;
    const held = lists.map(({ sign, trades }) => sign * sumOf(trades));
    const shares = splitShares(held, after, ratio);
    lists.forEach((list, index) => {
      scale(list, shares[index] ?? 0, ratio);
    });
  }

  /** See {@link TradesSnapshot}; empty where nothing is open. */
  list(): TradesSnapshot {
    return this.#lists.flatMap((lists, symbolId) =>
      (lists ?? NO_LISTS)
        .filter(({ trades }) => trades.length > 0)
        .map(({ owner, sign, trades }): TradesSnapshot[number] => [
          symbolId,
          owner,
          ...trades.flatMap(({ orderId, quantity, serial }) => [orderId, sign * quantity, serial]),
        ]),
    );
  }

  /** Replaces all by what {@link list} told when {@link opened} was as given; 0 for what has no serial numbers. */
  restore(lists: TradesSnapshot, opened = 0): void {
    this.#lists.length = 0;
    this.#lastSource = undefined;
    this.#opened = opened;
    for (const [symbolId, owner, ...rest] of lists) {
      const list = this.#add(symbolId, owner, Number(rest[1]) < 0 ? -1 : 1);
      for (let i = 0; i < rest.length; i += 2) {
        const serial = typeof rest[i + 2] === 'number' ? Number(rest[i + 2]) : (this.#opened += 1);
        list.trades.push({ orderId: String(rest[i]), quantity: Math.abs(Number(rest[i + 1])), serial });
        if (typeof rest[i + 2] === 'number') i += 1;
      }
    }
  }

  #find(order: TradingOrder): TradeList | undefined {
    // Orders of one strategy mostly share their source.
    if (order.source === this.#lastSource && order.symbolId === this.#lastSymbolId) return this.#last;
    const found = this.#listOf(order.symbolId, traderOf(order.source));
    this.#lastSource = order.source;
    this.#lastSymbolId = order.symbolId;
    this.#last = found;
    return found;
  }

  #listOf(symbolId: number, owner: string): TradeList | undefined {
    const lists = this.#lists[symbolId] ?? NO_LISTS;
    let found: TradeList | undefined;
    for (let i = 0; i < lists.length; i += 1) if (lists[i]?.owner === owner) found = lists[i];
    return found;
  }

  #reverse(orderId: string, symbolId: number, quantity: Quantity, source: OrderSource | undefined): void {
    const sign = quantity > 0 ? 1 : -1;
    const owner = source === undefined ? this.#guessOwner(orderId, symbolId, sign) : traderOf(source);
    const list = this.#listOf(symbolId, owner) ?? this.#add(symbolId, owner, sign);
    let left = Math.abs(quantity);
    if (list.sign !== sign) left = takeBack(list, orderId, left, this.reduced);
    if (left === 0) return;
    if (list.trades.length === 0) list.sign = sign;
    const own = list.trades[placeOf(list.trades, orderId)];
    if (own === undefined) {
      // It had been closed by the fill: it is as old as anything.
      list.trades.unshift(this.#open('', left));
    } else {
      own.quantity += left;
      this.reduced.push(orderId);
    }
  }

  /** Where the order is over: whose its trade is, or who has something open without a name, which it may have been. */
  #guessOwner(orderId: string, symbolId: number, sign: 1 | -1): string {
    const lists = this.#lists[symbolId] ?? NO_LISTS;
    const found =
      lists.find(({ trades }) => placeOf(trades, orderId) >= 0) ??
      lists.find((list) => list.sign !== sign && list.trades.some((trade) => trade.orderId === '')) ??
      lists.find((list) => list.sign !== sign && list.trades.length > 0);
    return found?.owner ?? '';
  }

  #add(symbolId: number, owner: string, sign: 1 | -1): TradeList {
    const list: TradeList = { owner, sign, trades: [] };
    const lists = (this.#lists[symbolId] ??= []);
    const next = lists.findIndex((other) => other.owner > owner);
    lists.splice(next < 0 ? lists.length : next, 0, list);
    this.#lastSource = undefined;
    return list;
  }

  /** Closes of an entry's trade first, then of the oldest; gives what is left of the quantity. */
  #close(trades: OpenTrade[], entryId: string, quantity: Quantity): Quantity {
    let left = quantity;
    let at = Math.max(0, placeOf(trades, entryId));
    for (let trade = trades[at]; trade !== undefined && left > 0; trade = trades[0]) {
      const closed = Math.min(left, trade.quantity);
      left -= closed;
      trade.quantity -= closed;
      if (trade.orderId !== '') this.reduced.push(trade.orderId);
      if (trade.quantity === 0) {
        this.#spare = trade;
        if (trades.length === 1) trades.pop();
        else if (at === 0) trades.shift();
        else trades.splice(at, 1);
      }
      at = 0;
    }
    return left;
  }

  #open(orderId: string, quantity: Quantity): OpenTrade {
    const trade = this.#spare;
    this.#opened += 1;
    if (trade === undefined) return { orderId, quantity, serial: this.#opened };
    this.#spare = undefined;
    trade.orderId = orderId;
    trade.quantity = quantity;
    trade.serial = this.#opened;
    return trade;
  }
}

/** Whose trades an order is about: those of a strategy, or those of whoever gives orders by hand (the empty text). */
export function traderOf(source: OrderSource): string {
  return source.kind === 'strategy' ? source.instanceId : '';
}

function placeOf(trades: readonly OpenTrade[], orderId: string): number {
  if (orderId === '') return -1;
  for (let i = 0; i < trades.length; i += 1) if (trades[i]?.orderId === orderId) return i;
  return -1;
}
