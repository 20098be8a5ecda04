/** Places rows in the exchange's days: is a time within trading hours, and what span does a bar label cover. */
import { barEnd, barStart, clockBarSpan } from '../../calendar/barGrid.js';
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { nyse } from '../../calendar/sessions.js';
import { FIRST_DATE, LAST_DATE } from '../../calendar/TradingCalendar.js';
import type { Session } from '../../calendar/TradingCalendar.js';
import { MINUTE, TIMEFRAME_DURATION } from '../../domain/timeframe.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { RefusalReason } from './importReport.js';

/** Looks up the session of a time's New York date, remembering the last day. */
export class SessionLookup {
  #from: Micros = Infinity;
  #to: Micros = -Infinity;
  #session: Session | undefined;

  /** The session of the date; undefined when the exchange was closed, or outside the calendar's years. */
  sessionOn(time: Micros): Session | undefined {
    if (time >= this.#from && time < this.#to) return this.#session;
    const date = newYorkDate(time);
    this.#from = fromNewYork(date, 0);
    this.#to = fromNewYork(date + 1, 0);
    this.#session = date >= FIRST_DATE && date <= LAST_DATE ? nyse.sessionOf(date) : undefined;
    return this.#session;
  }

  /** Whether an event can have happened then: from the premarket's open to the end of after hours. */
  isTrading(time: Micros): boolean {
    const session = this.sessionOn(time);
    return session !== undefined && time >= session.premarketOpen && time <= session.afterHoursClose;
  }
}

/** Finds the span of bars of one timeframe by their labels. */
export class BarSpans {
  /** The span that {@link locate} found last. */
  start: Micros = 0;
  end: Micros = 0;
  readonly #timeframe: Timeframe;
  readonly #hasClockLabels: boolean;
  readonly #sessions = new SessionLookup();

  constructor(timeframe: Timeframe, hasClockLabels: boolean) {
    this.#timeframe = timeframe;
    this.#hasClockLabels = hasClockLabels;
  }

  /** Sets {@link start} and {@link end} for a label, or says why no bar can have it. */
  locate(label: Micros): RefusalReason | undefined {
    const session = this.#sessions.sessionOn(label);
    if (session === undefined) return 'outsideSession';
    if (this.#timeframe === '1d') return this.#set(session.open, session.close);
    const duration = TIMEFRAME_DURATION[this.#timeframe];
    if (duration <= MINUTE) {
      if (label < session.premarketOpen || label >= session.afterHoursClose) return 'outsideSession';
      // Every boundary of the grid is a whole minute.
      return label % duration === 0 ? this.#set(label, label + duration) : 'timeOffGrid';
    }
    if (!this.#hasClockLabels && barStart(label, this.#timeframe) === label) {
      if (label < session.premarketOpen || label >= session.afterHoursClose) return 'outsideSession';
      return this.#set(label, barEnd(label, this.#timeframe));
    }
    if (label % MINUTE !== 0) return 'timeOffGrid';
    const span = clockBarSpan(label, this.#timeframe);
    return span === undefined ? 'outsideSession' : this.#set(span.start, span.end);
  }

  #set(start: Micros, end: Micros): undefined {
    this.start = start;
    this.end = end;
  }
}
