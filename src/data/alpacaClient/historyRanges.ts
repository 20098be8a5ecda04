/**
 * How history of Alpaca is asked for: which of its time frames makes ours, and how far a request can be answered now.
 * Alpaca's hours lie on the clock and ours on 09:30, so that hours are made of half hours (X5).
 */
import { barEnd, barStart } from '../../calendar/barGrid.js';
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { sessionOf } from '../../calendar/sessions.js';
import { PapertapeError } from '../../domain/errors.js';
import type { HistoryRequest } from '../../domain/marketSource.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';

/** A time frame of Alpaca that ours is, or is made of. */
export interface BaseTimeframe {
  readonly timeframe: Timeframe;
  /** As Alpaca writes it. */
  readonly text: string;
}

const TEXTS: Readonly<Partial<Record<Timeframe, string>>> = {
  '1m': '1Min',
  '2m': '2Min',
  '3m': '3Min',
  '5m': '5Min',
  '10m': '10Min',
  '15m': '15Min',
  '30m': '30Min',
  '1d': '1Day',
};
const HOURS: ReadonlySet<Timeframe> = new Set(['1h', '2h', '4h']);
/** Late trades reach a minute bar, and the trades themselves, for about so long. */
const SETTLED_AFTER: DurationMicros = MINUTE;
const LIVE_SETTLED_AFTER: DurationMicros = 2 * SECOND;

/** The base of a time frame. Throws `SOURCE_REQUEST_REFUSED` for seconds, which Alpaca does not keep. */
export function baseTimeframe(timeframe: Timeframe): BaseTimeframe {
  const own = HOURS.has(timeframe) ? '30m' : timeframe;
  const text = TEXTS[own];
  if (text !== undefined) return { timeframe: own, text };
  throw new PapertapeError('SOURCE_REQUEST_REFUSED', `Alpaca has no bars of ${timeframe}.`, {
    remedy: 'Ask for 1m or longer, or for prints, of which shorter bars can be made.',
  });
}

/**
 * The end of what a request can be answered for: nothing is told of a bar that is not over, or of a time that late
 * trades may still change. For bars by their start.
 */
export function answerableUntil(request: HistoryRequest, now: Micros, delay: DurationMicros): Micros {
  const { kind, timeframe, to } = request;
  const isLive = request.priority === 'live';
  if (kind !== 'bar' || timeframe === undefined) {
    return Math.min(to, now - delay - (isLive ? LIVE_SETTLED_AFTER : SETTLED_AFTER));
  }
  const over = now - delay - (isLive ? 0 : SETTLED_AFTER);
  if (timeframe !== '1d') return Math.min(to, barStart(over, timeframe));
  // Alpaca's daily bar counts trades after hours too.
  const session = sessionOf(newYorkDate(over));
  return session !== undefined && session.afterHoursClose > over ? Math.min(to, session.open) : Math.min(to, over);
}

/** From when on, and until when (exclusive), rows of the base are needed for the bars that start in [from, to). */
export function neededRange(timeframe: Timeframe, from: Micros, to: Micros): { from: Micros; to: Micros } {
  // A daily bar is stamped midnight New York.
  if (timeframe === '1d') return { from: fromNewYork(newYorkDate(from), 0), to };
  if (!HOURS.has(timeframe)) return { from, to };
  return { from: barStart(from, timeframe) ?? from, to: barEnd(to - 1, timeframe) ?? to };
}
