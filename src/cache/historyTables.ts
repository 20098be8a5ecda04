/** What every history table can do, whatever its kind: be made, sliced, compared and merged with others. */
import type { HistoryTable } from '../domain/history.js';
import type { HistoryKind } from '../domain/ports.js';
import { assert } from '../utils/assert.js';
import {
  columnNames,
  columnOf,
  createBarTable,
  createPrintTable,
  createQuoteBarTable,
  createQuoteTable,
  createTableLike,
} from '../domain/tables.js';
import type { Timeframe } from '../domain/timeframe.js';

/** An empty table with room for `capacity` rows; bars and quote bars need a timeframe. */
export function createHistoryTable(
  kind: HistoryKind,
  timeframe: Timeframe | undefined,
  capacity: number,
): HistoryTable {
  if (kind === 'quote') return createQuoteTable(capacity);
  if (kind === 'print') return createPrintTable(capacity);
  assert(timeframe !== undefined, `history of ${kind}s has a timeframe`);
  return kind === 'bar' ? createBarTable(timeframe, capacity) : createQuoteBarTable(timeframe, capacity);
}

/** The timeframe of a table, undefined for quotes and prints. */
export function timeframeOf(table: HistoryTable): Timeframe | undefined {
  return table.kind === 'bar' || table.kind === 'quoteBar' ? table.timeframe : undefined;
}

/** The column that a row belongs to a date by, and that rows are merged by: a bar's start, an event's time. */
export function keyColumn(table: HistoryTable): Float64Array {
  return table.kind === 'bar' || table.kind === 'quoteBar' ? table.start : table.time;
}

/** A copy of the rows whose `keep` is not 0, in order; the table itself when all are kept. */
export function keepRows<T extends HistoryTable>(table: T, keep: Uint8Array): T {
  let kept = 0;
  for (let row = 0; row < table.length; row++) kept += keep[row] === 0 ? 0 : 1;
  if (kept === table.length) return table;
  const result = createTableLike(table, kept);
  for (const name of columnNames(table.kind)) {
    const from = columnOf(table, name);
    const to = columnOf(result, name);
    let at = 0;
    for (let row = 0; row < table.length; row++) if (keep[row] !== 0) to[at++] = from[row] ?? 0;
  }
  result.length = kept;
  return result;
}

/**
 * One table of several symbols, ordered by time, then symbol, then row. `parts[i]` gets the symbol id `i`; its
 * rows are sorted by time. A heap of the symbols' next rows decides; every column is then copied once.
 */
export function mergeSymbols(parts: readonly HistoryTable[]): HistoryTable {
  const [first] = parts;
  assert(first !== undefined, 'there is a symbol to merge');
  if (parts.length === 1) {
    first.symbolId.fill(0);
    return first;
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const result = createTableLike(first, length);
  result.length = length;
  orderByTime(parts, result.symbolId);
  const places = placesOf(parts, result.symbolId);
  for (const name of columnNames(first.kind)) {
    if (name === 'symbolId') continue;
    const target = columnOf(result, name);
    let from = 0;
    for (const part of parts) {
      scatter(columnOf(part, name), part.length, target, places, from);
      from += part.length;
    }
  }
  return result;
}

/** Where the rows of the parts, one part after the other, go in the merged table. */
function placesOf(parts: readonly HistoryTable[], order: Uint16Array): Uint32Array {
  const places = new Uint32Array(order.length);
  const next = new Uint32Array(parts.length);
  for (let id = 1; id < parts.length; id++) next[id] = (next[id - 1] ?? 0) + (parts[id - 1]?.length ?? 0);
  for (let row = 0; row < order.length; row++) {
    const id = order[row] ?? 0;
    places[next[id] ?? 0] = row;
    next[id] = (next[id] ?? 0) + 1;
  }
  return places;
}

/** Reads run on in one part, writes jump: with thousands of parts that is far fewer jumps than the other way round. */
function scatter(source: NumberColumn, count: number, target: NumberColumn, places: Uint32Array, from: number): void {
  for (let row = 0; row < count; row++) target[places[from + row] ?? 0] = source[row] ?? 0;
}

interface NumberColumn {
  [row: number]: number;
}

/** Writes the part index of each row of the merged table. */
function orderByTime(parts: readonly HistoryTable[], order: Uint16Array): void {
  const times = parts.map((part) => part.time);
  const next = new Uint32Array(parts.length);
  const timeOf = (id: number): number => {
    const at = next[id] ?? 0;
    return at < (parts[id]?.length ?? 0) ? (times[id]?.[at] ?? Infinity) : Infinity;
  };
  const key = Float64Array.from(parts, (_, id) => timeOf(id));
  const heap = Uint16Array.from(parts, (_, id) => id);
  const before = (a: number, b: number): boolean => {
    const left = key[a] ?? 0;
    const right = key[b] ?? 0;
    return left < right || (left === right && a < b);
  };
  const sink = (from: number): void => {
    const moving = heap[from] ?? 0;
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1;
      if (!before(heap[child] ?? 0, moving)) break;
      heap[hole] = heap[child] ?? 0;
      hole = child;
    }
    heap[hole] = moving;
  };
  for (let index = (heap.length >> 1) - 1; index >= 0; index--) sink(index);
  for (let row = 0; row < order.length; row++) {
    const id = heap[0] ?? 0;
    order[row] = id;
    next[id] = (next[id] ?? 0) + 1;
    key[id] = timeOf(id);
    sink(0);
  }
}
