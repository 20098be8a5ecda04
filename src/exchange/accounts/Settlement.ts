/**
 * When the money of a cash account is there (R17). Proceeds of a sale settle some days after the trade; they may be
 * spent before, but what was bought with them must not be sold before they have settled: that is a good-faith
 * violation, and selling what no money of the account stood for is free-riding (Reg T 220.8). Three of the first kind
 * within 365 days, or one of the second, freeze the account for 90 days: only settled money may be spent.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { Money, Quantity } from '../../domain/units.js';
import { mulDiv } from '../../domain/units.js';

/** What a sale was. */
export type SettlementViolation = 'goodFaith' | 'freeRiding';

const FREEZE_DAYS = 90;
const COUNTED_DAYS = 365;
const MOST_GOOD_FAITH = 3;

/** Money on its way: it may be spent now and is settled from `date` on. */
interface Unsettled {
  readonly date: TradingDate;
  amount: Money;
}

/** What is left of a purchase: settled money stands for it from `paidOn` on; Infinity if none ever will. */
interface Funded {
  quantity: Quantity;
  readonly paidOn: TradingDate;
}

/** JSON-safe state. */
export interface SettlementState {
  readonly unsettled: readonly Unsettled[];
  readonly funded: readonly (readonly [
    symbolId: number,
    purchases: readonly { readonly quantity: Quantity; readonly paidOn: TradingDate | null }[],
  ])[];
  readonly violations: readonly TradingDate[];
  readonly frozenUntil: TradingDate;
}

/** See the module header. */
export class Settlement {
  #unsettled: Unsettled[] = [];
  readonly #funded = new Map<number, Funded[]>();
  #violations: TradingDate[] = [];
  /** First date on which the account is free again; 0 if it is. */
  frozenUntil: TradingDate = 0;

  /** Money on its way on a date. */
  unsettledOn(date: TradingDate): Money {
    let sum = 0;
    for (const { date: from, amount } of this.#unsettled) if (from > date) sum += amount;
    return sum;
  }

  /** A purchase was paid for: `cash` is what there was before, settled or not. */
  bought(symbolId: number, quantity: Quantity, cost: Money, cash: Money, date: TradingDate): void {
    let lacking = cost - (cash - this.unsettledOn(date));
    let paidOn = date;
    for (const { date: from, amount } of this.#unsettled) {
      if (lacking <= 0) break;
      if (from <= date) continue;
      lacking -= amount;
      paidOn = from;
    }
    const purchases = this.#funded.get(symbolId) ?? [];
    purchases.push({ quantity, paidOn: lacking > 0 ? Infinity : paidOn });
    this.#funded.set(symbolId, purchases);
  }

  /** A sale of long shares brought `proceeds`, which settle on `settles`. Says whether the sale broke a rule. */
  sold(
    symbolId: number,
    quantity: Quantity,
    proceeds: Money,
    date: TradingDate,
    settles: TradingDate,
  ): SettlementViolation | undefined {
    const last = this.#unsettled.at(-1);
    if (last?.date === settles) last.amount += proceeds;
    else this.#unsettled.push({ date: settles, amount: proceeds });
    this.#unsettled = this.#unsettled.filter((money) => money.date > date);
    let violation: SettlementViolation | undefined;
    let left = quantity;
    const purchases = this.#funded.get(symbolId) ?? [];
    for (let first = purchases[0]; first !== undefined && left > 0; first = purchases[0]) {
      const taken = Math.min(left, first.quantity);
      left -= taken;
      first.quantity -= taken;
      if (first.paidOn === Infinity) violation = 'freeRiding';
      else if (first.paidOn > date) violation ??= 'goodFaith';
      if (first.quantity === 0) purchases.shift();
    }
    return violation;
  }

  /** Counts a violation; true if it freezes the account. */
  note(violation: SettlementViolation, date: TradingDate): boolean {
    this.#violations = this.#violations.filter((before) => date - before < COUNTED_DAYS);
    this.#violations.push(date);
    if (violation === 'goodFaith' && this.#violations.length < MOST_GOOD_FAITH) return false;
    this.frozenUntil = date + FREEZE_DAYS;
    return true;
  }

  /** A corporate action made `after` micro-shares of `before`. */
  rescale(symbolId: number, before: Quantity, after: Quantity): void {
    for (const purchase of this.#funded.get(symbolId) ?? []) {
      purchase.quantity = mulDiv(purchase.quantity, after, before);
    }
  }

  state(): SettlementState {
    return {
      unsettled: this.#unsettled.map((money) => ({ ...money })),
      funded: [...this.#funded].map(([symbolId, purchases]) => [
        symbolId,
        purchases.map(({ quantity, paidOn }) => ({ quantity, paidOn: paidOn === Infinity ? null : paidOn })),
      ]),
      violations: [...this.#violations],
      frozenUntil: this.frozenUntil,
    };
  }

  restore(state: SettlementState): void {
    this.#unsettled = state.unsettled.map((money) => ({ ...money }));
    this.#funded.clear();
    for (const [symbolId, purchases] of state.funded) {
      const list = purchases.map(({ quantity, paidOn }) => ({ quantity, paidOn: paidOn ?? Infinity }));
      this.#funded.set(symbolId, list);
    }
    this.#violations = [...state.violations];
    this.frozenUntil = state.frozenUntil;
  }
}
