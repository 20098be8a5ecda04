/**
 * The rows of the row log in memory: columns shared by all symbols of a kind, and for each symbol the chain of its
 * rows from the newest back. A row costs its columns and twelve bytes; adding rows allocates nothing per symbol.
 */
import type { HistoryTable } from '../domain/history.js';
import type { CoveredStretch, HistorySeries } from '../domain/historyArchive.js';
import { columnNames, columnOf, createTableLike, growColumns } from '../domain/tables.js';
import { feedOf } from './cacheLayout.js';
import { timeframeOf } from './historyTables.js';
import type { StampedRows } from './mergeRows.js';
import { sameTexts } from './rowRecord.js';
import type { LoggedRows } from './rowRecord.js';
import { withClaims } from './stretches.js';

/** Claims that were made for one list of symbols together. */
interface SharedClaims {
  readonly symbols: readonly string[];
  readonly members: Set<string>;
  claims: readonly CoveredStretch[];
  /** Whether a member has left: what is claimed from then on needs a list of its own. */
  isClosed: boolean;
}

/** Rows of one kind, timeframe and feed. */
interface Shelf {
  readonly of: Omit<HistorySeries, 'symbol'>;
  readonly table: HistoryTable;
  received: Float64Array;
  /** The row before of the same symbol, -1 for none. */
  before: Int32Array;
  /** The newest row of each symbol that has rows. */
  readonly newest: Map<string, number>;
  readonly shared: SharedClaims[];
}

const NONE = -1;

/** See the module header. */
export class RecentRows {
  readonly #shelves = new Map<string, Shelf>();
  #rows = 0;

  /** Number of rows that were added, those taken since included: what the memory holds. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds rows in the order of receipt. */
  add({ symbols, table, receivedAt, quality, covered }: LoggedRows): void {
    const of = { kind: table.kind, timeframe: timeframeOf(table), feed: feedOf(quality) };
    const shelf = this.#shelf(of, table);
    const first = shelf.table.length;
    const length = first + table.length;
    if (length > shelf.table.time.length) grow(shelf, Math.max(1024, 2 * first, length));
    for (const name of columnNames(table.kind)) {
      columnOf(shelf.table, name).set(columnOf(table, name).subarray(0, table.length), first);
    }
    for (let row = 0; row < table.length; row++) {
      const symbol = symbols[table.symbolId[row] ?? 0] ?? '';
      const at = first + row;
      shelf.received[at] = receivedAt;
      shelf.before[at] = shelf.newest.get(symbol) ?? NONE;
      shelf.newest.set(symbol, at);
    }
    shelf.table.length = length;
    this.#rows += table.length;
    const claims = covered.map(({ from, to }) => ({ from, to, quality, receivedAt }));
    if (claims.length > 0) claim(shelf, symbols, claims);
  }

  /** A series' rows in the order of receipt; undefined if there are none. */
  of(series: HistorySeries): StampedRows | undefined {
    const shelf = this.#shelves.get(shelfName(series));
    const newest = shelf?.newest.get(series.symbol);
    if (shelf === undefined || newest === undefined) return undefined;
    const rows: number[] = [];
    for (let row = newest; row !== NONE; row = shelf.before[row] ?? NONE) rows.push(row);
    rows.reverse();
    const table = createTableLike(shelf.table, rows.length);
    for (const name of columnNames(table.kind)) {
      const from = columnOf(shelf.table, name);
      const to = columnOf(table, name);
      for (let at = 0; at < rows.length; at++) to[at] = from[rows[at] ?? 0] ?? 0;
    }
    table.length = rows.length;
    table.symbolId.fill(0);
    return { table, received: Float64Array.from(rows, (row) => shelf.received[row] ?? 0) };
  }

  /** How the rows of a series stand: changes when one is added or they are taken. */
  state(series: HistorySeries): string {
    const shelf = this.#shelves.get(shelfName(series));
    return String(shelf?.newest.get(series.symbol) ?? NONE);
  }

  /** What sources have said about a series together with these rows. */
  claims(series: HistorySeries): readonly CoveredStretch[] {
    const shelf = this.#shelves.get(shelfName(series));
    const lists = shelf?.shared.filter(({ members }) => members.has(series.symbol)) ?? [];
    return lists.reduce<readonly CoveredStretch[]>((all, { claims }) => withClaims(all, claims), []);
  }

  /** Forgets a series' rows and claims, which are in its files now. */
  taken(series: HistorySeries): void {
    const shelf = this.#shelves.get(shelfName(series));
    shelf?.newest.delete(series.symbol);
    for (const list of shelf?.shared ?? []) if (list.members.delete(series.symbol)) list.isClosed = true;
  }

  /** The series with rows or claims here. */
  series(): readonly HistorySeries[] {
    return [...this.#shelves.values()].flatMap(({ of, newest, shared }) => {
      const symbols = new Set(newest.keys());
      for (const { members } of shared) for (const symbol of members) symbols.add(symbol);
      return [...symbols].map((symbol) => ({ symbol, ...of }));
    });
  }

  #shelf(of: Omit<HistorySeries, 'symbol'>, like: HistoryTable): Shelf {
    const name = shelfName(of);
    let shelf = this.#shelves.get(name);
    if (shelf === undefined) {
      shelf = {
        of,
        table: createTableLike(like, 0),
        received: new Float64Array(0),
        before: new Int32Array(0),
        newest: new Map(),
        shared: [],
      };
      this.#shelves.set(name, shelf);
    }
    return shelf;
  }
}

function shelfName({ kind, timeframe, feed }: Omit<HistorySeries, 'symbol'>): string {
  return `${kind} ${timeframe ?? ''} ${feed ?? ''}`;
}

function grow(shelf: Shelf, capacity: number): void {
  growColumns(shelf.table, capacity);
  const received = new Float64Array(capacity);
  received.set(shelf.received);
  shelf.received = received;
  const before = new Int32Array(capacity);
  before.set(shelf.before);
  shelf.before = before;
}

function claim(shelf: Shelf, symbols: readonly string[], claims: readonly CoveredStretch[]): void {
  let list = shelf.shared.find((entry) => !entry.isClosed && sameTexts(entry.symbols, symbols));
  if (list === undefined) {
    list = { symbols, members: new Set(symbols), claims: [], isClosed: false };
    shelf.shared.push(list);
  }
  list.claims = withClaims(list.claims, claims);
}
