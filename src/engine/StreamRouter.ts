/**
 * Carries market data to whoever asked for it: bars of the stream as they are, and bars built from prints or
 * from shorter bars for timeframes that the stream does not bring.
 */
import type { BarTable, PrintTable } from '../domain/marketTables.js';
import { TIMEFRAMES, timeframeCode } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { createBarTable } from '../domain/tables.js';
import { BarBuilder } from './BarBuilder.js';

const MINUTES = timeframeCode('1m');

/** Hears of every bar that the router built, in order; the row is valid during the call. */
export type BuiltBarListener = (table: BarTable, row: number) => void;

/** See the module header. */
export class StreamRouter {
  /** When the next bar under construction ends; Infinity if there is none. */
  nextClose: Micros = Infinity;
  /** Bars that were built within the present instant, per timeframe code; emptied by {@link clear}. */
  readonly fresh: (BarTable | undefined)[] = TIMEFRAMES.map(() => undefined);
  /** Whether any of them has a row. */
  hasFresh = false;
  /** The codes of the timeframes that somebody asked for, shortest first: only these are built. Read-only to others. */
  codes: readonly number[] = [];
  private readonly symbolCount: number;
  /** Per timeframe code: built from prints (up to a minute), or from shorter bars; a symbol has one of them. */
  private readonly fromPrints: (BarBuilder | undefined)[] = TIMEFRAMES.map(() => undefined);
  private readonly fromBars: (BarBuilder | undefined)[] = TIMEFRAMES.map(() => undefined);
  /** By code × symbols + symbol id: 1 if wanted, 1 if the stream itself brings these bars. */
  private readonly wanted: Uint8Array;
  private readonly native: Uint8Array;
  private readonly onBuilt: BuiltBarListener | undefined;
  /** Symbol ids whose prints the stream brings: bars up to a minute are made of these alone. */
  private readonly printed: Uint8Array;
  private active = false;
  /** A timeframe of which every symbol is {@link native}; −1 where none is known to be. */
  private complete = -1;
  /** Code of the longest timeframe that may be built from bars. */
  private longest = 0;

  constructor(symbolCount: number, onBuilt: BuiltBarListener | undefined) {
    this.symbolCount = symbolCount;
    this.wanted = new Uint8Array(TIMEFRAMES.length * symbolCount);
    this.native = new Uint8Array(TIMEFRAMES.length * symbolCount);
    this.printed = new Uint8Array(symbolCount);
    this.onBuilt = onBuilt;
  }

  /** Whether bars may have to be built at all. */
  get builds(): boolean {
    return this.active;
  }

  /** Asks for bars of a timeframe. Those longer than a minute are made of minutes, or of what the stream brings. */
  subscribe(symbolId: number, timeframe: Timeframe): void {
    const code = timeframeCode(timeframe);
    this.wanted[code * this.symbolCount + symbolId] = 1;
    this.active = true;
    this.fresh[code] ??= createBarTable(timeframe, 16);
    this.fromBars[code] ??= new BarBuilder(timeframe, this.symbolCount);
    this.codes = Array.from(this.fromBars.keys()).filter((one) => this.fromBars[one] !== undefined);
    this.longest = Math.max(this.longest, code);
    if (code <= MINUTES) this.fromPrints[code] ??= new BarBuilder(timeframe, this.symbolCount);
    else this.subscribe(symbolId, '1m');
  }

