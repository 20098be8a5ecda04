/**
 * The WebSocket client of `/api/v1/stream`: authenticates with a ticket, subscribes, checks that sequence
 * numbers grow by one, and reconnects with exponential backoff and jitter, resuming where it stopped.
 * A connection that says nothing, not even to a ping, counts as lost: silence is never taken for calm.
 */
import { StreamClose, TOPIC_SCHEMAS, controlMessageSchema } from '../../../src/contracts/index.js';
import type { ClientMessage, Topic, TopicFamily, TopicUpdate } from '../../../src/contracts/index.js';

/**
 * State of the connection. `stale`: connected, but nothing has come for {@link STALE_AFTER_MS}. `waiting`: lost,
 * the next try comes at `retryAt` (milliseconds of the injected clock). `ended`: the sign-in is over.
 */
export type ConnectionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly retryAt: number }
  | { readonly kind: 'ended'; readonly reason: string };

/** The part of a WebSocket that the client uses. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
}

/** What happens to a stream, in order. */
export interface StreamListener {
  onUpdate(kind: 'snapshot' | 'delta', update: TopicUpdate): void;
  /** Everything received before is void; snapshots follow. */
  onResync(): void;
  onState(state: ConnectionState): void;
}

/** What the client needs from outside, so that tests can give their own. */
export interface StreamClientOptions {
  readonly open: () => Socket;
  /** A fresh ticket; rejects when it cannot be had. */
  readonly ticket: () => Promise<string>;
  readonly now: () => number;
  /** Calls `task` after `delayMs`; returns a function that takes that back. */
  readonly after: (delayMs: number, task: () => void) => () => void;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly listener: StreamListener;
}

/** A ping goes out after this much silence. */
export const PING_AFTER_MS = 5_000;
/** Silence that is shown to the user. */
export const STALE_AFTER_MS = 8_000;
/** Silence after which the connection is given up. */
export const LOST_AFTER_MS = 15_000;
/** A connection that is not through by then is given up. */
export const CONNECT_TIMEOUT_MS = 10_000;
const BACKOFF_FIRST_MS = 400;
const BACKOFF_MAX_MS = 15_000;
const WATCH_EVERY_MS = 1_000;

