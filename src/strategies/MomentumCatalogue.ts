/** The part of the catalogue of studies with momentum and oscillators. */
import type { AverageKind } from '../indicators/averageKinds.js';
import { averageOf } from '../indicators/averageKinds.js';
import type { Average } from '../indicators/averages.js';
import type { AverageSeed } from '../indicators/exponentialAverages.js';
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import { AverageDifference, Macd } from '../indicators/studies/averageDifferences.js';
import type { MacdLengths } from '../indicators/studies/averageDifferences.js';
import {
  Accelerator,
  Coppock,
  DetrendedPrice,
  ForecastOscillator,
  Fractals,
  Kdj,
  NetChange,
  Qstick,
  StochasticMomentum,
  VerticalHorizontal,
} from '../indicators/studies/momentumStudies.js';
import type { StochasticMomentumLengths } from '../indicators/studies/momentumStudies.js';
import {
  BalanceOfPower,
  CommodityChannelIndex,
  IntradayMomentum,
  Stochastic,
  StochasticRsi,
  Strength,
  Trix,
  WilliamsR,
} from '../indicators/studies/oscillatorStudies.js';
import type { StochasticLengths } from '../indicators/studies/oscillatorStudies.js';
import { Change } from '../indicators/studies/priceStudies.js';
import type { ChangeKind } from '../indicators/studies/priceStudies.js';
import {
  Aroon,
  DirectionalIndex,
  DirectionalMovement,
  DirectionalRating,
  DirectionalSums,
  UltimateOscillator,
} from '../indicators/studies/rangeStudies.js';
import type { MovementSeed } from '../indicators/studies/rangeStudies.js';
import { AwesomeOscillator, ElderRay, TrueStrength, Vortex } from '../indicators/studies/trendStudies.js';
import { BandCatalogue } from './BandCatalogue.js';
import { bars, barsIn, choice, flag, seedOf } from './indicatorChecks.js';
import { line } from './StudyGroup.js';
import type { StudyOptions } from './StudyGroup.js';
import { AVERAGES, CHANGES, MOVEMENT_SEEDS, SEEDS, SIMPLE_SEEDS } from './studyKinds.js';
import type { AdxLines, AroonLines, KdjLines, MacdLines, StochasticLines, StrengthLines } from './studyLines.js';

/** On which price, and with what exponential averages begin. */
interface SeedOptions extends StudyOptions {
  readonly seed?: AverageSeed;
}

/** How sums of directional movement begin, as TA-Lib has it unless told. */
interface MovementOptions {
  readonly seed?: MovementSeed;
}

/** See the module header. */
export class MomentumCatalogue extends BandCatalogue {
  /** Appel's moving average convergence/divergence; of `fast` and `slow` the shorter one is the fast one. */
  macd(lengths: MacdLengths, { on = 'close' }: StudyOptions = {}): MacdLines {
    const { scale } = this;
    barsIn('ta.macd', lengths, ['fast', 'slow', 'signal']);
    const { kind = 'exponential', seed = 'mean', fixed = false, aligned = true } = lengths;
    const { fastKind = kind, slowKind = kind, signalKind = kind } = lengths;
    const kinds = { kind, fastKind, slowKind, signalKind };
    for (const key of ['kind', 'fastKind', 'slowKind', 'signalKind'] as const) {
      choice('ta.macd', key, kinds[key], AVERAGES);
    }
    flag('ta.macd', 'fixed', fixed);
    flag('ta.macd', 'aligned', aligned);
    seedOf('ta.macd', seed, fixed ? [signalKind] : [fastKind, slowKind, signalKind]);
    this.unitOf('ta.macd', on);
    const [difference, signal, histogram] = this.many([scale, scale, scale], () => new Macd(lengths, on));
    return { difference: line(difference), signal: line(signal), histogram: line(histogram) };
  }

  /**
   * The difference of two averages, in dollars; of two lengths the shorter one is the fast one, as in TA-Lib. `seed` is
   * with what exponential ones begin.
   */
  priceOscillator(kind: AverageKind, fast: number, slow: number, options: SeedOptions = {}): IndicatorLine {
    const { on = 'close' } = options;
    const unit = this.unitOf('ta.priceOscillator', on);
    return this.oscillator('ta.priceOscillator', unit, kind, fast, slow, options);
  }

