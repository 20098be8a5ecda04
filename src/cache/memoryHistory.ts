/**
 * A store of history that lives in memory, for tests and the strategy harness. It keeps rows as objects and sorts
 * them plainly, so that it can stand beside the Parquet cache as a second opinion.
 */
import type { AdjustmentFactor, HistoryTable, HistoryWriter, MergeOutcome } from '../domain/history.js';
import type { HistoryCoverage, HistoryQuery, HistoryStore } from '../domain/ports.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { columnNames, columnOf, copyRow } from '../domain/tables.js';
import { adjustTable } from './adjustment.js';
import { canonicalSymbol } from './cacheLayout.js';
import type { SeriesKey } from './cacheLayout.js';
import { dataMissing, factorsMissing } from './cacheErrors.js';
import { regularRows, timeRangeOf } from './historyFilter.js';
import { createHistoryTable, keyColumn, timeframeOf } from './historyTables.js';

interface MemorySeries {
  readonly key: SeriesKey;
  /** Rows as one-row tables, by their time (start, for bars). */
  readonly instants: Map<number, HistoryTable>;
}

/** A store that forgets everything with the process. */
export type MemoryHistory = HistoryStore & HistoryWriter;

/** An empty store. */
export function createMemoryHistory(): MemoryHistory {
  return new InMemoryHistory();
}

class InMemoryHistory implements MemoryHistory {
  readonly #series = new Map<string, MemorySeries>();
  readonly #factors = new Map<string, readonly AdjustmentFactor[]>();

  load(query: HistoryQuery): Promise<HistoryTable> {
    return Promise.resolve().then(() => this.#load(query));
  }

  #load(query: HistoryQuery): HistoryTable {
    const range = timeRangeOf(query);
    const symbols = query.symbols.map(canonicalSymbol);
    const unadjustable = query.adjust === 'raw' ? [] : symbols.filter((symbol) => !this.#factors.has(symbol));
    if (unadjustable.length > 0) throw factorsMissing(unadjustable, query.adjust);
    const parts = symbols.map((symbol) => {
      const key = { symbol, kind: query.kind, timeframe: query.timeframe };
      const part = createHistoryTable(query.kind, query.timeframe, 0);
      for (const [time, rows] of this.#sorted(key)) {
        if (time >= range.from && time < range.to) appendAll(rows, part);
      }
      const wanted = query.extendedHours ? part : regularRows(part);
      adjustTable(wanted, this.#factors.get(symbol) ?? [], query.adjust);
      return wanted;
    });
    const missing = symbols.filter((_, id) => parts[id]?.length === 0);
    if (missing.length > 0) throw dataMissing(query, missing, this.#coverage());

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

  merge(symbol: string, table: HistoryTable): Promise<MergeOutcome> {
    const key = { symbol: canonicalSymbol(symbol), kind: table.kind, timeframe: timeframeOf(table) };
    const name = nameOf(key);
    const series = this.#series.get(name) ?? { key, instants: new Map<number, HistoryTable>() };
    this.#series.set(name, series);
    const incoming = new Map<number, HistoryTable>();
    const times = keyColumn(table);
    for (let row = 0; row < table.length; row++) {
      const time = times[row] ?? 0;
      const rows = incoming.get(time) ?? createHistoryTable(key.kind, key.timeframe, 1);
      copyRow(table, row, rows);
      incoming.set(time, rows);
    }
    const outcome = { added: 0, replaced: 0, unchanged: 0 };
    for (const [time, rows] of incoming) {
      const stored = series.instants.get(time);
      if (stored === undefined) outcome.added += rows.length;
      else if (textOf(stored) === textOf(rows)) outcome.unchanged += rows.length;
      else outcome.replaced += rows.length;
      series.instants.set(time, rows);
    }
    return Promise.resolve(outcome);
  }

  putFactors(symbol: string, factors: readonly AdjustmentFactor[]): Promise<MergeOutcome> {
    this.#factors.set(canonicalSymbol(symbol), factors);
    return Promise.resolve({ added: factors.length, replaced: 0, unchanged: 0 });
  }

  putTickers(): Promise<MergeOutcome> {
    return Promise.resolve({ added: 0, replaced: 0, unchanged: 0 });
  }

  coverage(): Promise<readonly HistoryCoverage[]> {
    return Promise.resolve(this.#coverage());
  }

  #coverage(): readonly HistoryCoverage[] {
    return [...this.#series.values()].map(({ key }) => {
      const instants = this.#sorted(key);
      const dateAt = (index: number): string => formatDate(newYorkDate(instants.at(index)?.[0] ?? 0));
      const rows = instants.reduce((sum, [, part]) => sum + part.length, 0);
      return { ...key, from: dateAt(0), to: dateAt(-1), rows, bytes: 0 };
    });
  }

  #sorted(key: SeriesKey): readonly (readonly [number, HistoryTable])[] {
    return [...(this.#series.get(nameOf(key))?.instants ?? [])].toSorted(([a], [b]) => a - b);
  }
}

function nameOf(key: SeriesKey): string {
  return `${key.symbol} ${key.kind} ${key.timeframe ?? ''}`;
}

function appendAll(from: HistoryTable, to: HistoryTable): void {
  for (let row = 0; row < from.length; row++) copyRow(from, row, to);
}

/** The values of a table, without the symbol id. */
function textOf(table: HistoryTable): string {
  const names = columnNames(table.kind).filter((name) => name !== 'symbolId');
  return names.map((name) => columnOf(table, name).subarray(0, table.length).join()).join(';');
}
