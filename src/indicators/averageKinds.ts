/** The moving averages by name, for whatever is built on one (TA-Lib's MA types and two more). */
import type { Average } from './averages.js';
import {
  DoubleExponentialAverage,
  ExponentialAverage,
  HullAverage,
  KaufmanAverage,
  SimpleAverage,
  TillsonAverage,
  TriangularAverage,
  TripleExponentialAverage,
  WeightedAverage,
  ZeroLagAverage,
} from './averages.js';
import { MesaFilter } from './MesaFilter.js';

/**
 * Kinds of averages: those of TA-Lib's MA types 0 to 8 (SMA, EMA, WMA, DEMA, TEMA, TRIMA, KAMA, MAMA, T3) and those
 * that its version 0.8 added (HMA, ZLEMA, RMA).
 */
export type AverageKind =
  | 'simple'
  | 'exponential'
  | 'weighted'
  | 'double'
  | 'triple'
  | 'triangular'
  | 'kaufman'
  | 'mesa'
  | 't3'
  | 'hull'
  | 'zeroLag'
  | 'wilder';

/** The factor of T3 that Tillson proposed, and TA-Lib takes. */
export const T3_FACTOR = 0.7;
/** The limits of the MESA average's weight that TA-Lib takes for it as an MA type. */
const MESA_FAST = 0.5;
const MESA_SLOW = 0.05;

/**
 * The average of a kind over `length` values, 1 or more. Over 1 value every kind is the value itself, as TA-Lib has it;
 * else `mesa` takes no length but that of the cycle. `factor` is T3's.
 */
export function averageOf(kind: AverageKind, length: number, factor = T3_FACTOR): Average {
  if (length === 1) return new SimpleAverage(1);
  switch (kind) {
    case 'simple':
      return new SimpleAverage(length);
    case 'exponential':
      return new ExponentialAverage(length);
    case 'weighted':
      return new WeightedAverage(length);
    case 'double':
      return new DoubleExponentialAverage(length);
    case 'triple':
      return new TripleExponentialAverage(length);
    case 'triangular':
      return new TriangularAverage(length);
    case 'kaufman':
      return new KaufmanAverage(length);
    case 'mesa':
      return new MesaFilter(MESA_FAST, MESA_SLOW);
    case 't3':
      return new TillsonAverage(length, factor);
    case 'hull':
      return new HullAverage(length);
    case 'zeroLag':
      return new ZeroLagAverage(length);
    case 'wilder':
      return new ExponentialAverage(length, 1 / length);
  }
}

/** Whether the averages of a kind remember their start for longer than their length. */
export function isEndless(kind: AverageKind): boolean {
  return kind !== 'simple' && kind !== 'weighted' && kind !== 'triangular' && kind !== 'hull';
}
