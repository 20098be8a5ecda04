/** Studies of the dominant cycle (TA-Lib's Hilbert transform family and MAMA); see {@link HilbertCycle}. */
import type { BarTable } from '../../domain/marketTables.js';
import { DEGREES_PER_RADIAN, exactAtan, exactCos, exactSin } from '../../utils/exactTrigonometry.js';
import type { AverageKind } from '../averageKinds.js';
import { CYCLE_WARM_UP, HilbertCycle, SKIPPED } from '../HilbertCycle.js';
import { MesaFilter } from '../MesaFilter.js';
import type { MesaStart } from '../MesaFilter.js';
import { Window } from '../rolling.js';
import type { Study } from '../Study.js';
import { VariableLengthAverage } from '../VariableLengthAverage.js';
import type { LengthRange } from '../VariableLengthAverage.js';
import { priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';

/** Bars that TA-Lib leaves out before its filters start, for studies of the phase. */
const SKIPPED_OF_PHASE = 37;
const LONGEST = 50;

/** The cycle's length in bars and the parts of its phasor (HT_DCPERIOD, HT_PHASOR): period, in phase, quadrature. */
export class DominantCycle implements Study {
  readonly warmUpBars = CYCLE_WARM_UP;
  readonly out = new Float64Array(3);
  private readonly cycle = new HilbertCycle(SKIPPED);
  private readonly kind: PriceKind;
  private bars = 0;

  constructor(kind: PriceKind) {
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { cycle, out } = this;
    cycle.push(priceOf(this.kind, table, row));
    out[0] = cycle.smoothPeriod;
    out[1] = cycle.inPhase;
    out[2] = cycle.quadrature;
    if (this.bars < this.warmUpBars) this.bars += 1;
    return this.bars === this.warmUpBars;
  }
}

/**
 * The phase of the dominant cycle and what follows of it (HT_DCPHASE, HT_SINE, HT_TRENDLINE, HT_TRENDMODE): phase in
 * degrees, −45 to 315; its sine; the sine 45° ahead; the trend line; 1 in a trend, 0 in a cycle. Costs one step per bar
 * of the cycle, at most 50.
 */
export class CyclePhase implements Study {
  readonly warmUpBars = 64;
  readonly out = new Float64Array(5);
  private readonly cycle = new HilbertCycle(SKIPPED_OF_PHASE);
  private readonly prices = new Window(LONGEST);
  private readonly smoothed = new Window(LONGEST);
  private readonly kind: PriceKind;
  private phase = 0;
  private sine = 0;
  private leadSine = 0;
  /** Mean prices over the cycle, of the last three bars, newest first. */
  private mean1 = 0;
  private mean2 = 0;
  private mean3 = 0;
  private barsInTrend = 0;
  private bars = 0;

  constructor(kind: PriceKind) {
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { cycle, out } = this;
    const price = priceOf(this.kind, table, row);
    this.prices.push(price);
    if (this.bars < this.warmUpBars) this.bars += 1;
    if (!cycle.push(price)) return false;
    this.smoothed.push(cycle.smoothed);
    const length = Math.floor(cycle.smoothPeriod + 0.5);
    const phaseBefore = this.phase;
    const sineBefore = this.sine;
    const leadBefore = this.leadSine;
    this.takePhase(length);
    const trendLine = this.nextTrendLine(length);
    const { sine, leadSine } = this;
    const crossed = (sine > leadSine && sineBefore <= leadBefore) || (sine < leadSine && sineBefore >= leadBefore);
    this.barsInTrend = crossed ? 1 : this.barsInTrend + 1;
    const perBar = 360 / cycle.smoothPeriod;
    const turned = this.phase - phaseBefore;
    let isTrend = !crossed && this.barsInTrend >= 0.5 * cycle.smoothPeriod;
    if (turned > 0.67 * perBar && turned < 1.5 * perBar) isTrend = false;
    if (trendLine !== 0 && Math.abs((cycle.smoothed - trendLine) / trendLine) >= 0.015) isTrend = true;
    out[0] = this.phase;
    out[1] = sine;
    out[2] = leadSine;
    out[3] = trendLine;
    out[4] = isTrend ? 1 : 0;
    return this.bars === this.warmUpBars;
  }

  /** The phase at which a wave of `length` bars fits the smoothed prices best. */
  private takePhase(length: number): void {
    let real = 0;
    let imaginary = 0;
    const start = waveStart(length);
    for (let ago = 0; ago < length; ago += 1) {
      const price = this.smoothed.at(ago);
      real += (SINES[start + ago] ?? 0) * price;
      imaginary += (COSINES[start + ago] ?? 0) * price;
    }
    if (imaginary !== 0) this.phase = exactAtan(real / imaginary) * DEGREES_PER_RADIAN;
    else if (real !== 0) this.phase += real < 0 ? -90 : 90;
    // The smoothed price lags by a bar.
    this.phase += 90 + 360 / this.cycle.smoothPeriod;
    if (imaginary < 0) this.phase += 180;
    if (this.phase > 315) this.phase -= 360;
    this.sine = exactSin(this.phase / DEGREES_PER_RADIAN);
    this.leadSine = exactSin((this.phase + 45) / DEGREES_PER_RADIAN);
  }

  private nextTrendLine(length: number): number {
    let mean = 0;
    for (let ago = 0; ago < length; ago += 1) mean += this.prices.at(ago);
    if (length > 0) mean /= length;
    const line = (4 * mean + 3 * this.mean1 + 2 * this.mean2 + this.mean3) / 10;
    this.mean3 = this.mean2;
    this.mean2 = this.mean1;
    this.mean1 = mean;
    return line;
  }
}

/** {@link MesaFilter} of a price (MAMA): lines average and follower. */
export class MesaAverage implements Study {
  readonly warmUpBars = CYCLE_WARM_UP;
  readonly out = new Float64Array(2);
  private readonly filter: MesaFilter;
  private readonly kind: PriceKind;

  constructor(fast: number, slow: number, kind: PriceKind, start: MesaStart = 'zero') {
    this.filter = new MesaFilter(fast, slow, start);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const { filter, out } = this;
    const average = filter.push(priceOf(this.kind, table, row));
    out[0] = average;
    out[1] = filter.following;
    return !Number.isNaN(average);
  }
}

/**
 * The average over as many bars as the dominant cycle has, whole ones, between `shortest` and `longest` (MAVP with
 * HT_DCPERIOD as its lengths).
 */
export class CycleAverage implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly cycle: DominantCycle;
  private readonly average: VariableLengthAverage;
  private readonly kind: PriceKind;

  constructor(average: AverageKind, range: LengthRange, kind: PriceKind) {
    this.cycle = new DominantCycle(kind);
    this.average = new VariableLengthAverage(average, range);
    this.warmUpBars = Math.max(this.cycle.warmUpBars, this.average.warmUp);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const isReady = this.cycle.next(table, row);
    this.average.push(priceOf(this.kind, table, row));
    const value = this.average.of(this.cycle.out[0] ?? 0);
    this.out[0] = value;
    return isReady && !Number.isNaN(value);
  }
}

/** Where the wave of `length` bars begins in {@link SINES}: those of 1, 2, … bars lie one after the other. */
function waveStart(length: number): number {
  return (length * (length - 1)) / 2;
}

function waves(of: (angle: number) => number): Float64Array {
  const all = new Float64Array(waveStart(LONGEST + 1));
  for (let length = 1; length <= LONGEST; length += 1) {
    for (let ago = 0; ago < length; ago += 1) all[waveStart(length) + ago] = of((ago * 2 * Math.PI) / length);
  }
  return all;
}

const SINES = waves(exactSin);
const COSINES = waves(exactCos);
