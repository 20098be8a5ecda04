/**
 * Bar lengths of the protocol and where their bars begin: intraday bars from the start of their part of the day (04:00,
 * 09:30, the close), so that the last one of a part may be short; weeks are labelled by their Monday, months by their
 * first day. Labels of bars of a day and longer are midnight New York.
 */
import { nyse } from '../../calendar/sessions.js';
import { DAY, HOUR, MINUTE } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import { barStartOf, groupBarsBy } from '../alpaca/market/barTimeframe.js';
import type { BarRow } from '../alpaca/PaperVenue.js';
import { badRequest } from './twelvedataError.js';
import type { Query } from './Query.js';

/** A bar length. */
export interface Interval {
  readonly name: string;
  readonly kind: 'intraday' | 'day' | 'week' | 'month';
  /** How long a bar lasts at most. */
  readonly length: DurationMicros;
}

const intraday = (name: string, length: DurationMicros): Interval => ({ name, kind: 'intraday', length });

/** Trading days. */
export const DAILY: Interval = { name: '1day', kind: 'day', length: DAY };

const INTERVALS: readonly Interval[] = [
  intraday('1min', MINUTE),
  intraday('5min', 5 * MINUTE),
  intraday('15min', 15 * MINUTE),
  intraday('30min', 30 * MINUTE),
  intraday('45min', 45 * MINUTE),
  intraday('1h', HOUR),
  intraday('2h', 2 * HOUR),
  intraday('4h', 4 * HOUR),
  intraday('8h', 8 * HOUR),
  DAILY,
  { name: '1week', kind: 'week', length: 7 * DAY },
  { name: '1month', kind: 'month', length: 31 * DAY },
];
/** Bars of extended hours exist up to this length. */
const LONGEST_EXTENDED = 30 * MINUTE;

/** The interval of a request; throws 400 for none, unless there is a fallback. */
export function readInterval(query: Query, fallback?: string): Interval {
  const text = query.text('interval') ?? fallback;
  const interval = INTERVALS.find(({ name }) => name === text);
  if (interval !== undefined) return interval;
  const names = INTERVALS.map(({ name }) => name).join(', ');
  throw badRequest(
    text === undefined
      ? `**interval** parameter is missing. Supported intervals: ${names}`
      : `Invalid **interval** provided: ${text}. Supported intervals: ${names}`,
  );
}

/** Whether bars of extended hours can be asked for in this length. */
export function hasExtendedHours({ kind, length }: Interval): boolean {
  return kind === 'intraday' && length <= LONGEST_EXTENDED;
}

/** Ascending minutes (or days, for longer intervals) as bars of an interval; their `start` is the label. */
export function barsOf(rows: readonly BarRow[], interval: Interval): BarRow[] {
  const { kind } = interval;
  if (kind !== 'intraday') return groupBarsBy(rows, (start) => barStartOf(start, { count: 1, unit: kind }));
  return groupBarsBy(rows, (start) => intradayStart(start, interval.length));
}

/** Undefined outside all sessions. */
function intradayStart(time: Micros, length: DurationMicros): Micros | undefined {
  const session = nyse.sessionAt(time);
  if (session === undefined) return undefined;
  const { premarketOpen, open, close } = session;
  const anchor = time >= close ? close : time >= open ? open : premarketOpen;
  return anchor + Math.floor((time - anchor) / length) * length;
}
