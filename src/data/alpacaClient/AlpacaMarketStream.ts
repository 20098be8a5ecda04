/**
 * Alpaca's live market data, stream v2, as a source: connects, signs in, keeps the subscriptions equal to what is
 * wanted, and hands on the rows of each frame. One connection at a time. A connection that ends, or that brings nothing
 * while the market is open, is made anew with growing, jittered pauses, and what may be missing is told as a gap (F44,
 * F45). Refused keys and plans end it for good.
 */
import { assertPaperKey, assertSecret, dataAddress } from '../../config/paperBoundary.js';
import { nyse } from '../../calendar/sessions.js';
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import type { PapertapeError } from '../../domain/errors.js';
import type { FeedQuality, MarketDataSource, SourceListener, SourceState } from '../../domain/marketSource.js';
import { SourceBarState } from '../../domain/marketSource.js';
import type { Micros } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import { pauseMs } from '../../utils/backoff.js';
import type { Clock } from '../../utils/clock.js';
import { Timers } from '../../utils/Timers.js';
import { StallWatch } from '../twelvedataClient/StallWatch.js';
import type { AlpacaFeed } from './alpacaFeeds.js';
import { feedQuality } from './alpacaFeeds.js';
import { FrameDecoder } from './FrameDecoder.js';
import type { WireFields } from './MessageReader.js';
import type { StreamVerdict } from './streamFaults.js';
import { judgeStreamError, lostConnection } from './streamFaults.js';
import { StreamSocket } from './StreamSocket.js';
import { StreamSubscriptions } from './StreamSubscriptions.js';
import { SymbolIndex } from './SymbolIndex.js';

/** What a stream is made of. */
export interface AlpacaStreamOptions {
  readonly feed: AlpacaFeed;
  readonly keyId: string;
  readonly secretKey: string;
  /** The address before `/v2/{feed}`; Alpaca's by default. */
  readonly url?: string;
  /** How messages are coded; JSON by default. */
  readonly coding?: 'json' | 'msgpack';
  /** Symbols that the plan allows; no limit by default. */
  readonly symbolLimit?: number;
  /** How long the regular session may be silent. */
  readonly stallAfterMs?: number;
  readonly calendar?: TradingCalendar;
  readonly clock: Clock;
  /** Uniform in [0, 1), for pauses. */
  readonly random: () => number;
}

const STREAM_URL = 'wss://stream.data.alpaca.markets';
/** Of what an error says, in our words about it. */
const LONGEST_QUOTE = 200;
const SIGN_IN_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 10_000;
const PAUSES = { firstMs: 250, longestMs: 30_000 };
/** After a refusal for want of a free place; a dead connection of ours holds it for a while. */
const PAUSES_OCCUPIED = { firstMs: 5_000, longestMs: 30_000 };
/** A connection that held so long begins the pauses anew. */
const STABLE_MS = 30_000;
const STALL_AFTER_MS = 60_000;
/** How often silence is looked at. */
const STALL_CHECK_MS = 5_000;

