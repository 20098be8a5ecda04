/** A live source whose messages a test writes: it says what it is told to say, at the time of the test's clock. */
import { clearSourceRows, createSourceRows, ensureSourceRoom } from '../../src/data/sourceRows.js';
import { PrintFlag } from '../../src/domain/marketTables.js';
import type {
  FeedQuality,
  MarketDataSource,
  PrintCorrection,
  SourceListener,
  SourceRows,
  SourceState,
} from '../../src/domain/marketSource.js';
import { SourceRowKind } from '../../src/domain/marketSource.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import type { Clock } from '../../src/utils/clock.js';

const ROOM = 64;
const ORDINARY = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

/** Data of every venue, in real time. */
export const WHOLE_MARKET: FeedQuality = { source: 'alpaca/sip', coverage: 'consolidated', delay: 0 };

/** See the module header. Prices are dollars. */
export class WrittenSource implements MarketDataSource {
  readonly quality: FeedQuality;
  readonly symbols: string[] = [];
  readonly #clock: Clock;
  readonly #rows = createSourceRows(ROOM);
  #listener: SourceListener | undefined;
  #prints = 0;
  /** What is wanted now. */
  wanted: readonly string[] = [];
  stopped = false;

  constructor(clock: Clock, quality: FeedQuality = WHOLE_MARKET) {
    this.#clock = clock;
    this.quality = quality;
  }

  start(listener: SourceListener): void {
    this.#listener = listener;
    listener.onState({ kind: 'live', since: this.#clock.now() });
  }

  want(symbols: readonly string[]): void {
    this.wanted = symbols;
    for (const symbol of symbols) if (!this.symbols.includes(symbol)) this.symbols.push(symbol);
    for (const symbol of symbols) this.#listener?.onSymbol(symbol, 'subscribed', undefined);
  }

  counters(): Readonly<Record<string, number>> {
    return { prints: this.#prints };
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.#listener?.onState({ kind: 'stopped' });
    this.#listener = undefined;
    return Promise.resolve();
  }

  /** Tells a state. */
  state(state: SourceState): void {
    this.#listener?.onState(state);
  }

  /** Tells a correction. */
  correction(correction: PrintCorrection): void {
    this.#listener?.onCorrection(correction);
  }

  /** One quote in a message of its own; its time is now unless given. */
  quote(symbol: string, bid: number, ask: number, time = this.#clock.now() - this.quality.delay): void {
    const rows = this.#begin(symbol);
    const { quotes } = rows;
    quotes.symbolId[0] = this.symbols.indexOf(symbol);
    quotes.time[0] = time;
    quotes.bid[0] = Math.round(bid * RAW_PRICE_SCALE);
    quotes.ask[0] = Math.round(ask * RAW_PRICE_SCALE);
    quotes.bidSize[0] = 1_000;
    quotes.askSize[0] = 1_000;
    quotes.flags[0] = 0;
    quotes.length = 1;
    rows.kinds[0] = SourceRowKind.QUOTE;
    this.#tell();
  }

  /** One print in a message of its own; its time is now unless given. Gives its number. */
  print(symbol: string, price: number, size: number, time = this.#clock.now() - this.quality.delay): number {
    const rows = this.#begin(symbol);
    const { prints } = rows;
    this.#prints += 1;
    prints.symbolId[0] = this.symbols.indexOf(symbol);
    prints.time[0] = time;
    prints.price[0] = Math.round(price * RAW_PRICE_SCALE);
    prints.size[0] = size;
    prints.flags[0] = ORDINARY;
    prints.exchange[0] = 0;
    prints.length = 1;
    rows.printIds[0] = this.#prints;
    rows.kinds[0] = SourceRowKind.PRINT;
    this.#tell();
    return this.#prints;
  }

  #begin(symbol: string): SourceRows {
    if (!this.symbols.includes(symbol)) throw new Error(`${symbol} is not wanted`);
    clearSourceRows(this.#rows, this.#clock.now());
    ensureSourceRoom(this.#rows);
    return this.#rows;
  }

  #tell(): void {
    this.#rows.length = 1;
    this.#listener?.onRows(this.#rows);
  }
}
