/**
 * Further published backtests of QuantConnect LEAN on prices as they were traded, with splits and dividends as its
 * factors tell them. End equity and fees to the cent, the number of orders, and every figure that both print by the
 * same formula. Rules and figures are those of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import { leanOneShare } from './strategies/leanOrders.js';
import { leanUntilInvested } from './strategies/leanRebalances.js';

const FILES = [
  'lean/factor_files.csv',
  'lean/minute/aapl_trade.csv.gz',
  'lean/minute/aapl_quote.csv.gz',
  'lean/daily/spy.csv.gz',
];

const CASES: readonly PublishedCase[] = [
  {
    // A share at the factor 0.1428572 becomes six, and cash for nearly one more.
    name: 'SplitPartialShareRegressionAlgorithm',
    strategyClass: leanOneShare,
    timeframe: '1m',
    from: '2014-06-05',
    to: '2014-06-09',
    symbols: ['AAPL'],
    adjust: 'raw',
    endEquity: '100007.16',
    fees: '$1.00',
    orders: 1,
    figures: {
      'Compounding Annual Return': '0.562%',
      Drawdown: '0.000%',
      'Sharpe Ratio': '-3.983',
      'Portfolio Turnover': '0.13%',
    },
  },
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
