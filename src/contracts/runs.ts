/** Kept backtests and analyses on the wire. Fractions; null where a run came to no such figure. */
import { z } from 'zod';
import { RUN_KINDS, RUN_STATES } from '../domain/runs.js';
import { dateSchema } from './history.js';
import { limitSchema, microsSchema } from './scalars.js';

/** How many runs are wanted, the newest first. */
export const runsQuerySchema = z.strictObject({ limit: limitSchema(200, 1000) });

/** The number of a run in an address. */
export const runNumberSchema = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'the number of a run')
  .transform(Number);

/** A run by its number. */
export const runParamsSchema = z.strictObject({ number: runNumberSchema });

/** A kept run in a list. */
export const runRowSchema = z.object({
  number: z.int(),
  kind: z.enum(RUN_KINDS),
  /** Names of its strategies. */
  title: z.string(),
  symbols: z.array(z.string()),
  from: dateSchema,
  to: dateSchema,
  startedAt: microsSchema,
  state: z.enum([...RUN_STATES, 'broken off']),
  /** How far a run without a result came, 0 to 1. */
  fraction: z.number().nullable(),
  /** Of the whole run; of a walk-forward, of the days outside of training; of a validation none. */
  return: z.number().nullable(),
  /** Null for fewer than 20 daily returns, too, which bear none. */
  sharpe: z.number().nullable(),
  /** Why people are told n/a instead, in a sentence; null where it is told, and where there is none at all. */
  sharpeUnsupported: z.string().nullable(),
  maxDrawdown: z.number().nullable(),
  trades: z.int().nullable(),
  /** What an analysis came to, in a few words. */
  verdict: z.string().nullable(),
  /** Why a failed run failed. */
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  hasReport: z.boolean(),
});
/** A kept run in a list. */
export type RunRow = z.infer<typeof runRowSchema>;

/** The newest runs, and how many there are in all. */
export const runsSchema = z.object({ runs: z.array(runRowSchema), total: z.int() });
/** The newest runs. */
export type RunsView = z.infer<typeof runsSchema>;
