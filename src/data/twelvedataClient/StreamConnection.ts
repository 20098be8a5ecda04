/**
 * One connection to Twelve Data's stream: from the upgrade, whose refusal is read to its end, to its one end. It keeps
 * the connection alive (a heartbeat of theirs every 10 s, a ping every 30 s that has to be answered within 10 s) and
 * knows nothing of symbols. The key goes into a header, so that no address holds it.
 */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { Clock } from '../../utils/clock.js';
import { Timers } from '../../utils/Timers.js';
import { withoutKey } from './apiKey.js';
import { faultOfAnswer, parsedBody } from './faults.js';
import type { FaultKind } from './faults.js';

/** How a connection ended. */
export interface ConnectionEnd {
  readonly kind:
    | 'closed'
    /** Cut without a close frame, or never made. */
    | 'lost'
    /** The upgrade was answered with something else. */
    | 'refused'
    /** Refused because of the key, or its plan: another try cannot help. */
    | 'keyRefused'
    | 'planRefused'
    | 'noPong'
    | 'dropped';
  /** Of the close frame. */
  readonly code?: number;
  /** The end of a sentence, without the key. */
  readonly reason: string;
}

/** Hears a connection. */
export interface ConnectionListener {
  onOpen(): void;
  /** One message; the bytes are valid during the call. `receivedAt` is microseconds of the wall clock. */
  onMessage(bytes: Buffer, receivedAt: number): void;
  /** Once, also if it never opened. */
  onEnd(end: ConnectionEnd): void;
}

/** What a connection works with. */
export interface ConnectionParts {
  readonly url: URL;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly listener: ConnectionListener;
  /** Asked before each heartbeat whether it may be sent; counts it if so. */
  readonly mayBeat: () => boolean;
}

const OPEN_WITHIN_MS = 15_000;
const HEARTBEAT_EVERY_MS = 10_000;
const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 10_000;
const BODY_WITHIN_MS = 5_000;
const CLOSE_WITHIN_MS = 1_000;
const LARGEST_REFUSAL_BYTES = 65_536;
/** A status of ten thousand symbols is a tenth of it. */
const LARGEST_MESSAGE_BYTES = 16 * 1_048_576;
const HEARTBEAT = JSON.stringify({ action: 'heartbeat' });

/** See the module header. Connects when made. */
export class StreamConnection {
  /** When anything came, a pong included; microseconds of the wall clock. */
  lastHeardAt: number;
  readonly #parts: ConnectionParts;
  readonly #socket: WebSocket;
  readonly #timers: Timers;
  #ended = false;
  #closing: (() => void) | undefined;
  #pongsMissing = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.lastHeardAt = parts.clock.now();
    const socket = new WebSocket(parts.url, {
      headers: { 'X-TD-APIKEY': parts.apiKey },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: LARGEST_MESSAGE_BYTES,
    });
    this.#socket = socket;
    this.#timers.after(OPEN_WITHIN_MS, () => this.#end({ kind: 'lost', reason: 'it did not open within 15 seconds' }));
    socket.on('open', () => this.#open());
    socket.on('message', (data: RawData) => this.#receive(data));
    socket.on('pong', () => {
      this.#pongsMissing = 0;
      this.lastHeardAt = parts.clock.now();
    });
    socket.on('unexpected-response', (request, response) => {
      this.#timers.cancelAll();
      this.#readRefusal(response, () => request.destroy());
    });
    socket.on('error', (error) => this.#end({ kind: 'lost', reason: this.#clean(error.message) }));
    socket.on('close', (code, reason) => {
      if (code === 1006) return this.#end({ kind: 'lost', reason: 'it was cut without a close frame' });
      const text = reason.length === 0 ? '' : `, ${this.#clean(reason.toString('utf8'))}`;
      this.#end({ kind: 'closed', code, reason: `the server closed it (${code}${text})` });
    });
  }

  /** Sends a text; does nothing while it is not open. */
  send(text: string): void {
    if (!this.#ended && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Ends it at once. */
  drop(reason: string): void {
    this.#end({ kind: 'dropped', reason });
  }

  /** Ends it without another word to the listener; resolves when the socket is gone, after a second at the latest. */
  close(): Promise<void> {
    const socket = this.#socket;
    this.#ended = true;
    this.#timers.cancelAll();
    if (socket.readyState !== WebSocket.OPEN) {
      this.#terminate();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#closing = () => {
        this.#closing = undefined;
        this.#timers.cancelAll();
        this.#terminate();
        resolve();
      };
      this.#timers.after(CLOSE_WITHIN_MS, () => this.#closing?.());
      socket.close(1000);
    });
  }

  #open(): void {
    const { clock, listener } = this.#parts;
    this.#timers.cancelAll();
    this.lastHeardAt = clock.now();
    this.#every(HEARTBEAT_EVERY_MS, () => {
      if (this.#parts.mayBeat()) this.send(HEARTBEAT);
    });
    this.#every(PING_EVERY_MS, () => {
      this.#pongsMissing += 1;
      this.#socket.ping();
      this.#timers.after(PONG_WITHIN_MS, () => {
        if (this.#pongsMissing > 0) this.#end({ kind: 'noPong', reason: 'a ping was not answered within 10 seconds' });
      });
    });
    listener.onOpen();
  }

  #receive(data: RawData): void {
    if (this.#ended) return;
    const now = this.#parts.clock.now();
    this.lastHeardAt = now;
    this.#parts.listener.onMessage(bytesOf(data), now);
  }

  /** The body tells what the status may not: that the key is refused, with a status of 200. */
  #readRefusal(response: IncomingMessage, end: () => void): void {
    const { statusCode = 0 } = response;
    const parts: Buffer[] = [];
    let size = 0;
    const judge = (): void => {
      end();
      const text = Buffer.concat(parts).toString('utf8');
      const fault = faultOfAnswer(statusCode, parsedBody(text));
      const said = fault === undefined ? 'an answer that is no upgrade' : this.#clean(fault.message);
      this.#end({
        kind: kindOfRefusal(statusCode, fault?.kind),
        reason: `the upgrade was answered with ${statusCode}: ${said}`,
      });
    };
    this.#timers.after(BODY_WITHIN_MS, judge);
    response.on('data', (part: Buffer) => {
      size += part.length;
      if (size > LARGEST_REFUSAL_BYTES) judge();
      else parts.push(part);
    });
    response.on('end', judge);
    response.on('error', judge);
    response.on('aborted', judge);
  }

  #end(end: ConnectionEnd): void {
    this.#closing?.();
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.cancelAll();
    this.#terminate();
    this.#parts.listener.onEnd(end);
  }

  #terminate(): void {
    const socket = this.#socket;
    socket.removeAllListeners();
    // A socket that is torn down while it connects still reports an error, which nobody needs any more.
    socket.on('error', () => undefined);
    socket.terminate();
  }

  #clean(text: string): string {
    return withoutKey(text, this.#parts.apiKey);
  }

  #every(ms: number, callback: () => void): void {
    this.#timers.after(ms, () => {
      callback();
      if (!this.#ended) this.#every(ms, callback);
    });
  }
}

function kindOfRefusal(status: number, kind: FaultKind | undefined): ConnectionEnd['kind'] {
  if (status === 401 || kind === 'auth') return 'keyRefused';
  return status === 403 || kind === 'plan' ? 'planRefused' : 'refused';
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
