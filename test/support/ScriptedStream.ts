/**
 * A stream server of Twelve Data that does as a test tells it: refuses upgrades in every known way, answers
 * subscriptions or not, answers pings or not, sends what it is given, and ends connections in every way. It keeps what
 * each connection is subscribed to, by the messages that came.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

/** How an upgrade is refused. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/** One connection that was made. */
export interface ScriptedConnection {
  readonly socket: WebSocket;
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
  /** Symbols, or what objects name, as `SYMBOL` or `SYMBOL:EXCHANGE`. */
  readonly subscribed: Set<string>;
  /** Messages in the order in which they came, heartbeats left out. */
  readonly messages: unknown[];
  heartbeats: number;
  pings: number;
}

interface ClientMessage {
  readonly action?: string;
  readonly params?: { readonly symbols?: string | readonly (string | { symbol: string; exchange?: string })[] };
}

/** See the module header. */
export class ScriptedStream {
  /** All connections that were made, the newest last. */
  readonly connections: ScriptedConnection[] = [];
  /** Upgrades are answered so; `hang`: not at all; `reset`: the connection is cut. */
  upgrade: UpgradeRefusal | 'hang' | 'reset' | undefined;
  /** Whether subscriptions are answered with a status that accepts all. */
  answers = true;
  /** Whether pings are answered. */
  pongs = true;
  /** Upgrades that were asked for. */
  upgrades = 0;
  /** The most connections that were open at one time. */
  mostOpen = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor() {
    this.#server = createServer((_, answer) => answer.writeHead(404).end());
    const streams = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.upgrades += 1;
      if (this.upgrade === 'hang') return;
      if (this.upgrade === 'reset') return void socket.destroy();
      if (this.upgrade !== undefined) return void socket.end(refusalText(this.upgrade));
      streams.handleUpgrade(request, socket, head, (stream) => this.#accept(stream, request));
    });
  }

  /** Listens on a free port. */
  static async start(): Promise<ScriptedStream> {
    const server = new ScriptedStream();
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/quotes/price`;
  }

  /** The newest connection. */
  get last(): ScriptedConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('nobody has connected');
    return last;
  }

  /** Sends a text, or an object as JSON, over the newest connection. */
  send(...messages: readonly unknown[]): void {
    for (const message of messages) {
      this.last.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    }
  }

  /** Cuts the newest connection without a close frame. */
  reset(): void {
    this.last.socket.terminate();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const connection: ScriptedConnection = {
      ...{ socket, headers: request.headers, url: request.url ?? '' },
      ...{ subscribed: new Set<string>(), messages: [], heartbeats: 0, pings: 0 },
    };
    this.connections.push(connection);
    const open = this.connections.filter((one) => one.socket.readyState === socket.OPEN).length;
    this.mostOpen = Math.max(this.mostOpen, open);
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => {
      connection.pings += 1;
      if (this.pongs) socket.pong(data);
    });
    socket.on('message', (data: Buffer) => this.#hear(connection, JSON.parse(data.toString()) as ClientMessage));
  }

  #hear(connection: ScriptedConnection, message: ClientMessage): void {
    if (message.action === 'heartbeat') {
      connection.heartbeats += 1;
      if (this.answers) connection.socket.send('{"event":"heartbeat","status":"ok"}');
      return;
    }
    connection.messages.push(message);
    const symbols = message.params?.symbols ?? [];
    const named = (typeof symbols === 'string' ? symbols.split(',') : symbols).map((entry) =>
      typeof entry === 'string' ? { symbol: entry } : entry,
    );
    const names = named.map(({ symbol, ...rest }) => ('exchange' in rest ? `${symbol}:${rest.exchange}` : symbol));
    if (message.action === 'reset') connection.subscribed.clear();
    for (const name of names) {
      if (message.action === 'subscribe') connection.subscribed.add(name);
      else connection.subscribed.delete(name);
    }
    if (!this.answers || message.action === 'reset') return;
    connection.socket.send(JSON.stringify({ event: 'subscribe-status', status: 'ok', success: named, fails: [] }));
  }
}

function refusalText({ status, body, type = 'application/json' }: UpgradeRefusal): string {
  return [
    `HTTP/1.1 ${status} X`,
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
