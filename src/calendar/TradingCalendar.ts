/**
 * The sessions of an exchange as a table: every question is an index, none a computation of rules.
 *
 * A calendar is immutable. An announcement (a closure at 08:00 of the day itself) makes a new calendar with
 * {@link TradingCalendar.withChange}; whoever runs on the old one takes over the new one (F55).
 * Session dates are New York dates; the trade date rolls at midnight New York (R21).
 */
import { PapertapeError } from '../domain/errors.js';
import { DAY, MINUTE } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { assert } from '../utils/assert.js';
import {
  AFTER_HOURS_CLOSE,
  EARLY_AFTER_HOURS_CLOSE,
  earlyClosesOf,
  IRREGULAR_SESSIONS,
  PREMARKET_OPEN,
  REGULAR_CLOSE,
  REGULAR_OPEN,
} from './earlyCloses.js';
import { fromNewYork, newYorkDate } from './newYorkTime.js';
import { ruleHolidays, SPECIAL_CLOSURES } from './nyseHolidays.js';
import type { TradingDate } from './tradingDate.js';
import { dateOf, dayOfWeek, formatDate, Weekday } from './tradingDate.js';

/** The years of the calendar. */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2035;

/** The first and last date that the calendar answers for. */
export const FIRST_DATE: TradingDate = dateOf(FIRST_YEAR, 1, 1);
export const LAST_DATE: TradingDate = dateOf(LAST_YEAR, 12, 31);

/** What part of a day a time belongs to; each part contains its start and not its end. */
export type SessionPhase = 'closed' | 'premarket' | 'regular' | 'afterHours';

/** One trading day. All times in Micros, strictly ascending. */
export interface Session {
  readonly date: TradingDate;
  /** 04:00 New York. */
  readonly premarketOpen: Micros;
  /** Start of regular trading: 09:30, later on a few days. */
  readonly open: Micros;
  /** End of regular trading: 16:00, 13:00 (14:00 until 1992) on early closes, any minute when it stopped early. */
  readonly close: Micros;
  /** 20:00; 17:00 on early closes. */
  readonly afterHoursClose: Micros;
  /** Whether the exchange announced an early close; a breakdown or a storm that ended a day is none. */
  readonly isEarlyClose: boolean;
}

/** An announced change of one day, in New York wall-clock times since midnight. */
export type CalendarChange =
  | { readonly date: TradingDate; readonly closed: true }
  | {
      readonly date: TradingDate;
      readonly closed: false;
      readonly open: DurationMicros;
      readonly close: DurationMicros;
      readonly afterHoursClose: DurationMicros;
      readonly isEarlyClose: boolean;
    };

/** Boundaries per session, in order: premarket open, open, close, after-hours close. */
export const BOUNDARIES_PER_SESSION = 4;

/** The phase that lasts until a boundary, by the boundary's index modulo four. */
const PHASE_BEFORE: readonly SessionPhase[] = ['closed', 'premarket', 'regular', 'afterHours'];

/** The phase that lasts until the boundary at `index`; no session has a boundary outside the table. */
export function phaseBefore(index: number): SessionPhase {
  return PHASE_BEFORE[index & 3] ?? 'closed';
}

/** The days of one calendar; see {@link nyse} in sessions.ts for the built-in one. */
export class TradingCalendar {
  /** Four ascending times per session (see {@link BOUNDARIES_PER_SESSION}), then the end of the last year. */
  readonly boundaries: Float64Array;
  /** Number of sessions. */
  readonly sessionCount: number;
  readonly #days: readonly DayPlan[];
  /** Per day since {@link FIRST_DATE}, and one more: the index of the first session on or after it. */
  readonly #indexOnOrAfter: Uint16Array;
  readonly #sessions: (Session | undefined)[];

