/**
 * Margin requirements of stocks as data: half of the value to open (Reg T), and a house table for keeping, by price.
 * Long: 100 % below $2.50, 50 % below $6, else 30 %. Short: the greater of 100 % and $2.50 a share below $5, else the
 * greater of 30 % and $5 a share (FINRA 4210(c)). Leveraged funds are not told apart: the session knows no such fact.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv, notional } from '../../domain/units.js';

const MILLION = 1_000_000;
/** Reg T 220.12: share of the value of a marginable position, long or short, in millionths. */
export const INITIAL_PPM = 500_000;
/** Smallest equity for any credit: FINRA 4210(b). */
export const MINIMUM_EQUITY: Money = 2000 * DOLLAR;

/** House maintenance of long positions: the first row whose price is above the stock's. Prices in micro-dollars. */
const LONG_TABLE = [
  { below: 2_500_000, ppm: MILLION },
  { below: 6_000_000, ppm: 500_000 },
  { below: Infinity, ppm: 300_000 },
] as const;

/** Maintenance of short positions: a share of the value, at least an amount per share. */
const SHORT_TABLE = [
  { below: 5_000_000, ppm: MILLION, perShare: 2_500_000 },
  { below: Infinity, ppm: 300_000, perShare: 5_000_000 },
] as const;

/** What a position must keep as equity at a price: micro-dollars, not negative. `quantity` is signed. */
export function maintenanceOf(quantity: Quantity, price: Price, priceScale: number): Money {
  const dollars = mulDiv(price, DOLLAR, priceScale);
  const value = notional(price, Math.abs(quantity), priceScale);
  if (quantity >= 0) {
    const row = LONG_TABLE.find(({ below }) => dollars < below) ?? LONG_TABLE[2];
    return mulDiv(value, row.ppm, MILLION);
  }
  const row = SHORT_TABLE.find(({ below }) => dollars < below) ?? SHORT_TABLE[1];
  return Math.max(mulDiv(value, row.ppm, MILLION), mulDiv(row.perShare, Math.abs(quantity), MILLION));
}

/** From this date on four times the equity needs no minimum of its own (FINRA 4210 as amended, 91 FR 20731; R18). */
export const INTRADAY_STANDARD_FROM: TradingDate = parseDate('2026-06-04');
/** Before that date: the least equity of accounts that day trade as a pattern, and of four to one. */
export const PATTERN_MINIMUM: Money = 25_000 * DOLLAR;

/** The highest ratio of buying power to equity on a date for an account with this equity. */
export function highestMultiplierOn(date: TradingDate, equity: Money): 1 | 2 | 4 {
  if (equity < MINIMUM_EQUITY) return 1;
  return date >= INTRADAY_STANDARD_FROM || equity >= PATTERN_MINIMUM ? 4 : 2;
}

/** Day trades within five trading days that make a pattern (FINRA 4210(f)(8)(B), until {@link INTRADAY_STANDARD_FROM}). */
const PATTERN_TRADES = 4;

/** Whether one more day trade would break the pattern day trader rule; `lastEquity` is that of the day before. */
export function isDayTradeBarred(date: TradingDate, lastEquity: Money, dayTrades: number): boolean {
  return date < INTRADAY_STANDARD_FROM && lastEquity < PATTERN_MINIMUM && dayTrades >= PATTERN_TRADES - 1;
}
