/** The curves of the fill scenarios as the points of a band. */
import type { Time } from 'lightweight-charts';
import type { ScenarioCurve } from '../../../src/contracts/index.js';
import { toChartSeconds } from '../format/easternTime.js';
import type { BandPoint } from './BandPrimitive.js';

/** Points with growing whole seconds: of several within one second the last counts. */
export function bandPoints(curve: ScenarioCurve): BandPoint[] {
  const points: BandPoint[] = [];
  let before = -Infinity;
  curve.time.forEach((time, index) => {
    const second = toChartSeconds(time);
    if (second < before) return;
    if (second === before) points.pop();
    before = second;
    // The library brands whole seconds as its time type.
    points.push({
      time: second as Time,
      strict: curve.strict[index] ?? 0,
      optimistic: curve.optimistic[index] ?? 0,
    });
  });
  return points;
}
