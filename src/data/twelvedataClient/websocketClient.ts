/**
 * Twelve Data's stream as a source of market data: sampled prices of the symbols that are wanted, over one connection
 * that is made again whenever it ends. What happens while it is down is lost on the stream; {@link
 * SourceListener.onGap} says from when to when.
 *
 * Only a refused key (or a plan without the stream) ends it for good, and a server that hangs up on it several times in
 * a row right after it came, which is what a second process with the same key looks like. Every other end is followed
 * by another try after a growing, jittered pause. Whatever a message holds, it throws nothing and is counted.
 */
import { nyse } from '../../calendar/sessions.js';
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import { PapertapeError } from '../../domain/errors.js';
import type { ErrorCode } from '../../domain/errors.js';
import type { FeedQuality, MarketDataSource, SourceListener, SourceState } from '../../domain/marketSource.js';
import { SECOND } from '../../domain/timeframe.js';
import type { DurationMicros, Micros, Price, Shares } from '../../domain/units.js';
import { pauseMs } from '../../utils/backoff.js';
import type { Backoff } from '../../utils/backoff.js';
import type { Clock } from '../../utils/clock.js';
import { assertApiKey, withoutKey } from './apiKey.js';
import type { Instrument } from './instruments.js';
import { MessageBudget } from './MessageBudget.js';
import { DAY_VOLUME, NOT_DECODED, PRICE, PriceDecoder, TIME } from './PriceDecoder.js';
import { PriceRows, Refusal } from './PriceRows.js';
import { StallWatch } from './StallWatch.js';
import { StreamConnection } from './StreamConnection.js';
import type { ConnectionEnd } from './StreamConnection.js';
import { createStreamCounters } from './streamCounters.js';
import type { StreamCounters } from './streamCounters.js';
import { readMessage } from './streamMessages.js';
import type { StreamMessage } from './streamMessages.js';
import { Subscriptions } from './Subscriptions.js';

/** What the stream works with. */
export interface WebsocketClientOptions {
  readonly apiKey: string;
  readonly streamUrl?: string;
  /** Limits of the plan. */
  readonly streamSymbols: number;
  readonly streamMessagesPerMinute: number;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the pauses. */
  readonly random: () => number;
  /** One line for people; never holds the key. */
  readonly log: (line: string) => void;
  readonly calendar?: TradingCalendar;
  /** Instruments that a text says too little of. */
  readonly instrumentOf?: (wanted: string) => Instrument | undefined;
  /** Hears every message as it came, for a recording. */
  readonly onRaw?: (receivedAt: Micros, connection: number, text: string) => void;
  /** How long no price may come in regular hours. */
  readonly stallAfter?: DurationMicros;
}

const STREAM_URL = 'wss://ws.twelvedata.com/v1/quotes/price';
const QUALITY: FeedQuality = { source: 'twelvedata', coverage: 'sampled', delay: 0 };
/** A pause is at least half of it: one second. */
const PAUSES: Backoff = { firstMs: 2_000, longestMs: 30_000 };
/** A connection that lasted so long was a good one; the next pause is short again. */
const STABLE = 60 * SECOND;
/** So many good connections in a row that the server ended within a minute are evictions. */
const MOST_EVICTIONS = 5;
/** Codes of a server that restarts or has trouble; every other clean end may be an eviction. */
const RESTART_CODES: readonly number[] = [1001, 1011, 1012, 1013, 1014];
const STALL_AFTER: DurationMicros = 90 * SECOND;
const BETWEEN_MESSAGES_MS = 250;
const ANSWER_WITHIN_MS = 30_000;
const MOST_SYMBOLS = 65_536;
/** Lines of log about messages that are not understood; the counters have all of them. */
const MOST_LINES = 20;

/** See the module header. */
export class WebsocketClient implements MarketDataSource {
  readonly quality = QUALITY;
  readonly #options: WebsocketClientOptions;
  readonly #url: URL;
  readonly #symbols: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #subscriptions: Subscriptions;
  readonly #budget: MessageBudget;
  readonly #decoder = new PriceDecoder();
  readonly #prices: PriceRows;
  readonly #watch: StallWatch;
  readonly #counters: StreamCounters = createStreamCounters();
  /** By symbol id: 1 if its prices are wanted. */
  #isWanted = new Uint8Array(64);
  #listener: SourceListener | undefined;
  #connection: StreamConnection | undefined;
  #openedAt: Micros | undefined;
  #attempt = 0;
  #evictions = 0;
  #lines = 0;
  #hasAskedAgain = false;
  /** From when on something may be missing, until that was told. */
  #gapSince: Micros | undefined;
  /** What was wanted before there was anybody to hear of refusals. */
  #wantedEarly: readonly string[] = [];
  /** Whether a call of the owner runs: then the listener hears of it right after, not in the midst. */
  #isCalled = false;
  #hasStopped = false;
  #stopRetry: () => void = () => undefined;
  #stopSending: (() => void) | undefined;
  #stopWaiting: () => void = () => undefined;
  #stopWatch: () => void = () => undefined;

