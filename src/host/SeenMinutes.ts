/**
 * Writes what a live session saw into the history cache: minutes that are complete or backfilled, as bars of the feed
 * that told them, once they are over. Incomplete ones are left out and not covered, so that a source is asked for them;
 * what history tells later replaces what was written, which is kept as the earlier version.
 *
 * Minutes built from sampled prices are kept as a feed of their own, apart from the bars that their vendor publishes.
 */
import type { HistoricalCache } from '../cache/historicalCache.js';
import type { LiveMarketEvent, MinuteReport } from '../domain/liveMarket.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { Clock } from '../utils/clock.js';

/** Minutes of all symbols are told within this time. */
const FLUSH_AFTER_MS = 1_000;

/** What it works with. */
export interface SeenMinutesParts {
  readonly symbols: readonly string[];
  readonly history: () => Pick<HistoricalCache, 'append'>;
  readonly clock: Clock;
  /** The market's sources by index; they may be added once it is open. */
  readonly feeds: readonly FeedQuality[];
  /** The day's trading hours: nothing is said of other times. */
  readonly hours: { readonly from: Micros; readonly to: Micros };
  /** Gets why the cache does not take them, once until it does again. */
  readonly onFault: (text: string) => void;
}

/** Minutes that one feed tells, by start. */
interface Told {
  readonly quality: FeedQuality;
  readonly start: Micros;
  /** Undefined figures: the symbol did not trade. */
  readonly minutes: Map<number, MinuteReport['figures']>;
}

/** See the module header. */
export class SeenMinutes {
  readonly #parts: SeenMinutesParts;
  #reports: MinuteReport[] = [];
  /** Which source speaks for a symbol, and from which market time on. */
  readonly #inUse = new Map<number, { readonly source: number; readonly since: Micros }>();
  /** The last minute of which everything was told. */
  #lastStart = -Infinity;
  #cancelFlush: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFaulty = false;

  constructor(parts: SeenMinutesParts) {
    this.#parts = parts;
  }

  /** Takes what the market tells. */
  note(event: LiveMarketEvent): void {
    if (event.kind === 'source') {
      if (event.to === undefined) this.#inUse.delete(event.symbolId);
      else this.#inUse.set(event.symbolId, { source: event.to, since: event.at });
    }
    if (event.kind !== 'minute' && event.kind !== 'revision') return;
    this.#reports.push(event.minute);
    this.#cancelFlush ??= this.#parts.clock.setTimer(FLUSH_AFTER_MS, () => this.#flush());
  }

  /** Writes what is there and waits for it. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const told = this.#toldBy(this.#reports.splice(0));
    if (told.length > 0) this.#writing = this.#writing.then(() => this.#write(told));
  }

  #toldBy(reports: readonly MinuteReport[]): readonly Told[] {
    const told = new Map<string, Told>();
    const add = (quality: FeedQuality, start: Micros, symbolId: number, figures: MinuteReport['figures']): void => {
      const key = `${quality.source} ${start}`;
      const group = told.get(key) ?? { quality, start, minutes: new Map() };
      told.set(key, group);
      group.minutes.set(symbolId, figures);
    };
    const reported = new Set<string>();
    for (const { symbolId, start, state, figures, qualities } of reports) {
      reported.add(`${symbolId} ${start}`);
      const [quality, other] = qualities;
      if (state !== 'incomplete' && quality !== undefined && other === undefined)
        add(quality, start, symbolId, figures);
    }
    const newest = reports.reduce((last, { start }) => Math.max(last, start), this.#lastStart);
    // Nothing was told yet: there is no minute to speak of.
    if (newest === -Infinity) return [];
    // Symbols of which nothing was told had no trade and miss nothing.
    const first = this.#lastStart === -Infinity ? newest : this.#lastStart + MINUTE;
    for (let start = first; start <= newest; start += MINUTE) {
      for (const [symbolId, { source, since }] of this.#inUse) {
        const quality = this.#parts.feeds[source];
        if (quality === undefined || since > start || reported.has(`${symbolId} ${start}`)) continue;
        add(quality, start, symbolId, undefined);
      }
    }
    this.#lastStart = newest;
    const { from, to } = this.#parts.hours;
    return [...told.values()].filter(({ start }) => start >= from && start < to).sort((a, b) => a.start - b.start);
  }

  async #write(told: readonly Told[]): Promise<void> {
    try {
      for (const { quality, start, minutes } of told) {
        const ids = [...minutes.keys()].sort((a, b) => a - b);
        const table = createBarTable('1m', ids.length);
        for (const [index, symbolId] of ids.entries()) {
          const figures = minutes.get(symbolId);
          if (figures === undefined) continue;
          const row = table.length;
          [table.symbolId[row], table.start[row], table.time[row]] = [index, start, start + MINUTE];
          [table.open[row], table.high[row]] = [figures.open, figures.high];
          [table.low[row], table.close[row], table.volume[row]] = [figures.low, figures.close, figures.volume];
          table.length = row + 1;
        }
        const symbols = ids.map((id) => this.#parts.symbols[id] ?? '');
        const origin = { quality: keptAs(quality), covered: [{ from: start, to: start + MINUTE }] };
        await this.#parts.history().append(symbols, table, origin);
      }
      this.#isFaulty = false;
    } catch (error) {
      if (!this.#isFaulty) {
        const why = error instanceof Error ? error.message : String(error);
        this.#parts.onFault(`What the session sees does not reach the history cache: ${why}`);
      }
      this.#isFaulty = true;
    }
  }
}

/** Minutes made of samples are not what the vendor publishes as bars. */
export function keptAs(quality: FeedQuality): FeedQuality {
  return quality.coverage === 'sampled' ? { ...quality, source: `${quality.source}/live` } : quality;
}
