/**
 * Fills an archive from a source: finds what is missing, asks for exactly that, and stores each page with what the
 * source says about it as it comes, so that a fill that is cut short goes on where it was. Whoever wants a stretch
 * that is being asked for waits for that request instead of making another.
 */
import type { HistoryArchive, HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import type { HistoryPage, HistoryRequest, HistorySource } from '../domain/marketSource.js';
import { PapertapeError } from '../domain/errors.js';
import { feedOf } from './cacheLayout.js';
import { missingStretches } from './missingStretches.js';
import { within } from './stretches.js';

/** What is wanted of one instrument. */
export interface FillRequest {
  /** Permanent id. */
  readonly instrument: string;
  readonly kind: HistoryRequest['kind'];
  readonly timeframe: HistoryRequest['timeframe'];
  /** Trading hours that are wanted; sorted, disjoint. */
  readonly hours: readonly TimeStretch[];
  readonly priority: HistoryRequest['priority'];
}

interface Flight {
  readonly stretch: TimeStretch;
  readonly done: Promise<void>;
}

/** See the module header. */
export class HistoryFiller {
  readonly #archive: HistoryArchive;
  readonly #source: HistorySource;
  readonly #signal: AbortSignal;
  /** Requests under way, by series. */
  readonly #flights = new Map<string, Flight[]>();
  /** The last look for what is missing of each series: one at a time, so that two do not find the same. */
  readonly #planning = new Map<string, Promise<unknown>>();

  /** Fills end when `signal` is aborted. */
  constructor(archive: HistoryArchive, source: HistorySource, signal: AbortSignal) {
    this.#archive = archive;
    this.#source = source;
    this.#signal = signal;
  }

  /** The series that the source's data of a request are kept in. */
  seriesOf({ instrument, kind, timeframe }: Pick<FillRequest, 'instrument' | 'kind' | 'timeframe'>): HistorySeries {
    return { symbol: instrument, kind, timeframe, feed: feedOf(this.#source.quality) };
  }

  /** The stretches that a fill would ask for now. */
  async missing(request: FillRequest): Promise<readonly TimeStretch[]> {
    return missingStretches(request.hours, await this.#archive.stretches(this.seriesOf(request)));
  }

  /** Asks for what is missing; returns when all of it is stored. Throws what the source or the store throws. */
  async fill(request: FillRequest, onPage: (covered: TimeStretch) => void = () => undefined): Promise<void> {
    const series = this.seriesOf(request);
    const name = JSON.stringify(series);
    const before = this.#planning.get(name) ?? Promise.resolve();
    const plan = before.then(() => this.#start(name, request, onPage));
    this.#planning.set(
      name,
      plan.catch(() => undefined),
    );
    await Promise.all((await plan).map(({ done }) => done));
  }

  /** Starts what nobody has asked for yet; returns every request under way that the fill needs. */
  async #start(name: string, request: FillRequest, onPage: (covered: TimeStretch) => void): Promise<readonly Flight[]> {
    const wanted = await this.missing(request);
    if (wanted.length === 0) return [];
    const flights = this.#flights.get(name) ?? [];
    const own: Flight[] = [];
    const ticker = await this.#tickerOf(request.instrument);
    const covered = await this.#archive.stretches(this.seriesOf(request));
    for (const stretch of missingStretches(request.hours, [...covered, ...flights.map((flight) => flight.stretch)])) {
      own.push({ stretch, done: this.#ask(request, ticker, stretch, onPage) });
    }
    for (const flight of own) this.#follow(name, flight);
    const shared = flights.filter(({ stretch }) =>
      wanted.some(({ from, to }) => stretch.from < to && stretch.to > from),
    );
    return [...shared, ...own];
  }

  #follow(name: string, flight: Flight): void {
    this.#flights.set(name, [...(this.#flights.get(name) ?? []), flight]);
    const end = (): void => {
      const left = (this.#flights.get(name) ?? []).filter((other) => other !== flight);
      if (left.length === 0) this.#flights.delete(name);
      else this.#flights.set(name, left);
    };
    void flight.done.then(end, end);
  }

  async #ask(
    request: FillRequest,
    symbol: string,
    { from, to }: TimeStretch,
    onPage: (covered: TimeStretch) => void,
  ): Promise<void> {
    const { instrument, kind, timeframe, priority } = request;
    const asked: HistoryRequest = {
      symbol,
      kind,
      from,
      to,
      priority,
      ...(timeframe === undefined ? {} : { timeframe }),
    };
    for await (const page of this.#source.read(asked, this.#signal)) {
      checkPage(page, asked, this.#source.quality.source);
      // Of hours that were not asked for nothing is claimed: not every source brings premarket rows with the others.
      const covered = within([page.covered], request.hours);
      const origin = { quality: this.#source.quality, covered };
      await this.#archive.merge(instrument, page.table, origin);
      onPage(page.covered);
    }
  }

  /** What the source calls an instrument: sources know today's tickers. */
  async #tickerOf(instrument: string): Promise<string> {
    const ticker = await this.#archive.ticker(instrument);
    const holder = await this.#archive.instrument(ticker);
    if (holder === instrument) return ticker;
    throw new PapertapeError(
      'SOURCE_SYMBOL_UNKNOWN',
      `The instrument ${instrument} was called ${ticker} last and is not any more: no source can be asked for it.`,
      { remedy: 'Import files of it instead.' },
    );
  }
}

/** A page outside its request would claim what nobody asked for. */
function checkPage(
  { table, covered }: HistoryPage,
  { kind, timeframe, from, to }: HistoryRequest,
  source: string,
): void {
  const isBars = table.kind === 'bar' || table.kind === 'quoteBar';
  const isAsked = table.kind === kind && (!isBars || table.timeframe === timeframe);
  if (isAsked && covered.from >= from && covered.to <= to && covered.from <= covered.to) return;
  throw new PapertapeError('SOURCE_MESSAGE_INVALID', `${source} answered with other history than was asked for.`, {
    remedy: 'Try again; if it stays, report it with the symbol and the dates.',
  });
}
