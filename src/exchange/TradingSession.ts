/** Where the trading day stands, as matching reads it; the exchange moves it at each boundary of the calendar. */
import type { SessionClock } from '../calendar/SessionClock.js';
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import type { Micros } from '../domain/units.js';

/** One object per exchange. The times are those of the session under way or, when closed, of the next one. */
export interface TradingSession {
  phase: SessionPhase;
  date: TradingDate;
  /** Premarket open: evidence from before it is of another day. */
  start: Micros;
  open: Micros;
  close: Micros;
  end: Micros;
}

/** Whether an order with or without the extended-hours flag can trade on a quote or print of this phase. */
export function tradesIn(phase: SessionPhase, extendedHours: boolean): boolean {
  return phase === 'regular' || (extendedHours && phase !== 'closed');
}

/** Brings a trading session up to where its clock stands. */
export function readSession(clock: SessionClock, target: TradingSession): void {
  const session = clock.session();
  target.phase = clock.phase;
  target.date = session.date;
  target.start = session.premarketOpen;
  target.open = session.open;
  target.close = session.close;
  target.end = session.afterHoursClose;
}

/** The trading session where a clock stands. */
export function tradingSessionAt(clock: SessionClock): TradingSession {
  const session: TradingSession = { phase: 'closed', date: 0, start: 0, open: 0, close: 0, end: 0 };
  readSession(clock, session);
  return session;
}
