/** Falls of equity below its running peak: of a whole curve, and of one that grows. */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { DAY } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { daysBetween, roundedUp } from './duration.js';
import type { EquityCurve } from './returns.js';

/** What the falls of one curve amount to. Depths are positive fractions; durations are days, rounded up to a unit. */
export interface DrawdownStatistics {
  readonly maxDrawdown: number;
  /** Mean of the deepest point of each fall. */
  readonly averageDrawdown: number;
  readonly maxDrawdownDays: number;
  readonly averageDrawdownDays: number;
}

/**
 * Falls of a curve that grows: O(1) per point. A fall lasts from one peak to the next point at a new or equal peak, or
 * to the newest point; it counts when at least one point lies between.
 */
export class DrawdownTracker {
  private count = 0;
  private peak = -Infinity;
  private peakIndex = 0;
  private peakTime = 0;
  private lastTime = 0;
  /** Of the newest point, and the lowest since the peak: of one peak the lowest equity is the deepest fall. */
  private equity = 0;
  private trough = 0;
  /** Of the falls that have ended. */
  private maxDrawdown = 0;
  private falls = 0;
  private depthSum = 0;
  private durationSum = 0;
  private longest = 0;

  /** Takes the next point: Micros not before the last, equity in dollars. */
  add(time: number, equity: number): void {
    const index = this.count;
    this.count += 1;
    this.lastTime = time;
    this.equity = equity;
    if (equity >= this.peak) {
      if (index - this.peakIndex > 1) this.end(time);
      this.peak = equity;
      this.peakIndex = index;
      this.peakTime = time;
      this.trough = equity;
    } else if (equity < this.trough) this.trough = equity;
  }

  /** How far the newest point is below the peak, a positive fraction; 0 at the peak and before the first point. */
  get current(): number {
    return depthOf(this.equity, this.peak);
  }

  /** In whole days. */
  get statistics(): DrawdownStatistics {
    return this.statisticsIn(DAY);
  }

  /** All zero for a curve that never falls. */
  statisticsIn(unit: DurationMicros): DrawdownStatistics {
    // A fall that has not ended counts up to the newest point.
    const open = this.count - 1 - this.peakIndex > 1;
    const duration = open ? daysBetween(this.peakTime, this.lastTime) : 0;
    const falls = this.falls + (open ? 1 : 0);
    const deepest = depthOf(this.trough, this.peak);
    return {
      maxDrawdown: Math.max(this.maxDrawdown, deepest),
      averageDrawdown: falls === 0 ? 0 : (this.depthSum + (open ? deepest : 0)) / falls,
      maxDrawdownDays: roundedUp(Math.max(this.longest, duration), unit),
      averageDrawdownDays: falls === 0 ? 0 : roundedUp((this.durationSum + duration) / falls, unit),
    };
  }

  private end(time: number): void {
    const duration = daysBetween(this.peakTime, time);
    const deepest = depthOf(this.trough, this.peak);
    this.falls += 1;
    this.depthSum += deepest;
    this.maxDrawdown = Math.max(this.maxDrawdown, deepest);
    this.durationSum += duration;
    this.longest = Math.max(this.longest, duration);
  }
}

/** A positive fraction; 0 for what is not below the peak. */
function depthOf(equity: number, peak: number): number {
  return equity < peak ? Math.max(0, 1 - equity / peak) : 0;
}

/** The falls of a whole curve; from `start` dollars at the time of its first point, where that is the first peak. */
export function drawdowns({ time, equity }: EquityCurve, start?: number, unit = DAY): DrawdownStatistics {
  const tracker = new DrawdownTracker();
  if (start !== undefined) tracker.add(time[0] ?? 0, start);
  for (let i = 0; i < equity.length; i += 1) tracker.add(time[i] ?? 0, equity[i] ?? 0);
  return tracker.statisticsIn(unit);
}

/**
 * The longest time in which a fall was made good, in whole days: from its peak to the next point as high, counted from
 * the midnight before it began to fall where that is later, as equity stands still over night. `from` dollars at
 * `since` are the first peak. 0 where no fall was made good; one that goes on does not count. LEAN's drawdown recovery.
 */
export function longestRecovery({ time, equity }: EquityCurve, from: number, since: Micros): number {
  let peak = from;
  let start = since;
  let isBelow = false;
  let longest = 0;
  for (let point = 0; point < time.length; point += 1) {
    const at = time[point] ?? 0;
    const value = equity[point] ?? 0;
    if (value >= peak) {
      if (isBelow) longest = Math.max(longest, at - start);
      isBelow = false;
      peak = value;
      start = at;
    } else if (!isBelow) {
      isBelow = true;
      start = Math.max(start, fromNewYork(newYorkDate(at), 0));
    }
  }
  return Math.floor(longest / DAY);
}
