/** Cuts an equity curve to its last trading day. */
import type { EquityCurve } from '../../../../src/contracts/index.js';
import { easternOffsetMs } from '../../format/easternTime.js';

const DAY_MS = 86_400_000;

/** The part of a curve that lies on the New York day of its last point. */
export function lastDay(curve: EquityCurve): EquityCurve {
  const dayOf = (micros: number): number => Math.floor((micros / 1000 + easternOffsetMs(micros)) / DAY_MS);
  const last = curve.time.at(-1);
  if (last === undefined) return curve;
  const day = dayOf(last);
  let from = curve.time.length;
  while (from > 0 && dayOf(curve.time[from - 1] ?? 0) === day) from -= 1;
  return { time: curve.time.slice(from), equity: curve.equity.slice(from), cash: curve.cash.slice(from) };
}
