/** Bar lengths. Bars of intraday timeframes are anchored at 09:30 New York, daily bars cover regular hours (X5). */
import type { DurationMicros } from './units.js';

/** One second, minute, hour and day in microseconds. */
export const SECOND: DurationMicros = 1_000_000;
export const MINUTE: DurationMicros = 60_000_000;
export const HOUR: DurationMicros = 3_600_000_000;
export const DAY: DurationMicros = 86_400_000_000;

/** The timeframes, shortest first; the index is the code stored in columns. */
export const TIMEFRAMES = [
  '1s',
  '5s',
  '15s',
  '30s',
  '1m',
  '2m',
  '3m',
  '5m',
  '10m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '1d',
] as const;

/** The length of a bar. */
export type Timeframe = (typeof TIMEFRAMES)[number];

/** Nominal length of each timeframe; a bar cut by a session's end is shorter. */
export const TIMEFRAME_DURATION: Readonly<Record<Timeframe, DurationMicros>> = {
  '1s': SECOND,
  '5s': 5 * SECOND,
  '15s': 15 * SECOND,
  '30s': 30 * SECOND,
  '1m': MINUTE,
  '2m': 2 * MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '10m': 10 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
};

/** Whether `text` names a timeframe. */
export function isTimeframe(text: string): text is Timeframe {
  return (TIMEFRAMES as readonly string[]).includes(text);
}

/** The code of a timeframe in columns: its index in {@link TIMEFRAMES}. */
export function timeframeCode(timeframe: Timeframe): number {
  return TIMEFRAMES.indexOf(timeframe);
}
