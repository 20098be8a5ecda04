/** Volatility estimated from the whole bar rather than from closes. */
import type { BarTable } from '../../domain/marketTables.js';
import { assert } from '../../utils/assert.js';
import { exactLog } from '../../utils/exactLog.js';
import { RollingSum } from '../rolling.js';
import { RollingMoments } from '../RollingMoments.js';
import type { Study } from '../Study.js';

const FOUR_LOG_2 = 4 * 0.6931471805599453;
const TWO_LOG_2_LESS_1 = 2 * 0.6931471805599453 - 1;

/** Which estimator: Parkinson 1980, Garman and Klass 1980, Rogers and Satchell 1991, Yang and Zhang 2000. */
export type VolatilityKind = 'parkinson' | 'garmanKlass' | 'rogersSatchell' | 'yangZhang';

/**
 * Standard deviation per bar of the logarithm of the price, from the last `length` bars; not annualised.
 *
 * With o, h, l, c as logarithms, the mean over the bars of: (h − l)² / (4 ln 2) for Parkinson;
 * (h − l)² / 2 − (2 ln 2 − 1)(c − o)² for Garman and Klass, without their gap; (h − c)(h − o) + (l − c)(l − o) for
 * Rogers and Satchell; its square root. Bars with a
 * price of 0 are left out. Yang and Zhang add, with k = 0.34 / (1.34 + (n + 1) / (n − 1)), the sample
 * variance of the gaps from the close before, k times that of c − o, and 1 − k times Rogers and Satchell's.
 */
export class Volatility implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly length: number;
  private readonly kind: VolatilityKind;
  private readonly squares: RollingSum;
  private readonly gaps: RollingMoments;
  private readonly bodies: RollingMoments;
  private closeBefore = NaN;

  /** Yang and Zhang's needs at least 2 bars. */
  constructor(kind: VolatilityKind, length: number) {
    assert(kind !== 'yangZhang' || length > 1, `Yang and Zhang's volatility of ${length} bars, which needs 2`);
    this.length = length;
    this.kind = kind;
    this.warmUpBars = kind === 'yangZhang' ? length + 1 : length;
    this.squares = new RollingSum(length);
    this.gaps = new RollingMoments(length);
    this.bodies = new RollingMoments(length);
  }

  next(table: BarTable, row: number): boolean {
    const open = table.open[row] ?? 0;
    if (!(open > 0 && (table.low[row] ?? 0) > 0)) return this.squares.full;
    // Logarithms of ratios near 1 lose nothing.
    const high = exactLog((table.high[row] ?? 0) / open);
    const low = exactLog((table.low[row] ?? 0) / open);
    const close = exactLog((table.close[row] ?? 0) / open);
    const before = this.closeBefore;
    this.closeBefore = table.close[row] ?? 0;
    if (this.kind === 'yangZhang') {
      if (Number.isNaN(before)) return false;
      this.gaps.push(exactLog(open / before));
      this.bodies.push(close);
    }
    const variance = this.squares.push(squareOf(this.kind, high, low, close)) / this.length;
    if (!this.squares.full) return false;
    this.out[0] = Math.sqrt(Math.max(0, this.kind === 'yangZhang' ? this.mixed(variance) : variance));
    return true;
  }

  private mixed(rogersSatchell: number): number {
    const { length } = this;
    const share = 0.34 / (1.34 + (length + 1) / (length - 1));
    const perSample = length / (length - 1);
    return perSample * (this.gaps.variance + share * this.bodies.variance) + (1 - share) * rogersSatchell;
  }
}

/** The bar's part of the mean; logarithms are relative to the open. */
function squareOf(kind: VolatilityKind, high: number, low: number, close: number): number {
  const range = (high - low) * (high - low);
  if (kind === 'parkinson') return range / FOUR_LOG_2;
  if (kind === 'garmanKlass') return range / 2 - TWO_LOG_2_LESS_1 * close * close;
  return (high - close) * high + (low - close) * low;
}
