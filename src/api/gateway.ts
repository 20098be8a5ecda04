/**
 * The gateway: REST, the stream, the page, health and the API's documentation, behind one door. Everything but
 * health and the page's own files needs a sign-in; a route that says nothing about access is closed.
 */
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import cookiePlugin from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { isLoopback } from '../config/systemConfig.js';
import type { SystemConfig } from '../config/systemConfig.js';
import type { Dependency } from '../contracts/index.js';
import { PapertapeError } from '../domain/errors.js';
import type { AccountReportStore } from '../domain/accountReports.js';
import type { KeptRuns } from '../domain/runs.js';
import type { TradeLogStore } from '../domain/tradeLog.js';
import { roleIncludes } from '../domain/identity.js';
import { assert } from '../utils/assert.js';
import type { Clock } from '../utils/clock.js';
import type { IdGenerator } from '../utils/idGenerator.js';
import type { Logger } from '../utils/logger.js';
import { ALPACA_PREFIX } from './alpaca/alpacaApp.js';
import type { AlpacaServer } from './alpaca/AlpacaServer.js';
import { registerApiDocs } from './apiDocs.js';
import { HealthMonitor, registerHealthRoutes } from './health.js';
import { LoopMonitor } from './LoopMonitor.js';
import type { AuthService, Principal } from './microservices/AuthService.js';
import { MarketDataService } from './microservices/MarketDataService.js';
import type { MarketHistory } from './microservices/MarketDataService.js';
import { OutageLog } from './OutageLog.js';
import { sendProblem } from './problems.js';
import { checkCookieRequest, checkRequest, OriginPolicy } from './requestGuards.js';
import { registerRoutes } from './routeHandlers.js';
import type { RouteAccess } from './routeHandlers.js';
import { authRoutes, refreshCookie, refreshTokenOf } from './routes/authRoutes.js';
import type { RefreshCookie } from './routes/authRoutes.js';
import { accountRoutes } from './routes/accountRoutes.js';
import { marketRoutes } from './routes/marketRoutes.js';
import { reportRoutes } from './routes/reportRoutes.js';
import { performanceRoutes } from './routes/performanceRoutes.js';
import { runRoutes } from './routes/runRoutes.js';
import { tradingRoutes } from './routes/tradingRoutes.js';
import { addSecurityHeaders, securityHeaders } from './securityHeaders.js';
import { StreamHub } from './stream/StreamHub.js';
import { serveStream } from './stream/streamServer.js';
import { StreamTickets } from './stream/StreamTickets.js';
import type { TradingSession } from './tradingSession.js';
import { TWELVEDATA_PREFIX } from './twelvedata/twelvedataApp.js';
import type { TwelvedataServer } from './twelvedata/TwelvedataServer.js';

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 60_000;
/** How long requests in flight may take when it closes; a connection that never asked anything is none of the idle. */
const CLOSE_MS = 2_000;

/** What the gateway is made of. */
export interface GatewayOptions {
  readonly config: Pick<SystemConfig, 'host' | 'port' | 'publicUrl' | 'authSecret' | 'requestsPerMinute'>;
  readonly session: TradingSession;
  readonly auth: AuthService;
  /** The trade log of all sessions. */
  readonly trades: TradeLogStore;
  /** What happened in the accounts of all sessions. */
  readonly reports: AccountReportStore;
  /** Kept backtests and analyses. */
  readonly runs: KeptRuns;
  /** Stored market history. */
  readonly history: MarketHistory;
  /** Serves the Alpaca protocols under `/alpaca/`; it checks keys of its own. */
  readonly alpaca?: AlpacaServer;
  /** Serves the Twelve Data protocols under `/twelvedata/`; it checks keys of its own too. */
  readonly twelvedata?: TwelvedataServer;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: Logger;
  readonly version: string;
  /** Folder of the built page; absent or not there: the API only. */
  readonly pageDir?: string;
  /** Dependencies beyond the session's own, e.g. the database. */
  readonly dependencies?: () => readonly Dependency[];
}

