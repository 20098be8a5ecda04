/**
 * `/v2/{feed}`: the market as it comes. Every frame is a list; control messages come alone. One feed is like the other:
 * they all show the session's market. Subscriptions add up and are idempotent; a client that does not read is told 407
 * and cut off, so that no queue grows without bound.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Clock } from '../../../utils/clock.js';
import type { Logger } from '../../../utils/logger.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import type { ApiKeys } from '../ApiKeys.js';
import { credentialsOf } from '../credentials.js';
import { bandsJson, barJson, quoteJson, statusJson, tradeJson } from '../market/marketJson.js';
import type { MarketRow } from '../PaperVenue.js';
import { guardConnection } from './connectionGuard.js';
import { DataClient } from './DataClient.js';
import type { Channel } from './DataClient.js';
import { asksForMsgpack, jsonCodec, msgpackCodec, WireTime } from './wireCodec.js';

/** Names of the feeds. */
export const STOCK_FEEDS: readonly string[] = ['iex', 'sip', 'delayed_sip'];
const wireTime = (time: number): WireTime => new WireTime(time);

/** What the stream needs. */
export interface MarketDataStreamParts {
  readonly desk: AlpacaDesk;
  readonly keys: ApiKeys;
  readonly clock: Clock;
  readonly log: Logger;
  /** Bytes that may wait for a client. */
  readonly maxWaitingBytes?: number;
  /** Most symbols of one connection; undefined: no limit. */
  readonly symbolLimit?: number | undefined;
  /** Most connections of one account; undefined: no limit. */
  readonly connectionLimit?: number | undefined;
}

/** See the module header. */
export class MarketDataStream {
  readonly #parts: MarketDataStreamParts;
  readonly #clients = new Set<DataClient>();
  readonly #stopHalts: () => void;
  #stopWatching: (() => void) | undefined;

