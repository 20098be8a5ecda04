/**
 * Margin requirements and buying power (R18), exact: each amount is computed from integers and rounded once, half to
 * even. Decides nothing about orders; what is open or reserved is the caller's.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv, notional, SHARE } from '../../domain/units.js';
import type { MaintenancePlan, MaintenanceRule } from './marginRules.js';
import { INITIAL_MARGINS, MAINTENANCE_MARGINS, MINIMUM_EQUITY } from './marginRules.js';
import { knownRuleOn } from './RuleRow.js';

const CENT: Money = 10_000;
const FULL_BPS = 10_000;

/** A position to be margined. */
export interface MarginPosition {
  readonly side: 'long' | 'short';
  /** Positive micro-shares. */
  readonly quantity: Quantity;
  readonly price: Price;
  /** Factor of a leveraged fund, 1 for anything else; inverse funds by their absolute factor. */
  readonly leverage: number;
}

/** Regulation T: what a new position needs; of a short one 150 %, the proceeds of its sale included. */
export function initialRequirement(position: MarginPosition, priceScale: number, date: TradingDate): Money {
  const rule = knownRuleOn(INITIAL_MARGINS, date, 'initial margin');
  const value = notional(position.price, position.quantity, priceScale);
  return mulDiv(value, position.side === 'long' ? rule.longBps : rule.shortBps, FULL_BPS);
}

/**
 * What a position must be covered with while it is held, by a plan of the rulebook. `isConcentrated` raises long
 * positions to the plan's rate for concentrated accounts ({@link isConcentrated}).
 */
export function maintenanceRequirement(
  plan: MaintenancePlan,
  position: MarginPosition,
  priceScale: number,
  date: TradingDate,
  concentrated = false,
): Money {
  const rule = knownRuleOn(MAINTENANCE_MARGINS[plan], date, 'maintenance margin');
  const { side, quantity, price, leverage } = position;
  const value = notional(price, quantity, priceScale);
  if (side === 'long') {
    const bps = longBps(rule, price, priceScale, leverage);
    return mulDiv(value, concentrated ? Math.max(bps, rule.concentration?.bps ?? 0) : bps, FULL_BPS);
  }
  const isAboveFive = price >= 5 * priceScale;
  const plain = isAboveFive ? rule.shortBps : rule.shortBelowFiveBps;
  const bps = rule.multipliesLeverage ? atMostFull(plain, leverage) : plain;
  const cents = isAboveFive ? rule.shortCents : rule.shortBelowFiveCents;
  return Math.max(mulDiv(value, bps, FULL_BPS), mulDiv(quantity, cents * CENT, SHARE));
}

function longBps(rule: MaintenanceRule, price: Price, priceScale: number, leverage: number): number {
  const cents = price * 100;
  const tier = rule.long.find(({ upToCents, isInclusive }) => {
    const border = upToCents * priceScale;
    return cents < border || (isInclusive && cents === border);
  });
  const plain = tier?.bps ?? FULL_BPS;
  if (leverage === 1) return plain;
  if (rule.multipliesLeverage) return atMostFull(plain, leverage);
  return Math.max(plain, rule.leveragedLongBps[leverage] ?? plain);
}

/** A fraction times a factor, at most 100 %; more than 100 % is no multiple and stays. */
function atMostFull(bps: number, leverage: number): number {
  return Math.max(bps, Math.min(FULL_BPS, mulDiv(bps, Math.round(leverage * 100), 100)));
}

/**
 * Whether an account counts as concentrated by a plan: at Alpaca if its largest position is 70 % of all and it owes
 * $100,000 or more; never where the plan has no such rule.
 */
export function isConcentrated(
  plan: MaintenancePlan,
  largestPosition: Money,
  allPositions: Money,
  debit: Money,
  date: TradingDate,
): boolean {
  const { concentration } = knownRuleOn(MAINTENANCE_MARGINS[plan], date, 'maintenance margin');
  if (concentration === undefined || allPositions <= 0) return false;
  const least = mulDiv(allPositions, concentration.leastShareBps, FULL_BPS);
  return largestPosition >= least && debit >= concentration.leastDebitDollars * DOLLAR;
}

/** Whether equity suffices for borrowing and short sales on a date. */
export function mayUseMargin(equity: Money, date: TradingDate): boolean {
  return equity >= knownRuleOn(MINIMUM_EQUITY, date, 'minimum equity').dollars * DOLLAR;
}

/** Sums of an account, in micro-dollars. */
export interface AccountSums {
  readonly cash: Money;
  readonly equity: Money;
  readonly initialMargin: Money;
  readonly maintenanceMargin: Money;
}

/** By how much an account may multiply its excess: 1 cash only, 2 Regulation T, 4 intraday. */
export type MarginMultiplier = 1 | 2 | 4;

/** Buying power before open orders are reserved, never negative (Alpaca reference, values of the account). */
export function buyingPower(multiplier: MarginMultiplier, sums: AccountSums): Money {
  if (multiplier === 1) return Math.max(0, sums.cash);
  const margin = multiplier === 2 ? sums.initialMargin : sums.maintenanceMargin;
  return Math.max(0, sums.equity - margin) * multiplier;
}
