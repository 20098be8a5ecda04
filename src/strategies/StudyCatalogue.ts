/**
 * The catalogue of studies that a strategy declares in fields: `this.ta.macd({ fast: 12, slow: 26, signal: 9 })`.
 * Prices come in dollars, percents and ratios as they are, variances in square dollars; conventions are TA-Lib's unless
 * a study's own module says otherwise (docs/indicators.md has all). Lengths are whole numbers of bars. `cycles` and
 * `levels` are groups of their own.
 */
import type { AverageKind } from '../indicators/averages.js';
import { averageOf } from '../indicators/averages.js';
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import { SymbolPairs } from '../indicators/SymbolPairs.js';
import { VariableAverage } from '../indicators/VariableAverage.js';
import { VariableLengthAverage } from '../indicators/VariableLengthAverage.js';
import type { LengthRange } from '../indicators/VariableLengthAverage.js';
import { AccelerationBands, BollingerBands, KeltnerChannel, SuperTrend } from '../indicators/studies/bandStudies.js';
import {
  AverageDifference,
  BalanceOfPower,
  CommodityChannelIndex,
  IntradayMomentum,
  Macd,
  Stochastic,
  StochasticRsi,
  Strength,
  Trix,
  WilliamsR,
} from '../indicators/studies/oscillatorStudies.js';
import type { MacdLengths, StochasticLengths } from '../indicators/studies/oscillatorStudies.js';
import { Beta, Correlation, PairBeta, PairCorrelation } from '../indicators/studies/pairStudies.js';
import { ParabolicSar } from '../indicators/studies/parabolicSar.js';
import type { SarOptions } from '../indicators/studies/parabolicSar.js';
import {
  AverageOf,
  Change,
  Channel,
  Deviation,
  LinearRegression,
  MeanDeviation,
  Price,
  Sum,
} from '../indicators/studies/priceStudies.js';
import type { ChangeKind, PriceKind } from '../indicators/studies/priceStudies.js';
import {
  Aroon,
  DirectionalIndex,
  NormalizedRange,
  TrueRange,
  UltimateOscillator,
} from '../indicators/studies/rangeStudies.js';
import {
  AwesomeOscillator,
  ChandelierExit,
  ElderRay,
  ForceIndex,
  HeikinAshi,
  Ichimoku,
  TrueStrength,
  VolumeWeightedAverage,
  Vortex,
} from '../indicators/studies/trendStudies.js';
import type { IchimokuLengths } from '../indicators/studies/trendStudies.js';
import {
  AccumulationDistribution,
  ChaikinOscillator,
  MoneyFlowIndex,
  OnBalanceVolume,
} from '../indicators/studies/volumeStudies.js';
import { Volatility } from '../indicators/studies/volatilityStudies.js';
import type { VolatilityKind } from '../indicators/studies/volatilityStudies.js';
import { CycleCatalogue } from './CycleCatalogue.js';
import { amount, barRange, bars, barsIn, choice, NOT_NEGATIVE, sarFactor } from './indicatorChecks.js';
import { LevelCatalogue } from './LevelCatalogue.js';
import { AVERAGES, CHANGES, MOVING_AVERAGES, movingAverage, VOLATILITIES } from './studyKinds.js';
import type { MovingAverageKind } from './studyKinds.js';
import { line, StudyGroup } from './StudyGroup.js';
import type { DeclareStudy, IndicatorDeclarer, StudyOptions } from './StudyGroup.js';
import type {
  AdxLines,
  AroonLines,
  BandLines,
  ExtremeLines,
  HeikinAshiLines,
  IchimokuLines,
  MacdLines,
  RegressionLines,
  SarLines,
  StochasticLines,
  StrengthLines,
} from './studyLines.js';

/** See the module header. */
export class StudyCatalogue extends StudyGroup {
  /** The dominant cycle: its length, phase and mode, and the average that adapts to it. */
  readonly cycles = new CycleCatalogue(this.declare, this.scale);
  /** Price levels: pivots, average prices since an anchor, volume profiles. */
  readonly levels = new LevelCatalogue(this.declare, this.scale);
  private readonly declarer: IndicatorDeclarer;

  constructor(declare: DeclareStudy, scale: number, declarer: IndicatorDeclarer) {
    super(declare, scale);
    this.declarer = declarer;
  }

  /** A moving average of any kind; T3 with its usual factor of 0.7. */
  average(kind: MovingAverageKind, length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    choice('ta.average', 'kind', kind, MOVING_AVERAGES);
    return this.one(
      this.unitOf('ta.average', on),
      () => new AverageOf(movingAverage(kind, bars('ta.average', 'length', length)), on),
    );
  }

