/**
 * Commission plans. A plan is data and computes the commission of a whole order from what has been filled of it
 * so far, so that minimum and maximum hold per order however many fills it takes; each fill is charged what the
 * order now owes less what it has paid. Results are micro-dollars, rounded half to even.
 */
import type { Money, Price, Quantity } from '../../domain/units.js';
import { mulDiv, SHARE } from '../../domain/units.js';

/** The figures of a plan; every commission is the sum of its parts, then bounded. */
export interface FeePlanData {
  /** E.g. `interactive-brokers-fixed`. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** Micro-dollars per whole share. */
  readonly perShare: Money;
  /** Micro-dollars per order with at least one fill. */
  readonly perOrder: Money;
  /** Parts per million of the traded value. */
  readonly valuePpm: number;
  /** Micro-dollars per order at least; 0 is none. */
  readonly minimum: Money;
  /** Parts per million of the traded value at most; 0 is none. */
  readonly maximumPpm: number;
  /** Whether the maximum also holds where it is below the minimum. */
  readonly maximumBeatsMinimum: boolean;
}

const MILLION = 1_000_000;

/** A plan that computes. */
export class FeePlan {
  readonly data: FeePlanData;
  /** Whether the plan never charges anything. */
  readonly isFree: boolean;
  /** Whether the commission of a whole is the sum of those of its parts. */
  readonly isProportional: boolean;
  /** Whether commissions depend on what was traded is worth; else `value` may be anything. */
  readonly isByValue: boolean;

  constructor(data: FeePlanData) {
    this.data = data;
    this.isFree = data.perShare === 0 && data.perOrder === 0 && data.valuePpm === 0 && data.minimum === 0;
    this.isProportional = data.perOrder === 0 && data.minimum === 0 && data.maximumPpm === 0;
    this.isByValue = data.valuePpm !== 0 || data.maximumPpm !== 0;
  }

  /** Commission that an order owes in all after `quantity` micro-shares worth `value` were filled; 0 if none was. */
  commission(quantity: Quantity, value: Money): Money {
    if (this.isFree || quantity === 0) return 0;
    const { perShare, perOrder, valuePpm, minimum, maximumPpm, maximumBeatsMinimum } = this.data;
    let fee = perOrder;
    if (perShare !== 0) fee += mulDiv(perShare, quantity, SHARE);
    if (valuePpm !== 0) fee += mulDiv(value, valuePpm, MILLION);
    if (maximumPpm === 0) return Math.max(fee, minimum);
    const maximum = mulDiv(value, maximumPpm, MILLION);
    return maximumBeatsMinimum ? Math.min(Math.max(fee, minimum), maximum) : Math.max(Math.min(fee, maximum), minimum);
  }

  /**
   * Most whole shares at `price` whose value plus commission is not above `available` micro-dollars; 0 if none.
   * Exact: the result is affordable and one share more is not. Of an order that has filled before, only what it owes
   * more counts.
   */
  affordable(
    available: Money,
    price: Price,
    priceScale: number,
    filled: Quantity = 0,
    filledValue: Money = 0,
  ): Quantity {
    if (available <= 0 || price <= 0) return 0;
    const paid = this.commission(filled, filledValue);
    // Bisection keeps to integers whatever the plan's minimum and maximum do to the curve.
    let low = 0;
    let high = Math.floor(mulDiv(available, priceScale, price) / SHARE) + 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const value = mulDiv(price, middle * SHARE, priceScale);
      const owed = this.commission(filled + middle * SHARE, filledValue + value);
      if (value + owed - paid <= available) low = middle;
      else high = middle;
    }
    return low * SHARE;
  }
}
