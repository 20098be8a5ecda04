/**
 * `ingest`: wire messages of a vendor over a real WebSocket, through source, router and kernel to a strategy that sees
 * every minute bar. The vendor is another process, which sends as fast as it is read. Bars, volume and closes must be
 * those that a plain loop over the same messages gives, in every run.
 *
 * The stages before the last are measured apart, and as peers `JSON.parse` and the framing of `ws`, alone, in the same
 * run on the same bytes.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { Backtester } from '../src/analytics/Backtester.js';
import { AlpacaMarketStream } from '../src/data/alpacaClient/AlpacaMarketStream.js';
import { FrameDecoder } from '../src/data/alpacaClient/FrameDecoder.js';
import { SymbolIndex } from '../src/data/alpacaClient/SymbolIndex.js';
import { openLiveMarket } from '../src/data/twelvedataClient/streamRouter.js';
import { WebsocketClient } from '../src/data/twelvedataClient/websocketClient.js';
import type { MarketDataSource, SourceListener, SourceRows } from '../src/domain/marketSource.js';
import { SECOND } from '../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { Strategy } from '../src/index.js';
import type { Bar } from '../src/index.js';
import type { Clock } from '../src/utils/clock.js';
import { systemClock } from '../src/utils/clock.js';
import { GarbageCounter, figures, measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { BATCH, EVENTS, FIRST_CENTS, START, STEP, SYMBOLS, framesOf, priceFrames } from './ingestMessages.js';
import type { IngestTruth } from './ingestMessages.js';

/** A session lasts hours: what counts is the speed after the compiler has seen everything. */
const WARM_UPS = 6;
const RUNS = 7;
const SINGLE_GATE = 400_000;
const BATCHED_GATE = 1_000_000;
const CENT = RAW_PRICE_SCALE / 100;
const MOST_EVENTS = 65_536;
const KEYS = { keyId: 'PKBENCHBENCHBENCH001', secretKey: 'not-a-real-secret' };

/** Measures the whole way, its stages and its peers. */
export async function run(): Promise<BenchResult[]> {
  const vendor = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'servers/ingest.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await portOf(vendor);
    const results: BenchResult[] = [];
    for (const [form, batch, gate] of [
      ['single', 1, SINGLE_GATE],
      ['batched', BATCH, BATCHED_GATE],
    ] as const) {
      const { frames, truth } = framesOf(batch);
      const url = `ws://127.0.0.1:${port}/${form}`;
      results.push(
        await timed(
          `ingest/alpaca/${form}`,
          () => wholeWay(alpaca(url), truth),
          `${batch} events a frame; one core`,
          gate,
        ),
        await timed(`ingest/alpaca/${form}/socket-to-rows`, () => socketToRows(alpaca(url)), 'the source alone'),
        await decoding(`ingest/alpaca/${form}/decode`, frames),
        await parsing(`ingest/peer/JSON.parse/${form}`, frames),
        await timed(
          `ingest/peer/ws/${form}`,
          () => framing(`ws://127.0.0.1:${port}/raw/${form}`, frames.length),
          'peer',
        ),
      );
    }
    const { frames, truth } = priceFrames();
    const url = `ws://127.0.0.1:${port}/prices`;
    results.push(
      await timed(
        'ingest/twelvedata',
        () => wholeWay(twelveData(url), truth),
        '1 event a frame; one core',
        SINGLE_GATE,
      ),
      await timed('ingest/twelvedata/socket-to-rows', () => socketToRows(twelveData(url)), 'the source alone'),
      await parsing('ingest/peer/JSON.parse/prices', frames),
      await timed('ingest/peer/ws/prices', () => framing(`ws://127.0.0.1:${port}/raw/prices`, EVENTS), 'peer'),
    );
    return results;
  } finally {
    vendor.kill();
  }
}

async function timed(name: string, once: () => Promise<number>, note: string, gate?: number): Promise<BenchResult> {
  const first = await once();
  for (let index = 1; index < WARM_UPS; index += 1) await once();
  const garbage = new GarbageCounter();
  const runsMs: number[] = [];
  for (let index = 0; index < RUNS; index += 1) runsMs.push(await once());
  const scavenges = ((await garbage.stop()) / (EVENTS * RUNS)) * 1e6;
  const result = { ...figures(name, 'events', EVENTS, first, runsMs, scavenges), note };
  return gate === undefined ? result : { ...result, gatePerSecond: gate };
}

/** A clock whose time is that of the rows: the market runs as fast as it is read. */
class MarketClock implements Clock {
  time = START;
  now(): number {
    return this.time;
  }
  monotonicMs(): number {
    return systemClock.monotonicMs();
  }
  setTimer(delayMs: number, callback: () => void): () => void {
    return systemClock.setTimer(delayMs, callback);
  }
}

type SourceMaker = (clock: Clock) => MarketDataSource;

function alpaca(url: string): SourceMaker {
  return (clock) =>
    new AlpacaMarketStream({ feed: 'sip', url, ...KEYS, clock, random: Math.random, stallAfterMs: 600_000 });
}

function twelveData(streamUrl: string): SourceMaker {
  return (clock) =>
    new WebsocketClient({
      apiKey: '0123456789abcdef0123456789abcdef',
      streamUrl,
      streamSymbols: SYMBOLS.length,
      streamMessagesPerMinute: 100,
      clock,
      random: Math.random,
      log: () => undefined,
    });
}

/** The source, whose rows move the clock and are counted before they go on. */
class Tapped implements MarketDataSource {
  readonly #inner: MarketDataSource;
  readonly #clock: MarketClock;
  readonly #onTurn: () => void;
  #isWaiting = false;
  events = 0;
  startedMs = 0;