  /** Closes what ended at or before `time` and is built from prints; call it before the rows of `time`. */
  closePrintBars(time: Micros): void {
    const { codes } = this;
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] ?? 0;
      const builder = this.fromPrints[code];
      if (builder !== undefined && builder.nextEnd <= time) this.collect(code, builder, time);
    }
    this.refresh();
  }

  /** Closes what ended at or before `time` and is built from bars; call it after the rows of `time`. */
  closeAggregates(time: Micros): void {
    const { codes } = this;
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] ?? 0;
      const builder = this.fromBars[code];
      if (builder !== undefined && builder.nextEnd <= time) this.collect(code, builder, time);
    }
    this.refresh();
  }

  /** Takes a print of the stream. */
  onPrint(table: PrintTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.printed[symbolId] = 1;
    for (let code = 0; code <= MINUTES; code += 1) {
      const builder = this.fromPrints[code];
      if (builder === undefined) continue;
      const index = code * this.symbolCount + symbolId;
      if (this.wanted[index] !== 1 || this.native[index] !== 0) continue;
      builder.addPrint(table, row);
      // It may have begun a bar; none ends by it.
      if (builder.nextEnd < this.nextClose) this.nextClose = builder.nextEnd;
    }
  }

  /**
   * Takes a bar of the stream, whose timeframe has this code: from now on this timeframe is not built for the
   * symbol.
   */
  onBar(code: number, table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.native[code * this.symbolCount + symbolId] = 1;
    if (code >= this.longest) return;
    this.aggregate(code, table, row, this.shortestOf(symbolId));
  }

  /** Takes the bars [from, to) of one time, which have this code. */
  observeBars(code: number, table: BarTable, from: number, to: number): void {
    const { native, symbolCount } = this;
    const { symbolId } = table;
    if (code >= this.longest) {
      // Once every symbol is known to have such bars there is nothing to note.
      if (code === this.complete) return;
      const first = code * symbolCount;
      for (let row = from; row < to; row += 1) native[first + (symbolId[row] ?? 0)] = 1;
      if (!native.subarray(first, first + symbolCount).includes(0)) this.complete = code;
      return;
    }
    for (let row = from; row < to; row += 1) this.onBar(code, table, row);
  }

  /**
   * When the first bar ends that is under construction or would be begun by a bar of the session's only symbol that
   * begins at `start`. The code is that of its timeframe; undefined where the stream is not known to bring these bars,
   * or more than one symbol.
   */
  closeAfter(code: number, start: Micros): Micros | undefined {
    const { codes, native } = this;
    if (this.symbolCount !== 1 || native[code] !== 1) return undefined;
    if (code >= this.longest) return this.nextClose;
    const shortest = this.shortestOf(0);
    let next = this.nextClose;
    for (let i = 0; i < codes.length; i += 1) {
      const longer = codes[i] ?? 0;
      if (longer < shortest || !this.takesFrom(longer, code, 0)) continue;
      next = Math.min(next, this.fromBars[longer]?.endAfter(0, code, start) ?? Infinity);
    }
    return next;
  }

  /** As {@link onBar} for the rows [from, to) of the session's only symbol, all before {@link closeAfter}. */
  observeRun(code: number, table: BarTable, from: number, to: number): void {
    if (code >= this.longest || from >= to) return;
    const { codes } = this;
    const shortest = this.shortestOf(0);
    for (let i = 0; i < codes.length; i += 1) {
      const longer = codes[i] ?? 0;
      const builder = this.fromBars[longer];
      if (builder === undefined || longer < shortest || !this.takesFrom(longer, code, 0)) continue;
      builder.addBars(table, from, to, code);
      if (builder.nextEnd < this.nextClose) this.nextClose = builder.nextEnd;
    }
  }

  /** History is over: which bars the stream brings itself is found out anew, as prints may follow. */
  endHistory(): void {
    this.native.fill(0);
    this.complete = -1;
  }

  /** Whether a built row is void because the stream brings these bars itself. */
  isSuperseded(code: number, symbolId: number): boolean {
    return this.native[code * this.symbolCount + symbolId] === 1;
  }

  /** Forgets the bars of the instant that is over. */
  clear(): void {
    const { codes, fresh } = this;
    for (let i = 0; i < codes.length; i += 1) {
      const table = fresh[codes[i] ?? 0];
      if (table !== undefined) table.length = 0;
    }
    this.hasFresh = false;
  }

  private collect(code: number, builder: BarBuilder, time: Micros): void {
    const table = this.fresh[code];
    if (table === undefined) return;
    const first = table.length;
    builder.closeDue(time, table);
    if (table.length > first) this.hasFresh = true;
    for (let row = first; row < table.length; row += 1) {
      const symbolId = table.symbolId[row] ?? 0;
      if (this.isSuperseded(code, symbolId)) continue;
      this.onBuilt?.(table, row);
      this.aggregate(code, table, row, MINUTES + 1);
    }
  }

  /** Feeds longer bars, those whose code is `from` or more, with the bars of their symbol that came first. */
  private aggregate(code: number, table: BarTable, row: number, from: number): void {
    const { codes } = this;
    const symbolId = table.symbolId[row] ?? 0;
    for (let i = 0; i < codes.length; i += 1) {
      const longer = codes[i] ?? 0;
      const builder = this.fromBars[longer];
      if (builder === undefined || longer < from || !this.takesFrom(longer, code, symbolId)) continue;
      builder.addBar(table, row, code);
      // It may have begun a bar; none ends by it.
      if (builder.nextEnd < this.nextClose) this.nextClose = builder.nextEnd;
    }
  }

  /** The code from which on bars of a symbol are built from bars: prints, if it has any, make those up to a minute. */
  private shortestOf(symbolId: number): number {
    return this.printed[symbolId] === 1 ? MINUTES + 1 : 0;
  }

  /** Whether bars of the timeframe `longer` are built for a symbol, and those of `code` may be a part of them. */
  private takesFrom(longer: number, code: number, symbolId: number): boolean {
    const index = longer * this.symbolCount + symbolId;
    return longer > code && this.wanted[index] === 1 && this.native[index] === 0;
  }

  private refresh(): void {
    const { codes } = this;
    let next = Infinity;
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] ?? 0;
      const prints = this.fromPrints[code];
      const bars = this.fromBars[code];
      if (prints !== undefined && prints.nextEnd < next) next = prints.nextEnd;
      if (bars !== undefined && bars.nextEnd < next) next = bars.nextEnd;
    }
    this.nextClose = next;
  }
}
