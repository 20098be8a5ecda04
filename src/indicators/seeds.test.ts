/**
 * Studies as a strategy declares them, told to begin otherwise than usual, against plain second implementations of what
 * their options say.
 */
import { describe, expect, it } from 'vitest';
import { RAW_SCALE } from '../../test/indicatorVectors.js';
import { createBarTable } from '../domain/tables.js';
import { IndicatorScope } from '../strategies/IndicatorScope.js';
import type { StudyCatalogue } from '../strategies/StudyCatalogue.js';
import type { AverageSeed } from './exponentialAverages.js';
import type { IndicatorLine } from './IndicatorLine.js';

const ROWS = 60;
const table = createBarTable('1d', ROWS);
for (let row = 0; row < ROWS; row += 1) {
  const close = 100 + 9 * Math.sin(row) + (row % 7);
  const cents = (dollars: number): number => Math.round(dollars * 100) * (RAW_SCALE / 100);
  table.open[row] = cents(close - 0.3);
  table.high[row] = cents(close + 1 + (row % 3));
  table.low[row] = cents(close - 1.2 - (row % 4));
  table.close[row] = cents(close);
}
table.length = ROWS;
const dollars = (column: Float64Array): number[] => Array.from(column.subarray(0, ROWS), (raw) => raw / RAW_SCALE);
const closes = dollars(table.close);
const highs = dollars(table.high);
const lows = dollars(table.low);
const ranges = highs.map((high, row) => {
  const before = closes[row - 1] ?? NaN;
  return row === 0 ? high - (lows[row] ?? 0) : Math.max(high, before) - Math.min(lows[row] ?? 0, before);
});

/** Exponential averages of the values that are not NaN; with `late` none is told before there are `length`. */
function smoothed(values: readonly number[], length: number, seed: AverageSeed, weight = 2 / (length + 1)): number[] {
  const begins = values.findIndex((value) => !Number.isNaN(value));
  const ofMean = seed === 'mean' || seed === 'once';
  const first = ofMean ? begins + length - 1 : begins;
  const mean = values.slice(begins, begins + length).reduce((sum, value) => sum + value, 0) / length;
  const averages: number[] = [];
  for (const [row, value] of values.entries()) {
    const before = averages[row - 1] ?? NaN;
    if (row < first) averages.push(NaN);
    else if (row === first) averages.push(ofMean ? mean : value);
    else averages.push(before * (1 - weight) + value * weight);
  }
  return seed === 'late' ? from(averages, begins + length - 1) : averages;
}

/** Averages of averages: `once` has a mean in the first of them only. */
function chained(count: number, length: number, seed: AverageSeed): number[][] {
  const links = [smoothed(closes, length, seed)];
  while (links.length < count) links.push(smoothed(links.at(-1) ?? [], length, seed === 'once' ? 'first' : seed));
  return links;
}

const from = (values: readonly number[], first: number): number[] =>
  values.map((value, row) => (row < first ? NaN : value));
const zip = (one: readonly number[], other: readonly number[], make: (a: number, b: number) => number): number[] =>
  one.map((value, row) => make(value, other[row] ?? NaN));

/** Expects the lines from a row on, and that the study has no values before. */
function expectLines(
  declare: (ta: StudyCatalogue) => readonly IndicatorLine[],
  first: number,
  wanted: readonly (readonly number[])[],
): void {
  const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], RAW_SCALE);
  const lines = declare(scope.ta);
  for (let row = 0; row < ROWS; row += 1) {
    for (const indicator of scope.indicators) {
      indicator.update(0, table, row);
      expect(indicator.isReady(0), `row ${row}`).toBe(row >= first);
    }
    if (row < first) continue;
    for (const [index, line] of lines.entries()) {
      expect(line.value, `line ${index} of row ${row}`).toBeCloseTo(wanted[index]?.[row] ?? NaN, 9);
    }
  }
}

