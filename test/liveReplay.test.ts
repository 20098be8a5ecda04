/**
 * The recorded prints and quotes of 2013-10-07 told by a live source, message by message, through the whole path of
 * live data: the stream, and the second and minute bars built from it, are those of the recorded day. Once as they
 * were recorded, and once with half of the rows delayed within the window and half of them told twice (F47).
 */
import { expect, it } from 'vitest';
import { importFile } from '../src/data/import/importFile.js';
import { streamOf } from '../src/data/recordedDay.js';
import { openLiveMarket } from '../src/data/twelvedataClient/streamRouter.js';
import type { HistoryTable, HistoryWriter } from '../src/domain/history.js';
import type { LiveMarketEvent, MinuteFigures } from '../src/domain/liveMarket.js';
import type { BarTable, MarketBatch, PrintTable, QuoteTable } from '../src/domain/marketTables.js';
import { mergeTables } from '../src/domain/mergeTables.js';
import type { MarketStream } from '../src/domain/ports.js';
import { copyRow, createPrintTable, createQuoteTable } from '../src/domain/tables.js';
import type { Timeframe } from '../src/domain/timeframe.js';
import { InstantReader } from '../src/engine/InstantReader.js';
import { StreamRouter } from '../src/engine/StreamRouter.js';
import { SeededRandom } from '../src/utils/random.js';
import { describeWithReferenceData, referenceData } from './referenceData.js';
import { ManualClock } from './support/ManualClock.js';
import { consolidated, ScriptedFeed } from './support/ScriptedFeed.js';

const SYMBOLS = ['AIG', 'IBM', 'BAC', 'SPY'];
/** Those whose quotes of the day are there. */
const QUOTED = ['IBM', 'BAC'];
/** Closes of the Friday before, in dollars. */
const CLOSES = [48.6, 184.1, 14.05, 168.89];
/** 03:59 New York. */
const START_MS = Date.UTC(2013, 9, 7, 7, 59);
const MESSAGE_ROWS = 100;

async function load(path: string): Promise<HistoryTable> {
  let loaded: HistoryTable | undefined;
  const outcome = { added: 0, replaced: 0, unchanged: 0 };
  const store: HistoryWriter = {
    merge: (_symbol, table) => {
      loaded = table;
      return Promise.resolve(outcome);
    },
    putFactors: () => Promise.resolve(outcome),
    putTickers: () => Promise.resolve(outcome),
  };
  await importFile(referenceData(path), store);
  if (loaded === undefined) throw new Error(`${path} holds nothing`);
  return loaded;
}

let loadedDay: Promise<MarketBatch> | undefined;

/** The day's prints and quotes of all symbols in one order. */
async function recordedDay(): Promise<MarketBatch> {
  const tables: (PrintTable | QuoteTable)[] = [];
  for (const [symbolId, symbol] of SYMBOLS.entries()) {
    for (const kind of QUOTED.includes(symbol) ? ['trade', 'quote'] : ['trade']) {
      const table = await load(`lean/tick/${symbol.toLowerCase()}_20131007_${kind}.csv.gz`);
      if (table.kind !== 'print' && table.kind !== 'quote') throw new Error(`${symbol}: unexpected ${table.kind}`);
      table.symbolId.fill(symbolId);
      tables.push(table);
    }
  }
  const prints = joined(
    createPrintTable(1024),
    tables.filter((table) => table.kind === 'print'),
  );
  const quotes = joined(
    createQuoteTable(1024),
    tables.filter((table) => table.kind === 'quote'),
  );
  return mergeTables([prints, quotes]);
}

/** Several tables, each in order of time, as one in order of time, symbol and row. */
function joined<T extends PrintTable | QuoteTable>(out: T, tables: readonly T[]): T {
  const next = tables.map(() => 0);
  for (;;) {
    let first = -1;
    let time = Infinity;
    tables.forEach((table, index) => {
      const at = (next[index] ?? 0) < table.length ? (table.time[next[index] ?? 0] ?? Infinity) : Infinity;
      if (at < time) [first, time] = [index, at];
    });
    const table = tables[first];
    if (table === undefined) return out;
    copyRow(table, next[first] ?? 0, out);
    next[first] = (next[first] ?? 0) + 1;
  }
}

