/** Figures for JSON, which knows no NaN and no Infinity. */

/** The same object with null for every number that is not finite, nested ones included. */
export function finiteFigures(figures: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, finite(value)]));
}

/** The value, null for a number that is not finite; arrays and objects as {@link finiteFigures}. */
export function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  return typeof value === 'object' && value !== null ? finiteFigures(value) : value;
}
