/** What fills that are taken back, and splits, change about open trades (OpenTrades.ts). */
import type { Quantity } from '../domain/units.js';
import { mulDiv } from '../domain/units.js';
import type { OpenTrade } from './OpenTrades.js';

/** The open trades of one owner in one symbol, oldest first. */
export interface TradeList {
  readonly owner: string;
  /** 1 while they are long, −1 while short. */
  sign: 1 | -1;
  trades: OpenTrade[];
}

/** `newShares` for every `oldShares`: whole numbers, not negative. */
export interface Ratio {
  readonly newShares: number;
  readonly oldShares: number;
}

/** Micro-shares of a list without their sign. */
export function sumOf(trades: readonly OpenTrade[]): Quantity {
  let sum = 0;
  for (let i = 0; i < trades.length; i += 1) sum += trades[i]?.quantity ?? 0;
  return sum;
}

/**
 * Takes `quantity` micro-shares back: of what an order opened, then of trades without a name, then of others, the
 * newest first. Notes the names of what it makes less; gives what is left of the quantity.
 */
export function takeBack(list: TradeList, orderId: string, quantity: Quantity, reduced: string[]): Quantity {
  let left = quantity;
  const take = (isNext: (trade: OpenTrade) => boolean): void => {
    for (let i = list.trades.length - 1; i >= 0 && left > 0; i -= 1) {
      const trade = list.trades[i];
      if (trade === undefined || !isNext(trade)) continue;
      const taken = Math.min(left, trade.quantity);
      trade.quantity -= taken;
      left -= taken;
      if (trade.orderId !== '') reduced.push(trade.orderId);
    }
    list.trades = list.trades.filter((trade) => trade.quantity > 0);
  };
  take((trade) => trade.orderId === orderId);
  take((trade) => trade.orderId === '');
  take(() => true);
  return left;
}

/** Makes a list `total` micro-shares by a ratio; the newest trade takes the rounding. */
export function scale(list: TradeList, total: Quantity, newShares: number, oldShares: number): void {
  let left = total;
  list.trades.forEach((trade, index) => {
    const isNewest = index === list.trades.length - 1;
    trade.quantity = isNewest ? left : Math.min(left, mulDiv(trade.quantity, newShares, oldShares));
    left -= trade.quantity;
  });
  list.trades = list.trades.filter((trade) => trade.quantity > 0);
}

/**
 * Changes the signed sum of lists by `change`: what is against it becomes less, of the last owner first, and what
 * remains then is added to the last trade there is. Gives what has found no trade.
 */
export function settle(lists: readonly TradeList[], change: Quantity): Quantity {
  const sign = change > 0 ? 1 : -1;
  let left = Math.abs(change);
  for (const list of lists.toReversed()) {
    if (left > 0 && list.sign !== sign) left = takeBack(list, '', left, []);
  }
  const last = lists.findLast((list) => list.trades.length > 0)?.trades.at(-1);
  if (last === undefined) return sign * left;
  last.quantity += left;
  return 0;
}
