/** What a trade bar decides at the naive exchange: market orders at its open, then stops, then limits. */
import { isAuction, actsAs, endImmediate, isElectedAt, isImmediate, isWithinLimit, sessionFor } from './naiveRules.js';
import { SHARE } from '../../domain/units.js';
import { isCertain } from './naiveAuctions.js';
import type { NaiveMarket } from './NaiveMarket.js';
import type { NaiveBar, NaiveOrder } from './naiveTypes.js';

/** Decides on the bar that ends now. */
export function decideBar(market: NaiveMarket, bar: NaiveBar): void {
  const { exchange, symbolId } = market;
  const { preset, now } = exchange;
  // A first bar has none before it.
  const volumeBefore = (market.before ?? bar).volume;
  const start = now - bar.span;
  const hasPrints = market.known.has('lastSale');
  const isElectedHere = !hasPrints || market.basis('resting') === 'tradeBar';
  const isByBars = !hasPrints || market.basis('market') === 'tradeBar';
  const mayTrade = (known: NaiveOrder): boolean => {
    const isThere = known.tif === 'opg' ? known.state !== 'done' : known.state === 'working';
    if (!isThere || !exchange.tradesAt(known, now - 1)) return false;
    const acts = actsAs(known);
    const isMarket = acts === 'market';
    const isBasis = isAuction(known)
      ? !hasPrints || market.basis('market') === 'tradeBar'
      : acts !== 'stop'
        ? market.basis(isMarket ? 'market' : 'resting') === 'tradeBar'
        : isElectedHere;
    const wait = Math.floor((known.arrivesAt - known.submittedAt) / bar.span) * bar.span;
    const from = Math.max(known.submittedAt + wait, known.looksFrom, known.electedAt, known.armedAt);
    return isBasis && start >= from;
  };
  const take = (known: NaiveOrder, price: number, volume: number, base = price): void => {
    takeFromBar(market, known, price, volume, base);
  };
  const costly = (known: NaiveOrder, price: number, volume: number): number =>
    market.withCosts(known, price, market.halfSpread(price, volume, start));

  const limitOnBar = (known: NaiveOrder): void => {
    const limit = known.order.limitPrice ?? 0;
    const isBuy = known.order.side === 'buy';
    const beyond = isBuy ? limit - bar.low : bar.high - limit;
    if (preset.barLimit === 'touch' ? beyond < 0 : beyond <= 0) return;
    const isBetter = isBuy ? bar.open < limit : bar.open > limit;
    take(known, isBetter ? bar.open : limit, bar.volume);
  };
  for (const known of exchange.atVenue(symbolId)) {
    if (known.tif === 'cls' && known.state === 'waiting' && isByBars && now === sessionFor(now - 1).close) {
      market.settleClose(known);
    }
    if (!mayTrade(known)) continue;
    if (known.tif === 'opg') {
      const { open } = sessionFor(now - 1);
      if (start >= open && known.arrivesAt <= open) barAuction(market, known, bar.open, volumeBefore);
    } else if (actsAs(known) === 'market' || isImmediate(known)) {
      const price = costly(known, bar.open, volumeBefore);
      if (isWithinLimit(known, price)) take(known, price, volumeBefore, bar.open);
    }
    if (isImmediate(known)) endImmediate(exchange, known);
  }
  for (const known of exchange.atVenue(symbolId)) {
    if (!mayTrade(known) || actsAs(known) !== 'stop') continue;
    const isBuy = known.order.side === 'buy';
    // The first price that a trailing stop sees; after the adverse extreme it follows the better one (M9).
    if (known.best === 0) exchange.follow(known, bar.open);
    const isReached = isElectedAt(known, bar.high) || isElectedAt(known, bar.low);
    const isGap = bar.open !== known.stop && isElectedAt(known, bar.open);
    if (!isReached) {
      if (known.order.type !== 'trailing_stop') continue;
      exchange.follow(known, isBuy ? bar.low : bar.high);
      if (isBuy ? bar.close < known.stop : bar.close > known.stop) continue;
    }
    const base = isGap ? bar.open : known.stop;
    exchange.elect(known);
    const price = costly(known, base, bar.volume);
    const basis = market.basis('resting');
    // What it takes of a quote is reported like what others take of one.
    if (basis === 'quoteBar') market.tryStanding(known);
    else if (basis !== 'tradeBar') exchange.decideOn(undefined, () => market.tryStanding(known));
    else if (isWithinLimit(known, price)) take(known, price, bar.volume, base);
    else if (known.order.type === 'limit_if_touched') {
      // The price is past the trigger and goes on to a limit behind it; one before it was traded through already, and
      // pays no more of spread and slippage than it allows.
      const limit = known.order.limitPrice ?? 0;
      if (isWithinLimit(known, base) && limit !== base) take(known, limit, bar.volume, base);
      else limitOnBar(known);
    } else if (isGap) limitOnBar(known);
  }
  for (const known of exchange.atVenue(symbolId))
    if (mayTrade(known) && !isAuction(known) && actsAs(known) === 'limit') limitOnBar(known);
}

/** A bar's open or close stands for an auction; as an estimate it pays the spread of regular hours. */
export function barAuction(market: NaiveMarket, known: NaiveOrder, price: number, volume: number): void {
  const half = market.halfSpread(price, volume, market.exchange.now, true);
  const paid = market.withCosts(known, price, half);
  if (isCertain(market.exchange, known, paid)) takeFromBar(market, known, paid, volume, price, 'auction');
}

/** An order for the market gets the close of the bar that has just ended, where a preset says so. */
export function takeClose(market: NaiveMarket, bar: NaiveBar, known: NaiveOrder): void {
  const half = market.halfSpread(bar.close, bar.volume, market.barTime - bar.span);
  const price = market.withCosts(known, bar.close, half);
  takeFromBar(market, known, price, bar.volume, bar.close, 'close');
  if (isImmediate(known)) endImmediate(market.exchange, known);
}

/** Fills what the share in a volume leaves; `base` is the price before costs. */
function takeFromBar(
  market: NaiveMarket,
  known: NaiveOrder,
  price: number,
  volume: number,
  base: number,
  at: 'bar' | 'close' | 'auction' = 'bar',
): void {
  const { exchange, barTaken } = market;
  const { participationBps } = exchange.preset;
  const share = Math.floor((volume * participationBps) / 10_000) * SHARE;
  const room = participationBps === 0 ? Infinity : Math.max(0, share - barTaken);
  // Nothing of a bar comes after its close.
  exchange.inBar = at === 'close' ? 0 : base;
  market.barTaken += exchange.take(known, room, price, at === 'auction' ? undefined : market.evidence(base, 1));
  exchange.inBar = 0;
}

/** A stop loss whose entry filled in this bar at `entry`: the adverse extreme came after, and it does not gain (M9). */
export function stopAfterEntry(market: NaiveMarket, bar: NaiveBar, exit: NaiveOrder, entry: number): void {
  const { exchange } = market;
  const isBuy = exit.order.side === 'buy';
  exchange.follow(exit, entry);
  if (isBuy ? bar.high < exit.stop : bar.low > exit.stop) return;
  exchange.elect(exit);
  const base = isBuy ? Math.max(exit.stop, entry) : Math.min(exit.stop, entry);
  const half = market.halfSpread(base, bar.volume, exchange.now - bar.span);
  const price = market.withCosts(exit, base, half);
  if (isWithinLimit(exit, price)) takeFromBar(market, exit, price, bar.volume, base);
}
