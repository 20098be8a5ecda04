/** The lines of those studies of the catalogue that have several. */
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import type { StudyCatalogue } from './StudyCatalogue.js';

/** Three lines of bands or a channel. */
export interface BandLines {
  readonly upper: IndicatorLine;
  readonly middle: IndicatorLine;
  readonly lower: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.stochastic}, 0 to 100. */
export interface StochasticLines {
  readonly k: IndicatorLine;
  readonly d: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.kdj}; `j` goes beyond 0 and 100. */
export interface KdjLines extends StochasticLines {
  readonly j: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.macd}. */
export interface MacdLines {
  readonly difference: IndicatorLine;
  readonly signal: IndicatorLine;
  readonly histogram: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.adx} and {@link StudyCatalogue.directionalIndicators}, 0 to 100. */
export interface AdxLines {
  readonly index: IndicatorLine;
  readonly plus: IndicatorLine;
  readonly minus: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.aroon}; the oscillator is −100 to 100. */
export interface AroonLines {
  readonly up: IndicatorLine;
  readonly down: IndicatorLine;
  readonly oscillator: IndicatorLine;
}

/**
 * The line's height at the newest bar, its slope per bar, its height at the oldest bar and at the next one, and its
 * angle in degrees with a bar as wide as a dollar is high.
 */
export interface RegressionLines {
  readonly value: IndicatorLine;
  readonly slope: IndicatorLine;
  readonly intercept: IndicatorLine;
  readonly forecast: IndicatorLine;
  readonly angle: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.ichimoku}. */
export interface IchimokuLines {
  readonly conversion: IndicatorLine;
  readonly base: IndicatorLine;
  readonly spanA: IndicatorLine;
  readonly spanB: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.heikinAshi}. */
export interface HeikinAshiLines {
  readonly open: IndicatorLine;
  readonly high: IndicatorLine;
  readonly low: IndicatorLine;
  readonly close: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.trueStrength} and {@link StudyCatalogue.stochasticMomentum}. */
export interface StrengthLines {
  readonly value: IndicatorLine;
  readonly signal: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.sarExtended}; `direction` is 1 while the stop lies below the price, -1 above. */
export interface SarLines {
  readonly stop: IndicatorLine;
  readonly direction: IndicatorLine;
}

/** Lines of {@link StudyCatalogue.extremes}; bars since an extreme are 0 when the newest bar made it. */
export interface ExtremeLines {
  readonly highest: IndicatorLine;
  readonly lowest: IndicatorLine;
  readonly middle: IndicatorLine;
  readonly barsSinceHighest: IndicatorLine;
  readonly barsSinceLowest: IndicatorLine;
}
