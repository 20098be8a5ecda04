/**
 * Takes the rows of sources in: refuses what cannot be, drops what came before, holds what is beyond the bands, sets
 * aside what is late, and puts the rest into the buffer, where it waits for its time. Nothing is allocated for a row
 * that goes its usual way.
 */
import { PrintFlag, QuoteFlag, TradingStatus } from '../../domain/marketTables.js';
import { SourceBarState, SourceRowKind } from '../../domain/marketSource.js';
import type { FeedQuality, SourceRows } from '../../domain/marketSource.js';
import type { BarTable, PrintTable, QuoteTable, StatusTable } from '../../domain/marketTables.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import { isWithinBand } from './PriceBands.js';
import type { HeldLevel, HeldPrint, PriceBands } from './PriceBands.js';
import { QuoteMemory } from './QuoteMemory.js';
import { KEY_NO_SOURCE, kindOfKey, RowCell, rowKey, sourceOfKey, symbolOfKey } from './RowBuffer.js';
import type { RowBuffer } from './RowBuffer.js';
import { barFault, printFault, quoteFault, statusFault } from './rowChecks.js';
import { Count } from './RouterCounters.js';
import type { RouterCounters } from './RouterCounters.js';
import { SeenPrints } from './SeenPrints.js';
import type { SourceBoard } from './SourceBoard.js';
import { StatusMemory } from './StatusMemory.js';

const PRICED = PrintFlag.HIGH_LOW | PrintFlag.LAST;
/** Up to how many times the capacity status rows are taken. */
const STATUS_ROOM = 1.25;

/** What an intake tells while it takes rows in. */
export interface IntakeListener {
  /** A print of the source in use came after its time was settled. */
  onLate(symbolId: number, print: HeldPrint, source: number): void;
  /** A minute of the source in use whose bars are compared, or came late. */
  onBar(table: BarTable, row: number, symbolId: number, source: number, isRevised: boolean): void;
  onBand(level: HeldLevel, outcome: 'held' | 'confirmed' | 'discarded'): void;
  /** Rows are given up from now on, because the buffer is full. */
  onOverflow(): void;
}

/** What an intake works with. */
export interface IntakeParts {
  readonly buffer: RowBuffer;
  readonly board: SourceBoard;
  readonly bands: PriceBands;
  readonly counters: RouterCounters;
  readonly qualities: readonly FeedQuality[];
  /** Whether a source's bars go to the reader. */
  readonly streamsBars: readonly boolean[];
  readonly symbolCount: number;
  readonly capacity: number;
  readonly rememberedPrints: number;
  readonly aheadOfClock: DurationMicros;
  /** The feeds' delay is in it. */
  readonly behindClock: DurationMicros;
  readonly listener: IntakeListener;
}

/** See the module header. */
export class Intake {
  /** Rows up to this market time were promised to be final; it only grows. Written by the owner. */
  settled: Micros = -Infinity;
  /** Whether rows are given up because the buffer is full. */
  isOverflowing = false;
  private readonly parts: IntakeParts;
  private readonly buffer: RowBuffer;
  private readonly board: SourceBoard;
  private readonly bands: PriceBands;
  private readonly counters: RouterCounters;
  private readonly symbolCount: number;
  private readonly seen: readonly SeenPrints[];
  /** Flags that every print of a source carries. */
  private readonly marks: Uint16Array;
  private readonly quotes: QuoteMemory;
  private readonly statuses: StatusMemory;
  /** Of the message that is taken in. */
  private now: Micros = 0;
  private newest: Micros = 0;
  private oldest: Micros = 0;

  constructor(parts: IntakeParts) {
    this.parts = parts;
    this.buffer = parts.buffer;
    this.board = parts.board;
    this.bands = parts.bands;
    this.counters = parts.counters;
    this.symbolCount = parts.symbolCount;
    this.seen = parts.qualities.map(() => new SeenPrints(parts.rememberedPrints));
    this.marks = Uint16Array.from(parts.qualities, ({ coverage }) => (coverage === 'sampled' ? PrintFlag.SAMPLED : 0));
    this.quotes = new QuoteMemory(parts.qualities.length, parts.symbolCount);
    this.statuses = new StatusMemory(parts.symbolCount);
  }

