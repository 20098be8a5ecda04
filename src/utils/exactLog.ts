/**
 * The natural logarithm from additions, multiplications and divisions alone, which every machine rounds alike (see
 * exactExp.ts for why).
 */

import { assert } from './assert.js';

const LOG_OF_2 = 0.6931471805599453;
/** Terms of the series; below 1e-17 of the result for the arguments that are left after reduction. */
const TERMS = 12;

/** The natural logarithm of a finite number above 0, to about 1e-15 of the result or of 1e-15, the greater. */
export function exactLog(x: number): number {
  assert(x > 0 && x < Infinity, `the logarithm of ${x}`);
  let rest = x;
  let doublings = 0;
  // Halving and doubling are exact, but for numbers too small for a whole mantissa.
  while (rest > Math.SQRT2) {
    rest /= 2;
    doublings += 1;
  }
  while (rest < Math.SQRT1_2) {
    rest *= 2;
    doublings -= 1;
  }
  const z = (rest - 1) / (rest + 1);
  const square = z * z;
  let sum = 0;
  for (let n = TERMS; n >= 0; n -= 1) sum = 1 / (2 * n + 1) + square * sum;
  return doublings * LOG_OF_2 + 2 * z * sum;
}