  /**
   * A moving average whose length is chosen at every bar (TA-Lib's MAVP): `length` answers it, in bars, and may read
   * lines that were declared before, which hold the bar and the symbol in question already. Its whole part counts, held
   * within the range; NaN leaves the length as it was.
   */
  variableAverage(
    kind: AverageKind,
    range: LengthRange,
    length: () => number,
    { on = 'close' }: StudyOptions = {},
  ): IndicatorLine {
    choice('ta.variableAverage', 'kind', kind, AVERAGES);
    barRange('ta.variableAverage', range);
    const { declarer } = this;
    const make = (): VariableLengthAverage => new VariableLengthAverage(kind, range);
    const isEndless = kind === 'exponential' || kind === 'wilder';
    const onFailure = (error: unknown): void => {
      declarer.fail(error);
    };
    const parts = { cursor: declarer.cursor, on, length, onFailure, make, isEndless };
    return declarer.declare(
      this.unitOf('ta.variableAverage', on),
      (declared, slots) => new VariableAverage(declared, slots, parts),
    );
  }

  /** Median, typical, weighted or average price of the bar. */
  price(kind: PriceKind): IndicatorLine {
    return this.one(this.unitOf('ta.price', kind, 'kind'), () => new Price(kind));
  }

  /** The sum of the last `length` values. */
  sum(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    return this.one(this.unitOf('ta.sum', on), () => new Sum(bars('ta.sum', 'length', length), on));
  }

  /** The change against `length` bars ago: in dollars, as a fraction, in percent, or as a ratio. */
  change(length: number, how: ChangeKind, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    choice('ta.change', 'how', how, CHANGES);
    const unit = this.unitOf('ta.change', on);
    return this.one(how === 'difference' ? unit : 1, () => new Change(bars('ta.change', 'length', length), how, on));
  }

  /** Bollinger's bands, `width` population standard deviations wide on each side. */
  bollinger(length: number, width: number, { on = 'close' }: StudyOptions = {}): BandLines {
    amount('ta.bollinger', 'width', width, NOT_NEGATIVE);
    this.unitOf('ta.bollinger', on);
    return this.bands(() => new BollingerBands(bars('ta.bollinger', 'length', length), width, on));
  }

  /** Keltner's channel: exponential average and Wilder's average true range. */
  keltner(length: number, rangeLength: number, width: number): BandLines {
    barsIn('ta.keltner', { length, rangeLength }, ['length', 'rangeLength']);
    amount('ta.keltner', 'width', width, NOT_NEGATIVE);
    return this.bands(() => new KeltnerChannel(length, rangeLength, width));
  }

  /** Headley's acceleration bands. */
  accelerationBands(length: number): BandLines {
    return this.bands(() => new AccelerationBands(bars('ta.accelerationBands', 'length', length)));
  }

  /** Donchian's channel: the highest high and lowest low of `length` bars, the newest included. */
  donchian(length: number): BandLines {
    const { scale } = this;
    const [upper, lower, middle] = this.many(
      [scale, scale, scale, 1, 1],
      () => new Channel(bars('ta.donchian', 'length', length), 'high', 'low'),
    );
    return { upper: line(upper), middle: line(middle), lower: line(lower) };
  }

  /** The highest and lowest of the last `length` values, and how many bars ago they were, of equal ones the newest. */
  extremes(length: number, { on = 'close' }: StudyOptions = {}): ExtremeLines {
    const unit = this.unitOf('ta.extremes', on);
    const [highest, lowest, , highestAgo, lowestAgo] = this.many(
      [unit, unit, unit, 1, 1],
      () => new Channel(bars('ta.extremes', 'length', length), on, on),
    );
    return {
      highest: line(highest),
      lowest: line(lowest),
      barsSinceHighest: line(highestAgo),
      barsSinceLowest: line(lowestAgo),
    };
  }

  /** A stop that follows the trend; `direction` is 1 while it lies below the price, -1 above. */
  superTrend(length: number, width: number): { readonly stop: IndicatorLine; readonly direction: IndicatorLine } {
    amount('ta.superTrend', 'width', width, NOT_NEGATIVE);
    const [stop, direction] = this.many(
      [this.scale, 1],
      () => new SuperTrend(bars('ta.superTrend', 'length', length), width),
    );
    return { stop: line(stop), direction: line(direction) };
  }

  /** Wilder's parabolic stop and reverse. */
  sar(step = 0.02, most = 0.2): IndicatorLine {
    const factor = { initial: step, step, most };
    amount('ta.sar', 'step', step, NOT_NEGATIVE);
    amount('ta.sar', 'most', most, NOT_NEGATIVE);
    return line(this.many([this.scale, 1], () => new ParabolicSar({ long: factor, short: factor }))[0]);
  }