  /** A message of a source; `ids` has the session's id, or -1, by the source's symbol id. */
  take(source: number, rows: SourceRows, ids: Int16Array | Int32Array): void {
    this.now = rows.receivedAt;
    this.newest = rows.receivedAt + this.parts.aheadOfClock;
    this.oldest = rows.receivedAt - this.parts.behindClock;
    const { counters } = this;
    counters.add(source, Count.messages);
    let status = 0;
    let quote = 0;
    let print = 0;
    let bar = 0;
    const { length, kinds } = rows;
    for (let i = 0; i < length; i += 1) {
      switch (kinds[i]) {
        case SourceRowKind.PRINT:
          this.takePrint(source, rows.prints, print, rows.printIds[print] ?? 0, ids);
          print += 1;
          break;
        case SourceRowKind.QUOTE:
          this.takeQuote(source, rows.quotes, quote, ids);
          quote += 1;
          break;
        case SourceRowKind.STATUS:
          this.takeStatus(source, rows.statuses, status, ids);
          status += 1;
          break;
        default:
          this.takeBar(source, rows.bars, bar, rows.barStates[bar] === SourceBarState.REVISED, ids);
          bar += 1;
      }
    }
    counters.add(source, Count.statuses, status);
    counters.add(source, Count.quotes, quote);
    counters.add(source, Count.prints, print);
    counters.add(source, Count.bars, bar);
  }

  /** Whether every symbol is halted by the statuses that came. */
  isAllHalted(): boolean {
    return this.statuses.isAllHalted();
  }

  /** Numbers of prints begin anew with a day. */
  startDay(): void {
    for (const seen of this.seen) seen.clear();
  }

  /** Discards what has been held since before `time`, by the process's clock. */
  expireHeld(time: Micros): void {
    if (this.bands.waiting === 0) return;
    for (const level of this.bands.expired(time)) this.discard(level);
  }

  /**
   * Lets the newest quote of a source stand at the next unsettled time, because its rows count from now on; if it has
   * none that came since `since`, or its time is not there yet, any quote of another source is taken back.
   */
  restateQuote(symbolId: number, source: number, since: Micros): void {
    const { quotes, buffer, settled } = this;
    const isKnown = quotes.stands(source, symbolId, since, settled);
    if (!isKnown && !quotes.isKnown(symbolId, source)) return;
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = settled + 1;
    cells[base + RowCell.KEY] = rowKey(SourceRowKind.QUOTE, symbolId, isKnown ? source : KEY_NO_SOURCE);
    cells[base + RowCell.NUMBER] = 0;
    cells.fill(0, base + RowCell.FIRST, base + RowCell.FIRST + 4);
    cells[base + 7] = QuoteFlag.NOT_FIRM;
    if (isKnown) quotes.write(source, symbolId, cells, base);
    buffer.push(base);
  }

  /** The channel is alive though nothing else says so (R9): a row at `time`, which is not settled yet. */
  addHeartbeat(time: Micros): void {
    const { buffer } = this;
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = time;
    cells[base + RowCell.KEY] = rowKey(SourceRowKind.STATUS, 0, KEY_NO_SOURCE);
    cells[base + RowCell.NUMBER] = 0;
    cells[base + 3] = TradingStatus.HEARTBEAT;
    cells[base + 4] = 0;
    cells[base + 5] = 0;
    buffer.push(base);
  }

