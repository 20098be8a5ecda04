/**
 * `/v1/quotes/price`: prices as they come, one message each. A client subscribes by symbol and is answered at once,
 * before any price of those symbols. The market is watched only while somebody listens.
 */
import type { WebSocket } from 'ws';
import type { Price, Shares } from '../../../domain/units.js';
import type { Clock } from '../../../utils/clock.js';
import type { Logger } from '../../../utils/logger.js';
import type { MarketRow } from '../../alpaca/PaperVenue.js';
import { guardConnection } from '../../alpaca/stream/connectionGuard.js';
import type { TwelvedataBehaviour } from '../endpoint.js';
import { COUNTRY, CURRENCY } from '../Listings.js';
import type { Listing } from '../Listings.js';
import type { MarketDesk } from '../MarketDesk.js';
import type { Principal, TwelvedataAccess } from '../TwelvedataAccess.js';
import { readClientMessage } from './clientMessages.js';
import type { SymbolReference } from './clientMessages.js';
import { PriceClient } from './PriceClient.js';
import { SymbolTape } from './SymbolTape.js';

const POLICY_VIOLATION = 1008;

/** What the stream needs. */
export interface PriceStreamParts {
  readonly desk: MarketDesk;
  readonly access: TwelvedataAccess;
  readonly behaviour: TwelvedataBehaviour;
  readonly clock: Clock;
  readonly log: Logger;
  /** Bytes that may wait for a client before only the newest prices are kept. */
  readonly maxWaitingBytes?: number;
}

/** A symbol that somebody listens to, or did since the market is watched. */
interface Channel {
  readonly listing: Listing;
  readonly tape: SymbolTape;
  readonly listeners: Set<PriceClient>;
  /** Everything of a message that is before the time. */
  readonly head: string;
}

