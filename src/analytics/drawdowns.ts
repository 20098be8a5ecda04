/** Falls of equity below its running peak. */
import { daysBetween } from './duration.js';
import type { EquityCurve } from './returns.js';

/** What the falls of one curve amount to. Depths are positive fractions; durations are days, rounded up. */
export interface DrawdownStatistics {
  readonly maxDrawdown: number;
  /** Mean of the deepest point of each fall. */
  readonly averageDrawdown: number;
  readonly maxDrawdownDays: number;
  readonly averageDrawdownDays: number;
}

/**
 * A fall lasts from one peak to the next point at a new or equal peak, or to the end of the curve; it counts
 * when at least one point lies between. All zero for a curve that never falls.
 */
export function drawdowns(curve: EquityCurve): DrawdownStatistics {
  const { time, equity } = curve;
  let peak = -Infinity;
  let peakAt = 0;
  let deepest = 0;
  let falls = 0;
  let depthSum = 0;
  let durationSum = 0;
  let longest = 0;
  let maxDrawdown = 0;
  const end = (at: number): void => {
    if (at - peakAt > 1) {
      const duration = daysBetween(time[peakAt] ?? 0, time[at] ?? 0);
      falls += 1;
      depthSum += deepest;
      durationSum += duration;
      longest = Math.max(longest, duration);
    }
  };
  for (let i = 0; i < equity.length; i += 1) {
    const value = equity[i] ?? 0;
    if (value >= peak) {
      if (i > 0) end(i);
      peak = value;
      peakAt = i;
      deepest = 0;
    } else {
      deepest = Math.max(deepest, 1 - value / peak);
      maxDrawdown = Math.max(maxDrawdown, deepest);
      if (i === equity.length - 1) end(i);
    }
  }
  return {
    maxDrawdown,
    averageDrawdown: falls === 0 ? 0 : depthSum / falls,
    maxDrawdownDays: Math.ceil(longest),
    averageDrawdownDays: falls === 0 ? 0 : Math.ceil(durationSum / falls),
  };
}
