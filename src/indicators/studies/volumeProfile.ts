/**
 * Volume profile: how much volume traded at which price. The whole volume of a bar counts at its close, rounded up to
 * the `step`, as LEAN does. The value area grows from the point of control to the neighbouring level with more volume
 * (of equal ones the higher price) until it holds its share of all volume; of equal points of control the lowest price.
 */
import type { BarTable } from '../../domain/marketTables.js';
import { assert } from '../../utils/assert.js';
import { PeriodCursor } from '../PeriodCursor.js';
import type { Period } from '../PeriodCursor.js';
import { Window } from '../rolling.js';
import type { Study } from '../Study.js';

/** The share of all volume that the value area holds. */
const VALUE_AREA = 0.7;

/** The last so many bars, or all of the running session, week or month. */
export type ProfileSpan = { readonly bars: number } | { readonly each: Period };

/** Lines of a profile in the order of `out`: point of control, its volume, value area's high and low. */
const LINES = 4;

/**
 * See the module header. Costs one step per price level and bar; levels are at most the bars of the span. With `each`
 * it is ready from the first regular bar with volume; without any volume it keeps its values.
 */
export class VolumeProfile implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(LINES);
  private readonly step: number;
  private readonly cursor: PeriodCursor | undefined;
  private readonly recentLevels: Window | undefined;
  private readonly recentVolumes: Window | undefined;
  /** Levels in steps, ascending, with the volume and the number of bars at each. */
  private levels = new Float64Array(64);
  private volumes = new Float64Array(64);
  private bars = new Float64Array(64);
  private count = 0;
  private isReady = false;

  /** `step` in raw units of price. */
  constructor(span: ProfileSpan, step: number) {
    assert(step > 0, `a volume profile with levels ${step} apart`);
    this.step = step;
    this.warmUpBars = 'bars' in span ? span.bars : 0;
    this.cursor = 'each' in span ? new PeriodCursor(span.each) : undefined;
    this.recentLevels = 'bars' in span ? new Window(span.bars) : undefined;
    this.recentVolumes = 'bars' in span ? new Window(span.bars) : undefined;
  }

  next(table: BarTable, row: number): boolean {
    const { recentLevels, recentVolumes } = this;
    const period = this.cursor?.next(table, row);
    if (period === 'outside') return this.isReady;
    if (period === 'first') this.count = 0;
    const level = Math.ceil((table.close[row] ?? 0) / this.step);
    const volume = table.volume[row] ?? 0;
    if (recentLevels !== undefined && recentVolumes !== undefined) {
      if (recentLevels.full) this.take(recentLevels.leaving, recentVolumes.leaving);
      recentLevels.push(level);
      recentVolumes.push(volume);
    }
    this.add(level, volume);
    if (this.tell() && (recentLevels === undefined || recentLevels.full)) this.isReady = true;
    return this.isReady;
  }

  /** The place of a level, or where it belongs. */
  private placeOf(level: number): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.levels[middle] ?? 0) < level) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  private add(level: number, volume: number): void {
    const place = this.placeOf(level);
    if (place === this.count || this.levels[place] !== level) {
      if (this.count === this.levels.length) this.grow();
      this.shift(place, place + 1);
      this.count += 1;
      this.levels[place] = level;
      this.volumes[place] = 0;
      this.bars[place] = 0;
    }
    this.volumes[place] = (this.volumes[place] ?? 0) + volume;
    this.bars[place] = (this.bars[place] ?? 0) + 1;
  }

  private take(level: number, volume: number): void {
    const place = this.placeOf(level);
    this.volumes[place] = (this.volumes[place] ?? 0) - volume;
    this.bars[place] = (this.bars[place] ?? 0) - 1;
    if (this.bars[place] !== 0) return;
    this.shift(place + 1, place);
    this.count -= 1;
  }

  private shift(from: number, to: number): void {
    this.levels.copyWithin(to, from, this.count);
    this.volumes.copyWithin(to, from, this.count);
    this.bars.copyWithin(to, from, this.count);
  }

  private grow(): void {
    this.levels = doubled(this.levels);
    this.volumes = doubled(this.volumes);
    this.bars = doubled(this.bars);
  }

  /** Works out the lines; false without any volume. */
  private tell(): boolean {
    const { volumes, count, out } = this;
    let all = 0;
    let most = 0;
    for (let place = 0; place < count; place += 1) {
      const volume = volumes[place] ?? 0;
      all += volume;
      if (volume > (volumes[most] ?? 0)) most = place;
    }
    if (all === 0) return false;
    let low = most;
    let high = most;
    let inside = volumes[most] ?? 0;
    while (inside < VALUE_AREA * all && (low > 0 || high + 1 < count)) {
      const above = high + 1 < count ? (volumes[high + 1] ?? 0) : -1;
      const below = low > 0 ? (volumes[low - 1] ?? 0) : -1;
      if (above >= below) high += 1;
      else low -= 1;
      inside += Math.max(above, below);
    }
    out[0] = (this.levels[most] ?? 0) * this.step;
    out[1] = volumes[most] ?? 0;
    out[2] = (this.levels[high] ?? 0) * this.step;
    out[3] = (this.levels[low] ?? 0) * this.step;
    return true;
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