/** See the module header. */
export class AlpacaMarketStream implements MarketDataSource {
  readonly quality: FeedQuality;
  readonly #options: AlpacaStreamOptions;
  readonly #url: URL;
  readonly #index = new SymbolIndex();
  readonly #decoder = new FrameDecoder(this.#index);
  readonly #subscriptions: StreamSubscriptions;
  readonly #stall: StallWatch;
  readonly #timers: Timers;
  #listener: SourceListener | undefined;
  #socket: StreamSocket | undefined;
  #stopAnswerTimer: () => void = () => undefined;
  /** What was wanted before there was anybody to hear of it. */
  #wantedEarly: readonly string[] = [];
  /** Whether a call of the owner runs. */
  #isCalled = false;
  #isSignedIn = false;
  #isLive = false;
  #liveSince: Micros = 0;
  #stalledSince: Micros | undefined;
  /** When a stalled connection is given up. */
  #replaceAt: Micros = 0;
  #isStopped = false;
  #failures = 0;
  /** When this connection last proved to be there, and from when on data may be missing. */
  #lastHeardAt: Micros = 0;
  #gapSince: Micros | undefined;
  #missing = 0;
  readonly #counts = {
    frames: 0,
    trades: 0,
    quotes: 0,
    bars: 0,
    revisedBars: 0,
    statuses: 0,
    corrections: 0,
    cancels: 0,
    connections: 0,
    stalls: 0,
    streamErrors: 0,
  };

  /** Throws `LIVE_TRADING_REFUSED` for a host or key that is not one of paper or data, `CONFIG_INVALID` for none. */
  constructor(options: AlpacaStreamOptions) {
    assertPaperKey(options.keyId);
    assertSecret(options.secretKey);
    const base = dataAddress(options.url ?? STREAM_URL, 'stream');
    this.#url = new URL(`${base.pathname.replace(/\/$/, '')}/v2/${options.feed}`, base);
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.quality = feedQuality(options.feed);
    this.#subscriptions = new StreamSubscriptions(options.symbolLimit ?? Infinity, (symbol, state, reason) =>
      this.#hear((listener) => listener.onSymbol(symbol, state, reason)),
    );
    this.#stall = new StallWatch(options.calendar ?? nyse, (options.stallAfterMs ?? STALL_AFTER_MS) * 1000);
  }

  get symbols(): readonly string[] {
    return this.#index.names;
  }

  start(listener: SourceListener): void {
    assert(this.#listener === undefined, 'a source is started once');
    this.#listener = listener;
    this.want(this.#wantedEarly);
    this.#isCalled = true;
    this.#connect();
    this.#isCalled = false;
  }

  want(symbols: readonly string[]): void {
    this.#wantedEarly = symbols;
    const known = symbols.map((symbol) => this.#index.add(symbol) !== undefined);
    if (this.#listener === undefined || this.#isStopped) return;
    this.#isCalled = true;
    this.#subscriptions.want(symbols);
    for (const [at, symbol] of symbols.entries()) {
      if (known[at] !== true) this.#subscriptions.refuse(symbol, 'there are too many symbols');
    }
    if (this.#isSignedIn) this.#reconcile();
    this.#isCalled = false;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#decoder.counters() };
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#timers.cancelAll();
    await this.#socket?.close();
    this.#socket = undefined;
    this.#listener?.onState({ kind: 'stopped' });
  }

  #connect(): void {
    if (this.#isStopped) return;
    this.#tell({ kind: 'connecting', attempt: this.#failures + 1 });
    this.#counts.connections += 1;
    const { clock, coding = 'json' } = this.#options;
    const socket = new StreamSocket({
      url: this.#url,
      coding,
      clock,
      listener: {
        onOpen: () =>
          this.#awaitAnswer(SIGN_IN_WITHIN_MS, 'The sign-in to the Alpaca stream was not answered in 10 seconds.'),
        onFrame: (frame, isBinary) => this.#receive(frame, isBinary),
        onPong: () => this.#beat(),
        onEnd: (verdict, error) => this.#ended(verdict, error),
      },
    });
    this.#socket = socket;
  }

  /** The hot path: one call per frame. */
  #receive(frame: Buffer, isBinary: boolean): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    const now = this.#options.clock.now();
    const before = this.#lastHeardAt;
    const decoder = this.#decoder;
    const isReadable = decoder.decode(frame, isBinary, now);
    this.#lastHeardAt = now;
    this.#counts.frames += 1;
    const { rows } = decoder;
    if (rows.length > 0) {
      this.#count();
      if (this.#stalledSince !== undefined) this.#recover(this.#lastDataAt(), now);
      this.#stall.note(now - this.quality.delay);
      listener.onRows(rows);
    }
    if (this.#isStopped) return;
    if (!isReadable || decoder.missing !== this.#missing) {
      this.#missing = decoder.missing;
      if (this.#isLive) listener.onGap(before, now);
    }
    for (const correction of decoder.corrections) {
      this.#counts[correction.kind === 'cancel' ? 'cancels' : 'corrections'] += 1;
      listener.onCorrection(correction);
    }
    for (const control of decoder.controls) this.#control(control);
  }

  #count(): void {
    const { rows } = this.#decoder;
    const counts = this.#counts;
    counts.trades += rows.prints.length;
    counts.quotes += rows.quotes.length;
    counts.statuses += rows.statuses.length;
    counts.bars += rows.bars.length;
    for (let at = 0; at < rows.bars.length; at += 1) {
      if (rows.barStates[at] === SourceBarState.REVISED) counts.revisedBars += 1;
    }
  }

  #control(fields: WireFields): void {
    // The listener may have stopped the source, or the message before have ended the connection.
    if (this.#isStopped || this.#socket === undefined) return;
    const said = typeof fields['msg'] === 'string' ? fields['msg'] : '';
    if (fields['T'] === 'success' && said === 'connected') {
      const { keyId, secretKey } = this.#options;
      this.#socket.send({ action: 'auth', key: keyId, secret: secretKey });
    } else if (fields['T'] === 'success' && said === 'authenticated') {
      this.#isSignedIn = true;
      this.#subscriptions.reset();
      this.#stopAnswerTimer();
      this.#reconcile();
    } else if (fields['T'] === 'subscription') {
      this.#subscriptions.answered(fields);
      this.#stopAnswerTimer();
      this.#reconcile();
    } else if (fields['T'] === 'error') {
      this.#fail(fields['code'], said.replaceAll(this.#options.secretKey, '[secret]').slice(0, LONGEST_QUOTE));
    }
  }

  #fail(code: unknown, said: string): void {
    this.#counts.streamErrors += 1;
    const { verdict, error } = judgeStreamError(code, said);
    const isRequest = verdict === 'request' || verdict === 'limit';
    if (isRequest && this.#subscriptions.isWaiting) {
      this.#subscriptions.failed(said, verdict === 'limit');
      this.#stopAnswerTimer();
      this.#reconcile();
    } else if (verdict === 'channel' && this.#subscriptions.dropChannels()) {
      this.#stopAnswerTimer();
      this.#reconcile();
    } else if (verdict === 'channel') this.#socket?.end('fatal', error);
    else if (verdict !== 'note' && !isRequest) this.#socket?.end(verdict, error);
    // An answer to the sign-in that is no error of the key either.
    else if (!this.#isSignedIn) this.#socket?.end('reconnect', error);
  }

  /** Sends the next request, or is live when there is none. */
  #reconcile(): void {
    const request = this.#subscriptions.next();
    if (request !== undefined) {
      this.#socket?.send(request);
      this.#awaitAnswer(ANSWER_WITHIN_MS, 'The Alpaca stream did not answer a request for symbols in 10 seconds.');
      return;
    }
    if (this.#subscriptions.isWaiting || this.#isLive) return;
    this.#isLive = true;
    const now = this.#options.clock.now();
    this.#liveSince = now;
    this.#stall.expectFrom(now - this.quality.delay);
    this.#timers.after(STABLE_MS, () => (this.#failures = 0));
    this.#watch();
    this.#tell({ kind: 'live', since: now });
    const since = this.#gapSince;
    this.#gapSince = undefined;
    if (since !== undefined) this.#hear((listener) => listener.onGap(since, now));
  }

  /** A pong: the channel is alive although the market is silent (R9), unless it ought not to be. */
  #beat(): void {
    const now = this.#options.clock.now();
    this.#lastHeardAt = now;
    if (!this.#isLive || this.#stalledSince !== undefined || this.#index.names.length === 0) return;
    this.#listener?.onRows(this.#decoder.heartbeat(now - this.quality.delay, now));
  }

  #watch(): void {
    this.#timers.after(STALL_CHECK_MS, () => {
      const now = this.#options.clock.now();
      const market = now - this.quality.delay;
      const isWanted = this.#index.names.length > 0;
      if (isWanted && this.#stalledSince === undefined && this.#stall.dueAt(market) <= market) {
        this.#stalledSince = now;
        this.#replaceAt = now + this.#stall.limit;
        this.#stall.stalled();
        this.#counts.stalls += 1;
        this.#tell({ kind: 'stalled', since: now });
      } else if (this.#stalledSince !== undefined && now >= this.#replaceAt) {
        this.#socket?.end('reconnect', lostConnection('The Alpaca stream brings nothing although the market is open.'));
        return;
      }
      this.#watch();
    });
  }

  /** Data came after all; nobody knows whether all of it did. */
  #recover(since: Micros, now: Micros): void {
    this.#stalledSince = undefined;
    this.#tell({ kind: 'live', since: now });
    this.#listener?.onGap(since, now);
  }

  /** When this connection last brought data, or began to be whole. */
  #lastDataAt(): Micros {
    return Math.max(this.#liveSince, this.#stall.lastPriceAt + this.quality.delay);
  }

  #ended(verdict: StreamVerdict, error: PapertapeError): void {
    if (this.#isStopped) return;
    this.#timers.cancelAll();
    this.#socket = undefined;
    // Whatever came after the first loss is missing until a connection is whole again.
    if (this.#isLive) this.#gapSince ??= this.#stalledSince === undefined ? this.#lastHeardAt : this.#lastDataAt();
    this.#isSignedIn = false;
    this.#isLive = false;
    this.#stalledSince = undefined;
    if (verdict === 'fatal') {
      this.#tell({ kind: 'failed', error });
      return;
    }
    const { clock, random } = this.#options;
    const pauses = verdict === 'occupied' ? PAUSES_OCCUPIED : PAUSES;
    const waitMs = Math.ceil(pauseMs(pauses, this.#failures, random));
    this.#failures += 1;
    const retryAt = clock.now() + waitMs * 1000;
    this.#timers.after(waitMs, () => this.#connect());
    this.#tell({ kind: 'waiting', attempt: this.#failures, retryAt, error });
  }

  #tell(state: SourceState): void {
    this.#hear((listener) => listener.onState(state));
  }

  /** Tells the listener, of what a call of the owner led to right after it. */
  #hear(tell: (listener: SourceListener) => void): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    if (!this.#isCalled) return tell(listener);
    queueMicrotask(() => {
      if (!this.#isStopped) tell(listener);
    });
  }

  #awaitAnswer(ms: number, text: string): void {
    this.#stopAnswerTimer();
    this.#stopAnswerTimer = this.#timers.after(ms, () => this.#socket?.end('reconnect', lostConnection(text)));
  }
}
