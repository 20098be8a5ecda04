/** The indicator of an average whose length is the strategy's own choice at every bar. */
import type { BarTable } from '../domain/marketTables.js';
import type { Indicator } from './Indicator.js';
import { SETTLING } from './Indicator.js';
import type { IndicatorLine, SymbolCursor } from './IndicatorLine.js';
import { priceOf } from './studies/priceStudies.js';
import type { PriceKind } from './studies/priceStudies.js';
import type { VariableLengthAverage } from './VariableLengthAverage.js';

/** What a {@link VariableAverage} is made of. */
export interface VariableAverageParts {
  readonly cursor: SymbolCursor;
  readonly on: PriceKind;
  /** The length at a bar, asked with the cursor on its symbol; see {@link VariableAverage}. */
  readonly length: () => number;
  /** Told of what `length` throws, which must not reach those who show the market to everybody. */
  readonly onFailure: (error: unknown) => void;
  /** Makes the average of a symbol. */
  readonly make: () => VariableLengthAverage;
  /** Whether averages remember their start for longer than their length. */
  readonly isEndless: boolean;
}

/**
 * See the module header. The length is asked once per bar, when all indicators that were declared before hold that bar,
 * so that their lines may decide it. It cannot work ahead of the hooks. A length that is not a number (a line without
 * a value yet) leaves the one before; without one before there is no value.
 */
export class VariableAverage implements Indicator {
  readonly warmUpBars: number;
  readonly settleBars: number;
  private readonly line: IndicatorLine;
  private readonly parts: VariableAverageParts;
  private readonly averages: readonly VariableLengthAverage[];
  private readonly lengths: Float64Array;
  private readonly ready: Uint8Array;

  constructor(line: IndicatorLine, slots: number, parts: VariableAverageParts) {
    this.line = line;
    this.parts = parts;
    this.averages = Array.from({ length: slots }, parts.make);
    this.lengths = new Float64Array(slots).fill(NaN);
    this.ready = new Uint8Array(slots);
    this.warmUpBars = this.averages[0]?.warmUp ?? 0;
    this.settleBars = this.warmUpBars * (parts.isEndless ? SETTLING : 1);
  }

  update(slot: number, table: BarTable, row: number): void {
    const average = this.averages[slot];
    if (average === undefined) return;
    average.push(priceOf(this.parts.on, table, row));
    const value = average.of(this.lengthOf(slot));
    if (Number.isNaN(value)) return;
    this.ready[slot] = 1;
    const { line } = this;
    line.values[line.next(slot)] = value;
  }

  isReady(slot: number): boolean {
    return this.ready[slot] === 1;
  }

  private lengthOf(slot: number): number {
    const { cursor, length, onFailure } = this.parts;
    const before = cursor.slot;
    cursor.slot = slot;
    try {
      const wished = length();
      if (!Number.isNaN(wished)) this.lengths[slot] = wished;
    } catch (error) {
      onFailure(error);
    }
    cursor.slot = before;
    return this.lengths[slot] ?? NaN;
  }
}
