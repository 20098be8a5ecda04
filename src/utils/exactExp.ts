/**
 * The exponential function from additions, multiplications and divisions alone, which every machine rounds alike;
 * `Math.exp` may differ in its last digits between engines. For models that must give one result everywhere (K10).
 */

/** Terms of the series after the argument was made small; the error is below 1e-15 of the result. */
const TERMS = 16;

/** e to the power of `x`, for x between -50 and 50. */
export function exactExp(x: number): number {
  let halvings = 0;
  let small = x;
  while (small > 0.5 || small < -0.5) {
    small /= 2;
    halvings += 1;
  }
  let sum = 1;
  let term = 1;
  for (let n = 1; n <= TERMS; n += 1) {
    term = (term * small) / n;
    sum += term;
  }
  for (let i = 0; i < halvings; i += 1) sum *= sum;
  return sum;
}
