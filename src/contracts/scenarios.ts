/**
 * Fill scenarios of the session's account: the same orders under expected, strict and optimistic fills. Expected is the
 * account itself; the others are shadow accounts beside it. In one order strict need not be the worst of the three.
 */
import { z } from 'zod';
import { decimalSchema, idSchema, microsSchema, symbolSchema } from './scalars.js';

/** The scenarios, the headline first. */
export const SCENARIO_NAMES = ['expected', 'strict', 'optimistic'] as const;
/** A scenario. */
export const scenarioSchema = z.enum(SCENARIO_NAMES);
/** A scenario. */
export type ScenarioName = z.infer<typeof scenarioSchema>;

/** How one scenario stands; dollars. */
export const scenarioResultSchema = z.object({
  scenario: scenarioSchema,
  /** Name of the preset that it fills by. */
  preset: z.string(),
  equity: decimalSchema,
  /** Its equity less that of expected fills. */
  difference: decimalSchema,
  /** Equity now less its own equity when the session began. */
  dayPnl: decimalSchema,
  realisedPnl: decimalSchema,
  fees: decimalSchema,
  /** Executions of this session. */
  fills: z.int(),
  openOrders: z.int(),
});
/** How one scenario stands. */
export type ScenarioResult = z.infer<typeof scenarioResultSchema>;

/** What one assumption about fills carries: the strict form of it alone against expected fills. */
export const assumptionEffectSchema = z.object({
  assumption: z.string(),
  /** What it is about, in a few words. */
  text: z.string(),
  equity: decimalSchema,
  /** Negative where the strict form costs. */
  change: decimalSchema,
});
/** What one assumption carries. */
export type AssumptionEffectView = z.infer<typeof assumptionEffectSchema>;

/** What an order got in one scenario. */
export const scenarioFillSchema = z.object({
  quantity: decimalSchema,
  averagePrice: decimalSchema,
  fees: decimalSchema,
  /** Time of its last execution. */
  time: microsSchema,
});
/** What an order got in one scenario. */
export type ScenarioFill = z.infer<typeof scenarioFillSchema>;

/** An order with what it got in each scenario; null where it did not fill. */
export const scenarioOrderSchema = z.object({
  orderId: idSchema,
  symbol: symbolSchema,
  side: z.enum(['buy', 'sell']),
  expected: scenarioFillSchema.nullable(),
  strict: scenarioFillSchema.nullable(),
  optimistic: scenarioFillSchema.nullable(),
});
/** An order with what it got in each scenario. */
export type ScenarioOrder = z.infer<typeof scenarioOrderSchema>;

/** Equity of each scenario as columns of equal length, oldest first; dollars as numbers, for drawing only. */
export const scenarioCurveSchema = z.object({
  time: z.array(microsSchema),
  expected: z.array(z.number()),
  strict: z.array(z.number()),
  optimistic: z.array(z.number()),
});
/** Equity of each scenario as columns. */
export type ScenarioCurve = z.infer<typeof scenarioCurveSchema>;

/** The scenarios of an account. In a stream `orders` and `curve` are upserts by order and time, the rest is whole. */
export const scenariosSchema = z.object({
  accountId: idSchema,
  time: microsSchema,
  /** `off`: the session has no shadow accounts; `ended`: they followed until something in `note`. */
  state: z.enum(['following', 'ended', 'off']),
  /** Why they do not follow; empty while they do. */
  note: z.string(),
  /** Expected alone unless they follow. */
  results: z.array(scenarioResultSchema),
  /** Largest change first. */
  assumptions: z.array(assumptionEffectSchema),
  /** The assumption whose strict form changes the result most; null if none changes it. */
  decisive: z.string().nullable(),
  /** The same as a sentence, and what shadow accounts leave out under the preset, if anything. */
  sentence: z.string(),
  /** Orders that filled in any scenario, newest first. */
  orders: z.array(scenarioOrderSchema),
  curve: scenarioCurveSchema,
});
/** The scenarios of an account. */
export type Scenarios = z.infer<typeof scenariosSchema>;
