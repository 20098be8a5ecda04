/**
 * Further published backtests of QuantConnect LEAN: frameworks of its alpha and risk models. End equity and fees to the
 * cent, the number of orders, and every figure that both print by the same formula. Rules and figures are those of the
 * algorithms of these names in its `Algorithm.CSharp`.
 */
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import { leanConstantAlpha, leanQuarterInsights, leanUntilRisk } from './strategies/leanFrameworks.js';

const FILES = [
  'lean/factor_files.csv',
  'lean/minute/spy_trade.csv.gz',
  'lean/minute/spy_quote.csv.gz',
  'lean/hour/aapl.csv.gz',
  'lean/hour/spy.csv.gz',
];

const WEEK = { timeframe: '1m', from: '2013-10-07', to: '2013-10-11' } as const;
const JUNE = {
  timeframe: '1h',
  from: '2014-06-01',
  to: '2014-06-30',
  symbols: ['AAPL'],
  benchmark: 'SPY',
  adjust: 'raw',
} as const;

/** Whose figures are the same: what weighs the insights is a quarter in both. */
const WEIGHTED = ['ConfidenceWeightedFrameworkAlgorithm', 'InsightWeightingFrameworkAlgorithm'].map((name) => ({
  name,
  strategyClass: leanQuarterInsights,
  ...WEEK,
  endEquity: '100422.57',
  fees: '$4.00',
  orders: 4,
  figures: {
    'Average Win': '0.00%',
    'Average Loss': '0.00%',
    'Win Rate': '50%',
    'Profit-Loss Ratio': '0.94',
    Expectancy: '-0.028',
    'Compounding Annual Return': '39.071%',
    Drawdown: '0.600%',
    'Sharpe Ratio': '5.481',
    'Sortino Ratio': '0',
    Alpha: '-0.188',
    Beta: '0.248',
    'Annual Standard Deviation': '0.055',
    'Information Ratio': '-9.998',
    'Tracking Error': '0.167',
    'Treynor Ratio': '1.22',
    'Portfolio Turnover': '5.15%',
  },
}));

const CASES: readonly PublishedCase[] = [
  ...WEIGHTED,
  {
    name: 'MaximumDrawdownPercentPerSecurityFrameworkRegressionAlgorithm',
    strategyClass: leanUntilRisk((change) => change < -0.004),
    ...JUNE,
    endEquity: '99592.55',
    fees: '$2.00',
    orders: 2,
    figures: {
      'Average Loss': '-0.41%',
      'Compounding Annual Return': '-4.899%',
      Drawdown: '1.100%',
      'Sharpe Ratio': '-3.521',
      'Sortino Ratio': '0',
      Alpha: '-0.04',
      Beta: '-0.012',
      'Annual Standard Deviation': '0.012',
      'Information Ratio': '-4.647',
      'Tracking Error': '0.05',
      'Treynor Ratio': '3.644',
      'Portfolio Turnover': '6.66%',
    },
  },
  {
    name: 'MaximumUnrealizedProfitPercentPerSecurityFrameworkRegressionAlgorithm',
    strategyClass: leanUntilRisk((change) => change > 0.004),
    ...JUNE,
    endEquity: '100732.58',
    fees: '$2.00',
    orders: 2,
    figures: {
      'Average Win': '0.73%',
      'Compounding Annual Return': '9.396%',
      Drawdown: '0.000%',
      'Sharpe Ratio': '2.696',
      'Sortino Ratio': '0',
      Alpha: '0.054',
      Beta: '0.021',
      'Annual Standard Deviation': '0.022',
      'Information Ratio': '-2.56',
      'Tracking Error': '0.052',
      'Treynor Ratio': '2.791',
      'Portfolio Turnover': '6.62%',
    },
  },
  {
    // Three hundredths of the equity for each insight in force: there are two for a minute.
    name: 'AccumulativeInsightPortfolioRegressionAlgorithm',
    strategyClass: leanConstantAlpha((insights) => 0.03 * insights),
    ...WEEK,
    endEquity: '99827.80',
    fees: '$199.00',
    orders: 199,
    figures: {
      'Average Win': '0.00%',
      'Average Loss': '0.00%',
      'Win Rate': '22%',
      'Profit-Loss Ratio': '0.87',
      Expectancy: '-0.585',
      'Compounding Annual Return': '-12.611%',
      Drawdown: '0.200%',
      'Sharpe Ratio': '-11.13',
      'Sortino Ratio': '-16.704',
      Alpha: '-0.156',
      Beta: '0.035',
      'Annual Standard Deviation': '0.008',
      'Information Ratio': '-9.603',
      'Tracking Error': '0.215',
      'Treynor Ratio': '-2.478',
      'Portfolio Turnover': '119.89%',
    },
  },
  {
    name: 'BasicTemplateFrameworkAlgorithm',
    strategyClass: leanConstantAlpha(
      (insights) => Math.min(1, insights),
      (profit) => profit < -0.01,
    ),
    ...WEEK,
    endEquity: '101655.30',
    fees: '$10.32',
    orders: 3,
    figures: {
      'Average Loss': '-1.01%',
      'Compounding Annual Return': '261.134%',
      Drawdown: '2.200%',
      'Sharpe Ratio': '8.472',
      'Sortino Ratio': '0',
      Alpha: '-0.091',
      Beta: '1.006',
      'Annual Standard Deviation': '0.224',
      'Tracking Error': '0.002',
      'Treynor Ratio': '1.885',
      'Portfolio Turnover': '59.86%',
    },
  },
  {
    name: 'AddRiskManagementAlgorithm',
    strategyClass: leanConstantAlpha(
      (insights) => Math.min(1, insights),
      (profit) => profit > 0.01,
    ),
    ...WEEK,
    endEquity: '101775.37',
    fees: '$10.33',
    orders: 3,
    figures: {
      'Average Win': '1.02%',
      'Compounding Annual Return': '296.066%',
      Drawdown: '2.200%',
      'Sharpe Ratio': '9.34',
      'Sortino Ratio': '0',
      Alpha: '0.106',
      Beta: '1.021',
      'Annual Standard Deviation': '0.227',
      'Tracking Error': '0.006',
      'Treynor Ratio': '2.079',
      'Portfolio Turnover': '59.74%',
    },
  },
  {
    name: 'CompositeRiskManagementModelFrameworkAlgorithm',
    strategyClass: leanConstantAlpha(
      (insights) => Math.min(1, insights),
      (profit) => Math.abs(profit) > 0.01,
    ),
    ...WEEK,
    endEquity: '101527.86',
    fees: '$24.08',
    orders: 7,
    figures: {
      'Average Win': '1.05%',
      'Average Loss': '-1.01%',
      'Win Rate': '67%',
      'Profit-Loss Ratio': '1.04',
      Expectancy: '0.361',
      'Compounding Annual Return': '227.385%',
      Drawdown: '2.200%',
      'Sharpe Ratio': '7.572',
      'Sortino Ratio': '0',
      Alpha: '-0.288',
      Beta: '0.994',
      'Annual Standard Deviation': '0.221',
      'Tracking Error': '0.006',
      'Treynor Ratio': '1.686',
      'Portfolio Turnover': '139.03%',
    },
  },
];

describePublished('published LEAN backtests of frameworks', FILES, CASES);
