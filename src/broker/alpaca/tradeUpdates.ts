/**
 * Alpaca's trading stream: connects, signs in, listens, and says when it is up and when it is not. What happens while
 * it is down is lost on the stream: whoever uses it asks for the state of its orders at every {@link
 * TradeUpdatesListener.onUp}. A connection that does not answer pings is as good as cut (half-open).
 */
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { Clock } from '../../utils/clock.js';
import { readUpdate } from './wire.js';
import type { WireUpdate } from './wire.js';

/** What the stream tells. */
export interface TradeUpdatesListener {
  /** Signed in and listening. */
  onUp(): void;
  onDown(reason: string): void;
  onUpdate(update: WireUpdate): void;
  /** A message that cannot be read; the others go on. */
  onUnreadable(error: unknown): void;
  /** The keys were refused; it does not try again. */
  onUnauthorized(): void;
}

/** What the stream works with. */
export interface TradeUpdatesParts {
  readonly url: URL;
  readonly keyId: string;
  readonly secretKey: string;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the pauses. */
  readonly random: () => number;
}

const SIGN_IN_MS = 10_000;
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const LARGEST_MESSAGE_BYTES = 1_048_576;

/** See the module header. One connection at a time. */
export class TradeUpdates {
  readonly #parts: TradeUpdatesParts;
  readonly #listener: TradeUpdatesListener;
  #socket: WebSocket | undefined;
  #up = false;
  #attempt = 0;
  #stopped = false;
  readonly #timers = new Set<() => void>();

  constructor(parts: TradeUpdatesParts, listener: TradeUpdatesListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** Connects, and again whenever the connection ends, until {@link stop}. */
  start(): void {
    if (this.#stopped || this.#socket !== undefined) return;
    const { url, keyId, secretKey } = this.#parts;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: LARGEST_MESSAGE_BYTES,
      handshakeTimeout: SIGN_IN_MS,
    });
    this.#socket = socket;
    socket.on('open', () => {
      socket.send(JSON.stringify({ action: 'auth', key: keyId, secret: secretKey }));
      this.#after(SIGN_IN_MS, () => {
        if (!this.#up) this.#drop(socket, 'no answer to the sign-in');
      });
    });
    socket.on('message', (data: RawData) => this.#receive(socket, data));
    socket.on('error', (error) => this.#drop(socket, error.message));
    socket.on('close', (code) => this.#drop(socket, `the connection was closed (${code})`));
  }

  /** Ends for good. */
  stop(): void {
    this.#stopped = true;
    const socket = this.#socket;
    if (socket !== undefined) this.#drop(socket, 'stopped');
  }

  #receive(socket: WebSocket, data: RawData): void {
    if (socket !== this.#socket) return;
    let message: { readonly stream?: unknown; readonly data?: unknown; readonly action?: unknown };
    try {
      message = JSON.parse(textOf(data)) as typeof message;
    } catch (error) {
      this.#listener.onUnreadable(error);
      return;
    }
    if (message.stream === 'trade_updates') {
      try {
        this.#listener.onUpdate(readUpdate(message.data));
      } catch (error) {
        this.#listener.onUnreadable(error);
      }
      return;
    }
    if (message.stream === 'authorization') this.#answerSignIn(socket, message.data);
    if (message.stream === 'listening' && !this.#up) this.#rise(socket);
    if (message.action === 'error') this.#drop(socket, 'the broker reported an error of the stream');
  }

  #answerSignIn(socket: WebSocket, data: unknown): void {
    const status = typeof data === 'object' && data !== null && 'status' in data ? data.status : undefined;
    if (status === 'authorized') {
      socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }));
      return;
    }
    // Trying again with refused keys locks accounts (F30).
    this.#stopped = true;
    this.#drop(socket, 'the keys were refused');
    this.#listener.onUnauthorized();
  }

  #rise(socket: WebSocket): void {
    this.#up = true;
    this.#attempt = 0;
    this.#listener.onUp();
    const ping = (): void => {
      if (socket !== this.#socket) return;
      let answered = false;
      socket.once('pong', () => (answered = true));
      socket.ping();
      this.#after(PONG_WITHIN_MS, () => {
        if (!answered) this.#drop(socket, 'no answer to a ping');
      });
      this.#after(PING_EVERY_MS, ping);
    };
    this.#after(PING_EVERY_MS, ping);
  }

  #drop(socket: WebSocket, reason: string): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    socket.removeAllListeners();
    // A socket that is torn down while it connects still reports an error, which nobody needs any more.
    socket.on('error', () => undefined);
    socket.terminate();
    const wasUp = this.#up;
    this.#up = false;
    if (wasUp) this.#listener.onDown(reason);
    if (this.#stopped) return;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#after(longest / 2 + (longest / 2) * this.#parts.random(), () => this.start());
  }

  #after(ms: number, callback: () => void): void {
    const cancel = this.#parts.clock.setTimer(ms, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
