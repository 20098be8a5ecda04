/**
 * Merges new rows of a series into stored ones. The unit is the instant: all rows of one time (one start, for
 * bars) replace the stored rows of that time together, because events of one time have no names of their own by
 * which a correction could be told from an addition. So importing twice changes nothing, a file can be imported
 * in parts, and a restated bar takes the place of the old one, which is handed out as an earlier version.
 *
 * Every row carries when it was received. Rows that were received no later than the stored rows of their time are
 * news from before and change nothing: so writes can be repeated in any order after a crash.
 */
import type { HistoryTable, MergeOutcome } from '../domain/history.js';
import { columnNames, columnOf, createTableLike, sliceTable } from '../domain/tables.js';
import { keyColumn } from './historyTables.js';

/** Rows with the time at which each was received. */
export interface StampedRows {
  readonly table: HistoryTable;
  /** One per row of the table, at least. */
  readonly received: Float64Array;
}

/** Rows that were replaced: what they were, and when that came to be known. */
export interface SupersededRows extends StampedRows {
  /** When the rows that took their place were received; one per row, at least. */
  readonly superseded: Float64Array;
}

/** What merging gives. */
export interface MergedRows {
  /** The stored rows themselves when nothing changed. */
  readonly rows: StampedRows;
  readonly replaced: SupersededRows;
  readonly outcome: MergeOutcome;
}

interface Run {
  readonly source: StampedRows;
  from: number;
  to: number;
}

/** Rows that all were received at one time. */
export function stamped(table: HistoryTable, receivedAt: number): StampedRows {
  return { table, received: new Float64Array(table.length).fill(receivedAt) };
}

/** Merges rows of one kind, timeframe and symbol; both sorted by key. */
export function mergeRows(stored: StampedRows, incoming: StampedRows): MergedRows {
  const storedKey = keyColumn(stored.table);
  const incomingKey = keyColumn(incoming.table);
  const storedLength = stored.table.length;
  const length = incoming.table.length;
  const areEqual = comparison(stored.table, incoming.table);
  const runs: Run[] = [];
  const replacedRuns: Run[] = [];
  const supersededAt: number[] = [];
  let added = 0;
  let replaced = 0;
  let unchanged = 0;
  let storedRow = 0;
  let row = 0;
  while (row < length) {
    const key = incomingKey[row] ?? 0;
    const end = endOfInstant(incomingKey, row, length);
    const before = storedRow;
    while (storedRow < storedLength && (storedKey[storedRow] ?? 0) < key) storedRow++;
    addRun(runs, stored, before, storedRow);
    const hasInstant = storedRow < storedLength && storedKey[storedRow] === key;
    const storedEnd = hasInstant ? endOfInstant(storedKey, storedRow, storedLength) : storedRow;
    const count = end - row;
    const isOld = hasInstant && (incoming.received[row] ?? 0) <= (stored.received[storedRow] ?? 0);
    if (isOld || (storedEnd - storedRow === count && areEqual(storedRow, row, count))) {
      unchanged += count;
      addRun(runs, stored, storedRow, storedEnd);
    } else {
      if (hasInstant) {
        replaced += count;
        addRun(replacedRuns, stored, storedRow, storedEnd);
        for (let old = storedRow; old < storedEnd; old++) supersededAt.push(incoming.received[row] ?? 0);
      } else {
        added += count;
      }
      addRun(runs, incoming, row, end);
    }
    storedRow = storedEnd;
    row = end;
  }
  addRun(runs, stored, storedRow, storedLength);
  return {
    rows: added + replaced === 0 ? stored : assemble(stored.table, runs),
    replaced: { ...assemble(stored.table, replacedRuns), superseded: Float64Array.from(supersededAt) },
    outcome: { added, replaced, unchanged },
  };
}

/** Says whether `count` rows from a row of one table equal those from a row of the other. */
function comparison(
  stored: HistoryTable,
  incoming: HistoryTable,
): (storedRow: number, incomingRow: number, count: number) => boolean {
  const names = columnNames(stored.kind).filter((name) => name !== 'symbolId');
  const left = names.map((name) => columnOf(stored, name));
  const right = names.map((name) => columnOf(incoming, name));
  return (storedRow, incomingRow, count) => {
    for (let index = 0; index < names.length; index++) {
      const a = left[index];
      const b = right[index];
      for (let offset = 0; offset < count; offset++) {
        if (a?.[storedRow + offset] !== b?.[incomingRow + offset]) return false;
      }
    }
    return true;
  };
}

/** Rows [from, to), sharing the memory. */
export function sliceRows({ table, received }: StampedRows, from: number, to: number): StampedRows {
  return { table: sliceTable(table, from, to), received: received.subarray(from, to) };
}

/** The rows whose `keep` is not 0, in order. */
export function filterRows(rows: StampedRows, keep: (row: number) => boolean): StampedRows {
  const runs: Run[] = [];
  for (let row = 0; row < rows.table.length; row++) if (keep(row)) addRun(runs, rows, row, row + 1);
  return assemble(rows.table, runs);
}

/**
 * Portions of rows in the order in which they were received, so that within a portion no time comes back: each can
 * be merged as a whole. Rows are in order of receipt; those of one receipt are sorted by key.
 */
export function* portionsOf(rows: StampedRows): Generator<StampedRows> {
  const key = keyColumn(rows.table);
  let from = 0;
  for (let row = 1; row <= rows.table.length; row++) {
    const goesOn =
      row < rows.table.length &&
      ((key[row] ?? 0) > (key[row - 1] ?? 0) ||
        (key[row] === key[row - 1] && rows.received[row] === rows.received[row - 1]));
    if (goesOn) continue;
    yield sliceRows(rows, from, row);
    from = row;
  }
}

function endOfInstant(key: Float64Array, row: number, length: number): number {
  let end = row + 1;
  while (end < length && key[end] === key[row]) end++;
  return end;
}

/** Appends rows [from, to) of a source, lengthening the last run when they follow it. */
function addRun(runs: Run[], source: StampedRows, from: number, to: number): void {
  if (from === to) return;
  const last = runs.at(-1);
  if (last?.source === source && last.to === from) last.to = to;
  else runs.push({ source, from, to });
}

function assemble(like: HistoryTable, runs: readonly Run[]): StampedRows {
  const length = runs.reduce((sum, run) => sum + run.to - run.from, 0);
  const table = createTableLike(like, length);
  const received = new Float64Array(length);
  const names = columnNames(like.kind);
  for (const name of names) {
    const target = columnOf(table, name);
    let at = 0;
    for (const { source, from, to } of runs) {
      target.set(columnOf(source.table, name).subarray(from, to), at);
      at += to - from;
    }
  }
  let at = 0;
  for (const { source, from, to } of runs) {
    received.set(source.received.subarray(from, to), at);
    at += to - from;
  }
  table.length = length;
  return { table, received };
}
