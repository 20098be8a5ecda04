/**
 * Halts and price bands of one symbol at the naive exchange (R6, R7): what the feed tells of them and what is computed,
 * which halts are in force, and whether a price may be traded at.
 */
import { phaseAt } from '../../calendar/sessions.js';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { SECOND } from '../../domain/timeframe.js';
import type { NaiveMarket } from './NaiveMarket.js';
import { isPrice, setsLast } from './naiveRules.js';
import type { NaivePrint, NaiveStatus } from './naiveTypes.js';

/** A computed pause is given up when a trade comes that much after it began. */
const GRACE = 5 * SECOND;

const KINDS: Readonly<Record<number, string>> = {
  [TradingStatus.HALTED]: 'regulatory',
  [TradingStatus.LULD_PAUSE]: 'pause',
  [TradingStatus.MARKET_WIDE_1]: 'breaker',
  [TradingStatus.MARKET_WIDE_2]: 'breaker',
  [TradingStatus.MARKET_WIDE_3]: 'breaker',
};

/** Takes over what a row tells of halts and bands. */
export function observeStatus(market: NaiveMarket, row: NaiveStatus): void {
  const kind = KINDS[row.status];
  switch (row.status) {
    case TradingStatus.BANDS:
      market.tellsBands = true;
      market.told = { lower: row.lower, upper: row.upper };
      return;
    case TradingStatus.OPERATOR_HALT:
      // What a person halts here trades on in the market: its quotes stay what they are.
      market.isHaltedByPerson = true;
      return;
    case TradingStatus.OPERATOR_RELEASE:
      market.isHaltedByPerson = false;
      return;
    case TradingStatus.TRADING:
      market.tellsHalts = true;
      if (market.halts.size === 0) return;
      market.halts.clear();
      market.voidQuotes();
      if (market.known.has('lastSale')) market.releasedAt = market.exchange.now;
      return;
    default:
      if (kind === undefined) return;
      market.tellsHalts = true;
      beginHalt(market, kind);
  }
}

function beginHalt(market: NaiveMarket, kind: string): void {
  market.halts.add(kind);
  market.releasedAt = 0;
  market.voidQuotes();
}

/** Trading goes on; a person's halt stays. */
export function reopen(market: NaiveMarket): void {
  market.halts.clear();
  market.releasedAt = 0;
}

/** What is computed of the bands by now: a pause begins by time alone. */
export function followBands(market: NaiveMarket): void {
  const state = market.bands?.at(market.exchange.now);
  if (state === undefined || market.tellsBands) return;
  market.computed = { lower: state.lower, upper: state.upper };
  if (market.tellsHalts) return;
  if (state.state === 'paused' && !market.halts.has('pause')) beginHalt(market, 'pause');
  else if (state.state !== 'paused' && market.halts.has('pause')) reopen(market);
}

/** Lets a print of regular hours that is no auction's count for the bands. */
export function countPrint(market: NaiveMarket, { price, flags }: NaivePrint): void {
  const { now } = market.exchange;
  const state = market.bands?.at(now);
  if (state === undefined || market.tellsBands) return;
  const isLit = (flags & PrintFlag.OFF_EXCHANGE) === 0;
  // It trades, so there is no pause: the bands that were computed were not the ones in force.
  const isGivenUp = state.state === 'paused' && isLit && (market.tellsHalts || now > state.pausedAt + GRACE);
  market.bands?.add({ kind: isGivenUp ? 'reopening' : 'print', time: now, price });
  followBands(market);
}

/** Whether a print is the trade of an auction that opens trading again after a halt. */
export function isReopeningTrade({ price, flags }: NaivePrint): boolean {
  return isPrice(price) && (flags & PrintFlag.REOPENING_AUCTION) !== 0 && (flags & PrintFlag.VOLUME) !== 0;
}

/** Whether a print may count as a trade of regular hours. */
export function isOfRegularHours(print: NaivePrint, time: number): boolean {
  return setsLast(print) && phaseAt(time) === 'regular' && (print.flags & PrintFlag.EXTENDED_HOURS) === 0;
}

/** The bands in force in regular hours, or undefined. */
function bandsOf(market: NaiveMarket, time: number): { readonly lower: number; readonly upper: number } | undefined {
  const { now, preset } = market.exchange;
  const bands = market.tellsBands ? market.told : market.computed;
  const isRegular = phaseAt(time) === 'regular' || phaseAt(now) === 'regular';
  return bands.upper === 0 || !isRegular || preset.priceBands === 'none' ? undefined : bands;
}

/** Whether evidence of a price and a time lies within the bands. */
export function isWithinBands(market: NaiveMarket, price: number, time: number): boolean {
  const bands = bandsOf(market, time);
  return bands === undefined || (price >= bands.lower && price <= bands.upper);
}

/**
 * What an execution on evidence of `base` comes to: a cost that would carry it beyond a band ends there; 0 where
 * nothing may trade.
 */
export function heldWithinBands(market: NaiveMarket, price: number, base: number, time: number): number {
  const bands = bandsOf(market, time);
  if (bands === undefined || (price >= bands.lower && price <= bands.upper)) return price;
  if (base < bands.lower || base > bands.upper) return 0;
  return price > bands.upper ? bands.upper : bands.lower;
}
