/**
 * The Alpaca protocols over one session: trading REST, market-data REST, both streams and the control endpoints. Runs
 * within the gateway (under `/alpaca/`), on a port of its own (at exactly Alpaca's paths), or both.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ApiKeyStore, WatchlistStore } from '../../domain/identity.js';
import type { Clock } from '../../utils/clock.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import type { Logger } from '../../utils/logger.js';
import { listenOn } from '../listenOn.js';
import { createAlpacaApp } from './alpacaApp.js';
import { AlpacaDesk } from './AlpacaDesk.js';
import type { AlpacaRoute } from './alpacaRoute.js';
import { serveAlpacaSockets } from './alpacaSockets.js';
import { ApiKeys } from './ApiKeys.js';
import type { PaperVenue } from './PaperVenue.js';
import { RateLimiter } from './RateLimiter.js';
import { accountRoutes } from './routes/accountRoutes.js';
import { actionRoutes } from './routes/actionRoutes.js';
import { assetRoutes } from './routes/assetRoutes.js';
import { calendarRoutes } from './routes/calendarRoutes.js';
import { controlRoutes } from './routes/controlRoutes.js';
import { eventRoutes } from './routes/eventRoutes.js';
import { historyRoutes } from './routes/historyRoutes.js';
import { latestRoutes } from './routes/latestRoutes.js';
import { orderRoutes } from './routes/orderRoutes.js';
import { positionRoutes } from './routes/positionRoutes.js';
import { screenerRoutes } from './routes/screenerRoutes.js';
import { watchlistRoutes } from './routes/watchlistRoutes.js';
import { MarketDataStream, STOCK_FEEDS } from './stream/MarketDataStream.js';
import type { MarketDataStreamParts } from './stream/MarketDataStream.js';
import { TradingStream } from './stream/TradingStream.js';

/** What the server is made of. */
export interface AlpacaServerOptions {
  readonly venue: PaperVenue;
  readonly store: ApiKeyStore & WatchlistStore;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: Logger;
  /** Requests per minute and account; undefined: no limit. */
  readonly requestsPerMinute: number | undefined;
  /** Limits of market-data connections; absent: none but that of what may wait for a client. */
  readonly dataLimits?: Pick<MarketDataStreamParts, 'maxWaitingBytes' | 'symbolLimit' | 'connectionLimit'>;
}

/** See the module header. */
export class AlpacaServer {
  readonly app: FastifyInstance;
  readonly keys: ApiKeys;
  readonly desk: AlpacaDesk;
  readonly routes: readonly AlpacaRoute[];
  readonly #trading: TradingStream;
  readonly #market: MarketDataStream;
  readonly #stops: (() => void)[] = [];
  readonly #openEvents = new Set<() => void>();

  private constructor(options: AlpacaServerOptions) {
    const { venue, store, clock, ids, log, requestsPerMinute } = options;
    this.keys = new ApiKeys(store, clock);
    const desk = new AlpacaDesk(venue, ids);
    this.desk = desk;
    this.#trading = new TradingStream({ desk, keys: this.keys, clock, log });
    this.#market = new MarketDataStream({ desk, keys: this.keys, clock, log, ...options.dataLimits });
    this.routes = [
      ...accountRoutes(desk),
      ...eventRoutes(desk, clock),
      ...orderRoutes(desk),
      ...positionRoutes(desk),
      ...assetRoutes(desk),
      ...calendarRoutes(desk),
      ...watchlistRoutes({ desk, store, clock }),
      ...historyRoutes(desk),
      ...latestRoutes(desk),
      ...actionRoutes(desk),
      ...screenerRoutes(desk),
      ...controlRoutes(desk),
    ];
    const limiter = new RateLimiter(requestsPerMinute, clock);
    this.app = createAlpacaApp({
      routes: this.routes,
      keys: this.keys,
      limiter,
      clock,
      ids,
      log,
      openEvents: this.#openEvents,
    });
  }

  /** Makes it, ready for requests. */
  static async create(options: AlpacaServerOptions): Promise<AlpacaServer> {
    const server = new AlpacaServer(options);
    await server.app.ready();
    return server;
  }

  /** Answers a request that another server took. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.app.routing(request, response);
  }

  /** Takes the handshakes under `/alpaca/` of another server. */
  mountSockets(server: Server): void {
    this.#stops.push(serveAlpacaSockets(server, (path) => this.#socketRoute(path), 'prefix'));
  }

  /** Listens on a port of its own and gives the base address. Throws `PORT_IN_USE`. */
  async listen(host: string, port: number): Promise<string> {
    const address = await listenOn(this.app, host, port, 'the Alpaca protocols');
    this.#stops.push(serveAlpacaSockets(this.app.server, (path) => this.#socketRoute(path), 'root'));
    return address;
  }

  /** Ends all streams and takes no more: a server that is closed waits for them. Safe to call twice. */
  endStreams(): void {
    this.#trading.close();
    this.#market.close();
    for (const stop of this.#stops.splice(0)) stop();
    for (const end of this.#openEvents) end();
  }

  /** Ends streams and connections. */
  async close(): Promise<void> {
    this.endStreams();
    this.desk.close();
    await this.app.close();
  }

  #socketRoute(path: string) {
    if (path === '/stream') return this.#trading.serve.bind(this.#trading);
    const feed = /^\/v2\/([a-z_]+)$/.exec(path)?.[1];
    return feed !== undefined && STOCK_FEEDS.includes(feed) ? this.#market.serve.bind(this.#market) : undefined;
  }
}
