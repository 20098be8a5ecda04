/** Makes an HTTP server listen on a port of its own. */
import type { FastifyInstance } from 'fastify';
import { PapertapeError } from '../domain/errors.js';

/** Listens and gives the base address, without a trailing slash. Throws `PORT_IN_USE`; `what` names who wants it. */
export async function listenOn(app: FastifyInstance, host: string, port: number, what: string): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new PapertapeError('PORT_IN_USE', `Another program listens on ${host}:${port}.`, {
      remedy: `Stop it, or choose another port for ${what}.`,
      cause: error,
    });
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}
