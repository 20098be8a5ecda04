/** What the summary of a backtest says of dividends. */
import { expect, it } from 'vitest';
import { DOLLAR } from '../domain/units.js';
import { dividendFacts } from './backtestSummary.js';

const chosen = {
  symbol: 'SPY',
  path: { time: new Float64Array(0), price: new Float64Array(0) },
  adjust: 'all',
  timeframe: '1d',
  rows: 0,
} as const;

it.each([
  [['SPY'], undefined, 'Buy and hold puts them into more of it'],
  [['SPY'], chosen, 'Holding SPY puts them into more of it'],
  [['AAPL'], chosen, 'Holding SPY puts its own into more of it'],
  [['AAPL', 'SPY'], chosen, 'Holding SPY puts its own into more of it'],
])('dividends of %s are those of the benchmark only where that is all that was held', (symbols, of, held) => {
  const benchmark = { symbol: 'SPY', chosen: of, hasDividends: true };
  const run = { dividends: 12.5 * DOLLAR, benchmark, config: { symbols } };
  expect(dividendFacts(run)).toEqual([['Dividends', `+$12.50 in cash: in the profit, in no round trip; ${held}`]]);
  expect(dividendFacts({ ...run, dividends: 0 })).toEqual([]);
});
