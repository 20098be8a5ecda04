/**
 * What trading cost, by the field's definitions (X9). Prices here are dollars per share; every cost is positive when it
 * went against the order, every markout positive when the market then went the order's way.
 *
 * - effective spread: 2 × side × (price − middle at the fill); what was paid for immediacy (SEC Rule 605);
 * - realised spread: 2 × side × (price − middle five minutes later); what the other side kept of it (Rule 605);
 * - price impact: effective − realised spread;
 * - markout after h: side × (middle at fill + h − price); of passive fills the best test of a fill model;
 * - implementation shortfall (Perold 1988): what the decision would have made at its own price less what was made:
 *   delay (decision to arrival) + execution (arrival to fill) + fees + opportunity (what did not fill, at the order's
 *   end).
 */
import type { Side } from '../domain/order.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';

/** How long after a fill the market is looked at again. */
export const MARKOUT_HORIZONS: readonly DurationMicros[] = [SECOND, 10 * SECOND, MINUTE, 5 * MINUTE];
/** The horizon of the realised spread. */
export const REALISED_HORIZON: DurationMicros = 5 * MINUTE;

/** The market where a price was measured: the middle of a quote, or the last price where there are no quotes. */
export interface Benchmark {
  readonly time: Micros;
  /** Dollars per share. */
  readonly price: Figure;
  readonly from: 'mid' | 'last';
}

/** The market some time after a fill. */
export interface Markout {
  readonly horizon: DurationMicros;
  /** Dollars per share. */
  readonly perShare: Figure;
}

/** What one fill cost. Dollars per share. */
export interface FillCosts {
  readonly decision: Benchmark;
  readonly arrival: Benchmark;
  readonly fill: Benchmark;
  readonly effectiveSpread: Figure;
  readonly realisedSpread: Figure;
  readonly priceImpact: Figure;
  readonly markouts: readonly Markout[];
}

/** What one order cost as a whole, in dollars. */
export interface Shortfall {
  readonly delay: Figure;
  readonly execution: Figure;
  readonly fees: number;
  /** Of what did not fill; 0 where everything did. */
  readonly opportunity: Figure;
  readonly total: Figure;
}

/** +1 for purchases, −1 for sales. */
export function signOf(side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1;
}

/** Twice the signed distance of a price from a middle. */
export function signedSpread(side: Side, price: number, mid: number): number {
  return 2 * signOf(side) * (price - mid);
}

/** How far the market then went the order's way. */
export function markoutOf(side: Side, price: number, later: number): number {
  return signOf(side) * (later - price);
}

/** What is known of an order when its shortfall is reckoned. Dollars and shares. */
export interface ShortfallInput {
  readonly side: Side;
  readonly decision: Figure;
  /** Of each fill: its shares, its price, and the arrival price of its order then. */
  readonly fills: readonly { readonly shares: number; readonly price: number; readonly arrival: Figure }[];
  readonly fees: number;
  readonly unfilledShares: number;
  /** The market at the order's end; asked only where something did not fill. */
  readonly end: Figure;
}

/** The implementation shortfall; a part whose price is not known is a reason, and so is the total then. */
export function shortfallOf({ side, decision, fills, fees, unfilledShares, end }: ShortfallInput): Shortfall {
  const sign = signOf(side);
  const sum = (of: (fill: ShortfallInput['fills'][number]) => Figure): Figure => {
    let total = 0;
    for (const fill of fills) {
      const part = of(fill);
      if (!('value' in part)) return part;
      total += part.value * fill.shares;
    }
    return { value: total };
  };
  const delay = sum(({ arrival }) => combined(arrival, decision, (a, b) => sign * (a - b)));
  const execution = sum(({ arrival, price }) => combined(arrival, arrival, (a) => sign * (price - a)));
  const opportunity =
    unfilledShares === 0 ? { value: 0 } : combined(end, decision, (a, b) => sign * (a - b) * unfilledShares);
  const traded = combined(delay, execution, (a, b) => a + b + fees);
  return { delay, execution, fees, opportunity, total: combined(traded, opportunity, (a, b) => a + b) };
}

/** A figure made of two; the reason of the first that has none. */
export function combined(one: Figure, other: Figure, of: (a: number, b: number) => number): Figure {
  if (!('value' in one)) return one;
  if (!('value' in other)) return other;
  return figure(of(one.value, other.value), 'it is not a finite number');
}