  /** Throws `SOURCE_KEY_REFUSED` for a malformed key, `CONFIG_INVALID` for a malformed address. */
  constructor(options: WebsocketClientOptions) {
    assertApiKey(options.apiKey);
    this.#options = options;
    this.#url = streamAddress(options.streamUrl ?? STREAM_URL);
    const calendar = options.calendar ?? nyse;
    this.#budget = new MessageBudget(options.streamMessagesPerMinute);
    this.#prices = new PriceRows(calendar);
    this.#watch = new StallWatch(calendar, options.stallAfter ?? STALL_AFTER);
    this.#subscriptions = new Subscriptions({
      mostSymbols: Math.min(options.streamSymbols, MOST_SYMBOLS),
      ...(options.instrumentOf === undefined ? {} : { instrumentOf: options.instrumentOf }),
      onSymbol: (symbol, state, reason) => {
        this.#counters[state] += 1;
        const clean = reason === undefined ? undefined : this.#clean(reason);
        this.#hear((listener) => listener.onSymbol(symbol, state, clean));
      },
    });
  }

  get symbols(): readonly string[] {
    return this.#symbols;
  }

  start(listener: SourceListener): void {
    if (this.#listener !== undefined || this.#hasStopped) return;
    this.#listener = listener;
    this.want(this.#wantedEarly);
    this.#isCalled = true;
    this.#connect();
    this.#isCalled = false;
  }

  want(symbols: readonly string[]): void {
    if (this.#hasStopped) return;
    for (const symbol of symbols) this.#idOf(symbol);
    this.#wantedEarly = [...symbols];
    if (this.#listener === undefined) return;
    this.#isCalled = true;
    this.#subscriptions.want(symbols.filter((symbol) => this.#ids.has(symbol)));
    this.#isCalled = false;
    this.#admit();
    this.#send();
    this.#settle();
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters, sizesUnknown: this.#prices.unknownSizes, dayVolumeFell: this.#prices.volume.falls };
  }

  async stop(): Promise<void> {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    this.#cancelTimers();
    const connection = this.#connection;
    this.#connection = undefined;
    const listener = this.#listener;
    this.#listener = undefined;
    await connection?.close();
    listener?.onState({ kind: 'stopped' });
  }

  #connect(): void {
    const { apiKey, clock } = this.#options;
    this.#tell({ kind: 'connecting', attempt: this.#attempt });
    this.#counters.connections += 1;
    this.#openedAt = undefined;
    this.#connection = new StreamConnection({
      url: this.#url,
      apiKey,
      clock,
      mayBeat: () => this.#maySend(true),
      listener: {
        onOpen: () => this.#open(),
        onMessage: (bytes, receivedAt) => this.#receive(bytes, receivedAt),
        onEnd: (end) => this.#end(end),
      },
    });
  }

  #open(): void {
    const now = this.#options.clock.now();
    this.#openedAt = now;
    this.#hasAskedAgain = false;
    this.#prices.connected(now);
    this.#subscriptions.connected();
    this.#watch.expectFrom(now);
    this.#tell({ kind: 'live', since: now });
    this.#send();
    this.#settle();
    this.#armWatch();
  }

  #receive(bytes: Buffer, receivedAt: Micros): void {
    const counters = this.#counters;
    counters.messages += 1;
    this.#options.onRaw?.(receivedAt, counters.connections, bytes.toString('utf8'));
    const symbolId = this.#decoder.decode(bytes);
    if (symbolId === NOT_DECODED) return this.#read(bytes.toString('utf8'), receivedAt);
    const { values } = this.#decoder;
    counters.decoded += 1;
    this.#take(symbolId, values[TIME] ?? NaN, values[PRICE] ?? NaN, values[DAY_VOLUME] ?? NaN, receivedAt);
  }

  #take(symbolId: number, time: Micros, price: Price, dayVolume: Shares, receivedAt: Micros): void {
    const counters = this.#counters;
    if (this.#isWanted[symbolId] !== 1) {
      counters.unwantedPrices += 1;
      return;
    }
    const refusal = this.#prices.take(symbolId, time, price, dayVolume, receivedAt);
    if (refusal === Refusal.FUTURE) counters.refusedFuture += 1;
    else if (refusal === Refusal.STALE) counters.refusedStale += 1;
    else {
      counters.prices += 1;
      this.#watch.note(receivedAt);
      this.#listener?.onRows(this.#prices.rows);
    }
  }

  /** Everything that is no usual price. */
  #read(text: string, receivedAt: Micros): void {
    const message = readMessage(text);
    switch (message.kind) {
      case 'price':
        return this.#takePrice(message, text, receivedAt);
      case 'refusedPrice':
        this.#counters[`refused.${message.field}.${message.fault}`] += 1;
        return this.#note(
          `A price of ${message.symbol ?? 'no symbol'} was refused: ${message.field} ${message.fault}.`,
        );
      case 'status':
        if (this.#subscriptions.confirmed === 0) this.#watch.expectFrom(receivedAt);
        this.#subscriptions.take(message);
        this.#admit();
        this.#send();
        return this.#settle();
      case 'heartbeat':
        this.#counters.heartbeats += 1;
        return undefined;
      case 'error':
        this.#counters.errors += 1;
        return this.#note(`The server reported the error ${message.code ?? '(no code)'}: ${message.message}`);
      case 'unknown':
        this.#counters.unknown += 1;
        return this.#note(`A message with the unknown event ${message.event ?? '(none)'} came.`);
      case 'notJson':
        this.#counters.notJson += 1;
        return this.#note('A message that is not JSON came.');
    }
  }

  #takePrice(message: StreamMessage & { readonly kind: 'price' }, text: string, receivedAt: Micros): void {
    const symbol = this.#subscriptions.symbolOf(message.instrument);
    const symbolId = symbol === undefined ? undefined : this.#ids.get(symbol);
    if (symbolId === undefined) {
      this.#counters.unknownSymbols += 1;
      return this.#note(`A price of ${message.instrument.symbol} came, which is not wanted.`);
    }
    this.#decoder.learn(text, symbolId);
    this.#take(symbolId, message.time, message.price, message.dayVolume, receivedAt);
  }

  /** Sends what is to be sent, a message at a time. */
  #send(): void {
    const { clock } = this.#options;
    if (this.#openedAt === undefined || this.#stopSending !== undefined) return;
    const waitMs = this.#budget.waitMs(clock.monotonicMs());
    const text = waitMs > 0 ? undefined : this.#subscriptions.next();
    if (waitMs === 0 && text === undefined) return;
    if (text !== undefined) {
      this.#maySend(false);
      this.#connection?.send(text);
      this.#awaitAnswers();
    }
    this.#stopSending = clock.setTimer(Math.max(waitMs, BETWEEN_MESSAGES_MS), () => {
      this.#stopSending = undefined;
      this.#send();
      this.#settle();
    });
  }

  #awaitAnswers(): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#options.clock.setTimer(ANSWER_WITHIN_MS, () => {
      const missing = this.#subscriptions.giveUpWaiting(!this.#hasAskedAgain);
      if (missing > 0) this.#note(`The server did not answer the subscription of ${missing} symbols.`);
      this.#counters.unanswered += missing;
      this.#hasAskedAgain = true;
      this.#send();
      this.#settle();
    });
  }

  /** Tells the gap once everything is subscribed again. */
  #settle(): void {
    const since = this.#gapSince;
    if (this.#openedAt === undefined || !this.#subscriptions.isRestored) return;
    this.#stopWaiting();
    if (since === undefined) return;
    this.#gapSince = undefined;
    const until = this.#options.clock.now();
    this.#hear((listener) => listener.onGap(since, until));
  }

  #maySend(keepsAlive: boolean): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#budget.waitMs(nowMs, keepsAlive) > 0) return false;
    this.#budget.spend(nowMs);
    return true;
  }

  #armWatch(): void {
    const { clock } = this.#options;
    this.#stopWatch();
    const now = clock.now();
    this.#stopWatch = clock.setTimer((this.#watch.dueAt(now) - now) / 1_000, () => {
      const later = clock.now();
      if (this.#subscriptions.confirmed === 0) this.#watch.expectFrom(later);
      if (later < this.#watch.dueAt(later)) return this.#armWatch();
      this.#counters.stalls += 1;
      const since = Math.max(this.#watch.lastPriceAt, this.#openedAt ?? 0);
      this.#gapSince = Math.min(since, this.#gapSince ?? since);
      this.#tell({ kind: 'stalled', since });
      this.#watch.stalled();
      this.#connection?.drop('no price came although the market is open');
    });
  }

  #end(end: ConnectionEnd): void {
    const { clock, random } = this.#options;
    const now = clock.now();
    const opened = this.#openedAt;
    const heardAt = this.#connection?.lastHeardAt ?? now;
    this.#cancelTimers();
    this.#connection = undefined;
    this.#openedAt = undefined;
    if (opened !== undefined) {
      this.#gapSince = Math.min(heardAt, this.#gapSince ?? heardAt);
      if (now - opened >= STABLE) this.#attempt = 0;
    } else this.#counters.upgradesRefused += end.kind === 'refused' ? 1 : 0;
    if (end.kind === 'noPong') this.#counters.pongsMissed += 1;
    if (end.kind === 'keyRefused' || end.kind === 'planRefused') {
      return this.#fail(
        end.kind === 'keyRefused' ? 'SOURCE_KEY_REFUSED' : 'SOURCE_PLAN_REFUSED',
        end.reason,
        CHECK_KEY,
      );
    }
    const isEviction =
      end.kind === 'closed' && !RESTART_CODES.includes(end.code ?? 0) && opened !== undefined && now - opened < STABLE;
    this.#evictions = isEviction ? this.#evictions + 1 : 0;
    if (this.#evictions === MOST_EVICTIONS) {
      const reason = `${MOST_EVICTIONS} connections in a row were ended within a minute; the last time ${end.reason}`;
      return this.#fail('SOURCE_PLAN_REFUSED', reason, ONE_PROCESS);
    }
    const delayMs = Math.round(pauseMs(PAUSES, this.#attempt, random));
    this.#attempt += 1;
    const error = unavailable('SOURCE_UNAVAILABLE', end.reason, RETRIES);
    this.#tell({ kind: 'waiting', attempt: this.#attempt, retryAt: now + delayMs * 1_000, error });
    this.#options.log(`${error.message} The next try follows in ${(delayMs / 1_000).toFixed(1)} s.`);
    this.#stopRetry = clock.setTimer(delayMs, () => this.#connect());
  }

  #fail(code: ErrorCode, reason: string, remedy: string): void {
    const error = unavailable(code, reason, remedy);
    this.#tell({ kind: 'failed', error });
    this.#options.log(`${error.message} It is not tried again.`);
  }

  #tell(state: SourceState): void {
    this.#hear((listener) => listener.onState(state));
  }

  #hear(tell: (listener: SourceListener) => void): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    if (!this.#isCalled) return tell(listener);
    queueMicrotask(() => {
      if (this.#listener === listener) tell(listener);
    });
  }

  #note(line: string): void {
    this.#lines += 1;
    if (this.#lines > MOST_LINES) return;
    const last = this.#lines === MOST_LINES ? ' Further messages of the kind are only counted.' : '';
    this.#options.log(`${this.#clean(line)}${last}`);
  }

  #idOf(symbol: string): void {
    if (this.#ids.has(symbol) || this.#symbols.length === MOST_SYMBOLS) return;
    this.#ids.set(symbol, this.#symbols.length);
    this.#symbols.push(symbol);
  }

  #admit(): void {
    if (this.#symbols.length > this.#isWanted.length) {
      const grown = new Uint8Array(this.#symbols.length * 2);
      grown.set(this.#isWanted);
      this.#isWanted = grown;
    }
    let isMore = false;
    for (const [symbol, id] of this.#ids) {
      const isWanted = this.#subscriptions.isWanted(symbol);
      if (isWanted && this.#isWanted[id] !== 1) isMore = true;
      this.#isWanted[id] = isWanted ? 1 : 0;
    }
    // A ticker that is wanted of another market, too, may now mean another symbol.
    if (isMore) this.#decoder.forget();
  }

  #cancelTimers(): void {
    this.#stopRetry();
    this.#stopSending?.();
    this.#stopSending = undefined;
    this.#stopWaiting();
    this.#stopWatch();
  }

  #clean(text: string): string {
    return withoutKey(text, this.#options.apiKey);
  }
}

const RETRIES = 'It is tried again by itself; check the network if this goes on.';
const CHECK_KEY = 'Check the key on the account page of Twelve Data, and whether its plan has the stream.';
const ONE_PROCESS = 'End the other program that uses the key, or take a plan with more connections; then start again.';

function unavailable(code: ErrorCode, reason: string, remedy: string): PapertapeError {
  return new PapertapeError(code, `Twelve Data's stream is down: ${reason}.`, { remedy });
}

function streamAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUsable = url !== undefined && (url.protocol === 'ws:' || url.protocol === 'wss:') && url.search === '';
  if (isUsable) return url;
  throw new PapertapeError(
    'CONFIG_INVALID',
    'The address of the Twelve Data stream is not understood: it begins with wss:// or ws:// and has no query.',
    { remedy: `Leave it out for ${STREAM_URL}, or give the address of a server of your own; the key is set apart.` },
  );
}
