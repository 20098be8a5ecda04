/** Falls of equity below its running peak: of a whole curve, and of one that grows. */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { DAY } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import type { StatisticsConvention } from './conventions.js';
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
  /** The highest equity so far, that before the first point included; infinite before both. */
  peak = -Infinity;
  private count = 0;
  private peakIndex = 0;
  private peakTime = 0;
  private lastTime = 0;
  /** Of the newest point, and the lowest since the peak: of one peak the lowest equity is the deepest fall. */
  private equity = 0;
  private trough = Infinity;
  /** The lowest of the points before the peak. */
  private lowestBefore = Infinity;
  /** Of the falls that have ended. */
  private maxDrawdown = 0;
  private falls = 0;
  private depthSum = 0;
  private durationSum = 0;
  private longest = 0;

  /** Takes what there was before the first point: a peak to fall from, and no point. */
  begin(time: number, equity: number): void {
    this.add(time, equity);
    this.trough = Infinity;
  }

  /** Takes the next point: Micros not before the last, equity in dollars. */
  add(time: number, equity: number): void {
    const index = this.count;
    this.count += 1;
    this.lastTime = time;
    this.equity = equity;
    if (equity >= this.peak) {
      if (index - this.peakIndex > 1) this.end(time);
      this.lowestBefore = this.lowest;
      this.peak = equity;
      this.peakIndex = index;
      this.peakTime = time;
      this.trough = equity;
    } else if (equity < this.trough) this.trough = equity;
  }

  /** Takes the points of a whole curve. */
  addAll({ time, equity }: EquityCurve): void {
    const first = this.count;
    const end = equity.length;
    let { peak, trough } = this;
    // Most points are no peak, and are only counted.
    for (let i = 0; i < end; i += 1) {
      const value = equity[i] ?? 0;
      if (value >= peak) {
        this.count = first + i;
        this.trough = trough;
        this.add(time[i] ?? 0, value);
        ({ peak, trough } = this);
      } else if (value < trough) trough = value;
    }
    if (end === 0) return;
    this.trough = trough;
    this.count = first + end;
    this.lastTime = time[end - 1] ?? 0;
    this.equity = equity[end - 1] ?? 0;
  }

  /** The lowest point so far; infinite before the first. */
  get lowest(): number {
    return Math.min(this.lowestBefore, this.trough);
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

/** What falls are measured from before the first point, by a convention: the start, or that point itself. Dollars. */
export function firstPeak(
  { equity }: EquityCurve,
  startEquity: number,
  { fallsFrom }: Pick<StatisticsConvention, 'fallsFrom'>,
): number {
  return fallsFrom === 'start' ? startEquity : (equity[0] ?? startEquity);
}

/**
 * Equity over its highest so far, less 1, where `peak` dollars count as the first: zero or below; NaN before it was
 * above 0, which it cannot fall from.
 */
export function fallsBelowPeak(equity: Float64Array, peak: number): Float64Array {
  let highest = peak;
  return equity.map((value) => {
    highest = Math.max(highest, value);
    return highest > 0 ? value / highest - 1 : Number.NaN;
  });
}

/** The falls of a whole curve; from `start` dollars at the time of its first point, where that is the first peak. */
export function fallsOfCurve(curve: EquityCurve, start?: number): DrawdownTracker {
  const tracker = new DrawdownTracker();
  if (start !== undefined) tracker.begin(curve.time[0] ?? 0, start);
  tracker.addAll(curve);
  return tracker;
}

/** What the {@link fallsOfCurve} amount to. */
export function drawdowns(curve: EquityCurve, start?: number, unit = DAY): DrawdownStatistics {
  return fallsOfCurve(curve, start).statisticsIn(unit);
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
