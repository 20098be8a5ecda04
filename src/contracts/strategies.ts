/** Strategies: what can be started, what runs, and how it does. */
import { z } from 'zod';
import { decimalSchema, idSchema, microsSchema, symbolSchema, timeframeSchema } from './scalars.js';

/** A parameter's value. */
export const paramValueSchema = z.union([z.number(), z.string().max(200), z.boolean()]);

const paramFacts = { name: z.string(), label: z.string(), description: z.string(), unit: z.string().nullable() };

/** How one parameter is declared; the page makes its form from this. */
export const paramDeclarationSchema = z.discriminatedUnion('kind', [
  z.object({
    ...paramFacts,
    kind: z.literal('int'),
    default: z.number(),
    min: z.number(),
    max: z.number(),
    step: z.number(),
  }),
  z.object({
    ...paramFacts,
    kind: z.literal('number'),
    default: z.number(),
    min: z.number(),
    max: z.number(),
    step: z.number().nullable(),
  }),
  z.object({ ...paramFacts, kind: z.literal('choice'), default: z.string(), choices: z.array(z.string()) }),
  z.object({ ...paramFacts, kind: z.literal('bool'), default: z.boolean() }),
]);
/** How one parameter is declared. */
export type ParamDeclaration = z.infer<typeof paramDeclarationSchema>;

/** A strategy that can be started. */
export const catalogueEntrySchema = z.object({
  /** Built-in name or the known path of the user's file: what `POST /strategies` takes. */
  strategy: z.string(),
  title: z.string(),
  description: z.string(),
  origin: z.enum(['builtin', 'file']),
  params: z.array(paramDeclarationSchema),
  defaultSymbols: z.array(symbolSchema),
  defaultTimeframe: timeframeSchema,
});
/** A strategy that can be started. */
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

/** All strategies that can be started, by title. */
export const catalogueSchema = z.object({ strategies: z.array(catalogueEntrySchema) });
/** All strategies that can be started. */
export type Catalogue = z.infer<typeof catalogueSchema>;

/** Life cycle of a strategy instance. */
export const strategyStateSchema = z.enum(['warmingUp', 'running', 'stopped', 'quarantined']);

/** A strategy instance of the session. */
export const strategySchema = z.object({
  instanceId: idSchema,
  strategy: z.string(),
  title: z.string(),
  symbols: z.array(symbolSchema),
  timeframe: timeframeSchema,
  params: z.record(z.string(), paramValueSchema),
  /** Fraction of equity for an entry without a size of its own. */
  allocation: z.number(),
  state: strategyStateSchema,
  /** Message and stack of the fault that quarantined it. */
  error: z.string().nullable(),
  /** What is to be known before its signals are believed; null: nothing. */
  notice: z.string().nullable(),
  startedAt: microsSchema.nullable(),
  realisedPnl: decimalSchema,
  unrealisedPnl: decimalSchema,
  /** Realised and unrealised, fees deducted. */
  pnl: decimalSchema,
  fees: decimalSchema,
  openPositions: z.int(),
  orderCount: z.int(),
  fillCount: z.int(),
  /** Recent P&L in dollars, oldest first, for a sparkline. */
  pnlHistory: z.array(z.number()),
});
/** A strategy instance of the session. */
export type StrategyView = z.infer<typeof strategySchema>;

/** The session's strategy instances, by instance id. */
export const strategiesSchema = z.object({ strategies: z.array(strategySchema) });
/** The session's strategy instances. */
export type Strategies = z.infer<typeof strategiesSchema>;

/** Body of `POST /strategies`. */
export const startStrategySchema = z.strictObject({
  /** `manual` is the owner of a person's orders. */
  instanceId: z
    .string()
    .regex(/^(?!manual$)[A-Za-z0-9_-]{1,64}$/, 'letters, digits, "-" and "_", at most 64, and not "manual"'),
  strategy: z.string().min(1).max(300),
  symbols: z.array(symbolSchema).min(1).max(500),
  timeframe: timeframeSchema,
  params: z.record(z.string().max(64), paramValueSchema).default({}),
  allocation: z.number().gt(0).max(10).default(1),
});
/** A strategy to start, before defaults are filled in. */
export type StartStrategy = z.input<typeof startStrategySchema>;

/** Body of `POST /strategies/:id/stop`; `flatten` also closes its positions. */
export const stopStrategySchema = z.strictObject({ flatten: z.boolean().default(false) });
