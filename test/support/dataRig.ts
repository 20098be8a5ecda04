/**
 * A live source of Alpaca data that records what it tells, and servers for it: the Alpaca server behind a proxy for
 * faults, or a script. The source's clock is the test's.
 */
import type { AddressInfo } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { AlpacaMarketStream } from '../../src/data/alpacaClient/AlpacaMarketStream.js';
import type { AlpacaStreamOptions } from '../../src/data/alpacaClient/AlpacaMarketStream.js';
import type { PrintCorrection, SourceListener, SourceRows, SourceState } from '../../src/domain/marketSource.js';
import { SourceRowKind } from '../../src/domain/marketSource.js';
import { TradingStatus } from '../../src/domain/marketTables.js';
import { ManualClock } from './ManualClock.js';

/** A key that a paper account could have. */
export const RIG_KEY = 'PKTESTTESTTESTTEST01';
export const RIG_SECRET = 'a-secret-that-nobody-may-see';
const PATIENCE_MS = 20_000;
const KIND_NAMES = ['status', 'quote', 'print', 'bar'] as const;

/** A row in short. */
export interface ToldRow {
  readonly kind: (typeof KIND_NAMES)[number];
  readonly symbol: string;
  readonly time: number;
  /** Price of a print, bid of a quote, close of a bar, code of a status. */
  readonly value: number;
}

/** Hears everything and keeps it. */
export class DataRecorder implements SourceListener {
  readonly states: SourceState[] = [];
  readonly rows: ToldRow[] = [];
  readonly corrections: PrintCorrection[] = [];
  readonly gaps: { readonly since: number; readonly until: number }[] = [];
  readonly symbols: string[] = [];
  heartbeats = 0;
  readonly #source: () => AlpacaMarketStream;

  constructor(source: () => AlpacaMarketStream) {
    this.#source = source;
  }

  onRows(rows: SourceRows): void {
    const next = [0, 0, 0, 0];
    const names = this.#source().symbols;
    for (let at = 0; at < rows.length; at += 1) {
      const kind = rows.kinds[at] ?? 0;
      const row = next[kind] ?? 0;
      next[kind] = row + 1;
      if (kind === SourceRowKind.STATUS && rows.statuses.status[row] === TradingStatus.HEARTBEAT) {
        this.heartbeats += 1;
        continue;
      }
      const table = [rows.statuses, rows.quotes, rows.prints, rows.bars][kind];
      const values = [rows.statuses.status, rows.quotes.bid, rows.prints.price, rows.bars.close][kind];
      this.rows.push({
        kind: KIND_NAMES[kind] ?? 'status',
        symbol: names[table?.symbolId[row] ?? -1] ?? '',
        time: table?.time[row] ?? 0,
        value: values?.[row] ?? 0,
      });
    }
  }
  onCorrection(correction: PrintCorrection): void {
    this.corrections.push(correction);
  }
  onState(state: SourceState): void {
    this.states.push(state);
  }
  onSymbol(symbol: string, state: 'subscribed' | 'refused', reason: string | undefined): void {
    this.symbols.push(`${symbol} ${state}${reason === undefined ? '' : `: ${reason}`}`);
  }
  onGap(since: number, until: number): void {
    this.gaps.push({ since, until });
  }
}

/** A source that is started, and what it told. */
export class DataRig {
  readonly clock: ManualClock;
  readonly source: AlpacaMarketStream;
  readonly told: DataRecorder;

  constructor(options: Partial<AlpacaStreamOptions> & { readonly url: string; readonly startMs?: number }) {
    this.clock = new ManualClock(options.startMs);
    this.source = new AlpacaMarketStream({
      feed: 'iex',
      keyId: RIG_KEY,
      secretKey: RIG_SECRET,
      clock: this.clock,
      random: () => 0.5,
      ...options,
    });
    this.told = new DataRecorder(() => this.source);
    this.source.start(this.told);
  }

