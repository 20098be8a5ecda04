/** Pages of history: what they cover, and bars of a longer time frame made of those of a shorter one. */
import { BarBuilder } from '../../engine/BarBuilder.js';
import type { HistoryTable } from '../../domain/history.js';
import type { HistoryPage } from '../../domain/marketSource.js';
import type { BarTable } from '../../domain/marketTables.js';
import { copyRow, createBarTable, createTableLike } from '../../domain/tables.js';
import type { Timeframe } from '../../domain/timeframe.js';
import { timeframeCode } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';

/** How far a request is covered, with holes where rows were left out. Goes forward alone. */
export class Coverage {
  #at: Micros;

  constructor(from: Micros) {
    this.#at = from;
  }

  /** Pages that hold the table and say that everything before `until` was told, but for what is at the holes. */
  *pages(table: HistoryTable, holes: readonly Micros[], until: Micros): Generator<HistoryPage> {
    let rest = table;
    const page = (to: Micros): HistoryPage => {
      const made = { table: rest, covered: { from: this.#at, to: Math.max(this.#at, to) } };
      this.#at = made.covered.to;
      rest = createTableLike(table, 0);
      return made;
    };
    for (const hole of holes) {
      if (hole < this.#at || hole >= until) continue;
      yield page(hole);
      this.#at = hole + 1;
    }
    if (rest.length > 0 || until > this.#at) yield page(until);
  }
}

/** Longer bars of shorter ones, one page after the other. */
export class MergedBars {
  readonly #builder: BarBuilder;
  readonly #timeframe: Timeframe;
  readonly #from: Micros;
  readonly #to: Micros;

  /** Bars that start in [from, to) are given. */
  constructor(timeframe: Timeframe, from: Micros, to: Micros) {
    this.#builder = new BarBuilder(timeframe, 1);
    this.#timeframe = timeframe;
    this.#from = from;
    this.#to = to;
  }

  /**
   * Adds bars in order, and gives those that end at or before `known`, but for those that start at a hole: a part of
   * them is missing.
   */
  add(bars: BarTable, known: Micros, holes: ReadonlySet<Micros>): BarTable {
    const all = createBarTable(this.#timeframe, bars.length);
    const code = timeframeCode(bars.timeframe);
    for (let at = 0; at < bars.length; at += 1) {
      this.#builder.closeDue(bars.start[at] ?? 0, all);
      this.#builder.addBar(bars, at, code);
    }
    this.#builder.closeDue(known, all);
    const wanted = createBarTable(this.#timeframe, all.length);
    for (let at = 0; at < all.length; at += 1) {
      const start = all.start[at] ?? 0;
      if (start >= this.#from && start < this.#to && !holes.has(start)) copyRow(all, at, wanted);
    }
    return wanted;
  }
}
