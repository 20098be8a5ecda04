/** The equity curve as points of the chart. */
import type { Time } from 'lightweight-charts';
import type { EquityCurve } from '../../../src/contracts/index.js';
import { toChartSeconds } from '../format/easternTime.js';

/** One point; the value in dollars. */
export interface EquityPoint {
  readonly time: Time;
  readonly value: number;
}

/**
 * How far each point is below the highest one so far, as a fraction of 0 or below; `start` dollars count as the first.
 * Without them it is from the first point above 0 on, as there is nothing to fall from before.
 */
export function drawdownPoints(points: readonly EquityPoint[], start = 0): EquityPoint[] {
  let peak = Math.max(0, start);
  return points.flatMap(({ time, value }) => {
    peak = Math.max(peak, value);
    return peak > 0 ? [{ time, value: value / peak - 1 }] : [];
  });
}

/** Points with growing whole seconds: of several within one second the last counts. */
export function equityPoints(curve: EquityCurve): EquityPoint[] {
  const points: { time: Time; value: number }[] = [];
  let before = -Infinity;
  for (let index = 0; index < curve.time.length; index++) {
    const second = toChartSeconds(curve.time[index] ?? 0);
    if (second === before) points.pop();
    else if (second < before) continue;
    before = second;
    // The library brands whole seconds as its time type.
    points.push({ time: second as Time, value: curve.equity[index] ?? 0 });
  }
  return points;
}
