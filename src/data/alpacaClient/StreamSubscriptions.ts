/**
 * What is wanted of the stream against what it says it sends: makes the next request that brings the two together, one
 * at a time, until nothing differs. The server's list is the truth, so that a lost or doubled request heals (F45). A
 * refused request is asked again in halves, until the symbols that the refusal is about are alone. Pure.
 */
import type { WireFields } from './MessageReader.js';

/** Channels that can be asked for; corrections and cancels come with trades. */
export const CHANNELS = ['trades', 'quotes', 'bars', 'updatedBars', 'statuses', 'lulds'] as const;
/** A channel. */
export type StreamChannel = (typeof CHANNELS)[number];
/** Those without which a feed is of no use. */
const NECESSARY: readonly StreamChannel[] = ['trades', 'quotes', 'bars'];

/** What happened to a symbol. */
export type TellSymbol = (symbol: string, state: 'subscribed' | 'refused', reason: string | undefined) => void;

interface Request {
  readonly action: 'subscribe' | 'unsubscribe';
  readonly symbols: readonly string[];
}

const MOST_PER_REQUEST = 500;
const MOST_TRIES = 3;
const SYMBOL = /^[A-Z][A-Z0-9./-]{0,20}$/;
const OVER_LIMIT = 'the plan allows no more symbols';

/** See the module header. */
export class StreamSubscriptions {
  readonly #tell: TellSymbol;
  readonly #limit: number;
  #channels: readonly StreamChannel[] = CHANNELS;
  #wanted: ReadonlySet<string> = new Set();
  readonly #refused = new Map<string, string>();
  /** Symbols that all channels, and that any channel is sent for. */
  #complete: ReadonlySet<string> = new Set();
  #partial: ReadonlySet<string> = new Set();
  #told = new Set<string>();
  /** Answers that did not list a symbol. */
  readonly #tries = new Map<string, number>();
  #underWay: Request | undefined;
  /** Parts of a refused request, which go before everything else. */
  readonly #parts: Request[] = [];

  /** `limit` is the plan's number of symbols, Infinity for none. */
  constructor(limit: number, tell: TellSymbol) {
    this.#limit = limit;
    this.#tell = tell;
  }

