/** What the runner sees of every indicator, and how an indicator chooses the column it reads. */
import type { BarTable } from '../domain/marketTables.js';

/** Computes one or more lines from bars. State is kept per slot (symbol) in typed arrays. */
export interface Indicator {
  /** Bars of its timeframe that must be seen before its lines have a value; 0 if that depends on the time of day. */
  readonly warmUpBars: number;
  /**
   * Bars after which what came before no longer shows in three digits of its lines; {@link warmUpBars} if absent, as
   * for lines over a window. Averages that never forget have it.
   */
  readonly settleBars?: number;
  /**
   * Takes in the bar `row` of `table` for `slot`. Bars of a slot come in order of time. Prices stay in the
   * table: a double that crosses a call that is not inlined would be allocated.
   */
  update(slot: number, table: BarTable, row: number): void;
  /**
   * Takes in the rows [from, to) at once. Only indicators have it whose lines, once ready, are told of every bar (by a
   * value, or by `skip`): the runner lets them work ahead of the hooks and uncovers the values bar by bar.
   */
  updateAhead?(slot: number, table: BarTable, from: number, to: number): void;
  /**
   * As {@link update} for the rows [from, to) of one time; `slotOf` has the slot of each symbol id, −1 for none. Where
   * it is absent the runner calls `update` row by row; a loop of the indicator's own needs no call for each.
   */
  updateRows?(slotOf: Int32Array, table: BarTable, from: number, to: number): void;
  /**
   * As {@link updateRows} where the rows are of slots that follow one another from `first` on, as those of an instant
   * are in which every symbol has a bar: then slots are columns, too, and nothing is looked up row by row.
   */
  updateRun?(first: number, table: BarTable, from: number, to: number): void;
  /** Whether every line has a value for `slot`; the runner calls no `onBar` before. */
  isReady(slot: number): boolean;
}

/**
 * Lengths of its warm-up after which an average that never forgets is settled: 1 / length as Wilder's weight leaves
 * (1 − 1 / n)^8n, a three-thousandth of what came before.
 */
export const SETTLING = 8;

/** A price of a bar that an indicator can be computed on. */
export type BarField = 'open' | 'high' | 'low' | 'close' | 'volume';

/** The column of a field. */
export function columnOf(table: BarTable, field: BarField): Float64Array {
  switch (field) {
    case 'close':
      return table.close;
    case 'open':
      return table.open;
    case 'high':
      return table.high;
    case 'low':
      return table.low;
    case 'volume':
      return table.volume;
  }
}
