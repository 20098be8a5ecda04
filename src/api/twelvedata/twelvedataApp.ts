/**
 * The HTTP side of the Twelve Data server: one Fastify instance that answers at exactly the vendor's paths. The gateway
 * hands it requests under `/twelvedata/`, a port of its own all of them.
 *
 * Programs send a key that no browser adds by itself, so no origin or host is checked; nothing here reads a cookie.
 */
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply } from 'fastify';
import type { IdGenerator } from '../../utils/idGenerator.js';
import type { Logger } from '../../utils/logger.js';
import { Query } from './Query.js';
import type { Reply, Responder } from './Responder.js';
import { endpointUnknown, TwelvedataError } from './twelvedataError.js';

/** Where the gateway serves it. */
export const TWELVEDATA_PREFIX = '/twelvedata';
const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** What the server is made of. */
export interface TwelvedataAppOptions {
  readonly responder: Responder;
  readonly ids: IdGenerator;
  readonly log: Logger;
}

/** Builds it; the caller makes it listen, or hands it requests with `app.routing`. */
export function createTwelvedataApp({ responder, ids, log }: TwelvedataAppOptions): FastifyInstance {
  const baseLogger: FastifyBaseLogger = log;
  const app: FastifyInstance = Fastify({
    loggerInstance: baseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    trustProxy: false,
    genReqId: () => ids.id(),
    childLoggerFactory: (logger) => logger,
    frameworkErrors: (error, _request, reply) => {
      void send(reply, responder.fail(protocolError(error)));
    },
  });
  // Whatever a client calls its body, it is JSON; what cannot be read is no batch.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, JSON.parse(String(text)));
    } catch {
      done(null, undefined);
    }
  });
  app.setErrorHandler((error, _request, reply) => send(reply, responder.fail(protocolError(error))));
  app.setNotFoundHandler(async (request, reply) => {
    const { path, query } = splitUrl(request.url);
    const apikey = keyOf(request.headers.authorization);
    if (request.method === 'GET') return send(reply, await responder.get(path, query, apikey));
    return send(reply, responder.fail(endpointUnknown(`${request.method} ${path}`)));
  });
  for (const url of ['/batch', `${TWELVEDATA_PREFIX}/batch`]) {
    app.post(url, async (request, reply) => {
      const { query } = splitUrl(request.url);
      return send(reply, await responder.batch(request.body, query, keyOf(request.headers.authorization)));
    });
  }
  return app;
}

/** Path and parameters of a request, without the gateway's prefix and without a slash at the end. */
export function splitUrl(url: string): { readonly path: string; readonly query: Query } {
  const [full = '/', search = ''] = url.split('?');
  const mounted = full === TWELVEDATA_PREFIX || full.startsWith(`${TWELVEDATA_PREFIX}/`);
  const path = (mounted ? full.slice(TWELVEDATA_PREFIX.length) : full).replace(/(?<=.)\/$/, '');
  return { path: path === '' ? '/' : path, query: new Query(new URLSearchParams(search)) };
}

/** The key of `Authorization: apikey KEY`. */
function keyOf(authorization: string | undefined): string | undefined {
  return /^apikey\s+(\S+)$/i.exec(authorization ?? '')?.[1];
}

function send(reply: FastifyReply, { status, headers, contentType, text }: Reply): FastifyReply {
  // As bytes, because a media type must go out as it is: a client compares `text/csv` letter by letter.
  return reply
    .status(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .header('content-type', contentType)
    .send(Buffer.from(text));
}

/** What the framework refuses (a body that is too long, a header that is none) has a status of its own. */
function protocolError(error: unknown): unknown {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? new TwelvedataError(status, (error as Error).message) : error;
}
