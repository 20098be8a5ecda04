/** The part of the catalogue of studies with price and volume together. */
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import {
  ChaikinMoneyFlow,
  Facilitation,
  PriceVolumeTrend,
  RelativeVolume,
  VolumeIndex,
  WilliamsAccumulation,
} from '../indicators/studies/flowStudies.js';
import { ForceIndex } from '../indicators/studies/trendStudies.js';
import {
  AccumulationDistribution,
  ChaikinOscillator,
  MoneyFlowIndex,
  OnBalanceVolume,
} from '../indicators/studies/volumeStudies.js';
import { bars, barsIn, choice } from './indicatorChecks.js';
import { MomentumCatalogue } from './MomentumCatalogue.js';
import type { StudyOptions } from './StudyGroup.js';

/** See the module header. */
export class VolumeCatalogue extends MomentumCatalogue {
  /** On balance volume in shares; it begins with the first bar's volume, or from 0. */
  onBalanceVolume({
    on = 'close',
    fromZero = false,
  }: StudyOptions & { readonly fromZero?: boolean } = {}): IndicatorLine {
    this.unitOf('ta.onBalanceVolume', on);
    return this.one(1, () => new OnBalanceVolume(on, fromZero));
  }

  /** Chaikin's accumulation/distribution line in shares. */
  accumulationDistribution(): IndicatorLine {
    return this.one(1, () => new AccumulationDistribution());
  }

  /** Chaikin's oscillator in shares; its averages begin with the first value unless `seed` says otherwise. */
  chaikinOscillator(fast = 3, slow = 10, { seed = 'first' }: { readonly seed?: 'first' | 'mean' } = {}): IndicatorLine {
    barsIn('ta.chaikinOscillator', { fast, slow }, ['fast', 'slow']);
    choice('ta.chaikinOscillator', 'seed', seed, ['first', 'mean']);
    return this.one(1, () => new ChaikinOscillator(fast, slow, seed));
  }

  /** The money flow index, 0 to 100. */
  moneyFlow(length: number): IndicatorLine {
    return this.one(1, () => new MoneyFlowIndex(bars('ta.moneyFlow', 'length', length)));
  }

  /** Elder's force index in dollars × shares. */
  force(length: number): IndicatorLine {
    return this.one(this.scale, () => new ForceIndex(bars('ta.force', 'length', length)));
  }

  /** Chaikin's money flow, −1 to 1. */
  chaikinMoneyFlow(length: number): IndicatorLine {
    return this.one(1, () => new ChaikinMoneyFlow(bars('ta.chaikinMoneyFlow', 'length', length)));
  }

  /** Williams' market facilitation in dollars per share. */
  facilitation(): IndicatorLine {
    return this.one(this.scale, () => new Facilitation());
  }

  /** The index of prices on bars with less volume than the one before, from 1000. */
  negativeVolume(): IndicatorLine {
    return this.one(1, () => new VolumeIndex(-1));
  }

  /** The index of prices on bars with more volume than the one before, from 1000. */
  positiveVolume(): IndicatorLine {
    return this.one(1, () => new VolumeIndex(1));
  }

  /** The price volume trend in shares. */
  priceVolumeTrend(): IndicatorLine {
    return this.one(1, () => new PriceVolumeTrend());
  }

  /** The volume against the mean of the `length` bars before. */
  relativeVolume(length: number): IndicatorLine {
    return this.one(1, () => new RelativeVolume(bars('ta.relativeVolume', 'length', length)));
  }

  /** Williams' accumulation/distribution in dollars, which no volume enters. */
  williamsAccumulation(): IndicatorLine {
    return this.one(this.scale, () => new WilliamsAccumulation());
  }
}
