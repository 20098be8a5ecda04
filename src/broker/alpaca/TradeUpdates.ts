/**
 * Alpaca's trading stream: connects, signs in, listens, and says when it is up and when it is not. What happens while
 * it is down is lost on the stream: whoever uses it asks for the state of its orders at every {@link
 * TradeUpdatesListener.onUp}. A connection that does not answer pings is as good as cut (half-open).
 */
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { PapertapeError } from '../../domain/errors.js';
import { pauseMs } from '../../utils/backoff.js';
import type { Backoff } from '../../utils/backoff.js';
import type { Clock } from '../../utils/clock.js';
import { Timers } from '../../utils/Timers.js';
import { readUpdate } from './wire.js';
import type { WireUpdate } from './wire.js';

/** What the stream tells. */
export interface TradeUpdatesListener {
  /** Signed in and listening. */
  onUp(): void;
  /** Not connected: it ended, or another attempt failed. The next one follows by itself. */
  onDown(reason: string): void;
  onUpdate(update: WireUpdate): void;
  /** A message that cannot be read; the others go on. */
  onUnreadable(error: PapertapeError): void;
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
const PAUSES: Backoff = { firstMs: 250, longestMs: 30_000 };
const LARGEST_MESSAGE_BYTES = 1_048_576;

/** See the module header. One connection at a time. */
export class TradeUpdates {
  readonly #parts: TradeUpdatesParts;
  readonly #listener: TradeUpdatesListener;
  #socket: WebSocket | undefined;
  #up = false;
  #attempt = 0;
  #stopped = false;
  readonly #timers: Timers;

  constructor(parts: TradeUpdatesParts, listener: TradeUpdatesListener) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
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
    });
    this.#socket = socket;
    this.#timers.after(SIGN_IN_MS, () => {
      if (!this.#up) this.#drop(socket, 'the stream did not come up in time');
    });
    socket.on('open', () => {
      socket.send(JSON.stringify({ action: 'auth', key: keyId, secret: secretKey }));
    });
    socket.on('unexpected-response', (_request, response) => {
      const { statusCode = 0 } = response;
      if (statusCode === 401 || statusCode === 403) this.#refuse(socket);
      else this.#drop(socket, `the stream's handshake was answered with ${statusCode}`);
    });
    socket.on('message', (data: RawData) => this.#receive(socket, data));
    socket.on('error', (error) => this.#drop(socket, error.message));
    socket.on('close', (code) => this.#drop(socket, `the connection was closed (${code})`));
  }

  /** Ends for good. */
  stop(): void {
    this.#stopped = true;
    this.#timers.cancelAll();
    const socket = this.#socket;
    if (socket !== undefined) this.#drop(socket, 'stopped');
  }

  #receive(socket: WebSocket, data: RawData): void {
    if (socket !== this.#socket) return;
    const bytes = bytesOf(data);
    // A heartbeat that older servers send.
    if (bytes.length === 1) return;
    const message = this.#parse(bytes);
    if (message === undefined) return;
    const { stream, action, data: content } = message;
    if (stream === 'trade_updates') this.#update(content);
    else if (stream === 'authorization') this.#answerSignIn(socket, content);
    else if (stream === 'listening' && !this.#up) this.#rise(socket);
    else if (action === 'error') this.#drop(socket, 'the broker reported an error of the stream');
  }

  #parse(bytes: Buffer): Fields | undefined {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (typeof value === 'object' && value !== null) return value as Fields;
    this.#listener.onUnreadable(
      new PapertapeError('BROKER_MESSAGE_INVALID', 'A message of the trading stream is not a JSON object.'),
    );
    return undefined;
  }

  #update(content: unknown): void {
    let update: WireUpdate;
    try {
      update = readUpdate(content);
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      this.#listener.onUnreadable(error);
      return;
    }
    this.#listener.onUpdate(update);
  }

  #answerSignIn(socket: WebSocket, content: unknown): void {
    const status = typeof content === 'object' && content !== null ? (content as Fields)['status'] : undefined;
    if (status === 'authorized') {
      socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }));
    } else if (status === 'unauthorized') {
      this.#refuse(socket);
    } else {
      this.#drop(socket, 'the answer to the sign-in cannot be read');
    }
  }

  /** Trying again with refused keys locks accounts (F30). */
  #refuse(socket: WebSocket): void {
    this.#stopped = true;
    this.#drop(socket, 'the keys were refused');
    this.#listener.onUnauthorized();
  }

  #rise(socket: WebSocket): void {
    this.#up = true;
    this.#attempt = 0;
    this.#timers.cancelAll();
    this.#listener.onUp();
    const ping = (): void => {
      if (socket !== this.#socket) return;
      let answered = false;
      socket.once('pong', () => (answered = true));
      socket.ping();
      this.#timers.after(PONG_WITHIN_MS, () => {
        if (!answered) this.#drop(socket, 'no answer to a ping');
      });
      this.#timers.after(PING_EVERY_MS, ping);
    };
    this.#timers.after(PING_EVERY_MS, ping);
  }

  #drop(socket: WebSocket, reason: string): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#timers.cancelAll();
    socket.removeAllListeners();
    // A socket that is torn down while it connects still reports an error, which nobody needs any more.
    socket.on('error', () => undefined);
    socket.terminate();
    this.#up = false;
    this.#listener.onDown(reason);
    if (this.#stopped) return;
    const pause = pauseMs(PAUSES, this.#attempt, this.#parts.random);
    this.#attempt += 1;
    this.#timers.after(pause, () => this.start());
  }
}

type Fields = Readonly<Record<string, unknown>>;

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
