/** Fills and their receipts: what was filled, at what cost, and on what evidence. */
import { z } from 'zod';
import { sideSchema } from './orders.js';
import { decimalSchema, idSchema, microsSchema, symbolSchema } from './scalars.js';

/** One fee of a fill in dollars. */
export const feeLineSchema = z.object({ kind: z.enum(['commission', 'sec', 'taf']), amount: decimalSchema });

/** One execution. */
export const fillSchema = z.object({
  id: idSchema,
  orderId: idSchema,
  symbol: symbolSchema,
  side: sideSchema,
  /** Positive shares. */
  quantity: decimalSchema,
  price: decimalSchema,
  /** Sum of the fees in dollars. */
  fees: decimalSchema,
  time: microsSchema,
  liquidity: z.enum(['maker', 'taker']),
  /** Instance id of the strategy, or `manual`. */
  owner: z.string(),
});
/** One execution. */
export type FillView = z.infer<typeof fillSchema>;

/** List of fills, newest first. */
export const fillsSchema = z.object({ fills: z.array(fillSchema) });
/** List of fills, newest first. */
export type Fills = z.infer<typeof fillsSchema>;

/** What a fill was decided on, best first. */
export const fillBasisSchema = z.enum([
  'book',
  'nbbo',
  'quoteBar',
  'lastSale',
  'tradeBar',
  'auction',
  'injected',
  'broker',
]);

/** Why a fill happened: the numbers and the sentence. Prices in dollars per share. */
export const receiptSchema = z.object({
  fill: fillSchema,
  /** The same in English. */
  sentence: z.string(),
  basis: fillBasisSchema,
  /** Name of the rule that gave the price, e.g. `far-side`. */
  rule: z.string(),
  evidence: z.object({
    time: microsSchema,
    /** Input sequence number of the event within the session. */
    sequence: z.int().min(0),
    /** Null where the evidence has no such value. Sizes in whole shares. */
    bid: decimalSchema.nullable(),
    bidSize: z.number().nullable(),
    ask: decimalSchema.nullable(),
    askSize: z.number().nullable(),
    open: decimalSchema.nullable(),
    high: decimalSchema.nullable(),
    low: decimalSchema.nullable(),
    last: decimalSchema.nullable(),
    volume: z.number().nullable(),
    feed: z.string(),
    /** How late the feed is by its terms, in microseconds, and what of the market it shows. */
    feedDelay: z.number().min(0),
    coverage: z.enum(['consolidated', 'oneVenue', 'sampled', 'simulated', 'unknown']),
    /** Price bands in force; null where there were none. */
    bandLower: decimalSchema.nullable(),
    bandUpper: decimalSchema.nullable(),
  }),
  /** When the order was decided, reached the venue, filled there, and when the report came back. */
  timing: z.object({
    decidedAt: microsSchema,
    arrivedAt: microsSchema,
    filledAt: microsSchema,
    reportedAt: microsSchema,
    /** The part of the way to the venue that stands for the data's own, in microseconds. */
    dataLatency: z.number().min(0),
  }),
  /** The price from the evidence to the fill; costs are positive when they go against the order. */
  priceBuildUp: z.object({
    basePrice: decimalSchema,
    halfSpread: decimalSchema,
    slippage: decimalSchema,
    /** Of everything that was traded lately on this side. */
    impact: decimalSchema,
    price: decimalSchema,
  }),
  fees: z.array(feeLineSchema),
  /** Shares ahead in the queue; null without a queue model. */
  queueAtEntry: decimalSchema.nullable(),
  queueAtFill: decimalSchema.nullable(),
  /** Fractions from 0 to 1; the limit is null where unlimited. */
  participation: z.number(),
  participationLimit: z.number().nullable(),
  /** Only for stop orders. */
  triggerPrice: decimalSchema.nullable(),
  triggerTime: microsSchema.nullable(),
  /** The limit that a short-sale restriction put on the order; null if none did. */
  shortFloor: decimalSchema.nullable(),
  preset: z.string(),
  /** What a reader must know besides; empty if nothing. */
  notes: z.string(),
  /** Names and versions of the models that decided. */
  models: z.string(),
});
/** Why a fill happened. */
export type ReceiptView = z.infer<typeof receiptSchema>;
