/**
 * Twelve Data as this program uses it: a live source and a source of history that share a key, a plan and its credits.
 * The one place that puts the parts together; nothing connects before the live source is started.
 */
import { nyse } from '../../calendar/sessions.js';
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import type { HistorySource, MarketDataSource } from '../../domain/marketSource.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import type { Clock } from '../../utils/clock.js';
import { assertApiKey } from './apiKey.js';
import { CreditBudget } from './CreditBudget.js';
import { TwelveDataHistory } from './historySource.js';
import type { Instrument } from './instruments.js';
import { TWELVE_DATA_PLANS } from './plans.js';
import type { TwelveDataPlan } from './plans.js';
import { restAddress, RestCalls } from './restCalls.js';
import { RestClient } from './restClient.js';
import { WebsocketClient } from './websocketClient.js';

/** What Twelve Data is used with. */
export interface TwelveDataOptions {
  /** Never logged, never part of an address or a message. */
  readonly apiKey: string;
  /** Of servers other than Twelve Data's own: `http://127.0.0.1:…`, `ws://127.0.0.1:…/v1/quotes/price`. */
  readonly restUrl?: string;
  readonly streamUrl?: string;
  /** A plan by name, or its limits; `basic` by default. */
  readonly plan?: keyof typeof TWELVE_DATA_PLANS | TwelveDataPlan;
  readonly clock: Clock;
  /** Uniform in [0, 1), for pauses. */
  readonly random: () => number;
  /** One line for people. */
  readonly log: (line: string) => void;
  readonly calendar?: TradingCalendar;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  /** Instruments that a symbol says too little of; see instruments.ts. */
  readonly instrumentOf?: (wanted: string) => Instrument | undefined;
  /** Hears every message of the stream as it came: time of receipt, number of the connection, text. */
  readonly onRaw?: (receivedAt: Micros, connection: number, text: string) => void;
  /** How long no price may come in regular hours before the stream is connected anew. */
  readonly stallAfter?: DurationMicros;
}

/** The sources, and what is behind the second. */
export interface TwelveData {
  readonly live: MarketDataSource;
  readonly history: HistorySource;
  readonly rest: RestClient;
  readonly budget: CreditBudget;
}

const REST_URL = 'https://api.twelvedata.com';
const TIMEOUT_MS = 30_000;

/**
 * Makes both sources. Throws `SOURCE_KEY_REFUSED` for a malformed key, `CONFIG_INVALID` for an address that is not
 * understood.
 */
export function createTwelveData(options: TwelveDataOptions): TwelveData {
  const { apiKey, clock, random, log, calendar = nyse, timeoutMs = TIMEOUT_MS } = options;
  assertApiKey(apiKey);
  const { plan: named = 'basic' } = options;
  const plan: TwelveDataPlan = typeof named === 'string' ? TWELVE_DATA_PLANS[named] : named;
  const budget = new CreditBudget({
    clock,
    random,
    perMinute: plan.creditsPerMinute,
    ...(plan.creditsPerDay === undefined ? {} : { perDay: plan.creditsPerDay }),
  });
  const url = restAddress(options.restUrl ?? REST_URL);
  const calls = new RestCalls({ url, apiKey, clock, random, fetch: options.fetch ?? fetch, budget, timeoutMs });
  const now = (): Micros => clock.now();
  const rest = new RestClient(calls, budget, calendar, now);
  const { streamUrl, instrumentOf, onRaw, stallAfter } = options;
  const live = new WebsocketClient({
    ...{ apiKey, clock, random, log, calendar },
    streamSymbols: plan.streamSymbols,
    streamMessagesPerMinute: plan.streamMessagesPerMinute,
    ...(streamUrl === undefined ? {} : { streamUrl }),
    ...(instrumentOf === undefined ? {} : { instrumentOf }),
    ...(onRaw === undefined ? {} : { onRaw }),
    ...(stallAfter === undefined ? {} : { stallAfter }),
  });
  const history = new TwelveDataHistory({ rest, calendar, now, plan, log });
  return { live, history, rest, budget };
}