/** A gateway that can listen. */
export interface Gateway {
  /** For requests without a socket, in tests. */
  readonly app: FastifyInstance;
  /** Every route of the router with who may call it, in order of registration; undefined is nobody. */
  readonly routes: readonly {
    readonly method: string;
    readonly url: string;
    readonly access: RouteAccess | undefined;
  }[];
  /** Listens and gives the address for people. Throws `PORT_IN_USE`. */
  listen(): Promise<string>;
  /** From now on refuses everything but health with `SHUTTING_DOWN` (F04). */
  beginShutdown(): void;
  /** Ends streams and connections. */
  close(): Promise<void>;
}

/** Builds the gateway. Throws `CONFIG_INVALID` when it would be reachable from elsewhere without a secret. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, session, auth, clock, ids, log } = options;
  if (!isLoopback(config.host) && (config.authSecret === undefined || config.publicUrl === undefined)) {
    throw new PapertapeError('CONFIG_INVALID', `Listening on ${config.host} needs a secret and a public address.`, {
      remedy: 'Set PAPERTAPE_AUTH_SECRET and PAPERTAPE_PUBLIC_URL, or listen on 127.0.0.1.',
    });
  }
  const origins = new OriginPolicy(config.publicUrl);
  const cookie = refreshCookie(origins.secure);
  const tickets = new StreamTickets(clock, ids);
  const loop = new LoopMonitor(clock);
  const health = new HealthMonitor({
    version: options.version,
    startedAt: clock.now(),
    dependencies: () => [...session.dependencies(), ...(options.dependencies?.() ?? []), loop.read()],
  });
  const hub = new StreamHub({ session, auth, clock, ids, health: () => health.read() });
  const headers = securityHeaders(origins.secure);
  const outages = new OutageLog(clock);
  let stopping = false;

  const baseLogger: FastifyBaseLogger = log;
  const app: FastifyInstance = Fastify({
    loggerInstance: baseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    // Requests in flight are answered before a close is through (F04).
    forceCloseConnections: 'idle',
    trustProxy: false,
    genReqId: () => ids.id(),
    routerOptions: { caseSensitive: true, maxParamLength: 160 },
    // Requests are not logged, so a logger for each would be made in vain; problems name the request themselves.
    childLoggerFactory: (logger) => logger,
    // No hook runs for these.
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply.headers(headers).header('cache-control', 'no-store'), outages);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, outages));
  app.decorateRequest('principal', undefined);
  const registered: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    registered.push(route);
  });

  addSecurityHeaders(app, headers);
  app.addHook('onRequest', (request, _reply, done) => {
    if (stopping && !request.url.startsWith('/health/')) {
      throw new PapertapeError('SHUTTING_DOWN', 'Papertape is stopping and takes no new requests.');
    }
    // Probes know the address only; health tells them nothing that a host name would protect.
    if (!request.url.startsWith('/health/')) checkRequest(request, origins);
    done();
  });
  // After the rate limit (which routes check on request) and before any body is read.
  app.addHook('preParsing', async (request) => {
    if (!request.is404) request.principal = await admit(request, auth, cookie);
  });
  await app.register(cookiePlugin);
  await app.register(rateLimit, {
    global: true,
    max: config.requestsPerMinute === 0 ? Number.MAX_SAFE_INTEGER : config.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { after }) =>
      new PapertapeError('RATE_LIMITED', 'There were too many requests in a short time.', {
        remedy: `Try again in ${after}.`,
      }),
  });
  await registerApiDocs(app, options.version, cookie.name);
  registerRoutes(app, {
    ...authRoutes({ auth, tickets, cookie, clock }),
    ...accountRoutes(session, auth),
    ...tradingRoutes(session, auth),
    ...performanceRoutes(session, options.trades, clock),
    ...runRoutes(options.runs),
    ...reportRoutes({ store: options.reports, trades: options.trades }),
    ...marketRoutes(session, new MarketDataService(options.history, session)),
    health: () => health.read(),
  });
  registerHealthRoutes(app, health);
  await registerPage(app, options.pageDir, outages);
  await app.ready();
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  const mounted = [
    ...(options.alpaca === undefined ? [] : [{ prefix: ALPACA_PREFIX, server: options.alpaca }]),
    ...(options.twelvedata === undefined ? [] : [{ prefix: TWELVEDATA_PREFIX, server: options.twelvedata }]),
  ];
  for (const { prefix, server } of mounted) mountProtocol(app, prefix, server);
  const stopStream = serveStream(app.server, {
    hub,
    tickets,
    origins,
    clock,
    log,
    otherPrefixes: mounted.map(({ prefix }) => prefix),
  });

  return {
    app,
    routes: registered.flatMap(({ method, url, config: rule }) =>
      [method].flat().map((one) => ({ method: one, url, access: rule?.access })),
    ),
    listen: () => listen(app, config),
    beginShutdown: () => {
      stopping = true;
      hub.close('Papertape is stopping.');
    },
    close: async () => {
      hub.close('Papertape is stopping.');
      loop.stop();
      stopStream();
      for (const { server } of mounted) server.endStreams();
      const cancel = clock.setTimer(CLOSE_MS, () => app.server.closeAllConnections());
      try {
        await app.close();
      } finally {
        cancel();
      }
    },
  };
}

/** Who the request is from, or throws; a route without an access rule is closed to everyone. */
async function admit(
  request: FastifyRequest,
  auth: AuthService,
  cookie: RefreshCookie,
): Promise<Principal | undefined> {
  const access: RouteAccess | undefined = request.routeOptions.config.access;
  if (access === 'open') return undefined;
  if (access === 'cookie') {
    checkCookieRequest(request);
    return undefined;
  }
  const authorization = request.headers.authorization;
  const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : undefined;
  let principal = token === undefined ? undefined : await auth.authenticate(token);
  if (access === 'document' && token === undefined) {
    const refreshToken = refreshTokenOf(request, cookie);
    principal = refreshToken === undefined ? undefined : await auth.authenticateCookie(refreshToken);
  }
  if (principal === undefined) throw new PapertapeError('UNAUTHENTICATED', 'Sign in first.');
  const needed = access === 'document' ? 'viewer' : access;
  if (needed === undefined || !roleIncludes(principal.role, needed)) {
    throw new PapertapeError('FORBIDDEN', `This needs the role ${needed ?? 'of nobody'}; you are ${principal.role}.`);
  }
  return principal;
}

