/**
 * Rows of tapes, chosen and put together: some symbols of one, or several as one. Works through bounded stretches of
 * time, whatever the length of the tapes.
 */
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { mergeTables, rankOfTable } from '../domain/mergeTables.js';
import { copyRow, createTableLike } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** Batches in order of time, with the id that each of their symbols has in what is made of them; -1: left out. */
export interface TablePart {
  readonly batches: Iterator<MarketBatch, void>;
  readonly ids: readonly number[];
}

interface Row {
  readonly table: MarketTable;
  readonly row: number;
  readonly id: number;
  readonly time: Micros;
  readonly part: number;
}

/** Rows are put in order within stretches of this length. */
const STRETCH = MINUTE;

/**
 * The rows of [from, to] of all parts in the one total order, in batches of a stretch each. Of rows of one kind, time
 * and symbol those of an earlier part come first. What several parts tell of a symbol is taken from the first that
 * has rows of this kind for it at all.
 */
export function* joinTables(parts: readonly TablePart[], from: Micros, to: Micros): Generator<MarketBatch, void, void> {
  const readers = parts.map(({ batches, ids }, part) => new PartReader(batches, ids, part, from, to));
  /** By kind, timeframe and symbol: the part that tells it. */
  const tellers = new Map<string, number>();
  for (;;) {
    const next = Math.min(...readers.map((reader) => reader.nextTime));
    if (next === Infinity) return;
    const until = (Math.floor(next / STRETCH) + 1) * STRETCH;
    const rows = readers.flatMap((reader) => reader.take(until));
    const chosen = rows.filter(({ table, id, part }) => {
      const key = `${rankOfTable(table)} ${id}`;
      const teller = tellers.get(key) ?? part;
      tellers.set(key, teller);
      return teller === part;
    });
    if (chosen.length > 0) yield batchOf(chosen);
  }
}

class PartReader {
  readonly #batches: Iterator<MarketBatch, void>;
  readonly #ids: readonly number[];
  readonly #part: number;
  readonly #from: Micros;
  readonly #to: Micros;
  #rows: Row[] = [];
  #isDone = false;
  /** Rows up to here are in {@link #rows}. */
  #readTo: Micros = -Infinity;

  constructor(batches: Iterator<MarketBatch, void>, ids: readonly number[], part: number, from: Micros, to: Micros) {
    this.#batches = batches;
    this.#ids = ids;
    this.#part = part;
    this.#from = from;
    this.#to = to;
  }

  get nextTime(): Micros {
    while (this.#rows.length === 0 && !this.#isDone) this.#fill();
    return this.#rows.reduce((least, { time }) => Math.min(least, time), Infinity);
  }

  take(until: Micros): Row[] {
    while (this.#readTo < until && !this.#isDone) this.#fill();
    const taken = this.#rows.filter(({ time }) => time < until);
    this.#rows = this.#rows.filter(({ time }) => time >= until);
    return taken;
  }

  #fill(): void {
    const next = this.#batches.next();
    if (next.done === true) {
      this.#isDone = true;
      return;
    }
    for (const table of next.value.tables) {
      for (let row = 0; row < table.length; row += 1) {
        const time = table.time[row] ?? 0;
        this.#readTo = Math.max(this.#readTo, time);
        const id = this.#ids[table.symbolId[row] ?? 0] ?? -1;
        if (id >= 0 && time >= this.#from && time <= this.#to) {
          this.#rows.push({ table, row, id, time, part: this.#part });
        }
      }
    }
    if (this.#readTo > this.#to) this.#isDone = true;
  }
}

function batchOf(rows: readonly Row[]): MarketBatch {
  const byRank = new Map<number, Row[]>();
  for (const row of rows) {
    const rank = rankOfTable(row.table);
    const those = byRank.get(rank);
    if (those === undefined) byRank.set(rank, [row]);
    else those.push(row);
  }
  const tables: MarketTable[] = [];
  for (const those of byRank.values()) {
    const [first] = those;
    if (first === undefined) continue;
    // The sort is stable: rows of one time and symbol stay in the order of their tape.
    const sorted = those.toSorted((a, b) => a.time - b.time || a.id - b.id || a.part - b.part);
    const table = createTableLike(first.table, sorted.length);
    for (const { table: from, row, id } of sorted) {
      copyRow(from, row, table);
      table.symbolId[table.length - 1] = id;
    }
    tables.push(table);
  }
  return mergeTables(tables);
}
