/**
 * Fans the session's updates out to the clients' streams. Updates are collected for a short while, merged per
 * topic, made into text once and sent to everyone who wants the topic.
 */
import { isTopic, MAX_TOPICS, StreamClose } from '../../contracts/index.js';
import type { Health, Topic, TopicUpdate } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import { isTimeframe } from '../../domain/timeframe.js';
import type { Timeframe } from '../../domain/timeframe.js';
import type { Clock } from '../../utils/clock.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import type { AuthService, Principal } from '../microservices/AuthService.js';
import type { TradingSession } from '../tradingSession.js';
import { ClientStream, tailOf } from './ClientStream.js';
import type { StreamSocket } from './ClientStream.js';
import { mergeUpdates } from './mergeUpdates.js';

/** Updates are collected this long: about three frames of a screen. */
const FLUSH_MS = 50;
/** How often health and sign-ins are looked at. */
const HEALTH_MS = 2000;
/** How long a lost connection can be resumed. */
const RESUME_MS = 30_000;
const SNAPSHOT_ROWS = 200;
const SNAPSHOT_BARS = 500;
const SNAPSHOT_EQUITY = 2000;
/** Streams per user, lost ones that can be resumed included. */
const MAX_STREAMS_PER_USER = 16;

interface BarsWatch {
  count: number;
  readonly stop: () => void;
}

/** All streams of the gateway. */
export class StreamHub {
  readonly #session: TradingSession;
  readonly #auth: AuthService;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #health: () => Health;
  readonly #streams = new Map<string, ClientStream>();
  readonly #collected = new Map<Topic, TopicUpdate>();
  readonly #watches = new Map<Topic, BarsWatch>();
  readonly #stopListening: (() => void)[] = [];
  #cancelFlush: (() => void) | undefined;
  #cancelHealth: (() => void) | undefined;
  #lastHealth = '';
  /** Of the session that updates were last told of. */
  #sessionId: string | undefined;
  #hasNewSession = false;
  #closed = false;

