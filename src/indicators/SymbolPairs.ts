/**
 * A figure of each symbol's bars and those of one other symbol, such as the correlation with an index fund. Pairs are
 * made of bars that end at the same time, in whatever order they come: a bar that the other symbol has no partner for
 * makes no pair, and the line keeps its value.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { Indicator } from './Indicator.js';
import type { IndicatorLine } from './IndicatorLine.js';
import type { PairFigure } from './studies/pairStudies.js';
import { priceOf } from './studies/priceStudies.js';
import type { PriceKind } from './studies/priceStudies.js';

/**
 * See the module header. The line of the other symbol itself is its figure with itself. A bar costs what the figure
 * costs; the other symbol's costs one look per symbol more.
 */
export class SymbolPairs implements Indicator {
  /** In pairs, which are bars where neither symbol has gaps. */
  readonly warmUpBars: number;
  private readonly line: IndicatorLine;
  private readonly against: number;
  private readonly kind: PriceKind;
  private readonly figures: readonly PairFigure[];
  /** End and value of the newest bar of each slot. */
  private readonly times: Float64Array;
  private readonly values: Float64Array;
  private readonly ready: Uint8Array;

  /** `against` is the slot of the other symbol. */
  constructor(line: IndicatorLine, slots: number, against: number, kind: PriceKind, makeFigure: () => PairFigure) {
    this.line = line;
    this.against = against;
    this.kind = kind;
    this.figures = Array.from({ length: slots }, makeFigure);
    this.times = new Float64Array(slots).fill(NaN);
    this.values = new Float64Array(slots);
    this.ready = new Uint8Array(slots);
    this.warmUpBars = this.figures[0]?.warmUp ?? 0;
  }

  update(slot: number, table: BarTable, row: number): void {
    const { times, against } = this;
    const time = table.time[row] ?? 0;
    times[slot] = time;
    this.values[slot] = priceOf(this.kind, table, row);
    if (slot !== against) {
      if (times[against] === time) this.pair(slot);
      return;
    }
    for (let other = 0; other < times.length; other += 1) if (times[other] === time) this.pair(other);
  }

  isReady(slot: number): boolean {
    return this.ready[slot] === 1;
  }

  private pair(slot: number): void {
    const { values, line } = this;
    const figure = this.figures[slot]?.push(values[slot] ?? NaN, values[this.against] ?? NaN) ?? NaN;
    if (Number.isNaN(figure)) return;
    this.ready[slot] = 1;
    line.values[line.next(slot)] = figure;
  }
}
