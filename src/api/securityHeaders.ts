/**
 * The headers that every answer carries: what a browser may do with it, and that nothing private is kept. They are
 * the same for every request, so they are made once; the values are those that OWASP's secure headers project names.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The page runs its own files and talks to its own address; nothing else, and nobody may frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join(';');

/** A year. */
const HSTS_SECONDS = 31_536_000;

/** Names in lower case. `secure`: the public address uses TLS, and browsers are told to use nothing else. */
export function securityHeaders(secure: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    // The filters that this once switched on made holes of their own.
    'x-xss-protection': '0',
    ...(secure ? { 'strict-transport-security': `max-age=${HSTS_SECONDS}; includeSubDomains` } : {}),
  };
}

/** Sets the headers of every request that reaches the router, before anything else can answer it. */
export function addSecurityHeaders(app: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    // A route whose answer a browser may keep for its user, and ask for again by its tag, says so itself.
    const isTagged = reply.hasHeader('etag') && reply.statusCode < 400;
    if (isPrivate(request, reply) && !isTagged) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}

/** Data, and every refusal: it may say which addresses there are. */
function isPrivate(request: FastifyRequest, reply: FastifyReply): boolean {
  return request.url.startsWith('/api') || request.url.startsWith('/health') || reply.statusCode >= 400;
}
