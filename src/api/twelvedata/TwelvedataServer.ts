/**
 * The Twelve Data protocols over one session: REST and the price stream. Runs within the gateway (under
 * `/twelvedata/`), on a port of its own (at exactly the vendor's paths), or both.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ApiKeyStore } from '../../domain/identity.js';
import type { Clock } from '../../utils/clock.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import type { Logger } from '../../utils/logger.js';
import { ApiKeys } from '../alpaca/ApiKeys.js';
import type { MarketReads } from '../alpaca/PaperVenue.js';
import { listenOn } from '../listenOn.js';
import { CreditLedger } from './CreditLedger.js';
import { DEFAULT_BEHAVIOUR } from './endpoint.js';
import type { TwelvedataBehaviour } from './endpoint.js';
import { MarketDesk } from './MarketDesk.js';
import { PLANS } from './plans.js';
import { Responder } from './Responder.js';
import { actionRoutes } from './routes/actionRoutes.js';
import { calendarRoutes } from './routes/calendarRoutes.js';
import { priceRoutes } from './routes/priceRoutes.js';
import { referenceRoutes } from './routes/referenceRoutes.js';
import { timeSeriesRoutes } from './routes/timeSeriesRoutes.js';
import { PriceStream } from './stream/PriceStream.js';
import type { PriceStreamParts } from './stream/PriceStream.js';
import { TwelvedataAccess } from './TwelvedataAccess.js';
import type { AccessOptions } from './TwelvedataAccess.js';
import { createTwelvedataApp } from './twelvedataApp.js';
import { serveTwelvedataSockets } from './twelvedataSockets.js';

/** What the server is made of. */
export interface TwelvedataServerOptions extends Partial<Omit<AccessOptions, 'keys'>> {
  readonly reads: MarketReads;
  readonly store: ApiKeyStore;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: Logger;
  readonly behaviour?: Partial<TwelvedataBehaviour>;
  /** See `PriceStreamParts.maxWaitingBytes`. */
  readonly maxWaitingBytes?: PriceStreamParts['maxWaitingBytes'];
}

/** See the module header. */
export class TwelvedataServer {
  readonly app: FastifyInstance;
  readonly #access: TwelvedataAccess;
  readonly #responder: Responder;
  readonly #stream: PriceStream;
  readonly #stops: (() => void)[] = [];

  private constructor(options: TwelvedataServerOptions) {
    const { reads, store, clock, ids, log, anyKey = false, plan = PLANS.local, planOf } = options;
    const behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
    const desk = new MarketDesk(reads);
    const credits = new CreditLedger(() => desk.now);
    const parts = { desk, credits, behaviour };
    const access = new TwelvedataAccess({
      keys: new ApiKeys(store, clock),
      anyKey,
      plan,
      ...(planOf === undefined ? {} : { planOf }),
    });
    this.#access = access;
    this.#responder = new Responder({
      ...parts,
      access,
      endpoints: [
        ...timeSeriesRoutes(parts),
        ...priceRoutes(parts),
        ...referenceRoutes(parts),
        ...calendarRoutes(parts),
        ...actionRoutes(parts),
      ],
      onFault: (error) => log.error({ err: error }, 'a Twelve Data request failed'),
    });
    const { maxWaitingBytes } = options;
    this.#stream = new PriceStream({
      desk,
      access,
      behaviour,
      clock,
      log,
      ...(maxWaitingBytes === undefined ? {} : { maxWaitingBytes }),
    });
    this.app = createTwelvedataApp({ responder: this.#responder, ids, log });
  }

  /** Makes it, ready for requests. */
  static async create(options: TwelvedataServerOptions): Promise<TwelvedataServer> {
    const server = new TwelvedataServer(options);
    await server.app.ready();
    return server;
  }

  /** Answers a request that another server took. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.app.routing(request, response);
  }

  /** Takes the handshakes under `/twelvedata/` of another server. */
  mountSockets(server: Server): void {
    this.#serveSockets(server, 'prefix');
  }

  /** Listens on a port of its own and gives the base address. Throws `PORT_IN_USE`. */
  async listen(host: string, port: number): Promise<string> {
    const address = await listenOn(this.app, host, port, 'the Twelve Data protocols');
    this.#serveSockets(this.app.server, 'root');
    return address;
  }

  /** Ends all streams and takes no more: a server that is closed waits for them. Safe to call twice. */
  endStreams(): void {
    this.#stream.close();
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Ends streams and connections. */
  async close(): Promise<void> {
    this.endStreams();
    await this.app.close();
  }

  #serveSockets(server: Server, mount: 'root' | 'prefix'): void {
    const stop = serveTwelvedataSockets(
      server,
      {
        admit: (apikey) => this.#access.admit(apikey),
        serve: (socket, principal) => this.#stream.serve(socket, principal),
        fail: (error) => this.#responder.fail(error),
      },
      mount,
    );
    this.#stops.push(stop);
  }
}
