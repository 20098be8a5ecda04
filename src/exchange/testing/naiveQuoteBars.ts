/**
 * What a bar of bids and asks decides at the naive exchange: its close for orders that take, its extremes for
 * limits.
 */
import { actsAs, endImmediate, isElectedAt, isImmediate, isPrice, isWithinLimit, sessionFor } from './naiveRules.js';
import { phaseAt } from '../../calendar/sessions.js';
import { SHARE } from '../../domain/units.js';
import type { NaiveMarket } from './NaiveMarket.js';
import type { NaiveOrder } from './naiveTypes.js';

/** Decides on the quote bar that ends now. */
export function decideQuoteBar(market: NaiveMarket): void {
  const { exchange, symbolId, quoteBar } = market;
  if (quoteBar === undefined) return;
  const start = exchange.now - quoteBar.span;
  for (const known of [...exchange.orders]) {
    if (!exchange.atVenue(symbolId).includes(known) || known.state !== 'working') continue;
    const isInHours = phaseAt(exchange.now - 1) === 'regular' || known.order.extendedHours;
    if (!isInHours) continue;
    if (actsAs(known) === 'stop') electByQuoteBar(market, known, start);
    else if (market.basis(actsAs(known) === 'market' ? 'market' : 'resting') !== 'quoteBar') continue;
    else if (actsAs(known) === 'limit' && known.rests) fillByRange(market, known, start);
    else takeQuoteBar(market, known);
  }
}

/** Takes the far side's close of the last quote bar. */
export function takeQuoteBar(market: NaiveMarket, known: NaiveOrder): void {
  const { exchange, quoteBar, quoteBarTime } = market;
  if (quoteBar === undefined || quoteBarTime < known.looksFrom) return;
  if (quoteBarTime < sessionFor(exchange.now).premarketOpen) return;
  const isBuy = known.order.side === 'buy';
  const far = (isBuy ? quoteBar.ask : quoteBar.bid)[3];
  const isTwoSided = isPrice(quoteBar.bid[3]) && isPrice(quoteBar.ask[3]);
  const size = isBuy ? quoteBar.askSize : quoteBar.bidSize;
  const isShown = size > 0 || exchange.preset.displayedSize === 'unlimited';
  if (isTwoSided && quoteBar.bid[3] > quoteBar.ask[3]) return;
  if (!isPrice(far) || !isShown || !market.isPlausible(far)) return;
  const spread = Math.abs(quoteBar.ask[3] - quoteBar.bid[3]);
  const half = isTwoSided ? Math.min(Math.floor(spread / 2), Math.floor(far / 2)) : 0;
  const isLimit = actsAs(known) === 'limit';
  const limit = known.order.limitPrice ?? 0;
  if (isLimit && !isWithinLimit(known, far)) {
    known.rests = true;
  } else {
    let price = market.withCosts(known, far, 0, half);
    if (isLimit) price = isBuy ? Math.min(price, limit) : Math.max(price, limit);
    market.quoteBarTaken[known.order.side] += exchange.take(known, roomOf(market, known), price, {
      base: far,
      time: market.quoteBarTime - 1,
    });
  }
  if (isImmediate(known)) endImmediate(exchange, known);
}

function roomOf({ exchange, quoteBar, quoteBarTaken }: NaiveMarket, { order: { side } }: NaiveOrder): number {
  if (exchange.preset.displayedSize === 'unlimited') return Infinity;
  const size = (side === 'buy' ? quoteBar?.askSize : quoteBar?.bidSize) ?? 0;
  return Math.max(0, size * SHARE - quoteBarTaken[side]);
}

/** A limit that rested through the whole bar: the far side's extreme went strictly through it. */
function fillByRange(market: NaiveMarket, known: NaiveOrder, start: number): void {
  const { exchange, quoteBar } = market;
  const limit = known.order.limitPrice ?? 0;
  const isBuy = known.order.side === 'buy';
  const restsFrom = Math.max(known.arrivesAt, known.looksFrom, known.armedAt, known.electedAt);
  if (quoteBar === undefined || start < restsFrom) return;
  const extreme = isBuy ? quoteBar.ask[2] : quoteBar.bid[1];
  const beyond = isBuy ? limit - extreme : extreme - limit;
  if (!isPrice(extreme) || !market.isPlausible(extreme)) return;
  if (exchange.preset.barLimit === 'touch' ? beyond < 0 : beyond <= 0) return;
  market.quoteBarTaken[known.order.side] += exchange.take(known, roomOf(market, known), limit, {
    base: limit,
    time: market.quoteBarTime - 1,
  });
}

/** Where nothing was ever traded, the far side elects stops; a trailing one follows its better extreme afterwards. */
function electByQuoteBar(market: NaiveMarket, known: NaiveOrder, start: number): void {
  const { exchange, quoteBar } = market;
  if (quoteBar === undefined || market.known.has('lastSale') || market.known.has('tradeBar')) return;
  if (start < Math.max(known.arrivesAt, known.looksFrom, known.armedAt)) return;
  const isBuy = known.order.side === 'buy';
  const [, high, low] = isBuy ? quoteBar.ask : quoteBar.bid;
  const isReached = [high, low].some((price) => isPrice(price) && isElectedAt(known, price));
  if (!isReached) {
    if (isPrice(isBuy ? low : high)) exchange.follow(known, isBuy ? low : high);
    return;
  }
  exchange.elect(known);
  takeQuoteBar(market, known);
}
