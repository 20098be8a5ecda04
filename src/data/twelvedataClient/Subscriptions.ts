/**
 * What is wanted of the stream against what this connection is subscribed to. The set of wanted symbols is the truth;
 * {@link Subscriptions.next} gives the messages that bring the server closer to it, a chunk at a time, and a new
 * connection begins with nothing, so that all of it is asked for again.
 *
 * A symbol that the server refuses is told once and not asked for again until it was unwanted in between. Symbols
 * beyond what the plan allows are refused here, last ones first, and asked for as soon as there is room. Pure: no
 * clock, no socket.
 */
import { instrumentOf, InstrumentIndex, wireSymbols } from './instruments.js';
import type { Instrument } from './instruments.js';
import type { StatusEntry, StreamMessage } from './streamMessages.js';

/** Hears what became of a symbol. */
export type SymbolListener = (symbol: string, state: 'subscribed' | 'refused', reason: string | undefined) => void;

/** What subscriptions go by. */
export interface SubscriptionOptions {
  /** Symbols that a connection may have. */
  readonly mostSymbols: number;
  /** The instrument of a wanted text, if its notation says too little; see instruments.ts. */
  readonly instrumentOf?: (wanted: string) => Instrument | undefined;
  /** Symbols of one message. */
  readonly chunk?: number;
  readonly onSymbol: SymbolListener;
}

const CHUNK = 100;
const NO_REASON = 'Twelve Data refused it without a reason; the plan may not cover it.';

type RemoteState = 'asked' | 'subscribed';

