/** A mean with its 95 % confidence interval by Student's t, as far as the sample supports one. */

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;
/** The same for more: the normal distribution's. */
const Z_95 = 1.96;

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
  return { count, mean, within: (T_95[count - 2] ?? Z_95) * Math.sqrt(variance / count) };
}
