/**
 * One connection of the stream: from the handshake to its one end. It asks by pings whether the other side is there: a
 * connection without an answer is as good as cut (half-open, F44). What the messages say is not its business.
 */
import { encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { PapertapeError } from '../../domain/errors.js';
import type { Clock } from '../../utils/clock.js';
import { Timers } from '../../utils/Timers.js';
import type { StreamVerdict } from './streamFaults.js';
import { judgeHandshake, lostConnection } from './streamFaults.js';

/** Hears a connection. */
export interface SocketListener {
  onOpen(): void;
  /** One message; the bytes are valid during the call. */
  onFrame(frame: Buffer, isBinary: boolean): void;
  /** The other side answered a ping. */
  onPong(): void;
  /** Once, also if it never opened. */
  onEnd(verdict: StreamVerdict, error: PapertapeError): void;
}

/** What a connection works with. */
export interface SocketParts {
  readonly url: URL;
  readonly coding: 'json' | 'msgpack';
  readonly clock: Clock;
  readonly listener: SocketListener;
}

const OPEN_WITHIN_MS = 15_000;
const PING_EVERY_MS = 5_000;
const CLOSE_WITHIN_MS = 1_000;
const LARGEST_MESSAGE_BYTES = 32 * 1_048_576;

/** See the module header. Connects when made. */
export class StreamSocket {
  readonly #parts: SocketParts;
  readonly #socket: WebSocket;
  readonly #timers: Timers;
  #ended = false;
  /** Whether anything came since the last ping. */
  #heard = true;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    const { url, coding, listener } = parts;
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: LARGEST_MESSAGE_BYTES,
      // The decoder takes nothing but ASCII without looking at the whole frame first.
      skipUTF8Validation: true,
      ...(coding === 'msgpack' ? { headers: { 'Content-Type': 'application/msgpack' } } : {}),
    });
    this.#socket = socket;
    this.#timers.after(OPEN_WITHIN_MS, () => this.#end('reconnect', 'It did not open within 15 seconds'));
    socket.on('open', () => {
      this.#timers.cancelAll();
      this.#ping();
      listener.onOpen();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      this.#heard = true;
      if (!this.#ended) listener.onFrame(bytesOf(data), isBinary);
    });
    socket.on('pong', () => {
      this.#heard = true;
      if (!this.#ended) listener.onPong();
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      const { verdict, error } = judgeHandshake(response.statusCode ?? 0);
      this.end(verdict, error);
    });
    socket.on('error', (error) => this.#end('reconnect', error.message));
    socket.on('close', (code) => this.#end('reconnect', `It was closed with code ${code}`));
  }

  /** Sends a message; does nothing while it is not open. */
  send(message: object): void {
    if (this.#ended || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(this.#parts.coding === 'msgpack' ? encode(message) : JSON.stringify(message));
  }

  /** Ends it at once, and tells the listener. */
  end(verdict: StreamVerdict, error: PapertapeError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.cancelAll();
    this.#terminate();
    this.#parts.listener.onEnd(verdict, error);
  }

  /** Ends it without another word to the listener; resolves when it is gone, after a second at the latest. */
  close(): Promise<void> {
    const isOpen = !this.#ended && this.#socket.readyState === WebSocket.OPEN;
    this.#ended = true;
    this.#timers.cancelAll();
    if (!isOpen) {
      this.#terminate();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#timers.cancelAll();
        this.#terminate();
        resolve();
      };
      this.#timers.after(CLOSE_WITHIN_MS, finish);
      this.#socket.on('close', finish);
      this.#socket.close(1000);
    });
  }

  #end(verdict: StreamVerdict, reason: string): void {
    this.end(verdict, lostConnection(`The connection to the Alpaca stream is gone. ${reason}.`));
  }

  /** A ping that nothing followed until the next one is due was not answered. */
  #ping(): void {
    this.#timers.after(PING_EVERY_MS, () => {
      if (!this.#heard) {
        this.#end('reconnect', 'A ping was not answered within 5 seconds');
        return;
      }
      this.#heard = false;
      this.#socket.ping();
      this.#ping();
    });
  }

  #terminate(): void {
    const socket = this.#socket;
    socket.removeAllListeners();
    // A socket that is torn down while it connects still reports an error, which nobody needs any more.
    socket.on('error', () => undefined);
    socket.terminate();
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
