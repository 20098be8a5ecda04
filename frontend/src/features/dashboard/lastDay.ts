/** Cuts curves to their last trading day. */
import type { EquityCurve, ScenarioCurve } from '../../../../src/contracts/index.js';
import { easternOffsetMs } from '../../format/easternTime.js';

const DAY_MS = 86_400_000;

/** The part of a curve that lies on the New York day of its last point. */
export function lastDay(curve: EquityCurve): EquityCurve {
  const from = dayStart(curve.time);
  return { time: curve.time.slice(from), equity: curve.equity.slice(from), cash: curve.cash.slice(from) };
}

/** The same of the curves of the fill scenarios. */
export function lastScenarioDay(curve: ScenarioCurve): ScenarioCurve {
  const from = dayStart(curve.time);
  return {
    time: curve.time.slice(from),
    expected: curve.expected.slice(from),
    strict: curve.strict.slice(from),
    optimistic: curve.optimistic.slice(from),
  };
}

/** Index of the first point of the last New York day. */
function dayStart(time: readonly number[]): number {
  const dayOf = (micros: number): number => Math.floor((micros / 1000 + easternOffsetMs(micros)) / DAY_MS);
  const last = time.at(-1);
  if (last === undefined) return 0;
  const day = dayOf(last);
  let from = time.length;
  while (from > 0 && dayOf(time[from - 1] ?? 0) === day) from -= 1;
  return from;
}
