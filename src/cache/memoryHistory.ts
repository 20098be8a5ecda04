/**
 * A store of history that lives in memory, for tests and the strategy harness. It keeps every version of every
 * instant as objects and sorts them plainly, so that it can stand beside the Parquet cache as a second opinion.
 */
import type { AdjustmentFactor, HistoryTable, MergeOutcome, TickerPeriod } from '../domain/history.js';
import type { CoveredStretch, HistoryArchive, HistoryOrigin, HistorySeries } from '../domain/historyArchive.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import type { HistoryCoverage, HistoryQuery } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { columnNames, columnOf, copyRow } from '../domain/tables.js';
import { systemClock } from '../utils/clock.js';
import type { Clock } from '../utils/clock.js';
import { adjustTable } from './adjustment.js';
import { createAdjuster } from './adjuster.js';
import type { Adjuster } from './adjuster.js';
import { replaceActions, wasAsked } from './actionRows.js';
import type { ActionList, DateRange } from './actionRows.js';
import { canonicalSymbol, feedOf } from './cacheLayout.js';
import { dataMissing } from './cacheErrors.js';
import { fileOrigin } from './fileOrigin.js';
import { regularRows, timeRangeOf } from './historyFilter.js';
import { createHistoryTable, keyColumn, timeframeOf } from './historyTables.js';
import { Instruments } from './instruments.js';
import { compareSeries } from './seriesList.js';
import { withClaims } from './stretches.js';

/** What was received at one time, oldest first in a list of them. */
interface Version<T> {
  readonly receivedAt: Micros;
  readonly value: T;
}

interface MemorySeries {
  readonly series: HistorySeries;
  /** Rows by their time (start, for bars). */
  readonly instants: Map<number, Version<HistoryTable>[]>;
  claims: readonly CoveredStretch[];
}

/** A store that forgets everything with the process. */
export type MemoryHistory = HistoryArchive;

/** An empty store. */
export function createMemoryHistory(clock: Clock = systemClock): MemoryHistory {
  return new InMemoryHistory(clock);
}

