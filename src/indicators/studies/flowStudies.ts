/** Studies of volume that TA-Lib took up with its versions 0.7 and 0.8; conventions are those of 0.8.1. */
import type { BarTable } from '../../domain/marketTables.js';
import { RollingSum } from '../rolling.js';
import type { Study } from '../Study.js';

/** Chaikin's money flow (CMF): volume weighted by where a bar closes in its range ÷ volume, of `length` bars. */
export class ChaikinMoneyFlow implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly flows: RollingSum;
  private readonly volumes: RollingSum;

  constructor(length: number) {
    this.warmUpBars = length;
    this.flows = new RollingSum(length);
    this.volumes = new RollingSum(length);
  }

  next(table: BarTable, row: number): boolean {
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    const close = table.close[row] ?? 0;
    const volume = table.volume[row] ?? 0;
    const share = high > low ? (close - low - (high - close)) / (high - low) : 0;
    const flows = this.flows.push(share * volume);
    const volumes = this.volumes.push(volume);
    this.out[0] = volumes === 0 ? 0 : flows / volumes;
    return this.volumes.full;
  }
}

/** Williams' market facilitation (MARKETFI): the range per share of volume, in price units; 0 without volume. */
export class Facilitation implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);

  next(table: BarTable, row: number): boolean {
    const volume = table.volume[row] ?? 0;
    this.out[0] = volume === 0 ? 0 : ((table.high[row] ?? 0) - (table.low[row] ?? 0)) / volume;
    return true;
  }
}

/** Where the indices of {@link VolumeIndex} begin. */
const INDEX_START = 1000;

/**
 * Dysart's and Fosback's index of prices on bars with less volume than the one before (NVI, sign −1), or more (PVI,
 * sign 1). Begins at 1000 and takes a bar's change as a fraction.
 */
export class VolumeIndex implements Study {
  readonly warmUpBars = 1;
  readonly out = Float64Array.of(INDEX_START);
  private readonly sign: 1 | -1;
  private close = 0;
  private volume = NaN;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  next(table: BarTable, row: number): boolean {
    const close = table.close[row] ?? 0;
    const volume = table.volume[row] ?? 0;
    const counts = (volume - this.volume) * this.sign > 0 && this.close !== 0;
    if (counts) this.out[0] = (this.out[0] ?? 0) * (1 + (close - this.close) / this.close);
    this.close = close;
    this.volume = volume;
    return true;
  }
}

/** The price volume trend (PVT): the sum of volumes × changes as fractions, in shares; begins at 0. */
export class PriceVolumeTrend implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);
  private before = 0;

  next(table: BarTable, row: number): boolean {
    const close = table.close[row] ?? 0;
    const { before } = this;
    this.before = close;
    if (before !== 0) this.out[0] = (this.out[0] ?? 0) + ((table.volume[row] ?? 0) * (close - before)) / before;
    return true;
  }
}

/** The volume ÷ the mean of the `length` bars before (RVOL); 0 where those had none. */
export class RelativeVolume implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly volumes: RollingSum;
  private readonly length: number;

  constructor(length: number) {
    this.warmUpBars = length + 1;
    this.volumes = new RollingSum(length);
    this.length = length;
  }

  next(table: BarTable, row: number): boolean {
    const { volumes, length } = this;
    const isReady = volumes.full;
    const before = volumes.sum;
    const volume = table.volume[row] ?? 0;
    volumes.push(volume);
    this.out[0] = before === 0 ? 0 : (volume * length) / before;
    return isReady;
  }
}

/**
 * Williams' accumulation/distribution (WAD), in price units without any volume: rising closes count from the true low,
 * falling ones from the true high; begins at 0.
 */
export class WilliamsAccumulation implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(1);
  private before = NaN;

  next(table: BarTable, row: number): boolean {
    const close = table.close[row] ?? 0;
    const { before } = this;
    this.before = close;
    if (close > before) this.out[0] = (this.out[0] ?? 0) + close - Math.min(table.low[row] ?? 0, before);
    else if (close < before) this.out[0] = (this.out[0] ?? 0) + close - Math.max(table.high[row] ?? 0, before);
    return true;
  }
}
