/**
 * Whether numbers can be rows of a market at all (F49, F50): what is not never gets into a stream. Each check answers
 * with the place of the counter that names the fault, or 0 if there is none. A symbol is checked elsewhere.
 */
import { TradingStatus } from '../../domain/marketTables.js';
import type { BarTable, PrintTable, QuoteTable, StatusTable } from '../../domain/marketTables.js';
import { MINUTE } from '../../domain/timeframe.js';
import { Count } from './RouterCounters.js';

/** The highest raw price whose percentages are exact: 90 million dollars. */
export const HIGHEST_PRICE = 90_000_000_000_000;

function isTime(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && (value ?? 0) > 0;
}

/** A price above 0 at the raw scale. */
export function isTradePrice(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && (value ?? 0) > 0 && (value ?? 0) <= HIGHEST_PRICE;
}

/** A price, or 0 for an absent side. */
function isSidePrice(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && (value ?? -1) >= 0 && (value ?? 0) <= HIGHEST_PRICE;
}

/** A number of shares, 0 included. */
export function isSize(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && (value ?? -1) >= 0;
}

/** Of a print; its number is not checked. */
export function printFault(table: PrintTable, row: number): number {
  if (!isTime(table.time[row])) return Count.refusedTime;
  if (!isTradePrice(table.price[row])) return Count.refusedPrice;
  return isSize(table.size[row]) ? 0 : Count.refusedSize;
}

/** Of a quote. Crossed and locked quotes are no fault. */
export function quoteFault(table: QuoteTable, row: number): number {
  if (!isTime(table.time[row])) return Count.refusedTime;
  if (!isSidePrice(table.bid[row]) || !isSidePrice(table.ask[row])) return Count.refusedPrice;
  return isSize(table.bidSize[row]) && isSize(table.askSize[row]) ? 0 : Count.refusedSize;
}

/** Of a status row: the code must be known, bands must not be the wrong way round. */
export function statusFault(table: StatusTable, row: number): number {
  if (!isTime(table.time[row])) return Count.refusedTime;
  if ((table.status[row] ?? 255) > TradingStatus.HEARTBEAT) return Count.refusedStatus;
  const lower = table.lower[row];
  const upper = table.upper[row];
  return isSidePrice(lower) && isSidePrice(upper) && (lower ?? 0) <= (upper ?? 0) ? 0 : Count.refusedPrice;
}

/** Of a minute's bar: whole minutes, and a range that holds its prices. */
export function barFault(table: BarTable, row: number): number {
  const start = table.start[row] ?? -1;
  if (!isTime(start) || start % MINUTE !== 0 || table.time[row] !== start + MINUTE) return Count.refusedTime;
  const open = table.open[row] ?? 0;
  const high = table.high[row] ?? 0;
  const low = table.low[row] ?? 0;
  const close = table.close[row] ?? 0;
  if (!isTradePrice(open) || !isTradePrice(high) || !isTradePrice(low) || !isTradePrice(close)) {
    return Count.refusedPrice;
  }
  if (high < low || open > high || open < low || close > high || close < low) return Count.refusedBar;
  return isSize(table.volume[row]) ? 0 : Count.refusedSize;
}