  private takePrint(source: number, table: PrintTable, row: number, number: number, ids: ArrayLike<number>): void {
    const symbolId = ids[table.symbolId[row] ?? 0] ?? -1;
    const fault = symbolId < 0 ? Count.refusedSymbol : this.timeFault(printFault(table, row), table.time[row] ?? 0);
    if (fault !== 0) {
      this.counters.add(source, fault);
      return;
    }
    if (this.seen[source]?.see(symbolId, table, row, number) === true) {
      this.counters.add(source, Count.duplicates);
      return;
    }
    const flags = (table.flags[row] ?? 0) | (this.marks[source] ?? 0);
    const price = table.price[row] ?? 0;
    if ((flags & PRICED) !== 0 && (flags & PrintFlag.SUSPICIOUS) === 0) {
      if (!this.bands.passes(source, symbolId, price, this.now)) {
        this.hold(source, symbolId, heldPrint(table, row, flags, number));
        return;
      }
      if (this.bands.waiting > 0) this.contradict(source, symbolId);
    }
    const time = table.time[row] ?? 0;
    if (time <= this.settled) {
      this.takeLate(source, symbolId, heldPrint(table, row, flags, number));
      return;
    }
    const { buffer } = this;
    if (buffer.length >= this.parts.capacity && !this.makeRoom(source)) return;
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = time;
    cells[base + 1] = rowKey(SourceRowKind.PRINT, symbolId, source);
    cells[base + 2] = number;
    cells[base + 3] = price;
    cells[base + 4] = table.size[row] ?? 0;
    cells[base + 5] = flags + (table.exchange[row] ?? 0) * 65_536;
    buffer.push(base);
  }

  private takeQuote(source: number, table: QuoteTable, row: number, ids: ArrayLike<number>): void {
    const symbolId = ids[table.symbolId[row] ?? 0] ?? -1;
    const fault = symbolId < 0 ? Count.refusedSymbol : this.timeFault(quoteFault(table, row), table.time[row] ?? 0);
    if (fault !== 0) {
      this.counters.add(source, fault);
      return;
    }
    const bid = (table.bid[row] ?? 0) + 0;
    const ask = (table.ask[row] ?? 0) + 0;
    const { buffer } = this;
    const time = table.time[row] ?? 0;
    const isFull = buffer.length >= this.parts.capacity && !this.makeRoom(source);
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = time;
    cells[base + 1] = rowKey(SourceRowKind.QUOTE, symbolId, source);
    cells[base + 2] = 0;
    // Adding 0 makes −0 the 0 that an absent side has.
    cells[base + 3] = bid;
    cells[base + 4] = (table.bidSize[row] ?? 0) + 0;
    cells[base + 5] = ask;
    cells[base + 6] = (table.askSize[row] ?? 0) + 0;
    cells[base + 7] = (table.flags[row] ?? 0) | this.quoteMarks(source, symbolId, bid, ask);
    const isNewest = this.quotes.note(source, symbolId, cells, base, this.now);
    if (time <= this.settled) {
      // A quote is a state: the newest one stands although it came late. An older one says nothing any more.
      this.counters.add(source, Count.lateQuotes);
      if (!isNewest) {
        buffer.cancel(base);
        return;
      }
      this.counters.add(source, Count.restampedQuotes);
      cells[base] = this.settled + 1;
    }
    if (isFull) buffer.cancel(base);
    else buffer.push(base);
  }

  /** Crossed quotes are not firm (F50); those beyond the band of the last price are doubtful, stub quotes are not. */
  private quoteMarks(source: number, symbolId: number, bid: number, ask: number): number {
    let marks = 0;
    if (ask < bid && ask > 0) {
      marks = QuoteFlag.NOT_FIRM;
      this.counters.add(source, Count.crossedQuotes);
    }
    const reference = this.bands.reference(source, symbolId);
    if (reference === 0) return marks;
    if (
      (bid > reference && !isWithinBand(bid, reference)) ||
      (ask > 0 && ask < reference && !isWithinBand(ask, reference))
    ) {
      marks |= QuoteFlag.SUSPICIOUS;
      this.counters.add(source, Count.implausibleQuotes);
    }
    return marks;
  }

