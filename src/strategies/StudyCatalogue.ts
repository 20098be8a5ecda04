/**
 * The catalogue of studies that a strategy declares in fields: `this.ta.macd({ fast: 12, slow: 26, signal: 9 })`.
 * Prices come in dollars, percents and ratios as they are, variances in square dollars; conventions are TA-Lib's unless
 * a study's own module says otherwise (docs/indicators.md has all). Lengths are whole numbers of bars. `cycles` and
 * `levels` are groups of their own; the catalogue's own parts build on one another only to keep files short.
 */
import type { EqualExtremes } from '../indicators/equalExtremes.js';
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import { Beta, Correlation, PairBeta, PairCorrelation } from '../indicators/studies/pairStudies.js';
import { Channel, Deviation, LinearRegression, MeanDeviation, Price, Sum } from '../indicators/studies/priceStudies.js';
import type { PriceKind } from '../indicators/studies/priceStudies.js';
import { AverageTrueRange, trueRangeOf } from '../indicators/studies/rangeStudies.js';
import type { RangeAverageOptions } from '../indicators/studies/rangeStudies.js';
import {
  AverageRange,
  ChaikinVolatility,
  MassIndex,
  Percentile,
  PercentRank,
  RelativeVolatility,
} from '../indicators/studies/spreadStudies.js';
import { Volatility } from '../indicators/studies/volatilityStudies.js';
import type { VolatilityKind } from '../indicators/studies/volatilityStudies.js';
import { SymbolPairs } from '../indicators/SymbolPairs.js';
import { CycleCatalogue } from './CycleCatalogue.js';
import { amount, bars, barsIn, choice, flag } from './indicatorChecks.js';
import { LevelCatalogue } from './LevelCatalogue.js';
import { line } from './StudyGroup.js';
import type { StudyOptions } from './StudyGroup.js';
import { AVERAGES, EQUAL_EXTREMES, VOLATILITIES } from './studyKinds.js';
import type { ExtremeLines, RegressionLines } from './studyLines.js';
import { VolumeCatalogue } from './VolumeCatalogue.js';

/** See the module header. */
export class StudyCatalogue extends VolumeCatalogue {
  /** The dominant cycle: its length, phase and mode, and the average that adapts to it. */
  readonly cycles = new CycleCatalogue(this.declare, this.scale);
  /** Price levels: pivots, average prices since an anchor, volume profiles. */
  readonly levels = new LevelCatalogue(this.declare, this.scale);

  /** The true range of the bar in dollars; `firstBar`: that of the first bar is its high − low. */
  trueRange({ firstBar = false }: { readonly firstBar?: boolean } = {}): IndicatorLine {
    flag('ta.trueRange', 'firstBar', firstBar);
    return this.one(this.scale, () => trueRangeOf(firstBar));
  }

  /**
   * An average true range in dollars of any kind of average, with or without the first bar's high − low. Exits may be
   * given in it, as in `atr`: the first of either that is declared counts.
   */
  averageTrueRange(length: number, options: RangeAverageOptions = {}): IndicatorLine {
    const how = rangeOptions('ta.averageTrueRange', length, options);
    const range = this.one(this.scale, () => new AverageTrueRange(length, how));
    this.declarer.exitRange(range);
    return range;
  }

  /** The average true range in percent of the close. */
  normalizedRange(length: number, options: RangeAverageOptions = {}): IndicatorLine {
    const how = rangeOptions('ta.normalizedRange', length, options);
    return this.one(1, () => new AverageTrueRange(length, how, 'percent'));
  }

  /** The simple average of high − low in dollars. */
  averageRange(length: number): IndicatorLine {
    return this.one(this.scale, () => new AverageRange(bars('ta.averageRange', 'length', length)));
  }

  /** Chaikin's volatility: the change in percent over `change` bars of the average of high − low. */
  chaikinVolatility(length = 10, change = 10): IndicatorLine {
    barsIn('ta.chaikinVolatility', { length, change }, ['length', 'change']);
    return this.one(1, () => new ChaikinVolatility(length, change));
  }

