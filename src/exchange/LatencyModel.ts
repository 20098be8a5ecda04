/**
 * How long each leg of the way takes (M8): data to the strategy, orders, cancels and replaces to the venue, reports
 * back. Constant, or log-normal around the same median with a seed. A draw depends on the seed, the leg and the time
 * alone, so that there is no state to keep: what is sent in one instant travels together.
 *
 * The data leg is modelled where data arrive without any: recorded and simulated days. A live feed's data have been
 * under way already, and nothing is added to that.
 */
import type { FeedKind } from '../domain/session.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import { exactExp } from '../utils/exactExp.js';
import { SeededRandom } from '../utils/random.js';
import type { Preset } from './preset.js';

/** The legs; the values are streams of the random numbers. */
export const LatencyLeg = { DATA: 1, ORDER: 2, CANCEL: 3, REPLACE: 4, REPORT: 5 } as const;

const PERCENT = 100;
/** Beyond this factor a draw is cut: a message that takes minutes is a broken line, not a slow one. */
const LARGEST_FACTOR = 50;

/** See the module header. */
export class LatencyModel {
  private readonly medians: readonly DurationMicros[];
  private readonly sigma: number;
  private readonly seed: number;

  constructor(preset: Preset, feed: FeedKind, seed: number) {
    const isModelled = feed === 'sim' || feed === 'recorded';
    this.medians = [
      0,
      isModelled ? preset.dataLatency : 0,
      preset.orderLatency,
      preset.cancelLatency,
      preset.replaceLatency,
      preset.reportLatency,
    ];
    this.sigma = preset.latencySigmaPercent / PERCENT;
    this.seed = seed;
  }

  /** What a leg takes, where it is always the same; undefined where it varies with the time. */
  fixed(leg: number): DurationMicros | undefined {
    const median = this.medians[leg] ?? 0;
    return this.sigma === 0 || median === 0 ? median : undefined;
  }

  /** What reports take: always the same, or by the time at which they are sent. */
  get reports(): DurationMicros | ((time: Micros) => DurationMicros) {
    return this.fixed(LatencyLeg.REPORT) ?? ((time) => this.of(LatencyLeg.REPORT, time));
  }

  /** What a leg takes for something sent at `time`. */
  of(leg: number, time: Micros): DurationMicros {
    const fixed = this.fixed(leg);
    if (fixed !== undefined) return fixed;
    const random = new SeededRandom(this.seed, leg, time % 4_294_967_296, Math.floor(time / 4_294_967_296));
    const factor = Math.min(LARGEST_FACTOR, exactExp(this.sigma * random.normal()));
    return Math.round((this.medians[leg] ?? 0) * factor);
  }
}