/** A protocol of programs that is served beside the gateway's own. */
type ProtocolServer = Pick<AlpacaServer, 'handle' | 'mountSockets' | 'endStreams'>;

/**
 * Hands requests and handshakes under a prefix to their server before anything of the gateway sees them: they carry
 * keys instead of a sign-in, their bodies and errors are the protocol's.
 */
function mountProtocol(app: FastifyInstance, prefix: string, protocol: ProtocolServer): void {
  const { server } = app;
  const [own] = server.listeners('request');
  assert(own !== undefined, 'the gateway answers requests');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(`${prefix}/`) === true) protocol.handle(request, response);
    else Reflect.apply(own, server, [request, response]);
  });
  protocol.mountSockets(server);
}

async function registerPage(app: FastifyInstance, pageDir: string | undefined, outages: OutageLog): Promise<void> {
  const page = pageDir !== undefined && existsSync(join(pageDir, 'index.html')) ? pageDir : undefined;
  if (page !== undefined) {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'open' };
      });
      await scope.register(staticFiles, {
        root: page,
        cacheControl: false,
        setHeaders: (reply, path) => {
          // Built files carry a hash in their name; the page itself must always be asked for.
          const lasting = path.includes(`${join(page, 'assets')}`);
          reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const isPage = request.method === 'GET' && !/^\/(api|health|assets)(\/|$)/i.test(path) && !path.includes('.');
    if (page !== undefined && isPage) return reply.header('cache-control', 'no-cache').sendFile('index.html', page);
    return sendProblem(new PapertapeError('NOT_FOUND', 'There is nothing at this address.'), request, reply, outages);
  });
}

async function listen(app: FastifyInstance, config: GatewayOptions['config']): Promise<string> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PapertapeError('PORT_IN_USE', `Another program listens on ${config.host}:${config.port}.`, {
        remedy: 'Stop it, or choose another port with --port or PAPERTAPE_PORT.',
        cause: error,
      });
    }
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return config.publicUrl ?? `http://${host}:${port}`;
}