/** Delay before try number `attempt` (from 1): doubles up to a limit; jitter takes away up to half. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (1 - random / 2));
}

/** The WebSocket client. */
export class StreamClient {
  readonly #options: StreamClientOptions;
  /** How many users each topic has. */
  readonly #topics = new Map<Topic, number>();
  /** Topics that the server knows of on the current stream. */
  readonly #subscribed = new Set<Topic>();
  #state: ConnectionState = { kind: 'idle' };
  #socket: Socket | undefined;
  #position: { streamId: string; seq: number } | undefined;
  #attempt = 0;
  #heardAt = 0;
  #pingedAt = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: StreamClientOptions) {
    this.#options = options;
  }

  /** Connects, and stays connected until {@link stop}. */
  start(): void {
    if (this.#state.kind !== 'idle' && this.#state.kind !== 'ended') return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Closes the connection and forgets the place in the stream; subscriptions are kept for the next start. */
  stop(): void {
    this.#drop();
    this.#position = undefined;
    this.#subscribed.clear();
    this.#setState({ kind: 'idle' });
  }

  /** Tries at once instead of waiting for the backoff to end. */
  retryNow(): void {
    if (this.#state.kind === 'waiting') this.#connect();
  }

  /** Subscribes a topic until the returned function is called; the last user of a topic ends it. */
  subscribe(topic: Topic): () => void {
    const users = this.#topics.get(topic) ?? 0;
    this.#topics.set(topic, users + 1);
    if (users === 0) this.#reconcile();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#topics.get(topic) ?? 1) - 1;
      if (left > 0) {
        this.#topics.set(topic, left);
        return;
      }
      this.#topics.delete(topic);
      this.#reconcile();
    };
  }

  #setState(state: ConnectionState): void {
    if (state.kind === this.#state.kind && state.kind !== 'waiting' && state.kind !== 'connecting') return;
    this.#state = state;
    this.#options.listener.onState(state);
  }

  #connect(): void {
    this.#drop();
    this.#attempt += 1;
    this.#setState({ kind: 'connecting', attempt: this.#attempt });
    this.#cancelTimer = this.#options.after(CONNECT_TIMEOUT_MS, () => this.#lost());
    const attempt = this.#attempt;
    this.#options.ticket().then(
      (ticket) => {
        if (this.#isConnecting(attempt)) this.#openSocket(ticket);
      },
      (cause: unknown) => {
        if (!this.#isConnecting(attempt)) return;
        const status = typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : 0;
        if (status === 401 || status === 403) this.#end('Your sign-in has ended.');
        else this.#lost();
      },
    );
  }

  #isConnecting(attempt: number): boolean {
    return this.#state.kind === 'connecting' && this.#attempt === attempt && this.#socket === undefined;
  }

  #openSocket(ticket: string): void {
    const socket = this.#options.open();
    this.#socket = socket;
    socket.onopen = () => {
      const position = this.#position;
      this.#send({
        type: 'authenticate',
        ticket,
        ...(position === undefined ? {} : { resume: { streamId: position.streamId, after: position.seq } }),
      });
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => {
      if (event.code === StreamClose.UNAUTHENTICATED && this.#attempt > 2) this.#end('Your sign-in has ended.');
      else this.#lost();
    };
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#options.now();
    if (this.#state.kind === 'stale') this.#setState({ kind: 'live' });
    const message = parseObject(data);
    if (message === undefined) return this.#lost();
    const { type } = message;
    if (type === 'snapshot' || type === 'delta') return this.#receiveData(type, message);
    const control = controlMessageSchema.safeParse(message);
    // Kinds of a newer server are not an error.
    if (!control.success) return;
    switch (control.data.type) {
      case 'hello':
        return this.#welcome(control.data);
      case 'resync':
        this.#subscribed.clear();
        this.#options.listener.onResync();
        return this.#reconcile();
      case 'error':
      case 'bye':
      case 'pong':
        return;
    }
  }

  #welcome(hello: { streamId: string; resumed: boolean; seq: number }): void {
    if (!hello.resumed) {
      const restarted = this.#position !== undefined;
      this.#position = { streamId: hello.streamId, seq: hello.seq };
      this.#subscribed.clear();
      if (restarted) this.#options.listener.onResync();
    }
    this.#attempt = 0;
    this.#setState({ kind: 'live' });
    this.#watch();
    this.#reconcile();
  }

  #receiveData(kind: 'snapshot' | 'delta', message: Readonly<Record<string, unknown>>): void {
    const position = this.#position;
    const { seq, topic } = message;
    if (position === undefined || typeof seq !== 'number' || typeof topic !== 'string') return this.#lost();
    if (seq !== position.seq + 1) {
      // A gap cannot be repaired by resuming from a place the server may not have: start anew.
      this.#position = undefined;
      this.#subscribed.clear();
      this.#options.listener.onResync();
      return this.#lost();
    }
    position.seq = seq;
    const family = topic.startsWith('bars:') ? 'bars' : topic;
    if (!isFamily(family)) return;
    const parsed = TOPIC_SCHEMAS[family].safeParse(message['data']);
    if (!parsed.success) return;
    // Topic and data belong together by the table just used.
    this.#options.listener.onUpdate(kind, { topic, data: parsed.data } as TopicUpdate);
  }

  /** Tells the server the difference between what is wanted and what it knows. */
  #reconcile(): void {
    if (this.#state.kind !== 'live' && this.#state.kind !== 'stale') return;
    const wanted = [...this.#topics.keys()].filter((topic) => !this.#subscribed.has(topic));
    const unwanted = [...this.#subscribed].filter((topic) => !this.#topics.has(topic));
    for (const topic of wanted) this.#subscribed.add(topic);
    for (const topic of unwanted) this.#subscribed.delete(topic);
    if (unwanted.length > 0) this.#send({ type: 'unsubscribe', topics: unwanted });
    if (wanted.length > 0) this.#send({ type: 'subscribe', topics: wanted });
  }

  #watch(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.after(WATCH_EVERY_MS, () => {
      const now = this.#options.now();
      const silence = now - this.#heardAt;
      if (silence >= LOST_AFTER_MS) return this.#lost();
      if (silence >= STALE_AFTER_MS) this.#setState({ kind: 'stale' });
      if (silence >= PING_AFTER_MS && now - this.#pingedAt >= PING_AFTER_MS) {
        this.#pingedAt = now;
        this.#send({ type: 'ping' });
      }
      this.#watch();
    });
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #drop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #lost(): void {
    this.#drop();
    const delay = backoffMs(Math.max(1, this.#attempt), this.#options.random());
    this.#setState({ kind: 'waiting', attempt: this.#attempt, retryAt: this.#options.now() + delay });
    this.#cancelTimer = this.#options.after(delay, () => this.#connect());
  }

  #end(reason: string): void {
    this.#drop();
    this.#position = undefined;
    this.#subscribed.clear();
    this.#setState({ kind: 'ended', reason });
  }
}

function isFamily(text: string): text is TopicFamily {
  return Object.hasOwn(TOPIC_SCHEMAS, text);
}

function parseObject(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
