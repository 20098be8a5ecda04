/**
 * What every request must pass before anything reads it: a host name that is ours (against DNS rebinding), no
 * state change from another site (CSRF), and JSON bodies only.
 */
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config/systemConfig.js';
import { PapertapeError } from '../domain/errors.js';
import { unsupportedMediaType } from './problems.js';

const JSON_MEDIA_TYPE = /^application\/json(; ?charset=utf-8)?$/i;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Which hosts and origins are ours. */
export class OriginPolicy {
  readonly #publicOrigin: string | undefined;
  readonly #publicHost: string | undefined;

  constructor(publicUrl: string | undefined) {
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    this.#publicOrigin = url?.origin;
    this.#publicHost = url?.host;
  }

  /** Whether the public address uses TLS, so that cookies can demand it. */
  get secure(): boolean {
    return this.#publicOrigin?.startsWith('https:') ?? false;
  }

  /** Whether a Host header names this server: its public name, or this machine. */
  isOwnHost(host: string | undefined): boolean {
    if (host === undefined) return false;
    return host === this.#publicHost || isLoopback(host.replace(/:\d{1,5}$/, ''));
  }

  /** Whether an Origin header is this server's own, given the request's Host header. */
  isOwnOrigin(origin: string, host: string | undefined): boolean {
    if (origin === this.#publicOrigin) return true;
    // On this machine the page is wherever the request went: same host name and same port.
    return host !== undefined && host !== this.#publicHost && origin === `http://${host}`;
  }
}

/** Refuses what must not be read at all. */
export function checkRequest(request: FastifyRequest, origins: OriginPolicy): void {
  const { host, origin } = request.headers;
  if (!origins.isOwnHost(host)) {
    throw new PapertapeError('FORBIDDEN', 'This server does not answer under that host name.', {
      remedy: 'Use the address that Papertape printed, or set PAPERTAPE_PUBLIC_URL.',
    });
  }
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const foreignOrigin = origin !== undefined && !origins.isOwnOrigin(origin, host);
  if (foreignSite || foreignOrigin) {
    throw new PapertapeError('FORBIDDEN', 'Changes are only accepted from Papertape’s own page.');
  }
  const hasBody = request.headers['transfer-encoding'] !== undefined || request.headers['content-length'] !== undefined;
  const type = request.headers['content-type'];
  if (type === undefined ? hasBody && request.headers['content-length'] !== '0' : !JSON_MEDIA_TYPE.test(type)) {
    throw unsupportedMediaType();
  }
}

/** Refuses a cookie-authenticated change that does not show that it comes from our page. */
export function checkCookieRequest(request: FastifyRequest): void {
  if (request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined) {
    throw new PapertapeError('FORBIDDEN', 'A request with a cookie must say which page it comes from.');
  }
}
