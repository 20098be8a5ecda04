/** Gives WebSocket handshakes on Alpaca's paths to their streams; everything else on the server is left alone. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { ALPACA_PREFIX } from './alpacaApp.js';

/** Largest message of a client, all its fragments together. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_SOCKETS = 500;

/** Serves one connection; undefined for a path that is none of ours. */
export type SocketRoute = (path: string) => ((socket: WebSocket, request: IncomingMessage) => void) | undefined;

/** Serves handshakes: all of the server's, or only those under the gateway's prefix. Returns a function to end it. */
export function serveAlpacaSockets(server: Server, route: SocketRoute, mount: 'root' | 'prefix'): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const mounted = path.startsWith(`${ALPACA_PREFIX}/`);
    if (mount === 'prefix' && !mounted) return;
    socket.on('error', () => socket.destroy());
    const serve = route(mounted ? path.slice(ALPACA_PREFIX.length) : path);
    if (serve === undefined || sockets.clients.size >= MAX_SOCKETS) {
      const status = serve === undefined ? '404 Not Found' : '503 Service Unavailable';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, request));
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}
