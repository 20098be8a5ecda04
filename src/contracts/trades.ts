/** The trade log on the wire: trades from flat to flat with what they cost, and what people noted on them. */
import { z } from 'zod';
import { SIGNAL_INTENTS } from '../domain/signal.js';
import { dateSchema } from './history.js';
import { sideSchema } from './orders.js';
import { decimalSchema, idSchema, limitSchema, microsSchema, symbolSchema } from './scalars.js';
import { fillBasisSchema } from './fills.js';

/** A number, or why the sample cannot support one. */
export const figureSchema = z.union([z.object({ value: z.number() }), z.object({ unsupported: z.string() })]);
/** A number, or why the sample cannot support one. */
export type FigureView = z.infer<typeof figureSchema>;

/** The parts of the trading day. */
export const tradeSessionSchema = z.enum(['closed', 'premarket', 'regular', 'afterHours']);

const benchmarkSchema = z.object({ time: microsSchema, price: figureSchema, from: z.enum(['mid', 'last']) });
const markoutSchema = z.object({ horizon: z.int(), perShare: figureSchema });
const shortfallSchema = z.object({
  delay: figureSchema,
  execution: figureSchema,
  fees: z.number(),
  opportunity: figureSchema,
  total: figureSchema,
});

const tradeFillSchema = z.object({
  fillId: idSchema,
  orderId: idSchema,
  role: z.enum(['entry', 'exit']),
  side: sideSchema,
  quantity: decimalSchema,
  price: decimalSchema,
  time: microsSchema,
  liquidity: z.enum(['maker', 'taker']),
  fees: decimalSchema,
  basis: fillBasisSchema,
  rule: z.string(),
  /** Dollars per share; positive costs went against the order. */
  costs: z.object({
    decision: benchmarkSchema,
    arrival: benchmarkSchema,
    fill: benchmarkSchema,
    effectiveSpread: figureSchema,
    realisedSpread: figureSchema,
    priceImpact: figureSchema,
    markouts: z.array(markoutSchema),
  }),
});

/** A trade. Amounts are decimals in dollars and shares. */
export const tradeSchema = z.object({
  sessionId: idSchema,
  /** Unique within its session. */
  id: idSchema,
  /** Instance id of the strategy, or `manual`. */
  owner: z.string(),
  symbol: symbolSchema,
  side: z.enum(['long', 'short']),
  state: z.enum(['open', 'closed']),
  /** The part of the day in which it was entered. */
  session: tradeSessionSchema,
  entryTime: microsSchema,
  exitTime: microsSchema.nullable(),
  quantity: decimalSchema,
  openQuantity: decimalSchema,
  entryPrice: decimalSchema,
  exitPrice: decimalSchema.nullable(),
  /** Net of fees, of what is closed. */
  pnl: decimalSchema,
  fees: decimalSchema,
  /** Dollars that an open trade would come to, closed at the last price without further fees. */
  openResult: figureSchema,
  returnFraction: figureSchema,
  /** Dollars that the entry's stop risked, and the result in multiples of it. */
  initialRisk: figureSchema,
  rMultiple: figureSchema,
  /** Dollars: how far the open result went. */
  maxAdverse: figureSchema,
  maxFavourable: figureSchema,
  entryReason: z.string(),
  exitReason: z.string(),
  signal: z
    .object({
      id: idSchema,
      time: microsSchema,
      intent: z.enum(SIGNAL_INTENTS),
      reason: z.string(),
      outcome: z.enum(['allow', 'shrink', 'deny']),
      requestedQuantity: decimalSchema,
      allowedQuantity: decimalSchema,
    })
    .nullable(),
  /** Whether it was entered in an earlier session. */
  carried: z.boolean(),
  adjustments: z.array(z.string()),
  /** Averages per share over its fills, and dollars of its orders. */
  costs: z.object({
    effectiveSpread: figureSchema,
    realisedSpread: figureSchema,
    markouts: z.array(markoutSchema),
    shortfall: shortfallSchema,
  }),
  fills: z.array(tradeFillSchema),
  roundTrips: z.array(
    z.object({
      quantity: decimalSchema,
      entryTime: microsSchema,
      entryPrice: decimalSchema,
      exitTime: microsSchema,
      exitPrice: decimalSchema,
      pnl: decimalSchema,
      fees: decimalSchema,
    }),
  ),
});
/** A trade. */
export type TradeView = z.infer<typeof tradeSchema>;

/** A word or several joined by dashes. */
export const tagSchema = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,31}$/u, 'a tag: letters, digits, "_" and "-", at most 32');

/** What somebody noted on a trade. Notes are never changed; the tags of the last one hold. */
export const tradeNoteSchema = z.object({
  id: z.int(),
  time: microsSchema,
  user: z.string(),
  text: z.string(),
  tags: z.array(tagSchema),
});
/** What somebody noted on a trade. */
export type TradeNote = z.infer<typeof tradeNoteSchema>;

/** What is to be noted; `tags` are all that the trade has from now on. */
export const newTradeNoteSchema = z.strictObject({
  text: z
    .string()
    .max(4_000)
    // oxlint-disable-next-line no-control-regex -- control characters but line ends are what it refuses
    .regex(/^[^\u0000-\u0009\u000b-\u001f\u007f]*$/, 'text without control characters, at most 4000')
    .default(''),
  tags: z.array(tagSchema).max(16).default([]),
});

/** A trade with what was noted on it: the tags that hold, and every note, oldest first. */
export const annotatedTradeSchema = tradeSchema.extend({
  tags: z.array(tagSchema),
  notes: z.array(tradeNoteSchema),
});
/** A trade with what was noted on it. */
export type AnnotatedTrade = z.infer<typeof annotatedTradeSchema>;

/** Which trades are wanted. Dates are New York's of the exit, both inclusive. */
export const tradesQuerySchema = z.strictObject({
  /** `current`, `all`, or the id of a session. */
  sessionId: idSchema.default('current'),
  symbol: symbolSchema.optional(),
  owner: idSchema.optional(),
  session: tradeSessionSchema.optional(),
  side: z.enum(['long', 'short']).optional(),
  result: z.enum(['win', 'loss']).optional(),
  tag: tagSchema.optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  limit: limitSchema(50, 500),
  /** `next` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,16}\.\d{1,12}$/, 'a cursor as the page before it gave it')
    .optional(),
});

/** A page of closed trades, the last one closed first, and the open ones of the running session with the first page. */
export const tradesSchema = z.object({
  open: z.array(annotatedTradeSchema),
  trades: z.array(annotatedTradeSchema),
  /** Where the next page begins; null after the last. */
  next: z.string().nullable(),
  /** Of all pages. */
  total: z.int(),
});
/** A page of trades. */
export type Trades = z.infer<typeof tradesSchema>;
