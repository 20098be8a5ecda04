/**
 * The MESA adaptive average (MAMA, Ehlers 2001) and its slower follower (FAMA) of a stream of numbers: the faster the
 * phase of the dominant cycle turns, the less the newest value weighs, between `slow` and `fast`. Starts at 0 like
 * TA-Lib, so that the first values are too low: allow some hundred. Or, like Stock.Indicators, at the mean of the first
 * 6 values, after which its filters begin.
 */
import { assert } from '../utils/assert.js';
import { DEGREES_PER_RADIAN, exactAtan } from '../utils/exactTrigonometry.js';
import type { Average } from './averages.js';
import { CYCLE_WARM_UP, HilbertCycle, SKIPPED } from './HilbertCycle.js';

/** Where a MESA average begins. */
export type MesaStart = 'zero' | 'mean';

/** Values whose mean it may begin with. */
const MEAN_OF = 6;

/** See the module header. */
export class MesaFilter implements Average {
  readonly warmUp = CYCLE_WARM_UP;
  average = 0;
  following = 0;
  private readonly cycle: HilbertCycle;
  private readonly start: MesaStart;
  private readonly fast: number;
  private readonly slow: number;
  private phase = 0;
  private seen = 0;

  constructor(fast: number, slow: number, start: MesaStart = 'zero') {
    assert(slow > 0 && slow <= fast && fast <= 1, `an average with weights from ${slow} to ${fast}`);
    this.cycle = new HilbertCycle(start === 'zero' ? SKIPPED : MEAN_OF);
    this.start = start;
    this.fast = fast;
    this.slow = slow;
  }

  push(value: number): number {
    const { cycle } = this;
    if (this.seen < this.warmUp) this.seen += 1;
    if (!cycle.push(value)) {
      if (this.start === 'mean') {
        this.average += (value - this.average) / this.seen;
        this.following = this.average;
      }
      return NaN;
    }
    const phase = cycle.inPhase === 0 ? 0 : exactAtan(cycle.quadrature / cycle.inPhase) * DEGREES_PER_RADIAN;
    const turned = this.phase - phase;
    this.phase = phase;
    const weight = turned > 1 ? Math.max(this.slow, this.fast / turned) : this.fast;
    this.average = weight * value + (1 - weight) * this.average;
    this.following = (weight / 2) * this.average + (1 - weight / 2) * this.following;
    return this.seen === this.warmUp ? this.average : NaN;
  }
}
