/** What became of an imported file: rows read and kept, and every refusal with its reason and lines. */
import type { MergeOutcome } from '../../domain/history.js';
import type { HistoryKind } from '../../domain/ports.js';
import type { Timeframe } from '../../domain/timeframe.js';

/** Why a row was refused, each with the sentence that a report shows. */
export const REFUSAL_REASONS = {
  fieldMissing: 'has fewer fields than the header',
  notANumber: 'has something other than a number as price or size',
  numberTooLarge: 'has a number too large to hold exactly',
  tooManyDecimals: 'has a price with more than 6 decimals, or a size that is not whole',
  notPositive: 'has a price that is zero or negative, or a negative size',
  highBelowLow: 'has a high below its low',
  outsideHighLow: 'has an open or close outside its low to high',
  timeInvalid: 'has no valid time',
  timeOffGrid: 'starts where no bar of its timeframe can start',
  timeBackwards: 'is earlier than a row before it',
  duplicate: 'has the time of a row before it',
  outsideCalendar: 'lies outside the years of the exchange calendar',
  outsideSession: 'lies outside the trading hours of the exchange',
  symbolInvalid: 'has no valid symbol',
} as const;

/** A reason of {@link REFUSAL_REASONS}. */
export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** The refusals of one reason. */
export interface RefusedRows {
  readonly reason: RefusalReason;
  readonly count: number;
  /** The first line numbers, at most 20; the header is line 1. For Parquet, row numbers plus one. */
  readonly lines: readonly number[];
}

/** What an import wrote for one symbol. */
export interface ImportedSymbol {
  readonly symbol: string;
  readonly rows: number;
  readonly outcome: MergeOutcome;
}

/** The account of one file. */
export interface ImportReport {
  readonly path: string;
  /** Name of the recognised layout. */
  readonly layout: string;
  readonly kind: HistoryKind | 'factor' | 'ticker';
  readonly timeframe: Timeframe | undefined;
  readonly rowsRead: number;
  readonly rowsKept: number;
  readonly refused: readonly RefusedRows[];
  readonly symbols: readonly ImportedSymbol[];
}

const MAX_LINES = 20;

/** Counts refusals by reason. */
export class RefusalCounter {
  readonly #byReason = new Map<RefusalReason, { count: number; lines: number[] }>();

  /** Notes that a line was refused. */
  add(reason: RefusalReason, line: number): void {
    let entry = this.#byReason.get(reason);
    if (entry === undefined) {
      entry = { count: 0, lines: [] };
      this.#byReason.set(reason, entry);
    }
    entry.count += 1;
    if (entry.lines.length < MAX_LINES) entry.lines.push(line);
  }

  /** Number of refused rows. */
  get total(): number {
    let total = 0;
    for (const entry of this.#byReason.values()) total += entry.count;
    return total;
  }

  /** The refusals, most frequent first. */
  summary(): readonly RefusedRows[] {
    return [...this.#byReason]
      .map(([reason, entry]) => ({ reason, ...entry }))
      .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }
}