/** All bars that the kernel's router builds while it reads a stream to its end, as texts. */
class BarReader {
  readonly bars: Record<string, string[]> = { '1s': [], '1m': [] };
  readonly prints: PrintTable = createPrintTable(1024);
  readonly quotes: QuoteTable = createQuoteTable(1024);
  readonly #router: StreamRouter;
  #now = 0;

  constructor() {
    this.#router = new StreamRouter(SYMBOLS.length, (table, row) =>
      this.bars[table.timeframe]?.push(barText(table, row)),
    );
    for (const [symbolId] of SYMBOLS.entries()) {
      for (const timeframe of ['1s', '1m'] satisfies Timeframe[]) this.#router.subscribe(symbolId, timeframe);
    }
  }

  read(batch: MarketBatch): void {
    const reader = new InstantReader(batch);
    while (reader.next()) {
      if (reader.time <= this.#now) throw new Error(`time goes back from ${this.#now} to ${reader.time}`);
      this.#now = reader.time;
      this.#router.closePrintBars(reader.time);
      for (let i = 0; i < reader.count; i += 1) {
        const table = reader.table(i);
        if (table?.kind === 'print') {
          this.#router.onPrint(table, reader.row(i));
          copyRow(table, reader.row(i), this.prints);
        } else if (table?.kind === 'quote') {
          copyRow(table, reader.row(i), this.quotes);
        }
      }
      this.#router.clear();
    }
  }

  finish(): this {
    this.#router.closePrintBars(Infinity);
    return this;
  }
}

function readAll(stream: MarketStream): BarReader {
  const reader = new BarReader();
  while (stream.peekTime() < Infinity) reader.read(stream.readUntil(Infinity, 10_000));
  return reader.finish();
}

function barText(table: BarTable, row: number): string {
  return figuresText(table.symbolId[row] ?? 0, table.start[row] ?? 0, {
    open: table.open[row] ?? 0,
    high: table.high[row] ?? 0,
    low: table.low[row] ?? 0,
    close: table.close[row] ?? 0,
    volume: table.volume[row] ?? 0,
  });
}

function figuresText(symbolId: number, start: number, { open, high, low, close, volume }: MinuteFigures): string {
  return `${symbolId} ${start} ${open} ${high} ${low} ${close} ${volume}`;
}

/** The day told by a live source; `disorder` delays rows within the window and repeats them. */
async function tellLive(
  day: MarketBatch,
  disorder: boolean,
): Promise<{ reader: BarReader; minutes: string[]; duplicates: number }> {
  const clock = new ManualClock(START_MS);
  const source = new ScriptedFeed(clock, consolidated('recorded'), SYMBOLS);
  const minutes: string[] = [];
  const events: LiveMarketEvent[] = [];
  const market = openLiveMarket({
    symbols: SYMBOLS,
    sources: [{ source, priority: 0 }],
    clock,
    references: CLOSES.map((dollars) => dollars * 1_000_000),
    // A thin hour is no silence of the feed.
    limits: { silenceExtended: Infinity, silenceRegular: Infinity },
    listener: (event) => {
      if (event.kind !== 'minute') events.push(event);
      else if (event.minute.figures !== undefined) {
        expect(event.minute.isMarketWide).toBe(true);
        minutes.push(figuresText(event.minute.symbolId, event.minute.start, event.minute.figures));
      }
    },
  });
  source.live();
  events.length = 0;
  const reader = new BarReader();
  let readAt = 0;
  const read = (): void => {
    for (let batch = market.readUntil(Infinity, 5_000); batch.length > 0; batch = market.readUntil(Infinity, 5_000)) {
      reader.read(batch);
    }
  };
  for (const { arrival, table, row } of arrivals(day, disorder ? new SeededRandom(7) : undefined)) {
    if (arrival > clock.now() || source.rows.length >= MESSAGE_ROWS) {
      if (source.rows.length > 0) source.send();
      if (clock.now() >= readAt) {
        readAt = clock.now() + 50_000;
        read();
      }
      if (arrival > clock.now()) clock.advance((arrival - clock.now()) / 1000);
    }
    tell(source, table, row);
  }
  source.send();
  clock.advance(120_000);
  read();
  expect(events).toEqual([]);
  expect(market.counters()).toMatchObject({ latePrints: 0, lateQuotes: 0, heldPrints: 0, refusedPrice: 0 });
  const duplicates = market.counters()['duplicates'] ?? 0;
  await market.stop();
  read();
  return { reader: reader.finish(), minutes, duplicates };
}