  constructor(options: {
    readonly session: TradingSession;
    readonly auth: AuthService;
    readonly clock: Clock;
    readonly ids: IdGenerator;
    readonly health: () => Health;
  }) {
    this.#session = options.session;
    this.#auth = options.auth;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#health = options.health;
    this.#stopListening.push(
      this.#session.onUpdate((update) => {
        this.#collect(update);
      }),
      this.#auth.onSignInsEnded(() => void this.#closeEnded()),
    );
    this.#scheduleHealth();
  }

  /** Number of streams, lost ones that can be resumed included. */
  get size(): number {
    return this.#streams.size;
  }

  /** Begins a stream for a signed-in user, or resumes one of theirs. Closes the socket when there are too many. */
  open(
    socket: StreamSocket,
    principal: Principal,
    resume?: { readonly streamId: string; readonly after: number },
  ): ClientStream | undefined {
    const old = resume === undefined ? undefined : this.#streams.get(resume.streamId);
    if (old !== undefined && resume !== undefined && this.#mayResume(old, principal, resume.after)) {
      old.attach(socket);
      this.#hello(old, true);
      old.resumeAfter(resume.after);
      return old;
    }
    if (!this.#makeRoom(principal.userId)) {
      socket.close(StreamClose.RATE_LIMITED, 'Too many streams of this user.');
      return undefined;
    }
    const stream = new ClientStream(this.#ids.id(), principal, () => this.#clock.monotonicMs());
    this.#streams.set(stream.id, stream);
    stream.attach(socket);
    this.#hello(stream, false);
    if (resume !== undefined) {
      stream.control({ type: 'resync', reason: 'The missed messages are no longer kept; subscribe again.' });
    }
    return stream;
  }

  /** The socket of a stream is gone; the stream can be resumed for a while. */
  lost(stream: ClientStream): void {
    stream.detach();
  }

  /** Adds topics to a stream: each answers with its snapshot. Errors are told on the stream. */
  async subscribe(stream: ClientStream, topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) {
      if (stream.topics.has(topic)) continue;
      if (stream.topics.size >= MAX_TOPICS) {
        this.#tell(stream, new PapertapeError('RATE_LIMITED', `One stream has at most ${MAX_TOPICS} topics.`));
        return;
      }
      stream.beginTopic(topic);
      await this.#load(stream, topic, () => {
        this.#watch(topic);
      });
    }
  }

  /** Sends the snapshot of a topic that has begun, after `prepare`; a topic that cannot be read ends. */
  async #load(stream: ClientStream, topic: Topic, prepare?: () => void): Promise<void> {
    try {
      prepare?.();
      stream.snapshot(await this.#snapshot(topic));
    } catch (error) {
      this.unsubscribe(stream, [topic]);
      this.#tell(stream, error);
    }
  }

  /** Removes topics from a stream. */
  unsubscribe(stream: ClientStream, topics: readonly Topic[]): void {
    for (const topic of topics) {
      if (!stream.topics.has(topic)) continue;
      stream.endTopic(topic);
      this.#unwatch(topic);
    }
  }

  /** Ends every stream. */
  close(reason: string): void {
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    this.#cancelFlush?.();
    this.#cancelHealth?.();
    for (const stream of [...this.#streams.values()]) this.#end(stream, 1001, reason);
  }

  #mayResume(stream: ClientStream, principal: Principal, after: number): boolean {
    return !stream.connected && stream.principal.userId === principal.userId && stream.canResume(after);
  }

  #hello(stream: ClientStream, resumed: boolean): void {
    const { name, role } = stream.principal;
    stream.control({ type: 'hello', streamId: stream.id, resumed, seq: stream.seq, userName: name, role });
  }

  #collect(update: TopicUpdate): void {
    if (this.#closed) return;
    if (update.topic === 'session') {
      const { sessionId } = update.data;
      this.#hasNewSession ||= this.#sessionId !== undefined && this.#sessionId !== sessionId;
      this.#sessionId = sessionId;
    }
    const waiting = this.#collected.get(update.topic);
    this.#collected.set(update.topic, waiting === undefined ? update : mergeUpdates(waiting, update));
    this.#cancelFlush ??= this.#clock.setTimer(FLUSH_MS, () => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    if (this.#hasNewSession) this.#renew();
    for (const [topic, update] of this.#collected) {
      let tail: string | undefined;
      for (const stream of this.#streams.values()) {
        if (!stream.topics.has(topic)) continue;
        tail ??= tailOf(update);
        stream.publish(update, tail);
      }
    }
    this.#collected.clear();
    for (const stream of [...this.#streams.values()]) if (!stream.flush()) this.#forget(stream);
  }

  /**
   * Sends every topic anew once another session, as that of the next day, has taken the place of the last: ids
   * begin again with it, so that its rows must replace those a client holds and not mix with them.
   */
  #renew(): void {
    this.#hasNewSession = false;
    // The snapshots hold what these say of the new session; the rest is of the old one.
    this.#collected.clear();
    for (const stream of this.#streams.values()) {
      for (const topic of stream.topics) {
        stream.restartTopic(topic);
        void this.#load(stream, topic);
      }
    }
  }

  #scheduleHealth(): void {
    this.#cancelHealth = this.#clock.setTimer(HEALTH_MS, () => {
      this.#publishHealth();
      void this.#closeEnded();
      for (const stream of [...this.#streams.values()]) {
        if (stream.detachedMs > RESUME_MS || !stream.flush()) this.#forget(stream);
      }
      if (!this.#closed) this.#scheduleHealth();
    });
  }

  #publishHealth(): void {
    const health = this.#health();
    const text = JSON.stringify(health);
    if (text === this.#lastHealth) return;
    this.#lastHealth = text;
    this.#collect({ topic: 'health', data: health });
  }

  /** Closes streams whose sign-in has ended or whose user has another role now (S39). */
  async #closeEnded(): Promise<void> {
    for (const stream of [...this.#streams.values()]) {
      const now = await this.#auth.stillSignedIn(stream.principal.signInId);
      if (now === undefined) this.#end(stream, StreamClose.UNAUTHENTICATED, 'The sign-in has ended.');
      else if (now.role !== stream.principal.role) {
        this.#end(stream, StreamClose.UNAUTHENTICATED, 'The role has changed; connect again.');
      }
    }
  }

  #end(stream: ClientStream, code: number, reason: string): void {
    stream.close(code, reason);
    this.#forget(stream);
  }

  #forget(stream: ClientStream): void {
    if (!this.#streams.delete(stream.id)) return;
    this.unsubscribe(stream, [...stream.topics]);
  }

  #tell(stream: ClientStream, error: unknown): void {
    if (error instanceof PapertapeError) {
      stream.control({ type: 'error', code: error.code, message: error.message });
      return;
    }
    stream.control({ type: 'error', code: 'INTERNAL', message: 'Papertape could not read this topic.' });
  }

  /** Whether the user may have one more stream; lost ones give way to it, oldest first. */
  #makeRoom(userId: string): boolean {
    const own = [...this.#streams.values()].filter((stream) => stream.principal.userId === userId);
    if (own.length < MAX_STREAMS_PER_USER) return true;
    const lost = own.find((stream) => !stream.connected);
    if (lost !== undefined) this.#forget(lost);
    return lost !== undefined;
  }

  #watch(topic: Topic): void {
    const series = seriesOf(topic);
    if (series === undefined) return;
    const watch = this.#watches.get(topic);
    if (watch !== undefined) {
      watch.count += 1;
      return;
    }
    if (!this.#session.info().symbols.includes(series.symbol)) {
      throw new PapertapeError('SYMBOL_UNKNOWN', `This session has no symbol ${series.symbol}.`);
    }
    const stop = this.#session.watchBars(series.symbol, series.timeframe, (update) => {
      this.#collect(update);
    });
    this.#watches.set(topic, { count: 1, stop });
  }

  #unwatch(topic: Topic): void {
    const watch = this.#watches.get(topic);
    if (watch === undefined) return;
    watch.count -= 1;
    if (watch.count > 0) return;
    watch.stop();
    this.#watches.delete(topic);
  }

  async #snapshot(topic: Topic): Promise<TopicUpdate> {
    const session = this.#session;
    switch (topic) {
      case 'session':
        return { topic, data: session.info() };
      case 'quotes':
        return { topic, data: session.quotes() };
      case 'orders':
        return { topic, data: session.orders({ openOnly: false, limit: SNAPSHOT_ROWS }) };
      case 'fills':
        return { topic, data: session.fills({ limit: SNAPSHOT_ROWS }) };
      case 'positions':
        return { topic, data: session.positions() };
      case 'account':
        return { topic, data: session.account() };
      case 'equity':
        return { topic, data: session.equity(SNAPSHOT_EQUITY) };
      case 'scenarios':
        return { topic, data: session.scenarios({ orders: SNAPSHOT_ROWS, points: SNAPSHOT_EQUITY }) };
      case 'strategies':
        return { topic, data: session.strategies() };
      case 'signals':
        return { topic, data: session.signals({ limit: SNAPSHOT_ROWS }) };
      case 'logs':
        return { topic, data: session.logs(SNAPSHOT_ROWS) };
      case 'health':
        return { topic, data: this.#health() };
      default: {
        const series = seriesOf(topic);
        if (series === undefined) throw new PapertapeError('REQUEST_INVALID', `${topic} is not a topic.`);
        return { topic, data: await session.bars({ ...series, limit: SNAPSHOT_BARS }) };
      }
    }
  }
}

/** Symbol and timeframe of a `bars` topic; undefined for other topics and unknown timeframes. */
function seriesOf(topic: Topic): { readonly symbol: string; readonly timeframe: Timeframe } | undefined {
  if (!isTopic(topic)) return undefined;
  const [family, symbol, timeframe] = topic.split(':');
  if (family !== 'bars' || symbol === undefined || timeframe === undefined || !isTimeframe(timeframe)) return undefined;
  return { symbol, timeframe };
}
