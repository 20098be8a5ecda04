/**
 * Where bars begin and end (X5).
 *
 * Intraday bars lie on a grid anchored at 09:30 New York of their date, before and after it alike, and are cut
 * where a phase begins or ends and at midnight: no bar holds both premarket and regular trading. Bars are
 * [start, end). A daily bar is the regular session. Functions that ask a calendar take the NYSE's by default.
 */
import { MINUTE, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { REGULAR_OPEN } from './earlyCloses.js';
import { fromNewYork, newYorkDate } from './newYorkTime.js';
import { nyse } from './sessions.js';
import type { TradingCalendar } from './TradingCalendar.js';

/** The timeframes shorter than a day: their grid has no gaps. */
export type IntradayTimeframe = Exclude<Timeframe, '1d'>;

/** The stretch of time that a bar covers, [start, end). */
export interface BarSpan {
  readonly start: Micros;
  readonly end: Micros;
}

/**
 * The start of the bar that contains `time`. A daily bar exists only within regular hours; elsewhere the
 * answer for `1d` is undefined. Up to one minute it is a remainder, as every boundary is a whole minute; longer
 * bars ask the calendar (outside its years: `CALENDAR_RANGE`), so ask once per bar, not once per event.
 */
export function barStart(time: Micros, timeframe: IntradayTimeframe, calendar?: TradingCalendar): Micros;
export function barStart(time: Micros, timeframe: Timeframe, calendar?: TradingCalendar): Micros | undefined;
export function barStart(time: Micros, timeframe: Timeframe, calendar = nyse): Micros | undefined {
  if (timeframe === '1d') return regularSessionAt(time, calendar)?.start;
  const duration = TIMEFRAME_DURATION[timeframe];
  if (duration <= MINUTE) return gridStart(time, 0, duration);
  const date = newYorkDate(time);
  const nominal = gridStart(time, fromNewYork(date, REGULAR_OPEN), duration);
  return Math.max(nominal, cutBefore(time, calendar));
}

/**
 * The end of the bar that contains `time` (its start, or any moment within it); undefined as for
 * {@link barStart}. The end of one intraday bar is the start of the next.
 */
export function barEnd(time: Micros, timeframe: IntradayTimeframe, calendar?: TradingCalendar): Micros;
export function barEnd(time: Micros, timeframe: Timeframe, calendar?: TradingCalendar): Micros | undefined;
export function barEnd(time: Micros, timeframe: Timeframe, calendar = nyse): Micros | undefined {
  if (timeframe === '1d') return regularSessionAt(time, calendar)?.end;
  const duration = TIMEFRAME_DURATION[timeframe];
  if (duration <= MINUTE) return gridStart(time, 0, duration) + duration;
  const date = newYorkDate(time);
  const nominal = gridStart(time, fromNewYork(date, REGULAR_OPEN), duration) + duration;
  return Math.min(nominal, cutAfter(time, calendar));
}

/**
 * What a bar of foreign data covers whose label is a round clock time, such as an hourly bar "09:00" that
 * holds 09:30 to 10:00: the nominal bar [label, label + duration) cut to the regular session of its date.
 * For `1d` any time of the date serves as label. Undefined when no regular trading falls into it.
 */
export function clockBarSpan(label: Micros, timeframe: Timeframe, calendar = nyse): BarSpan | undefined {
  const session = calendar.sessionOf(newYorkDate(label));
  if (session === undefined) return undefined;
  if (timeframe === '1d') return { start: session.open, end: session.close };
  const start = Math.max(label, session.open);
  const end = Math.min(label + TIMEFRAME_DURATION[timeframe], session.close);
  return start < end ? { start, end } : undefined;
}

/**
 * {@link barStart} and {@link barEnd} of many times that mostly follow one another: within a phase of a day the
 * calendar is asked once.
 */
export class BarGrid {
  /** The bar that {@link find} found. */
  start: Micros = 0;
  end: Micros = 0;
  private readonly timeframe: Timeframe;
  private readonly duration: DurationMicros;
  private readonly calendar: TradingCalendar;
  /** Where the grid goes through, and the stretch of time for which this is known: none at first. */
  private anchor: Micros = 0;
  private from: Micros = 0;
  private to: Micros = 0;

  constructor(timeframe: Timeframe, calendar = nyse) {
    this.timeframe = timeframe;
    this.duration = TIMEFRAME_DURATION[timeframe];
    this.calendar = calendar;
  }

  /** Finds the bar that contains `time`; false if there is none, which only daily bars know. */
  find(time: Micros): boolean {
    if (!(time >= this.from && time < this.to) && !this.enter(time)) return false;
    if (this.timeframe === '1d') {
      this.start = this.from;
      this.end = this.to;
      return true;
    }
    const start = gridStart(time, this.anchor, this.duration);
    this.start = Math.max(start, this.from);
    this.end = Math.min(start + this.duration, this.to);
    return true;
  }

  private enter(time: Micros): boolean {
    const { timeframe, duration, calendar } = this;
    if (timeframe === '1d') {
      const session = regularSessionAt(time, calendar);
      if (session === undefined) return false;
      this.from = session.start;
      this.to = session.end;
    } else if (duration <= MINUTE) {
      this.from = -Infinity;
      this.to = Infinity;
    } else {
      this.anchor = fromNewYork(newYorkDate(time), REGULAR_OPEN);
      this.from = cutBefore(time, calendar);
      this.to = cutAfter(time, calendar);
    }
    return true;
  }
}

/** The grid line at or before `time` of a grid through `anchor`; exact, as times are safe integers. */
function gridStart(time: Micros, anchor: Micros, duration: DurationMicros): Micros {
  return anchor + Math.floor((time - anchor) / duration) * duration;
}

/** The last phase boundary or midnight at or before `time`. */
function cutBefore(time: Micros, calendar: TradingCalendar): Micros {
  const midnight = fromNewYork(newYorkDate(time), 0);
  const boundary = calendar.boundaries[calendar.boundaryAfter(time) - 1];
  return boundary === undefined ? midnight : Math.max(boundary, midnight);
}

/** The first phase boundary or midnight after `time`. */
function cutAfter(time: Micros, calendar: TradingCalendar): Micros {
  const midnight = fromNewYork(newYorkDate(time) + 1, 0);
  return Math.min(calendar.boundaries[calendar.boundaryAfter(time)] ?? midnight, midnight);
}

function regularSessionAt(time: Micros, calendar: TradingCalendar): BarSpan | undefined {
  const session = calendar.sessionOf(newYorkDate(time));
  if (session === undefined || time < session.open || time >= session.close) return undefined;
  return { start: session.open, end: session.close };
}
