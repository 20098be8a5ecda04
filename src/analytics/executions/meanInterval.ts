/** A mean with its 95 % confidence interval by Student's t, as far as the sample supports one. */

/** Two-sided 95 % quantiles of Student's t for 1 to 20 degrees of freedom. */
const T_95 = [
  12.706_204_7, 4.302_652_7, 3.182_446_3, 2.776_445_1, 2.570_581_8, 2.446_911_9, 2.364_624_3, 2.306_004_1, 2.262_157_2,
  2.228_138_9, 2.200_985_2, 2.178_812_8, 2.160_368_7, 2.144_786_7, 2.131_449_5, 2.119_905_3, 2.109_815_6, 2.100_922,
  2.093_024_1, 2.085_963_4,
] as const;
/** That of the normal distribution. */
const Z_95 = 1.959_963_984_540_054;

/** See the module header. */
export interface MeanInterval {
  readonly count: number;
  /** Null without a value. */
  readonly mean: number | null;
  /** Half the width of the interval; null below two values. */
  readonly within: number | null;
}

/** The mean of values and how sure it is. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const count = values.length;
  if (count === 0) return { count, mean: null, within: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, within: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { count, mean, within: studentQuantile(count - 1) * Math.sqrt(variance / count) };
}

/**
 * Beyond the table by the expansion around the normal quantile (Abramowitz and Stegun, 26.7.5), off by less than 1e-7.
 */
function studentQuantile(freedom: number): number {
  const z = Z_95;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return T_95[freedom - 1] ?? terms.reduce((sum, term, power) => sum + term / freedom ** (power + 1), z);
}