  private constructor(days: readonly DayPlan[]) {
    this.#days = days;
    this.sessionCount = days.length;
    this.boundaries = new Float64Array(days.length * BOUNDARIES_PER_SESSION + 1);
    this.#indexOnOrAfter = new Uint16Array(LAST_DATE - FIRST_DATE + 2);
    this.#sessions = new Array<Session | undefined>(days.length).fill(undefined);
    let nextDay = 0;
    let index = 0;
    for (const day of days) {
      for (; nextDay <= day.date - FIRST_DATE; nextDay++) this.#indexOnOrAfter[nextDay] = index;
      // One offset serves the day: New York changes its clocks at 02:00, before the premarket.
      const midnight = fromNewYork(day.date, PREMARKET_OPEN) - PREMARKET_OPEN;
      const base = index * BOUNDARIES_PER_SESSION;
      this.boundaries[base] = midnight + PREMARKET_OPEN;
      this.boundaries[base + 1] = midnight + day.open;
      this.boundaries[base + 2] = midnight + day.close;
      this.boundaries[base + 3] = midnight + day.afterHoursClose;
      index++;
    }
    this.#indexOnOrAfter.fill(index, nextDay);
    this.boundaries[index * BOUNDARIES_PER_SESSION] = fromNewYork(LAST_DATE + 1, 0);
  }

  /** The calendar of the New York Stock Exchange as it was and is announced. */
  static nyse(): TradingCalendar {
    return new TradingCalendar(planDays());
  }

  /**
   * A calendar in which one day differs: closed, or a session with other hours (premarket from 04:00).
   * Throws `CALENDAR_RANGE` for a date outside the years; hours out of order or
   * not in whole minutes are a programmer error.
   */
  withChange(change: CalendarChange): TradingCalendar {
    requireInRange(change.date);
    const days = this.#days.filter((day) => day.date !== change.date);
    if (!change.closed) {
      const { date, open, close, afterHoursClose, isEarlyClose } = change;
      assert(
        PREMARKET_OPEN < open && open < close && close < afterHoursClose && afterHoursClose < DAY,
        `the hours of ${formatDate(date)} ascend from 04:00 within the day`,
      );
      // The grid of bars up to a minute relies on it.
      assert(
        open % MINUTE === 0 && close % MINUTE === 0 && afterHoursClose % MINUTE === 0,
        `the hours of ${formatDate(date)} are whole minutes`,
      );
      days.push({ date, open, close, afterHoursClose, isEarlyClose });
      days.sort((a, b) => a.date - b.date);
    }
    return new TradingCalendar(days);
  }

  /** The session of a date, undefined on weekends, holidays and closures. */
  sessionOf(date: TradingDate): Session | undefined {
    const index = this.indexOnOrAfter(date);
    return this.#days[index]?.date === date ? this.sessionAtIndex(index) : undefined;
  }

  /** The session whose premarket, regular or after-hours trading `time` falls into, if any. */
  sessionAt(time: Micros): Session | undefined {
    const session = this.sessionOf(newYorkDate(time));
    return session && time >= session.premarketOpen && time < session.afterHoursClose ? session : undefined;
  }

  /** The first session after a date. */
  nextSession(date: TradingDate): Session {
    requireInRange(date);
    return this.sessionAtIndex(this.#lookup(date + 1));
  }

  /** The last session before a date. */
  previousSession(date: TradingDate): Session {
    return this.sessionAtIndex(this.indexOnOrAfter(date) - 1);
  }

  /** The sessions from one date to another, both inclusive. Throws `DATE_RANGE_INVALID` if `to` is before `from`. */
  sessionsBetween(from: TradingDate, to: TradingDate): readonly Session[] {
    requireInRange(from);
    requireInRange(to);
    if (to < from) {
      throw new PapertapeError(
        'DATE_RANGE_INVALID',
        `The range of dates ends on ${formatDate(to)}, before it starts on ${formatDate(from)}.`,
        { remedy: 'Give the earlier date first.' },
      );
    }
    const sessions: Session[] = [];
    const end = this.#lookup(to + 1);
    for (let index = this.indexOnOrAfter(from); index < end; index++) sessions.push(this.sessionAtIndex(index));
    return sessions;
  }

  /** The phase at a time; allocates nothing. */
  phaseAt(time: Micros): SessionPhase {
    return phaseBefore(this.boundaryAfter(time));
  }

  /**
   * The index in {@link boundaries} of the first boundary after `time`; the phase at `time` is
   * {@link phaseBefore} of it. Allocates nothing.
   */
  boundaryAfter(time: Micros): number {
    let index = this.indexOnOrAfter(newYorkDate(time)) * BOUNDARIES_PER_SESSION;
    // At most four steps: sessions of later dates start after `time`.
    while (time >= (this.boundaries[index] ?? Infinity)) index++;
    return index;
  }

  /** The index of the first session on or after a date; {@link sessionCount} after the last. */
  indexOnOrAfter(date: TradingDate): number {
    requireInRange(date);
    return this.#lookup(date);
  }

  #lookup(date: TradingDate): number {
    const index = this.#indexOnOrAfter[date - FIRST_DATE];
    if (index === undefined) throw outOfRange(`the date number ${date}`);
    return index;
  }