describe('averages that begin otherwise', () => {
  it.each(['first', 'late'] as const)('Wilder’s with %s', (seed) => {
    expectLines((ta) => [ta.average('wilder', 9, { seed })], 8, [smoothed(closes, 9, seed, 1 / 9)]);
  });

  it.each(['first', 'once', 'late', 'mean'] as const)('T3 with %s', (seed) => {
    const [, , third = [], fourth = [], fifth = [], sixth = []] = chained(6, 4, seed);
    const a = 0.7;
    const wanted = sixth.map((last, row) => {
      const mixed = -(a ** 3) * last + (3 * a ** 2 + 3 * a ** 3) * (fifth[row] ?? NaN);
      const more = (-6 * a ** 2 - 3 * a - 3 * a ** 3) * (fourth[row] ?? NaN);
      return mixed + more + (1 + 3 * a + a ** 3 + 3 * a ** 2) * (third[row] ?? NaN);
    });
    expectLines((ta) => [ta.average('t3', 4, { seed })], 18, [wanted]);
  });

  it.each(['first', 'once', 'late'] as const)('TRIX with %s', (seed) => {
    const third = chained(3, 5, seed)[2] ?? [];
    const wanted = third.map((value, row) => (value / (third[row - 1] ?? NaN) - 1) * 100);
    expectLines((ta) => [ta.trix(5, { seed })], 13, [wanted]);
  });

  it.each([true, false])('MACD with its first values, aligned: %s', (aligned) => {
    const fast = aligned ? smoothed(from(closes, 6), 4, 'first') : smoothed(closes, 4, 'first');
    const difference = from(
      zip(fast, smoothed(closes, 10, 'first'), (a, b) => a - b),
      9,
    );
    const signal = smoothed(difference, 3, 'first');
    const histogram = zip(difference, signal, (a, b) => a - b);
    const declare = (ta: StudyCatalogue): readonly IndicatorLine[] => {
      const lines = ta.macd({ fast: 4, slow: 10, signal: 3, seed: 'first', aligned });
      return [lines.difference, lines.signal, lines.histogram];
    };
    expectLines(declare, 11, [difference, signal, histogram]);
  });

  it('MACD with Appel’s weights and its first values', () => {
    const fast = smoothed(closes, 12, 'first', 0.15);
    const difference = from(
      zip(fast, smoothed(closes, 26, 'first', 0.075), (a, b) => a - b),
      25,
    );
    const lengths = { fast: 12, slow: 26, signal: 9, fixed: true, seed: 'first', aligned: false } as const;
    expectLines((ta) => [ta.macd(lengths).difference], 33, [difference]);
  });
});

describe('ranges and movements that begin otherwise', () => {
  it.each([
    [5, 10, 9],
    [12, 4, 11],
  ])('a Keltner channel of %i and %i bars with the range of the first', (length, rangeLength, first) => {
    const middle = smoothed(closes, length, 'mean');
    const range = smoothed(ranges, rangeLength, 'mean', 1 / rangeLength);
    expectLines(
      (ta) => {
        const { upper, middle: line, lower } = ta.keltner(length, rangeLength, 2, { firstBar: true });
        return [upper, line, lower];
      },
      first,
      [zip(middle, range, (a, b) => a + 2 * b), middle, zip(middle, range, (a, b) => a - 2 * b)],
    );
  });

  it('directional movements as Wilder sums them', () => {
    const length = 6;
    const sums = (own: (rise: number, fall: number) => number): number[] => {
      const result: number[] = [NaN];
      let sum = 0;
      for (let row = 1; row < ROWS; row += 1) {
        const rise = (highs[row] ?? 0) - (highs[row - 1] ?? 0);
        const fall = (lows[row - 1] ?? 0) - (lows[row] ?? 0);
        sum += own(rise, fall) - (row > length ? sum / length : 0);
        result.push(sum);
      }
      return result;
    };
    const plus = sums((rise, fall) => (rise > fall ? Math.max(rise, 0) : 0));
    const minus = sums((rise, fall) => (fall > rise ? Math.max(fall, 0) : 0));
    expectLines(
      (ta) => {
        const lines = ta.directionalMovement(length, { seed: 'sum' });
        return [lines.plus, lines.minus];
      },
      length,
      [plus, minus],
    );
  });
});
