/**
 * Makes raw history comparable across splits and dividends: adjusted price = raw × price factor × split factor,
 * adjusted volume = raw ÷ split factor, where the factors of a day are those of the first row dated on or after
 * it (none: 1). The rule and the decimals are those of LEAN's factor files.
 *
 * Results are the exact products rounded once, half to even, to 10^-8 dollars (whole shares for volumes). They
 * are computed in float64 where its error bound proves the rounding, which is nearly always, else in bigint.
 */
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { FACTOR_SCALE } from '../domain/history.js';
import type { AdjustmentFactor, HistoryTable } from '../domain/history.js';
import type { AdjustMode } from '../domain/ports.js';
import { columnNames, columnOf, rowAtOrAfter } from '../domain/tables.js';
import { ADJUSTED_PRICE_SCALE, checked, RAW_PRICE_SCALE } from '../domain/units.js';
import { keyColumn } from './historyTables.js';

/** Columns that are neither prices nor amounts of shares. */
const UNSCALED = new Set(['symbolId', 'time', 'start', 'flags', 'exchange']);
const AMOUNTS = new Set(['volume', 'size', 'bidSize', 'askSize']);
const ONE = BigInt(FACTOR_SCALE);
const SCALE_UP = BigInt(ADJUSTED_PRICE_SCALE / RAW_PRICE_SCALE);
/** Three roundings of 2^-53 each in quotient and product, with room to spare. */
const ERROR_BOUND = 2 ** -50;

/** Adjusts one symbol's table in place; `raw` leaves it as it is. Factors are sorted by date. */
export function adjustTable(table: HistoryTable, factors: readonly AdjustmentFactor[], mode: AdjustMode): void {
  if (mode === 'raw') return;
  const key = keyColumn(table);
  let row = 0;
  for (const factor of [...factors, undefined]) {
    const end =
      factor === undefined
        ? table.length
        : rowAtOrAfter(key, table.length, fromNewYork(parseDate(factor.until) + 1, 0));
    if (end <= row) continue;
    const split = BigInt(factor?.splitFactor ?? FACTOR_SCALE);
    const price = mode === 'split' ? ONE : BigInt(factor?.priceFactor ?? FACTOR_SCALE);
    for (const name of columnNames(table.kind)) {
      if (UNSCALED.has(name)) continue;
      const column = columnOf(table, name);
      if (AMOUNTS.has(name)) scaleColumn(column, row, end, ONE, split);
      else scaleColumn(column, row, end, price * split * SCALE_UP, ONE * ONE);
    }
    row = end;
  }
}

interface NumberColumn {
  [row: number]: number;
}

/** Multiplies rows [from, to) by a fraction; every result is rounded half to even once. */
function scaleColumn(column: NumberColumn, from: number, to: number, numerator: bigint, denominator: bigint): void {
  if (numerator === denominator) return;
  const factor = Number(numerator) / Number(denominator);
  for (let row = from; row < to; row++) {
    const value = column[row] ?? 0;
    const product = value * factor;
    const floor = Math.floor(product);
    const fraction = product - floor;
    const error = product * ERROR_BOUND;
    const isProven = error < 0.25 && Math.abs(fraction - 0.5) > error;
    column[row] = isProven ? floor + (fraction > 0.5 ? 1 : 0) : scaleExactly(value, numerator, denominator);
  }
}

/** `value` × numerator ÷ denominator, half to even, for a value that is not negative. */
export function scaleExactly(value: number, numerator: bigint, denominator: bigint): number {
  const product = BigInt(value) * numerator;
  const quotient = product / denominator;
  const twice = (product % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
  return checked(Number(up ? quotient + 1n : quotient), 'adjusted value');
}
