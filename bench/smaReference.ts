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

/** Lengths of the two averages, in bars. */
export interface Lengths {
  readonly fast: number;
  readonly slow: number;
}

/** One symbol's bars, oldest first; market orders fill at the next open. */
export function smaCross(
  open: ArrayLike<number>,
  close: ArrayLike<number>,
  length: number,
  lengths: Lengths = { fast: FAST, slow: SLOW },
): CrossOutcome {
  const { fast: fastLength, slow: slowLength } = lengths;
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
    fast += (close[row] ?? 0) - (row >= fastLength ? (close[row - fastLength] ?? 0) : 0);
    slow += (close[row] ?? 0) - (row >= slowLength ? (close[row - slowLength] ?? 0) : 0);
    if (row < slowLength - 1) continue;
    const difference = fast * slowLength - slow * fastLength;
    if (row >= slowLength) {
      if (before <= 0 && difference > 0) wanted = SHARES;
      else if (before >= 0 && difference < 0) wanted = 0;
    }
    before = difference;
  }
  return { trades, profit: cash + held * (close[length - 1] ?? 0) };
}

/** The same where market orders fill at the close that they were decided on. */
export function smaCrossAtClose(_open: ArrayLike<number>, close: ArrayLike<number>, length: number): CrossOutcome {
  // One more bar, which opens where the one before closed, fills what was decided on the last one.
  const closes = Float64Array.from({ length: length + 1 }, (_, row) => close[Math.min(row, length - 1)] ?? 0);
  const opens = closes.map((_, row) => closes[row - 1] ?? 0);
  return smaCross(opens, closes, length + 1);
}

/** A part of a table that has a bar of each symbol, in the order of their ids, at every time. */
export interface MergedPart {
  readonly table: BarTable;
  /** In the table. */
  readonly symbols: number;
  /** The first of them are taken; all, if absent. */
  readonly use?: number;
  /** The first of each are taken; all, if absent. */
  readonly bars?: number;
}

/** What the symbols come to together, each on its own as `cross` says. */
export function crossOfMany({ table, symbols, ...part }: MergedPart, cross = smaCross): CrossOutcome {
  const { use = symbols, bars = table.length / symbols } = part;
  let trades = 0;
  let profit = 0;
  for (let id = 0; id < use; id += 1) {
    const column = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: bars }, (_, bar) => values[bar * symbols + id] ?? 0);
    const outcome = cross(column(table.open), column(table.close), bars);
    trades += outcome.trades;
    profit += outcome.profit;
  }
  return { trades, profit };
}