  /** The session with an index of {@link indexOnOrAfter}; throws `CALENDAR_RANGE` beyond the first and last. */
  sessionAtIndex(index: number): Session {
    const known = this.#sessions[index];
    if (known !== undefined) return known;
    const day = this.#days[index];
    if (day === undefined) throw outOfRange(index < 0 ? 'a session before its first' : 'a session after its last');
    const base = index * BOUNDARIES_PER_SESSION;
    const session: Session = {
      date: day.date,
      premarketOpen: this.boundaries[base] ?? 0,
      open: this.boundaries[base + 1] ?? 0,
      close: this.boundaries[base + 2] ?? 0,
      afterHoursClose: this.boundaries[base + 3] ?? 0,
      isEarlyClose: day.isEarlyClose,
    };
    this.#sessions[index] = session;
    return session;
  }
}

/** A trading day in wall-clock times. */
interface DayPlan {
  readonly date: TradingDate;
  readonly open: DurationMicros;
  readonly close: DurationMicros;
  readonly afterHoursClose: DurationMicros;
  readonly isEarlyClose: boolean;
}

/** Every trading day of the years by the holiday, early-close and irregular-session tables. */
function planDays(): DayPlan[] {
  const closed = new Set(SPECIAL_CLOSURES.map((closure) => closure.date));
  const special = new Map<TradingDate, DayPlan>();
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (const holiday of ruleHolidays(year)) closed.add(holiday.date);
    for (const { date, close } of earlyClosesOf(year)) {
      const afterHoursClose = EARLY_AFTER_HOURS_CLOSE;
      special.set(date, { date, open: REGULAR_OPEN, close, afterHoursClose, isEarlyClose: true });
    }
  }
  for (const { date, open, close } of IRREGULAR_SESSIONS) {
    special.set(date, { date, open, close, afterHoursClose: AFTER_HOURS_CLOSE, isEarlyClose: false });
  }
  const days: DayPlan[] = [];
  for (let date = FIRST_DATE; date <= LAST_DATE; date++) {
    const weekday = dayOfWeek(date);
    if (weekday === Weekday.SATURDAY || weekday === Weekday.SUNDAY || closed.has(date)) continue;
    days.push(
      special.get(date) ?? {
        date,
        open: REGULAR_OPEN,
        close: REGULAR_CLOSE,
        afterHoursClose: AFTER_HOURS_CLOSE,
        isEarlyClose: false,
      },
    );
  }
  return days;
}

function requireInRange(date: TradingDate): void {
  if (!(date >= FIRST_DATE && date <= LAST_DATE)) {
    throw outOfRange(Number.isInteger(date) ? `the date ${formatDate(date)}` : `the date number ${date}`);
  }
}

function outOfRange(what: string): PapertapeError {
  return new PapertapeError(
    'CALENDAR_RANGE',
    `The exchange calendar covers ${FIRST_YEAR}-01-01 to ${LAST_YEAR}-12-31 and does not know ${what}.`,
    { remedy: 'Choose dates within these years.' },
  );
}
