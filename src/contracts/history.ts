/**
 * Stored market history on the wire: pages of columns, what the cache holds, symbols, trading sessions and corporate
 * actions. Columns of one page have equal length and are sorted by time, oldest first. Prices are integers at
 * `priceScale` steps per dollar, so that no reader rounds them; sizes and volumes are whole shares.
 */
import { z } from 'zod';
import { decimalSchema, limitSchema, microsSchema, symbolSchema, timeframeSchema } from './scalars.js';

/** A New York trading date. */
export const dateSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2013-10-07')
  .meta({ description: 'New York date' });

/** Most rows of a page, and of all pages of a batch together. */
export const MAX_HISTORY_ROWS = 10_000;
/** Most questions of a batch. */
export const MAX_HISTORY_BATCH = 50;

/** Where a page ends; given back as it is to get the next one. */
const cursorSchema = z.string().regex(/^\d{1,16}\.\d{1,7}$/, 'a cursor as the page before it gave it');

/** Adjustment and hours that a question of history may ask for. */
const common = {
  symbol: symbolSchema,
  from: dateSchema,
  to: dateSchema,
  cursor: cursorSchema.optional(),
};
const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');
const rows = limitSchema(1000, MAX_HISTORY_ROWS);

/** Bars of some days: `from` and `to` are New York dates, both inclusive. */
export const historyBarsQuerySchema = z.strictObject({
  ...common,
  timeframe: timeframeSchema,
  adjust: z.enum(['raw', 'split', 'all']).default('raw'),
  extendedHours: booleanText.default(false),
  limit: rows,
});

/** Quotes or prints of some days, as the source told them; never adjusted. */
export const historyTicksQuerySchema = z.strictObject({
  ...common,
  extendedHours: booleanText.default(true),
  limit: rows,
});

const integers = z.array(z.number());
const page = {
  symbol: symbolSchema,
  priceScale: z.int().positive(),
  /** Start of the next page; null after the last row. */
  cursor: z.string().nullable(),
  time: z.array(microsSchema),
};

/** A page of bars. `start` and `time` are their first and their end instant; a bar is known at `time`. */
export const historyBarsSchema = z.object({
  kind: z.literal('bars'),
  ...page,
  timeframe: timeframeSchema,
  adjust: z.enum(['raw', 'split', 'all']),
  start: z.array(microsSchema),
  open: integers,
  high: integers,
  low: integers,
  close: integers,
  volume: integers,
});
/** A page of bars. */
export type HistoryBars = z.infer<typeof historyBarsSchema>;

/** A page of quotes; an absent side is 0. `flags`: bits that say why a quote fills nothing, 0 for a firm one. */
export const historyQuotesSchema = z.object({
  kind: z.literal('quotes'),
  ...page,
  bid: integers,
  bidSize: integers,
  ask: integers,
  askSize: integers,
  flags: integers,
});
/** A page of quotes. */
export type HistoryQuotes = z.infer<typeof historyQuotesSchema>;

/** A page of prints; `flags` are the normalised sale conditions, `exchange` the reporting venue's letter or empty. */
export const historyPrintsSchema = z.object({
  kind: z.literal('prints'),
  ...page,
  price: integers,
  size: integers,
  flags: integers,
  exchange: z.array(z.string()),
});
/** A page of prints. */
export type HistoryPrints = z.infer<typeof historyPrintsSchema>;

const batchCommon = {
  symbol: symbolSchema,
  from: dateSchema,
  to: dateSchema,
  extendedHours: z.boolean().optional(),
  limit: z.int().min(1).max(MAX_HISTORY_ROWS).default(1000),
  cursor: cursorSchema.optional(),
};

/** One question of a batch. */
export const historyRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bars'),
    ...batchCommon,
    timeframe: timeframeSchema,
    adjust: z.enum(['raw', 'split', 'all']).default('raw'),
  }),
  z.strictObject({ kind: z.literal('quotes'), ...batchCommon }),
  z.strictObject({ kind: z.literal('prints'), ...batchCommon }),
]);

/** Several questions at once; the limits of all of them together are at most {@link MAX_HISTORY_ROWS}. */
export const historyBatchRequestSchema = z.strictObject({
  requests: z.array(historyRequestSchema).min(1).max(MAX_HISTORY_BATCH),
});

/** The answers of a batch, in the order of its questions: a page, or why there is none. */
export const historyBatchSchema = z.object({
  results: z.array(
    z.union([
      z.object({
        ok: z.literal(true),
        page: z.discriminatedUnion('kind', [historyBarsSchema, historyQuotesSchema, historyPrintsSchema]),
      }),
      z.object({ ok: z.literal(false), code: z.string(), detail: z.string(), remedy: z.string().optional() }),
    ]),
  ),
});
/** The answers of a batch. */
export type HistoryBatch = z.infer<typeof historyBatchSchema>;

/** One stored series: what it is of, its first and last date, and how much it is. */
export const coverageSchema = z.object({
  series: z.array(
    z.object({
      symbol: z.string(),
      kind: z.enum(['bar', 'quoteBar', 'quote', 'print']),
      timeframe: timeframeSchema.nullable(),
      from: dateSchema,
      to: dateSchema,
      rows: z.int(),
      bytes: z.int(),
    }),
  ),
});
/** What the cache holds. */
export type Coverage = z.infer<typeof coverageSchema>;

/** Symbols that fit a search, the best first. */
export const symbolSearchSchema = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      /** Whether the running session trades it. */
      inSession: z.boolean(),
      /** First and last date of anything stored; null if nothing is. */
      history: z.object({ from: dateSchema, to: dateSchema }).nullable(),
      /** Earlier tickers of the same security, each with the last date it was valid. */
      formerTickers: z.array(z.object({ ticker: z.string(), until: dateSchema })),
    }),
  ),
});
/** Symbols that fit a search. */
export type SymbolSearch = z.infer<typeof symbolSearchSchema>;

/** The exchange's trading sessions of some dates. Times in Micros; days without a session are left out. */
export const marketSessionsSchema = z.object({
  sessions: z.array(
    z.object({
      date: dateSchema,
      premarketOpen: microsSchema,
      open: microsSchema,
      close: microsSchema,
      afterHoursClose: microsSchema,
      isEarlyClose: z.boolean(),
    }),
  ),
});
/** The exchange's trading sessions. */
export type MarketSessions = z.infer<typeof marketSessionsSchema>;

/** Splits and cash dividends by ex-date, oldest first; `to` new shares for `from` old ones, `amount` per share. */
export const corporateActionsSchema = z.object({
  actions: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('split'), symbol: z.string(), exDate: dateSchema, to: z.number(), from: z.number() }),
      z.object({ kind: z.literal('dividend'), symbol: z.string(), exDate: dateSchema, amount: decimalSchema }),
    ]),
  ),
});
/** Splits and cash dividends. */
export type CorporateActions = z.infer<typeof corporateActionsSchema>;
