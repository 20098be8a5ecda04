/** Reads a row's numbers, keeping the reason of the first that is none. */
import { fieldText } from './csvScanner.js';
import type { CsvRow } from './csvScanner.js';
import { parseScaled, refusalOfNumber, roundScaled } from './fieldParsers.js';
import type { RefusalReason } from './importReport.js';
import type { ColumnRole, Layout } from './layouts.js';

/** Decimals of a raw price. */
const PRICE_DECIMALS = 6;

/** Number columns of one file. A value that cannot be read is NaN and sets {@link reason}. */
export class NumberFields {
  /** Why the last NaN is one. */
  reason: RefusalReason = 'notANumber';
  readonly #columns: ReadonlyMap<ColumnRole, number>;
  readonly #rounds: boolean;

  /** `rounds`: prices with more than 6 decimals are rounded instead of refused. */
  constructor(layout: Layout, rounds: boolean) {
    this.#columns = layout.columns;
    this.#rounds = rounds;
  }

  /** The field index of a role; -1 if the file has no such column. */
  column(role: ColumnRole): number {
    return this.#columns.get(role) ?? -1;
  }

  /** A price in micro-dollars, of any sign. */
  price(row: CsvRow, column: number): number {
    const value = parseScaled(row, column, PRICE_DECIMALS);
    return Number.isNaN(value) ? this.#slowPrice(row, column) : value;
  }

  /** A number of shares. */
  count(row: CsvRow, column: number): number {
    const value = parseScaled(row, column, 0);
    if (Number.isNaN(value)) this.#explain(row, column, 0);
    return value;
  }

  /** Whether a field is empty or absent. */
  isBlank(row: CsvRow, column: number): boolean {
    return column < 0 || column >= row.count || row.starts[column] === row.ends[column];
  }

  #slowPrice(row: CsvRow, column: number): number {
    this.#explain(row, column, PRICE_DECIMALS);
    if (!this.#rounds || this.reason !== 'tooManyDecimals') return NaN;
    return roundScaled(fieldText(row, column), PRICE_DECIMALS);
  }

  #explain(row: CsvRow, column: number, decimals: number): void {
    this.reason =
      column < 0 || column >= row.count ? 'fieldMissing' : refusalOfNumber(fieldText(row, column), decimals);
  }
}
