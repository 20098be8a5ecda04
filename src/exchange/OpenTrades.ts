/**
 * What is left of what each order of an account opened, where a preset tells that apart (`Preset.exitsClose`,
 * `Preset.commissionOf`): by symbol and by who gave the orders, so that strategies on one account leave one another's
 * alone. What closes takes the oldest first; an exit that came with an entry takes that entry's first.
 */
import type { LedgerEntry } from '../domain/ledger.js';
import type { OrderSource } from '../domain/order.js';
import type { Quantity } from '../domain/units.js';
import { mulDiv } from '../domain/units.js';

/** What is left of what one order opened: micro-shares above 0; no id where nobody will ask for it by that. */
export interface OpenTrade {
  orderId: string;
  quantity: Quantity;
}

/** The open trades of one owner in one symbol, oldest first. */
interface TradeList {
  readonly owner: string;
  /** 1 while they are long, −1 while short. */
  sign: 1 | -1;
  trades: OpenTrade[];
}

/** What of an order is looked at: whose it is and what it closes first. */
export interface TradingOrder {
  readonly id: string;
  readonly symbolId: number;
  readonly sign: 1 | -1;
  readonly source: OrderSource;
  readonly parentId: string;
  readonly legIds: readonly string[];
  /** Micro-shares of the fills before. */
  readonly filledQuantity: Quantity;
}

/** All lists as JSON can hold them: symbol, owner, then of each trade order and signed quantity. */
export type TradesSnapshot = readonly (readonly [number, string, ...(string | number)[]])[];

const NONE: readonly OpenTrade[] = [];
const NO_LISTS: readonly TradeList[] = [];

/** See the module header. One per account. */
export class OpenTrades {
  /** Orders of whose trades the last fill closed some; those that nobody asks for by id are left out. */
  readonly reduced: string[] = [];
  /** By symbol id; one list for each owner. */
  readonly #lists: (TradeList[] | undefined)[] = [];
  /** Whose list was asked for last, and that list. */
  #lastSource: OrderSource | undefined = undefined;
  #lastSymbolId = 0;
  #last: TradeList | undefined = undefined;
  /** A trade that was closed, to be written over by the next that is opened. */
  #spare: OpenTrade | undefined = undefined;

  /** What an order would close, in turn; nothing if it only opens. */
  against(order: TradingOrder): readonly OpenTrade[] {
    const list = this.#find(order);
    if (list === undefined || list.sign === order.sign) return NONE;
    bringForward(list.trades, order.parentId);
    return list.trades;
  }

  /** 1 where the owner of an order is long in its symbol, −1 where short, 0 where nothing is open. */
  signOf(order: TradingOrder): 1 | -1 | 0 {
    const list = this.#find(order);
    return list === undefined || list.trades.length === 0 ? 0 : list.sign;
  }

  /** Micro-shares left of what an order opened; 0 if nothing is. */
  leftOf(orderId: string, order: TradingOrder): Quantity {
    return this.#find(order)?.trades.find((trade) => trade.orderId === orderId)?.quantity ?? 0;
  }

