/**
 * One rule for figures that are no finite number, such as a profit factor without a loss: there is none. Statistics
 * have NaN for it from the start ({@link withoutInfinities}), so that nothing that is shown, kept, ranked or sent can
 * tell one kind from the other; JSON, which knows neither, has null.
 */

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

/** The same figures with NaN for every one that is infinite. */
export function withoutInfinities<T extends object>(figures: T): T {
  const entries = Object.entries(figures).map(([name, value]: [string, unknown]) => [
    name,
    value === Infinity || value === -Infinity ? NaN : value,
  ]);
  // The same names, and a number where one was.
  return Object.fromEntries(entries) as T;
}
