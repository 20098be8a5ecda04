/** The part of the catalogue of studies with averages, bands, and stops that follow the price. */
import type { AverageDetails, AverageKind } from '../indicators/averageKinds.js';
import { averageOf, isEndless, SEEDED_KINDS, T3_FACTOR } from '../indicators/averageKinds.js';
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import {
  AccelerationBands,
  BollingerBands,
  DeviationBands,
  KeltnerChannel,
  SuperTrend,
} from '../indicators/studies/bandStudies.js';
import type { BandWidths, KeltnerOptions, SuperTrendOptions } from '../indicators/studies/bandStudies.js';
import { ParabolicSar } from '../indicators/studies/parabolicSar.js';
import type { SarOptions } from '../indicators/studies/parabolicSar.js';
import { AverageOf, Channel } from '../indicators/studies/priceStudies.js';
import { ChandelierExit, HeikinAshi, Ichimoku, VolumeWeightedAverage } from '../indicators/studies/trendStudies.js';
import type { IchimokuLengths } from '../indicators/studies/trendStudies.js';
import { VariableAverage } from '../indicators/VariableAverage.js';
import { VariableLengthAverage } from '../indicators/VariableLengthAverage.js';
import type { LengthRange } from '../indicators/VariableLengthAverage.js';
import { amount, barRange, bars, barsIn, choice, NOT_NEGATIVE, sarFactor } from './indicatorChecks.js';
import { line, StudyGroup } from './StudyGroup.js';
import type { DeclareStudy, IndicatorDeclarer, StudyOptions } from './StudyGroup.js';
import { AVERAGES, SEEDS } from './studyKinds.js';
import type { BandLines, HeikinAshiLines, IchimokuLines, SarLines } from './studyLines.js';

/** What {@link BandCatalogue.keltner} may be told besides its lengths and width. */
type KeltnerVariant = Omit<KeltnerOptions, 'length' | 'rangeLength' | 'width'>;

/** See the module header. */
export class BandCatalogue extends StudyGroup {
  protected readonly declarer: IndicatorDeclarer;

  constructor(declare: DeclareStudy, scale: number, declarer: IndicatorDeclarer) {
    super(declare, scale);
    this.declarer = declarer;
  }

  /** A moving average of any kind; `factor` (0 to 1) is T3's, `seed` is with what exponential ones begin. */
  average(
    kind: AverageKind,
    length: number,
    { on = 'close', factor = T3_FACTOR, seed = 'mean' }: StudyOptions & AverageDetails = {},
  ): IndicatorLine {
    choice('ta.average', 'kind', kind, AVERAGES);
    amount('ta.average', 'factor', factor, { least: 0, most: 1 });
    if (choice('ta.average', 'seed', seed, SEEDS) !== 'mean') choice('ta.average', 'kind', kind, SEEDED_KINDS);
    return this.one(
      this.unitOf('ta.average', on),
      () => new AverageOf(averageOf(kind, bars('ta.average', 'length', length), { factor, seed }), on),
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
    const onFailure = (error: unknown): void => {
      declarer.fail(error);
    };
    const parts = { cursor: declarer.cursor, on, length, onFailure, make, isEndless: isEndless(kind) };
    return declarer.declare(
      this.unitOf('ta.variableAverage', on),
      (declared, slots) => new VariableAverage(declared, slots, parts),
    );
  }

  /** The average of the last prices weighted by volume. */
  volumeWeighted(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    const unit = this.unitOf('ta.volumeWeighted', on);
    return this.one(unit, () => new VolumeWeightedAverage(bars('ta.volumeWeighted', 'length', length), on));
  }

  /**
   * Bollinger's bands, `width` population standard deviations wide on each side, or as many as `width` says above and
   * below; around a simple average, or one of the kind given.
   */
  bollinger(
    length: number,
    width: number | BandWidths,
    { on = 'close', average = 'simple' }: StudyOptions & { readonly average?: AverageKind } = {},
  ): BandLines {
    const name = 'ta.bollinger';
    const widths = typeof width === 'number' ? { above: width, below: width } : width;
    amount(name, 'width', widths.above, NOT_NEGATIVE);
    amount(name, 'width', widths.below, NOT_NEGATIVE);
    choice(name, 'average', average, AVERAGES);
    this.unitOf(name, on);
    bars(name, 'length', length);
    // The usual ones are computed many bars at a time.
    if (average === 'simple' && widths.above === widths.below) {
      return this.bands(() => new BollingerBands(length, widths.above, on));
    }
    return this.bands(() => new DeviationBands(averageOf(average, length), length, widths, on));
  }

  /** Headley's acceleration bands. */
  accelerationBands(length: number): BandLines {
    return this.bands(() => new AccelerationBands(bars('ta.accelerationBands', 'length', length)));
  }

  /**
   * Keltner's channel: exponential average and Wilder's average true range unless their kinds are given. `firstBar`
   * counts the first bar's high − low; `aligned` lets both averages have their first value together.
   */
  keltner(
    length: number,
    rangeLength: number,
    width: number,
    { on = 'close', average = 'exponential', rangeAverage = 'wilder', ...how }: StudyOptions & KeltnerVariant = {},
  ): BandLines {
    barsIn('ta.keltner', { length, rangeLength }, ['length', 'rangeLength']);
    amount('ta.keltner', 'width', width, NOT_NEGATIVE);
    choice('ta.keltner', 'average', average, AVERAGES);
    choice('ta.keltner', 'rangeAverage', rangeAverage, AVERAGES);
    this.unitOf('ta.keltner', on);
    const options = { ...how, length, rangeLength, width, average, rangeAverage };
    return this.bands(() => new KeltnerChannel(options, on));
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

  /**
   * A stop that follows the trend; `direction` is 1 while it lies below the price, -1 above. Options: the kind of the
   * range's average, whether the first bar's high − low counts, and with which trend it begins.
   */
  superTrend(length: number, width: number, options: SuperTrendOptions = {}): SarLines {
    const name = 'ta.superTrend';
    amount(name, 'width', width, NOT_NEGATIVE);
    choice(name, 'average', options.average ?? 'wilder', AVERAGES);
    choice(name, 'begin', options.begin ?? 'up', ['up', 'down']);
    const [stop, direction] = this.many(
      [this.scale, 1],
      () => new SuperTrend(bars(name, 'length', length), width, options),
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

  /** Le Beau's chandelier exit of a long position. */
  chandelierExit(length: number, width: number): IndicatorLine {
    amount('ta.chandelierExit', 'width', width, NOT_NEGATIVE);
    return this.one(this.scale, () => new ChandelierExit(bars('ta.chandelierExit', 'length', length), width));
  }

  /** Hosoda's cloud; the leading spans as they lie under the newest bar. */
  ichimoku(lengths: IchimokuLengths = { conversion: 9, base: 26, span: 52 }): IchimokuLines {
    const { scale } = this;
    barsIn('ta.ichimoku', lengths, ['conversion', 'base', 'span']);
    bars('ta.ichimoku', 'displacement', lengths.displacement ?? lengths.base, 0);
    const [conversion, base, spanA, spanB] = this.many([scale, scale, scale, scale], () => new Ichimoku(lengths));
    return { conversion: line(conversion), base: line(base), spanA: line(spanA), spanB: line(spanB) };
  }

  /** Heikin-Ashi bars. */
  heikinAshi(): HeikinAshiLines {
    const { scale } = this;
    const [open, high, low, close] = this.many([scale, scale, scale, scale], () => new HeikinAshi());
    return { open: line(open), high: line(high), low: line(low), close: line(close) };
  }
}
