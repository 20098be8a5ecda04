/** The words that studies of the catalogue are declared with. */
import type { AverageKind } from '../indicators/averageKinds.js';
import type { AverageSeed } from '../indicators/exponentialAverages.js';
import type { ChangeKind } from '../indicators/studies/priceStudies.js';
import type { MovementSeed } from '../indicators/studies/rangeStudies.js';
import type { VolatilityKind } from '../indicators/studies/volatilityStudies.js';

/** Averages, alone or as part of another study. */
export const AVERAGES: readonly AverageKind[] = [
  'simple',
  'exponential',
  'weighted',
  'double',
  'triple',
  'triangular',
  'kaufman',
  'mesa',
  't3',
  'hull',
  'zeroLag',
  'wilder',
];
/** With what exponential averages may begin. */
export const SEEDS: readonly AverageSeed[] = ['mean', 'first', 'once', 'late'];
/** How many movements the sums of directional movement may begin with. */
export const MOVEMENT_SEEDS: readonly MovementSeed[] = ['talib', 'wilder'];
/** How a change may be told. */
export const CHANGES: readonly ChangeKind[] = ['difference', 'fraction', 'percent', 'ratio'];
/** Estimators of volatility. */
export const VOLATILITIES: readonly VolatilityKind[] = ['parkinson', 'garmanKlass', 'rogersSatchell', 'yangZhang'];