  /** The parabolic stop with factors for each direction; `start` in dollars. */
  sarExtended({ start = 0, ...options }: SarOptions): SarLines {
    const { scale } = this;
    amount('ta.sarExtended', 'start', start);
    amount('ta.sarExtended', 'offset', options.offset ?? 0, NOT_NEGATIVE);
    sarFactor('ta.sarExtended', 'long.', options.long);
    sarFactor('ta.sarExtended', 'short.', options.short);
    const [stop, direction] = this.many([scale, 1], () => new ParabolicSar({ ...options, start: start * scale }));
    return { stop: line(stop), direction: line(direction) };
  }

  /** Appel's moving average convergence/divergence. */
  macd(lengths: MacdLengths, { on = 'close' }: StudyOptions = {}): MacdLines {
    const { scale } = this;
    barsIn('ta.macd', lengths, ['fast', 'slow', 'signal']);
    if (lengths.kind !== undefined) choice('ta.macd', 'kind', lengths.kind, AVERAGES);
    this.unitOf('ta.macd', on);
    const [difference, signal, histogram] = this.many([scale, scale, scale], () => new Macd(lengths, on));
    return { difference: line(difference), signal: line(signal), histogram: line(histogram) };
  }

  /** The difference of two averages, in percent of the slow one. */
  percentOscillator(kind: AverageKind, fast: number, slow: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    const name = 'ta.percentOscillator';
    barsIn(name, { fast, slow }, ['fast', 'slow']);
    choice(name, 'kind', kind, AVERAGES);
    this.unitOf(name, on);
    const how = { inPercent: true, aligned: false };
    return this.one(1, () => new AverageDifference(averageOf(kind, fast), averageOf(kind, slow), how, on));
  }

  /** The change in percent of a triple smoothed average. */
  trix(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.trix', on);
    return this.one(1, () => new Trix(bars('ta.trix', 'length', length), on));
  }

  /** Lane's stochastic. */
  stochastic(lengths: StochasticLengths): StochasticLines {
    barsIn('ta.stochastic', lengths, ['range', 'slowing', 'signal']);
    const [k, d] = this.many([1, 1], () => new Stochastic(lengths));
    return { k: line(k), d: line(d) };
  }

