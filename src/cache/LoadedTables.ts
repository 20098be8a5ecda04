/**
 * The answers given last, in memory within a budget of bytes, least recently used out first; and loads under way,
 * which everybody who asks the same meanwhile waits for together. Columns are shared between askers, who may write
 * to `symbolId` alone: that one is their own.
 */
import type { HistoryTable } from '../domain/history.js';
import { columnNames, columnOf, sliceTable } from '../domain/tables.js';

interface Answer {
  /** What the answer depended on; another text means that it is out of date. */
  readonly state: string;
  readonly table: HistoryTable;
  readonly bytes: number;
}

/** See the module header. */
export class LoadedTables {
  readonly #budget: number;
  /** Oldest use first. */
  readonly #answers = new Map<string, Answer>();
  readonly #loading = new Map<string, { readonly state: string; readonly table: Promise<HistoryTable> }>();
  #bytes = 0;

  /** `budget` is in bytes; 0 keeps nothing. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The answer to a question (`isOfOne` symbol or of more): in memory, under way, or what `load` gives. */
  async get(
    question: string,
    state: string,
    isOfOne: boolean,
    load: () => Promise<HistoryTable>,
  ): Promise<HistoryTable> {
    const known = this.#answers.get(question);
    if (known?.state === state) {
      this.#answers.delete(question);
      this.#answers.set(question, known);
      return lent(known.table, isOfOne);
    }
    let loading = this.#loading.get(question);
    if (loading?.state !== state) {
      loading = { state, table: load() };
      this.#loading.set(question, loading);
    }
    const own = loading;
    try {
      const table = await own.table;
      if (this.#loading.get(question) === own) this.#keep(question, state, table);
      return lent(table, isOfOne);
    } finally {
      if (this.#loading.get(question) === own) this.#loading.delete(question);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#answers.clear();
    this.#bytes = 0;
  }

  #keep(question: string, state: string, table: HistoryTable): void {
    this.#forget(question);
    // The question and the state are texts that grow with the number of symbols.
    const bytes = bytesOf(table) + 2 * (question.length + state.length);
    if (bytes > this.#budget) return;
    this.#answers.set(question, { state, table, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#budget) break;
      this.#forget(oldest);
    }
  }

  #forget(question: string): void {
    this.#bytes -= this.#answers.get(question)?.bytes ?? 0;
    this.#answers.delete(question);
  }
}

/** A table's columns with symbol ids of the asker's own. */
function lent(table: HistoryTable, isOfOne: boolean): HistoryTable {
  const copy = sliceTable(table, 0, table.length);
  // Of one symbol they are all 0, as fresh memory is: nothing need be copied.
  copy.symbolId = isOfOne ? new Uint16Array(table.length) : table.symbolId.slice(0, table.length);
  return copy;
}

function bytesOf(table: HistoryTable): number {
  return columnNames(table.kind).reduce((sum, name) => sum + columnOf(table, name).byteLength, 0);
}
