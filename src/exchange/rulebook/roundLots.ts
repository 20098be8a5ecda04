/** Round lots and the units of quote sizes by date (R12). Lots follow the average close of the evaluation month. */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Price, Shares } from '../../domain/units.js';
import { ALPACA_QUOTE_SIZES, ROUND_LOTS } from './roundLotRules.js';
import { knownRuleOn } from './RuleRow.js';

/**
 * The round lot of a stock whose closing prices of the last evaluation month average `averageClose` (at
 * `priceScale`). Undefined where the lot depends on that price and it is not given: an unknown lot is not 100.
 */
export function roundLotOf(averageClose: Price | undefined, priceScale: number, date: TradingDate): Shares | undefined {
  const { tiers } = knownRuleOn(ROUND_LOTS, date, 'round lot');
  if (tiers.length === 1) return tiers[0]?.shares;
  if (averageClose === undefined) return undefined;
  return tiers.find(({ upTo }) => averageClose <= upTo * priceScale)?.shares;
}

/** The shares that a quote size of the Alpaca feed stands for; undefined if it counts lots of an unknown size. */
export function alpacaQuoteShares(size: number, roundLot: Shares | undefined, date: TradingDate): Shares | undefined {
  const { unit } = knownRuleOn(ALPACA_QUOTE_SIZES, date, 'unit of quote sizes');
  if (unit === 'shares') return size;
  return roundLot === undefined ? undefined : size * roundLot;
}
