/**
 * Gives settled rows to the reader: those of the source in use, as batches of whole instants in tables that are used
 * again. On the way prints go into the minutes and into the memory that minutes are revised by.
 */
import { NO_SOURCE } from '../../domain/liveMarket.js';
import type { LiveBatch } from '../../domain/liveMarket.js';
import { SourceRowKind } from '../../domain/marketSource.js';
import { PrintFlag } from '../../domain/marketTables.js';
import type { BarTable, PrintTable, QuoteTable, StatusTable } from '../../domain/marketTables.js';
import {
  createBarTable,
  createPrintTable,
  createQuoteTable,
  createStatusTable,
  ensureRoom,
} from '../../domain/tables.js';
import type { Micros, Price } from '../../domain/units.js';
import type { MinuteBook } from './MinuteBook.js';
import type { PrintMemory } from './PrintMemory.js';
import { KEY_NO_SOURCE, kindOfKey, sourceOfKey, symbolOfKey } from './RowBuffer.js';
import type { RowBuffer } from './RowBuffer.js';
import { Count } from './RouterCounters.js';
import type { RouterCounters } from './RouterCounters.js';
import type { SourceBoard } from './SourceBoard.js';

const LAST_PRICE = PrintFlag.LAST | PrintFlag.SUSPICIOUS;
/** Numbers of the quote that was given last: time, bid, bid size, ask, ask size, flags. */
const QUOTE_WIDTH = 6;

/** The tables of one batch; the index is the kind of a row, which is also its place by rank. */
class Batch {
  readonly statuses: StatusTable = createStatusTable(16);
  readonly quotes: QuoteTable = createQuoteTable(256);
  readonly prints: PrintTable = createPrintTable(256);
  readonly bars: BarTable = createBarTable('1m', 16);
  readonly tables = [this.statuses, this.quotes, this.prints, this.bars];
  order = new Uint8Array(256);
  quoteSources = new Uint8Array(256);
  printSources = new Uint8Array(256);
  length = 0;

  clear(): void {
    this.length = 0;
    for (const table of this.tables) table.length = 0;
  }

  /** Makes room for one more row in the order. */
  grow(): void {
    const order = new Uint8Array(this.order.length * 2);
    order.set(this.order);
    this.order = order;
  }

  view(): LiveBatch {
    const { tables, length, quoteSources, printSources } = this;
    return { tables, order: this.order.subarray(0, length), length, quoteSources, printSources };
  }
}

/** See the module header. */
export class Outlet {
  /** Time of the last row that was given. */
  lastGiven: Micros = -Infinity;
  /** Time and price of the last print that may stand as the last price, by symbol id; -Infinity and 0 before it. */
  readonly lastTimes: Float64Array;
  readonly lastPrices: Float64Array;
  /** The source of that print. */
  readonly lastSources: Uint8Array;
  /** The source of the quote that stands, by symbol id; {@link NO_SOURCE} if none does. */
  readonly quoteSources: Uint8Array;
  private readonly buffer: RowBuffer;
  private readonly board: SourceBoard;
  private readonly minutes: MinuteBook;
  private readonly memory: PrintMemory;
  private readonly counters: RouterCounters;
  private readonly streamsBars: readonly boolean[];
  private readonly standing: Float64Array;
  private batch = new Batch();
  private other = new Batch();

  constructor(
    symbolCount: number,
    buffer: RowBuffer,
    board: SourceBoard,
    minutes: MinuteBook,
    memory: PrintMemory,
    counters: RouterCounters,
    streamsBars: readonly boolean[],
  ) {
    this.buffer = buffer;
    this.board = board;
    this.minutes = minutes;
    this.memory = memory;
    this.counters = counters;
    this.streamsBars = streamsBars;
    this.lastTimes = new Float64Array(symbolCount).fill(-Infinity);
    this.lastPrices = new Float64Array(symbolCount);
    this.lastSources = new Uint8Array(symbolCount).fill(NO_SOURCE);
    this.quoteSources = new Uint8Array(symbolCount).fill(NO_SOURCE);
    this.standing = new Float64Array(symbolCount * QUOTE_WIDTH);
  }

  /** The last price of a symbol, 0 if none was read. */
  lastPrice(symbolId: number): Price {
    return this.lastPrices[symbolId] ?? 0;
  }

  /** The rows up to `limit`, which is settled and finite: whole instants, at most about `maxEvents`. */
  read(limit: Micros, maxEvents: number): LiveBatch {
    const { buffer, minutes } = this;
    const batch = this.other;
    this.other = this.batch;
    this.batch = batch;
    batch.clear();
    buffer.sort();
    let instant: Micros = -Infinity;
    let isAll = true;
    while (buffer.length > 0) {
      const base = buffer.first();
      const time = buffer.cells[base] ?? 0;
      if (time > limit) break;
      if (time !== instant) {
        if (batch.length >= maxEvents) {
          isAll = false;
          break;
        }
        instant = time;
        if (time >= minutes.end) minutes.advance(time);
      }
      buffer.shift();
      this.give(base, batch);
    }
    if (isAll) minutes.advance(limit);
    if (batch.length > 0) this.lastGiven = instant;
    return batch.view();
  }

