/**
 * The live router alone, from the rows of a source to the batches that a session reads: made-up quotes and prints of
 * 500 symbols in the proportion of a consolidated feed, 100,000 rows a second by their times, read every ten
 * milliseconds of market time. Decoding, strategies and sockets are not in it. Minutes are built on the way. One row
 * per message, fifty per message, and fifty with half of the prints delayed within the window and half told twice.
 * The prints and shares that are read are checked, and that nothing was late.
 */
import { openLiveMarket } from '../src/data/twelvedataClient/streamRouter.js';
import { clearSourceRows, createSourceRows } from '../src/data/sourceRows.js';
import type { LiveMarket } from '../src/domain/liveMarket.js';
import type { MarketDataSource, SourceListener, SourceRows } from '../src/domain/marketSource.js';
import { SourceRowKind } from '../src/domain/marketSource.js';
import { PrintFlag } from '../src/domain/marketTables.js';
import { assert } from '../src/utils/assert.js';
import type { Clock } from '../src/utils/clock.js';
import { SeededRandom } from '../src/utils/random.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';

const ROWS = 1_000_000;
const SYMBOLS = 500;
/** Microseconds of market time between rows, and between readings. */
const STEP = 10;
const READ_EVERY = 10_000;
const TICK = 250_000;
const PRINT_SHARE = 0.3;
/** 10:00 New York on 2026-01-05. */
const START = Date.UTC(2026, 0, 5, 15) * 1000;
const BATCH = 50;
const CAPACITY = 64;
const TRADE = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

/** Rows in order of arrival, by column. */
interface Script {
  readonly length: number;
  readonly prints: number;
  readonly shares: number;
  readonly arrival: Float64Array;
  readonly time: Float64Array;
  readonly symbol: Uint16Array;
  /** Price of a print, bid of a quote. */
  readonly price: Float64Array;
  readonly size: Float64Array;
  /** Number of a print, 0 of a quote. */
  readonly number: Float64Array;
}

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const clean = makeScript(false);
  return [
    await measureCase('single', clean, 1),
    await measureCase('batched', clean, BATCH),
    await measureCase('disordered', makeScript(true), BATCH),
  ];
}

function measureCase(name: string, script: Script, perMessage: number): Promise<BenchResult> {
  return measure({
    name: `stream-router/${name}`,
    unit: 'rows',
    work: script.length,
    run: () => play(script, perMessage),
    check: ({ prints, shares, late }) => {
      assert(
        prints === script.prints && shares === script.shares && late === 0,
        JSON.stringify({ prints, shares, late }),
      );
    },
    note: `${perMessage} rows per message`,
  });
}

function makeScript(disorder: boolean): Script {
  const random = new SeededRandom(4);
  const rows: [arrival: number, time: number, symbol: number, price: number, size: number, number: number][] = [];
  const prices = Float64Array.from({ length: SYMBOLS }, () => 100_000_000);
  let prints = 0;
  let shares = 0;
  for (let i = 0; i < ROWS; i += 1) {
    const time = START + i * STEP;
    const symbol = random.below(SYMBOLS);
    const isPrint = random.chance(PRINT_SHARE);
    const price = (prices[symbol] ?? 0) + (random.below(3) - 1) * 10_000;
    prices[symbol] = price;
    const size = 1 + random.below(900);
    const delay = disorder && isPrint && random.chance(0.5) ? random.below(200_000) : 0;
    rows.push([time + delay, time, symbol, price, size, isPrint ? i + 1 : 0]);
    if (!isPrint) continue;
    prints += 1;
    shares += size;
    if (disorder && random.chance(0.5)) rows.push([time + random.below(200_000), time, symbol, price, size, i + 1]);
  }
  rows.sort((a, b) => a[0] - b[0]);
  const column = (place: 0 | 1 | 2 | 3 | 4 | 5): Float64Array => Float64Array.from(rows, (row) => row[place]);
  return {
    length: rows.length,
    prints,
    shares,
    arrival: column(0),
    time: column(1),
    symbol: Uint16Array.from(column(2)),
    price: column(3),
    size: column(4),
    number: column(5),
  };
}

