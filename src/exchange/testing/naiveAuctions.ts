/** The opening and closing auctions at the naive exchange: cut-offs, the auction's trade, and what stands for it. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { nextSession, phaseAt, sessionOf } from '../../calendar/sessions.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import { SHARE } from '../../domain/units.js';
import { auctionCutoffRuleOn } from '../rulebook/auctionCutoffs.js';
import { isReopeningTrade } from './naiveHalts.js';
import type { NaiveExchange } from './NaiveExchange.js';
import type { NaiveMarket, SeenPrint } from './NaiveMarket.js';
import { actsAs, endImmediate, isImmediate, sessionFor } from './naiveRules.js';
import type { NaiveOrder, NaivePrint } from './naiveTypes.js';

/** Without a closing trade for so long the last trade of the session stands for it. */
const PATIENCE = 10 * MINUTE;

/** Whether an auction takes no order of such a kind any more, or not yet for the next: by the NYSE or the broker. */
export function isPastCutoff(exchange: NaiveExchange, { tif, order, arrivesAt }: NaiveOrder): boolean {
  if (exchange.preset.auctionCutoffs === 'none') return false;
  // Until after-hours trading ends the auctions meant are those of the day.
  const { open, close, afterHoursClose, date } = sessionFor(arrivesAt);
  const rule = auctionCutoffRuleOn(exchange.preset.auctionCutoffs === 'alpaca' ? 'alpaca' : 'nyse', date);
  const isLimit = order.type === 'limit';
  if (tif === 'opg') {
    const end = open - (isLimit ? rule.limitOnOpen : rule.marketOnOpen);
    return arrivesAt >= end && arrivesAt < open + 9.5 * HOUR;
  }
  const end = close - (isLimit ? rule.limitOnClose : rule.marketOnClose);
  return tif === 'cls' && arrivesAt >= end && arrivesAt < afterHoursClose - HOUR;
}

/** A print of an auction fills the orders for it, up to its size, and what waited out a halt that it ends. */
export function decideAuction(market: NaiveMarket, seen: SeenPrint): void {
  const { exchange } = market;
  const { now } = exchange;
  const session = sessionFor(now);
  const isOpening = isOpeningTrade(seen.print, now);
  const isClosing = isClosingTrade(seen.print, now);
  const isReopening = phaseAt(now) === 'regular' && isReopeningTrade(seen.print);
  if (!isOpening && !isClosing && !isReopening) return;
  const cutoff = session.open - auctionCutoffRuleOn('nyse', session.date).marketOnOpen;
  const isReopened = market.reopenedAt === now;
  fillAll(market, seen, (known) => {
    if (known.tif === 'opg') return isOpening && known.arrivesAt <= session.open;
    if (known.tif === 'cls') return isClosing && known.arrivesAt < session.close;
    if (known.state !== 'working' || actsAs(known) === 'stop') return false;
    return isReopened || (isOpening && known.awaitsAuction && known.arrivesAt < cutoff);
  });
  if (!isOpening) return;
  for (const known of exchange.atVenue(market.symbolId)) {
    // Too late for the auction: what comes once the stock has opened.
    if (known.awaitsAuction && known.arrivesAt >= cutoff && !isReopened) known.looksFrom = now;
    known.awaitsAuction = false;
  }
}

/** Whether a print is an auction's trade; official prices are none. */
export function isAuctionTrade({ flags }: NaivePrint): boolean {
  const auctions = PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION | PrintFlag.REOPENING_AUCTION;
  return (flags & auctions) !== 0 && (flags & PrintFlag.VOLUME) !== 0;
}

/** Whether a print is the trade of an opening auction; official prices are none. */
export function isOpeningTrade({ flags }: NaivePrint, time: number): boolean {
  const isOfficial = (flags & (PrintFlag.OFFICIAL_OPEN | PrintFlag.OFFICIAL_CLOSE)) !== 0;
  return !isOfficial && (flags & PrintFlag.OPENING_AUCTION) !== 0 && phaseAt(time) === 'regular';
}

/** Whether a print is the trade of a closing auction; official prices are none. */
export function isClosingTrade({ flags }: NaivePrint, time: number): boolean {
  const isOfficial = (flags & (PrintFlag.OFFICIAL_OPEN | PrintFlag.OFFICIAL_CLOSE)) !== 0;
  return !isOfficial && (flags & PrintFlag.CLOSING_AUCTION) !== 0 && time >= sessionFor(time).close;
}

/** When the closing trade is given up; Infinity where nobody waits for it. */
export function closingDue(market: NaiveMarket): number {
  const { exchange, symbolId } = market;
  const { close, date } = lastSession(exchange.now);
  const waits = exchange.atVenue(symbolId).some(({ tif, arrivesAt }) => tif === 'cls' && arrivesAt < close);
  return waits && market.closedOn !== date && market.estimatedOn !== date && market.lastRegular > 0
    ? close + PATIENCE
    : Infinity;
}

/** The last trade of regular hours stands for the closing auction that did not come. */
export function estimateClosing(market: NaiveMarket): void {
  const { exchange } = market;
  if (!exchange.preset.auctionEstimate || exchange.now < closingDue(market)) return;
  // It is looked at once.
  const { close, date } = lastSession(exchange.now);
  market.estimatedOn = date;
  market.reopenLate();
  if (market.isHalted) return;
  const price = market.lastRegular;
  for (const known of exchange.atVenue(market.symbolId)) {
    if (known.tif !== 'cls' || known.arrivesAt >= close || !isCertain(exchange, known, price)) continue;
    exchange.take(known, Infinity, price);
  }
}

/** The session whose regular hours are over, or under way. */
function lastSession(time: number): { readonly close: number; readonly date: number } {
  const today = sessionOf(newYorkDate(time));
  return today ?? nextSession(newYorkDate(time));
}

function fillAll(market: NaiveMarket, seen: SeenPrint, isMeant: (known: NaiveOrder) => boolean): void {
  const { exchange, symbolId } = market;
  for (const known of exchange.atVenue(symbolId)) {
    if (!isMeant(known) || known.state === 'done') continue;
    const isBounded = exchange.preset.displayedSize === 'bounded';
    const room = isBounded ? Math.max(0, seen.print.size * SHARE - seen.taken) : Infinity;
    if (isCertain(exchange, known, seen.print.price)) seen.taken += exchange.take(known, room, seen.print.price);
    // Trading is open for it, whichever auction that was (R7).
    known.awaitsAuction = false;
    // It was the only chance of an immediate order that waited out a halt.
    if (isImmediate(known)) endImmediate(exchange, known);
    // What an auction leaves of a limit rests at its price from then on.
    if (actsAs(known) === 'limit') known.rests = true;
  }
}

/** A limit is sure of its fill only when the auction's price is strictly better (R4). */
export function isCertain({ preset }: NaiveExchange, known: NaiveOrder, price: number): boolean {
  if (actsAs(known) !== 'limit') return true;
  const limit = known.order.limitPrice ?? 0;
  const better = known.order.side === 'buy' ? limit - price : price - limit;
  return preset.queue === 'optimistic' ? better >= 0 : better > 0;
}
