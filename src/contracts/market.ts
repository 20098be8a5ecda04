/** Market data for the screen: quotes of the watch list, and bars as columns. */
import { z } from 'zod';
import { decimalSchema, microsSchema, symbolSchema, timeframeSchema } from './scalars.js';

/** What is known of one symbol now. */
export const quoteSchema = z.object({
  symbol: symbolSchema,
  time: microsSchema,
  /** Null before the first price. */
  last: decimalSchema.nullable(),
  previousClose: decimalSchema.nullable(),
  /** Change since the previous close in dollars, and as a fraction. */
  change: decimalSchema.nullable(),
  changeFraction: z.number().nullable(),
  bid: decimalSchema.nullable(),
  bidSize: z.number().nullable(),
  ask: decimalSchema.nullable(),
  askSize: z.number().nullable(),
  open: decimalSchema.nullable(),
  high: decimalSchema.nullable(),
  low: decimalSchema.nullable(),
  /** Shares of the day. */
  volume: z.number(),
  halted: z.boolean(),
});
/** What is known of one symbol now. */
export type QuoteView = z.infer<typeof quoteSchema>;

/** Quotes of all symbols, in the session's order. */
export const quotesSchema = z.object({ quotes: z.array(quoteSchema) });
/** Quotes of all symbols. */
export type Quotes = z.infer<typeof quotesSchema>;

/**
 * Bars as columns of equal length, oldest first; prices in dollars as numbers, for drawing only. `time` is the
 * start of a bar. The last bar may still be forming. `phase` is 0 premarket, 1 regular, 2 after hours.
 */
export const barsSchema = z.object({
  symbol: symbolSchema,
  timeframe: timeframeSchema,
  time: z.array(microsSchema),
  open: z.array(z.number()),
  high: z.array(z.number()),
  low: z.array(z.number()),
  close: z.array(z.number()),
  volume: z.array(z.number()),
  /** Volume-weighted average price since the day's regular open (premarket: since its start); null before volume. */
  vwap: z.array(z.number().nullable()),
  phase: z.array(z.int().min(0).max(2)),
});
/** Bars as columns. */
export type Bars = z.infer<typeof barsSchema>;