  /** Status rows of every source count: a halt must not be missed because another source speaks for the prices. */
  private takeStatus(source: number, table: StatusTable, row: number, ids: ArrayLike<number>): void {
    const status = table.status[row] ?? 0;
    const symbolId = ids[table.symbolId[row] ?? 0] ?? -1;
    let fault = statusFault(table, row);
    if (fault === 0 && status === TradingStatus.HEARTBEAT) return;
    if (symbolId < 0) fault = Count.refusedSymbol;
    // An old halt may still be in force, so that no status is too old.
    if (fault === 0 && (table.time[row] ?? 0) > this.newest) fault = Count.fromFuture;
    if (fault !== 0) {
      this.counters.add(source, fault);
      return;
    }
    const news = this.statuses.note(symbolId, table, row);
    if (news !== 'new') {
      this.counters.add(source, news === 'repeated' ? Count.duplicates : Count.lateStatuses);
      return;
    }
    let time = table.time[row] ?? 0;
    if (time <= this.settled) {
      this.counters.add(source, Count.lateStatuses);
      this.counters.add(source, Count.restampedStatuses);
      time = this.settled + 1;
    }
    const { buffer } = this;
    // Halts find room when nothing else does any more, but not without end.
    if (buffer.length >= this.parts.capacity * STATUS_ROOM) {
      this.counters.add(source, Count.overflowedRows);
      return;
    }
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = time;
    cells[base + 1] = rowKey(SourceRowKind.STATUS, symbolId, source);
    cells[base + 2] = 0;
    cells[base + 3] = status;
    cells[base + 4] = table.lower[row] ?? 0;
    cells[base + 5] = table.upper[row] ?? 0;
    buffer.push(base);
  }

  private takeBar(source: number, table: BarTable, row: number, isRevised: boolean, ids: ArrayLike<number>): void {
    const symbolId = ids[table.symbolId[row] ?? 0] ?? -1;
    const time = table.time[row] ?? 0;
    const fault = symbolId < 0 ? Count.refusedSymbol : this.timeFault(barFault(table, row), time);
    if (fault !== 0) {
      this.counters.add(source, fault);
      return;
    }
    const streams = this.parts.streamsBars[source] === true && !isRevised;
    if (!streams || time <= this.settled) {
      if (streams) this.counters.add(source, Count.lateBars);
      if (this.board.sourceAt(symbolId, table.start[row] ?? 0) === source) {
        this.parts.listener.onBar(table, row, symbolId, source, isRevised || streams);
      } else {
        this.counters.add(source, Count.unusedRows);
      }
      return;
    }
    const { buffer } = this;
    if (buffer.length >= this.parts.capacity && !this.makeRoom(source)) return;
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = time;
    cells[base + 1] = rowKey(SourceRowKind.BAR, symbolId, source);
    cells[base + 2] = table.start[row] ?? 0;
    cells[base + 3] = table.open[row] ?? 0;
    cells[base + 4] = table.high[row] ?? 0;
    cells[base + 5] = table.low[row] ?? 0;
    cells[base + 6] = table.close[row] ?? 0;
    cells[base + 7] = table.volume[row] ?? 0;
    buffer.push(base);
  }

  private timeFault(fault: number, time: Micros): number {
    if (fault !== 0) return fault;
    if (time > this.newest) return Count.fromFuture;
    return time < this.oldest ? Count.tooOld : 0;
  }

  private hold(source: number, symbolId: number, print: HeldPrint): void {
    const { bands, counters, now } = this;
    const { listener } = this.parts;
    counters.add(source, Count.heldPrints);
    let level = bands.level(source, symbolId);
    if (level !== undefined && isWithinBand(print.price, level.prints[0]?.price ?? 0)) {
      level.prints.push(print);
    } else {
      if (level !== undefined) this.discard(level);
      level = bands.hold(source, symbolId, print, now);
      listener.onBand(level, 'held');
    }
    if (!bands.isConfirmed(level, now) && !this.isQuoted(level)) return;
    bands.end(level, true, now);
    counters.add(source, Count.confirmedPrints, level.prints.length);
    listener.onBand(level, 'confirmed');
    for (const confirmed of level.prints) this.admit(source, symbolId, confirmed);
  }

