/** What quotes and prints decide at the naive exchange. */
import {
  actsAs,
  endImmediate,
  isElectedAt,
  isImmediate,
  isPrice,
  isWithinLimit,
  sessionFor,
  setsLast,
} from './naiveRules.js';
import { phaseAt } from '../../calendar/sessions.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import { tickOf } from '../rulebook/tickSizes.js';
import { passesPriceTest } from './naiveShorts.js';
import { decideAuction, isAuctionTrade, isCertain } from './naiveAuctions.js';
import { isWithinBands } from './naiveHalts.js';
import type { NaiveMarket, SeenPrint } from './NaiveMarket.js';
import type { NaiveOrder } from './naiveTypes.js';

function isMarket(known: NaiveOrder): boolean {
  return actsAs(known) === 'market';
}

function basisOf(market: NaiveMarket, known: NaiveOrder): string | undefined {
  return market.basis(isMarket(known) ? 'market' : 'resting');
}

/** Orders that work in the present part of the day. */
function live(market: NaiveMarket): NaiveOrder[] {
  const { exchange, symbolId } = market;
  return exchange
    .atVenue(symbolId)
    .filter((known) => known.state === 'working' && exchange.tradesAt(known, exchange.now));
}

/** Whether an order that waited for the open still waits for its auction, for a minute at most (M12). */
function awaitsOpening(market: NaiveMarket, known: NaiveOrder): boolean {
  const { now } = market.exchange;
  if (!known.awaitsAuction) return false;
  const session = sessionFor(now);
  const isOpened = market.openedOn === session.date && !market.opensBehind;
  if (!isOpened && market.known.has('lastSale') && now < session.open + MINUTE) return true;
  known.awaitsAuction = false;
  return false;
}

/** Lets every order look at the standing quote. */
export function decideQuote(market: NaiveMarket): void {
  // Legs that the quote arms look at it too.
  for (const known of [...market.exchange.orders]) {
    if (!live(market).includes(known) || basisOf(market, known) !== 'nbbo') continue;
    if (actsAs(known) === 'stop') continue;
    if (!awaitsOpening(market, known)) lookAtQuote(market, known);
  }
}

/** Lets one order look at the standing quote: it takes the far side, or gets its own price if it rested. */
export function lookAtQuote(market: NaiveMarket, known: NaiveOrder): void {
  judge(market, known);
  if (known.state !== 'done' && known.rests) joinQueue(market, known);
}

function judge(market: NaiveMarket, known: NaiveOrder): void {
  const { exchange, quote } = market;
  const { now, preset } = exchange;
  const isBuy = known.order.side === 'buy';
  if (!passesPriceTest(market, known)) return;
  if (quote?.flags !== 0 || quote.time < known.looksFrom) return;
  if (quote.time < sessionFor(now).premarketOpen) return;
  const far = isBuy ? market.ask : market.bid;
  let { price } = far;
  if (market.crossedSince !== 0) {
    if (now - market.crossedSince < 2 * SECOND) return;
    price = isBuy ? quote.bid : quote.ask;
  }
  if (!isPrice(price) || !(far.size > 0)) {
    // Nothing is there to be taken.
    if (!isMarket(known) && !isImmediate(known) && market.crossedSince === 0) known.rests = true;
    return;
  }
  if (!market.isPlausible(price)) return;
  // A quote beyond the bands cannot be executed (R7).
  if (!isWithinBands(market, price, now)) return;
  const { limitPrice } = known.order;
  const room = preset.displayedSize === 'unlimited' ? Infinity : Math.max(0, far.size * SHARE - far.taken);
  const limit = isMarket(known) ? undefined : limitPrice;
  const reaches = limit === undefined || (isBuy ? limit >= price : limit <= price);
  if (!reaches) known.rests = true;
  else {
    let at = price;
    if (limit !== undefined && known.rests) at = limit;
    else {
      const half = isPrice(quote.bid) && isPrice(quote.ask) ? Math.floor(Math.abs(quote.ask - quote.bid) / 2) : 0;
      at = market.withCosts(known, price, 0, Math.min(half, Math.floor(price / 2)));
      if (limit !== undefined) at = isBuy ? Math.min(at, limit) : Math.max(at, limit);
    }
    far.taken += exchange.take(known, room, at, market.evidence(known.rests && limit !== undefined ? at : price));
  }
  if (isImmediate(known)) endImmediate(exchange, known);
}

/** Where a resting limit stands at its price: behind all that is shown there, alone if it is better (M5). */
function joinQueue(market: NaiveMarket, known: NaiveOrder): void {
  const { quote, exchange } = market;
  const { limitPrice, side } = known.order;
  if (exchange.preset.queue !== 'volume-ahead' || known.ahead >= 0 || quote?.flags !== 0 || limitPrice === undefined)
    return;
  const near = side === 'buy' ? market.bid : market.ask;
  const isBehind = side === 'buy' ? limitPrice < near.price : limitPrice > near.price;
  if (isPrice(near.price) && isBehind) return;
  const isAtBest = limitPrice === near.price;
  known.ahead = isAtBest ? Math.floor((near.size * SHARE * exchange.preset.queuePercent) / 100) : 0;
}

