/**
 * Merges new rows of a series into stored ones. The unit is the instant: all rows of one time (one start, for
 * bars) replace the stored rows of that time together, because events of one time have no names of their own by
 * which a correction could be told from an addition. So importing twice changes nothing, a file can be imported
 * in parts, and a restated bar takes the place of the old one.
 */
import type { HistoryTable, MergeOutcome } from '../domain/history.js';
import { columnNames, columnOf, createTableLike } from '../domain/tables.js';
import { keyColumn } from './historyTables.js';

/** What merging gives: the rows, and what became of the new ones. */
export interface MergedRows {
  readonly table: HistoryTable;
  readonly outcome: MergeOutcome;
}

interface Run {
  readonly source: HistoryTable;
  from: number;
  to: number;
}

/** Merges two tables of one kind, timeframe and symbol; both sorted by key. */
export function mergeRows(stored: HistoryTable, incoming: HistoryTable): MergedRows {
  const storedKey = keyColumn(stored);
  const incomingKey = keyColumn(incoming);
  const names = columnNames(stored.kind).filter((name) => name !== 'symbolId');
  const left = names.map((name) => columnOf(stored, name));
  const right = names.map((name) => columnOf(incoming, name));
  const equalRows = (storedRow: number, incomingRow: number, count: number): boolean => {
    for (let index = 0; index < names.length; index++) {
      const a = left[index];
      const b = right[index];
      for (let offset = 0; offset < count; offset++) {
        if (a?.[storedRow + offset] !== b?.[incomingRow + offset]) return false;
      }
    }
    return true;
  };

  const runs: Run[] = [];
  let added = 0;
  let replaced = 0;
  let unchanged = 0;
  let storedRow = 0;
  let row = 0;
  while (row < incoming.length) {
    const key = incomingKey[row] ?? 0;
    const end = endOfInstant(incomingKey, row, incoming.length);
    const before = storedRow;
    while (storedRow < stored.length && (storedKey[storedRow] ?? 0) < key) storedRow++;
    addRun(runs, stored, before, storedRow);
    const hasInstant = storedRow < stored.length && storedKey[storedRow] === key;
    const storedEnd = hasInstant ? endOfInstant(storedKey, storedRow, stored.length) : storedRow;
    const count = end - row;
    if (storedEnd - storedRow === count && equalRows(storedRow, row, count)) {
      unchanged += count;
      addRun(runs, stored, storedRow, storedEnd);
    } else {
      if (hasInstant) replaced += count;
      else added += count;
      addRun(runs, incoming, row, end);
    }
    storedRow = storedEnd;
    row = end;
  }
  addRun(runs, stored, storedRow, stored.length);
  const outcome = { added, replaced, unchanged };
  return { table: added + replaced === 0 ? stored : assemble(stored, runs), outcome };
}

function endOfInstant(key: Float64Array, row: number, length: number): number {
  let end = row + 1;
  while (end < length && key[end] === key[row]) end++;
  return end;
}

/** Appends rows [from, to) of a source, lengthening the last run when they follow it. */
function addRun(runs: Run[], source: HistoryTable, from: number, to: number): void {
  if (from === to) return;
  const last = runs.at(-1);
  if (last?.source === source && last.to === from) last.to = to;
  else runs.push({ source, from, to });
}

function assemble(like: HistoryTable, runs: readonly Run[]): HistoryTable {
  const length = runs.reduce((sum, run) => sum + run.to - run.from, 0);
  const table = createTableLike(like, length);
  for (const name of columnNames(like.kind)) {
    const target = columnOf(table, name);
    let at = 0;
    for (const { source, from, to } of runs) {
      target.set(columnOf(source, name).subarray(from, to), at);
      at += to - from;
    }
  }
  table.length = length;
  return table;
}
