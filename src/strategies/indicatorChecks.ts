/**
 * What an indicator may be declared with. A parameter out of its range is an error of the strategy's author, refused
 * when the strategy is built: the sentence names the indicator, the parameter, its value and the range. All answer what
 * they were given. Kinds are checked too, as strategy files need not be type-checked. What may be left out has its
 * usual value by a default, which null does not take: null is refused like any other value out of range.
 */
import type { AverageKind } from '../indicators/averageKinds.js';
import { SEEDED_KINDS } from '../indicators/averageKinds.js';
import type { AverageSeed } from '../indicators/exponentialAverages.js';
import type { BarField } from '../indicators/Indicator.js';
import type { Period } from '../indicators/PeriodCursor.js';
import type { SarFactor } from '../indicators/studies/parabolicSar.js';
import type { PriceKind } from '../indicators/studies/priceStudies.js';
import { AssertionError } from '../utils/assert.js';
import { SEEDS } from './studyKinds.js';

/** Most bars that an indicator may look back over: ten years of minutes in regular hours. */
const MOST_BARS = 1_000_000;
/** Minutes of a whole regular session. */
const SESSION_MINUTES = 390;

/** Values of the bar itself. */
export const BAR_FIELDS: readonly BarField[] = ['open', 'high', 'low', 'close', 'volume'];
/** Values of the bar, and those that are made of several. */
export const PRICE_KINDS: readonly PriceKind[] = [...BAR_FIELDS, 'median', 'typical', 'weightedClose', 'average'];
/** Spans of the calendar. */
export const PERIODS: readonly Period[] = ['session', 'week', 'month'];

/** The numbers that an amount may lie between, both included unless `isAbove` leaves out the lesser. */
export interface AmountRange {
  readonly least?: number;
  readonly most?: number;
  readonly isAbove?: boolean;
}

/** For amounts that have no sign. */
export const NOT_NEGATIVE: AmountRange = { least: 0 };

/** A length in bars, from `least` to 1,000,000. */
export function bars(indicator: string, parameter: string, value: number, least = 1): number {
  return whole(indicator, parameter, value, least, MOST_BARS);
}

/** Minutes of a regular session, from 1 to 390. */
export function sessionMinutes(indicator: string, parameter: string, value: number): number {
  return whole(indicator, parameter, value, 1, SESSION_MINUTES);
}

/** Several lengths in one object, each a length in bars from 1 on. */
export function barsIn<Key extends string, Lengths extends Readonly<Record<Key, number>>>(
  indicator: string,
  lengths: Lengths,
  keys: readonly Key[],
): Lengths {
  const given: Partial<Lengths> | undefined = lengths;
  for (const key of keys) bars(indicator, key, given?.[key] as number);
  return lengths;
}

/** The least and the greatest of a range of lengths in bars, in this order. */
export function barRange(
  indicator: string,
  range: { readonly shortest: number; readonly longest: number },
): { readonly shortest: number; readonly longest: number } {
  const { shortest } = barsIn(indicator, range, ['shortest', 'longest']);
  bars(indicator, 'longest', range.longest, shortest);
  return range;
}

/** A finite number in a range. */
export function amount(indicator: string, parameter: string, value: number, range: AmountRange = {}): number {
  const { least = -Infinity, most = Infinity, isAbove = false } = range;
  if (Number.isFinite(value) && value <= most && (isAbove ? value > least : value >= least)) return value;
  const from = isAbove ? `above ${least}` : `from ${least}`;
  const to = most === Infinity ? (isAbove ? '' : ' on') : ` to ${most}`;
  throw refusal(indicator, parameter, value, least === -Infinity ? 'a finite number' : `a finite number ${from}${to}`);
}

/** How the factor of a parabolic stop grows: three amounts from 0 on, named behind `prefix`. */
export function sarFactor(indicator: string, prefix: string, factor: SarFactor): SarFactor {
  const given: Partial<SarFactor> | undefined = factor;
  amount(indicator, `${prefix}initial`, given?.initial as number, NOT_NEGATIVE);
  amount(indicator, `${prefix}step`, factor.step, NOT_NEGATIVE);
  amount(indicator, `${prefix}most`, factor.most, NOT_NEGATIVE);
  return factor;
}

/** One of some words. */
export function choice<Kind extends string>(
  indicator: string,
  parameter: string,
  value: Kind,
  kinds: readonly Kind[],
): Kind {
  if (kinds.includes(value)) return value;
  throw refusal(indicator, parameter, value, `one of ${kinds.join(', ')}`);
}

/** Whether something is so. */
export function flag(indicator: string, parameter: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value;
  throw refusal(indicator, parameter, value, 'true or false');
}

/** With what averages of some kinds begin: those that are not exponential know the mean only. */
export function seedOf(indicator: string, seed: AverageSeed, kinds: readonly AverageKind[]): AverageSeed {
  const unseeded = kinds.find((kind) => !SEEDED_KINDS.includes(kind));
  if (choice(indicator, 'seed', seed, SEEDS) === 'mean' || unseeded === undefined) return seed;
  throw refusal(indicator, 'seed', seed, `mean for a ${unseeded} average`);
}

/** A point in time in microseconds, UTC. */
export function moment(indicator: string, parameter: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw refusal(indicator, parameter, value, 'a time in whole microseconds');
}

function whole(indicator: string, parameter: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw refusal(indicator, parameter, value, `a whole number from ${least} to ${most}`);
}

function refusal(indicator: string, parameter: string, value: unknown, range: string): AssertionError {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return new AssertionError(`${indicator}: ${parameter} is ${shown}, and must be ${range}`);
}
