/**
 * An indicator as a computation for one symbol, and what makes a strategy's indicator of it. Most of the catalogue is
 * written this way; the few that decide the speed of common strategies are indicators of their own.
 *
 * A study works on raw columns (scaled integers), so that its results are in the unit of its lines: prices at the
 * price scale, ratios and percents as they are, variances at the square of the scale.
 */
import type { BarTable } from '../domain/marketTables.js';
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
}

/** A strategy's indicator made of one study per symbol; `lines` are in the order of the study's `out`. */
export class StudyIndicator implements Indicator {
  readonly warmUpBars: number;
  readonly settleBars: number;
  private readonly lines: readonly IndicatorLine[];
  private readonly studies: readonly Study[];
  /** 1 once the study of a slot has values. */
  private readonly ready: Uint8Array;

  constructor(lines: readonly IndicatorLine[], slots: number, makeStudy: () => Study) {
    this.lines = lines;
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

  updateAhead(slot: number, table: BarTable, from: number, to: number): void {
    for (let row = from; row < to; row += 1) this.update(slot, table, row);
  }

  isReady(slot: number): boolean {
    return this.ready[slot] === 1;
  }
}
