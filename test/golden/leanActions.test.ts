/**
 * Further published backtests of QuantConnect LEAN on prices as they were traded, with dividends as its
 * factors tell them. End equity and fees to the cent, the number of orders, and every figure that both print by the
 * same formula. Rules and figures are those of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import { leanUntilInvested } from './strategies/leanRebalances.js';

const FILES = ['lean/factor_files.csv', 'lean/daily/spy.csv.gz'];

const CASES: readonly PublishedCase[] = [
  {
    name: 'DividendRegressionAlgorithm',
    strategyClass: leanUntilInvested('SPY', '1d', 0.5),
    timeframe: '1d',
    from: '1998-01-01',
    to: '2006-01-01',
    adjust: 'raw',
    endEquity: '120462.08',
    fees: '$2.56',
    orders: 1,
    figures: {
      'Compounding Annual Return': '2.354%',
      Drawdown: '28.200%',
      'Sharpe Ratio': '-0.063',
      'Sortino Ratio': '-0.078',
      Alpha: '-0.015',
      Beta: '0.521',
      'Annual Standard Deviation': '0.083',
      'Information Ratio': '-0.328',
      'Tracking Error': '0.076',
      'Treynor Ratio': '-0.01',
      'Portfolio Turnover': '0.02%',
    },
  },
];

describePublished('published LEAN backtests of prices as traded', FILES, CASES);
