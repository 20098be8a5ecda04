/**
 * `/stream`: updates of the account's orders. Says nothing until the client speaks; `listen` replaces what is listened
 * to, and saying it again changes nothing. A client that does not read is cut off, and so is one whose key was revoked.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Clock } from '../../../utils/clock.js';
import type { Logger } from '../../../utils/logger.js';
import type { AlpacaDesk, WireUpdate } from '../AlpacaDesk.js';
import type { AlpacaPrincipal } from '../alpacaRoute.js';
import type { ApiKeys } from '../ApiKeys.js';
import { guardConnection } from './connectionGuard.js';
import { asksForMsgpack, binaryJsonCodec, msgpackCodec } from './wireCodec.js';
import type { WireCodec } from './wireCodec.js';

/** Bytes that may wait for a client. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const STREAMS = new Set(['trade_updates']);
const POLICY_VIOLATION = 1008;

/** What the stream needs. */
export interface TradingStreamParts {
  readonly desk: AlpacaDesk;
  readonly keys: ApiKeys;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One connection. */
interface Client {
  readonly socket: WebSocket;
  readonly codec: WireCodec;
  principal: AlpacaPrincipal | undefined;
  listens: boolean;
}

/** See the module header. */
export class TradingStream {
  readonly #parts: TradingStreamParts;
  readonly #clients = new Set<Client>();
  readonly #stop: () => void;

  constructor(parts: TradingStreamParts) {
    this.#parts = parts;
    this.#stop = parts.desk.onUpdate((update) => this.#publish(update));
  }

  /** Serves a connection whose handshake is done. */
  serve(socket: WebSocket, request: IncomingMessage): void {
    const codec = asksForMsgpack(request.headers['content-type']) ? msgpackCodec : binaryJsonCodec;
    const client: Client = { socket, codec, principal: undefined, listens: false };
    this.#clients.add(client);
    socket.on('error', (error) => this.#parts.log.debug({ err: error }, 'a trading stream failed'));
    socket.on('close', () => this.#clients.delete(client));
    // One after the other: a `listen` waits for the `authenticate` before it.
    const connection = {
      socket,
      keyId: () => client.principal?.keyId,
      receive: (data: Buffer) => this.#receive(client, data),
      onError: (error: unknown) => this.#fail(client, error),
      onSilence: () => this.#tellAuthorization(client, 'authenticate'),
    };
    guardConnection(connection, this.#parts);
  }

  /** Ends it. */
  close(): void {
    this.#stop();
    for (const { socket } of this.#clients) socket.terminate();
  }

  async #receive(client: Client, data: Buffer): Promise<void> {
    const message = fieldsOf(client.codec.decode(data));
    const action = message?.['action'];
    if (message === undefined || (action !== 'authenticate' && action !== 'auth' && action !== 'listen')) {
      this.#send(client, { action: 'error', data: { error_message: 'invalid message' } });
      return;
    }
    if (action !== 'listen') await this.#authenticate(client, message);
    else if (client.principal === undefined) this.#tellAuthorization(client, 'listen');
    else this.#listen(client, fieldsOf(message['data'])?.['streams']);
  }

  async #authenticate(client: Client, message: Fields): Promise<void> {
    const data = fieldsOf(message['data']);
    const keyId = data?.['key_id'] ?? message['key'];
    const secret = data?.['secret_key'] ?? message['secret'];
    if (typeof keyId === 'string' && typeof secret === 'string') {
      client.principal = await this.#parts.keys.verify(keyId, secret);
    }
    this.#tellAuthorization(client, 'authenticate');
  }

  #tellAuthorization(client: Client, action: string): void {
    const status = client.principal === undefined ? 'unauthorized' : 'authorized';
    this.#send(client, { stream: 'authorization', data: { action, status } });
  }

  #listen(client: Client, streams: unknown): void {
    const known = new Set(
      (Array.isArray(streams) ? streams : []).filter((one) => STREAMS.has(String(one))).map(String),
    );
    client.listens = known.has('trade_updates');
    this.#send(client, { stream: 'listening', data: { streams: [...known] } });
  }

  #publish(update: WireUpdate): void {
    const message = { stream: 'trade_updates', data: update.payload };
    const written = new Map<WireCodec, string | Uint8Array>();
    for (const client of this.#clients) {
      if (!client.listens || client.principal?.accountId !== update.accountId) continue;
      let text = written.get(client.codec);
      if (text === undefined) {
        text = client.codec.encode(message);
        written.set(client.codec, text);
      }
      this.#write(client, text);
    }
  }

  #send(client: Client, message: unknown): void {
    this.#write(client, client.codec.encode(message));
  }

  #write({ socket }: Client, data: string | Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_WAITING_BYTES) {
      socket.close(POLICY_VIOLATION, 'slow client');
      return;
    }
    socket.send(data);
  }

  #fail(client: Client, error: unknown): void {
    this.#parts.log.error({ err: error }, 'a message of a trading stream failed');
    this.#send(client, { action: 'error', data: { error_message: 'internal server error' } });
    client.socket.close();
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