  /** As {@link priceOscillator}, in percent of the slow average. */
  percentOscillator(kind: AverageKind, fast: number, slow: number, options: SeedOptions = {}): IndicatorLine {
    const { on = 'close' } = options;
    this.unitOf('ta.percentOscillator', on);
    return this.oscillator('ta.percentOscillator', undefined, kind, fast, slow, options);
  }

  /** The change in percent of a triple smoothed average; `seed` is with what its averages begin. */
  trix(length: number, { on = 'close', seed = 'mean' }: SeedOptions = {}): IndicatorLine {
    this.unitOf('ta.trix', on);
    choice('ta.trix', 'seed', seed, SEEDS);
    return this.one(1, () => new Trix(bars('ta.trix', 'length', length), on, seed));
  }

  /** Lane's stochastic. */
  stochastic(lengths: StochasticLengths): StochasticLines {
    barsIn('ta.stochastic', lengths, ['range', 'slowing', 'signal']);
    const { slowingKind = 'simple', signalKind = 'simple' } = lengths;
    choice('ta.stochastic', 'slowingKind', slowingKind, AVERAGES);
    choice('ta.stochastic', 'signalKind', signalKind, AVERAGES);
    const [k, d] = this.many([1, 1], () => new Stochastic(lengths));
    return { k: line(k), d: line(d) };
  }

  /**
   * The stochastic of the relative strength index; %K is not smoothed unless `slowing` says so, and the averages are
   * simple unless their kinds are given.
   */
  stochasticRsi(
    length: number,
    range: number,
    signal: number,
    options: StudyOptions & Partial<Omit<StochasticLengths, 'range' | 'signal'>> = {},
  ): StochasticLines {
    const { on = 'close', slowing = 1, slowingKind = 'simple', signalKind = 'simple' } = options;
    barsIn('ta.stochasticRsi', { length, range, signal, slowing }, ['length', 'range', 'signal', 'slowing']);
    choice('ta.stochasticRsi', 'slowingKind', slowingKind, AVERAGES);
    choice('ta.stochasticRsi', 'signalKind', signalKind, AVERAGES);
    this.unitOf('ta.stochasticRsi', on);
    const lengths = { range, slowing, signal, slowingKind, signalKind };
    const [k, d] = this.many([1, 1], () => new StochasticRsi(length, lengths, on));
    return { k: line(k), d: line(d) };
  }

  /** Chande's momentum oscillator, −100 to 100. */
  cmo(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.cmo', on);
    return line(this.many([1, 1], () => new Strength(bars('ta.cmo', 'length', length), on))[1]);
  }

  /** Lambert's commodity channel index. */
  cci(length: number): IndicatorLine {
    return this.one(1, () => new CommodityChannelIndex(bars('ta.cci', 'length', length)));
  }

  /** Williams' %R, −100 to 0. */
  williamsR(length: number): IndicatorLine {
    return this.one(1, () => new WilliamsR(bars('ta.williamsR', 'length', length)));
  }

  /** Williams' ultimate oscillator. */
  ultimate(short = 7, middle = 14, long = 28): IndicatorLine {
    barsIn('ta.ultimate', { short, middle, long }, ['short', 'middle', 'long']);
    return this.one(1, () => new UltimateOscillator(short, middle, long));
  }

  /** The balance of power of the bar, −1 to 1. */
  balanceOfPower(): IndicatorLine {
    return this.one(1, () => new BalanceOfPower());
  }

  /** Chande's intraday momentum index, 0 to 100. */
  intradayMomentum(length: number): IndicatorLine {
    return this.one(1, () => new IntradayMomentum(bars('ta.intradayMomentum', 'length', length)));
  }

  /** Wilder's average directional index with both directional indicators; `seed` is how its sums begin. */
  adx(length: number, { seed = 'early' }: MovementOptions = {}): AdxLines {
    choice('ta.adx', 'seed', seed, MOVEMENT_SEEDS);
    const make = (): DirectionalIndex => new DirectionalIndex(bars('ta.adx', 'length', length), seed);
    const [index, plus, minus] = this.many([1, 1, 1], make);
    return { index: line(index), plus: line(plus), minus: line(minus) };
  }

