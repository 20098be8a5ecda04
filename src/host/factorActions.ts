/**
 * Corporate actions that a symbol's adjustment factors tell of. A row's factors end with the last day before an
 * ex-date; the ratio to the next row's is the split, and what it takes off the close of that session is the dividend.
 * Pay dates are not in factors. A dividend without a close to reckon from stays unknown.
 */
import { nextSession, previousSession } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { FACTOR_SCALE } from '../domain/history.js';
import type { AdjustmentFactor } from '../domain/history.js';
import type { Price } from '../domain/units.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';

/** How factors are read: see `factorActions` of a preset (exchange/preset.ts). */
export type FactorReading = 'declared' | 'asWritten';

/** What happens before the first session of an ex-date. */
export interface FactorAction {
  readonly exDate: string;
  /** The last session before it, of whose close the factors speak. */
  readonly closeOn: string;
  /** New shares for old ones, in whole numbers where there are small ones. */
  readonly split: { readonly to: number; readonly from: number; readonly isWhole: boolean } | undefined;
  /** The share of the close that is paid out; 0 if none is. */
  readonly paidShare: number;
  /** How its dividend is read: as declared in any case where actions were declared, not factors written. */
  readonly reading: FactorReading;
}

/** Steps of a price factor in files: seven decimals. */
const FACTOR_STEP = 1e-7;
const MOST_OLD_SHARES = 100;
const CENT = RAW_PRICE_SCALE / 100;

/**
 * The actions with an ex-date from one date to another, both inclusive, ascending. Factors that were reckoned from
 * declared splits give the declared ratio.
 */
export function factorActions(
  factors: readonly AdjustmentFactor[],
  from: string,
  to: string,
  reading: FactorReading = 'declared',
): FactorAction[] {
  const actions: FactorAction[] = [];
  for (const [index, { until, splitFactor, priceFactor, declared }] of factors.entries()) {
    if (until >= to) break;
    const after = factors[index + 1] ?? { splitFactor: FACTOR_SCALE, priceFactor: FACTOR_SCALE };
    const ex = nextSession(parseDate(until)).date;
    const exDate = formatDate(ex);
    if (exDate < from || exDate > to) continue;
    const ratio =
      declared === undefined ? ratioOf(after.splitFactor, splitFactor, reading) : { ...declared, isWhole: true };
    const split = ratio.to === ratio.from ? undefined : ratio;
    const paidShare = Math.max(0, 1 - priceFactor / after.priceFactor);
    if (split === undefined && paidShare === 0) continue;
    const closeOn = formatDate(previousSession(ex).date);
    actions.push({ exDate, closeOn, split, paidShare, reading: declared === undefined ? reading : 'declared' });
  }
  return actions;
}

/**
 * The dividend that takes a share of a close: the roundest amount that the decimals of the factors allow, since
 * companies declare cents and fractions of them; `asWritten` the nearest cent. 0 if not even a ten-thousandth of a
 * dollar is paid.
 */
export function dividendOf(close: Price, paidShare: number, reading: FactorReading = 'declared'): Price {
  if (reading === 'asWritten') return toTheCent(close * paidShare);
  const dollars = (close / RAW_PRICE_SCALE) * paidShare;
  const tolerance = (close / RAW_PRICE_SCALE) * 2 * FACTOR_STEP;
  for (const decimals of [2, 3, 4]) {
    const rounded = Math.round(dollars * 10 ** decimals);
    if (Math.abs(rounded / 10 ** decimals - dollars) <= tolerance || decimals === 4) {
      return rounded * (RAW_PRICE_SCALE / 10 ** decimals);
    }
  }
  return 0;
}

/** A price at the scale of raw ones in whole cents, half to even. */
function toTheCent(price: number): Price {
  const cents = Math.round(price) / CENT;
  const down = Math.floor(cents);
  const isUp = cents - down > 0.5 || (cents - down === 0.5 && down % 2 === 1);
  return (isUp ? down + 1 : down) * CENT;
}

/** The simplest ratio that the decimals of the two factors allow; without one as the reading has it. */
function ratioOf(
  after: number,
  before: number,
  reading: FactorReading,
): { readonly to: number; readonly from: number; readonly isWhole: boolean } {
  const ratio = after / before;
  // Each factor may be off by half a step, the smaller one the more so.
  const tolerance = ratio * (FACTOR_SCALE * FACTOR_STEP * 0.5) * (1 / after + 1 / before);
  for (let from = 1; from <= MOST_OLD_SHARES; from += 1) {
    const to = Math.round(ratio * from);
    if (to > 0 && Math.abs(to / from - ratio) <= tolerance) return { to, from, isWhole: true };
  }
  if (reading === 'declared') return { to: ratio, from: 1, isWhole: false };
  const common = commonDivisor(after, before);
  return { to: after / common, from: before / common, isWhole: true };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