interface Arrival {
  readonly arrival: number;
  readonly table: PrintTable | QuoteTable;
  readonly row: number;
}

/** When each row comes, in order. */
function arrivals(day: MarketBatch, random: SeededRandom | undefined): readonly Arrival[] {
  const next = day.tables.map(() => 0);
  const list: Arrival[] = [];
  for (const index of day.order ?? []) {
    const row = next[index] ?? 0;
    next[index] = row + 1;
    const table = day.tables[index];
    if (table?.kind !== 'print' && table?.kind !== 'quote') throw new Error('an unexpected table');
    const time = table.time[row] ?? 0;
    const delay = random?.chance(0.5) === true ? random.below(249) * 1000 : 0;
    // Quotes of one millisecond have no order but that of arrival: they are not shuffled.
    list.push({ arrival: time + (table.kind === 'print' ? delay : 0), table, row });
    if (table.kind === 'print' && random?.chance(0.5) === true) {
      list.push({ arrival: time + random.below(2_000) * 1000, table, row });
    }
  }
  return random === undefined ? list : list.toSorted((a, b) => a.arrival - b.arrival);
}

function tell(source: ScriptedFeed, table: PrintTable | QuoteTable, row: number): void {
  const symbolId = table.symbolId[row] ?? 0;
  const time = table.time[row] ?? 0;
  if (table.kind === 'quote') {
    const [bid = 0, ask = 0] = [table.bid[row], table.ask[row]];
    source.quote(symbolId, time, bid, ask, table.bidSize[row], table.askSize[row], table.flags[row]);
    return;
  }
  const { price, size, flags, exchange } = table;
  source.print({
    symbolId,
    time,
    price: price[row] ?? 0,
    size: size[row] ?? 0,
    flags: flags[row] ?? 0,
    exchange: exchange[row] ?? 0,
    id: row + 1,
  });
}

/** The rows of a table as text, each that repeats the one before it left out. */
function textsOf(table: PrintTable | QuoteTable): string[] {
  const texts: string[] = [];
  const last = SYMBOLS.map(() => '');
  for (let row = 0; row < table.length; row += 1) {
    const symbolId = table.symbolId[row] ?? 0;
    const place = `${table.time[row]} ${symbolId}`;
    const text =
      table.kind === 'print'
        ? `${place} ${table.price[row]} ${table.size[row]} ${table.flags[row]} ${table.exchange[row]}`
        : `${place} ${table.bid[row]} ${table.bidSize[row]} ${table.ask[row]} ${table.askSize[row]}`;
    if (table.kind === 'print' || last[symbolId] !== text) texts.push(text);
    last[symbolId] = text;
  }
  return texts;
}

describeWithReferenceData('a recorded day told live', () => {
  it.each([
    ['as it was', false],
    ['delayed and repeated (F47)', true],
  ])('gives the stream and bars of the recorded path: %s', async (_name, disorder) => {
    loadedDay ??= recordedDay();
    const day = await loadedDay;
    const recorded = readAll(streamOf(SYMBOLS, day.tables));
    const { reader, minutes, duplicates } = await tellLive(day, disorder);
    expect(recorded.bars['1s']?.length).toBeGreaterThan(38_000);
    expect(recorded.bars['1m']?.length).toBeGreaterThan(2_300);
    expect(reader.bars).toEqual(recorded.bars);
    expect(minutes).toEqual(recorded.bars['1m']);
    expect(textsOf(reader.prints)).toEqual(textsOf(recorded.prints));
    expect(textsOf(reader.quotes)).toEqual(textsOf(recorded.quotes));
    if (disorder) expect(duplicates).toBeGreaterThan(recorded.prints.length / 3);
  });
});
