/** The words that studies of the catalogue are declared with. */
import type { AverageKind } from '../indicators/averageKinds.js';
import type { EqualExtremes } from '../indicators/equalExtremes.js';
import type { AverageSeed, SimpleSeed } from '../indicators/exponentialAverages.js';
import type { MesaSeed } from '../indicators/MesaFilter.js';
import type { TrendSeed } from '../indicators/studies/bandStudies.js';
import type { ChangeKind } from '../indicators/studies/priceStudies.js';
import type { MovementSeed } from '../indicators/studies/rangeStudies.js';
import type { VolatilityKind } from '../indicators/studies/volatilityStudies.js';
import type { BalanceSeed } from '../indicators/studies/volumeStudies.js';

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
/** With what those may that are not made of averages of averages. */
export const SIMPLE_SEEDS: readonly SimpleSeed[] = ['mean', 'first'];
/** Where the MESA average may begin. */
export const MESA_SEEDS: readonly MesaSeed[] = ['zero', 'mean'];
/** With what on balance volume may begin. */
export const BALANCE_SEEDS: readonly BalanceSeed[] = ['volume', 'zero'];
/** With which trend a SuperTrend may begin. */
export const TREND_SEEDS: readonly TrendSeed[] = ['close', 'up', 'down'];
/** How many movements the sums of directional movement may begin with. */
export const MOVEMENT_SEEDS: readonly MovementSeed[] = ['early', 'sum'];
/** How a change may be told. */
export const CHANGES: readonly ChangeKind[] = ['difference', 'fraction', 'percent', 'ratio'];
/** Which of equal extremes may count. */
export const EQUAL_EXTREMES: readonly EqualExtremes[] = ['newest', 'oldest', 'talib'];
/** Estimators of volatility. */
export const VOLATILITIES: readonly VolatilityKind[] = ['parkinson', 'garmanKlass', 'rogersSatchell', 'yangZhang'];
