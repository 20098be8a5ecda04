import { describe, expect, it } from 'vitest';
import { checkData, checkSurvivorship } from './dataChecks.js';
import type { SeriesFacts } from './dataChecks.js';

const FACTS: SeriesFacts = {
  symbol: 'SPY',
  sessions: 100,
  missing: [],
  untold: 0,
  possibleBars: 39_000,
  quietBars: 10,
  first: '2010-01-04',
  last: '2013-12-31',
  newest: '2013-12-31',
  sources: [{ source: 'file', coverage: 'consolidated' }],
  otherNames: [],
};

describe('checkData', () => {
  it.each<[string, Partial<SeriesFacts>, string, RegExp]>([
    ['whole data', {}, 'pass', /All 100 sessions are there for 1 symbol/],
    [
      'few missing sessions',
      { missing: ['2013-05-06'] },
      'pass',
      /1 session without a bar, the first 2013-05-06 of SPY/,
    ],
    ['many', { missing: ['2013-05-06', '2013-05-07', '2013-05-08'] }, 'warn', /\(3 of 100\)/],
    ['one venue', { sources: [{ source: 'alpaca/iex', coverage: 'venue' }] }, 'warn', /alpaca\/iex, venue and not of/],
    ['an unknown source', { sources: [] }, 'warn', /of an unknown source/],
    ['absent bars', { quietBars: 4000 }, 'warn', /4,000 of 39,000 bars of SPY are absent/],
  ])('judges %s', (_name, facts, verdict, sentence) => {
    expect(checkData([{ ...FACTS, ...facts }], { jumps: [], gaps: [] })).toMatchObject({
      verdict,
      sentence: expect.stringMatching(sentence),
    });
  });

  it('warns of a split that the cache does not know, with its symbol, date and prices', () => {
    const jumps = [
      { symbol: 'AAPL', date: '2005-02-28', before: 88.99, after: 44.69 },
      { symbol: 'AAPL', date: '2014-06-09', before: 645.57, after: 92.7 },
    ];
    expect(checkData([FACTS], { jumps, gaps: [] })).toMatchObject({
      verdict: 'warn',
      sentence:
        'AAPL went from $88.99 to $44.69 at the open of 2005-02-28 (and 1 more such night), ' +
        'and the cache knows no split of it then.',
      figures: { unknownSplits: jumps },
    });
  });

  it('warns of days without what fills are decided on', () => {
    const gaps = ['the quotes of SPY are missing on 3 of 5 sessions'];
    expect(checkData([FACTS], { jumps: [], gaps })).toMatchObject({
      verdict: 'warn',
      sentence: 'The quotes of SPY are missing on 3 of 5 sessions.',
    });
  });
});

describe('checkSurvivorship', () => {
  const many = (count: number, facts: Partial<SeriesFacts>): readonly SeriesFacts[] =>
    Array.from({ length: count }, (_, index) => ({ ...FACTS, ...facts, symbol: `S${index}` }));
  it.each<[string, readonly SeriesFacts[], string, RegExp]>([
    ['nothing', [FACTS], 'pass', /None of 1 symbol was renamed or ended/],
    ['another name', [{ ...FACTS, otherNames: ['SPDR'] }], 'pass', /SPY was called SPDR/],
    ['an early end', [{ ...FACTS, last: '2013-03-01' }], 'warn', /end on 2013-03-01 while others go on/],
    ['survivors alone', many(20, { sessions: 252 }), 'warn', /none of 20 symbols ended in 252 sessions/i],
    ['a short window', many(20, {}), 'pass', /None of 20 symbols/],
  ])('judges %s', (_name, facts, verdict, sentence) => {
    expect(checkSurvivorship(facts, '2013-12-31')).toMatchObject({
      verdict,
      sentence: expect.stringMatching(sentence),
    });
  });
});
