/**
 * Values of a parsed message as our integers. A value that is not one a market can have is a {@link Refused} with its
 * reason, so that bad data is counted and never becomes a number (F49, F50).
 */
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { MOST_VALUE } from './RowWriter.js';
import { parseWireTime } from './wireTime.js';

/** Why a value or a message is not taken. The names are those of the counters. */
export const REFUSALS = [
  'notAnObject',
  'kindUnknown',
  'symbolUnknown',
  'timeMalformed',
  'priceMalformed',
  'priceNotPositive',
  'priceTooFine',
  'priceTooLarge',
  'sizeMalformed',
  'sizeNegative',
  'sizeTooLarge',
  'conditionsMalformed',
  'barContradictory',
  'idMissing',
  'textMalformed',
] as const;
/** A reason. */
export type RefusalReason = (typeof REFUSALS)[number];

/** Thrown while a message is read, and caught by its reader: refusals are rare and can come from any depth. */
export class Refused extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }
}

/** A price at the raw scale; 0 only where the caller says that it means "none". */
export function priceOf(value: unknown, zeroIsNone = false): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Refused('priceMalformed');
  if (value < 0 || Object.is(value, -0) || (value === 0 && !zeroIsNone)) throw new Refused('priceNotPositive');
  const price = Math.round(value * RAW_PRICE_SCALE);
  if (price > MOST_VALUE) throw new Refused('priceTooLarge');
  // The nearest six-digit decimal is the very number, or the value has more digits than a price has.
  if (price / RAW_PRICE_SCALE !== value) throw new Refused('priceTooFine');
  return price;
}

/** A whole number of shares. */
export function sharesOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Refused('sizeMalformed');
  if (value < 0 || Object.is(value, -0)) throw new Refused('sizeNegative');
  if (value > MOST_VALUE) throw new Refused('sizeTooLarge');
  return value;
}

/** A trade's number; 0 if there is none that can be kept. */
export function idOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** A time as the MessagePack decoder gives it. */
export class WireInstant {
  /** Undefined if it lies outside the years that are taken. */
  readonly time: number | undefined;
  constructor(time: number | undefined) {
    this.time = time;
  }
}

/** A time: text of RFC 3339, or a {@link WireInstant}. */
export function timeOf(value: unknown): number {
  const time = value instanceof WireInstant ? value.time : typeof value === 'string' ? parseWireTime(value) : undefined;
  if (time === undefined) throw new Refused('timeMalformed');
  return time;
}

/** Character code of a letter; 0 if it is not one. */
export function letterOf(value: unknown): number {
  if (typeof value !== 'string' || value.length !== 1) return 0;
  const code = value.charCodeAt(0);
  return code >= 0x21 && code <= 0x7e ? code : 0;
}

/** Condition codes as one text; a code of another length than one becomes one that no tape knows. */
export function codesOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (!Array.isArray(value)) throw new Refused('conditionsMalformed');
  let codes = '';
  for (const code of value as readonly unknown[]) {
    if (typeof code !== 'string') throw new Refused('conditionsMalformed');
    codes += code.length === 1 ? code : '~';
  }
  return codes;
}

/** Text of a field that may be missing. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new Refused('textMalformed');
  return value;
}
