/**
 * Further published backtests of QuantConnect LEAN, one for each kind of order: end equity and fees to the cent, and
 * the number of orders. Rules and figures are those of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import LeanMacdTrend from './strategies/LeanMacdTrend.js';
import LeanOrderTickets from './strategies/LeanOrderTickets.js';
import LeanSetHoldings from './strategies/LeanSetHoldings.js';
import LeanStopLimits from './strategies/LeanStopLimits.js';
import LeanTimesInForce from './strategies/LeanTimesInForce.js';
import LeanTrailingStops from './strategies/LeanTrailingStops.js';

const FILES = [
  'lean/factor_files.csv',
  'lean/minute/spy_trade.csv.gz',
  'lean/minute/spy_quote.csv.gz',
  'lean/daily/spy.csv.gz',
];

const WEEK = { timeframe: '1m', from: '2013-10-07', to: '2013-10-11' } as const;

const CASES: readonly PublishedCase[] = [
  {
    name: 'OrderTicketDemoAlgorithm',
    strategyClass: LeanOrderTickets,
    ...WEEK,
    endEquity: '100709.93',
    fees: '$9.00',
    orders: 12,
  },
  {
    name: 'TrailingStopOrderRegressionAlgorithm',
    strategyClass: LeanTrailingStops,
    ...WEEK,
    endEquity: '100023.22',
    fees: '$2.00',
    orders: 2,
    figures: {
      'Sharpe Ratio': '3.926',
      Alpha: '-0.007',
      Beta: '0.007',
      'Information Ratio': '-8.907',
      'Tracking Error': '0.221',
      'Treynor Ratio': '1.031',
      'Average Win': '0.02%',
      'Win Rate': '100%',
      'Portfolio Turnover': '5.79%',
    },
  },
  {
    // Begins with the bar of the session before: LEAN told daily bars at the midnight after them then.
    name: 'StopLimitOrderRegressionAlgorithm',
    none: ['Expectancy'],
    strategyClass: LeanStopLimits,
    timeframe: '1d',
    from: '2012-12-31',
    to: '2017-01-01',
    endEquity: '101444.99',
    fees: '$2.00',
    orders: 2,
    figures: { 'Average Win': '1.44%', 'Win Rate': '100%', Expectancy: '0', 'Portfolio Turnover': '0.02%' },
  },
  {
    name: 'TimeInForceAlgorithm',
    strategyClass: LeanTimesInForce,
    ...WEEK,
    netProfit: '0.070%',
    fees: '$3.00',
    orders: 6,
  },
  {
    name: 'MACDTrendAlgorithm',
    strategyClass: LeanMacdTrend,
    timeframe: '1d',
    from: '2004-01-01',
    to: '2015-01-01',
    endEquity: '137751.04',
    fees: '$468.54',
    orders: 84,
  },
  {
    name: 'SetHoldingsRegressionAlgorithm',
    strategyClass: LeanSetHoldings,
    ...WEEK,
    to: '2013-10-08',
    endEquity: '98822.71',
    fees: '$5.41',
    orders: 4,
  },
];

describePublished('published LEAN backtests of single kinds of orders', FILES, CASES);
