/** The equity of bars at whose close orders filled, as it was before them. */
import type { Fill } from '../domain/fill.js';
import { DOLLAR, notional } from '../domain/units.js';
import type { EquityCurve } from './returns.js';

/**
 * A curve in which what fills at the close of a bar cost, their fees and what they paid beyond the close, counts from
 * the next point on. Fills are oldest first.
 */
export function beforeCloseCosts(curve: EquityCurve, fills: readonly Fill[], priceScale: number): EquityCurve {
  const { time } = curve;
  const equity = curve.equity.slice();
  let point = 0;
  for (const fill of fills) {
    if (fill.receipt.rule !== 'bar-close') continue;
    while (point < time.length && (time[point] ?? 0) < fill.time) point += 1;
    if (time[point] === fill.time) equity[point] = (equity[point] ?? 0) + costOf(fill, priceScale) / DOLLAR;
  }
  return { ...curve, equity };
}

function costOf({ fees, side, price, quantity, receipt }: Fill, priceScale: number): number {
  const beyond = (side === 'buy' ? 1 : -1) * (price - receipt.basePrice);
  return fees.reduce((sum, { amount }) => sum + amount, notional(beyond, quantity, priceScale));
}
