/**
 * The WebSocket `/api/v1/stream`.
 *
 * The client opens it (subprotocol-free, no token in the URL), sends `authenticate` with a ticket of
 * `POST /api/v1/auth/stream-ticket` within 5 seconds, gets `hello`, and subscribes topics. Each topic answers
 * with one `snapshot`, then `delta`s. Both have the same shape: apply a delta as an upsert by key (order id,
 * fill id, owner + symbol, instance id, signal id, log id, symbol, bar time); single objects (session,
 * account, health) are replaced whole; points of the equity curve are upserts by time. Of the scenarios the orders
 * (by order id) and the points of the curve are upserts, the rest is replaced whole. A position of quantity "0" is
 * gone.
 *
 * `seq` counts the messages of one stream by one. After a lost connection the client authenticates with
 * `resume: { streamId, after }`: either the missed messages follow (`hello.resumed` true, subscriptions kept),
 * or the stream starts anew (`resumed` false and a `resync` message; subscribe again and drop what you have).
 */
import { z } from 'zod';
import { accountSchema, equityCurveSchema, positionsSchema } from './account.js';
import { roleSchema } from './auth.js';
import { fillsSchema } from './fills.js';
import { barsSchema, quotesSchema } from './market.js';
import { ordersSchema } from './orders.js';
import { errorCodeSchema } from './problem.js';
import { signalsSchema } from './risk.js';
import { scenariosSchema } from './scenarios.js';
import { sessionInfoSchema } from './session.js';
import { strategiesSchema } from './strategies.js';
import { healthSchema, logsSchema } from './system.js';

/** Data of each topic; snapshot and delta alike. `bars` stands for every `bars:SYMBOL:TIMEFRAME`. */
export const TOPIC_SCHEMAS = {
  session: sessionInfoSchema,
  quotes: quotesSchema,
  orders: ordersSchema,
  fills: fillsSchema,
  positions: positionsSchema,
  account: accountSchema,
  equity: equityCurveSchema,
  scenarios: scenariosSchema,
  strategies: strategiesSchema,
  signals: signalsSchema,
  logs: logsSchema,
  health: healthSchema,
  bars: barsSchema,
} as const;

/** A topic family; `bars` needs a symbol and a timeframe on the wire. */
export type TopicFamily = keyof typeof TOPIC_SCHEMAS;
/** Data of a topic family. */
export type TopicData = { readonly [Family in TopicFamily]: z.infer<(typeof TOPIC_SCHEMAS)[Family]> };
/** A topic on the wire: `quotes`, `bars:SPY:1m`. */
export type Topic = Exclude<TopicFamily, 'bars'> | `bars:${string}`;

const BARS_TOPIC = /^bars:[A-Z][A-Z0-9.-]{0,11}:\d{1,2}[smhd]$/;

/** Whether `text` has the shape of a topic; the symbol and timeframe of bars may still be unknown. */
export function isTopic(text: string): text is Topic {
  return (text !== 'bars' && Object.hasOwn(TOPIC_SCHEMAS, text)) || BARS_TOPIC.test(text);
}

/** A topic on the wire. */
export const topicSchema = z.custom<Topic>((value) => typeof value === 'string' && isTopic(value), {
  message: 'a topic such as "quotes" or "bars:SPY:1m"',
});

/** How many topics one connection may have. */
export const MAX_TOPICS = 64;

/** What a client sends. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('authenticate'),
    ticket: z.string().min(20).max(200),
    resume: z.strictObject({ streamId: z.string().max(64), after: z.int().min(0) }).optional(),
  }),
  z.strictObject({ type: z.literal('subscribe'), topics: z.array(topicSchema).min(1).max(MAX_TOPICS) }),
  z.strictObject({ type: z.literal('unsubscribe'), topics: z.array(topicSchema).min(1).max(MAX_TOPICS) }),
  z.strictObject({ type: z.literal('ping') }),
]);
/** What a client sends. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Data of one topic family on the wire. */
export type TopicUpdate = {
  [Family in TopicFamily]: {
    readonly topic: Family extends 'bars' ? `bars:${string}` : Family;
    readonly data: TopicData[Family];
  };
}[TopicFamily];

/** Messages that carry data; `seq` grows by one. */
export type DataMessage = TopicUpdate & { readonly type: 'snapshot' | 'delta'; readonly seq: number };

/** Messages about the connection; they carry no `seq`. */
export const controlMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    streamId: z.string(),
    resumed: z.boolean(),
    /** The last `seq` given so far; the next data message has one more, or resumes after the client's. */
    seq: z.int(),
    userName: z.string(),
    role: roleSchema,
  }),
  z.object({ type: z.literal('resync'), reason: z.string() }),
  z.object({ type: z.literal('error'), code: errorCodeSchema, message: z.string() }),
  z.object({ type: z.literal('bye'), reason: z.string() }),
  z.object({ type: z.literal('pong') }),
]);
/** A message about the connection. */
export type ControlMessage = z.infer<typeof controlMessageSchema>;

/** What the server sends. */
export type ServerMessage = DataMessage | ControlMessage;

/** Close codes of the stream beyond those of the WebSocket standard. */
export const StreamClose = {
  /** The client reads too slowly; reconnect and resume. */
  TOO_SLOW: 1013,
  /** No valid ticket in time, or the sign-in ended. */
  UNAUTHENTICATED: 4401,
  /** Too many messages or connections. */
  RATE_LIMITED: 4429,
} as const;
