/**
 * Adjustment factors reckoned from splits and dividends: what a holder of a share before an ex-date has after it.
 * A split of `to` for `from` divides earlier prices by to ÷ from; a dividend takes off them the share of the last
 * close before its ex-date that is paid out. Exact fractions, rounded once per factor.
 */
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { FACTOR_SCALE } from '../domain/history.js';
import type { AdjustmentFactor } from '../domain/history.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import type { AdjustMode } from '../domain/ports.js';
import { parseDecimal, RAW_PRICE_SCALE } from '../domain/units.js';
import { CASH_SCALE } from './actionRows.js';

/** The last raw close before a date, at the raw price scale; undefined where none is known. */
export type CloseBefore = (date: string) => number | undefined;

/** Factors, or the dividend that cannot be reckoned because no close before it is known. */
export type ReckonedFactors =
  { readonly factors: readonly AdjustmentFactor[] } | { readonly dividendWithoutClose: SourceCorporateAction };

/**
 * Factors for the days from `from` on, of actions with ex-dates up to `to`, both `YYYY-MM-DD`. Those of later ex-dates
 * do not count: nobody has traded without them yet.
 */
export function factorsOfActions(
  actions: readonly SourceCorporateAction[],
  range: { readonly from: string; readonly to: string },
  mode: AdjustMode,
  closeBefore: CloseBefore,
): ReckonedFactors {
  const counting = actions
    .filter(({ exDate, kind }) => exDate > range.from && exDate <= range.to && (kind === 'split' || mode === 'all'))
    .toSorted((a, b) => (a.exDate < b.exDate ? 1 : -1));
  const factors: AdjustmentFactor[] = [];
  let split = fraction(1n, 1n);
  let paid = fraction(1n, 1n);
  for (let index = 0; index < counting.length;) {
    const exDate = counting[index]?.exDate ?? '';
    let ratio = fraction(1n, 1n);
    let cash = 0n;
    let dividend: SourceCorporateAction | undefined;
    for (; counting[index]?.exDate === exDate; index += 1) {
      const action = counting[index];
      if (action?.ratio !== undefined) ratio = times(ratio, BigInt(action.ratio.to), BigInt(action.ratio.from));
      if (action?.cash === undefined) continue;
      cash += BigInt(parseDecimal(action.cash, CASH_SCALE) ?? 0);
      dividend = action;
    }
    if (dividend !== undefined) {
      const close = closeBefore(exDate);
      if (close === undefined) return { dividendWithoutClose: dividend };
      // Dividends are per share after a split of the same date, the close is of a share before it.
      const per = BigInt(close) * BigInt(CASH_SCALE / RAW_PRICE_SCALE) * ratio.below;
      const left = per - cash * ratio.above;
      if (left <= 0n) return { dividendWithoutClose: dividend };
      paid = times(paid, left, per);
    }
    split = times(split, ratio.below, ratio.above);
    factors.push({
      until: dayBefore(exDate),
      priceFactor: scaled(paid),
      splitFactor: scaled(split),
      declared: lowestTerms(ratio),
    });
  }
  return { factors: factors.toReversed() };
}

/**
 * Factors, sorted by date, as they were on a date: relative to its shares, without what happens after it. All of them
 * without a date.
 */
export function factorsUpTo(
  factors: readonly AdjustmentFactor[],
  date: string | undefined,
): readonly AdjustmentFactor[] {
  const later = date === undefined ? undefined : factors.find(({ until }) => until >= date);
  if (date === undefined || later === undefined) return factors;
  const relative = (factor: number, base: number): number => scaled(fraction(BigInt(factor), BigInt(base)));
  return factors
    .filter(({ until }) => until < date)
    .map(({ until, priceFactor, splitFactor }) => ({
      until,
      priceFactor: relative(priceFactor, later.priceFactor),
      splitFactor: relative(splitFactor, later.splitFactor),
    }));
}

interface Fraction {
  readonly above: bigint;
  readonly below: bigint;
}

function fraction(above: bigint, below: bigint): Fraction {
  return { above, below };
}

function times({ above, below }: Fraction, numerator: bigint, denominator: bigint): Fraction {
  return { above: above * numerator, below: below * denominator };
}

function lowestTerms({ above, below }: Fraction): { readonly to: number; readonly from: number } {
  let [divisor, rest] = [above, below];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return { to: Number(above / divisor), from: Number(below / divisor) };
}

/** Rounded half up; at least one step, as a factor is never 0. */
function scaled({ above, below }: Fraction): number {
  const rounded = (2n * above * BigInt(FACTOR_SCALE) + below) / (2n * below);
  return Math.max(1, Number(rounded));
}

function dayBefore(date: string): string {
  return formatDate(parseDate(date) - 1);
}