/** See the module header. */
export class Subscriptions {
  readonly #options: SubscriptionOptions;
  readonly #index = new InstrumentIndex();
  readonly #instruments = new Map<string, Instrument>();
  /** In the order in which they were wanted. */
  #wanted = new Set<string>();
  /** The wanted ones that may be asked for. */
  readonly #admitted = new Set<string>();
  /** Wanted ones that the server refused, and those that are no symbols. */
  readonly #refused = new Set<string>();
  /** Wanted ones for which the plan has no room, and that were told so. */
  readonly #beyondPlan = new Set<string>();
  /** What this connection was asked for and is not rid of. */
  readonly #remote = new Map<string, RemoteState>();
  /** Chunks that were asked for and not answered, oldest first. */
  readonly #unanswered: string[][] = [];

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  /** The symbols that are wanted from now on, all of them. */
  want(symbols: readonly string[]): void {
    const wanted = new Set(symbols);
    this.#wanted = wanted;
    for (const symbol of this.#refused) if (!wanted.has(symbol)) this.#refused.delete(symbol);
    for (const symbol of this.#beyondPlan) if (!wanted.has(symbol)) this.#beyondPlan.delete(symbol);
    for (const symbol of this.#wanted) {
      if (this.#instruments.has(symbol) || this.#refused.has(symbol)) continue;
      const instrument = this.#options.instrumentOf?.(symbol) ?? instrumentOf(symbol);
      if (instrument === undefined) {
        this.#refused.add(symbol);
        this.#options.onSymbol(
          symbol,
          'refused',
          'It is not written as Twelve Data writes symbols, e.g. AAPL or RY:TSX.',
        );
      } else {
        this.#instruments.set(symbol, instrument);
        this.#index.add(symbol, instrument);
      }
    }
    this.#admit();
  }

  /** A new connection: subscribed to nothing. */
  connected(): void {
    this.#remote.clear();
    this.#unanswered.length = 0;
  }

  /** Whether everything that is wanted and may be asked for was asked for and answered. */
  get isRestored(): boolean {
    if (this.#unanswered.length > 0 || this.#remote.size !== this.#admitted.size) return false;
    for (const symbol of this.#admitted) if (!this.#remote.has(symbol)) return false;
    return true;
  }

  /** Whether a price of the symbol is wanted. */
  isWanted(symbol: string): boolean {
    return this.#admitted.has(symbol);
  }

  /** How many symbols the server has confirmed. */
  get confirmed(): number {
    let count = 0;
    for (const state of this.#remote.values()) if (state === 'subscribed') count += 1;
    return count;
  }

  /** How many symbols are wanted and may be asked for. */
  get admitted(): number {
    return this.#admitted.size;
  }

  /** The next message to send, as the text of JSON; undefined when nothing is left to be said. */
  next(): string | undefined {
    const unwanted = [...this.#remote.keys()].filter((symbol) => !this.#admitted.has(symbol));
    if (unwanted.length > 0 && this.#admitted.size === 0) {
      this.#remote.clear();
      this.#unanswered.length = 0;
      return JSON.stringify({ action: 'reset' });
    }
    // What is not wanted goes first: it makes room.
    const drop = unwanted.slice(0, this.#chunk);
    if (drop.length > 0) {
      for (const symbol of drop) this.#remote.delete(symbol);
      return this.#message('unsubscribe', drop);
    }
    const ask: string[] = [];
    for (const symbol of this.#admitted) {
      if (!this.#remote.has(symbol)) ask.push(symbol);
      if (ask.length === this.#chunk) break;
    }
    if (ask.length === 0) return undefined;
    for (const symbol of ask) this.#remote.set(symbol, 'asked');
    this.#unanswered.push(ask);
    return this.#message('subscribe', ask);
  }

  /** Takes a status of the server in. */
  take(message: StreamMessage & { readonly kind: 'status' }): void {
    for (const entry of message.success) {
      const symbol = this.#find(entry, () => true);
      // Under this name acknowledgements of unsubscribing come, too: what was dropped is in no list any more.
      if (symbol === undefined || this.#remote.get(symbol) !== 'asked') continue;
      this.#remote.set(symbol, 'subscribed');
      this.#answered(symbol);
      this.#options.onSymbol(symbol, 'subscribed', undefined);
    }
    for (const entry of message.fails) {
      // The one that waits for an answer, if a ticker is wanted of several markets.
      const symbol =
        this.#find(entry, (wanted) => this.#remote.get(wanted) === 'asked') ??
        this.#find(entry, (wanted) => message.of === 'subscribe' && this.#remote.has(wanted));
      if (symbol !== undefined) this.#refuse(symbol, entry.message ?? message.messages[0] ?? NO_REASON);
    }
    const saysNothing = message.success.length === 0 && message.fails.length === 0;
    if (saysNothing && message.of === 'subscribe' && message.status === 'error') {
      // "Cant parse message" and the like name no symbol: the oldest question is what is answered.
      for (const symbol of [...(this.#unanswered[0] ?? [])]) this.#refuse(symbol, message.messages[0] ?? NO_REASON);
    }
    this.#admit();
  }

  /**
   * Gives up waiting for the answers that are missing: with `again` what they are about is asked for anew, without it
   * is taken to be subscribed. Returns how many symbols it is about.
   */
  giveUpWaiting(again: boolean): number {
    const symbols = this.#unanswered.splice(0).flat();
    for (const symbol of symbols) {
      if (this.#remote.get(symbol) !== 'asked') continue;
      if (again) this.#remote.delete(symbol);
      else this.#remote.set(symbol, 'subscribed');
    }
    return symbols.length;
  }

  /** The wanted text that a price speaks of. */
  symbolOf(instrument: Instrument): string | undefined {
    return this.#find(instrument, (wanted) => this.#admitted.has(wanted)) ?? this.#find(instrument, () => true);
  }

  get #chunk(): number {
    return this.#options.chunk ?? CHUNK;
  }

  #find(told: Instrument | StatusEntry, isCandidate: (wanted: string) => boolean): string | undefined {
    return this.#index.find(told, isCandidate);
  }

  #message(action: 'subscribe' | 'unsubscribe', symbols: readonly string[]): string {
    const instruments = symbols.map((symbol) => this.#instruments.get(symbol) ?? { symbol });
    return JSON.stringify({ action, params: { symbols: wireSymbols(instruments) } });
  }

  #refuse(symbol: string, reason: string): void {
    this.#remote.delete(symbol);
    this.#answered(symbol);
    if (!this.#wanted.has(symbol) || this.#refused.has(symbol)) return;
    this.#refused.add(symbol);
    this.#options.onSymbol(symbol, 'refused', reason);
  }

  #answered(symbol: string): void {
    for (let i = 0; i < this.#unanswered.length; i += 1) {
      const chunk = this.#unanswered[i];
      const at = chunk?.indexOf(symbol) ?? -1;
      if (chunk === undefined || at < 0) continue;
      chunk.splice(at, 1);
      if (chunk.length === 0) this.#unanswered.splice(i, 1);
      return;
    }
  }

  /** Decides who may be asked for: the first ones of those that were not refused. */
  #admit(): void {
    const { mostSymbols, onSymbol } = this.#options;
    this.#admitted.clear();
    for (const symbol of this.#wanted) {
      if (this.#refused.has(symbol)) continue;
      if (this.#admitted.size < mostSymbols) {
        this.#admitted.add(symbol);
        this.#beyondPlan.delete(symbol);
      } else if (!this.#beyondPlan.has(symbol)) {
        this.#beyondPlan.add(symbol);
        onSymbol(symbol, 'refused', `The plan allows ${mostSymbols} symbols at a time, and more are wanted.`);
      }
    }
  }
}
