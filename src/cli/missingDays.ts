/** The trading days of a range on which a run had nothing to run on. */
import { dailyReturns } from '../analytics/dailyReturns.js';
import { formatCount, plural } from '../analytics/figureText.js';
import type { EquityCurve } from '../analytics/returns.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';

/** Share of the sessions that may be missing unsaid: single days are lost in most histories. */
const TOLERATED = 0.02;

/**
 * The warning that a range (New York dates `YYYY-MM-DD`, both inclusive) is mostly, or to a part that matters, without
 * data, with the first such day; none if it is not.
 */
export function missingDaysWarning(curve: EquityCurve, from: string, to: string): readonly string[] {
  const there = new Set(dailyReturns(curve, 1).dates);
  const sessions = sessionsBetween(parseDate(from), parseDate(to));
  const missing = sessions.filter(({ date }) => !there.has(date));
  const [first] = missing;
  if (first === undefined || missing.length <= TOLERATED * sessions.length) return [];
  const days = plural(missing.length, 'trading day', 'trading days');
  return [
    `There are no data for ${days} of ${formatCount(sessions.length)} from ${from} to ${to}, ` +
      `${formatDate(first.date)} the first: the figures are those of the rest. ` +
      '"papertape data ls" shows what is there.',
  ];
}