/** See the module header. */
export class PriceStream {
  readonly #parts: PriceStreamParts;
  /** In the order in which they connected. */
  readonly #clients = new Set<PriceClient>();
  /** By symbol id of the session that they are of. */
  readonly #channels = new Map<number, Channel>();
  #sessionId: string | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(parts: PriceStreamParts) {
    this.#parts = parts;
  }

  /** Serves a connection whose handshake is done. One too many of a key closes the oldest. */
  serve(socket: WebSocket, principal: Principal): void {
    const { clock, log, access, maxWaitingBytes } = this.#parts;
    const client = new PriceClient(socket, principal, maxWaitingBytes);
    const own = [...this.#clients].filter((one) => one.principal.owner === principal.owner);
    for (const one of own.slice(0, Math.max(0, own.length + 1 - principal.plan.socketConnections))) {
      this.#remove(one);
      one.socket.close(POLICY_VIOLATION, 'the key has opened more connections than its plan allows');
    }
    this.#clients.add(client);
    socket.on('error', (error) => log.debug({ err: error }, 'a price stream failed'));
    socket.on('close', () => this.#remove(client));
    const connection = {
      socket,
      keyId: () => principal.owner,
      receive: (data: Buffer) => Promise.resolve(this.#receive(client, data)),
      onError: (error: unknown) => {
        log.error({ err: error }, 'a message of a price stream failed');
        client.answer({ event: 'error', code: 500, message: 'The server could not answer.', status: 'error' });
      },
      onSilence: () => undefined,
    };
    guardConnection(connection, { clock, keys: access });
  }

  /** Ends it. */
  close(): void {
    for (const client of this.#clients) client.socket.terminate();
    this.#clients.clear();
    this.#unwatch();
  }

  #receive(client: PriceClient, data: Buffer): void {
    if (!this.#clients.has(client)) return;
    const message = readClientMessage(data);
    switch (message?.action) {
      case undefined:
        client.answer({ event: 'subscribe-status', status: 'error', messages: ['Cant parse message'] });
        return;
      case 'heartbeat':
        client.answer({ event: 'heartbeat', status: 'ok' });
        return;
      case 'reset':
        for (const listing of client.subscribed.values()) this.#drop(client, listing);
        client.answer({ event: 'reset-status', status: 'ok' });
        this.#watchIfNeeded();
        return;
      case 'subscribe':
        this.#subscribe(client, message.symbols);
        return;
      case 'unsubscribe':
        this.#unsubscribe(client, message.symbols);
    }
  }

  #subscribe(client: PriceClient, asked: readonly SymbolReference[]): void {
    const { desk } = this.#parts;
    const { plan, owner } = client.principal;
    let used = 0;
    for (const one of this.#clients) if (one.principal.owner === owner) used += one.subscribed.size;
    const success: Listing[] = [];
    const fails: object[] = [];
    for (const { reference, filter, echo } of asked) {
      const listing = desk.listings.find(reference, filter);
      if (listing === undefined) {
        fails.push(echo);
      } else if (plan.symbols?.has(listing.symbol) === false) {
        fails.push({ ...echo, message: `You are not authorized to access ${listing.symbol} data.` });
      } else if (client.subscribed.has(listing.symbol)) {
        success.push(listing);
      } else if (used >= plan.socketSymbols) {
        const message = `The plan ${plan.name} allows ${plan.socketSymbols} symbols; unsubscribe from others first.`;
        fails.push({ ...echo, message });
      } else {
        used += 1;
        client.subscribed.set(listing.symbol, listing);
        success.push(listing);
      }
    }
    client.answer(this.#status('subscribe-status', success, fails));
    this.#watchIfNeeded();
    for (const listing of success) this.#listen(client, listing);
  }

  #unsubscribe(client: PriceClient, asked: readonly SymbolReference[]): void {
    const success: Listing[] = [];
    const fails: object[] = [];
    for (const { reference, filter, echo } of asked) {
      const listing = this.#parts.desk.listings.find(reference, filter);
      if (listing !== undefined && client.subscribed.has(listing.symbol)) {
        this.#drop(client, listing);
        success.push(listing);
      } else {
        fails.push(echo);
      }
    }
    client.answer(this.#status(this.#parts.behaviour.unsubscribeEvent, success, fails));
    this.#watchIfNeeded();
  }

  #status(event: string, success: readonly Listing[], fails: readonly object[]): object {
    const list = (rows: readonly object[]): readonly object[] | null =>
      rows.length === 0 && this.#parts.behaviour.emptyLists === 'null' ? null : rows;
    return {
      event,
      status: fails.length === 0 ? 'ok' : success.length > 0 ? 'warning' : 'error',
      success: list(
        success.map(({ symbol, exchange, mic, type }) => ({ symbol, exchange, mic_code: mic, country: COUNTRY, type })),
      ),
      fails: list(fails),
    };
  }

  #remove(client: PriceClient): void {
    if (!this.#clients.delete(client)) return;
    for (const listing of client.subscribed.values()) this.#drop(client, listing);
    this.#watchIfNeeded();
  }

  #drop(client: PriceClient, { symbol }: Listing): void {
    client.subscribed.delete(symbol);
    for (const [symbolId, channel] of this.#channels) {
      if (channel.listing.symbol !== symbol || !channel.listeners.delete(client)) continue;
      client.forget(symbolId);
    }
  }

  #watchIfNeeded(): void {
    const needed = [...this.#clients].some(({ subscribed }) => subscribed.size > 0);
    if (needed && this.#stopWatching === undefined) {
      const { reads } = this.#parts.desk;
      this.#sessionId = reads.session.sessionId;
      this.#stopWatching = reads.watchMarket((rows) => this.#publish(rows));
    } else if (!needed) {
      this.#unwatch();
    }
  }

  #unwatch(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#closeChannels();
  }

  #closeChannels(): void {
    for (const { tape } of this.#channels.values()) tape.end();
    this.#channels.clear();
  }

  #listen(client: PriceClient, listing: Listing): void {
    let channel = this.#channels.get(listing.symbolId);
    if (channel === undefined) {
      channel = this.#open(listing);
      this.#channels.set(listing.symbolId, channel);
    }
    channel.listeners.add(client);
  }

  #open(listing: Listing): Channel {
    const { desk, log } = this.#parts;
    const tape = new SymbolTape(listing.symbolId, this.#emit);
    tape.load(desk.reads).catch((error: unknown) => {
      // Prices matter more than the volume before them, which then begins at none.
      log.warn({ err: error, symbol: listing.symbol }, 'the volume of the day so far could not be read');
      tape.start();
    });
    const { symbol, exchange, mic, type } = listing;
    const fixed = { event: 'price', symbol, currency: CURRENCY, exchange, mic_code: mic, type };
    return { listing, tape, listeners: new Set(), head: `${JSON.stringify(fixed).slice(0, -1)},"timestamp":` };
  }

  #publish(rows: readonly MarketRow[]): void {
    if (this.#parts.desk.reads.session.sessionId !== this.#sessionId) this.#changeSession();
    for (const row of rows) {
      if (row.kind === 'print' || row.kind === 'bar') this.#channels.get(row.symbolId)?.tape.take(row);
    }
  }

  /** Another day has other symbol ids, and perhaps other symbols; those that it lacks are silent. */
  #changeSession(): void {
    const { desk } = this.#parts;
    this.#sessionId = desk.reads.session.sessionId;
    this.#closeChannels();
    for (const client of this.#clients) {
      for (const symbol of client.subscribed.keys()) {
        const listing = desk.listings.find(symbol, {});
        if (listing !== undefined) this.#listen(client, listing);
      }
    }
  }

  /** One function for all tapes: it runs once per price. */
  readonly #emit = (symbolId: number, seconds: number, price: Price, dayVolume: Shares | undefined): void => {
    const channel = this.#channels.get(symbolId);
    if (channel === undefined || channel.listeners.size === 0) return;
    const dollars = price / this.#parts.desk.priceScale;
    const tail = dayVolume === undefined ? '}' : `,"day_volume":${dayVolume}}`;
    const text = `${channel.head}${seconds},"price":${dollars}${tail}`;
    for (const client of channel.listeners) client.price(symbolId, text);
  };
}
