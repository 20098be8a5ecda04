/** Health of the process and its log lines. */
import { z } from 'zod';
import { microsSchema } from './scalars.js';

/** State of one dependency. */
export const dependencySchema = z.object({
  /** E.g. `database`, `tape`, `kernel`, `source`. */
  name: z.string(),
  state: z.enum(['up', 'degraded', 'down']),
  /** A sentence when it is not up; empty otherwise. */
  detail: z.string(),
  latencyMs: z.number().nullable(),
});
/** State of one dependency. */
export type Dependency = z.infer<typeof dependencySchema>;

/** Health of the process; `down` as soon as one needed dependency is down. */
export const healthSchema = z.object({
  state: z.enum(['up', 'degraded', 'down']),
  version: z.string(),
  startedAt: microsSchema,
  dependencies: z.array(dependencySchema),
});
/** Health of the process. */
export type Health = z.infer<typeof healthSchema>;

/** Answer of `GET /health/ready`: states only, no figures, since it is open. */
export const readinessSchema = z.object({
  state: z.enum(['up', 'degraded', 'down']),
  dependencies: z.array(dependencySchema.pick({ name: true, state: true })),
});
/** Answer of `GET /health/ready`. */
export type Readiness = z.infer<typeof readinessSchema>;

/** One line of the activity log. */
export const logLineSchema = z.object({
  /** Grows by one per line of the session. */
  id: z.int().min(0),
  time: microsSchema,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  /** A strategy's instance id, or the part of the system. */
  source: z.string(),
  text: z.string(),
});
/** One line of the activity log. */
export type LogLine = z.infer<typeof logLineSchema>;

/** Log lines, newest first. */
export const logsSchema = z.object({ lines: z.array(logLineSchema) });
/** Log lines, newest first. */
export type Logs = z.infer<typeof logsSchema>;
