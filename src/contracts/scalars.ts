/**
 * Scalars of the wire. Money, prices and quantities travel as decimal strings, so that no JSON reader rounds
 * them; times travel as integer microseconds since the Unix epoch (UTC), which a double holds exactly.
 * Columns for charts are the exception: they are plain numbers, for drawing only.
 */
import { z } from 'zod';
import { TIMEFRAMES } from '../domain/timeframe.js';

/** Integer microseconds since the Unix epoch, UTC. */
export const microsSchema = z.int().min(0).meta({ description: 'Microseconds since the Unix epoch, UTC' });

/** A signed decimal such as "-101.25": no exponent, no blank, at most 16 digits before and 8 after the point. */
export const decimalSchema = z
  .string()
  .regex(/^-?\d{1,16}(\.\d{1,8})?$/)
  .meta({ description: 'Decimal string' });

/** A decimal above zero, for quantities and prices that a request gives; at most six decimals. */
export const positiveDecimalSchema = z
  .string()
  .regex(/^(?=.*[1-9])\d{1,12}(\.\d{1,6})?$/, 'a decimal above zero with at most six decimals, such as "101.25"')
  .meta({ description: 'Decimal string above zero' });

/** A US equity symbol as Papertape writes it: capitals, digits, `.` and `-`, at most 12. */
export const symbolSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9.-]{0,11}$/, 'a symbol: capitals, digits, "." and "-", at most 12')
  .meta({ description: 'Symbol' });

/** An id of an order, fill, signal, tape or strategy instance. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'an id: letters, digits and "_.:-", at most 128')
  .meta({ description: 'Id' });

/** One of the timeframes of the domain. */
export const timeframeSchema = z.enum(TIMEFRAMES);

/** `limit` of a list in a query string: a whole number, given in digits. */
export function limitSchema(standard: number, highest: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `a whole number from 1 to ${highest}`)
    .transform(Number)
    .refine((value) => value <= highest, `a whole number from 1 to ${highest}`)
    .default(standard);
}

/** Text that a person wrote as a reason, in one line; shown to people only. */
export const reasonSchema = z
  .string()
  .max(200)
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'text without control characters, at most 200');
