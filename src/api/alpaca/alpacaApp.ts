/**
 * The HTTP side of the Alpaca server: one Fastify instance that answers at exactly Alpaca's paths. The gateway hands
 * it requests under `/alpaca/`, a port of its own all of them.
 *
 * Programs send credentials of their own in headers that no browser adds by itself, so no origin or host is checked;
 * nothing here reads a cookie.
 */
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PapertapeError } from '../../domain/errors.js';
import { roleIncludes } from '../../domain/identity.js';
import type { Clock } from '../../utils/clock.js';
import { required } from '../../utils/assert.js';
import { OutageLog } from '../OutageLog.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import type { Logger } from '../../utils/logger.js';
import { AlpacaCode, AlpacaError, forbidden, invalid, unauthorized } from './alpacaError.js';
import type { AlpacaPrincipal, AlpacaRoute } from './alpacaRoute.js';
import type { ApiKeys } from './ApiKeys.js';
import { credentialsOf } from './credentials.js';
import { sendEvents } from './eventStream.js';
import type { RateLimiter, RateState } from './RateLimiter.js';
import type { Fields } from './requestFields.js';

/** Where the gateway serves it. */
export const ALPACA_PREFIX = '/alpaca';
const BODY_LIMIT_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** The count of requests without a good key; no account has a name without its API before it. */
const STRANGERS = 'strangers';

/** What the server is made of. */
export interface AlpacaAppOptions {
  readonly routes: readonly AlpacaRoute[];
  readonly keys: ApiKeys;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: Logger;
  /** See `EventStreamParts.open`. */
  readonly openEvents: Set<() => void>;
}

/** Builds it; the caller makes it listen, or hands it requests with `app.routing`. */
export function createAlpacaApp(options: AlpacaAppOptions): FastifyInstance {
  const { routes, ids, limiter, log, clock } = options;
  const outages = new OutageLog(clock);
  const sendError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const answer = errorOf(error);
    if (answer.status >= 500 && !outages.takes(error, request.id, request.log)) {
      request.log.error({ reqId: request.id, err: error }, 'an Alpaca request failed');
    }
    return reply
      .status(answer.status)
      .header('content-type', 'application/json; charset=UTF-8')
      .send(JSON.stringify(answer.body()));
  };
  const baseLogger: FastifyBaseLogger = log;
  const app: FastifyInstance = Fastify({
    loggerInstance: baseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    trustProxy: false,
    genReqId: () => ids.id().replaceAll('-', ''),
    rewriteUrl: (request) => ownPath(request.url ?? '/'),
    routerOptions: { caseSensitive: true, maxParamLength: 300, ignoreTrailingSlash: true },
    // Requests are not logged, so a logger for each would be made in vain; errors name the request themselves.
    childLoggerFactory: (logger) => logger,
    frameworkErrors: (error, request, reply) => {
      tellRate(reply, limiter.take(STRANGERS));
      reply.header('x-request-id', request.id);
      sendError(error, request, reply);
    },
  });
  // Whatever a client calls its body, it is JSON; an empty one is none.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    const body = String(text);
    if (body.trim() === '') {
      done(null, undefined);
      return;
    }
    try {
      done(null, JSON.parse(body));
    } catch {
      done(invalid('request body format is invalid'), undefined);
    }
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler(async (request, reply) => {
    await admit(request, reply, 'trading', options);
    return sendError(new AlpacaError(404, undefined, 'endpoint not found'), request, reply);
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
    // Old clients send an empty media type with a DELETE, which the framework refuses before it looks for a parser.
    if (request.headers['content-type'] === '') request.headers['content-type'] = 'application/json';
    done();
  });
  for (const route of routes) addRoute(app, route, options);
  return app;
}

function addRoute(app: FastifyInstance, route: AlpacaRoute, options: AlpacaAppOptions): void {
  const { keys, clock, openEvents: open } = options;
  const principals = new WeakMap<FastifyRequest, AlpacaPrincipal>();
  app.route({
    method: route.method,
    url: route.path,
    // Before the body is read: every answer tells the limits, and a stranger's body is not looked at.
    onRequest: async (request, reply) => {
      const key = await admit(request, reply, route.api === 'data' ? 'data' : 'trading', options);
      if (key === undefined) throw unauthorized();
      principals.set(request, key);
    },
    handler: async (request, reply) => {
      const key = required(principals.get(request), 'whoever sent an admitted request');
      if (!roleIncludes(key.role, route.access === 'read' ? 'viewer' : 'trader')) throw forbidden('forbidden.');
      const answer = await route.handle({
        principal: key,
        params: request.params as Readonly<Record<string, string>>,
        query: request.query as Fields,
        body: request.body,
      });
      reply.status(answer.status);
      if (answer.events !== undefined) {
        const onError = (error: unknown): void => request.log.debug({ err: error }, 'a stream of events failed');
        sendEvents(reply, key.keyId, answer.events, { clock, keys, onError, open });
        return reply;
      }
      if (answer.body === undefined) return reply.send();
      return reply.header('content-type', 'application/json; charset=UTF-8').send(JSON.stringify(answer.body));
    },
  });
}

/**
 * Whose request it is, counted and told in the headers; undefined for a stranger's. Strangers are counted together and
 * never put off, as they get nothing anyway. Throws 429.
 */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  api: 'trading' | 'data',
  { keys, limiter }: AlpacaAppOptions,
): Promise<AlpacaPrincipal | undefined> {
  const credentials = credentialsOf(request.headers);
  const key = credentials === undefined ? undefined : await keys.verify(credentials.keyId, credentials.secret);
  const rate = limiter.take(key === undefined ? STRANGERS : `${api} ${key.accountId}`);
  tellRate(reply, rate);
  if (key === undefined || !rate.exceeded) return key;
  reply.header('retry-after', String(rate.retryAfterSeconds));
  throw new AlpacaError(429, AlpacaCode.RATE_LIMIT, 'rate limit exceeded');
}

function tellRate(reply: FastifyReply, { limit, remaining, resetSeconds }: RateState): void {
  reply.headers({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetSeconds),
  });
}

/** Strips the gateway's prefix and takes an encoded colon for a colon, as `/v2/orders%3Aby_client_order_id` has one. */
function ownPath(url: string): string {
  const [path = '', ...query] = url.split('?');
  const stripped =
    path === ALPACA_PREFIX || path.startsWith(`${ALPACA_PREFIX}/`) ? path.slice(ALPACA_PREFIX.length) : path;
  const colon = stripped.replaceAll(/%3a/gi, ':');
  return [colon === '' ? '/' : colon, ...query].join('?');
}

function errorOf(error: unknown): AlpacaError {
  if (error instanceof AlpacaError) return error;
  if (error instanceof PapertapeError) {
    if (error.code === 'OVERLOADED' || error.code === 'SHUTTING_DOWN' || error.code === 'KERNEL_UNRESPONSIVE') {
      return new AlpacaError(503, 50310000, error.message);
    }
    if (error.code === 'REQUEST_INVALID') return invalid(error.message);
    if (error.code === 'DATA_MISSING' || error.code === 'SYMBOL_UNKNOWN')
      return new AlpacaError(400, undefined, error.message);
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) return new AlpacaError(status, undefined, (error as Error).message);
  return new AlpacaError(500, AlpacaCode.INTERNAL, 'internal server error occurred');
}
