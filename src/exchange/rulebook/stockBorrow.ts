/**
 * What borrowing stock costs, and whether it can be borrowed at all (M14). A fee accrues per calendar day on 102 % of
 * the value; a rate or a stock that the list does not know is unknown, which is neither free nor shortable.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { checked, mulDiv, SHARE } from '../../domain/units.js';
import { BORROW_RULES } from './borrowRules.js';
import { knownRuleOn } from './RuleRow.js';

const CENT: Money = 10_000;

/** Parts per million in a rate of 1. */
export const RATE_SCALE = 1_000_000;

/** One symbol of a locate list, as a broker publishes it for a day. */
export interface Locate {
  readonly symbol: string;
  /** `easy`: borrowed without asking; `hard`: needs a locate; `none`: cannot be borrowed. */
  readonly availability: 'easy' | 'hard' | 'none';
  /** Micro-shares that can be borrowed; undefined: not said. */
  readonly available: Quantity | undefined;
  /** Annual fee in parts per million of the collateral: 5 % is 50,000. Undefined: not known. */
  readonly annualRate: number | undefined;
}

/** A locate list: what could be borrowed on a date, by symbol. What is not in it is unknown. */
export interface LocateList {
  readonly date: TradingDate;
  readonly source: string;
  readonly locates: ReadonlyMap<string, Locate>;
}

/** Answer to a short sale's request for stock. */
export type BorrowAnswer = 'available' | 'unavailable' | 'unknown';

/**
 * Whether `quantity` micro-shares can be borrowed. `unknown` if the list does not know the symbol, or says nothing of
 * how many shares of a hard-to-borrow one there are; the strict scenario must treat that as unavailable.
 */
export function borrowOf(list: LocateList, symbol: string, quantity: Quantity): BorrowAnswer {
  const locate = list.locates.get(symbol);
  if (locate === undefined) return 'unknown';
  if (locate.availability === 'none') return 'unavailable';
  if (locate.available !== undefined) return quantity <= locate.available ? 'available' : 'unavailable';
  return locate.availability === 'easy' ? 'available' : 'unknown';
}

/** Collateral of a borrowed share in micro-dollars: 102 % of its price, rounded up to the dollar. */
export function collateralPerShare(price: Price, priceScale: number, date: TradingDate): Money {
  const { collateralBps, roundUpToCents } = knownRuleOn(BORROW_RULES, date, 'borrow convention');
  // Exact: price, factor and step multiply beyond the safe range.
  const numerator = BigInt(price) * BigInt(collateralBps) * 100n;
  const denominator = 10_000n * BigInt(priceScale) * BigInt(roundUpToCents);
  const steps = (numerator + denominator - 1n) / denominator;
  return checked(Number(steps) * roundUpToCents * CENT, 'collateral per share');
}

/**
 * The fee for holding `quantity` micro-shares short over `days` calendar days at `price`, the last settlement price;
 * undefined if the rate is not known. Rounded once, half to even.
 */
export function borrowFee(
  quantity: Quantity,
  price: Price,
  priceScale: number,
  annualRate: number | undefined,
  days: number,
  date: TradingDate,
): Money | undefined {
  if (annualRate === undefined) return undefined;
  const { dayCount } = knownRuleOn(BORROW_RULES, date, 'borrow convention');
  const collateral = mulDiv(collateralPerShare(price, priceScale, date), quantity, SHARE);
  return mulDiv(collateral, annualRate * days, RATE_SCALE * dayCount);
}
