/**
 * A figure, or why the sample cannot support it: what live performance and trade costs are told in, where a reader
 * would otherwise take a number for an answer. JSON-safe: never NaN, never infinite.
 */

/** A finite number, or the reason why there is none. */
export type Figure = { readonly value: number } | { readonly unsupported: string };

/** Why a figure against a benchmark has no number, where no day has a return of one. */
export function whyUnmeasured(hasBenchmark: boolean): string {
  return hasBenchmark ? 'the benchmark has no price' : 'there is no benchmark';
}

/** Why a figure of losing days has none. */
export const NO_LOSS = 'no day lost';

/** The figure of a number; `reason` says why there is none where it is not finite. */
export function figure(value: number | undefined, reason: string): Figure {
  return value !== undefined && Number.isFinite(value) ? { value } : { unsupported: reason };
}

/** The number of a figure; NaN where it has none. */
export function valueOf(of: Figure): number {
  return 'value' in of ? of.value : NaN;
}