  get state(): SourceState['kind'] {
    return this.told.states.at(-1)?.kind ?? 'stopped';
  }

  /** Lets sockets work until it holds; with `stepMs` the source's time passes too, while nothing happens. */
  async until(holds: () => boolean, stepMs = 0): Promise<void> {
    const startedMs = performance.now();
    await Promise.resolve();
    for (let turns = 1; !holds(); turns += 1) {
      if (performance.now() - startedMs > PATIENCE_MS) {
        const states = this.told.states.map((state) => ('error' in state ? state.error.message : state.kind));
        throw new Error(`never: ${holds.toString()}; ${states.slice(-6).join(', ')}`);
      }
      await turn();
      if (stepMs > 0 && turns % 5 === 0) this.clock.advance(stepMs);
    }
  }

  /** Until it is live once more than before. */
  async live(stepMs = 0): Promise<void> {
    await this.until(() => this.state === 'live', stepMs);
  }

  /** Lets as much time pass, in steps between which sockets work. */
  async pass(ms: number, stepMs = 1_000): Promise<void> {
    const end = this.clock.monotonicMs() + ms;
    await this.until(() => this.clock.monotonicMs() >= end, Math.min(ms, stepMs));
  }
}

/** One turn of the event loop, sockets included. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

/** What a script does with a message of the client; `connection` counts from 1. */
export type Script = (message: Record<string, unknown>, socket: WebSocket, connection: number) => void;

/** A stream server that does what a script says, after `connected`. */
export class ScriptedAlpaca {
  readonly received: Record<string, unknown>[] = [];
  /** How each of them was coded. */
  readonly codings: ('json' | 'msgpack')[] = [];
  connections = 0;
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, script: Script) {
    this.#server = server;
    server.on('connection', (socket, request) => {
      if (request.headers['content-type'] === 'application/msgpack') packing.add(socket);
      this.connections += 1;
      const connection = this.connections;
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        const message = (isBinary ? decode(data) : JSON.parse(data.toString())) as Record<string, unknown>;
        this.received.push(message);
        this.codings.push(isBinary ? 'msgpack' : 'json');
        script(message, socket, connection);
      });
      say(socket, { T: 'success', msg: 'connected' });
    });
  }

  static async start(script: Script): Promise<ScriptedAlpaca> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => {
      server.once('listening', resolve);
    });
    return new ScriptedAlpaca(server, script);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sockets that are open. */
  get open(): readonly WebSocket[] {
    return [...this.#server.clients];
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** Sends messages as one frame, to a client of MessagePack in that. */
export function say(socket: WebSocket, ...messages: readonly object[]): void {
  socket.send(packing.has(socket) ? encode(messages) : JSON.stringify(messages));
}

const packing = new WeakSet<WebSocket>();

/** A script that signs in and keeps subscriptions as Alpaca does; `change` may answer instead, by returning true. */
export function alpacaScript(change: Script | ((...args: Parameters<Script>) => boolean) = () => false): Script {
  const lists = new Map<WebSocket, Map<string, Set<string>>>();
  return (message, socket, connection) => {
    if (change(message, socket, connection) === true) return;
    if (message['action'] === 'auth') {
      say(socket, { T: 'success', msg: 'authenticated' });
      return;
    }
    const own = lists.get(socket) ?? new Map<string, Set<string>>();
    lists.set(socket, own);
    socket.once('close', () => lists.delete(socket));
    for (const [channel, symbols] of Object.entries(message)) {
      if (!Array.isArray(symbols)) continue;
      const list = own.get(channel) ?? new Set<string>();
      own.set(channel, list);
      for (const symbol of symbols as readonly string[]) {
        if (message['action'] === 'subscribe') list.add(symbol);
        else list.delete(symbol);
      }
    }
    say(socket, { T: 'subscription', ...Object.fromEntries([...own].map(([name, list]) => [name, [...list]])) });
  };
}
