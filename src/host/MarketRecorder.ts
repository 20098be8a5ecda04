/**
 * Records a live market into a tape without trading on it: rows as they are settled, and what the market tells of
 * them. One trading day per tape: it ends with the close of after hours.
 */
import { newYorkText } from '../calendar/newYorkText.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { PapertapeError } from '../domain/errors.js';
import type { LiveMarket } from '../domain/liveMarket.js';
import type { FeedQuality } from '../domain/marketSource.js';
import type { SourceStatus } from '../contracts/index.js';
import type { Micros } from '../domain/units.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import type { FileSystem } from '../storage/fileSystem.js';
import type { Clock } from '../utils/clock.js';
import { LiveNotes, type LiveLine } from './LiveNotes.js';
import type { LiveMarkets } from './liveMarkets.js';
import { sourceStatuses } from './liveViews.js';
import { MarketTapeWriter } from './marketTape.js';
import { liveSessionAt } from './openLiveSession.js';
import type { LivePlan } from './sessionPlan.js';
import { coverageOf } from './tapeQuality.js';

/** Rows read at once. */
const BATCH_ROWS = 4_000;
/** What was recorded is durable after this long at the latest. */
const SYNC_EVERY_MS = 1_000;

/** What a recorder works with. */
export interface RecorderParts {
  readonly fs: FileSystem;
  /** Where the tape is to be; empty or not there. */
  readonly directory: string;
  readonly plan: LivePlan;
  readonly markets: LiveMarkets;
  readonly clock: Clock;
  /** Gets lines for people: states, gaps, refused symbols. */
  readonly onLine: (line: LiveLine) => void;
}

/** See the module header. */
export class MarketRecorder {
  readonly #parts: RecorderParts;
  readonly #market: LiveMarket;
  readonly #writer: MarketTapeWriter;
  readonly #notes: LiveNotes;
  readonly #endTime: Micros;
  #syncedAtMs: number;
  #ended = false;

  /** Opens market and tape. Throws the errors of both. */
  constructor(parts: RecorderParts) {
    this.#parts = parts;
    const { plan, markets, clock, fs, directory } = parts;
    const startTime = clock.now() - markets.delayOf(plan);
    const day = liveSessionAt(startTime);
    this.#endTime = day.afterHoursClose;
    const { symbols } = plan;
    const feeds: FeedQuality[] = [];
    this.#notes = new LiveNotes({ symbols, priceScale: RAW_PRICE_SCALE }, feeds);
    const listener: Parameters<LiveMarkets['open']>[0]['listener'] = (event) => {
      this.#notes.note(event, clock.now());
    };
    this.#market = markets.open({ plan, symbols, clock, listener, after: startTime });
    feeds.push(...this.#market.sources);
    const date = formatDate(day.date);
    const [best] = this.#market.sources;
    this.#writer = new MarketTapeWriter(
      fs,
      directory,
      {
        sessionId: `recording-${date}`,
        feed: plan.source,
        symbols,
        ...(best === undefined ? {} : { coverage: coverageOf(best) }),
        ...(best === undefined || best.delay === 0 ? {} : { feedDelay: best.delay }),
        startTime,
        market: { kind: 'live', date, source: plan.source, feeds: this.#market.sources.map((one) => ({ ...one })) },
      },
      ({ message }) => parts.onLine({ level: 'warn', text: message }),
    );
    this.#syncedAtMs = clock.monotonicMs();
    if (startTime < day.premarketOpen) {
      const text = `The market is closed; premarket begins on ${newYorkText(day.premarketOpen)} New York time.`;
      parts.onLine({ level: 'info', text });
    }
  }

  /** Rows on the tape so far. */
  get rows(): number {
    return this.#writer.rows;
  }

  /** The sources, best first. */
  get sources(): readonly SourceStatus[] {
    return sourceStatuses(this.#market.states(), (source) => this.#notes.refused(source));
  }

  /** Why nothing comes any more, once no source will try again; undefined while one may. */
  get failure(): PapertapeError | undefined {
    const errors = this.#market.states().map(({ state }) => (state.kind === 'failed' ? state.error : undefined));
    return errors.includes(undefined) ? undefined : errors[0];
  }

  /** Whether the trading day is over. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes what has been settled since the last call. Throws when the disk takes no more. */
  step(): void {
    this.#take();
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#syncedAtMs < SYNC_EVERY_MS) return;
    this.#syncedAtMs = nowMs;
    this.#writer.sync(Math.min(this.#market.settledTime(), this.#endTime));
  }

  /** Ends the market, takes what it had, and ends the tape. */
  async close(): Promise<void> {
    await this.#market.stop();
    this.#take();
    this.#writer.close();
  }

  #take(): void {
    const until = Math.min(this.#market.settledTime(), this.#endTime);
    for (;;) {
      const batch = this.#market.readUntil(until, BATCH_ROWS);
      if (batch.length === 0) break;
      this.#writer.append(batch);
    }
    const { notes, lines } = this.#notes.take();
    for (const note of notes) this.#writer.note(note);
    for (const line of lines) this.#parts.onLine(line);
    this.#ended = until >= this.#endTime;
  }
}
