/**
 * Stands between a client of the Twelve Data price stream and the server and does what the service and networks have
 * done: refuses, resets and closes connections, keeps silent in parts, and changes what is said. Whole messages pass,
 * so that each fault hits exactly one; nothing happens by chance or by itself.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

/** What becomes of one message of the server: nothing, itself, or others. */
export type StreamEdit = (text: string) => readonly string[];
/** What the server seems to leave out. */
export type Silence = 'pong' | 'heartbeat' | 'price';

/** An answer in place of a connection. */
export interface HandshakeAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
}

interface Link {
  readonly tcp: Socket;
  readonly client: WebSocket;
  readonly server: WebSocket;
}

/** See the module header. */
export class TwelvedataStreamFaults {
  /** In place of a connection; undefined: they are passed on. */
  handshake: HandshakeAnswer | undefined;
  /** Connections are reset before a word is said. */
  refusing = false;
  readonly silent = new Set<Silence>();
  /** Applied to each message of the server. */
  edit: StreamEdit = (text) => [text];
  /** Connections that were asked for so far, refused ones too. */
  attempts = 0;
  /** What `silent` left out so far. */
  swallowed = 0;
  readonly #target: string;
  readonly #server: Server = createServer();
  readonly #sockets = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
  readonly #links = new Set<Link>();

  private constructor(target: string) {
    this.#target = new URL(target).origin.replace('http', 'ws');
    this.#server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      if (!this.refusing) return;
      this.attempts += 1;
      socket.resetAndDestroy();
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Listens on a free port before the server whose stream is at `target`. */
  static async start(target: string): Promise<TwelvedataStreamFaults> {
    const faults = new TwelvedataStreamFaults(target);
    await new Promise<void>((resolve) => {
      faults.#server.listen(0, '127.0.0.1', resolve);
    });
    return faults;
  }

  /** Where clients find the stream. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/quotes/price`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#links.size;
  }

  /** Ends all connections with a TCP reset. */
  reset(): void {
    for (const { tcp } of this.#links) tcp.resetAndDestroy();
  }

  /** Closes all connections as a server does. */
  closeAll(code: number): void {
    for (const { client } of this.#links) client.close(code);
  }

  /** Says something that the server did not. */
  inject(text: string): void {
    for (const { client } of this.#links) client.send(text);
  }

  async close(): Promise<void> {
    for (const { client, server } of this.#links) {
      client.terminate();
      server.terminate();
    }
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.attempts += 1;
    socket.on('error', () => socket.destroy());
    if (this.handshake !== undefined) {
      answer(socket, this.handshake);
      return;
    }
    const key = request.headers['x-td-apikey'];
    const headers = typeof key === 'string' ? { 'x-td-apikey': key } : {};
    const server = new WebSocket(`${this.#target}${request.url ?? ''}`, { headers, perMessageDeflate: false });
    server.on('error', () => socket.destroy());
    server.on('unexpected-response', (_request, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const [status, contentType] = [response.statusCode ?? 502, response.headers['content-type'] ?? 'text/plain'];
        answer(socket, { status, contentType, body: Buffer.concat(parts).toString() });
      });
    });
    server.on('open', () => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        this.#join({ tcp: request.socket, client, server });
      });
    });
  }

  #leaves(part: Silence): boolean {
    if (!this.silent.has(part)) return false;
    this.swallowed += 1;
    return true;
  }

  #join(link: Link): void {
    const { client, server } = link;
    this.#links.add(link);
    client.on('ping', (data) => {
      if (!this.#leaves('pong')) client.pong(data);
    });
    client.on('message', (data: Buffer) => server.send(data.toString()));
    server.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('{"event":"price"') && this.#leaves('price')) return;
      if (text.startsWith('{"event":"heartbeat"') && this.#leaves('heartbeat')) return;
      for (const one of this.edit(text)) client.send(one);
    });
    const end = (): void => {
      this.#links.delete(link);
      server.terminate();
    };
    client.on('error', end);
    client.on('close', end);
    server.on('close', (code, reason) => {
      this.#links.delete(link);
      // A code that nobody may send says that there was no frame: the same is passed on.
      if (code === 1005 || code === 1006) client.terminate();
      else client.close(code, reason);
    });
  }
}

function answer(socket: Duplex, { status, contentType = 'application/json', body = '' }: HandshakeAnswer): void {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status} X\r\nContent-Type: ${contentType}\r\nContent-Length: ${bytes.length}`;
  socket.end(Buffer.concat([Buffer.from(`${head}\r\nConnection: close\r\n\r\n`), bytes]));
}