  /** Wilder's rating of the directional index (ADXR): its mean with that of `back`, or `length` − 1, bars ago. */
  directionalRating(
    length: number,
    { seed = 'early', back = length - 1 }: MovementOptions & { readonly back?: number } = {},
  ): IndicatorLine {
    const name = 'ta.directionalRating';
    bars(name, 'length', length);
    bars(name, 'back', back, 0);
    choice(name, 'seed', seed, MOVEMENT_SEEDS);
    return this.one(1, () => new DirectionalRating(length, seed, back));
  }

  /** Wilder's directional indicators and their index before it is averaged (DX). */
  directionalIndicators(length: number, { seed = 'early' }: MovementOptions = {}): AdxLines {
    const { scale } = this;
    choice('ta.directionalIndicators', 'seed', seed, MOVEMENT_SEEDS);
    const [, , plus, minus, index] = this.many(
      [scale, scale, 1, 1, 1],
      () => new DirectionalMovement(bars('ta.directionalIndicators', 'length', length), seed),
    );
    return { index: line(index), plus: line(plus), minus: line(minus) };
  }

  /** Wilder's directional movements in dollars, sums smoothed over `length` bars. */
  directionalMovement(
    length: number,
    { seed = 'early' }: MovementOptions = {},
  ): { readonly plus: IndicatorLine; readonly minus: IndicatorLine } {
    const { scale } = this;
    choice('ta.directionalMovement', 'seed', seed, MOVEMENT_SEEDS);
    const [plus, minus] = this.many(
      [scale, scale],
      () => new DirectionalSums(bars('ta.directionalMovement', 'length', length), seed),
    );
    return { plus: line(plus), minus: line(minus) };
  }

  /** Chande's Aroon. */
  aroon(length: number): AroonLines {
    const [up, down, oscillator] = this.many([1, 1, 1], () => new Aroon(bars('ta.aroon', 'length', length)));
    return { up: line(up), down: line(down), oscillator: line(oscillator) };
  }

  /** The change against `length` bars ago: in dollars, as a fraction, in percent, or as a ratio. */
  change(length: number, how: ChangeKind, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    choice('ta.change', 'how', how, CHANGES);
    const unit = this.unitOf('ta.change', on);
    return this.one(how === 'difference' ? unit : 1, () => new Change(bars('ta.change', 'length', length), how, on));
  }

  /** The vortex of Botes and Siepman. */
  vortex(length: number): { readonly up: IndicatorLine; readonly down: IndicatorLine } {
    const [up, down] = this.many([1, 1], () => new Vortex(bars('ta.vortex', 'length', length)));
    return { up: line(up), down: line(down) };
  }

  /** Elder's ray. */
  elderRay(length: number): { readonly bull: IndicatorLine; readonly bear: IndicatorLine } {
    const [bull, bear] = this.many([this.scale, this.scale], () => new ElderRay(bars('ta.elderRay', 'length', length)));
    return { bull: line(bull), bear: line(bear) };
  }

  /** Williams' awesome oscillator. */
  awesome(fast = 5, slow = 34): IndicatorLine {
    barsIn('ta.awesome', { fast, slow }, ['fast', 'slow']);
    return this.one(this.scale, () => new AwesomeOscillator(fast, slow));
  }

  /** Blau's true strength index, −100 to 100. */
  trueStrength(first = 25, second = 13, signal = 7): StrengthLines {
    barsIn('ta.trueStrength', { first, second, signal }, ['first', 'second', 'signal']);
    const [value, average] = this.many([1, 1], () => new TrueStrength(first, second, signal, 'close'));
    return { value: line(value), signal: line(average) };
  }

  /** Williams' accelerator: his awesome oscillator less its average. */
  accelerator(fast = 5, slow = 34, signal = 5): IndicatorLine {
    barsIn('ta.accelerator', { fast, slow, signal }, ['fast', 'slow', 'signal']);
    return this.one(this.scale, () => new Accelerator(fast, slow, signal));
  }