class InMemoryHistory implements MemoryHistory {
  readonly #clock: Clock;
  readonly #series = new Map<string, MemorySeries>();
  readonly #factors = new Map<string, Version<readonly AdjustmentFactor[]>[]>();
  readonly #actions = new Map<string, Version<ActionList>[]>();
  readonly #tickers = new Map<string, readonly TickerPeriod[]>();
  readonly #adjuster: Adjuster;
  #lastStamp = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#adjuster = createAdjuster({
      reference: {
        factors: (symbol, knownAt) => Promise.resolve(knownBy(this.#factors.get(symbol), knownAt)),
        actions: (symbol, knownAt) => Promise.resolve(knownBy(this.#actions.get(symbol), knownAt)),
        state: () => '',
      },
      rows: ({ symbol, kind, timeframe, feed }, range) =>
        Promise.resolve(this.#rows({ symbol, kind, timeframe, feed }, range.from, range.to, undefined)),
      state: () => Promise.resolve(''),
      today: () => this.#today(),
    });
  }

  async load(query: HistoryQuery): Promise<HistoryTable> {
    const range = timeRangeOf(query);
    const instruments = new Instruments(this.#tickers);
    const series = query.symbols.map((symbol) => ({
      symbol: instruments.idOf(symbol, query.to),
      kind: query.kind,
      timeframe: query.timeframe,
      feed: query.feed,
    }));
    const factors = await this.#adjuster.factors(series, query);
    const parts = series.map((one, id) => {
      const part = this.#rows(one, range.from, range.to, query.knownAt);
      const wanted = query.extendedHours ? part : regularRows(part);
      adjustTable(wanted, factors[id] ?? [], query.adjust);
      return wanted;
    });
    const missing = query.symbols.filter((_, id) => parts[id]?.length === 0);
    if (missing.length > 0) {
      const idOf = (symbol: string, date: string): string => instruments.idOf(symbol, date);
      throw dataMissing(query, missing, { coverage: this.#coverage(), series: await this.series(), idOf });
    }

    const rows = parts.flatMap((part, id) =>
      Array.from({ length: part.length }, (_, row) => ({ part, row, id, time: part.time[row] ?? 0 })),
    );
    rows.sort((a, b) => a.time - b.time || a.id - b.id || a.row - b.row);
    const result = createHistoryTable(query.kind, query.timeframe, rows.length);
    for (const { part, row, id } of rows) {
      copyRow(part, row, result);
      result.symbolId[result.length - 1] = id;
    }
    return result;
  }

  merge(symbol: string, table: HistoryTable, origin?: HistoryOrigin): Promise<MergeOutcome> {
    return Promise.resolve().then(() => {
      const times = keyColumn(table);
      const date = (): string => formatDate(newYorkDate(times[table.length - 1] ?? 0));
      const id = origin === undefined ? new Instruments(this.#tickers).idForRows(symbol, date()) : symbol;
      return this.#merge(canonicalSymbol(id), table, origin ?? fileOrigin(table), this.#stamp());
    });
  }

  #merge(id: string, table: HistoryTable, origin: HistoryOrigin, receivedAt: Micros): MergeOutcome {
    const { quality, covered } = origin;
    const times = keyColumn(table);
    const own = this.#at({ symbol: id, kind: table.kind, timeframe: timeframeOf(table), feed: feedOf(quality) });
    own.claims = withClaims(
      own.claims,
      covered.map(({ from, to }) => ({ from, to, quality, receivedAt })),
    );
    const incoming = new Map<number, HistoryTable>();
    for (let row = 0; row < table.length; row++) {
      const time = times[row] ?? 0;
      const rows = incoming.get(time) ?? createHistoryTable(table.kind, timeframeOf(table), 1);
      copyRow(table, row, rows);
      incoming.set(time, rows);
    }
    const outcome = { added: 0, replaced: 0, unchanged: 0 };
    for (const [time, value] of incoming) {
      const versions = own.instants.get(time) ?? [];
      own.instants.set(time, versions);
      const stored = versions.at(-1)?.value;
      if (stored !== undefined && textOf(stored) === textOf(value)) {
        outcome.unchanged += value.length;
        continue;
      }
      if (stored === undefined) outcome.added += value.length;
      else outcome.replaced += value.length;
      versions.push({ receivedAt, value });
    }
    return outcome;
  }

  async append(symbols: readonly string[], table: HistoryTable, origin: HistoryOrigin): Promise<void> {
    const receivedAt = this.#stamp();
    await Promise.resolve();
    const times = keyColumn(table).subarray(0, table.length);
    const last = times.reduce((latest, time) => Math.max(latest, time), 0);
    const instruments = new Instruments(this.#tickers);
    symbols.forEach((ticker, id) => {
      const symbol = instruments.idOf(ticker, formatDate(newYorkDate(last)));
      const own = createHistoryTable(table.kind, timeframeOf(table), 0);
      for (let row = 0; row < table.length; row++) if (table.symbolId[row] === id) copyRow(table, row, own);
      this.#merge(symbol, own, origin, receivedAt);
    });
  }

  putFactors(symbol: string, factors: readonly AdjustmentFactor[]): Promise<MergeOutcome> {
    this.#put(this.#factors, symbol, factors);
    return Promise.resolve({ added: factors.length, replaced: 0, unchanged: 0 });
  }

  async putActions(symbol: string, actions: readonly SourceCorporateAction[], range: DateRange): Promise<MergeOutcome> {
    const stored = this.#actions.get(await this.instrument(symbol))?.at(-1)?.value;
    this.#put(this.#actions, symbol, replaceActions(stored, actions, range));
    return { added: actions.length, replaced: 0, unchanged: 0 };
  }

  #put<T>(list: Map<string, Version<T>[]>, symbol: string, value: T): void {
    const id = new Instruments(this.#tickers).idOf(symbol, this.#today());
    list.set(id, [...(list.get(id) ?? []), { receivedAt: this.#stamp(), value }]);
  }

  putTickers(symbol: string, periods: readonly TickerPeriod[]): Promise<MergeOutcome> {
    this.#tickers.set(canonicalSymbol(symbol), periods);
    return Promise.resolve({ added: periods.length, replaced: 0, unchanged: 0 });
  }

  async instrument(ticker: string, date = this.#today()): Promise<string> {
    await Promise.resolve();
    return new Instruments(this.#tickers).idOf(ticker, date);
  }

  async ticker(instrument: string, date = this.#today()): Promise<string> {
    await Promise.resolve();
    return new Instruments(this.#tickers).tickerOf(instrument, date);
  }

  knowsActions(instrument: string, range: DateRange): Promise<boolean> {
    const actions = this.#actions.get(instrument)?.at(-1)?.value;
    return Promise.resolve(this.#factors.has(instrument) || (actions !== undefined && wasAsked(actions, range)));
  }

  series(): Promise<readonly HistorySeries[]> {
    const own = [...this.#series.values()].filter(({ instants, claims }) => instants.size + claims.length > 0);
    return Promise.resolve(own.map(({ series }) => series).toSorted(compareSeries));
  }

  stretches(series: HistorySeries): Promise<readonly CoveredStretch[]> {
    return Promise.resolve(this.#at(series).claims);
  }

  lost(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  times(series: HistorySeries, from: Micros, to: Micros): Promise<Float64Array> {
    const table = this.#rows(series, from, to, undefined);
    return Promise.resolve(keyColumn(table).subarray(0, table.length));
  }

  coverage(): Promise<readonly HistoryCoverage[]> {
    return Promise.resolve(this.#coverage());
  }

  extent(series: HistorySeries): Promise<HistoryCoverage | undefined> {
    return Promise.resolve(extentOf(this.#at(series)));
  }

  #coverage(): readonly HistoryCoverage[] {
    const consolidated = [...this.#series.values()].filter(({ series }) => series.feed === undefined);
    return consolidated.flatMap((own) => extentOf(own) ?? []);
  }

  #rows(series: HistorySeries, from: Micros, to: Micros, knownAt: Micros | undefined): HistoryTable {
    const result = createHistoryTable(series.kind, series.timeframe, 0);
    const instants = [...this.#at(series).instants].toSorted(([a], [b]) => a - b);
    for (const [time, versions] of instants) {
      const rows = time >= from && time < to ? knownBy(versions, knownAt) : undefined;
      if (rows !== undefined) appendAll(rows, result);
    }
    return result;
  }

  #at(series: HistorySeries): MemorySeries {
    const name = `${series.symbol} ${series.kind} ${series.timeframe ?? ''} ${series.feed ?? ''}`;
    const found = this.#series.get(name) ?? { series, instants: new Map(), claims: [] };
    this.#series.set(name, found);
    return found;
  }

  #today(): string {
    return formatDate(newYorkDate(this.#clock.now()));
  }

  #stamp(): Micros {
    this.#lastStamp = Math.max(this.#clock.now(), this.#lastStamp + 1);
    return this.#lastStamp;
  }
}

function extentOf({ series: { symbol, kind, timeframe }, instants }: MemorySeries): HistoryCoverage | undefined {
  if (instants.size === 0) return undefined;
  const times = [...instants.keys()].toSorted((a, b) => a - b);
  const dateAt = (index: number): string => formatDate(newYorkDate(times.at(index) ?? 0));
  const rows = [...instants.values()].reduce((sum, versions) => sum + (versions.at(-1)?.value.length ?? 0), 0);
  return { symbol, kind, timeframe, from: dateAt(0), to: dateAt(-1), rows, bytes: 0 };
}

function knownBy<T>(versions: readonly Version<T>[] | undefined, knownAt = Infinity): T | undefined {
  return versions?.findLast((version) => version.receivedAt <= knownAt)?.value;
}

function appendAll(from: HistoryTable, to: HistoryTable): void {
  for (let row = 0; row < from.length; row++) copyRow(from, row, to);
}

/** The values of a table, without the symbol id. */
function textOf(table: HistoryTable): string {
  const names = columnNames(table.kind).filter((name) => name !== 'symbolId');
  return names.map((name) => columnOf(table, name).subarray(0, table.length).join()).join(';');
}
