import { expect, it } from 'vitest';
import { FACTOR_SCALE } from '../domain/history.js';
import { factorsUpTo } from './actionFactors.js';

const FACTORS = [
  { until: '2005-02-25', priceFactor: FACTOR_SCALE / 2, splitFactor: FACTOR_SCALE / 56 },
  { until: '2014-06-06', priceFactor: FACTOR_SCALE / 2, splitFactor: FACTOR_SCALE / 28 },
  { until: '2020-08-28', priceFactor: FACTOR_SCALE, splitFactor: FACTOR_SCALE / 4 },
].map(({ splitFactor, ...rest }) => ({ ...rest, splitFactor: Math.round(splitFactor) }));

it('factors on a date are relative to its shares and know nothing of what comes after', () => {
  expect(factorsUpTo(FACTORS, undefined)).toBe(FACTORS);
  expect(factorsUpTo(FACTORS, '2020-08-31')).toBe(FACTORS);
  const [first, ...more] = factorsUpTo(FACTORS, '2013-10-07');
  expect(more).toEqual([]);
  expect(first).toMatchObject({ until: '2005-02-25', priceFactor: FACTOR_SCALE });
  expect((first?.splitFactor ?? 0) / FACTOR_SCALE).toBeCloseTo(1 / 2, 7);
  // The ex-date itself has the new shares; the last session before it has the old ones.
  expect(factorsUpTo(FACTORS, '2014-06-09').map(({ until }) => until)).toEqual(['2005-02-25', '2014-06-06']);
  expect(factorsUpTo(FACTORS, '2014-06-06').map(({ until }) => until)).toEqual(['2005-02-25']);
  expect(factorsUpTo(FACTORS, '2005-02-25')).toEqual([]);
});
