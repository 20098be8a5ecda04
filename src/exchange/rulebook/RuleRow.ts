/**
 * The common form of every row of the rulebook: from when it holds, what it says, who says so, and whether that was
 * checked. A table is rows in ascending order of date; a row holds until the next one begins, so the end of a rule is
 * a row of its own. Before the first row a table knows nothing, which is not the same as "no rule".
 */
import { FIRST_DATE } from '../../calendar/TradingCalendar.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';

/** One row; see the module header. */
export interface RuleRow {
  /** First trading date on which the row holds, inclusive. */
  readonly from: TradingDate;
  /** What holds, in a sentence. */
  readonly rule: string;
  /** Where it is written. */
  readonly source: string;
  /** Whether content and start were checked against that source; if not, `note` says what is open. */
  readonly verified: boolean;
  /** What a receipt must say when a decision rests on this row; empty if there is nothing to say. */
  readonly note: string;
}

/** The words of a row without its figures. */
export type RuleText = Pick<RuleRow, 'rule' | 'source' | 'verified' | 'note'>;

/** The first day of the exchange calendar: the start of rows whose true start lies before it. */
export const CALENDAR_START: TradingDate = FIRST_DATE;

/** A checked row's words. */
export const verified = (rule: string, source: string, note = ''): RuleText => ({
  rule,
  source,
  verified: true,
  note,
});

/** The words of a row of which `note` says what could not be checked. */
export const unverified = (rule: string, source: string, note: string): RuleText => ({
  rule,
  source,
  verified: false,
  note,
});

/** A row of figures with its words, starting on a date as `YYYY-MM-DD` or on a known day. */
export function rowOf<F extends object>(from: string | TradingDate, figures: F, text: RuleText): F & RuleRow {
  return { ...figures, from: typeof from === 'string' ? parseDate(from) : from, ...text };
}

/** The row in force on a date, or undefined before the first: then the rule is unknown. */
export function ruleOn<R extends RuleRow>(rows: readonly R[], date: TradingDate): R | undefined {
  let found: R | undefined;
  for (const row of rows) {
    if (row.from > date) break;
    found = row;
  }
  return found;
}

/** The row in force on a date. Throws `CALENDAR_RANGE` before the first row: an unknown rule is not guessed. */
export function knownRuleOn<R extends RuleRow>(rows: readonly R[], date: TradingDate, what: string): R {
  const row = ruleOn(rows, date);
  if (row !== undefined) return row;
  throw new PapertapeError('CALENDAR_RANGE', `The rulebook does not know the ${what} on ${formatDate(date)}.`, {
    remedy: 'Choose dates that the rulebook covers (docs/rulebook.md).',
  });
}

/** What a receipt must say about a row: its note, marked if the row was not verified; empty if nothing. */
export function noteOf(row: RuleRow): string {
  return row.verified ? row.note : `not verified: ${row.note}`;
}