  constructor(make: SourceMaker, clock: MarketClock, onTurn: () => void) {
    this.#clock = clock;
    this.#onTurn = onTurn;
    this.#inner = make(clock);
  }
  get quality(): MarketDataSource['quality'] {
    return this.#inner.quality;
  }
  get symbols(): readonly string[] {
    return this.#inner.symbols;
  }
  start(listener: SourceListener): void {
    this.#inner.start({
      onRows: (rows) => this.#take(rows, listener),
      onCorrection: (correction) => listener.onCorrection(correction),
      onState: (state) => listener.onState(state),
      onSymbol: (symbol, state, reason) => listener.onSymbol(symbol, state, reason),
      onGap: (since, until) => listener.onGap(since, until),
    });
  }
  want(symbols: readonly string[]): void {
    this.#inner.want(symbols);
  }
  counters(): Readonly<Record<string, number>> {
    return this.#inner.counters();
  }
  stop(): Promise<void> {
    return this.#inner.stop();
  }

  #take(rows: SourceRows, listener: SourceListener): void {
    if (this.events === 0) this.startedMs = performance.now();
    this.events += rows.length;
    this.#clock.time = START + this.events * STEP;
    listener.onRows(rows);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setImmediate(() => {
      this.#isWaiting = false;
      this.#onTurn();
    });
  }
}

const seen = { bars: 0, volume: 0, closes: 0 };

/** Without indicators, whose warm-up would keep the first bars from it. */
class BenchMinutes extends Strategy.with({}) {
  override onBar(bar: Bar): void {
    seen.bars += 1;
    seen.volume += bar.volume;
    seen.closes += bar.close;
  }
}

/** From the first row to the last bar, in milliseconds. */
function wholeWay(make: SourceMaker, truth: IngestTruth): Promise<number> {
  const clock = new MarketClock();
  Object.assign(seen, { bars: 0, volume: 0, closes: 0 });
  const { kernel } = new Backtester({
    strategies: [{ name: 'bench-minutes', strategyClass: BenchMinutes, hash: 'bench', timeframe: '1m' }],
    symbols: SYMBOLS,
    priceScale: RAW_PRICE_SCALE,
    startingCash: 1_000_000 * DOLLAR,
    startTime: START - SECOND,
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  });
  kernel.start();
  return new Promise((resolve, reject) => {
    const pump = (): void => {
      for (;;) {
        const batch = market.readUntil(market.settledTime(), MOST_EVENTS);
        if (batch.length === 0) break;
        kernel.process(batch);
      }
      kernel.advanceClock(market.settledTime());
    };
    const end = async (): Promise<void> => {
      // What the reordering window holds back, and the last minute's end.
      clock.time = START + EVENTS * STEP + 5 * SECOND;
      pump();
      const ms = performance.now() - source.startedMs;
      const counted = market.counters();
      await market.stop();
      const found = JSON.stringify({ ...seen, closes: Math.round(seen.closes * 100) });
      if (found !== JSON.stringify(truth)) {
        const counters = JSON.stringify(counted);
        throw new Error(`${found} instead of ${JSON.stringify(truth)}; the router counted ${counters}`);
      }
      resolve(ms);
    };
    const source = new Tapped(make, clock, () => {
      if (source.events < EVENTS) pump();
      else end().catch(reject);
    });
    const market = openLiveMarket({
      symbols: SYMBOLS,
      sources: [{ source, priority: 1 }],
      clock,
      references: FIRST_CENTS.map((cents) => cents * CENT),
    });
  });
}

/** The source alone: from the first row to the last, in milliseconds. */
function socketToRows(make: SourceMaker): Promise<number> {
  return new Promise((resolve) => {
    const source = new Tapped(make, new MarketClock(), () => {
      if (source.events < EVENTS) return;
      const ms = performance.now() - source.startedMs;
      void source.stop().then(() => resolve(ms));
    });
    const ignore = (): void => undefined;
    source.start({ onRows: ignore, onCorrection: ignore, onState: ignore, onSymbol: ignore, onGap: ignore });
    source.want(SYMBOLS);
  });
}

function decoding(name: string, frames: readonly Buffer[]): Promise<BenchResult> {
  const index = new SymbolIndex();
  for (const symbol of SYMBOLS) index.add(symbol);
  const decoder = new FrameDecoder(index);
  return measure({
    name,
    unit: 'events',
    work: EVENTS,
    run: () => {
      let rows = 0;
      for (const frame of frames) {
        decoder.decode(frame, false, 0);
        rows += decoder.rows.length;
      }
      return rows;
    },
    check: (rows) => {
      if (rows !== EVENTS || decoder.parsedFrames > 0) throw new Error(`${rows} rows, ${decoder.parsedFrames} parsed`);
    },
    note: 'bytes to columns, in memory',
  });
}

function parsing(name: string, frames: readonly Buffer[]): Promise<BenchResult> {
  return measure({
    name,
    unit: 'events',
    work: EVENTS,
    run: () => {
      let events = 0;
      for (const frame of frames) {
        const message: unknown = JSON.parse(frame.toString('latin1'));
        events += Array.isArray(message) ? message.length : 1;
      }
      return events;
    },
    check: (events) => {
      if (events !== EVENTS) throw new Error(`${events} events`);
    },
    note: 'peer: text and objects, in memory',
  });
}

/** Frames through `ws`, unread. */
function framing(url: string, frames: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    let count = 0;
    let startedMs = 0;
    socket.on('error', reject);
    socket.on('message', () => {
      if (count === 0) startedMs = performance.now();
      count += 1;
      if (count < frames) return;
      resolve(performance.now() - startedMs);
      socket.terminate();
    });
  });
}

function portOf(vendor: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    vendor.once('exit', () => reject(new Error('the vendor ended')));
    vendor.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString())));
  });
}
