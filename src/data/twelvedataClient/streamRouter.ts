/**
 * Many live sources as one market: orders, cleans and chooses their rows, and says what they are worth. This file joins
 * the pure parts of data/router with the sources, the clock and history; docs/market-data.md states the rules.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { SessionClock } from '../../calendar/SessionClock.js';
import type {
  FeedQuality,
  MarketDataSource,
  PrintCorrection,
  SourceRows,
  SourceState,
} from '../../domain/marketSource.js';
import type {
  LiveBatch,
  LiveMarket,
  LiveMarketEvent,
  MinuteFigures,
  PriceQuality,
  SourceReport,
} from '../../domain/liveMarket.js';
import type { BarTable } from '../../domain/marketTables.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import type { Clock } from '../../utils/clock.js';
import { Backfiller } from '../router/Backfiller.js';
import { GapLog } from '../router/GapLog.js';
import { Intake } from '../router/Intake.js';
import { checkOptions, type LiveMarketOptions } from '../router/liveMarketOptions.js';
import { MinuteBook } from '../router/MinuteBook.js';
import { Outlet } from '../router/Outlet.js';
import { PriceBands } from '../router/PriceBands.js';
import { PrintMemory } from '../router/PrintMemory.js';
import { Revisions } from '../router/Revisions.js';
import { RowBuffer } from '../router/RowBuffer.js';
import { barFault } from '../router/rowChecks.js';
import { Count, RouterCounters } from '../router/RouterCounters.js';
import { ROUTER_LIMITS, type RouterLimits } from '../router/routerLimits.js';
import { SourceBoard } from '../router/SourceBoard.js';

const DEFAULT_WINDOW: DurationMicros = 250_000;
/** Times of sampled prices are whole seconds, so that a price comes a second or more after its time. */
const SAMPLED_WINDOW: DurationMicros = 2 * SECOND;
/** How often silence, gaps and revisions are looked at. */
const TICK_MS = 250;
const HEARTBEAT_EVERY: DurationMicros = SECOND;
/** Weight of the newest message in a source's lag. */
const LAG_WEIGHT = 1 / 64;
const FIRST_CAPACITY = 4096;

/**
 * Opens a market and starts its sources. Throws `CONFIG_INVALID` for sources that cannot stand in for one another.
 */
export function openLiveMarket(options: LiveMarketOptions): LiveMarket {
  checkOptions(options);
  const market = new RoutedMarket(options);
  market.start();
  return market;
}

/** A source with what is known of it. */
interface Feed {
  readonly source: MarketDataSource;
  readonly priority: number;
  readonly window: DurationMicros;
  /** The session's symbol id, or -1, by the source's. */
  ids: Int32Array;
  lag: number;
}

class RoutedMarket implements LiveMarket {
  readonly symbols: readonly string[];
  readonly sources: readonly FeedQuality[];
  readonly #clock: Clock;
  readonly #limits: RouterLimits;
  readonly #delay: DurationMicros;
  readonly #feeds: readonly Feed[];
  readonly #idOf: ReadonlyMap<string, number>;
  readonly #emit: (event: LiveMarketEvent) => void;
  readonly #counters: RouterCounters;
  readonly #buffer = new RowBuffer(FIRST_CAPACITY);
  readonly #board: SourceBoard;
  readonly #bands: PriceBands;
  readonly #intake: Intake;
  readonly #minutes: MinuteBook;
  readonly #outlet: Outlet;
  readonly #revisions: Revisions;
  readonly #gaps: GapLog;
  readonly #backfiller: Backfiller | undefined;
  readonly #sessions: SessionClock;
  /** Symbols whose standing quote must be put right once their switch is settled; true: whatever stands is void. */
  readonly #restates = new Map<number, boolean>();
  #settled: Micros;
  /** How far settled time is behind the clock. */
  #distance: DurationMicros = 0;
  /** When the present phase of the day began; -Infinity before the first. */
  #phaseSince: Micros = -Infinity;
  #date: number;
  #lastBeat: Micros;
  #overflowSince: Micros = 0;
  #cancelTick: (() => void) | undefined;
  #isStopped = false;

