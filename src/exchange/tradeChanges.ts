/** What fills that are taken back, and splits, change about open trades (OpenTrades.ts). */
import type { SplitRatio } from '../domain/splitShares.js';
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

/** Makes a list `total` signed micro-shares by a ratio; the newest trade takes the rounding. */
export function scale(list: TradeList, total: Quantity, { newShares, oldShares }: SplitRatio): void {
  if (total !== 0) list.sign = total > 0 ? 1 : -1;
  let left = Math.abs(total);
  list.trades.forEach((trade, index) => {
    const isNewest = index === list.trades.length - 1;
    trade.quantity = isNewest ? left : Math.min(left, mulDiv(trade.quantity, newShares, oldShares));
    left -= trade.quantity;
  });
  list.trades = list.trades.filter((trade) => trade.quantity > 0);
}
