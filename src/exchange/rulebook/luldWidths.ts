/**
 * Where the limit up-limit down bands lie and when (R6, R7): pure functions over the dated rows. An unknown tier is
 * taken as tier 2, and {@link luldNotes} says so; before the plan, and for a tier it did not cover yet, there are none.
 */
import type { Session } from '../../calendar/TradingCalendar.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Micros, Price } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';
import type { LuldRule, LuldTier, LuldWidthRule } from './luldRules.js';
import { LULD_HOURS, LULD_WIDTHS } from './luldRules.js';
import { noteOf, ruleOn } from './RuleRow.js';

/** What the width of a stock's bands depends on, for one trading day. */
export interface LuldStock {
  /** Undefined if not known. */
  readonly tier: LuldTier | undefined;
  /** Official close of the previous session, rebased for corporate actions (R15); at `priceScale`. */
  readonly previousClose: Price;
  /** Factor of a leveraged product in hundredths: 200 for 2×, the inverse ones too; 100 for others. */
  readonly leverage: number;
  readonly priceScale: number;
}

/** Lower and upper band. */
export interface PriceBands {
  lower: Price;
  upper: Price;
}

/** The row of the plan that covers a tier on a date; undefined if there were no bands for it. */
export function luldRuleOn(date: TradingDate, tier: LuldTier | undefined): LuldRule | undefined {
  const rule = ruleOn(LULD_HOURS, date);
  return rule?.tiers.includes(tier ?? 2) === true ? rule : undefined;
}

/** Whether bands are in force at `time` of a session; the end is exclusive. */
export function isLuldTime(rule: LuldRule, session: Session, time: Micros): boolean {
  return time >= session.open + rule.startsAfterOpen && time < session.close - rule.endsBeforeClose;
}

/** Whether bands have twice their width at `time` of a session. */
export function isDoubled(rule: LuldRule, stock: LuldStock, session: Session, time: Micros): boolean {
  if (time >= session.open && time < session.open + rule.doubledAfterOpen) return true;
  if (time < session.close - rule.doubledBeforeClose || time >= session.close) return false;
  return rule.doublesAllBeforeClose || stock.tier === 1 || stock.previousClose <= 3 * stock.priceScale;
}

/**
 * The bands around a reference price, rounded to the nearest cent (exact halves to the even cent); a lower band is
 * never below 0. Writes into `out` and returns it.
 */
export function bandsAround(
  reference: Price,
  stock: LuldStock,
  date: TradingDate,
  doubled: boolean,
  out: PriceBands,
): PriceBands {
  const width = ruleOn(LULD_WIDTHS, date);
  if (width === undefined) throw new RangeError('there are no price bands on this date');
  const { priceScale, previousClose } = stock;
  const factor = (stock.tier === 1 ? 100 : stock.leverage) * (doubled ? 2 : 1);
  const bps = mulDiv(percentageOf(width, stock), factor, 100);
  const cent = priceScale / 100;
  const lower = mulDiv(reference, Math.max(0, 10_000 - bps), 10_000 * cent) * cent;
  const upper = mulDiv(reference, 10_000 + bps, 10_000 * cent) * cent;
  out.lower = lower;
  out.upper = upper;
  if (previousClose * 100 < 75 * priceScale) {
    const most = mulDiv(width.pennyCents * cent, factor, 100);
    out.lower = Math.max(lower, mulDiv(reference - most, 1, cent) * cent, 0);
    out.upper = Math.min(upper, mulDiv(reference + most, 1, cent) * cent);
  }
  return out;
}

/** Hundredths of a percent by tier and previous close, before doubling and leverage. */
function percentageOf(width: LuldWidthRule, stock: LuldStock): number {
  const { previousClose, priceScale } = stock;
  if (previousClose > 3 * priceScale) return stock.tier === 1 ? width.tier1Bps : width.tier2Bps;
  return previousClose * 100 >= 75 * priceScale ? width.lowPricedBps : width.pennyBps;
}

/** What a receipt that rests on computed bands must say. */
export function luldNotes(date: TradingDate, tier: LuldTier | undefined): string {
  const notes = tier === undefined ? ['LULD tier unknown, taken as tier 2'] : [];
  const rule = luldRuleOn(date, tier);
  const width = ruleOn(LULD_WIDTHS, date);
  if (rule !== undefined && noteOf(rule) !== '') notes.push(`LULD hours ${noteOf(rule)}`);
  if (rule !== undefined && width !== undefined && noteOf(width) !== '') notes.push(`LULD ${noteOf(width)}`);
  return notes.join('; ');
}
