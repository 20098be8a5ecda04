/** What reads rows of one symbol, and what readers of one file share. */
import type { HistoryTable } from '../../domain/history.js';
import type { CsvRow } from './csvScanner.js';
import type { RefusalReason } from './importReport.js';
import type { Layout } from './layouts.js';
import type { NumberFields } from './NumberFields.js';
import type { RowTimes } from './rowTimes.js';

/** Reads the rows of one symbol. */
export interface RowReader {
  /** Appends a row to the table, or says why not. */
  read(row: CsvRow): RefusalReason | undefined;
  readonly table: HistoryTable;
}

/** What readers of one file share. */
export interface RowContext {
  readonly layout: Layout;
  readonly times: RowTimes;
  readonly numbers: NumberFields;
}
