/**
 * Sine and arctangent from additions, multiplications and divisions alone, which every machine rounds alike (see
 * exactExp.ts for why). Angles in radians.
 */

/** Degrees of one radian, 180 / π. */
export const DEGREES_PER_RADIAN = 57.29577951308232;

/** Terms of the series; below 1e-17 of the result for the arguments that are left after reduction. */
const ATAN_TERMS = 15;
const SINE_TERMS = 11;
const HALF_PI = 1.5707963267948966;
const QUARTER_PI = 0.7853981633974483;
const ATAN_OF_HALF = 0.4636476090008061;
/** π/2 in two parts: the first with so few bits that small multiples of it are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

/** The arctangent of any number, -π/2 to π/2. */
export function exactAtan(x: number): number {
  if (x < 0) return -exactAtan(-x);
  if (x > 1) return HALF_PI - exactAtan(1 / x);
  // atan x = atan c + atan((x − c) / (1 + c x)), with the nearest c of 0, 1/2, 1.
  if (x <= 0.25) return atanSeries(x);
  if (x <= 0.75) return ATAN_OF_HALF + atanSeries((x - 0.5) / (1 + 0.5 * x));
  return QUARTER_PI + atanSeries((x - 1) / (1 + x));
}

function atanSeries(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = ATAN_TERMS; n >= 1; n -= 1) sum = 1 / (2 * n - 1) - square * sum;
  return x * sum;
}

/** The sine of an angle between -1e5 and 1e5 radians, to about 1e-15 (1e-12 towards the ends). */
export function exactSin(x: number): number {
  const quarters = Math.round(x / HALF_PI);
  const rest = x - quarters * HALF_PI_HIGH - quarters * HALF_PI_LOW;
  const turn = ((quarters % 4) + 4) % 4;
  const value = turn % 2 === 0 ? series(rest, rest, 2) : series(1, rest, 1);
  return turn >= 2 ? -value : value;
}

/** The cosine; limits as {@link exactSin}. */
export function exactCos(x: number): number {
  return exactSin(x + HALF_PI);
}

/** first − first x²/(k(k+1)) + …: the sine's series with first = x, k = 2, the cosine's with first = 1, k = 1. */
function series(first: number, x: number, k: number): number {
  const square = x * x;
  let term = first;
  let sum = first;
  for (let n = 0; n < SINE_TERMS; n += 1) {
    const place = k + 2 * n;
    term = (-term * square) / (place * (place + 1));
    sum += term;
  }
  return sum;
}
