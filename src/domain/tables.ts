/**
 * Makes and fills the market tables of `marketTables.ts`: growable columns for writers, no allocation per row
 * once the capacity is there. Each kind is one plain literal: what is put together by spreading keeps columns outside
 * of the object, and every loop over them pays for it.
 */
import type {
  BarTable,
  BookTable,
  MarketTable,
  PrintTable,
  QuoteBarTable,
  QuoteTable,
  StatusTable,
} from './marketTables.js';
import type { Timeframe } from './timeframe.js';

/** An empty bar table with room for `capacity` rows. */
export function createBarTable(timeframe: Timeframe, capacity: number): BarTable {
  const column = () => new Float64Array(capacity);
  return {
    kind: 'bar',
    timeframe,
    length: 0,
    symbolId: new Uint16Array(capacity),
    time: new Float64Array(capacity),
    start: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

/** An empty quote bar table with room for `capacity` rows. */
export function createQuoteBarTable(timeframe: Timeframe, capacity: number): QuoteBarTable {
  const column = () => new Float64Array(capacity);
  return {
    kind: 'quoteBar',
    timeframe,
    length: 0,
    symbolId: new Uint16Array(capacity),
    time: new Float64Array(capacity),
    start: column(),
    bidOpen: column(),
    bidHigh: column(),
    bidLow: column(),
    bidClose: column(),
    bidSize: column(),
    askOpen: column(),
    askHigh: column(),
    askLow: column(),
    askClose: column(),
    askSize: column(),
  };
}

/** An empty quote table with room for `capacity` rows. */
export function createQuoteTable(capacity: number): QuoteTable {
  const column = () => new Float64Array(capacity);
  return {
    kind: 'quote',
    length: 0,
    symbolId: new Uint16Array(capacity),
    time: new Float64Array(capacity),
    bid: column(),
    bidSize: column(),
    ask: column(),
    askSize: column(),
    flags: new Uint16Array(capacity),
  };
}

/** An empty print table with room for `capacity` rows. */
export function createPrintTable(capacity: number): PrintTable {
  return {
    kind: 'print',
    length: 0,
    symbolId: new Uint16Array(capacity),
    time: new Float64Array(capacity),
    price: new Float64Array(capacity),
    size: new Float64Array(capacity),
    flags: new Uint16Array(capacity),
    exchange: new Uint8Array(capacity),
  };
}

/** An empty status table with room for `capacity` rows. */
export function createStatusTable(capacity: number): StatusTable {
  return {
    kind: 'status',
    length: 0,
    symbolId: new Uint16Array(capacity),
    time: new Float64Array(capacity),
    status: new Uint8Array(capacity),
    lower: new Float64Array(capacity),
    upper: new Float64Array(capacity),
  };
}

/** An empty table of book messages with room for `capacity` rows. */
export function createBookTable(capacity: number): BookTable {
  return {
    kind: 'book',
    length: 0,
    symbolId: new Uint16Array(capacity),
    time: new Float64Array(capacity),
    action: new Uint8Array(capacity),
    side: new Uint8Array(capacity),
    number: new Float64Array(capacity),
    price: new Float64Array(capacity),
    size: new Float64Array(capacity),
  };
}

/** The names of a table's columns, `symbolId` and `time` included, in one fixed order per kind. */
export function columnNames(kind: MarketTable['kind']): readonly string[] {
  return COLUMNS[kind];
}

const COLUMNS: Readonly<Record<MarketTable['kind'], readonly string[]>> = {
  status: ['symbolId', 'time', 'status', 'lower', 'upper'],
  book: ['symbolId', 'time', 'action', 'side', 'number', 'price', 'size'],
  quote: ['symbolId', 'time', 'bid', 'bidSize', 'ask', 'askSize', 'flags'],
  print: ['symbolId', 'time', 'price', 'size', 'flags', 'exchange'],
  quoteBar: [
    'symbolId',
    'time',
    'start',
    'bidOpen',
    'bidHigh',
    'bidLow',
    'bidClose',
    'bidSize',
    'askOpen',
    'askHigh',
    'askLow',
    'askClose',
    'askSize',
  ],
  bar: ['symbolId', 'time', 'start', 'open', 'high', 'low', 'close', 'volume'],
};

type Column = Uint8Array | Uint16Array | Float64Array;

/** The column of a table by name; throws for a name that {@link columnNames} does not list. */
export function columnOf(table: MarketTable, name: string): Column {
  const column: unknown = Reflect.get(table, name);
  if (column instanceof Float64Array || column instanceof Uint16Array || column instanceof Uint8Array) return column;
  throw new TypeError(`a ${table.kind} table has no column ${name}`);
}

/** Makes sure that one more row fits, doubling every column when it does not. */
export function ensureRoom(table: MarketTable): void {
  const capacity = table.time.length;
  if (table.length < capacity) return;
  growColumns(table, Math.max(16, capacity * 2));
}

/** Gives every column room for `capacity` rows, which is more than it has. */
export function growColumns(table: MarketTable, capacity: number): void {
  for (const name of COLUMNS[table.kind]) Reflect.set(table, name, grown(columnOf(table, name), capacity));
}

function grown(column: Column, capacity: number): Column {
  const larger =
    column instanceof Float64Array
      ? new Float64Array(capacity)
      : column instanceof Uint16Array
        ? new Uint16Array(capacity)
        : new Uint8Array(capacity);
  larger.set(column);
  return larger;
}

/** Appends a copy of one row of `from` to `to`; both must be of one kind. */
export function copyRow<T extends MarketTable>(from: T, row: number, to: T): void {
  ensureRoom(to);
  const target = to.length;
  for (const name of COLUMNS[from.kind]) columnOf(to, name)[target] = columnOf(from, name)[row] ?? 0;
  to.length = target + 1;
}

/** An empty table of the same kind (and timeframe) as `like`. */
export function createTableLike<T extends MarketTable>(like: T, capacity: number): T;
export function createTableLike(like: MarketTable, capacity: number): MarketTable {
  switch (like.kind) {
    case 'bar':
      return createBarTable(like.timeframe, capacity);
    case 'quoteBar':
      return createQuoteBarTable(like.timeframe, capacity);
    case 'quote':
      return createQuoteTable(capacity);
    case 'print':
      return createPrintTable(capacity);
    case 'status':
      return createStatusTable(capacity);
    case 'book':
      return createBookTable(capacity);
  }
}

/** Rows [from, to) as a table that shares the memory. */
export function sliceTable<T extends MarketTable>(table: T, from: number, to: number): T {
  const slice = createTableLike(table, 0);
  for (const name of columnNames(table.kind)) Reflect.set(slice, name, columnOf(table, name).subarray(from, to));
  slice.length = to - from;
  return slice;
}

/** The first row whose key is at or after `time`; the key is sorted. */
export function rowAtOrAfter(key: Float64Array, length: number, time: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((key[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
