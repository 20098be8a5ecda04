/**
 * The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter
 * optimization", NIPS 2011): points are drawn from a density l(x) of the good trials, and of several drawn the one is
 * taken whose l(x) ÷ g(x) is largest, g(x) being the density of the others; that ratio grows with expected improvement.
 *
 * The variant: dimensions are independent of each other; the good are the best 15 %, 25 at most; a density is an equal
 * mixture of a normal around each observation, cut to the range, and one as wide as the range in its middle; a normal
 * is as wide as the farther of its neighbours is away, within bounds that narrow with their number; values of a list
 * have the mass of their share of the axis; words have their frequency, one added to each. The first points are random.
 * Trials without a score are among the bad.
 */
import { SeededRandom } from '../../utils/random.js';
import { normalProbability } from '../validation/normalDistribution.js';
import { freshPoints } from './sampler.js';
import type { AcceptPoint, Sampler, TriedPoint } from './sampler.js';
import { randomPoint } from './searchSpace.js';
import type { Dimension, Point, SearchSpace } from './searchSpace.js';

/** Random points before the first estimate. */
const RANDOM_STARTS = 20;
const GOOD_SHARE = 0.15;
const MOST_GOOD = 25;
/** Points that are drawn for each that is proposed. */
const CANDIDATES = 24;
/** A normal is never narrower than this share of the range, so that a search does not end in one place. */
const NARROWEST = 1 / 100;

/** Makes one; equal seeds and equal results give equal proposals. */
export function tpeSampler(space: SearchSpace, accepts: AcceptPoint, seed: number): Sampler {
  const random = new SeededRandom(seed);
  const fresh = freshPoints(space, accepts);
  return {
    propose(count, tried) {
      if (tried.length < RANDOM_STARTS) return fresh.collect(count, () => randomPoint(space, random));
      const { good, bad } = parted(tried);
      const estimates = space.dimensions.map((dimension, index) => ({
        good: densityOf(dimension, coordinates(good, index)),
        bad: densityOf(dimension, coordinates(bad, index)),
      }));
      return fresh.collect(count, () => {
        let best: Point = [];
        let bestRatio = -Infinity;
        for (let candidate = 0; candidate < CANDIDATES; candidate += 1) {
          const point = estimates.map((estimate) => estimate.good.draw(random));
          const ratio = estimates.reduce((sum, estimate, index) => {
            const coordinate = point[index] ?? 0;
            return sum + Math.log(estimate.good.at(coordinate)) - Math.log(estimate.bad.at(coordinate));
          }, 0);
          if (ratio > bestRatio) {
            best = point;
            bestRatio = ratio;
          }
        }
        return best;
      });
    },
  };
}

/** The best few, and the rest. */
function parted(tried: readonly TriedPoint[]): { readonly good: readonly Point[]; readonly bad: readonly Point[] } {
  const ranked = tried.toSorted((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || 0);
  const scored = tried.filter(({ score }) => score !== undefined).length;
  const count = Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * tried.length), scored);
  return {
    good: ranked.slice(0, count).map(({ point }) => point),
    bad: ranked.slice(count).map(({ point }) => point),
  };
}

function coordinates(points: readonly Point[], index: number): readonly number[] {
  return points.map((point) => point[index] ?? 0);
}

/** Density (of a continuous dimension) or mass (of others) by coordinate, never 0 within the dimension. */
interface Density {
  at(coordinate: number): number;
  draw(random: SeededRandom): number;
}

function densityOf(dimension: Dimension, observed: readonly number[]): Density {
  if (dimension.kind === 'unordered') return frequencies(dimension.values.length, observed);
  if (dimension.kind === 'continuous') return continuousMixture(dimension.low, dimension.high, observed);
  // A value of a list has the stretch of half a step to either side.
  const mixture = new Mixture(-0.5, dimension.values.length - 0.5, observed);
  const last = dimension.values.length - 1;
  return {
    at: (index) => mixture.mass(index - 0.5, index + 0.5),
    draw: (random) => Math.min(last, Math.max(0, Math.round(mixture.draw(random)))),
  };
}

function continuousMixture(low: number, high: number, observed: readonly number[]): Density {
  const mixture = new Mixture(low, high, observed);
  return { at: (value) => mixture.density(value), draw: (random) => mixture.draw(random) };
}

function frequencies(count: number, observed: readonly number[]): Density {
  const weights = Array.from({ length: count }, () => 1);
  for (const index of observed) weights[index] = (weights[index] ?? 0) + 1;
  const total = observed.length + count;
  return {
    at: (index) => (weights[index] ?? 0) / total,
    draw(random) {
      let rest = random.next() * total;
      for (const [index, weight] of weights.entries()) {
        rest -= weight;
        if (rest < 0) return index;
      }
      return count - 1;
    },
  };
}

interface Kernel {
  readonly centre: number;
  readonly width: number;
  /** Probability of the uncut normal within the range. */
  readonly within: number;
}

/** An equal mixture of normals cut to [low, high]. */
class Mixture {
  readonly #low: number;
  readonly #high: number;
  readonly #kernels: readonly Kernel[];

  constructor(low: number, high: number, observed: readonly number[]) {
    this.#low = low;
    this.#high = high;
    const range = high - low;
    const narrowest = range * Math.max(NARROWEST, 1 / (observed.length + 2));
    const sorted = observed.toSorted((a, b) => a - b);
    const kernels = sorted.map((centre, index) => {
      const gap = Math.max(centre - (sorted[index - 1] ?? low), (sorted[index + 1] ?? high) - centre);
      return this.#kernel(centre, Math.min(range, Math.max(narrowest, gap)));
    });
    this.#kernels = [...kernels, this.#kernel((low + high) / 2, range)];
  }

  density(value: number): number {
    const sum = this.#kernels.reduce((total, { centre, width, within }) => {
      const distance = (value - centre) / width;
      return total + Math.exp((-distance * distance) / 2) / (width * within);
    }, 0);
    return sum / (Math.sqrt(2 * Math.PI) * this.#kernels.length);
  }

  mass(from: number, to: number): number {
    const sum = this.#kernels.reduce((total, { centre, width, within }) => {
      return total + (normalProbability((to - centre) / width) - normalProbability((from - centre) / width)) / within;
    }, 0);
    return sum / this.#kernels.length;
  }

  draw(random: SeededRandom): number {
    const kernel = this.#kernels[random.below(this.#kernels.length)];
    if (kernel === undefined) return this.#low;
    // The centre lies in the range, so that a third of the normal at least does.
    for (;;) {
      const value = kernel.centre + kernel.width * random.normal();
      if (value >= this.#low && value <= this.#high) return value;
    }
  }

  #kernel(centre: number, width: number): Kernel {
    const below = normalProbability((this.#low - centre) / width);
    return { centre, width, within: normalProbability((this.#high - centre) / width) - below };
  }
}
