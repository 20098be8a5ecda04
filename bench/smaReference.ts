/** What the SMA cross of the benchmarks must come to, by the plainest loop. */
import type { BarTable } from '../src/domain/marketTables.js';
import { DOLLAR } from '../src/domain/units.js';

/** Lengths in bars, and shares per trade. */
export const FAST = 10;
export const SLOW = 50;
export const SHARES = 100;
/** Of each order. */
export const FEE = DOLLAR;

/** Trades closed, and what they and an open one came to less fees, in micro-dollars. */
export interface CrossOutcome {
  readonly trades: number;
  readonly profit: number;
}

/** One symbol's bars, oldest first; market orders fill at the next open. */
export function smaCross(open: ArrayLike<number>, close: ArrayLike<number>, length: number): CrossOutcome {
  let fast = 0;
  let slow = 0;
  let cash = 0;
  let held = 0;
  let wanted = 0;
  let trades = 0;
  let before = 0;
  for (let row = 0; row < length; row += 1) {
    if (wanted !== held) {
      cash += (held - wanted) * (open[row] ?? 0) - FEE;
      if (wanted === 0) trades += 1;
      held = wanted;
    }
    fast += (close[row] ?? 0) - (row >= FAST ? (close[row - FAST] ?? 0) : 0);
    slow += (close[row] ?? 0) - (row >= SLOW ? (close[row - SLOW] ?? 0) : 0);
    if (row < SLOW - 1) continue;
    const difference = fast * SLOW - slow * FAST;
    if (row >= SLOW) {
      if (before <= 0 && difference > 0) wanted = SHARES;
      else if (before >= 0 && difference < 0) wanted = 0;
    }
    before = difference;
  }
  return { trades, profit: cash + held * (close[length - 1] ?? 0) };
}

/** The same over a table of many symbols, which has a bar of each, in the order of their ids, at every time. */
export function crossOfMany(table: BarTable, symbols: number): CrossOutcome {
  const bars = table.length / symbols;
  let trades = 0;
  let profit = 0;
  for (let id = 0; id < symbols; id += 1) {
    const column = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: bars }, (_, bar) => values[bar * symbols + id] ?? 0);
    const outcome = smaCross(column(table.open), column(table.close), bars);
    trades += outcome.trades;
    profit += outcome.profit;
  }
  return { trades, profit };
}
