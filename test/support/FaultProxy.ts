/**
 * Stands between a broker client and its server on loopback and does what networks do: loses requests and answers,
 * doubles them, cuts and corrupts answers, answers by itself, falls silent, repeats, swaps and loses frames. HTTP
 * requests are whole before they are forwarded, so that each fault hits exactly one of them; what happens at random
 * happens by a seed. It never waits longer than it is told.
 */
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { SeededRandom } from '../../src/utils/random.js';
import { FrameSplitter } from './FrameSplitter.js';

/** What is done to one request. */
export type HttpFault =
  /** The server never sees it; the client's connection is closed, or with `silent` left without an answer. */
  | { readonly kind: 'dropRequest'; readonly silent?: boolean }
  /** The server answers; the client does not hear it. */
  | { readonly kind: 'dropAnswer'; readonly silent?: boolean }
  /** The server gets it twice; the client hears the second answer. */
  | { readonly kind: 'duplicate' }
  /** The server never sees it; the proxy answers. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The answer ends after so many bytes, head included; or one byte of it, counted from its end, is changed. */
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'corrupt'; readonly fromEnd: number }
  /** The answer comes in pieces of so many bytes, a turn of the event loop apart. */
  | { readonly kind: 'rate'; readonly bytes: number }
  /** An answer that never ends. */
  | { readonly kind: 'endless' }
  /** Forwarded only when `unclog` is called. */
  | { readonly kind: 'clog' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The body is compressed, whatever the client accepts. */
  | { readonly kind: 'gzip' }
  /** The body of the answer is what `change` makes of it. */
  | { readonly kind: 'rewrite'; readonly change: (body: string) => string };

/** What is done to the frames that come from the server. */
export type StreamFault = 'none' | 'repeat' | 'swap' | 'drop' | 'clog' | 'silent' | 'corrupt';

/** A request that came by. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Whether a fault is for a request. */
export type RequestMatch = (request: SeenRequest) => boolean;

interface Rule {
  readonly matches: RequestMatch;
  readonly fault: HttpFault;
  left: number;
}

interface StreamLink {
  readonly client: Duplex;
  readonly server: Socket;
  readonly held: Buffer[];
}

/** Matches by the beginning of `METHOD /path`. */
export function startsWith(text: string): RequestMatch {
  return ({ method, path }) => `${method} ${path}`.startsWith(text);
}

/** See the module header. */
export class FaultProxy {
  /** Requests that the client sent, and those that went on to the server. */
  readonly received: SeenRequest[] = [];
  readonly forwarded: SeenRequest[] = [];
  /** What is done to the frames from now on. */
  #streamFault: StreamFault = 'none';
  /** Handshakes of streams are answered with this status; 0: they are passed on. */
  handshakeStatus = 0;
  /** Connections are taken and nothing is ever said. */
  halfOpen = false;
  /** Things under way: requests, delays. */
  busy = 0;
  /** Connections of streams so far. */
  streamCount = 0;
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #rules: Rule[] = [];
  readonly #clogged: (() => void)[] = [];
  /** Who waits for a request. */
  readonly #waiting: (() => void)[] = [];
  readonly #links = new Set<StreamLink>();
  readonly #sockets = new Set<Duplex>();
  #chaos: ((request: SeenRequest) => HttpFault | undefined) | undefined;

  private constructor(target: URL) {
    this.#target = { host: target.hostname, port: Number(target.port) };
    this.#server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head));
  }

  /** Listens on a free port before `target`. */
  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(target));
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get streamUrl(): string {
    return `${this.url.replace('http', 'ws')}/stream`;
  }

  /** The next `times` requests that match meet the fault; earlier faults first. */
  fail(matches: RequestMatch, fault: HttpFault, times = 1): this {
    this.#rules.push({ matches, fault, left: times });
    return this;
  }

  /** Requests without a rule meet one of `faults` by chance, drawn from the seed in the order in which they come. */
  chaos(seed: number, share: number, faults: readonly HttpFault[], matches: RequestMatch = () => true): this {
    const random = new SeededRandom(seed);
    this.#chaos = (request) => {
      if (!matches(request) || random.next() >= share) return undefined;
      return faults[Math.floor(random.next() * faults.length)];
    };
    return this;
  }

  /** Resolves once a request has come after which it holds; at once if it holds now. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Ends all faults, and lets everything through that is held. */
  heal(): this {
    this.#rules.length = 0;
    this.#chaos = undefined;
    this.halfOpen = false;
    this.handshakeStatus = 0;
    this.unclog();
    return this.stream('none');
  }

  /** From now on frames meet the fault; `none` lets go what is held. */
  stream(fault: StreamFault): this {
    this.#streamFault = fault;
    if (fault !== 'clog' && fault !== 'swap') for (const link of this.#links) this.#release(link);
    return this;
  }

  /** Ends all streams. */
  cut(): this {
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
    return this;
  }

  /** Forwards what `clog` held. */
  unclog(): this {
    for (const go of this.#clogged.splice(0)) go();
    return this;
  }

  async close(): Promise<void> {
    this.#clogged.length = 0;
    this.cut();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { method = '', url = '' } = incoming;
    const seen = { method, path: url, body: Buffer.concat(parts).toString() };
    this.received.push(seen);
    for (const go of this.#waiting.splice(0)) go();
    if (this.halfOpen) return;
    this.busy += 1;
    try {
      await this.#handle(seen, incoming.headers, outgoing);
    } catch {
      // The server's side was cut: so is the client's.
      outgoing.destroy();
    } finally {
      this.busy -= 1;
    }
  }

  async #handle(seen: SeenRequest, headers: IncomingHttpHeaders, outgoing: ServerResponse): Promise<void> {
    const fault = this.#faultOf(seen);
    const forward = (): Promise<Buffer> => this.#forward(seen, headers);
    switch (fault?.kind) {
      case undefined:
        return void outgoing.socket?.end(await forward());
      case 'dropRequest':
        return void (fault.silent === true || outgoing.destroy());
      case 'dropAnswer':
        await forward();
        return void (fault.silent === true || outgoing.destroy());
      case 'duplicate':
        await forward();
        return void outgoing.socket?.end(await forward());
      case 'answer':
        return void outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      case 'cut':
        return void outgoing.socket?.end((await forward()).subarray(0, fault.bytes));
      case 'corrupt': {
        const answer = await forward();
        const at = Math.max(0, answer.length - fault.fromEnd);
        answer[at] = (answer[at] ?? 0) ^ 0x40;
        return void outgoing.socket?.end(answer);
      }
      case 'rate': {
        const answer = await forward();
        for (let at = 0; at < answer.length; at += fault.bytes) {
          outgoing.socket?.write(answer.subarray(at, at + fault.bytes));
          await new Promise((resolve) => setImmediate(resolve));
        }
        return void outgoing.socket?.end();
      }
      case 'endless': {
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        const piece = Buffer.alloc(65_536, 0x20);
        const pour = (): void => {
          while (!outgoing.destroyed && outgoing.write(piece));
        };
        outgoing.on('drain', pour);
        return pour();
      }
      case 'clog':
        this.busy -= 1;
        await new Promise<void>((resolve) => {
          this.#clogged.push(resolve);
        });
        this.busy += 1;
        return void outgoing.socket?.end(await forward());
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return void outgoing.socket?.end(await forward());
      case 'gzip': {
        const [, body] = split(await forward());
        const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
        return void outgoing.writeHead(200, headers).end(gzipSync(body));
      }
      case 'rewrite': {
        const [, body] = split(await forward());
        const changed = fault.change(body);
        return void outgoing.writeHead(200, { 'content-type': 'application/json' }).end(changed);
      }
    }
  }

  #faultOf(seen: SeenRequest): HttpFault | undefined {
    const rule = this.#rules.find(({ matches, left }) => left > 0 && matches(seen));
    if (rule === undefined) return this.#chaos?.(seen);
    rule.left -= 1;
    return rule.fault;
  }

  /** The answer of the server as bytes of one HTTP message with its length. */
  #forward(seen: SeenRequest, headers: IncomingHttpHeaders): Promise<Buffer> {
    this.forwarded.push(seen);
    const { method, path, body } = seen;
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ ...this.#target, method, path, headers, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const content = Buffer.concat(parts);
          const lines = [`HTTP/1.1 ${answer.statusCode ?? 0} X`, 'connection: close'];
          for (const [name, value] of Object.entries(answer.headers)) {
            if (!SKIPPED.has(name)) lines.push(`${name}: ${String(value)}`);
          }
          if (answer.statusCode !== 204) lines.push(`content-length: ${content.length}`);
          resolve(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content]));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  #upgrade(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    if (this.halfOpen) return;
    if (this.handshakeStatus !== 0) {
      client.end(`HTTP/1.1 ${this.handshakeStatus} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.streamCount += 1;
    const server = connect(this.#target.port, this.#target.host);
    this.#keep(server);
    const link: StreamLink = { client, server, held: [] };
    this.#links.add(link);
    const lines = [`${incoming.method ?? 'GET'} ${incoming.url ?? '/'} HTTP/1.1`];
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
      lines.push(`${incoming.rawHeaders[i] ?? ''}: ${incoming.rawHeaders[i + 1] ?? ''}`);
    }
    server.write(`${lines.join('\r\n')}\r\n\r\n`);
    server.write(head);
    client.on('data', (data: Buffer) => {
      if (this.#streamFault !== 'silent') server.write(data);
    });
    const splitter = new FrameSplitter();
    server.on('data', (data: Buffer) => {
      for (const frame of splitter.take(data)) this.#passFrame(link, frame);
    });
    const end = (): void => {
      this.#links.delete(link);
      client.destroy();
      server.destroy();
    };
    client.on('close', end);
    // A client that is gone without a word; a silent line hides that too.
    client.on('end', () => {
      if (this.#streamFault !== 'silent') end();
    });
    server.on('close', end);
  }

  #passFrame(link: StreamLink, { bytes, isMessage }: { readonly bytes: Buffer; readonly isMessage: boolean }): void {
    const { client, held } = link;
    if (this.#streamFault === 'silent') return;
    if (!isMessage || this.#streamFault === 'none') return void client.write(bytes);
    switch (this.#streamFault) {
      case 'repeat':
        return void client.write(Buffer.concat([bytes, bytes]));
      case 'swap':
        held.unshift(bytes);
        return held.length === 2 ? this.#release(link) : undefined;
      case 'clog':
        return void held.push(bytes);
      case 'corrupt':
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 0x40;
        return void client.write(bytes);
      case 'drop':
        return undefined;
    }
  }

  #release({ client, held }: StreamLink): void {
    for (const frame of held.splice(0)) client.write(frame);
  }
}

const SKIPPED = new Set(['transfer-encoding', 'content-length', 'connection', 'keep-alive']);

function split(message: Buffer): [string, string] {
  const text = message.toString();
  const at = text.indexOf('\r\n\r\n');
  return [text.slice(0, at), text.slice(at + 4)];
}
