/**
 * How far trades went against and for whoever held them, beside what they came to (Sweeney's maximum adverse and
 * favourable excursion): whether a stop would have told losers from winners, and how much of the best was kept.
 */
import { DOLLAR, notional } from '../domain/units.js';
import { valueOf } from './figure.js';
import { percentileOf } from './samples.js';
import type { MeasuredTrade } from './TradeRecord.js';

/** With fewer winners the deepest of them says it, not nine in ten. */
const FEWEST_FOR_TENTHS = 10;
const MOST = 0.9;
const HALF = 0.5;

/** One closed trade, flat to flat. Fractions of the value that was entered. */
export interface TradeExcursion {
  /** Net of fees. */
  readonly outcome: number;
  /** Before fees, 0 or below. */
  readonly adverse: number;
  /** Before fees, 0 or above. */
  readonly favourable: number;
}

/** What winners or losers have in common; NaN for none of them. */
export interface ExcursionGroup {
  readonly trades: number;
  readonly medianAdverse: number;
  readonly medianFavourable: number;
}

/** See the module header. A trade that came to 0 is neither winner nor loser. */
export interface ExcursionFigures {
  readonly winners: ExcursionGroup;
  readonly losers: ExcursionGroup;
  /** The adverse excursion that nine in ten winners stayed above, of fewer than ten all; NaN without a winner. */
  readonly winnersLimit: number;
  /** Whether {@link ExcursionFigures.winnersLimit} is that of nine in ten. */
  readonly isLimitOfMost: boolean;
  /** Losers that went beyond that limit. */
  readonly losersBeyond: number;
  /** What winners came to, as a share of their favourable excursions, all added up; NaN without a winner. */
  readonly kept: number;
}

/** That of a trade; undefined for one that is open, or that entered nothing. */
export function excursionOf(trade: MeasuredTrade, priceScale: number): TradeExcursion | undefined {
  const { state, quantity, entryPrice, returnFraction, excursion } = trade;
  const entered = notional(entryPrice, quantity, priceScale) / DOLLAR;
  const outcome = valueOf(returnFraction);
  if (state !== 'closed' || Number.isNaN(outcome) || entered === 0) return undefined;
  const { maxAdverse, maxFavourable } = excursion;
  return { outcome, adverse: valueOf(maxAdverse) / entered, favourable: valueOf(maxFavourable) / entered };
}

/** The figures of a list. */
export function excursionFigures(trades: readonly TradeExcursion[]): ExcursionFigures {
  const winners = trades.filter(({ outcome }) => outcome > 0);
  const losers = trades.filter(({ outcome }) => outcome < 0);
  const isLimitOfMost = winners.length >= FEWEST_FOR_TENTHS;
  const winnersLimit = percentileOf(
    winners.map(({ adverse }) => adverse),
    isLimitOfMost ? 1 - MOST : 0,
  );
  let [came, best] = [0, 0];
  for (const { outcome, favourable } of winners) {
    came += outcome;
    best += favourable;
  }
  return {
    winners: groupOf(winners),
    losers: groupOf(losers),
    winnersLimit,
    isLimitOfMost,
    losersBeyond: losers.filter(({ adverse }) => adverse < winnersLimit).length,
    kept: came / best,
  };
}

function groupOf(trades: readonly TradeExcursion[]): ExcursionGroup {
  const median = (values: readonly number[]): number => percentileOf(values, HALF);
  return {
    trades: trades.length,
    medianAdverse: median(trades.map(({ adverse }) => adverse)),
    medianFavourable: median(trades.map(({ favourable }) => favourable)),
  };
}