/** Lets every order look at one print; its size is shared among them. */
export function decidePrint(market: NaiveMarket, seen: SeenPrint): void {
  const { exchange } = market;
  const { print } = seen;
  decideAuction(market, seen);
  if (!setsLast(print)) return;
  estimateOpening(market, seen);
  const isRegular = phaseAt(exchange.now) === 'regular' && (print.flags & PrintFlag.EXTENDED_HOURS) === 0;
  // Legs that the print arms look at it too.
  for (const known of [...exchange.orders]) {
    if (!live(market).includes(known) || (!isRegular && !known.order.extendedHours)) continue;
    const basis = basisOf(market, known);
    if (actsAs(known) === 'stop') {
      if (!isElectedAt(known, print.price) || !mayElect(market, print.price)) {
        exchange.follow(known, print.price);
        continue;
      }
      exchange.elect(known);
      if (basisOf(market, known) === 'nbbo') lookAtQuote(market, known);
      continue;
    }
    // Whatever decides it, a print says whether the auction is still to come.
    if (awaitsOpening(market, known)) continue;
    if (isMarket(known) || isImmediate(known)) {
      if (basis === 'lastSale' && exchange.now >= known.looksFrom) takePrint(market, known, seen);
    } else if (basis === 'lastSale' || (basis === 'nbbo' && known.rests)) {
      restAtPrint(market, known, seen);
    }
  }
}

/** Where the rules of an account say so, only a print within the best quote elects stops (R3). */
function mayElect({ exchange, quote }: NaiveMarket, price: number): boolean {
  if (!exchange.preset.orderRules.electionWithinQuote || quote?.flags !== 0) return true;
  return !(isPrice(quote.bid) && price < quote.bid) && !(isPrice(quote.ask) && price > quote.ask);
}

/** Without an opening auction, the first trade from a minute after the open stands for it (R4). */
function estimateOpening(market: NaiveMarket, seen: SeenPrint): void {
  const { exchange, symbolId } = market;
  const { now, preset } = exchange;
  const { open, date } = sessionFor(now);
  const isAuctions = isAuctionTrade(seen.print);
  if (
    isAuctions ||
    market.openedOn === date ||
    !preset.auctionEstimate ||
    phaseAt(now) !== 'regular' ||
    now < open + MINUTE
  )
    return;
  for (const known of exchange.atVenue(symbolId)) {
    if (known.tif !== 'opg' || known.arrivesAt > open || !isCertain(exchange, known, seen.print.price)) continue;
    seen.taken += exchange.take(known, roomOf(market, seen), seen.print.price);
  }
}

function roomOf(market: NaiveMarket, seen: SeenPrint): number {
  if (market.exchange.preset.displayedSize === 'unlimited') return Infinity;
  return Math.max(0, seen.print.size * SHARE - seen.taken);
}

/** Without quotes: the print's price with half a modelled spread. */
function takePrint(market: NaiveMarket, known: NaiveOrder, seen: SeenPrint): void {
  const { exchange } = market;
  if (!passesPriceTest(market, known)) return;
  if (!isMarket(known) && !isImmediate(known)) return;
  const half = market.halfSpread(seen.print.price, seen.print.size, exchange.now);
  const price = market.withCosts(known, seen.print.price, half);
  if (isWithinLimit(known, price))
    seen.taken += exchange.take(known, roomOf(market, seen), price, market.evidence(seen.print.price));
  if (isImmediate(known)) endImmediate(exchange, known);
}

/** A resting limit: traded through, or at its price once the queue ahead is gone. */
function restAtPrint(market: NaiveMarket, known: NaiveOrder, seen: SeenPrint): void {
  const { exchange } = market;
  const { queue } = exchange.preset;
  const { print } = seen;
  const limit = known.order.limitPrice ?? 0;
  const beyond = known.order.side === 'buy' ? limit - print.price : print.price - limit;
  if (beyond < 0) return;
  const isLit = (print.flags & PrintFlag.OFF_EXCHANGE) === 0;
  let room = roomOf(market, seen);
  if (beyond > 0) {
    if (!isLit && beyond < tickOf(limit, RAW_PRICE_SCALE)) return;
    known.ahead = 0;
  } else {
    if (!isLit || queue === 'conservative') return;
    if (queue === 'volume-ahead') {
      if (known.ahead < 0) return;
      const size = print.size * SHARE;
      const free = Math.max(0, size - known.ahead);
      known.ahead = Math.max(0, known.ahead - size);
      room = Math.max(0, free - seen.taken);
    }
  }
  seen.taken += exchange.take(known, room, limit, market.evidence(limit));
}