  /** A first price that lies at the source's own firm quote needs no other witness. */
  private isQuoted(level: HeldLevel): boolean {
    return level.reference === 0 && this.quotes.shows(level.source, level.symbolId, level.prints[0]?.price ?? 0);
  }

  private contradict(source: number, symbolId: number): void {
    const level = this.bands.level(source, symbolId);
    if (level === undefined) return;
    level.contradictions += 1;
    if (this.bands.isContradicted(level)) this.discard(level);
  }

  private discard(level: HeldLevel): void {
    this.bands.end(level, false, this.now);
    this.counters.add(level.source, Count.discardedPrints, level.prints.length);
    this.parts.listener.onBand(level, 'discarded');
  }

  /** Lets a held print in at last. */
  private admit(source: number, symbolId: number, print: HeldPrint): void {
    if (print.time <= this.settled) {
      this.takeLate(source, symbolId, print);
      return;
    }
    const { buffer } = this;
    if (buffer.length >= this.parts.capacity && !this.makeRoom(source)) return;
    const base = buffer.reserve();
    const { cells } = buffer;
    cells[base] = print.time;
    cells[base + 1] = rowKey(SourceRowKind.PRINT, symbolId, source);
    cells[base + 2] = print.number;
    cells[base + 3] = print.price;
    cells[base + 4] = print.size;
    cells[base + 5] = print.flags + print.exchange * 65_536;
    buffer.push(base);
  }

  private takeLate(source: number, symbolId: number, print: HeldPrint): void {
    if (this.board.sourceAt(symbolId, print.time) !== source) {
      this.counters.add(source, Count.unusedRows);
      return;
    }
    this.counters.add(source, Count.latePrints);
    this.parts.listener.onLate(symbolId, print, source);
  }

  /**
   * Whether one more row may wait. When the buffer is full, quotes that newer ones have replaced go first; if that
   * frees too little, rows are given up until {@link endOverflow}.
   */
  private makeRoom(source: number): boolean {
    if (!this.isOverflowing) {
      const before = this.buffer.length;
      this.conflateQuotes();
      if (before - this.buffer.length >= this.parts.capacity / 8) return true;
      this.isOverflowing = true;
      this.parts.listener.onOverflow();
    }
    this.counters.add(source, Count.overflowedRows);
    return false;
  }

  /** Ends giving rows up once a quarter of the buffer is free. Says whether it did. */
  endOverflow(): boolean {
    if (!this.isOverflowing || this.buffer.length > this.parts.capacity * 0.75) return false;
    this.isOverflowing = false;
    return true;
  }

  private conflateQuotes(): void {
    const { buffer, symbolCount, counters } = this;
    const isKept = new Uint8Array(symbolCount * (KEY_NO_SOURCE + 1));
    buffer.filterBackwards((base) => {
      const key = buffer.cells[base + RowCell.KEY] ?? 0;
      if (kindOfKey(key) !== SourceRowKind.QUOTE) return true;
      const source = sourceOfKey(key);
      const at = source * symbolCount + symbolOfKey(key);
      if (isKept[at] === 0) {
        isKept[at] = 1;
        return true;
      }
      counters.add(source === KEY_NO_SOURCE ? 0 : source, Count.conflatedQuotes);
      return false;
    });
  }
}

function heldPrint(table: PrintTable, row: number, flags: number, number: number): HeldPrint {
  return {
    time: table.time[row] ?? 0,
    price: table.price[row] ?? 0,
    size: table.size[row] ?? 0,
    flags,
    exchange: table.exchange[row] ?? 0,
    number,
  };
}
