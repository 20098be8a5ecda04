/** Compares studies of the catalogue with values that TA-Lib gives for the 502 daily bars. */
import { expect } from 'vitest';
import { RAW_SCALE } from './indicatorVectors.js';
import type { BarTable } from '../src/domain/marketTables.js';
import type { IndicatorLine } from '../src/indicators/IndicatorLine.js';
import { IndicatorScope } from '../src/strategies/IndicatorScope.js';
import type { StudyCatalogue } from '../src/strategies/StudyCatalogue.js';

/** What is declared, the row of its first values, and its lines in that row, in row 250 and in the last one. */
export type TalibValues = readonly [
  name: string,
  declare: (ta: StudyCatalogue) => readonly IndicatorLine[],
  first: number,
  values: string,
];

/** Values are told to nine digits. */
const TOLERANCE = 2e-8;

/** Expects the first values in their row, none before, and all three rows within 2e-8 of what is wanted. */
export function expectTalibValues(table: BarTable, [, declare, first, values]: TalibValues): void {
  const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], RAW_SCALE);
  const lines = declare(scope.ta);
  const wanted = values.split(', ').map((row) => row.split(' ').map(Number));
  const rows = [first, 250, table.length - 1];
  for (let row = 0; row < table.length; row += 1) {
    for (const indicator of scope.indicators) {
      indicator.update(0, table, row);
      expect(indicator.isReady(0), `row ${row}`).toBe(row >= first);
    }
    const expected = wanted[rows.indexOf(row)];
    for (const [index, value] of (expected ?? []).entries()) {
      const given = lines[index]?.value ?? NaN;
      const limit = TOLERANCE * Math.max(1, Math.abs(value));
      expect(Math.abs(given - value), `line ${index} of row ${row}: ${given} for ${value}`).toBeLessThan(limit);
    }
  }
}
