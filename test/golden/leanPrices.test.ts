/**
 * Further published backtests of QuantConnect LEAN about the prices of single orders: limits that wait to be touched.
 * End equity and fees to the cent, the number of orders, and every figure that both print. Rules and figures are those
 * of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import LeanLimitsIfTouched from './strategies/LeanLimitsIfTouched.js';

const FILES = [
  'lean/factor_files.csv',
  ...['spy'].flatMap((symbol) => [`lean/minute/${symbol}_trade.csv.gz`, `lean/minute/${symbol}_quote.csv.gz`]),
  'lean/daily/spy.csv.gz',
];

const WEEK = { timeframe: '1m', from: '2013-10-07', to: '2013-10-11' } as const;

const CASES: readonly PublishedCase[] = [
  {
    name: 'LimitIfTouchedRegressionAlgorithm',
    strategyClass: LeanLimitsIfTouched,
    ...WEEK,
    endEquity: '99992.29',
    fees: '$3.00',
    orders: 75,
    figures: {
      'Compounding Annual Return': '-0.601%',
      Drawdown: '0.000%',
      'Sharpe Ratio': '-34.372',
      'Sortino Ratio': '-110.972',
      Alpha: '-0.01',
      Beta: '-0.001',
      'Annual Standard Deviation': '0',
      'Information Ratio': '-8.919',
      'Tracking Error': '0.223',
      'Treynor Ratio': '8.667',
      'Portfolio Turnover': '0.09%',
    },
  },
];

describePublished('published LEAN backtests of prices of orders', FILES, CASES);
