/** The stored answers of the risk checks, and the signals they were given to. */
import { z } from 'zod';
import { RISK_CHECKS } from '../domain/risk.js';
import { orderTypeSchema, timeInForceSchema } from './orders.js';
import { decimalSchema, idSchema, microsSchema, symbolSchema } from './scalars.js';

/** Answer of one check. */
export const riskAnswerSchema = z.object({
  check: z.enum(RISK_CHECKS),
  answer: z.enum(['notRun', 'allow', 'shrink', 'deny']),
  /** The figure measured and its limit, written with their unit (e.g. "$12,500.00", "0.4 s"); empty if none. */
  measured: z.string(),
  limit: z.string(),
});

/** All answers to one order or signal, in the order in which the checks ran. */
export const riskDecisionSchema = z.object({
  outcome: z.enum(['allow', 'shrink', 'deny']),
  /** Code of the first denial and its sentence; null unless denied. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
  requestedQuantity: decimalSchema,
  quantity: decimalSchema,
  answers: z.array(riskAnswerSchema),
});
/** All answers to one order or signal. */
export type RiskDecisionView = z.infer<typeof riskDecisionSchema>;

/** A strategy's wish with the decision on it. */
export const signalSchema = z.object({
  id: idSchema,
  instanceId: idSchema,
  symbol: symbolSchema,
  time: microsSchema,
  intent: z.enum(['enterLong', 'enterShort', 'exit', 'target']),
  orderType: orderTypeSchema,
  timeInForce: timeInForceSchema,
  limitPrice: decimalSchema.nullable(),
  stopPrice: decimalSchema.nullable(),
  reason: z.string(),
  decision: riskDecisionSchema,
  /** The order it became; null if it became none. */
  orderId: z.string().nullable(),
});
/** A strategy's wish with the decision on it. */
export type SignalView = z.infer<typeof signalSchema>;

/** List of signals, newest first. */
export const signalsSchema = z.object({ signals: z.array(signalSchema) });
/** List of signals, newest first. */
export type Signals = z.infer<typeof signalsSchema>;