  /** Chande's momentum oscillator of plain sums, as he has it, −100 to 100. */
  plainCmo(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.plainCmo', on);
    return line(this.many([1, 1], () => new NetChange(bars('ta.plainCmo', 'length', length), on))[0]);
  }

  /** Kaufman's efficiency of the last `length` changes, 0 to 1. */
  efficiency(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.efficiency', on);
    return line(this.many([1, 1], () => new NetChange(bars('ta.efficiency', 'length', length), on))[1]);
  }

  /** Coppock's curve: a weighted average of two changes in percent. */
  coppock(average = 10, short = 11, long = 14, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    barsIn('ta.coppock', { average, short, long }, ['average', 'short', 'long']);
    this.unitOf('ta.coppock', on);
    return this.one(1, () => new Coppock(average, short, long, on));
  }

  /** The price half a length ago less the average of the length. */
  detrended(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    const unit = this.unitOf('ta.detrended', on);
    return this.one(unit, () => new DetrendedPrice(bars('ta.detrended', 'length', length), on));
  }

  /** By how many percent the price missed the forecast of the bar before. */
  forecastOscillator(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.forecastOscillator', on);
    return this.one(1, () => new ForecastOscillator(bars('ta.forecastOscillator', 'length', length, 2), on));
  }

  /** A stochastic with its divergence; the averages are Wilder's unless their kinds are given. */
  kdj(lengths: StochasticLengths = { range: 9, slowing: 3, signal: 3 }): KdjLines {
    barsIn('ta.kdj', lengths, ['range', 'slowing', 'signal']);
    const { slowingKind = 'wilder', signalKind = 'wilder' } = lengths;
    choice('ta.kdj', 'slowingKind', slowingKind, AVERAGES);
    choice('ta.kdj', 'signalKind', signalKind, AVERAGES);
    const [k, d, j] = this.many([1, 1, 1], () => new Kdj({ ...lengths, slowingKind, signalKind }));
    return { k: line(k), d: line(d), j: line(j) };
  }

  /** Chande's Qstick: the average body in dollars. */
  qstick(length: number): IndicatorLine {
    return this.one(this.scale, () => new Qstick(bars('ta.qstick', 'length', length)));
  }

  /** Blau's stochastic momentum index, −100 to 100. */
  stochasticMomentum(
    lengths: StochasticMomentumLengths = { range: 13, first: 25, second: 2, signal: 9 },
  ): StrengthLines {
    barsIn('ta.stochasticMomentum', lengths, ['range', 'first', 'second', 'signal']);
    const { seed = 'mean' } = lengths;
    choice('ta.stochasticMomentum', 'seed', seed, SIMPLE_SEEDS);
    const [value, signal] = this.many([1, 1], () => new StochasticMomentum(lengths));
    return { value: line(value), signal: line(signal) };
  }

  /** White's vertical horizontal filter. */
  verticalHorizontal(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.verticalHorizontal', on);
    return this.one(1, () => new VerticalHorizontal(bars('ta.verticalHorizontal', 'length', length), on));
  }

  /** Williams' fractals: 1 at the bar with which it is known that a high or low `right` bars ago was one, else 0. */
  fractals(left = 2, right = 2): { readonly high: IndicatorLine; readonly low: IndicatorLine } {
    barsIn('ta.fractals', { left, right }, ['left', 'right']);
    const [high, low] = this.many([1, 1], () => new Fractals(left, right));
    return { high: line(high), low: line(low) };
  }

  /** In percent without a unit. */
  private oscillator(
    name: string,
    unit: number | undefined,
    kind: AverageKind,
    fast: number,
    slow: number,
    { on = 'close', seed = 'mean' }: SeedOptions,
  ): IndicatorLine {
    barsIn(name, { fast, slow }, ['fast', 'slow']);
    choice(name, 'kind', kind, AVERAGES);
    seedOf(name, seed, [kind]);
    const how = { inPercent: unit === undefined, aligned: false };
    const [short, long] = [Math.min(fast, slow), Math.max(fast, slow)];
    const of = (length: number): Average => averageOf(kind, length, { seed });
    return this.one(unit ?? 1, () => new AverageDifference(of(short), of(long), how, on));
  }
}
