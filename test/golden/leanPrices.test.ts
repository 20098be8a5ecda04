/**
 * Further published backtests of QuantConnect LEAN about the prices of single orders: limits that wait to be touched,
 * slippage of one symbol in dollars.
 * End equity and fees to the cent, the number of orders, and every figure that both print. Rules and figures are those
 * of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import LeanLimitsIfTouched from './strategies/LeanLimitsIfTouched.js';
import { leanTargetOnce } from './strategies/leanTargets.js';

const FILES = [
  'lean/factor_files.csv',
  ...['spy', 'ibm'].flatMap((symbol) => [`lean/minute/${symbol}_trade.csv.gz`, `lean/minute/${symbol}_quote.csv.gz`]),
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
  {
    name: 'AlgorithmSlippageModelRegressionAlgorithm',
    none: ['Average Win', 'Average Loss', 'Win Rate', 'Profit-Loss Ratio', 'Expectancy'],
    strategyClass: leanTargetOnce({ SPY: 0.5, IBM: 0.5 }),
    ...WEEK,
    symbols: ['SPY', 'IBM'],
    benchmark: 'SPY',
    preset: 'lean+slippage.SPY.0.05usd',
    endEquity: '101922.49',
    fees: '$3.55',
    orders: 2,
    figures: {
      'Average Win': '0%',
      'Average Loss': '0%',
      'Win Rate': '0%',
      'Profit-Loss Ratio': '0',
      Expectancy: '0',
      'Compounding Annual Return': '343.438%',
      Drawdown: '2.100%',
      'Sharpe Ratio': '10.891',
      'Sortino Ratio': '0',
      'Probabilistic Sharpe Ratio': '66.279%',
      Alpha: '0.565',
      Beta: '0.993',
      'Annual Standard Deviation': '0.232',
      'Annual Variance': '0.054',
      'Information Ratio': '7.794',
      'Tracking Error': '0.071',
      'Treynor Ratio': '2.545',
      'Portfolio Turnover': '19.93%',
      'Drawdown Recovery': '3',
    },
  },
];

describePublished('published LEAN backtests of prices of orders', FILES, CASES);
