/**
 * An indicator as a computation for one symbol, and what makes a strategy's indicator of it. Most of the catalogue is
 * written this way; the few that decide the speed of common strategies are indicators of their own.
 *
 * A study works on raw columns (scaled integers), so that its results are in the unit of its lines: prices at the
 * price scale, ratios and percents as they are, variances at the square of the scale.
 */
import type { BarTable } from '../domain/marketTables.js';
import { assert } from '../utils/assert.js';
import { SETTLING } from './Indicator.js';
import type { Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** See the module header. Bars come in order of time. */
export interface Study {
  /** Bars until the first values, that bar included. */
  readonly warmUpBars: number;
  /** The newest values, one per line. */
  readonly out: Float64Array;
  /** Takes in a bar; whether `out` holds values now, which stays true once it was. */
  next(table: BarTable, row: number): boolean;
  /**
   * Once it has values: takes in the rows [from, to) and puts the values of each at (first + row − from) & mask of a
   * column per line. For studies that common strategies use; a loop of its own is several times as fast as calls.
   */
  nextMany?(
    table: BarTable,
    from: number,
    to: number,
    columns: readonly Float64Array[],
    first: number,
    mask: number,
  ): void;
}

/** A strategy's indicator made of one study per symbol; `lines` are in the order of the study's `out`. */
export class StudyIndicator implements Indicator {
  readonly warmUpBars: number;
  readonly settleBars: number;
  private readonly lines: readonly IndicatorLine[];
  /** Where the lines keep their values. */
  private readonly columns: readonly Float64Array[];
  private readonly studies: readonly Study[];
  /** 1 once the study of a slot has values. */
  private readonly ready: Uint8Array;

  constructor(lines: readonly IndicatorLine[], slots: number, makeStudy: () => Study) {
    this.lines = lines;
    this.columns = lines.map(({ values }) => values);
    this.studies = Array.from({ length: slots }, makeStudy);
    this.ready = new Uint8Array(slots);
    this.warmUpBars = this.studies[0]?.warmUpBars ?? 0;
    this.settleBars = this.warmUpBars * SETTLING;
  }

  update(slot: number, table: BarTable, row: number): void {
    const study = this.studies[slot];
    if (study === undefined || !study.next(table, row)) return;
    this.ready[slot] = 1;
    const { lines } = this;
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index];
      if (line !== undefined) line.values[line.next(slot)] = study.out[index] ?? NaN;
    }
  }

  updateRows(slotOf: Int32Array, table: BarTable, from: number, to: number): void {
    const { symbolId } = table;
    for (let row = from; row < to; row += 1) {
      const slot = slotOf[symbolId[row] ?? 0] ?? -1;
      if (slot >= 0) this.update(slot, table, row);
    }
  }

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    const study = this.studies[slot];
    assert(study !== undefined && this.isReady(slot), 'a study works ahead once it has values');
    const { lines, columns } = this;
    const { out } = study;
    // The number of a value is the same in all lines.
    let first = 0;
    for (let index = 0; index < lines.length; index += 1) first = lines[index]?.nextMany(to - from) ?? 0;
    const mask = lines[0]?.mask ?? 0;
    if (study.nextMany !== undefined) {
      study.nextMany(table, from, to, columns, first, mask);
      return;
    }
    const [one, two, three] = columns;
    for (let row = from; row < to; row += 1) {
      study.next(table, row);
      const place = (first + row - from) & mask;
      if (one !== undefined) one[place] = out[0] ?? NaN;
      if (two !== undefined) two[place] = out[1] ?? NaN;
      if (three !== undefined) three[place] = out[2] ?? NaN;
      for (let index = 3; index < columns.length; index += 1) {
        const column = columns[index];
        if (column !== undefined) column[place] = out[index] ?? NaN;
      }
    }
  }

  isReady(slot: number): boolean {
    return this.ready[slot] === 1;
  }
}
