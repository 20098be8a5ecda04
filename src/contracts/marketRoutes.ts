/** The routes about the market: what is known now, stored history, symbols, sessions and corporate actions. */
import { z } from 'zod';
import {
  corporateActionsSchema,
  coverageSchema,
  dateSchema,
  historyBarsQuerySchema,
  historyBarsSchema,
  historyBatchRequestSchema,
  historyBatchSchema,
  historyPrintsSchema,
  historyQuotesSchema,
  historyTicksQuerySchema,
  marketSessionsSchema,
  symbolSearchSchema,
} from './history.js';
import { barsSchema, quotesSchema } from './market.js';
import { limitSchema, microsSchema, symbolSchema, timeframeSchema } from './scalars.js';

const symbolList = z
  .string()
  .max(1000)
  .transform((text) => text.split(','))
  .pipe(z.array(symbolSchema).max(100));
const dates = { from: dateSchema, to: dateSchema };

/** See the module header; the table is part of `ROUTES`. */
export const MARKET_ROUTES = {
  quotes: {
    method: 'GET',
    path: '/quotes',
    access: 'viewer',
    tag: 'market',
    summary: 'What is known of every symbol now, or of some of them',
    query: z.strictObject({ symbols: symbolList.optional() }),
    response: quotesSchema,
  },
  bars: {
    method: 'GET',
    path: '/bars',
    access: 'viewer',
    tag: 'market',
    summary: 'Bars as columns, the newest that end before `before`',
    query: z.strictObject({
      symbol: symbolSchema,
      timeframe: timeframeSchema,
      limit: limitSchema(500, 5000),
      before: z
        .string()
        .regex(/^\d{1,16}$/, 'microseconds in digits')
        .transform(Number)
        .pipe(microsSchema)
        .optional(),
    }),
    response: barsSchema,
  },
  historyBars: {
    method: 'GET',
    path: '/history/bars',
    access: 'viewer',
    tag: 'history',
    summary: 'Stored bars of the days before the session’s, page by page; the answer has an ETag',
    query: historyBarsQuerySchema,
    response: historyBarsSchema,
  },
  historyQuotes: {
    method: 'GET',
    path: '/history/quotes',
    access: 'viewer',
    tag: 'history',
    summary: 'Stored quotes of the days before the session’s, page by page; the answer has an ETag',
    query: historyTicksQuerySchema,
    response: historyQuotesSchema,
  },
  historyPrints: {
    method: 'GET',
    path: '/history/prints',
    access: 'viewer',
    tag: 'history',
    summary: 'Stored trade prints of the days before the session’s, page by page; the answer has an ETag',
    query: historyTicksQuerySchema,
    response: historyPrintsSchema,
  },
  historyBatch: {
    method: 'POST',
    path: '/history/batch',
    access: 'viewer',
    tag: 'history',
    summary: 'Several questions of history in one request, each answered by itself',
    body: historyBatchRequestSchema,
    response: historyBatchSchema,
  },
  coverage: {
    method: 'GET',
    path: '/history/coverage',
    access: 'viewer',
    tag: 'history',
    summary: 'What the history cache holds',
    query: z.strictObject({ symbol: symbolSchema.optional() }),
    response: coverageSchema,
  },
  symbols: {
    method: 'GET',
    path: '/symbols',
    access: 'viewer',
    tag: 'market',
    summary: 'Symbols of the session and of the cache that begin with or contain a text',
    query: z.strictObject({
      query: z
        .string()
        .regex(/^[A-Za-z0-9.-]{0,12}$/, 'letters, digits, "." and "-", at most 12')
        .default(''),
      limit: limitSchema(20, 200),
    }),
    response: symbolSearchSchema,
  },
  marketSessions: {
    method: 'GET',
    path: '/market-sessions',
    access: 'viewer',
    tag: 'market',
    summary: 'The exchange’s trading sessions from one date to another, at most ten years',
    query: z.strictObject(dates),
    response: marketSessionsSchema,
  },
  corporateActions: {
    method: 'GET',
    path: '/corporate-actions',
    access: 'viewer',
    tag: 'market',
    summary: 'Splits and dividends of a symbol by ex-date, up to the session’s day',
    query: z.strictObject({ symbol: symbolSchema, ...dates }),
    response: corporateActionsSchema,
  },
} as const;
