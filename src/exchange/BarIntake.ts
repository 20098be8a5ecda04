/**
 * What an exchange takes from rows of bars. Of a bar on which no order can be decided only the close and the volume are
 * kept; of several timeframes of a symbol the shortest decides.
 */
import type { BarTable } from '../domain/marketTables.js';
import { TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { DurationMicros } from '../domain/units.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { MarketWatch } from './MarketWatch.js';
import type { Matcher } from './Matcher.js';
import { impactModelOf } from './matching/adjustments.js';
import type { Preset } from './preset.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence } from './SymbolMarket.js';
import type { TouchedSymbols } from './TouchedSymbols.js';

/** See the module header. One per exchange. */
export class BarIntake {
  private readonly book: ExchangeBook;
  private readonly matcher: Matcher;
  private readonly touched: TouchedSymbols;
  private readonly tracksImpact: boolean;
  private readonly keepsBars: boolean;
  private readonly keepsCloses: boolean;
  private readonly reach = new Float64Array(2);
  private table: BarTable | undefined = undefined;
  private duration: DurationMicros = 0;

  constructor(preset: Preset, book: ExchangeBook, matcher: Matcher, touched: TouchedSymbols) {
    this.book = book;
    this.matcher = matcher;
    this.touched = touched;
    this.tracksImpact = impactModelOf(preset.slippage) !== undefined;
    this.keepsCloses = preset.stopGap === 'lastClose';
    this.keepsBars = preset.arrival === 'same-instant' || this.tracksImpact;
  }

  /** Takes a row; `sequence` is its number among the rows of the exchange. */
  take(table: BarTable, row: number, sequence: number): void {
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    if (table !== this.table) {
      this.table = table;
      this.duration = TIMEFRAME_DURATION[table.timeframe];
    }
    if (this.duration !== symbol.barDuration && !this.accepts(symbol)) return;
    if (symbol.orders.length === 0 && !this.keepsBars) this.note(symbol, table, row);
    else this.observe(symbol, table, row, sequence);
  }

  /** Whether a bar on which nothing can be decided need not be kept whole. */
  get notesBars(): boolean {
    return !this.keepsBars;
  }

  /**
   * As {@link take}, but nothing is decided on the row before somebody says so; returns whether anything may be.
   * `isAwaited` says that an order waits for it.
   */
  look(code: number, table: BarTable, row: number, sequence: number, isAwaited: boolean): boolean {
    const symbol = this.book.symbol(table.symbolId[row] ?? 0);
    const duration = TIMEFRAME_DURATION[table.timeframe];
    this.duration = duration;
    this.table = table;
    if (duration !== symbol.barDuration && !this.accepts(symbol)) return false;
    if (isAwaited || symbol.orders.length > 0) {
      this.keep(symbol, table, row, sequence);
      return true;
    }
    this.note(symbol, table, row);
    this.book.plainBars[symbol.symbolId] = code + 1;
    return false;
  }

  /** Lets a row that was looked at be decided on. */
  touch(symbol: SymbolMarket): void {
    this.touched.touch(symbol, Evidence.BAR, symbol.barTime);
  }

  /** Whether nothing but closes and volume is kept of the symbol of a row as long as no order comes. */
  isQuiet(table: BarTable, row: number): boolean {
    const symbol = this.book.symbols[table.symbolId[row] ?? 0];
    if (symbol === undefined || table !== this.table || this.duration !== symbol.barDuration) return false;
    return symbol.orders.length === 0 && !this.keepsBars;
  }

  /** See `SimulatedExchange.beginRestingBars`; the answer is written over by the next one. */
  reachOfResting(table: BarTable, row: number, watch: MarketWatch): Float64Array | undefined {
    const symbol = this.book.symbols[table.symbolId[row] ?? 0];
    if (symbol === undefined || table !== this.table || this.duration !== symbol.barDuration) return undefined;
    const { orders } = symbol;
    if (orders.length === 0 || orders.length !== this.book.orders.size || symbol.stale > 0) return undefined;
    const isPlain = symbol.known === Evidence.BAR && !symbol.halted && symbol.releasedAt === 0 && !this.tracksImpact;
    if (!isPlain || symbol.mustWalk || symbol.evidence !== 0 || !watch.isFree(symbol)) return undefined;
    this.reach[0] = symbol.reachLow;
    this.reach[1] = symbol.reachHigh;
    return this.reach;
  }

  /** Takes a run of rows of one symbol that decided nothing on its orders; `sequence` is the number of the last. */
  endResting(table: BarTable, from: number, to: number, sequence: number): void {
    const symbol = this.book.symbol(table.symbolId[from] ?? 0);
    // Volume and close of the bar before are kept beside those of the last.
    if (to - from > 1) {
      symbol.volume = table.volume[to - 2] ?? 0;
      symbol.close = table.close[to - 2] ?? 0;
    }
    this.keep(symbol, table, to - 1, sequence);
  }

  /** Takes the last row of a quiet run of one symbol, in place of all of them. */
  endQuiet(table: BarTable, row: number): void {
    this.note(this.book.symbol(table.symbolId[row] ?? 0), table, row);
  }

  /** Takes the shape of the tables as unknown again. */
  forgetTable(): void {
    this.table = undefined;
  }

  /** Takes a whole bar for orders to be decided on. */
  keep(symbol: SymbolMarket, table: BarTable, row: number, sequence: number): void {
    if (this.keepsCloses) symbol.closeBefore = symbol.close;
    symbol.observeBar(table, row, sequence);
    if (symbol.close > 0) this.book.marks[symbol.symbolId] = symbol.close;
  }

  private note(symbol: SymbolMarket, table: BarTable, row: number): void {
    const close = table.close[row] ?? 0;
    symbol.volume = table.volume[row] ?? 0;
    if (close > 0) this.book.marks[symbol.symbolId] = close;
  }

  private observe(symbol: SymbolMarket, table: BarTable, row: number, sequence: number): void {
    this.keep(symbol, table, row, sequence);
    if (symbol.orders.length > 0) this.touched.touch(symbol, Evidence.BAR, symbol.barTime);
    else if (this.tracksImpact) symbol.learnBar();
  }

  /** Takes a shorter timeframe as the one that decides; longer ones than the shortest are not looked at. */
  private accepts(symbol: SymbolMarket): boolean {
    if (this.duration > symbol.barDuration) return false;
    symbol.barDuration = this.duration;
    this.book.plainBars[symbol.symbolId] = 0;
    this.matcher.learn(symbol, Evidence.BAR);
    return true;
  }
}
