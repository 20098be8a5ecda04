/**
 * Settled and unsettled money of one cash account, and its violations (R17). A purchase uses settled cash first, then
 * proceeds still to settle, oldest first; what exceeds both is unpaid. Selling a lot before the proceeds that paid for
 * it have settled is a good-faith violation, selling one that was never paid for is free-riding, which freezes the
 * account: then only settled cash buys. Lots are sold first in, first out. Fees belong into cost and proceeds.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Quantity } from '../../domain/units.js';
import { addExact, mulDiv } from '../../domain/units.js';
import { AssertionError, assert } from '../../utils/assert.js';
import type { CashAccountRule } from './cashAccountRules.js';
import { CASH_ACCOUNT_RULES } from './cashAccountRules.js';
import { knownRuleOn } from './RuleRow.js';
import { settlementDate, settlementDayAfter } from './settlement.js';

/** What a sale did wrong; the graver one if both. */
export type CashViolation = 'goodFaith' | 'freeRiding';

interface Receivable {
  readonly date: TradingDate;
  amount: Money;
}

interface CashLot {
  quantity: Quantity;
  /** Date on which the money that paid for it is or was settled. */
  paidOn: TradingDate;
  /** Part of the cost that nothing has paid for. */
  unpaid: Money;
  /** Last date to pay for it. */
  readonly payBy: TradingDate;
}

/** Everything of a {@link CashSettlement}, as plain data. */
export interface CashSettlementState {
  readonly date: TradingDate;
  readonly settled: Money;
  readonly frozenUntil: TradingDate;
  readonly goodFaith: readonly TradingDate[];
  readonly receivables: readonly Readonly<Receivable>[];
  readonly lots: readonly (readonly [symbolId: number, lots: readonly Readonly<CashLot>[]])[];
}

/** Before every trading day. */
const NEVER: TradingDate = Number.MIN_SAFE_INTEGER;

/** The last date on which a purchase of `tradeDate` may be paid. */
export function paymentDeadline(tradeDate: TradingDate): TradingDate {
  return settlementDayAfter(settlementDate(tradeDate), ruleOf(tradeDate).paymentDays);
}

/** See the module header. Dates of calls do not go back. */
export class CashSettlement {
  #settled: Money = 0;
  readonly #receivables: Receivable[] = [];
  readonly #lots = new Map<number, CashLot[]>();
  #goodFaith: TradingDate[] = [];
  #frozenUntil: TradingDate = NEVER;
  #date: TradingDate = NEVER;

  /** Cash that has settled and is not spent, as of the last call. */
  get settled(): Money {
    return this.#settled;
  }

  /** Proceeds still to settle and not spent. */
  get unsettled(): Money {
    return this.#receivables.reduce((sum, { amount }) => sum + amount, 0);
  }

