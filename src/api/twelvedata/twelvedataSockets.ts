/**
 * Takes WebSocket handshakes on the path of the price stream. The key is judged before the upgrade: whoever is refused
 * gets a JSON body in place of a connection, as clients expect it.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Principal } from './TwelvedataAccess.js';
import { splitUrl, TWELVEDATA_PREFIX } from './twelvedataApp.js';
import type { Reply } from './Responder.js';

/** Path of the stream. */
const STREAM_PATH = '/v1/quotes/price';
/** Largest message of a client, all its fragments together. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_SOCKETS = 500;

/** Who serves what arrives. */
export interface SocketParts {
  readonly admit: (apikey: string | undefined) => Promise<Principal>;
  readonly serve: (socket: WebSocket, principal: Principal) => void;
  /** The answer that an error becomes. */
  readonly fail: (error: unknown) => Reply;
}

/** Serves handshakes: all of the server's, or only those under the gateway's prefix. Returns a function to end it. */
export function serveTwelvedataSockets(server: Server, parts: SocketParts, mount: 'root' | 'prefix'): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const url = request.url ?? '/';
    if (mount === 'prefix' && !url.startsWith(`${TWELVEDATA_PREFIX}/`)) return;
    socket.on('error', () => socket.destroy());
    const { path, query } = splitUrl(url);
    if (path !== STREAM_PATH || sockets.clients.size >= MAX_SOCKETS) {
      const status = path === STREAM_PATH ? '503 Service Unavailable' : '404 Not Found';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const header = request.headers['x-td-apikey'];
    const apikey = query.text('apikey') ?? (typeof header === 'string' ? header : undefined);
    const admitted = parts.admit(apikey).then((principal) => {
      if (socket.destroyed) return;
      sockets.handleUpgrade(request, socket, head, (webSocket) => parts.serve(webSocket, principal));
    });
    admitted.catch((error: unknown) => {
      refuse(socket, parts.fail(error));
    });
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

function refuse(socket: Duplex, { status, contentType, text }: Reply): void {
  const body = Buffer.from(text);
  const head = [
    `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Refused'}`,
    'Connection: close',
    `Content-Type: ${contentType}`,
    `Content-Length: ${body.length}`,
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}