  /** Dorsey's mass index. */
  massIndex(length = 9, sum = 25): IndicatorLine {
    barsIn('ta.massIndex', { length, sum }, ['length', 'sum']);
    return this.one(1, () => new MassIndex(length, sum));
  }

  /** Dorsey's relative volatility index, 0 to 100. */
  relativeVolatility(length = 14, deviation = 10, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    barsIn('ta.relativeVolatility', { length, deviation }, ['length', 'deviation']);
    this.unitOf('ta.relativeVolatility', on);
    return this.one(1, () => new RelativeVolatility(length, deviation, on));
  }

  /** That of the last `length` values which `percent` of them do not exceed. */
  percentile(length: number, percent: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    const unit = this.unitOf('ta.percentile', on);
    amount('ta.percentile', 'percent', percent, { least: 0, most: 100 });
    return this.one(unit, () => new Percentile(bars('ta.percentile', 'length', length), percent, on));
  }

  /** How many percent of the `length` values before are less than the newest one. */
  percentRank(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    this.unitOf('ta.percentRank', on);
    return this.one(1, () => new PercentRank(bars('ta.percentRank', 'length', length), on));
  }

  /** Volatility per bar (not annualised) from the whole bar, as a fraction of the price. */
  volatility(kind: VolatilityKind, length: number): IndicatorLine {
    choice('ta.volatility', 'kind', kind, VOLATILITIES);
    bars('ta.volatility', 'length', length, kind === 'yangZhang' ? 2 : 1);
    return this.one(1, () => new Volatility(kind, length));
  }

  /** Median, typical, weighted or average price of the bar. */
  price(kind: PriceKind): IndicatorLine {
    return this.one(this.unitOf('ta.price', kind, 'kind'), () => new Price(kind));
  }

  /** The sum of the last `length` values. */
  sum(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    return this.one(this.unitOf('ta.sum', on), () => new Sum(bars('ta.sum', 'length', length), on));
  }

  /**
   * The highest and lowest of the last `length` values, the middle between them, and how many bars ago they were: of
   * equal ones the newest, the oldest, or the one that TA-Lib tells.
   */
  extremes(
    length: number,
    { on = 'close', equal = 'newest' }: StudyOptions & { readonly equal?: EqualExtremes } = {},
  ): ExtremeLines {
    const unit = this.unitOf('ta.extremes', on);
    choice('ta.extremes', 'equal', equal, EQUAL_EXTREMES);
    const [highest, lowest, middle, highestAgo, lowestAgo] = this.many(
      [unit, unit, unit, 1, 1],
      () => new Channel(bars('ta.extremes', 'length', length), on, on, equal),
    );
    return {
      highest: line(highest),
      lowest: line(lowest),
      middle: line(middle),
      barsSinceHighest: line(highestAgo),
      barsSinceLowest: line(lowestAgo),
    };
  }

  /** Population standard deviation of the last `length` values, or as many `times` it. */
  deviation(
    length: number,
    { on = 'close', times = 1 }: StudyOptions & { readonly times?: number } = {},
  ): IndicatorLine {
    const unit = this.unitOf('ta.deviation', on);
    amount('ta.deviation', 'times', times);
    const make = (): Deviation => new Deviation(bars('ta.deviation', 'length', length), on, times);
    return line(this.many([unit * unit, unit], make)[1]);
  }

  /** Population variance of the last `length` values, in square dollars. */
  variance(length: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    const unit = this.unitOf('ta.variance', on);
    const make = (): Deviation => new Deviation(bars('ta.variance', 'length', length), on);
    return line(this.many([unit * unit, unit], make)[0]);
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
}

/** Checked, with what is usual for what was left out. */
function rangeOptions(
  name: string,
  length: number,
  { average = 'wilder', firstBar = false }: RangeAverageOptions,
): RangeAverageOptions {
  bars(name, 'length', length);
  choice(name, 'average', average, AVERAGES);
  flag(name, 'firstBar', firstBar);
  return { average, firstBar };
}
