/**
 * Until when the auctions take orders (R5), for a primary listing at the NYSE: 09:28 for the opening; for the
 * closing 15 minutes before the close until 2018, 10 minutes since 2019 (release 34-85021), and so three hours
 * earlier on early closes. After 19:00 orders for the next opening are taken again.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';

const LATER_CLOSING_CUTOFF = parseDate('2019-01-01');
const REOPENS_AFTER_OPEN = 9 * HOUR + 30 * MINUTE;

/** Whether an order for the opening auction that arrives at `time` is too late for the session that opens at `open`. */
export function isPastOpeningCutoff(time: Micros, open: Micros): boolean {
  return time >= open - 2 * MINUTE && time < open + REOPENS_AFTER_OPEN;
}

/** The last time, exclusive, at which the closing auction of a session takes orders. */
export function closingCutoff(date: TradingDate, close: Micros): Micros {
  return close - (date >= LATER_CLOSING_CUTOFF ? 10 : 15) * MINUTE;
}
