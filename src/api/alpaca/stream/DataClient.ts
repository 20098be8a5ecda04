/** One connection of a market-data stream: what it subscribed to, and what waits to be sent to it. */
import type { WebSocket } from 'ws';
import type { WireCodec } from './wireCodec.js';

/** Channels that can be subscribed to. */
export const CHANNELS = [
  'trades',
  'quotes',
  'bars',
  'updatedBars',
  'dailyBars',
  'statuses',
  'lulds',
  'imbalances',
] as const;
/** A channel. */
export type Channel = (typeof CHANNELS)[number];
/** Channels of other feeds. */
const FOREIGN = ['news', 'orderbooks'];
/** These come with trades and cannot be asked for. */
const IMPLIED = ['corrections', 'cancelErrors'];
const SYMBOL = /^(\*|[A-Z][A-Z0-9./-]{0,20})$/;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** More than there are: what a client makes up is not kept without end. */
const MAX_SYMBOLS = 50_000;
/** Messages in one frame. */
const MAX_BATCH = 1_000;
const POLICY_VIOLATION = 1008;

/** Limits of a connection. */
export interface DataClientLimits {
  readonly maxWaitingBytes?: number;
  readonly symbolLimit?: number | undefined;
}

/** See the module header. */
export class DataClient {
  readonly socket: WebSocket;
  /** Undefined until it is authenticated. */
  accountId: string | undefined = undefined;
  keyId: string | undefined = undefined;
  readonly #codec: WireCodec;
  readonly #limits: DataClientLimits;
  readonly #sets: Readonly<Record<Channel, Set<string>>>;
  #batch: object[] = [];

  constructor(socket: WebSocket, codec: WireCodec, limits: DataClientLimits) {
    this.socket = socket;
    this.#codec = codec;
    this.#limits = limits;
    this.#sets = {
      trades: new Set(),
      quotes: new Set(),
      bars: new Set(),
      updatedBars: new Set(),
      dailyBars: new Set(),
      statuses: new Set(),
      lulds: new Set(),
      imbalances: new Set(),
    };
  }

  /** Whether it is subscribed to anything. */
  get subscribed(): boolean {
    return CHANNELS.some((channel) => this.#sets[channel].size > 0);
  }

  /** Whether messages of a channel about a symbol are for it. */
  wants(channel: Channel, symbol: string): boolean {
    const set = this.#sets[channel];
    return set.has(symbol) || set.has('*');
  }

  /** Adds to the subscriptions or subtracts from them, and says what they are then; an error changes nothing. */
  change(fields: Readonly<Record<string, unknown>>, add: boolean): void {
    const asked: [Channel, string[]][] = [];
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'action') continue;
      if (FOREIGN.includes(name)) return this.fail(410, 'invalid subscribe action for this feed');
      const channel = CHANNELS.find((one) => one === name);
      if (channel === undefined && IMPLIED.includes(name)) return this.fail(400, 'invalid syntax');
      if (channel === undefined) continue;
      if (!Array.isArray(value)) return this.fail(400, 'invalid syntax');
      const symbols = value.map((symbol) => String(symbol));
      if (symbols.some((symbol) => !SYMBOL.test(symbol))) return this.fail(400, 'invalid syntax');
      asked.push([channel, symbols]);
    }
    if (add && this.#countWith(asked) > (this.#limits.symbolLimit ?? MAX_SYMBOLS)) {
      return this.fail(405, 'symbol limit exceeded');
    }
    for (const [channel, symbols] of asked) {
      for (const symbol of symbols) {
        if (add) this.#sets[channel].add(symbol);
        else this.#sets[channel].delete(symbol);
      }
    }
    const lists = Object.fromEntries(
      CHANNELS.flatMap((channel): [string, string[]][] => {
        const symbols = [...this.#sets[channel]];
        // Alpaca's answer names imbalances only where somebody asked for them.
        return channel === 'imbalances' && symbols.length === 0 ? [] : [[channel, symbols]];
      }),
    );
    const trades = [...this.#sets.trades];
    return this.send({ T: 'subscription', ...lists, corrections: trades, cancelErrors: trades });
  }

  /** Sends a control message, alone in its list. */
  send(message: object): void {
    this.flush();
    this.#write([message]);
  }

  /** Tells an error. */
  fail(code: number, msg: string): void {
    this.send({ T: 'error', code, msg });
  }

  /** Puts data into the next frame. */
  queue(message: object): void {
    this.#batch.push(message);
    if (this.#batch.length >= MAX_BATCH) this.flush();
  }

  /** Sends what is queued. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#write(batch);
  }

  #write(messages: readonly object[]): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > (this.#limits.maxWaitingBytes ?? MAX_WAITING_BYTES)) {
      socket.send(this.#codec.encode([{ T: 'error', code: 407, msg: 'slow client' }]));
      socket.close(POLICY_VIOLATION, 'slow client');
      return;
    }
    socket.send(this.#codec.encode(messages));
  }

  #countWith(asked: readonly [Channel, string[]][]): number {
    const all = new Set<string>(CHANNELS.flatMap((channel) => [...this.#sets[channel]]));
    for (const [, symbols] of asked) for (const symbol of symbols) all.add(symbol);
    return all.size;
  }
}
