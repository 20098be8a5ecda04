/**
 * Stored history that asks a source for what is not there: a query is first completed, then answered from the store.
 * A hundred askers of one thing make one request. Reads as of an earlier time ask nobody: the past cannot be
 * received any more.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { HistoryArchive } from '../domain/historyArchive.js';
import type { HistorySource } from '../domain/marketSource.js';
import type { HistoryCoverage, HistoryQuery, HistoryStore } from '../domain/ports.js';
import type { MarketTable } from '../domain/marketTables.js';
import type { Clock } from '../utils/clock.js';
import { feedOf } from './cacheLayout.js';
import { HistoryFiller } from './HistoryFiller.js';
import { timeRangeOf } from './historyFilter.js';
import { daysStretch, wantedHours } from './missingStretches.js';

/** What a read-through works with. */
export interface ReadThroughOptions {
  readonly archive: HistoryArchive;
  readonly source: HistorySource;
  readonly clock: Clock;
  /** Ends requests under way. */
  readonly signal: AbortSignal;
  readonly priority?: 'live' | 'backfill';
}

/** Days before the first date of which closes are wanted, for a dividend on it. */
const DAYS_BEFORE = 12;

/** A store over an archive and a source; queries of feeds other than the source's go to the archive as they are. */
export function createReadThrough(options: ReadThroughOptions): HistoryStore {
  return new ReadThrough(options);
}

class ReadThrough implements HistoryStore {
  readonly #options: ReadThroughOptions;
  readonly #filler: HistoryFiller;
  /** Questions for corporate actions under way, by instrument and dates. */
  readonly #asking = new Map<string, Promise<void>>();

  constructor(options: ReadThroughOptions) {
    this.#options = options;
    this.#filler = new HistoryFiller(options.archive, options.source, options.signal);
  }

  async load(query: HistoryQuery): Promise<MarketTable> {
    const { archive, source } = this.#options;
    if (query.knownAt === undefined && query.feed === feedOf(source.quality)) await this.#complete(query);
    return archive.load(query);
  }

  coverage(): Promise<readonly HistoryCoverage[]> {
    return this.#options.archive.coverage();
  }

  async #complete(query: HistoryQuery): Promise<void> {
    const { archive } = this.#options;
    timeRangeOf(query);
    const instruments = await Promise.all(query.symbols.map((symbol) => archive.instrument(symbol, query.to)));
    await Promise.all(instruments.map((instrument) => this.#completeOne(instrument, query)));
  }

  async #completeOne(instrument: string, query: HistoryQuery): Promise<void> {
    const { kind, timeframe, extendedHours, adjust } = query;
    // Quote bars are made of quotes; no source has them.
    if (kind === 'quoteBar') return;
    const { clock, priority = 'backfill' } = this.#options;
    const now = clock.now();
    const hours = wantedHours({ timeframe, ...timeRangeOf(query), extendedHours, now });
    await this.#filler.fill({ instrument, kind, timeframe, hours, priority });
    if (adjust === 'raw') return;
    const dates = { from: query.from, to: formatDate(newYorkDate(now)) };
    if (dates.from > dates.to || (await this.#options.archive.knowsActions(instrument, dates))) return;
    await this.#askForActions(instrument, dates);
    if (adjust === 'split') return;
    const days = daysStretch(parseDate(dates.from) - DAYS_BEFORE, parseDate(dates.to));
    const daily = wantedHours({ timeframe: '1d', ...days, extendedHours: false, now });
    await this.#filler.fill({ instrument, kind: 'bar', timeframe: '1d', hours: daily, priority });
  }

  #askForActions(instrument: string, dates: { readonly from: string; readonly to: string }): Promise<void> {
    const name = `${instrument} ${dates.from} ${dates.to}`;
    const under = this.#asking.get(name);
    if (under !== undefined) return under;
    const { archive, source, signal } = this.#options;
    const asking = (async () => {
      const ticker = await archive.ticker(instrument);
      const actions = await source.corporateActions(ticker, dates.from, dates.to, signal);
      await archive.putActions(instrument, actions, dates);
    })().finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }
}