  constructor(options: LiveMarketOptions) {
    const { symbols, clock, history } = options;
    const routed = options.sources.toSorted((a, b) => a.priority - b.priority);
    const limits = { ...ROUTER_LIMITS, ...options.limits };
    this.symbols = symbols;
    this.sources = routed.map(({ source }) => source.quality);
    this.#clock = clock;
    this.#limits = limits;
    this.#delay = this.sources[0]?.delay ?? 0;
    this.#feeds = routed.map(({ source, priority, window }) => {
      const usual = source.quality.coverage === 'sampled' ? SAMPLED_WINDOW : DEFAULT_WINDOW;
      return { source, priority, window: window ?? usual, ids: new Int32Array(0), lag: 0 };
    });
    this.#idOf = new Map(symbols.map((symbol, id) => [symbol, id]));
    const emit = options.listener ?? (() => undefined);
    this.#emit = emit;
    this.#distance = this.#widest();
    const now = clock.now();
    this.#settled = Math.max(options.after ?? -Infinity, now - this.#distance);
    const start = options.after ?? now - this.#delay;
    this.#sessions = new SessionClock(now - this.#delay);
    this.#date = newYorkDate(now);
    this.#lastBeat = this.#settled;
    const streamsBars = routed.map(({ bars }) => bars === 'stream');
    const count = this.#feeds.length;
    this.#counters = new RouterCounters(count);
    this.#bands = new PriceBands(count, symbols.length, limits.confirmations, options.references ?? []);
    this.#minutes = new MinuteBook(symbols.length, limits.keptMinutes, this.sources, history?.quality, emit);
    this.#minutes.startAt(start);
    this.#backfiller =
      history === undefined
        ? undefined
        : new Backfiller({
            history,
            symbols,
            delay: limits.historyDelay,
            attempts: limits.historyAttempts,
            now: () => clock.now(),
            isNeeded: (symbolId, from, to) => this.#minutes.misses(symbolId, from, to),
            onBars: (symbolId, table, from, to) => this.#fill(symbolId, table, from, to),
            onFailure: (symbolId, since, until, error) =>
              emit({ kind: 'backfillFailed', symbolId, since, until, error }),
          });
    this.#gaps = new GapLog(this.#minutes, emit, (symbolId, since, until) =>
      this.#backfiller?.want(symbolId, since, until),
    );
    this.#board = new SourceBoard(count, symbols.length, this.#delay, limits.failback, start, {
      onSwitch: (symbolId, from, to, at) => this.#onSwitch(symbolId, from, to, at),
      onLost: (symbolId, since, until) => this.#gaps.note(symbolId, since, until, 'failover'),
      onDark: (symbolId, since, isSilence) => this.#onDark(symbolId, since, isSilence),
      onLight: (symbolId, until) => {
        this.#gaps.end(symbolId, until);
        if (!this.#restates.has(symbolId)) this.#restates.set(symbolId, false);
      },
    });
    const memory = new PrintMemory(powerOfTwo(limits.keptPrints));
    this.#revisions = new Revisions(
      this.#buffer,
      memory,
      this.#minutes,
      this.#counters,
      emit,
      (symbolId, since, until) => this.#gaps.note(symbolId, since, until, 'source'),
    );
    this.#intake = new Intake({
      buffer: this.#buffer,
      board: this.#board,
      bands: this.#bands,
      counters: this.#counters,
      qualities: this.sources,
      streamsBars,
      symbolCount: symbols.length,
      capacity: limits.queuedRows,
      rememberedPrints: powerOfTwo(limits.rememberedPrints),
      aheadOfClock: limits.aheadOfClock,
      behindClock: limits.behindClock + this.#delay,
      listener: {
        onLate: (symbolId, print, source) => this.#revisions.noteLate(symbolId, print, source),
        onBar: (table, row, symbolId, source, isRevised) =>
          this.#minutes.checkBar(table, row, symbolId, source, isRevised),
        onBand: (level, outcome) =>
          emit({
            kind: 'band',
            symbolId: level.symbolId,
            outcome,
            price: level.prints.at(-1)?.price ?? 0,
            reference: level.reference,
            time: level.prints[0]?.time ?? 0,
            source: level.source,
          }),
        onOverflow: () => {
          this.#overflowSince = this.#settled + 1;
        },
      },
    });
    this.#intake.settled = this.#settled;
    this.#outlet = new Outlet(
      symbols.length,
      this.#buffer,
      this.#board,
      this.#minutes,
      memory,
      this.#counters,
      streamsBars,
    );
  }

  /** Starts the sources; once. */
  start(): void {
    this.#update();
    this.#feeds.forEach(({ source }, index) => {
      source.start({
        onRows: (rows) => this.#onRows(index, rows),
        onCorrection: (correction) => this.#onCorrection(index, correction),
        onState: (state) => this.#onState(index, state),
        onSymbol: (symbol, state, reason) => this.#onSymbol(index, symbol, state, reason),
        onGap: (since, until) => this.#onGap(index, since, until),
      });
      source.want(this.symbols);
    });
    this.#cancelTick = this.#clock.setTimer(TICK_MS, () => this.#tick());
  }

  settledTime(): Micros {
    if (this.#isStopped) return this.#settled;
    const time = this.#clock.now() - this.#distance;
    if (time <= this.#settled) return this.#settled;
    if (time - Math.max(this.#lastBeat, this.#outlet.lastGiven) >= HEARTBEAT_EVERY) this.#beat(time);
    this.#settled = time;
    this.#intake.settled = time;
    if (this.#restates.size > 0) this.#restate();
    return time;
  }

  peekTime(): Micros {
    const time = this.#buffer.firstTime();
    return time <= this.settledTime() ? time : Infinity;
  }

  readUntil(time: Micros, maxEvents: number): LiveBatch {
    const batch = this.#outlet.read(Math.min(time, this.settledTime()), maxEvents);
    if (this.#intake.isOverflowing && this.#intake.endOverflow()) this.#endOverflow();
    return batch;
  }

  qualityOf(symbolId: number): PriceQuality {
    const inUse = this.#board.sourceAt(symbolId, this.#settled + 1);
    const isStale = this.#board.isDark(symbolId);
    const lastTime = this.#outlet.lastTimes[symbolId] ?? -Infinity;
    const source = isStale || inUse < 0 ? undefined : inUse;
    return {
      source,
      quality: this.sources[source ?? this.#outlet.lastSources[symbolId] ?? -1],
      lastTime: lastTime === -Infinity ? undefined : lastTime,
      age: lastTime === -Infinity ? Infinity : Math.max(0, this.#clock.now() - lastTime),
      isStale,
    };
  }

  states(): readonly SourceReport[] {
    return this.#feeds.map(({ source, priority, lag }, index) => {
      const lastMessageAt = this.#board.lastMessageAt[index] ?? -Infinity;
      return {
        quality: source.quality,
        priority,
        state: this.#board.states[index] ?? { kind: 'stopped' },
        isStale: this.#board.isStale[index] === true,
        symbolsInUse: this.#board.symbolsOf(index),
        lastMessageAt: lastMessageAt === -Infinity ? undefined : lastMessageAt,
        lag: Math.round(lag),
        counters: { ...this.#counters.of(index), ...source.counters() },
      };
    });
  }

  counters(): Readonly<Record<string, number>> {
    return {
      ...this.#counters.sums(),
      barsConfirmed: this.#minutes.checks.confirmed,
      barsDiffering: this.#minutes.checks.differing,
      backfillRequests: this.#backfiller?.requests ?? 0,
      queuedRows: this.#buffer.length,
    };
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.settledTime();
    this.#isStopped = true;
    this.#settled = Math.max(this.#settled, this.#buffer.lastTime());
    this.#intake.settled = this.#settled;
    this.#revisions.flush();
    await Promise.all([...this.#feeds.map(({ source }) => source.stop()), this.#backfiller?.stop()]);
  }

  #onRows(source: number, rows: SourceRows): void {
    if (this.#isStopped) return;
    const feed = this.#feeds[source];
    if (feed === undefined) return;
    if (feed.source.symbols.length > feed.ids.length) this.#learnSymbols(feed);
    if (this.#board.noteMessage(source, rows.receivedAt)) {
      this.#tellState(source);
      this.#update();
    }
    const time = lastTimeOf(rows);
    if (time > 0) feed.lag += (rows.receivedAt - this.#delay - time - feed.lag) * LAG_WEIGHT;
    this.#intake.take(source, rows, feed.ids);
  }

  #onCorrection(source: number, correction: PrintCorrection): void {
    const symbolId = this.#symbolOf(source, correction.symbolId);
    if (this.#isStopped || symbolId < 0) return;
    if (this.#board.sourceAt(symbolId, correction.time) !== source) {
      this.#counters.add(source, Count.unusedRows);
      return;
    }
    this.#revisions.correct({ ...correction, symbolId }, source);
  }

  #onState(source: number, state: SourceState): void {
    this.#board.noteState(source, state, this.#clock.now());
    this.#tellState(source);
    // What ends with the market is no gap.
    if (!this.#isStopped) this.#update();
  }

  #onSymbol(source: number, symbol: string, state: 'subscribed' | 'refused', reason: string | undefined): void {
    const symbolId = this.#idOf.get(symbol);
    if (this.#isStopped || symbolId === undefined) return;
    this.#emit({ kind: 'symbol', source, symbolId, state, reason });
    this.#board.noteSymbol(source, symbolId, state === 'subscribed', this.#clock.now(), this.#settled);
    this.#gaps.flush();
  }

  #onGap(source: number, since: Micros, until: Micros): void {
    if (this.#isStopped) return;
    this.#counters.add(source, Count.gaps);
    const [from, to] = [since - this.#delay, until - this.#delay];
    this.#board.noteGap(source, to);
    for (let symbolId = 0; symbolId < this.symbols.length; symbolId += 1) {
      const concerns = this.#board.sourceAt(symbolId, to) === source && this.#board.isSubscribed(source, symbolId);
      if (concerns) this.#gaps.note(symbolId, from, to, 'source');
    }
    this.#gaps.flush();
  }

  #onSwitch(symbolId: number, from: number, to: number, at: Micros): void {
    this.#restates.set(symbolId, false);
    const known = (source: number): number | undefined => (source < 0 ? undefined : source);
    this.#emit({ kind: 'source', symbolId, from: known(from), to: known(to), at });
  }

  #onDark(symbolId: number, since: Micros, isSilence: boolean): void {
    this.#gaps.begin(symbolId, since, isSilence ? 'silence' : 'noSource');
    this.#restates.set(symbolId, true);
    const from = this.#board.sourceAt(symbolId, this.#settled + 1);
    if (from < 0) return;
    this.#emit({ kind: 'source', symbolId, from, to: undefined, at: this.#settled + 1 });
  }

  /** Chooses sources anew where something changed, and keeps the distance that those in use need. */
  #update(): void {
    this.#board.update(this.#clock.now(), this.#settled);
    this.#gaps.flush();
    const used = this.#feeds.filter((_, index) => this.#board.symbolsOf(index) > 0);
    this.#distance = used.length === 0 ? this.#widest() : this.#delay + Math.max(...used.map(({ window }) => window));
  }

  #widest(): DurationMicros {
    return this.#delay + Math.max(...this.#feeds.map(({ window }) => window));
  }

  #tick(): void {
    const now = this.#clock.now();
    const market = now - this.#delay;
    const boundary = this.#sessions.nextBoundary;
    if (this.#sessions.advance(market)) this.#phaseSince = boundary;
    const date = newYorkDate(now);
    if (date !== this.#date) {
      this.#date = date;
      this.#intake.startDay();
    }
    this.#watchSilence(now);
    this.#intake.expireHeld(now - this.#limits.holdFor);
    this.settledTime();
    this.#update();
    this.#revisions.flush();
    this.#gaps.flush();
    this.#backfiller?.tick();
    this.#cancelTick = this.#clock.setTimer(TICK_MS, () => this.#tick());
  }

  /** A closed market says nothing, and neither does one in which everything is halted. */
  #watchSilence(now: Micros): void {
    const { phase } = this.#sessions;
    if (phase === 'closed' || this.#intake.isAllHalted()) return;
    const { silenceRegular, silenceExtended } = this.#limits;
    const limit = phase === 'regular' ? silenceRegular : silenceExtended;
    this.#board.checkSilence(now, this.#phaseSince + this.#delay, limit, (source) => {
      this.#counters.add(source, Count.silences);
      this.#tellState(source);
    });
  }

  #beat(time: Micros): void {
    if (this.#sessions.phase === 'closed' || !this.#board.isSpeaking()) return;
    this.#lastBeat = time;
    this.#counters.add(0, Count.heartbeats);
    this.#intake.addHeartbeat(time);
  }

  /** After a switch the new source's quote stands, or none: never one that nobody keeps up to date. */
  #restate(): void {
    for (const [symbolId, isVoid] of this.#restates) {
      if (this.#board.switchTime(symbolId) > this.#settled + 1) continue;
      this.#restates.delete(symbolId);
      const source = isVoid ? -1 : this.#board.sourceAt(symbolId, this.#settled + 1);
      this.#intake.restateQuote(symbolId, source, source < 0 ? 0 : this.#board.connectedSince(source));
    }
  }

  #endOverflow(): void {
    const until = this.#clock.now() - this.#delay;
    for (let symbolId = 0; symbolId < this.symbols.length; symbolId += 1) {
      this.#gaps.note(symbolId, this.#overflowSince, until, 'overload');
      this.#restates.set(symbolId, this.#restates.get(symbolId) ?? false);
    }
    this.#gaps.flush();
  }

  /** Minutes of a gap as history has them. */
  #fill(symbolId: number, table: BarTable, from: Micros, to: Micros): void {
    const bars = new Map<Micros, MinuteFigures>();
    for (let row = 0; row < table.length; row += 1) {
      if (barFault(table, row) !== 0) continue;
      bars.set(table.start[row] ?? 0, {
        open: table.open[row] ?? 0,
        high: table.high[row] ?? 0,
        low: table.low[row] ?? 0,
        close: table.close[row] ?? 0,
        volume: table.volume[row] ?? 0,
      });
    }
    for (let start = from; start < to; start += MINUTE) {
      const figures = bars.get(start);
      if (start + MINUTE >= this.#minutes.end) {
        // The reader has not come so far yet.
        this.#backfiller?.want(symbolId, start, to);
        return;
      }
      if (this.#minutes.isIncomplete(symbolId, start)) this.#minutes.backfill(symbolId, start, figures);
      else if (figures !== undefined && this.#minutes.isForgotten(symbolId, start)) {
        this.#minutes.backfill(symbolId, start, figures);
      }
    }
  }

  #tellState(source: number): void {
    const state = this.#board.states[source] ?? { kind: 'stopped' };
    this.#emit({ kind: 'state', source, state, stale: this.#board.isStale[source] === true });
  }

  #symbolOf(source: number, symbolId: number): number {
    const feed = this.#feeds[source];
    if (feed === undefined) return -1;
    if (feed.source.symbols.length > feed.ids.length) this.#learnSymbols(feed);
    return feed.ids[symbolId] ?? -1;
  }

  #learnSymbols(feed: Feed): void {
    feed.ids = Int32Array.from(feed.source.symbols, (symbol) => this.#idOf.get(symbol) ?? -1);
  }
}

/** The time of a message's last row of its most telling kind; 0 if it has none. */
function lastTimeOf({ prints, quotes }: SourceRows): Micros {
  const table = prints.length > 0 ? prints : quotes;
  const time = table.time[table.length - 1] ?? 0;
  return Number.isSafeInteger(time) ? time : 0;
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, least)));
}
