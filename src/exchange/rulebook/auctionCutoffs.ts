/**
 * Until when the auctions take orders (R5), by venue and date. The windows end a fixed time before the session's own
 * open or close, three hours earlier on early closes. The two functions without a venue are the NYSE's, in the form
 * that admission asks for; after 19:00 orders for the next opening are taken again.
 */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { previousSession, sessionOf } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { AuctionCutoffRule, AuctionOrderKind, AuctionVenue } from './auctionCutoffRules.js';
import { AUCTION_CUTOFFS } from './auctionCutoffRules.js';
import { knownRuleOn } from './RuleRow.js';

const REOPENS_AFTER_OPEN = 9 * HOUR + 30 * MINUTE;

/** The row of a venue in force on a date; its note belongs on receipts. Throws `CALENDAR_RANGE` before the calendar. */
export function auctionCutoffRuleOn(venue: AuctionVenue, date: TradingDate): AuctionCutoffRule {
  return knownRuleOn(AUCTION_CUTOFFS[venue], date, 'auction cut-off');
}

/**
 * The first time at which an auction order is too late for the session of `date`; undefined if there is none.
 * An order that arrives before it is taken.
 */
export function auctionCutOff(kind: AuctionOrderKind, venue: AuctionVenue, date: TradingDate): Micros | undefined {
  const session = sessionOf(date);
  if (session === undefined) return undefined;
  const isOpening = kind === 'marketOnOpen' || kind === 'limitOnOpen';
  return (isOpening ? session.open : session.close) - auctionCutoffRuleOn(venue, date)[kind];
}

/**
 * From when a venue takes auction orders for the session of `date`, if it says so: at Alpaca 19:00 of the previous
 * trading day's evening. Undefined if there is no session or no such rule.
 */
export function auctionAcceptedFrom(venue: AuctionVenue, date: TradingDate): Micros | undefined {
  if (sessionOf(date) === undefined) return undefined;
  const { acceptedFrom } = auctionCutoffRuleOn(venue, date);
  return acceptedFrom === undefined ? undefined : fromNewYork(previousSession(date).date, acceptedFrom);
}

/** Whether an order for the opening auction that arrives at `time` is too late for the session that opens at `open`. */
export function isPastOpeningCutoff(time: Micros, open: Micros): boolean {
  return time >= open - 2 * MINUTE && time < open + REOPENS_AFTER_OPEN;
}

/** The last time, exclusive, at which the closing auction of a session takes orders. */
export function closingCutoff(date: TradingDate, close: Micros): Micros {
  return close - auctionCutoffRuleOn('nyse', date).marketOnClose;
}
