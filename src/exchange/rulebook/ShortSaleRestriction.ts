/**
 * The short-sale restriction of one symbol (R8, Rule 201): started by a last-eligible print of regular hours at least
 * 10 % below the listing market's previous close, in force for the rest of the day and the next trading day, extended
 * hours included. Does not decide which prints are eligible. A corporate action rebases the previous close before
 * its ex-date's session (R15); a restriction in force stays.
 */
import { nextSession } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Price } from '../../domain/units.js';
import type { CorporateAction } from './corporateActions.js';
import { rebasePrice } from './corporateActions.js';
import { ruleOn } from './RuleRow.js';
import type { ShortSaleRule } from './shortSaleRules.js';
import { SHORT_SALE_RULES } from './shortSaleRules.js';

/** The price test of a date; undefined before the calendar. */
export function shortSaleRuleOn(date: TradingDate): ShortSaleRule | undefined {
  return ruleOn(SHORT_SALE_RULES, date);
}

/**
 * The lowest price at which a restricted short sale may execute: one tick above the national best bid, undefined
 * without a bid. A crossed market is exempt; that is for the caller to see.
 */
export function shortablePriceFor(bid: Price, tick: Price): Price | undefined {
  return bid > 0 ? bid + tick : undefined;
}

/** Before every trading day. */
const NEVER: TradingDate = Number.MIN_SAFE_INTEGER;

/** See the module header. {@link startDay} begins each trading day. */
export class ShortSaleRestriction {
  #date: TradingDate = 0;
  #previousClose: Price = 0;
  /** Highest print that triggers; 0 if nothing can. */
  #trigger: Price = 0;
  #until: TradingDate = NEVER;

  /** Begins a trading day. A previous close of 0 is unknown: no print can start a restriction then. */
  startDay(date: TradingDate, previousClose: Price): void {
    this.#date = date;
    this.#setPreviousClose(previousClose);
  }

  /** Whether the restriction is in force on the current day. */
  get isActive(): boolean {
    return this.#date <= this.#until;
  }

  /** The last trading date on which it is in force; undefined if it is not. */
  get until(): TradingDate | undefined {
    return this.isActive ? this.#until : undefined;
  }

  /** Whether the trigger can be judged at all: the rule is in force and the previous close known. */
  get isKnown(): boolean {
    return shortSaleRuleOn(this.#date)?.test !== 'rule201' || this.#previousClose > 0;
  }

  /** A last-eligible print of regular hours. Says whether it started or renewed the restriction. */
  onPrint(price: Price): boolean {
    if (price <= 0 || price > this.#trigger || this.#until > this.#date) return false;
    this.#until = nextSession(this.#date).date;
    return true;
  }

  /** Rebases the previous close for a corporate action whose ex-date is the current day (R15). */
  rebase(action: CorporateAction): void {
    if (this.#previousClose > 0) this.#setPreviousClose(rebasePrice(this.#previousClose, action));
  }

  /** Date, previous close and last day in force, as numbers. */
  list(): readonly number[] {
    return [this.#date, this.#previousClose, this.#until];
  }

  /** Restores a {@link list}. */
  restore(list: readonly number[]): void {
    this.#date = list[0] ?? 0;
    this.#until = list[2] ?? NEVER;
    this.#setPreviousClose(list[1] ?? 0);
  }

  #setPreviousClose(price: Price): void {
    const bps = shortSaleRuleOn(this.#date)?.triggerBps ?? 0;
    this.#previousClose = price;
    // Rounded down, as a print above the exact border does not trigger; in two parts, so that no product is inexact.
    const kept = 10_000 - bps;
    const below = price % 10_000;
    this.#trigger = bps === 0 ? 0 : ((price - below) / 10_000) * kept + Math.floor((below * kept) / 10_000);
  }
}
