/**
 * The WebSocket end of the stream: checks the handshake before the upgrade, demands a ticket as the first
 * message, and limits what a client may send.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData } from 'ws';
import { API_PREFIX, clientMessageSchema, StreamClose } from '../../contracts/index.js';
import type { ClientMessage } from '../../contracts/index.js';
import type { Clock } from '../../utils/clock.js';
import type { Logger } from '../../utils/logger.js';
import type { OriginPolicy } from '../requestGuards.js';
import type { ClientStream } from './ClientStream.js';
import type { StreamHub } from './StreamHub.js';
import type { StreamTickets } from './StreamTickets.js';

/** Path of the stream. */
export const STREAM_PATH = `${API_PREFIX}/stream`;
const MAX_MESSAGE_BYTES = 16 * 1024;
const AUTHENTICATE_MS = 5000;
const HEARTBEAT_MS = 15_000;
/** Messages and pings a client may send within ten seconds. */
const MAX_MESSAGES = 100;
const MESSAGE_WINDOW_MS = 10_000;
/** Sockets at once, and of one address. */
const MAX_SOCKETS = 500;
const MAX_SOCKETS_PER_ADDRESS = 64;
const POLICY_VIOLATION = 1008;

/** What the server needs. */
export interface StreamServerOptions {
  readonly hub: StreamHub;
  readonly tickets: StreamTickets;
  readonly origins: OriginPolicy;
  readonly clock: Clock;
  readonly log: Logger;
  /** Starts of paths whose handshakes other listeners answer, without a trailing slash. */
  readonly otherPrefixes?: readonly string[];
}

/** Serves the stream on an HTTP server; returns a function that ends it. */
export function serveStream(server: Server, options: StreamServerOptions): () => void {
  const { hub, tickets, origins, clock, log, otherPrefixes = [] } = options;
  // Compression multiplies the processor's work and the delay, and opens the door to decompression bombs.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const byAddress = new Map<string, number>();

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Handshakes of programs are answered by the servers of their protocols.
    if (otherPrefixes.some((prefix) => request.url?.startsWith(`${prefix}/`))) return;
    socket.on('error', () => socket.destroy());
    const refusal = handshakeRefusal(request, origins);
    const address = request.socket.remoteAddress ?? '';
    if (refusal !== undefined) {
      refuse(socket, refusal);
    } else if (sockets.clients.size >= MAX_SOCKETS || (byAddress.get(address) ?? 0) >= MAX_SOCKETS_PER_ADDRESS) {
      refuse(socket, '503 Service Unavailable');
    } else {
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
        webSocket.once('close', () => {
          const left = (byAddress.get(address) ?? 1) - 1;
          if (left > 0) byAddress.set(address, left);
          else byAddress.delete(address);
        });
        serveClient(webSocket, { hub, tickets, clock, log });
      });
    }
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

function handshakeRefusal(request: IncomingMessage, origins: OriginPolicy): string | undefined {
  const { origin, host } = request.headers;
  // A query is refused whatever it holds: a token in a URL ends in logs and histories.
  if (request.url !== STREAM_PATH)
    return request.url?.startsWith(`${STREAM_PATH}?`) ? '400 Bad Request' : '404 Not Found';
  if (!origins.isOwnHost(host)) return '403 Forbidden';
  // Browsers always send an origin. Without one it is a program, which has no business with cookies.
  const own = origin === undefined ? request.headers.cookie === undefined : origins.isOwnOrigin(origin, host);
  return own ? undefined : '403 Forbidden';
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function serveClient(webSocket: WebSocket, options: Omit<StreamServerOptions, 'origins'>): void {
  const { hub, tickets, clock, log } = options;
  let stream: ClientStream | undefined;
  let alive = true;
  let received = 0;
  let windowStart = clock.monotonicMs();

  const cancelAuthentication = clock.setTimer(AUTHENTICATE_MS, () => {
    if (stream === undefined) webSocket.close(StreamClose.UNAUTHENTICATED, 'No ticket came in time.');
  });
  let cancelHeartbeat = (): void => undefined;
  const heartbeat = (): void => {
    if (!alive) {
      webSocket.terminate();
      return;
    }
    alive = false;
    webSocket.ping();
    cancelHeartbeat = clock.setTimer(HEARTBEAT_MS, heartbeat);
  };
  cancelHeartbeat = clock.setTimer(HEARTBEAT_MS, heartbeat);

  /** Counts a message; false once there were too many. */
  const withinLimit = (): boolean => {
    const now = clock.monotonicMs();
    if (now - windowStart > MESSAGE_WINDOW_MS) {
      windowStart = now;
      received = 0;
    }
    received += 1;
    if (received <= MAX_MESSAGES) return true;
    webSocket.close(StreamClose.RATE_LIMITED, 'Too many messages.');
    return false;
  };

  webSocket.on('pong', () => {
    alive = true;
  });
  webSocket.on('ping', withinLimit);
  webSocket.on('error', (error) => {
    log.debug({ err: error }, 'stream socket failed');
  });
  webSocket.on('close', () => {
    cancelAuthentication();
    cancelHeartbeat();
    if (stream !== undefined) hub.lost(stream);
  });
  webSocket.on('message', (data, isBinary) => {
    if (!withinLimit() || webSocket.readyState !== WebSocket.OPEN) return;
    alive = true;
    const message = isBinary ? undefined : parseMessage(data);
    if (message === undefined) {
      webSocket.close(POLICY_VIOLATION, 'The message is not one that clients send.');
    } else if (message.type === 'authenticate') {
      const principal = stream === undefined ? tickets.take(message.ticket) : undefined;
      if (principal === undefined) webSocket.close(StreamClose.UNAUTHENTICATED, 'The ticket is not valid.');
      else stream = hub.open(webSocket, principal, message.resume);
    } else if (stream === undefined) {
      webSocket.close(StreamClose.UNAUTHENTICATED, 'The first message must be authenticate.');
    } else if (message.type === 'subscribe') {
      void hub.subscribe(stream, message.topics);
    } else if (message.type === 'unsubscribe') {
      hub.unsubscribe(stream, message.topics);
    } else {
      stream.control({ type: 'pong' });
    }
  });
}

function parseMessage(data: RawData): ClientMessage | undefined {
  if (!Buffer.isBuffer(data)) return undefined;
  try {
    const parsed = clientMessageSchema.safeParse(JSON.parse(data.toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