  /** What the open lots cost beyond any money there was. */
  get unpaid(): Money {
    let sum = 0;
    for (const lots of this.#lots.values()) for (const lot of lots) sum += lot.unpaid;
    return sum;
  }

  /** The last calendar date of a freeze that is in force; undefined if there is none. */
  get frozenUntil(): TradingDate | undefined {
    return this.#date <= this.#frozenUntil ? this.#frozenUntil : undefined;
  }

  /** What may be spent now: settled cash, and unless the account is frozen the proceeds still to settle. */
  get spendable(): Money {
    return this.frozenUntil === undefined ? this.#settled + this.unsettled : this.#settled;
  }

  /** Good-faith violations that still count. */
  get goodFaithViolations(): number {
    return this.#goodFaith.length;
  }

  /** Moves to a date: what has settled by then is settled, old violations lapse. */
  advanceTo(date: TradingDate): void {
    assert(date >= this.#date, 'dates of a cash account do not go back');
    this.#date = date;
    while (this.#receivables[0] !== undefined && this.#receivables[0].date <= date) {
      this.#settled = addExact(this.#settled, this.#receivables.shift()?.amount ?? 0);
    }
    const oldest = date - ruleOf(date).goodFaithDays;
    this.#goodFaith = this.#goodFaith.filter((violation) => violation > oldest);
  }

  /** A deposit: pays what is unpaid, oldest lot first, and is settled cash for the rest. */
  deposit(date: TradingDate, amount: Money): void {
    this.advanceTo(date);
    let left = amount;
    for (const lots of this.#lots.values()) {
      for (const lot of lots) {
        const paid = Math.min(left, lot.unpaid);
        lot.unpaid -= paid;
        left -= paid;
        if (paid > 0) lot.paidOn = Math.max(lot.paidOn, date);
      }
    }
    this.#settled = addExact(this.#settled, left);
  }

  /** A purchase for `cost`. Gives what nothing paid for: 0 if the account had the money. */
  buy(date: TradingDate, symbolId: number, quantity: Quantity, cost: Money): Money {
    this.advanceTo(date);
    let left = cost - this.#take(cost);
    let paidOn = date;
    for (const receivable of this.frozenUntil === undefined ? this.#receivables : []) {
      if (left === 0) break;
      const used = Math.min(left, receivable.amount);
      receivable.amount -= used;
      left -= used;
      if (used > 0) paidOn = receivable.date;
    }
    const lots = this.#lots.get(symbolId) ?? [];
    lots.push({ quantity, paidOn, unpaid: left, payBy: paymentDeadline(date) });
    this.#lots.set(symbolId, lots);
    return left;
  }

  /** A sale for `proceeds`, not of more than is held. Says whether it violated a rule. */
  sell(date: TradingDate, symbolId: number, quantity: Quantity, proceeds: Money): CashViolation | undefined {
    this.advanceTo(date);
    const lots = this.#lots.get(symbolId) ?? [];
    let left = quantity;
    let owed = 0;
    let violation: CashViolation | undefined;
    while (left > 0) {
      const [lot] = lots;
      if (lot === undefined) throw new AssertionError(`${left} micro-shares more than the lots hold are sold`);
      const sold = Math.min(left, lot.quantity);
      if (lot.unpaid > 0) violation = 'freeRiding';
      else if (lot.paidOn > date) violation ??= 'goodFaith';
      const part = mulDiv(lot.unpaid, sold, lot.quantity);
      owed += part;
      lot.unpaid -= part;
      lot.quantity -= sold;
      left -= sold;
      if (lot.quantity === 0) lots.shift();
    }
    this.#receive(date, proceeds - owed);
    if (violation !== undefined) this.#punish(violation, date);
    return violation;
  }

  /** Whether a lot was not paid for in time, so that the broker must sell it or ask for more time. */
  isPaymentOverdue(date: TradingDate): boolean {
    for (const lots of this.#lots.values()) if (lots.some((lot) => lot.unpaid > 0 && lot.payBy < date)) return true;
    return false;
  }

  /**
   * Sets what is held of a symbol after a split or cash in lieu: every lot keeps its part, the newest takes what
   * rounding leaves. Payments of the lots do not change.
   */
  rescale(symbolId: number, quantity: Quantity): void {
    const lots = this.#lots.get(symbolId) ?? [];
    const before = lots.reduce((sum, lot) => sum + lot.quantity, 0);
    let left = quantity;
    lots.forEach((lot, index) => {
      const isLast = index === lots.length - 1;
      lot.quantity = isLast ? left : Math.min(left, mulDiv(quantity, lot.quantity, before));
      left -= lot.quantity;
    });
    this.#lots.set(
      symbolId,
      lots.filter((lot) => lot.quantity > 0 || lot.unpaid > 0),
    );
  }

  /** A copy of everything, for snapshots. */
  state(): CashSettlementState {
    return {
      date: this.#date,
      settled: this.#settled,
      frozenUntil: this.#frozenUntil,
      goodFaith: [...this.#goodFaith],
      receivables: this.#receivables.map((receivable) => ({ ...receivable })),
      lots: Array.from(this.#lots, ([symbolId, lots]) => [symbolId, lots.map((lot) => ({ ...lot }))] as const),
    };
  }

  /** Replaces everything by a {@link state}. */
  restore(state: CashSettlementState): void {
    this.#date = state.date;
    this.#settled = state.settled;
    this.#frozenUntil = state.frozenUntil;
    this.#goodFaith = [...state.goodFaith];
    this.#receivables.splice(0, Infinity, ...state.receivables.map((receivable) => ({ ...receivable })));
    this.#lots.clear();
    for (const [symbolId, lots] of state.lots) {
      this.#lots.set(
        symbolId,
        lots.map((lot) => ({ ...lot })),
      );
    }
  }

  /** Takes settled cash as far as there is any; gives what it took. */
  #take(amount: Money): Money {
    const taken = Math.min(Math.max(0, this.#settled), amount);
    this.#settled -= taken;
    return taken;
  }

  /** Net proceeds of a sale; a loss on what was never paid for is a debt of settled cash. */
  #receive(date: TradingDate, amount: Money): void {
    if (amount >= 0) this.#receivables.push({ date: settlementDate(date), amount });
    else this.#settled = addExact(this.#settled, amount);
  }

  #punish(violation: CashViolation, date: TradingDate): void {
    const rule = ruleOf(date);
    if (violation === 'goodFaith') this.#goodFaith.push(date);
    if (violation === 'freeRiding' || this.#goodFaith.length >= rule.goodFaithLimit) {
      this.#frozenUntil = Math.max(this.#frozenUntil, date + rule.freezeDays);
    }
  }
}

function ruleOf(date: TradingDate): CashAccountRule {
  return knownRuleOn(CASH_ACCOUNT_RULES, date, 'rules of cash accounts');
}
