/** The running session: its clock, its feed and how the market of a replay or simulation is steered. */
import { z } from 'zod';
import { BROKER_STATES } from '../domain/brokerReport.js';
import { idSchema, microsSchema, reasonSchema, symbolSchema } from './scalars.js';

/** Phases of a trading day; `closed` also covers nights, week-ends and holidays. */
export const marketPhaseSchema = z.enum(['premarket', 'regular', 'afterHours', 'closed']);
/** Phase of the trading day. */
export type MarketPhase = z.infer<typeof marketPhaseSchema>;

/** Market time: the time of the session, not of the wall. */
export const sessionClockSchema = z.object({
  time: microsSchema,
  /** New York trading date `YYYY-MM-DD`. */
  tradingDate: z.string(),
  phase: marketPhaseSchema,
  /** The phase that comes next and when it begins in market time; null at the end of the data. */
  nextPhase: marketPhaseSchema.nullable(),
  nextPhaseAt: microsSchema.nullable(),
  /** Market seconds per real second; 0 is as fast as possible. Live sessions are always 1. */
  speed: z.number().min(0),
  paused: z.boolean(),
  /** The recorded data is used up. */
  ended: z.boolean(),
});
/** Market time and how it runs. */
export type SessionClock = z.infer<typeof sessionClockSchema>;

/** State of the kill switch. */
export const killSwitchSchema = z.object({
  on: z.boolean(),
  reason: z.string(),
  /** Who switched it last; empty if nobody did. */
  user: z.string(),
  since: microsSchema.nullable(),
});
/** State of the kill switch. */
export type KillSwitch = z.infer<typeof killSwitchSchema>;

/** Body of `POST /kill-switch`. On cancels working orders and denies new ones; `flatten` also closes positions. */
export const killSwitchRequestSchema = z.strictObject({
  on: z.boolean(),
  flatten: z.boolean().default(false),
  reason: reasonSchema.default(''),
});

/** How much of the market a feed shows: all venues, one venue, or a price now and then. */
const coverageSchema = z.enum(['consolidated', 'venue', 'sampled', 'simulated']);

/** A symbol that a source does not give, with the source's reason; empty if it gives none. */
const refusedSymbolSchema = z.object({ symbol: z.string(), reason: z.string() });
/** A symbol that a source does not give. */
export type RefusedSymbol = z.infer<typeof refusedSymbolSchema>;

/** A source of a live session's market: what its data are worth, and how it is doing. */
export const sourceStatusSchema = z.object({
  /** Name of the feed, e.g. `alpaca/iex`. */
  feed: z.string(),
  coverage: coverageSchema,
  /** By how much the vendor holds its data back, in microseconds. */
  delay: z.number().min(0),
  /** `stalled`: connected, but silent while the market is open. */
  state: z.enum(['stopped', 'connecting', 'live', 'stalled', 'waiting', 'failed']),
  /** What the state means, in words, with the reason of a fault. */
  detail: z.string(),
  /** How many symbols have their prices from it. */
  symbolsInUse: z.int().min(0),
  /** Symbols of the session that it refuses. */
  refused: z.array(refusedSymbolSchema),
  /** What it brought and what was refused, by name. */
  counters: z.record(z.string(), z.number()),
});
/** A source of a live session's market. */
export type SourceStatus = z.infer<typeof sourceStatusSchema>;

/** The broker that a session's orders go to. */
export const brokerStatusSchema = z.object({
  name: z.enum(['alpaca']),
  /** What the page shows: `ALPACA PAPER`. */
  label: z.string(),
  /** The broker's number of the account. */
  accountNumber: z.string(),
  /** New orders leave while it is `trading`; while it connects or compares they wait, `halted` is for good. */
  state: z.enum(BROKER_STATES),
  /** What the state means, in words that follow the label. */
  detail: z.string(),
  /** When the figures of the account were true; null before they were told. */
  accountAsOf: microsSchema.nullable(),
});
/** The broker that a session's orders go to. */
export type BrokerStatus = z.infer<typeof brokerStatusSchema>;

/** Facts of the session and its clock. */
export const sessionInfoSchema = z.object({
  sessionId: idSchema,
  feed: z.enum(['sim', 'recorded', 'twelvedata', 'alpaca']),
  /**
   * What the page shows beside every price: `SIMULATED`, `RECORDED 2013-10-07`, `LIVE`, `DELAYED 15 MIN`, and for data
   * that are not of the whole market `LIVE · ONE VENUE` or `RECORDED 2026-11-30 · SAMPLED`.
   */
  feedLabel: z.string(),
  /** True when no price of this session was ever a real one. */
  simulated: z.boolean(),
  /** True when speed, pause and step apply. */
  controllable: z.boolean(),
  /** Best first; of a live session only. */
  sources: z.array(sourceStatusSchema),
  /** The feeds whose data a recording holds, best first; of the replay of a recorded live market only. */
  recordedFrom: z.array(z.object({ source: z.string(), coverage: coverageSchema, delay: z.number().min(0) })),
  /** Where orders go; null: to the paper exchange of this program. */
  broker: brokerStatusSchema.nullable(),
  symbols: z.array(symbolSchema),
  accountId: idSchema,
  preset: z.string(),
  feePlan: z.string(),
  /** What is charged, in words: the commission of the plan, and whether SEC and TAF fees come on top. */
  fees: z.string(),
  /** Market time at which the session started. */
  startTime: microsSchema,
  clock: sessionClockSchema,
  killSwitch: killSwitchSchema,
});
/** Facts of the session and its clock. */
export type SessionInfo = z.infer<typeof sessionInfoSchema>;

/** Body of `POST /market-control`. `step` advances a paused market by `micros` of market time (default 1 minute). */
export const marketControlSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('pause') }),
  z.strictObject({ action: z.literal('resume') }),
  z.strictObject({ action: z.literal('speed'), speed: z.number().min(0).max(100_000) }),
  z.strictObject({ action: z.literal('step'), micros: z.int().min(1).max(86_400_000_000).default(60_000_000) }),
]);
/** What a person may do with the market's clock. */
export type MarketControl = z.infer<typeof marketControlSchema>;
