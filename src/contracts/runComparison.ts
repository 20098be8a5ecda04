/** Two kept backtests side by side on the wire. `a` is of the first run, `b` of the other. */
import { z } from 'zod';
import { runNumberSchema, runRowSchema } from './runs.js';
import { decimalSchema, microsSchema } from './scalars.js';

/** The two runs by their numbers. */
export const comparedRunsParamsSchema = z.strictObject({ number: runNumberSchema, other: runNumberSchema });

const textPairSchema = z.object({ name: z.string(), a: z.string(), b: z.string() });

const figurePairSchema = z.object({
  /** As in a report's statistics. */
  name: z.string(),
  /** Null where a run has none. */
  a: z.number().nullable(),
  b: z.number().nullable(),
  /** As people read it: n/a too where the days of a run are too few for it. */
  told: z.object({ title: z.string(), a: z.string(), b: z.string(), change: z.string() }),
});

const closedTradeSchema = z.object({
  symbol: z.string(),
  side: z.enum(['long', 'short']),
  quantity: decimalSchema,
  entryTime: microsSchema,
  entryPrice: decimalSchema,
  entryReason: z.string(),
  exitTime: microsSchema,
  exitPrice: decimalSchema,
  exitReason: z.string(),
  fees: decimalSchema,
  pnl: decimalSchema,
});

const tradeDifferenceSchema = z.object({
  kind: z.enum(['changed', 'onlyA', 'onlyB']),
  /** Null where that run has no such trade. */
  a: closedTradeSchema.nullable(),
  b: closedTradeSchema.nullable(),
  /** What a changed one differs in. */
  fields: z.array(textPairSchema),
});
/** A trade that is not in both runs as it is. */
export type TradeDifferenceView = z.infer<typeof tradeDifferenceSchema>;

const comparedRunSchema = runRowSchema.pick({ number: true, title: true, from: true, to: true });

/** The comparison. */
export const runComparisonSchema = z.object({
  a: comparedRunSchema,
  b: comparedRunSchema,
  /** Whether both have the same fills, to the last figure. */
  sameLedger: z.boolean(),
  /** What was asked for and fed, where that differs. */
  inputs: z.array(textPairSchema),
  /** Every statistic of either run. */
  figures: z.array(figurePairSchema),
  /** Why figures that a run has are told as n/a; null where none is. */
  note: z.string().nullable(),
  trades: z.object({
    same: z.int(),
    changed: z.int(),
    onlyA: z.int(),
    onlyB: z.int(),
    /** Differences by the time at which they begin, the first 200. */
    listed: z.array(tradeDifferenceSchema),
  }),
});
/** The comparison. */
export type RunComparisonView = z.infer<typeof runComparisonSchema>;
