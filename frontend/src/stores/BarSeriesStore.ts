/**
 * Bars of the series on the screen. Deltas are merged by bar time at once; watchers (the charts) are told once
 * per frame from which bar on the series changed, so that a chart redraws the last bar and not the whole day.
 */
import type { Bars } from '../../../src/contracts/index.js';

/** Columns of equal length, oldest first; the arrays grow in place. */
export interface BarSeries {
  readonly time: number[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly volume: number[];
  readonly vwap: (number | null)[];
  readonly phase: number[];
}

/** Told of a series; `from` is the index of the first changed bar, 0 after a snapshot. */
export type BarWatcher = (series: BarSeries, from: number) => void;

/** Bars by topic. */
export class BarSeriesStore {
  readonly #series = new Map<string, BarSeries>();
  readonly #watchers = new Map<string, Set<BarWatcher>>();
  /** Topic → first changed index since the last frame. */
  readonly #changed = new Map<string, number>();

  /** The series of a topic, if some of it has come. */
  get(topic: string): BarSeries | undefined {
    return this.#series.get(topic);
  }

  /** Calls `watcher` with what is there now and after each frame with changes; returns a function that ends it. */
  watch(topic: string, watcher: BarWatcher): () => void {
    const watchers = this.#watchers.get(topic) ?? new Set();
    watchers.add(watcher);
    this.#watchers.set(topic, watchers);
    const series = this.#series.get(topic);
    if (series !== undefined) watcher(series, 0);
    return () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      // Without watchers the topic is no longer subscribed, and what is kept would grow stale.
      this.#watchers.delete(topic);
      this.#series.delete(topic);
      this.#changed.delete(topic);
    };
  }

  /** Merges bars that came by the stream. */
  apply(topic: string, bars: Bars, isSnapshot: boolean): void {
    let series = this.#series.get(topic);
    if (series === undefined || isSnapshot) {
      series = { time: [], open: [], high: [], low: [], close: [], volume: [], vwap: [], phase: [] };
      this.#series.set(topic, series);
    }
    let from = isSnapshot ? 0 : Infinity;
    for (let index = 0; index < bars.time.length; index++) from = Math.min(from, put(series, bars, index));
    if (Number.isFinite(from)) this.#changed.set(topic, Math.min(from, this.#changed.get(topic) ?? Infinity));
  }

  /** Puts earlier bars, fetched for scrolling back, in front. */
  prepend(topic: string, bars: Bars): void {
    const series = this.#series.get(topic);
    if (series === undefined) return;
    const first = series.time[0] ?? Infinity;
    const count = bars.time.filter((time) => time < first).length;
    if (count === 0) return;
    series.time.unshift(...bars.time.slice(0, count));
    series.open.unshift(...bars.open.slice(0, count));
    series.high.unshift(...bars.high.slice(0, count));
    series.low.unshift(...bars.low.slice(0, count));
    series.close.unshift(...bars.close.slice(0, count));
    series.volume.unshift(...bars.volume.slice(0, count));
    series.vwap.unshift(...bars.vwap.slice(0, count));
    series.phase.unshift(...bars.phase.slice(0, count));
    for (const watcher of this.#watchers.get(topic) ?? []) watcher(series, 0);
  }

  /** Tells the watchers what changed since the last call. */
  publish(): void {
    for (const [topic, from] of this.#changed) {
      const series = this.#series.get(topic);
      if (series !== undefined) for (const watcher of this.#watchers.get(topic) ?? []) watcher(series, from);
    }
    this.#changed.clear();
  }

  /** Forgets all bars; watchers stay and see the next snapshot. */
  clear(): void {
    this.#series.clear();
    this.#changed.clear();
  }
}

/** Writes one bar at its place by time; returns the index. */
function put(series: BarSeries, bars: Bars, index: number): number {
  const time = bars.time[index] ?? 0;
  let at = series.time.length;
  while (at > 0 && (series.time[at - 1] ?? 0) >= time) at -= 1;
  const replaces = series.time[at] === time ? 1 : 0;
  series.time.splice(at, replaces, time);
  series.open.splice(at, replaces, bars.open[index] ?? 0);
  series.high.splice(at, replaces, bars.high[index] ?? 0);
  series.low.splice(at, replaces, bars.low[index] ?? 0);
  series.close.splice(at, replaces, bars.close[index] ?? 0);
  series.volume.splice(at, replaces, bars.volume[index] ?? 0);
  series.vwap.splice(at, replaces, bars.vwap[index] ?? null);
  series.phase.splice(at, replaces, bars.phase[index] ?? 1);
  return at;
}
