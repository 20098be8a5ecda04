/**
 * What strategies see of market data: cursors over the columns, moved by the runner, valid during one call.
 *
 * Prices are dollars. A cursor that is kept past its call throws when it is read; `snapshot()` gives a copy
 * for those who keep one.
 */
import { createBarTable, createPrintTable, createQuoteTable } from '../domain/tables.js';
import type { BarTable, PrintTable, QuoteTable } from '../domain/marketTables.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros, Shares } from '../domain/units.js';
import { AssertionError } from '../utils/assert.js';

/** A copy of a bar that may be kept. */
export interface BarSnapshot {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly start: Micros;
  readonly time: Micros;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: Shares;
}

function expired(what: string): never {
  throw new AssertionError(`the ${what} was kept past its call; keep ${what}.snapshot() instead`);
}

function barExpired(): never {
  expired('bar');
}

/**
 * The bar that `onBar` is about. It keeps the columns of its table, of which a released one has no row: a getter that
 * does little is compiled into any hook, one that is not may have to allocate what it returns.
 */
export class Bar {
  private table: BarTable = createBarTable('1m', 0);
  private row = -1;
  private starts: Float64Array;
  private times: Float64Array;
  private opens: Float64Array;
  private highs: Float64Array;
  private lows: Float64Array;
  private closes: Float64Array;
  private volumes: Float64Array;
  private symbolIds: Uint16Array;
  private readonly symbols: readonly string[];
  private readonly scale: number;

  /** For the runner: `symbols` are the session's, `scale` is its price scale. */
  constructor(symbols: readonly string[], scale: number) {
    this.symbols = symbols;
    this.scale = scale;
    const { start, time, open, high, low, close, volume, symbolId } = this.table;
    this.starts = start;
    this.times = time;
    this.opens = open;
    this.highs = high;
    this.lows = low;
    this.closes = close;
    this.volumes = volume;
    this.symbolIds = symbolId;
  }

  get symbol(): string {
    return this.symbols[this.symbolIds[this.row] ?? barExpired()] ?? '';
  }
  get timeframe(): Timeframe {
    if (this.row < 0) barExpired();
    return this.table.timeframe;
  }
  /** Start of the bar. */
  get start(): Micros {
    return this.starts[this.row] ?? barExpired();
  }
  /** End of the bar: when it is known. */
  get time(): Micros {
    return this.times[this.row] ?? barExpired();
  }
  get open(): number {
    return (this.opens[this.row] ?? barExpired()) / this.scale;
  }
  get high(): number {
    return (this.highs[this.row] ?? barExpired()) / this.scale;
  }
  get low(): number {
    return (this.lows[this.row] ?? barExpired()) / this.scale;
  }
  get close(): number {
    return (this.closes[this.row] ?? barExpired()) / this.scale;
  }
  /** Shares traded within the bar. */
  get volume(): Shares {
    return this.volumes[this.row] ?? barExpired();
  }

  /** A copy that may be kept. */
  snapshot(): BarSnapshot {
    const { symbol, timeframe, start, time, open, high, low, close, volume } = this;
    return { symbol, timeframe, start, time, open, high, low, close, volume };
  }

  /** For the runner: points at a row. */
  move(table: BarTable, row: number): void {
    // The same table again and again: writing a reference costs more than comparing it. Its columns grow with it.
    if (this.table !== table || this.times !== table.time) this.take(table);
    this.row = row;
  }

  /** For the runner: points at another row of the same table. */
  moveTo(row: number): void {
    this.row = row;
  }

  /** For the runner: the row that it points at; −1 for none. */
  get rowAtHand(): number {
    return this.row;
  }

  /** For the runner: the call is over. */
  release(): void {
    this.row = -1;
  }

  private take(table: BarTable): void {
    this.table = table;
    this.starts = table.start;
    this.times = table.time;
    this.opens = table.open;
    this.highs = table.high;
    this.lows = table.low;
    this.closes = table.close;
    this.volumes = table.volume;
    this.symbolIds = table.symbolId;
  }
}

/** A copy of a quote that may be kept. */
export interface QuoteSnapshot {
  readonly symbol: string;
  readonly time: Micros;
  readonly bid: number;
  readonly bidSize: Shares;
  readonly ask: number;
  readonly askSize: Shares;
}

/** The quote that `onQuote` is about; an absent side is 0. */
export class QuoteTick {
  private table: QuoteTable = createQuoteTable(0);
  private row = -1;
  private readonly symbols: readonly string[];
  private readonly scale: number;

  /** For the runner. */
  constructor(symbols: readonly string[], scale: number) {
    this.symbols = symbols;
    this.scale = scale;
  }

  get symbol(): string {
    if (this.row < 0) expired('quote');
    return this.symbols[this.table.symbolId[this.row] ?? 0] ?? '';
  }
  get time(): Micros {
    if (this.row < 0) expired('quote');
    return this.table.time[this.row] ?? 0;
  }
  get bid(): number {
    if (this.row < 0) expired('quote');
    return (this.table.bid[this.row] ?? 0) / this.scale;
  }
  get bidSize(): Shares {
    if (this.row < 0) expired('quote');
    return this.table.bidSize[this.row] ?? 0;
  }
  get ask(): number {
    if (this.row < 0) expired('quote');
    return (this.table.ask[this.row] ?? 0) / this.scale;
  }
  get askSize(): Shares {
    if (this.row < 0) expired('quote');
    return this.table.askSize[this.row] ?? 0;
  }

  /** A copy that may be kept. */
  snapshot(): QuoteSnapshot {
    const { symbol, time, bid, bidSize, ask, askSize } = this;
    return { symbol, time, bid, bidSize, ask, askSize };
  }

  /** For the runner: points at a row. */
  move(table: QuoteTable, row: number): void {
    if (this.table !== table) this.table = table;
    this.row = row;
  }

  /** For the runner: the call is over. */
  release(): void {
    this.row = -1;
  }
}

/** A copy of a print that may be kept. */
export interface PrintSnapshot {
  readonly symbol: string;
  readonly time: Micros;
  readonly price: number;
  readonly size: Shares;
  readonly flags: number;
}

/** The reported trade that `onTrade` is about. */
export class TradePrint {
  private table: PrintTable = createPrintTable(0);
  private row = -1;
  private readonly symbols: readonly string[];
  private readonly scale: number;

  /** For the runner. */
  constructor(symbols: readonly string[], scale: number) {
    this.symbols = symbols;
    this.scale = scale;
  }

  get symbol(): string {
    if (this.row < 0) expired('print');
    return this.symbols[this.table.symbolId[this.row] ?? 0] ?? '';
  }
  get time(): Micros {
    if (this.row < 0) expired('print');
    return this.table.time[this.row] ?? 0;
  }
  get price(): number {
    if (this.row < 0) expired('print');
    return (this.table.price[this.row] ?? 0) / this.scale;
  }
  get size(): Shares {
    if (this.row < 0) expired('print');
    return this.table.size[this.row] ?? 0;
  }
  /** Bits of `PrintFlag`. */
  get flags(): number {
    if (this.row < 0) expired('print');
    return this.table.flags[this.row] ?? 0;
  }

  /** A copy that may be kept. */
  snapshot(): PrintSnapshot {
    const { symbol, time, price, size, flags } = this;
    return { symbol, time, price, size, flags };
  }

  /** For the runner: points at a row. */
  move(table: PrintTable, row: number): void {
    if (this.table !== table) this.table = table;
    this.row = row;
  }

  /** For the runner: the call is over. */
  release(): void {
    this.row = -1;
  }
}