  private give(base: number, batch: Batch): void {
    const key = this.buffer.cells[base + 1] ?? 0;
    const source = sourceOfKey(key);
    const symbolId = symbolOfKey(key);
    const kind = kindOfKey(key);
    const isGiven =
      kind === SourceRowKind.PRINT
        ? this.givePrint(base, batch, symbolId, source)
        : kind === SourceRowKind.QUOTE
          ? this.giveQuote(base, batch, symbolId, source)
          : kind === SourceRowKind.STATUS
            ? this.giveStatus(base, batch, symbolId)
            : this.giveBar(base, batch, symbolId, source);
    if (!isGiven) return;
    if (batch.length === batch.order.length) batch.grow();
    batch.order[batch.length] = kind;
    batch.length += 1;
  }

  private givePrint(base: number, batch: Batch, symbolId: number, source: number): boolean {
    const { cells } = this.buffer;
    const time = cells[base] ?? 0;
    const price = cells[base + 3] ?? 0;
    // A print that was taken back while it waited has no price any more.
    if (price !== price) return false;
    if (this.board.sourceAt(symbolId, time) !== source) {
      this.counters.add(source, Count.unusedRows);
      return false;
    }
    const { prints } = batch;
    const row = prints.length;
    if (row === prints.time.length) {
      ensureRoom(prints);
      batch.printSources = resized(batch.printSources, prints.time.length);
    }
    const size = cells[base + 4] ?? 0;
    const meta = cells[base + 5] ?? 0;
    const flags = meta & 0xffff;
    const exchange = meta >>> 16;
    prints.symbolId[row] = symbolId;
    prints.time[row] = time;
    prints.price[row] = price;
    prints.size[row] = size;
    prints.flags[row] = flags;
    prints.exchange[row] = exchange;
    batch.printSources[row] = source;
    prints.length = row + 1;
    this.memory.add(time, symbolId, cells[base + 2] ?? 0, price, size, flags, exchange);
    if (this.streamsBars[source] === false) this.minutes.addPrint(prints, row, source);
    if ((flags & LAST_PRICE) === PrintFlag.LAST) {
      this.lastTimes[symbolId] = time;
      this.lastPrices[symbolId] = price;
      this.lastSources[symbolId] = source;
    }
    return true;
  }

  private giveQuote(base: number, batch: Batch, symbolId: number, source: number): boolean {
    const { cells } = this.buffer;
    const time = cells[base] ?? 0;
    if (source !== KEY_NO_SOURCE && this.board.sourceAt(symbolId, time) !== source) {
      this.counters.add(source, Count.unusedRows);
      return false;
    }
    const { standing } = this;
    const at = symbolId * QUOTE_WIDTH;
    let isSame = standing[at] === time;
    standing[at] = time;
    for (let part = 1; part < QUOTE_WIDTH; part += 1) {
      const value = cells[base + 2 + part] ?? 0;
      if (standing[at + part] !== value) isSame = false;
      standing[at + part] = value;
    }
    if (isSame) {
      this.counters.add(source === KEY_NO_SOURCE ? 0 : source, Count.duplicates);
      return false;
    }
    const { quotes } = batch;
    const row = quotes.length;
    if (row === quotes.time.length) {
      ensureRoom(quotes);
      batch.quoteSources = resized(batch.quoteSources, quotes.time.length);
    }
    quotes.symbolId[row] = symbolId;
    quotes.time[row] = time;
    quotes.bid[row] = standing[at + 1] ?? 0;
    quotes.bidSize[row] = standing[at + 2] ?? 0;
    quotes.ask[row] = standing[at + 3] ?? 0;
    quotes.askSize[row] = standing[at + 4] ?? 0;
    quotes.flags[row] = standing[at + 5] ?? 0;
    const ofSource = source === KEY_NO_SOURCE ? NO_SOURCE : source;
    batch.quoteSources[row] = ofSource;
    quotes.length = row + 1;
    this.quoteSources[symbolId] = ofSource;
    return true;
  }

  private giveStatus(base: number, batch: Batch, symbolId: number): boolean {
    const { cells } = this.buffer;
    const { statuses } = batch;
    ensureRoom(statuses);
    const row = statuses.length;
    statuses.symbolId[row] = symbolId;
    statuses.time[row] = cells[base] ?? 0;
    statuses.status[row] = cells[base + 3] ?? 0;
    statuses.lower[row] = cells[base + 4] ?? 0;
    statuses.upper[row] = cells[base + 5] ?? 0;
    statuses.length = row + 1;
    return true;
  }

  private giveBar(base: number, batch: Batch, symbolId: number, source: number): boolean {
    const { cells } = this.buffer;
    const start = cells[base + 2] ?? 0;
    if (this.board.sourceAt(symbolId, start) !== source) {
      this.counters.add(source, Count.unusedRows);
      return false;
    }
    const { bars } = batch;
    ensureRoom(bars);
    const row = bars.length;
    bars.symbolId[row] = symbolId;
    bars.time[row] = cells[base] ?? 0;
    bars.start[row] = start;
    bars.open[row] = cells[base + 3] ?? 0;
    bars.high[row] = cells[base + 4] ?? 0;
    bars.low[row] = cells[base + 5] ?? 0;
    bars.close[row] = cells[base + 6] ?? 0;
    bars.volume[row] = cells[base + 7] ?? 0;
    bars.length = row + 1;
    this.minutes.addBar(bars, row, source);
    return true;
  }
}

function resized(column: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(column);
  return larger;
}
