/**
 * Recorded history as a {@link MarketStream}: the quotes, prints, quote bars and bars of some days in one total
 * order, read by time. Portions share the memory of the loaded columns.
 */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { mergeTables } from '../domain/mergeTables.js';
import type { HistoryKind, HistoryStore, MarketStream } from '../domain/ports.js';
import { sliceTable } from '../domain/tables.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { assert } from '../utils/assert.js';

/** One kind of rows that a recorded day is made of. */
export interface RecordedFeed {
  readonly kind: HistoryKind;
  /** Of bars and quote bars. */
  readonly timeframe?: Timeframe;
  /** The symbols that have it; all by default. */
  readonly symbols?: readonly string[];
}

/** What to read. Dates are New York dates, both inclusive. */
export interface RecordedDayOptions {
  /** The session's symbols; the index is the symbol id. */
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
  /** At most one per kind and timeframe. */
  readonly feeds: readonly RecordedFeed[];
  /** Whether premarket and after hours are read too; true by default. */
  readonly extendedHours?: boolean;
}

/** Loads recorded days in raw prices. Throws `DATA_MISSING` for symbols without rows of a feed that names them. */
export async function openRecordedDay(store: HistoryStore, options: RecordedDayOptions): Promise<MarketStream> {
  const tables: MarketTable[] = [];
  for (const feed of options.feeds) {
    const ids = (feed.symbols ?? options.symbols)
      .map((symbol) => options.symbols.indexOf(symbol))
      .toSorted((a, b) => a - b);
    assert(!ids.includes(-1), 'a feed has only symbols of the session');
    const table = await store.load({
      symbols: ids.map((id) => options.symbols[id] ?? ''),
      kind: feed.kind,
      ...(feed.timeframe === undefined ? {} : { timeframe: feed.timeframe }),
      from: options.from,
      to: options.to,
      adjust: 'raw',
      extendedHours: options.extendedHours ?? true,
    });
    renumber(table, ids);
    tables.push(table);
  }
  return streamOf(options.symbols, tables);
}

/** Tables, at most one per kind and timeframe, as a stream. */
export function streamOf(symbols: readonly string[], tables: readonly MarketTable[]): MarketStream {
  return new TableStream(symbols, mergeTables(tables));
}

/** Replaces the ids of a query's symbols by the session's; ascending, so that the order of rows stays. */
function renumber(table: MarketTable, ids: readonly number[]): void {
  if (ids.every((id, index) => id === index)) return;
  for (let row = 0; row < table.length; row++) table.symbolId[row] = ids[table.symbolId[row] ?? 0] ?? 0;
}

class TableStream implements MarketStream {
  readonly symbols: readonly string[];
  readonly #batch: MarketBatch;
  readonly #times: readonly Float64Array[];
  /** Next event, and next row of each table. */
  #event = 0;
  readonly #rows: Uint32Array;

  constructor(symbols: readonly string[], batch: MarketBatch) {
    this.symbols = symbols;
    this.#batch = batch;
    this.#times = batch.tables.map((table) => table.time);
    this.#rows = new Uint32Array(batch.tables.length);
  }

  peekTime(): Micros {
    if (this.#event >= this.#batch.length) return Infinity;
    const index = this.#tableAt(this.#event);
    return this.#times[index]?.[this.#rows[index] ?? 0] ?? Infinity;
  }

  readUntil(time: Micros, maxEvents: number): MarketBatch {
    const from = this.#event;
    const firstRows = this.#rows.slice();
    let instant = this.peekTime();
    while (instant <= time && this.#event < this.#batch.length && this.#event - from < maxEvents) {
      let next = instant;
      while (next === instant) {
        const index = this.#tableAt(this.#event);
        this.#rows[index] = (this.#rows[index] ?? 0) + 1;
        this.#event += 1;
        next = this.peekTime();
      }
      instant = next;
    }
    return {
      tables: this.#batch.tables.map((table, index) =>
        sliceTable(table, firstRows[index] ?? 0, this.#rows[index] ?? 0),
      ),
      order: this.#batch.order?.subarray(from, this.#event) ?? null,
      length: this.#event - from,
    };
  }

  #tableAt(event: number): number {
    return this.#batch.order?.[event] ?? 0;
  }
}
