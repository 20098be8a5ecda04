/** What JSON says of the score and the figures of a trial that say nothing. */
import { expect, it } from 'vitest';
import { DAY } from '../../domain/timeframe.js';
import { STATISTICS_CONVENTIONS } from '../conventions.js';
import { RUINED, computeStatistics } from '../statistics.js';
import { parseObjective } from './objective.js';
import { unsupportedOf } from './unsupportedOf.js';

const curveOf = (days: number): Float64Array => Float64Array.from({ length: days }, (_, day) => 100 + Math.sin(day));

it.each([
  ['enough days', curveOf(30), 'sharpe', null],
  ['few days, whose number is kept', curveOf(5), 'sharpe', 'it takes 20 daily returns, there are 5'],
  ['too few for a year', curveOf(30), 'cagr', 'it takes 60 days, there are 29'],
  ['no trade', curveOf(30), 'winRate', 'no trade was closed'],
  ['no benchmark', curveOf(30), 'beta', 'there is no benchmark'],
  ['ruin', curveOf(30).map((value) => value - 100), 'sharpe', RUINED],
  ['ruin, of a figure that has a number', curveOf(30).map((value) => value - 100), 'totalReturn', RUINED],
])('tells why a score says nothing: %s', (_, equity, objective, expected) => {
  const time = equity.map((__, day) => day * DAY);
  const statistics = computeStatistics(
    { curve: { time, equity }, trades: [], startEquity: 100, riskFree: 0 },
    STATISTICS_CONVENTIONS.papertape,
  );
  const { score, statistics: missing } = unsupportedOf(
    parseObjective(objective),
    { statistics, dailyReturns: equity },
    false,
  );
  expect(score).toBe(expected);
  expect(missing).toMatchObject({ winRate: 'no trade was closed', beta: expect.any(String) as string });
});
