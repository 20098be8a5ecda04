/** Dividends and splits that adjustment factors tell of, against what Apple declared from 2012 to 2014. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FACTOR_SCALE } from '../../src/domain/history.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import { dividendOf, factorActions } from '../../src/host/factorActions.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';

const DECLARED = [
  ['2012-08-09', '2.65'],
  ['2012-11-07', '2.65'],
  ['2013-02-07', '2.65'],
  ['2013-05-09', '3.05'],
  ['2013-08-08', '3.05'],
  ['2013-11-06', '3.05'],
  ['2014-02-06', '3.05'],
  ['2014-05-08', '3.29'],
  ['2014-06-09', '7 for 1'],
  ['2014-08-07', '0.47'],
  ['2014-11-06', '0.47'],
];

describeWithReferenceData('adjustment factors', () => {
  it('tell the ex-dates and amounts of dividends and splits as they were declared', () => {
    const text = readFileSync(referenceData('lean/factor_files.csv'), 'utf8');
    const rows = text.split('\n').flatMap((line) => {
      const [symbol, until = '', price, split, close] = line.split(',');
      const scaled = (value: string | undefined): number => Math.round(Number(value) * FACTOR_SCALE);
      return symbol === 'aapl'
        ? [{ until, priceFactor: scaled(price), splitFactor: scaled(split), close: Number(close) }]
        : [];
    });
    const closeOn = new Map(rows.map(({ until, close }) => [until, close * RAW_PRICE_SCALE]));
    const found = factorActions(rows, '2012-01-01', '2014-12-31').map((action) => {
      const { split, paidShare } = action;
      if (split !== undefined) return [action.exDate, `${split.to} for ${split.from}`];
      return [action.exDate, String(dividendOf(closeOn.get(action.closeOn) ?? 0, paidShare) / RAW_PRICE_SCALE)];
    });
    expect(found).toEqual(DECLARED);
    // As they are written, dividends are to the cent; 0.25 and 0.0357143 are seven shares all the same.
    const [written] = factorActions(rows, '2014-06-09', '2014-06-09', 'asWritten');
    expect(written?.split).toEqual({ to: 7, from: 1, isWhole: true });
    expect(dividendOf(109 * RAW_PRICE_SCALE, 0.0043, 'asWritten')).toBe(0.47 * RAW_PRICE_SCALE);
    expect(dividendOf(100 * RAW_PRICE_SCALE, 0.004_75, 'asWritten')).toBe(0.48 * RAW_PRICE_SCALE);
    expect(dividendOf(100 * RAW_PRICE_SCALE, 0.004_65, 'asWritten')).toBe(0.46 * RAW_PRICE_SCALE);
    // Factors of seven decimals a fifty-sixth apart from 1: their quotient is 2.0000056.
    const [split] = factorActions(rows, '2005-02-28', '2005-02-28');
    expect(split?.split).toEqual({ to: 2, from: 1, isWhole: true });
  });
});
