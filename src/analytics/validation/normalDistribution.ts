/** The standard normal distribution, for the significance of Sharpe ratios. */
import { assert } from '../../utils/assert.js';

/** Beyond this the smaller tail is 0 in float64. */
const FARTHEST = 38;
const SWITCH_AT = 7.071_067_811_865_47;
const NUMERATOR = [
  3.526_249_659_989_11e-2, 0.700_383_064_443_688, 6.373_962_203_531_65, 33.912_866_078_383, 112.079_291_497_871,
  221.213_596_169_931, 220.206_867_912_376,
];
const DENOMINATOR = [
  8.838_834_764_831_84e-2, 1.755_667_163_182_64, 16.064_177_579_207, 86.780_732_202_946_1, 296.564_248_779_674,
  637.333_633_378_831, 793.826_512_519_948, 440.413_735_824_752,
];
/** Halvings that leave an interval of 76 no wider than a float64 near 1 can tell. */
const HALVINGS = 64;

/** Probability of a value of at most `x`: Hart's algorithm 5666 as G. West gives it (2005), off by some 1e-15. */
export function normalProbability(x: number): number {
  const distance = Math.abs(x);
  const tail = distance > FARTHEST ? 0 : upperTail(distance);
  return x > 0 ? 1 - tail : tail;
}

function upperTail(x: number): number {
  const height = Math.exp((-x * x) / 2);
  if (x < SWITCH_AT) return (height * polynomial(NUMERATOR, x)) / polynomial(DENOMINATOR, x);
  const fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
  return height / fraction / Math.sqrt(2 * Math.PI);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** The value that is not exceeded with probability `p`, above 0 and below 1; by halving, so not for hot loops. */
export function normalQuantile(p: number): number {
  assert(p > 0 && p < 1, `a quantile is that of a probability between 0 and 1, not of ${p}`);
  let low = -FARTHEST;
  let high = FARTHEST;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