  /** Takes in a fill of `quantity` micro-shares, the last of its order or not: it closes, and opens with the rest. */
  take(order: TradingOrder, quantity: Quantity, isFinal: boolean): void {
    const list = this.#find(order) ?? this.#add(order);
    const { trades } = list;
    if (this.reduced.length > 0) this.reduced.length = 0;
    let left = quantity;
    if (list.sign !== order.sign) {
      bringForward(trades, order.parentId);
      for (let oldest = trades[0]; oldest !== undefined && left > 0; oldest = trades[0]) {
        const closed = Math.min(left, oldest.quantity);
        left -= closed;
        oldest.quantity -= closed;
        if (oldest.orderId !== '') this.reduced.push(oldest.orderId);
        if (oldest.quantity === 0) this.#spare = trades.length === 1 ? trades.pop() : trades.shift();
      }
      if (left === 0) return;
      list.sign = order.sign;
    }
    // What has exits is known by its id for as long as it is open, anything else while its order goes on.
    const orderId = order.legIds.length > 0 || !isFinal ? order.id : '';
    const before = order.filledQuantity === 0 ? undefined : trades.find((trade) => trade.orderId === order.id);
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
   * A fill of an order was taken back, whole or in part: what it opened is less; where that is not known any more the
   * newest trades are. What it had closed is open again, by itself.
   */
  reverse(orderId: string, entries: readonly LedgerEntry[]): void {
    for (const { account, symbolId, quantity } of entries) {
      const lists = this.#lists[symbolId];
      const named = lists?.find(({ trades }) => trades.some((trade) => trade.orderId === orderId));
      const list = named ?? lists?.[0];
      if (account !== 'position' || quantity === 0 || list === undefined) continue;
      if (list.trades.length === 0) list.sign = quantity > 0 ? 1 : -1;
      if (quantity * list.sign > 0) list.trades.unshift({ orderId: '', quantity: Math.abs(quantity) });
      else takeBack(list, orderId, Math.abs(quantity));
    }
  }

  /** A split made `after` micro-shares of `before`, both positive; of each list the newest trade takes the rounding. */
  rescale(symbolId: number, before: Quantity, after: Quantity): void {
    if (before === 0) return;
    for (const list of this.#lists[symbolId] ?? NO_LISTS) {
      let left = mulDiv(sumOf(list.trades), after, before);
      list.trades.forEach((trade, index) => {
        const isNewest = index === list.trades.length - 1;
        trade.quantity = isNewest ? left : Math.min(left, mulDiv(trade.quantity, after, before));
        left -= trade.quantity;
      });
      list.trades = list.trades.filter((trade) => trade.quantity > 0);
    }
  }

  /** See {@link TradesSnapshot}; empty where nothing is open. */
  list(): TradesSnapshot {
    return this.#lists.flatMap((lists, symbolId) =>
      (lists ?? NO_LISTS)
        .filter(({ trades }) => trades.length > 0)
        .map(({ owner, sign, trades }): TradesSnapshot[number] => [
          symbolId,
          owner,
          ...trades.flatMap(({ orderId, quantity }) => [orderId, sign * quantity]),
        ]),
    );
  }

  /** Replaces all by what {@link list} told. */
  restore(lists: TradesSnapshot): void {
    this.#lists.length = 0;
    this.#lastSource = undefined;
    for (const [symbolId, owner, ...rest] of lists) {
      const trades: OpenTrade[] = [];
      for (let i = 0; i + 1 < rest.length; i += 2) {
        trades.push({ orderId: String(rest[i]), quantity: Math.abs(Number(rest[i + 1])) });
      }
      (this.#lists[symbolId] ??= []).push({ owner, sign: Number(rest[1]) < 0 ? -1 : 1, trades });
    }
  }

  #find(order: TradingOrder): TradeList | undefined {
    // Orders of one strategy mostly share their source.
    if (order.source === this.#lastSource && order.symbolId === this.#lastSymbolId) return this.#last;
    const lists = this.#lists[order.symbolId] ?? NO_LISTS;
    const owner = traderOf(order);
    let found: TradeList | undefined;
    for (let i = 0; i < lists.length; i += 1) if (lists[i]?.owner === owner) found = lists[i];
    this.#lastSource = order.source;
    this.#lastSymbolId = order.symbolId;
    this.#last = found;
    return found;
  }

  #add(order: TradingOrder): TradeList {
    const list: TradeList = { owner: traderOf(order), sign: order.sign, trades: [] };
    (this.#lists[order.symbolId] ??= []).push(list);
    this.#lastSource = undefined;
    return list;
  }

  #open(orderId: string, quantity: Quantity): OpenTrade {
    const trade = this.#spare;
    if (trade === undefined) return { orderId, quantity };
    this.#spare = undefined;
    trade.orderId = orderId;
    trade.quantity = quantity;
    return trade;
  }
}

/** Whose trades an order is about: those of a strategy, or those of whoever gives orders by hand (the empty text). */
export function traderOf({ source }: Pick<TradingOrder, 'source'>): string {
  return source.kind === 'strategy' ? source.instanceId : '';
}

function bringForward(trades: OpenTrade[], orderId: string): void {
  if (orderId === '') return;
  const at = trades.findIndex((trade) => trade.orderId === orderId);
  if (at > 0) trades.unshift(...trades.splice(at, 1));
}

function takeBack(list: TradeList, orderId: string, quantity: Quantity): void {
  const own = list.trades.filter((trade) => trade.orderId === orderId);
  let left = quantity;
  for (const trade of own.length > 0 ? own : list.trades.toReversed()) {
    const taken = Math.min(left, trade.quantity);
    trade.quantity -= taken;
    left -= taken;
  }
  list.trades = list.trades.filter((trade) => trade.quantity > 0);
}

function sumOf(trades: readonly OpenTrade[]): Quantity {
  return trades.reduce((sum, { quantity }) => sum + quantity, 0);
}
