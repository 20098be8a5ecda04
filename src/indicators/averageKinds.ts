/** The moving averages by name, for whatever is built on one (TA-Lib's MA types and two more). */
import type { Average } from './averages.js';
import { HullAverage, KaufmanAverage, SimpleAverage, TriangularAverage, WeightedAverage } from './averages.js';
import {
  DoubleExponentialAverage,
  ExponentialAverage,
  HeldBackAverage,
  TillsonAverage,
  TripleExponentialAverage,
  ZeroLagAverage,
} from './exponentialAverages.js';
import type { AverageSeed } from './exponentialAverages.js';
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

/** Kinds that can begin with their first value. */
export const SEEDED_KINDS: readonly AverageKind[] = ['exponential', 'double', 'triple', 't3', 'wilder'];

/** What a kind may take besides its length: T3's factor, and with what exponential ones begin. */
export interface AverageDetails {
  readonly factor?: number;
  readonly seed?: AverageSeed | undefined;
}

/**
 * The average of a kind over `length` values, 1 or more. Over 1 value every kind is the value itself, as TA-Lib has it;
 * else `mesa` takes no length but that of the cycle. One that begins with its first value tells none before the usual
 * warm-up is over, though there would be some.
 */
export function averageOf(kind: AverageKind, length: number, { factor, seed }: AverageDetails = {}): Average {
  if (length === 1) return new SimpleAverage(1);
  const usual = made(kind, length, factor ?? T3_FACTOR, 'mean');
  if (seed === undefined || seed === 'mean') return usual;
  return new HeldBackAverage(made(kind, length, factor ?? T3_FACTOR, seed), usual.warmUp);
}

function made(kind: AverageKind, length: number, factor: number, seed: AverageSeed): Average {
  const start = seed === 'first' || seed === 'late' ? 1 : length;
  switch (kind) {
    case 'simple':
      return new SimpleAverage(length);
    case 'exponential':
      return new ExponentialAverage(start, 2 / (length + 1));
    case 'weighted':
      return new WeightedAverage(length);
    case 'double':
      return new DoubleExponentialAverage(length, seed);
    case 'triple':
      return new TripleExponentialAverage(length, seed);
    case 'triangular':
      return new TriangularAverage(length);
    case 'kaufman':
      return new KaufmanAverage(length);
    case 'mesa':
      return new MesaFilter(MESA_FAST, MESA_SLOW);
    case 't3':
      return new TillsonAverage(length, factor, seed);
    case 'hull':
      return new HullAverage(length);
    case 'zeroLag':
      return new ZeroLagAverage(length);
    case 'wilder':
      return new ExponentialAverage(start, 1 / length);
  }
}

/** Whether the averages of a kind remember their start for longer than their length. */
export function isEndless(kind: AverageKind): boolean {
  return kind !== 'simple' && kind !== 'weighted' && kind !== 'triangular' && kind !== 'hull';
}