  /** Replaces what is wanted. A refused symbol is asked for again once it was not wanted, or when others make room. */
  want(symbols: readonly string[]): void {
    const wanted = new Set(symbols);
    const makesRoom = [...this.#wanted].some((symbol) => !wanted.has(symbol));
    for (const [symbol, reason] of [...this.#refused]) {
      if (!wanted.has(symbol) || (makesRoom && reason === OVER_LIMIT)) this.#refused.delete(symbol);
    }
    this.#wanted = wanted;
    for (const symbol of this.#told) if (!wanted.has(symbol)) this.#told.delete(symbol);
    for (const symbol of wanted) {
      if (!SYMBOL.test(symbol)) this.#refuse(symbol, 'it is not a symbol of US stocks');
    }
    const allowed = [...wanted].filter((symbol) => !this.#refused.has(symbol));
    for (const symbol of allowed.slice(Math.min(this.#limit, allowed.length))) this.#refuse(symbol, OVER_LIMIT);
  }

  /** A symbol cannot be had for a reason that the server does not know of. */
  refuse(symbol: string, reason: string): void {
    this.#refuse(symbol, reason);
  }

  /** A new connection, to which nothing is sent yet. */
  reset(): void {
    this.#complete = new Set();
    this.#partial = new Set();
    this.#told.clear();
    this.#tries.clear();
    this.#underWay = undefined;
    this.#parts.length = 0;
  }

  /** Whether a request waits for its answer. */
  get isWaiting(): boolean {
    return this.#underWay !== undefined;
  }

  /** The next message to send, and the answer to it is under way from then on; undefined if nothing differs. */
  next(): object | undefined {
    if (this.#underWay !== undefined) return undefined;
    const request = this.#nextPart() ?? this.#difference();
    if (request === undefined) return undefined;
    this.#underWay = request;
    const lists = this.#channels.map((channel) => [channel, request.symbols] as const);
    return { action: request.action, ...Object.fromEntries(lists) };
  }

  /** The server told its whole list. */
  answered(fields: WireFields): void {
    const lists = this.#channels.map((channel) => new Set(symbolsOf(fields[channel])));
    this.#partial = new Set(lists.flatMap((list) => [...list]));
    const [first = new Set<string>(), ...others] = lists;
    this.#complete = new Set([...first].filter((symbol) => others.every((list) => list.has(symbol))));
    const request = this.#underWay;
    this.#underWay = undefined;
    if (request?.action === 'subscribe') {
      for (const symbol of request.symbols) {
        if (!this.#complete.has(symbol)) this.#askAgain(symbol);
      }
    }
    for (const symbol of this.#complete) {
      if (!this.#wanted.has(symbol) || this.#told.has(symbol)) continue;
      this.#told.add(symbol);
      this.#tell(symbol, 'subscribed', undefined);
    }
  }

  /** The request under way was refused; what was subscribed to stays. */
  failed(reason: string, isLimit: boolean): void {
    const request = this.#underWay;
    this.#underWay = undefined;
    if (request === undefined) return;
    const { action, symbols } = request;
    if (symbols.length > 1) {
      const half = symbols.length >> 1;
      this.#parts.unshift({ action, symbols: symbols.slice(0, half) }, { action, symbols: symbols.slice(half) });
      return;
    }
    const [symbol] = symbols;
    if (symbol === undefined || action === 'unsubscribe') return;
    this.#refuse(symbol, isLimit ? OVER_LIMIT : reason);
    if (!isLimit) return;
    // No other symbol fits either.
    this.#parts.length = 0;
    for (const other of this.#missing()) this.#refuse(other, OVER_LIMIT);
  }

  /** The feed lacks a channel; false if it had only those left that are necessary. */
  dropChannels(): boolean {
    this.#underWay = undefined;
    if (this.#channels.length === NECESSARY.length) return false;
    this.#channels = NECESSARY;
    return true;
  }

  #refuse(symbol: string, reason: string): void {
    if (this.#refused.has(symbol) || !this.#wanted.has(symbol)) return;
    this.#refused.set(symbol, reason);
    this.#told.delete(symbol);
    this.#tell(symbol, 'refused', reason);
  }

  /** An answer may be an older one that came twice; a symbol that several do not list is not to be had. */
  #askAgain(symbol: string): void {
    const tries = (this.#tries.get(symbol) ?? 0) + 1;
    this.#tries.set(symbol, tries);
    if (tries >= MOST_TRIES) this.#refuse(symbol, 'the stream does not list it after it was asked for');
  }

  #missing(): readonly string[] {
    return [...this.#wanted].filter((symbol) => !this.#complete.has(symbol) && !this.#refused.has(symbol));
  }

  #nextPart(): Request | undefined {
    for (;;) {
      const part = this.#parts.shift();
      if (part === undefined) return undefined;
      const symbols = part.symbols.filter((symbol) => this.#wanted.has(symbol) === (part.action === 'subscribe'));
      if (symbols.length > 0) return { ...part, symbols };
    }
  }

  #difference(): Request | undefined {
    // What is too much goes first: it makes room.
    const extra = [...this.#partial].filter((symbol) => !this.#wanted.has(symbol));
    if (extra.length > 0) return { action: 'unsubscribe', symbols: extra.slice(0, MOST_PER_REQUEST) };
    const missing = this.#missing();
    if (missing.length === 0) return undefined;
    return { action: 'subscribe', symbols: missing.slice(0, MOST_PER_REQUEST) };
  }
}

function symbolsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((symbol): symbol is string => typeof symbol === 'string') : [];
}
