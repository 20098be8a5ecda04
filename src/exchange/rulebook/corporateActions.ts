/**
 * Corporate actions as the exchange needs them, and what they do to reference prices (R13–R15): previous closes,
 * short-sale and band references, trailing marks. Every action applies before the first session of its ex-date.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';

/** `newShares` for every `oldShares`: 2 for 1 is a forward split, 1 for 10 a reverse split. Both positive integers. */
export interface Split {
  readonly kind: 'split';
  readonly newShares: number;
  readonly oldShares: number;
}

/** `amount` per share at the price scale. */
export interface CashDividend {
  readonly kind: 'cashDividend';
  readonly amount: Price;
}

/** An action on one ex-date. */
export type CorporateAction = Split | CashDividend;

/** A change of ticker; storage and positions keep the permanent id, the ticker is a dated name. */
export interface SymbolChange {
  readonly exDate: TradingDate;
  readonly from: string;
  readonly to: string;
}

/** Whether a split leaves fewer shares. */
export function isReverseSplit({ newShares, oldShares }: Split): boolean {
  return newShares < oldShares;
}

/**
 * A reference price of before an action, as it must be compared with prices after it (R15): halves to even, and not
 * below 0. Not for orders, which round to the tick in a stated direction.
 */
export function rebasePrice(price: Price, action: CorporateAction): Price {
  if (action.kind === 'split') return mulDiv(price, action.oldShares, action.newShares);
  return Math.max(0, price - action.amount);
}

/**
 * What a position at the start of the ex-date is entitled to (R14): positive for a long position, negative for a
 * short one, which owes it. Rounded half to even.
 */
export function dividendOn(position: Quantity, dividend: CashDividend, priceScale: number): Money {
  return mulDiv(position, dividend.amount, priceScale);
}

/** The ticker on `date` of what was called `symbol` before all of `changes`, which ascend by date. */
export function symbolOn(symbol: string, changes: readonly SymbolChange[], date: TradingDate): string {
  let name = symbol;
  for (const change of changes) if (change.exDate <= date && change.from === name) name = change.to;
  return name;
}
