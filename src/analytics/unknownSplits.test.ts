import { expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import { unknownSplits, unknownSplitWarnings } from './unknownSplits.js';

const jump = (symbolId: number, date: string, before: number, after: number) => ({
  symbolId,
  date: parseDate(date),
  before,
  after,
});
const MARKET = {
  jumps: [jump(1, '2005-02-28', 8899, 4469), jump(0, '2014-06-09', 500, 1000), jump(1, '2014-06-09', 64_557, 9270)],
  symbols: ['SPY', 'AAPL'],
  priceScale: 100,
};
const split = (symbolId: number, exDate: string): DatedAction => ({
  exDate,
  symbolId,
  action: { kind: 'split', newShares: 7, oldShares: 1 },
});

it('leaves out what a known split of that symbol and night explains', () => {
  const dividend: DatedAction = { exDate: '2005-02-28', symbolId: 1, action: { kind: 'cashDividend', amount: 1 } };
  expect(unknownSplits({ ...MARKET, actions: [dividend, split(1, '2014-06-09')] })).toEqual([
    { symbol: 'AAPL', date: '2005-02-28', before: 88.99, after: 44.69 },
    { symbol: 'SPY', date: '2014-06-09', before: 5, after: 10 },
  ]);
});

it('warns of the first with its prices and says how many there are', () => {
  const [warning, ...more] = unknownSplitWarnings({ ...MARKET, actions: [] });
  expect(warning).toMatch(
    /^AAPL went from \$88\.99 to \$44\.69 at the open of 2005-02-28 \(and 2 more such nights\), and the cache knows no/,
  );
  expect(more).toEqual([]);
  expect(warning).toContain('What is missing are splits of AAPL, SPY from 2005-02-28 to 2014-06-09: fetch them with ');
  expect(warning).toContain(
    '`papertape data fetch --source twelvedata --symbols AAPL,SPY --from 2005-02-28 --to 2014-06-09 --timeframe 1d`',
  );
  expect(warning).toContain('`papertape data import FILE`');
});

it('tells of one night that it is on that date', () => {
  const [warning] = unknownSplitWarnings({ ...MARKET, actions: [split(1, '2014-06-09'), split(0, '2014-06-09')] });
  expect(warning).toContain('What is missing are splits of AAPL on 2005-02-28: ');
  expect(warning).toContain('--symbols AAPL --from 2005-02-28 --to 2005-02-28 ');
});

it('warns of nothing where all splits are known', () => {
  const actions = [split(1, '2005-02-28'), split(0, '2014-06-09'), split(1, '2014-06-09')];
  expect(unknownSplitWarnings({ ...MARKET, actions })).toEqual([]);
});
