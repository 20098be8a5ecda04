/**
 * The assumptions behind fills, each a few fields of a preset that mean one thing to a trader, and presets that take
 * some of them from another preset: `papertape+strict` has all of strict's, `papertape+strict.latency` one. What a
 * preset is about besides (prices, fees, sizing, what covers orders, statistics) stays, so that two runs differ in
 * their fills alone (M4): `lean+strict` makes margin calls, `papertape+lean` none.
 */
import type { Preset } from './preset.js';

/** The fields of each assumption. */
export const ASSUMPTIONS = {
  latency: ['dataLatency', 'orderLatency', 'cancelLatency', 'replaceLatency', 'reportLatency', 'latencySigmaPercent'],
  participation: ['participationBps', 'displayedSize'],
  spread: ['spread'],
  slippage: ['slippage'],
  limits: ['queue', 'queuePercent', 'barLimit'],
  auctions: ['auctionEstimate'],
  shortSales: ['shortSaleRule'],
} as const satisfies Readonly<Record<string, readonly (keyof Preset)[]>>;

/** The name of an assumption. */
export type Assumption = keyof typeof ASSUMPTIONS;

/** What each assumption is about, in a few words. */
export const ASSUMPTION_TEXTS: Readonly<Record<Assumption, string>> = {
  latency: 'how long orders and reports are under way',
  participation: 'how much of the volume there is for us',
  spread: 'how wide the spread is where no quote is known',
  slippage: 'what taking costs beyond the price seen',
  limits: 'when resting limit orders fill',
  auctions: 'whether auctions without a print are estimated',
  shortSales: 'what becomes of short sales under a restriction',
};

/** All names, in a fixed order. */
export const ASSUMPTION_NAMES = Object.keys(ASSUMPTIONS) as readonly Assumption[];

/** Whether a text names an assumption. */
export function isAssumption(text: string): text is Assumption {
  return Object.hasOwn(ASSUMPTIONS, text);
}

/** Those in which two presets differ. */
export function differingAssumptions(a: Preset, b: Preset): readonly Assumption[] {
  return ASSUMPTION_NAMES.filter((name) =>
    ASSUMPTIONS[name].some((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field])),
  );
}

/** `base` with some of the assumptions of `other`; the name says which. */
export function withAssumptions(base: Preset, other: Preset, only?: Assumption): Preset {
  const names = only === undefined ? ASSUMPTION_NAMES : [only];
  const taken: Record<string, unknown> = {};
  for (const name of names) for (const field of ASSUMPTIONS[name]) taken[field] = other[field];
  const suffix = only === undefined ? other.name : `${other.name}.${only}`;
  return {
    ...base,
    ...taken,
    name: `${base.name}+${suffix}`,
    joinedVersions: [...base.joinedVersions, other.version],
    description: `${base.description} With ${only ?? 'all fill assumptions'} of ${other.name}.`,
  };
}