/** Time as the script has it; one timer, which is the router's. */
class ScriptClock implements Clock {
  time = START;
  callback: (() => void) | undefined;

  now(): number {
    return this.time;
  }

  monotonicMs(): number {
    return this.time / 1000;
  }

  setTimer(_delayMs: number, callback: () => void): () => void {
    this.callback = callback;
    return () => {
      this.callback = undefined;
    };
  }
}

class ScriptSource implements MarketDataSource {
  readonly quality = { source: 'script', coverage: 'consolidated', delay: 0 } as const;
  readonly symbols = Array.from({ length: SYMBOLS }, (_, id) => `S${id}`);
  listener: SourceListener | undefined;

  start(listener: SourceListener): void {
    this.listener = listener;
  }

  want(): void {
    // It tells what its script has.
  }

  counters(): Readonly<Record<string, number>> {
    return {};
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function play(script: Script, perMessage: number): { prints: number; shares: number; late: number } {
  const clock = new ScriptClock();
  const source = new ScriptSource();
  const market = openLiveMarket({
    symbols: source.symbols,
    sources: [{ source, priority: 0 }],
    clock,
    references: source.symbols.map(() => 100_000_000),
  });
  const { listener } = source;
  assert(listener !== undefined, 'the router starts its sources');
  listener.onState({ kind: 'live', since: START });
  for (const symbol of source.symbols) listener.onSymbol(symbol, 'subscribed', undefined);
  const rows = createSourceRows(CAPACITY);
  const sum = { prints: 0, shares: 0, late: 0 };
  let readAt = START;
  let tickAt = START + TICK;
  for (let i = 0; i < script.length; i += 1) {
    const arrival = script.arrival[i] ?? 0;
    if (rows.length === perMessage || (rows.length > 0 && arrival >= readAt)) {
      rows.receivedAt = clock.time;
      listener.onRows(rows);
      clearSourceRows(rows, 0);
    }
    clock.time = arrival;
    if (arrival >= tickAt) {
      tickAt += TICK;
      clock.callback?.();
    }
    if (arrival >= readAt) {
      readAt += READ_EVERY;
      read(market, sum);
    }
    write(rows, script, i);
  }
  rows.receivedAt = clock.time;
  listener.onRows(rows);
  clock.time += 1_000_000;
  read(market, sum);
  sum.late = market.counters()['latePrints'] ?? Number.NaN;
  return sum;
}

function write(rows: SourceRows, script: Script, i: number): void {
  const number = script.number[i] ?? 0;
  const price = script.price[i] ?? 0;
  if (number === 0) {
    const { quotes } = rows;
    const row = quotes.length;
    quotes.symbolId[row] = script.symbol[i] ?? 0;
    quotes.time[row] = script.time[i] ?? 0;
    quotes.bid[row] = price;
    quotes.ask[row] = price + 10_000;
    quotes.bidSize[row] = script.size[i] ?? 0;
    quotes.askSize[row] = script.size[i] ?? 0;
    quotes.flags[row] = 0;
    quotes.length = row + 1;
    rows.kinds[rows.length] = SourceRowKind.QUOTE;
  } else {
    const { prints } = rows;
    const row = prints.length;
    prints.symbolId[row] = script.symbol[i] ?? 0;
    prints.time[row] = script.time[i] ?? 0;
    prints.price[row] = price;
    prints.size[row] = script.size[i] ?? 0;
    prints.flags[row] = TRADE;
    prints.exchange[row] = 78;
    rows.printIds[row] = number;
    prints.length = row + 1;
    rows.kinds[rows.length] = SourceRowKind.PRINT;
  }
  rows.length += 1;
}

function read(market: LiveMarket, sum: { prints: number; shares: number }): void {
  for (;;) {
    const batch = market.readUntil(Infinity, 4_000);
    if (batch.length === 0) return;
    for (const table of batch.tables) {
      if (table.kind !== 'print') continue;
      sum.prints += table.length;
      for (let row = 0; row < table.length; row += 1) sum.shares += table.size[row] ?? 0;
    }
  }
}
