/** Daily and weekly reports of accounts on the wire. Amounts are decimals in dollars and shares, returns fractions. */
import { z } from 'zod';
import { dateSchema } from './history.js';
import { tradeFiguresSchema } from './performance.js';
import { decimalSchema, idSchema, microsSchema, symbolSchema } from './scalars.js';
import { tradeSchema } from './trades.js';

/** Lengths of time that reports are about; weeks begin on Monday. */
export const reportPeriodSchema = z.enum(['day', 'week']);

/**
 * Which report is wanted: a date in the period and a session of its day; absent: the last ones there are. An account of
 * a program by its name; absent: the session's own.
 */
export const reportQuerySchema = z.strictObject({
  date: dateSchema.optional(),
  session: idSchema.optional(),
  accountId: idSchema.optional(),
});

const change = { profit: decimalSchema.nullable(), return: z.number().nullable() };
const groupSchema = z.object({ key: z.string(), figures: tradeFiguresSchema });

const reportDaySchema = z.object({
  date: dateSchema,
  sessionId: idSchema,
  startEquity: decimalSchema.nullable(),
  endEquity: decimalSchema.nullable(),
  ...change,
  trades: z.int(),
  fees: decimalSchema,
});

const unfilledOrderSchema = z.object({
  sessionId: idSchema,
  orderId: z.string(),
  time: microsSchema,
  owner: z.string(),
  symbol: symbolSchema,
  side: z.enum(['buy', 'sell']),
  type: z.string(),
  quantity: decimalSchema,
  notional: decimalSchema.nullable(),
  filledQuantity: decimalSchema,
  limitPrice: decimalSchema.nullable(),
  stopPrice: decimalSchema.nullable(),
  status: z.string(),
  statusReason: z.string(),
  reason: z.string(),
});

const ruleAnswerSchema = z.object({
  sessionId: idSchema,
  time: microsSchema,
  owner: z.string(),
  symbol: symbolSchema,
  wish: z.string(),
  reason: z.string(),
  outcome: z.enum(['shrink', 'deny']),
  rules: z.array(z.string()),
  requestedQuantity: decimalSchema,
  allowedQuantity: decimalSchema,
});

/** A report. */
export const accountReportSchema = z.object({
  format: z.literal('papertape-account-report'),
  version: z.int(),
  period: reportPeriodSchema,
  from: dateSchema,
  to: dateSchema,
  accountId: idSchema,
  feed: z.string(),
  coverage: z.string().nullable(),
  broker: z.string(),
  preset: z.string(),
  feePlan: z.string(),
  limits: z.record(z.string(), z.union([z.number(), z.boolean()])),
  program: z
    .object({
      owner: z.string(),
      kind: z.enum(['cash', 'margin']),
      startingCash: decimalSchema,
      openedAt: microsSchema.nullable(),
      closedAt: microsSchema.nullable(),
    })
    .nullable(),
  warnings: z.array(z.string()),
  summary: z.object({
    startEquity: decimalSchema.nullable(),
    endEquity: decimalSchema.nullable(),
    ...change,
    flows: decimalSchema,
    tradesProfit: decimalSchema,
    fees: decimalSchema,
    maxDrawdown: z.number(),
    trades: z.int(),
    fills: z.int(),
    traded: decimalSchema,
    orders: z.int(),
    unfilledOrders: z.int(),
    ordersDenied: z.int(),
  }),
  days: z.array(reportDaySchema),
  equity: z.object({
    time: z.array(microsSchema),
    equity: z.array(z.number()),
    exposure: z.array(z.number()),
    drawdown: z.array(z.number().nullable()),
  }),
  exposure: z.object({ mean: z.number(), highest: z.number(), lowest: z.number(), last: z.number() }),
  positions: z.array(
    z.object({
      owner: z.string(),
      symbol: symbolSchema,
      quantity: decimalSchema,
      averagePrice: decimalSchema,
      openedAt: microsSchema,
    }),
  ),
  figures: tradeFiguresSchema,
  byStrategy: z.array(groupSchema),
  bySymbol: z.array(groupSchema),
  trades: z.object({ count: z.int(), listed: z.array(tradeSchema) }),
  fees: z.array(z.object({ kind: z.string(), amount: decimalSchema })),
  bookings: decimalSchema,
  bookingsByKind: z.array(z.object({ kind: z.string(), amount: decimalSchema })),
  unfilled: z.object({ count: z.int(), listed: z.array(unfilledOrderSchema) }),
  rules: z.object({
    touched: z.array(
      z.object({ outcome: z.enum(['shrink', 'deny']), rule: z.string(), text: z.string(), count: z.int() }),
    ),
    count: z.int(),
    listed: z.array(ruleAnswerSchema),
  }),
  killSwitch: z.object({ on: z.boolean(), reason: z.string(), user: z.string(), since: microsSchema }).nullable(),
});
/** A report. */
export type AccountReportView = z.infer<typeof accountReportSchema>;
