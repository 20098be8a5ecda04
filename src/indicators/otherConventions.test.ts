/**
 * Options by which studies begin as Stock.Indicators has them (commit d5c66604) instead of TA-Lib, against its results
 * on the 502 daily bars, row by row; and as charts have them, against the definitions.
 */
import { describe, expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, jsonOf, RAW_SCALE } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { createBarTable } from '../domain/tables.js';
import { IndicatorScope } from '../strategies/IndicatorScope.js';
import type { StudyCatalogue } from '../strategies/StudyCatalogue.js';
import type { IndicatorLine } from './IndicatorLine.js';

/** The result, its fields, the lines that stand for them, and the row of their first values. */
type Case = readonly [string, readonly string[], (ta: StudyCatalogue) => readonly IndicatorLine[], first: number];

const CASES: readonly Case[] = [
  [
    'adx',
    ['adx', 'pdi', 'mdi'],
    (ta) => {
      const { index, plus, minus } = ta.adx(14, { seed: 'sum' });
      return [index, plus, minus];
    },
    27,
  ],
  ['adx', ['dx'], (ta) => [ta.directionalIndicators(14, { seed: 'sum' }).index], 14],
  ['adx', ['adxr'], (ta) => [ta.directionalRating(14, { seed: 'sum', back: 14 })], 41],
  ['atr', ['tr'], (ta) => [ta.trueRange()], 1],
  ['atr', ['atr', 'atrp'], (ta) => [ta.averageTrueRange(14), ta.normalizedRange(14)], 14],
  ['chaikin-osc', ['oscillator'], (ta) => [ta.chaikinOscillator(3, 10, { seed: 'mean' })], 9],
  ['dema', ['dema'], (ta) => [ta.average('double', 14, { seed: 'once' })], 26],
  [
    'macd',
    ['macd', 'signal', 'histogram'],
    (ta) => {
      const { difference, signal, histogram } = ta.macd({ fast: 12, slow: 26, signal: 9, aligned: false });
      return [difference, signal, histogram];
    },
    33,
  ],
  [
    'mama',
    ['mama', 'fama'],
    (ta) => {
      const { average, following } = ta.cycles.mesa(0.5, 0.05, { on: 'median', seed: 'mean' });
      return [average, following];
    },
    32,
  ],
  ['obv', ['obv'], (ta) => [ta.onBalanceVolume({ seed: 'zero' })], 0],
  [
    'smi',
    ['smi', 'signal'],
    (ta) => {
      const { value, signal } = ta.stochasticMomentum({ range: 13, first: 25, second: 2, signal: 3, seed: 'first' });
      return [value, signal];
    },
    39,
  ],
  [
    'starc',
    ['upperBand', 'centerline', 'lowerBand'],
    (ta) => {
      const { upper, middle, lower } = ta.keltner(5, 10, 2, { average: 'simple' });
      return [upper, middle, lower];
    },
    10,
  ],
  ['t3', ['t3'], (ta) => [ta.average('t3', 5, { seed: 'first' })], 24],
  ['tema', ['tema'], (ta) => [ta.average('triple', 20, { seed: 'once' })], 57],
  ['trix', ['trix'], (ta) => [ta.trix(14, { seed: 'once' })], 40],
];

describeWithReferenceData('studies that begin as Stock.Indicators has them', () => {
  const table = barsOfCsv(DEFAULT_BARS);

  it.each(CASES)('%s: %s', (name, fields, declare, first) => {
    const expected = jsonOf(`indicators/stock-indicators/results/${name}.json.gz`) as readonly Record<string, number>[];
    const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], RAW_SCALE);
    const lines = declare(scope.ta);
    for (let row = 0; row < table.length; row += 1) {
      for (const indicator of scope.indicators) {
        indicator.update(0, table, row);
        expect(indicator.isReady(0), `row ${row}`).toBe(row >= first);
      }
      if (row < first) continue;
      for (const [index, field] of fields.entries()) {
        const wanted = expected[row]?.[field] ?? NaN;
        const value = lines[index]?.value ?? NaN;
        const limit = 1e-9 * Math.max(1, Math.abs(wanted));
        expect(Math.abs(value - wanted), `${field} of row ${row}: ${value} for ${wanted}`).toBeLessThan(limit);
      }
    }
  });
});

describe('what begins otherwise on charts', () => {
  const table = createBarTable('1d', 40);
  for (let row = 0; row < 40; row += 1) {
    const close = 100 + 9 * Math.sin(row) + (row % 7);
    const cents = (dollars: number): number => Math.round(dollars * 100) * (RAW_SCALE / 100);
    table.open[row] = cents(close - 0.3);
    table.high[row] = cents(close + 1);
    table.low[row] = cents(close - 1.2);
    table.close[row] = cents(close);
  }
  table.length = 40;
  const valuesOf = (declare: (ta: StudyCatalogue) => IndicatorLine): number[] => {
    const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], RAW_SCALE);
    const line = declare(scope.ta);
    return Array.from({ length: table.length }, (_, row) => {
      for (const indicator of scope.indicators) indicator.update(0, table, row);
      return line.value;
    });
  };

  it('an exponential average from its first value, held back for its length', () => {
    let average = NaN;
    const wanted = Array.from({ length: 40 }, (_, row) => {
      const close = (table.close[row] ?? 0) / RAW_SCALE;
      average = row === 0 ? close : average + (close - average) * 0.2;
      return row < 8 ? NaN : average;
    });
    for (const seed of ['first', 'late'] as const) {
      const values = valuesOf((ta) => ta.average('exponential', 9, { seed }));
      expect(values.slice(0, 8)).toEqual(wanted.slice(0, 8));
      for (let row = 8; row < 40; row += 1) expect(values[row]).toBeCloseTo(wanted[row] ?? NaN, 9);
    }
  });

  it('the leading spans of a cloud, as far ahead as told', () => {
    const cloud = { conversion: 3, base: 5, span: 9 };
    const usual = valuesOf((ta) => ta.ichimoku(cloud).spanB);
    expect(valuesOf((ta) => ta.ichimoku({ ...cloud, displacement: 5 }).spanB)).toEqual(usual);
    expect(valuesOf((ta) => ta.ichimoku({ ...cloud, displacement: 4 }).spanB).slice(0, -1)).toEqual(usual.slice(1));
    const middle = valuesOf((ta) => ta.donchian(9).middle);
    expect(valuesOf((ta) => ta.ichimoku({ ...cloud, displacement: 0 }).spanB)).toEqual(middle);
  });

  it('a SuperTrend in a down trend, above the bar', () => {
    const ranges = valuesOf((ta) => ta.averageTrueRange(3, { average: 'simple' }));
    const stops = valuesOf((ta) => ta.superTrend(3, 2, { average: 'simple', seed: 'down' }).stop);
    const middle = ((table.high[3] ?? 0) + (table.low[3] ?? 0)) / 2 / RAW_SCALE;
    expect(stops[2]).toBeNaN();
    expect(stops[3]).toBeCloseTo(middle + 2 * (ranges[3] ?? 0), 9);
    expect(valuesOf((ta) => ta.superTrend(3, 2, { seed: 'down' }).direction)[3]).toBe(-1);
  });
});
