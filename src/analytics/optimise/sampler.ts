/**
 * Samplers choose the points that a search tries next. They are asked for batches and are told of all results so far,
 * so that what they choose does not depend on which trial of a batch ends first.
 */
import { SeededRandom } from '../../utils/random.js';
import { everyPoint, randomPoint, spaceSize } from './searchSpace.js';
import type { Point, SearchSpace } from './searchSpace.js';

/** A point that was tried. */
export interface TriedPoint {
  readonly point: Point;
  /** More is better; undefined for a trial that broke a constraint, was pruned or had no figure. */
  readonly score: number | undefined;
}

/** Chooses points. */
export interface Sampler {
  /** Up to `count` points that were neither proposed before nor are refused by `accepts`; none: there are no more. */
  propose(count: number, tried: readonly TriedPoint[]): readonly Point[];
}

/** Whether a strategy takes the parameters of a point together. */
export type AcceptPoint = (point: Point) => boolean;

/** The names of the samplers. */
export const SAMPLER_NAMES = ['grid', 'random', 'tpe'] as const;
/** The name of a sampler. */
export type SamplerName = (typeof SAMPLER_NAMES)[number];

/** How often a sampler draws again for a point that is new and accepted, before it takes the space for used up. */
const MOST_DRAWS = 2000;

/** Every accepted point in order; the space has a finite size. */
export function gridSampler(space: SearchSpace, accepts: AcceptPoint): Sampler {
  const points = everyPoint(space);
  return {
    propose(count) {
      const batch: Point[] = [];
      while (batch.length < count) {
        const next = points.next();
        if (next.done === true) break;
        if (accepts(next.value)) batch.push(next.value);
      }
      return batch;
    },
  };
}

/** Points anywhere, each with the same probability, none twice. */
export function randomSampler(space: SearchSpace, accepts: AcceptPoint, seed: number): Sampler {
  const random = new SeededRandom(seed);
  const fresh = freshPoints(space, accepts);
  return { propose: (count) => fresh.collect(count, () => randomPoint(space, random)) };
}

/** Keeps a sampler from proposing a point twice or one that is refused. */
export function freshPoints(
  space: SearchSpace,
  accepts: AcceptPoint,
): { collect(count: number, draw: () => Point): readonly Point[] } {
  const seen = new Set<string>();
  const size = spaceSize(space);
  /** What has not been seen of a space that is nearly used up: drawing would take for ever to find it. */
  const rest = function* (): Generator<Point> {
    if (Number.isFinite(size)) for (const point of everyPoint(space)) if (!seen.has(point.join())) yield point;
  };
  const take = (point: Point): boolean => {
    const key = point.join();
    if (seen.has(key)) return false;
    seen.add(key);
    return accepts(point);
  };
  return {
    collect(count, draw) {
      const batch: Point[] = [];
      for (let draws = 0; batch.length < count && draws < MOST_DRAWS && seen.size < size; draws += 1) {
        const point = draw();
        if (take(point)) batch.push(point);
      }
      for (const point of batch.length < count ? rest() : []) {
        if (batch.length === count) break;
        if (take(point)) batch.push(point);
      }
      return batch;
    },
  };
}