  /** The stochastic of the relative strength index. */
  stochasticRsi(length: number, range: number, signal: number): StochasticLines {
    barsIn('ta.stochasticRsi', { length, range, signal }, ['length', 'range', 'signal']);
    const [k, d] = this.many([1, 1], () => new StochasticRsi(length, range, signal, 'close'));
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

  /** Wilder's average directional index with its rating and both directional indicators. */
  adx(length: number): AdxLines {
    const [index, rating, plus, minus] = this.many(
      [1, 1, 1, 1],
      () => new DirectionalIndex(bars('ta.adx', 'length', length)),
    );
    return { index: line(index), rating: line(rating), plus: line(plus), minus: line(minus) };
  }

  /** Chande's Aroon. */
  aroon(length: number): AroonLines {
    const [up, down, oscillator] = this.many([1, 1, 1], () => new Aroon(bars('ta.aroon', 'length', length)));
    return { up: line(up), down: line(down), oscillator: line(oscillator) };
  }

  /** The true range of the bar in dollars. */
  trueRange(): IndicatorLine {
    return this.one(this.scale, () => new TrueRange());
  }

  /** The average true range in percent of the close. */
  normalizedRange(length: number): IndicatorLine {
    return this.one(1, () => new NormalizedRange(bars('ta.normalizedRange', 'length', length)));
  }

  /** Population standard deviation of the last `length` values. */
  deviation(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    const unit = this.unitOf('ta.deviation', on);
    return line(this.many([unit * unit, unit], () => new Deviation(bars('ta.deviation', 'length', length), on))[1]);
  }

  /** Volatility per bar (not annualised) from the whole bar, as a fraction of the price. */
  volatility(kind: VolatilityKind, length: number): IndicatorLine {
    choice('ta.volatility', 'kind', kind, VOLATILITIES);
    bars('ta.volatility', 'length', length, kind === 'yangZhang' ? 2 : 1);
    return this.one(1, () => new Volatility(kind, length));
  }

  /** Pearson's correlation of two prices of the bar, -1 to 1. */
  correlation(length: number, of: PriceKind, against: PriceKind): IndicatorLine {
    this.unitOf('ta.correlation', of, 'of');
    this.unitOf('ta.correlation', against, 'against');
    return this.one(1, () => new Correlation(bars('ta.correlation', 'length', length), of, against));
  }

  /** Beta of the changes of one price of the bar against those of another. */
  beta(length: number, of: PriceKind, against: PriceKind): IndicatorLine {
    this.unitOf('ta.beta', of, 'of');
    this.unitOf('ta.beta', against, 'against');
    return this.one(1, () => new Beta(bars('ta.beta', 'length', length), of, against));
  }

  /**
   * Pearson's correlation of each symbol with another symbol of the strategy over the last `length` bars that both
   * have, -1 to 1.
   */
  correlationWith(symbol: string, length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.correlationWith', on);
    bars('ta.correlationWith', 'length', length);
    const against = this.declarer.slotOf(symbol);
    return this.declarer.declare(
      1,
      (declared, slots) => new SymbolPairs(declared, slots, against, on, () => new PairCorrelation(length)),
    );
  }

  /**
   * Beta of each symbol's changes to those of another symbol of the strategy over the last `length` changes between
   * bars that both have.
   */
  betaTo(symbol: string, length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.betaTo', on);
    bars('ta.betaTo', 'length', length);
    const against = this.declarer.slotOf(symbol);
    return this.declarer.declare(
      1,
      (declared, slots) => new SymbolPairs(declared, slots, against, on, () => new PairBeta(length)),
    );
  }

  /** Mean distance from the mean of the last `length` values. */
  meanDeviation(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    return this.one(
      this.unitOf('ta.meanDeviation', on),
      () => new MeanDeviation(bars('ta.meanDeviation', 'length', length), on),
    );
  }

  /** The line of least squares through the last `length` values. */
  regression(length: number, { on = 'close' }: StudyOptions = {}): RegressionLines {
    const unit = this.unitOf('ta.regression', on);
    const [value, slope, intercept, forecast, angle] = this.many(
      [unit, unit, unit, unit, 1],
      () => new LinearRegression(bars('ta.regression', 'length', length, 2), on, unit),
    );
    return {
      value: line(value),
      slope: line(slope),
      intercept: line(intercept),
      forecast: line(forecast),
      angle: line(angle),
    };
  }

  /** Hosoda's cloud; the leading spans as they lie under the newest bar. */
  ichimoku(lengths: IchimokuLengths = { conversion: 9, base: 26, span: 52 }): IchimokuLines {
    const { scale } = this;
    barsIn('ta.ichimoku', lengths, ['conversion', 'base', 'span']);
    const [conversion, base, spanA, spanB] = this.many([scale, scale, scale, scale], () => new Ichimoku(lengths));
    return { conversion: line(conversion), base: line(base), spanA: line(spanA), spanB: line(spanB) };
  }

  /** Heikin-Ashi bars. */
  heikinAshi(): HeikinAshiLines {
    const { scale } = this;
    const [open, high, low, close] = this.many([scale, scale, scale, scale], () => new HeikinAshi());
    return { open: line(open), high: line(high), low: line(low), close: line(close) };
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

  /** Le Beau's chandelier exit of a long position. */
  chandelierExit(length: number, width: number): IndicatorLine {
    amount('ta.chandelierExit', 'width', width, NOT_NEGATIVE);
    return this.one(this.scale, () => new ChandelierExit(bars('ta.chandelierExit', 'length', length), width));
  }

  /** The average of the last closes weighted by volume. */
  volumeWeighted(length: number): IndicatorLine {
    return this.one(this.scale, () => new VolumeWeightedAverage(bars('ta.volumeWeighted', 'length', length)));
  }

  /** Elder's force index in dollars × shares. */
  force(length: number): IndicatorLine {
    return this.one(this.scale, () => new ForceIndex(bars('ta.force', 'length', length)));
  }

  /** On balance volume in shares. */
  onBalanceVolume(): IndicatorLine {
    return this.one(1, () => new OnBalanceVolume());
  }

  /** Chaikin's accumulation/distribution line in shares. */
  accumulationDistribution(): IndicatorLine {
    return this.one(1, () => new AccumulationDistribution());
  }

  /** Chaikin's oscillator in shares. */
  chaikinOscillator(fast = 3, slow = 10): IndicatorLine {
    barsIn('ta.chaikinOscillator', { fast, slow }, ['fast', 'slow']);
    return this.one(1, () => new ChaikinOscillator(fast, slow));
  }

  /** The money flow index, 0 to 100. */
  moneyFlow(length: number): IndicatorLine {
    return this.one(1, () => new MoneyFlowIndex(bars('ta.moneyFlow', 'length', length)));
  }
}
