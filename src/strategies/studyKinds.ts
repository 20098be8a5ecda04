/** The words that studies of the catalogue are declared with, and the averages that they name. */
import type { Average, AverageKind } from '../indicators/averages.js';
import {
  averageOf,
  DoubleExponentialAverage,
  HullAverage,
  KaufmanAverage,
  TillsonAverage,
  TriangularAverage,
  TripleExponentialAverage,
} from '../indicators/averages.js';
import type { ChangeKind } from '../indicators/studies/priceStudies.js';
import type { VolatilityKind } from '../indicators/studies/volatilityStudies.js';

/** Averages that begin anywhere: those of {@link AverageKind}, and those that lag less. */
export type MovingAverageKind = AverageKind | 'double' | 'triple' | 'triangular' | 'hull' | 'kaufman' | 't3';

/** Averages that other studies are made of. */
export const AVERAGES: readonly AverageKind[] = ['simple', 'exponential', 'weighted', 'wilder'];
/** All averages. */
export const MOVING_AVERAGES: readonly MovingAverageKind[] = [
  ...AVERAGES,
  'double',
  'triple',
  'triangular',
  'hull',
  'kaufman',
  't3',
];
/** How a change may be told. */
export const CHANGES: readonly ChangeKind[] = ['difference', 'fraction', 'percent', 'ratio'];
/** Estimators of volatility. */
export const VOLATILITIES: readonly VolatilityKind[] = ['parkinson', 'garmanKlass', 'rogersSatchell', 'yangZhang'];

const T3_FACTOR = 0.7;

/** The average of a kind over `length` values, 1 or more; T3 with its usual factor of 0.7. */
export function movingAverage(kind: MovingAverageKind, length: number): Average {
  switch (kind) {
    case 'double':
      return new DoubleExponentialAverage(length);
    case 'triple':
      return new TripleExponentialAverage(length);
    case 'triangular':
      return new TriangularAverage(length);
    case 'hull':
      return new HullAverage(length);
    case 'kaufman':
      return new KaufmanAverage(length);
    case 't3':
      return new TillsonAverage(length, T3_FACTOR);
    default:
      return averageOf(kind, length);
  }
}