  constructor(parts: MarketDataStreamParts) {
    this.#parts = parts;
    this.#stopHalts = parts.desk.onHalt((status, accountId) => {
      const own = [...this.#clients].filter((client) => client.accountId === accountId);
      this.#publishRows([status], own);
    });
  }

  /** Serves a connection whose handshake is done. */
  serve(socket: WebSocket, request: IncomingMessage): void {
    const { log } = this.#parts;
    const codec = asksForMsgpack(request.headers['content-type']) ? msgpackCodec : jsonCodec;
    const client = new DataClient(socket, codec, this.#parts);
    this.#clients.add(client);
    socket.on('error', (error) => log.debug({ err: error }, 'a market-data stream failed'));
    socket.on('close', () => {
      this.#clients.delete(client);
      this.#watchIfNeeded();
    });
    client.send({ T: 'success', msg: 'connected' });
    const sent = credentialsOf(request.headers);
    // One after the other: a `subscribe` waits for the `auth` before it.
    const connection = {
      socket,
      keyId: () => client.keyId,
      receive: (data: Buffer) => this.#receive(client, codec.decode(data)),
      onError: (error: unknown) => {
        log.error({ err: error }, 'a message of a market-data stream failed');
        client.fail(500, 'internal error');
      },
      onSilence: () => client.fail(404, 'auth timeout'),
    };
    const ready = sent === undefined ? undefined : this.#authenticate(client, sent.keyId, sent.secret);
    guardConnection(connection, this.#parts, ready);
  }

  /** Ends it. */
  close(): void {
    this.#stopHalts();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    for (const client of this.#clients) client.socket.terminate();
  }

  async #authenticate(client: DataClient, keyId: unknown, secret: unknown): Promise<void> {
    if (client.accountId !== undefined) return client.fail(403, 'already authenticated');
    const known = typeof keyId === 'string' && typeof secret === 'string';
    const key = known ? await this.#parts.keys.verify(keyId, secret) : undefined;
    if (key === undefined) return client.fail(402, 'auth failed');
    const { connectionLimit = Infinity } = this.#parts;
    const own = [...this.#clients].filter(({ accountId }) => accountId === key.accountId);
    if (own.length >= connectionLimit) {
      client.fail(406, 'connection limit exceeded');
      client.socket.close();
      return undefined;
    }
    client.accountId = key.accountId;
    client.keyId = key.keyId;
    client.send({ T: 'success', msg: 'authenticated' });
    return undefined;
  }

  async #receive(client: DataClient, message: unknown): Promise<void> {
    if (typeof message !== 'object' || message === null || !('action' in message))
      return client.fail(400, 'invalid syntax');
    const fields = message as Readonly<Record<string, unknown>>;
    switch (fields['action']) {
      case 'auth':
        return this.#authenticate(client, fields['key'], fields['secret']);
      case 'subscribe':
      case 'unsubscribe':
        if (client.accountId === undefined) return client.fail(401, 'not authenticated');
        client.change(fields, fields['action'] === 'subscribe');
        return this.#watchIfNeeded();
      default:
        return client.fail(400, 'invalid syntax');
    }
  }

  /** The market is watched only while somebody listens. */
  #watchIfNeeded(): void {
    const needed = [...this.#clients].some((client) => client.subscribed);
    if (needed && this.#stopWatching === undefined) {
      this.#stopWatching = this.#parts.desk.venue.watchMarket((rows) => this.#publish(rows));
    } else if (!needed) {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
    }
  }

  #publish(rows: readonly MarketRow[]): void {
    this.#publishRows(rows, this.#clients);
    const bars = new Set(rows.flatMap((row) => (row.kind === 'bar' ? [row.symbolId] : [])));
    const wanted = [...bars].filter((symbolId) => {
      const { symbol } = this.#parts.desk.facts.asset(symbolId);
      return [...this.#clients].some((client) => client.wants('dailyBars', symbol));
    });
    if (wanted.length === 0) return;
    this.#publishDays(wanted).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'daily bars could not be read for the market-data stream');
    });
  }

  #publishRows(rows: readonly MarketRow[], clients: Iterable<DataClient>): void {
    const { facts } = this.#parts.desk;
    for (const row of rows) {
      const { symbol } = facts.asset(row.symbolId);
      const channel = channelOf(row);
      let message: object | undefined;
      for (const client of clients) {
        if (!client.wants(channel, symbol)) continue;
        message ??= this.#message(row, symbol);
        client.queue(message);
      }
    }
    for (const client of clients) client.flush();
  }

  /** The day so far, each minute. */
  async #publishDays(symbolIds: readonly number[]): Promise<void> {
    const { venue, facts } = this.#parts.desk;
    const latest = await venue.latest(symbolIds);
    for (const [index, symbolId] of symbolIds.entries()) {
      const bar = latest[index]?.dayBar;
      if (bar === undefined) continue;
      const { symbol } = facts.asset(symbolId);
      const message = { T: 'd', S: symbol, ...barJson(bar, facts, wireTime) };
      for (const client of this.#clients) if (client.wants('dailyBars', symbol)) client.queue(message);
    }
    for (const client of this.#clients) client.flush();
  }

  #message(row: MarketRow, symbol: string): object {
    const { facts } = this.#parts.desk;
    switch (row.kind) {
      case 'print':
        return { T: 't', S: symbol, ...tradeJson(row, facts, wireTime) };
      case 'quote':
        return { T: 'q', S: symbol, ...quoteJson(row, facts, wireTime) };
      case 'bar':
        return { T: row.restated === true ? 'u' : 'b', S: symbol, ...barJson(row, facts, wireTime) };
      case 'status':
        return { T: 's', S: symbol, ...statusJson(row, facts, wireTime) };
      case 'bands':
        return { T: 'l', S: symbol, ...bandsJson(row, facts, wireTime) };
    }
  }
}

function channelOf(row: MarketRow): Channel {
  switch (row.kind) {
    case 'print':
      return 'trades';
    case 'quote':
      return 'quotes';
    case 'bar':
      return row.restated === true ? 'updatedBars' : 'bars';
    case 'status':
      return 'statuses';
    case 'bands':
      return 'lulds';
  }
}
