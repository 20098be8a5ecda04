/**
 * Further published backtests of QuantConnect LEAN: targets that are set again, before the open too, and many symbols
 * at once. End equity and fees to the cent, the number of orders, and every figure that both print; probabilities of a
 * Sharpe ratio where they are of its present formula, without the risk-free rate before. Rules and figures are those
 * of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { readFileSync } from 'node:fs';
import { nextSession } from '../../src/calendar/sessions.js';
import { formatDate, parseDate } from '../../src/calendar/tradingDate.js';
import { referenceData } from '../referenceData.js';
import { describePublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import {
  leanFourFifths,
  leanInAndOut,
  leanNoonClose,
  leanNothing,
  leanOneDay,
  leanTwoAtOpen,
  LeanTwoTrends,
  leanUntilInvested,
} from './strategies/leanRebalances.js';

const MANY = ['SPY', 'AAPL', 'GOOG', 'GOOGL', 'IBM', 'QQQ', 'FB', 'WM', 'BAC', 'USO', 'IWM', 'EEM', 'BNO', 'AIG'];

const FILES = [
  'lean/factor_files.csv',
  ...['spy', 'ibm'].flatMap((symbol) => [`lean/minute/${symbol}_trade.csv.gz`, `lean/minute/${symbol}_quote.csv.gz`]),
  'lean/hour/spy.csv.gz',
  ...MANY.map((symbol) => `lean/daily/${symbol.toLowerCase()}.csv.gz`),
];

const WEEK = { timeframe: '1m', from: '2013-10-07', to: '2013-10-11' } as const;

/** The days of a year on which one of the symbols went without a dividend: those behind the days of its factors. */
function dividendDates(year: string, symbols: readonly string[]): readonly string[] {
  const names = new Set(symbols.map((symbol) => symbol.toLowerCase()));
  const dates = readFileSync(referenceData('lean/factor_files.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(','))
    .filter(([name = '', date = '']) => names.has(name) && date.startsWith(year))
    .map(([, date = '']) => formatDate(nextSession(parseDate(date)).date));
  return [...new Set(dates)];
}

function cases(): readonly PublishedCase[] {
  return [
    {
      name: 'ExtendedMarketHoursHistoryRegressionAlgorithm',
      none: ['Average Win', 'Profit-Loss Ratio'],
      strategyClass: leanUntilInvested('SPY', '1m'),
      ...WEEK,
      to: '2013-10-09',
      extendedHours: true,
      endEquity: '98959.88',
      fees: '$21.45',
      orders: 19,
      figures: {
        'Compounding Annual Return': '-73.997%',
        Drawdown: '2.500%',
        'Sharpe Ratio': '-9.402',
        'Sortino Ratio': '-9.402',
        Alpha: '-0.286',
        Beta: '0.55',
        'Annual Standard Deviation': '0.075',
        'Information Ratio': '0.914',
        'Tracking Error': '0.061',
        'Treynor Ratio': '-1.28',
        'Average Win': '0%',
        'Average Loss': '0.00%',
        'Win Rate': '0%',
        Expectancy: '-1',
        'Profit-Loss Ratio': '0',
        'Portfolio Turnover': '34.15%',
      },
    },
    {
      // Its orders in a symbol without data are invalid and not counted.
      name: 'AddRemoveSecurityCacheRegressionAlgorithm',
      strategyClass: leanUntilInvested('SPY', '1m'),
      ...WEEK,
      extendedHours: true,
      netProfit: '1.754%',
      fees: '$21.45',
      orders: 19,
      figures: {
        'Compounding Annual Return': '271.720%',
        Drawdown: '2.500%',
        Beta: '0.81',
        'Annual Standard Deviation': '0.185',
        'Information Ratio': '3.961',
        'Tracking Error': '0.061',
      },
    },
    {
      name: 'SecuritySeederRegressionAlgorithm',
      none: ['Probabilistic Sharpe Ratio'],
      strategyClass: leanUntilInvested('SPY', '1m'),
      timeframe: '1m',
      from: '2013-10-08',
      to: '2013-10-10',
      endEquity: '101031.62',
      fees: '$3.44',
      orders: 1,
      figures: {
        'Compounding Annual Return': '307.471%',
        Drawdown: '1.700%',
        'Sharpe Ratio': '66.263',
        'Sortino Ratio': '0',
        Alpha: '-0.116',
        Beta: '0.996',
        'Annual Standard Deviation': '0.242',
        'Tracking Error': '0.001',
        'Treynor Ratio': '16.083',
        'Probabilistic Sharpe Ratio': '0%',
        'Portfolio Turnover': '33.62%',
      },
    },
    {
      // What has one return only is not told there.
      name: 'ZeroedBenchmarkRegressionAlgorithm',
      strategyClass: leanUntilInvested('SPY', '1h'),
      ...WEEK,
      timeframe: '1h',
      to: '2013-10-08',
      endEquity: '98666.01',
      fees: '$3.44',
      orders: 1,
      figures: { 'Portfolio Turnover': '49.90%' },
    },
    {
      name: 'SetHoldingReturnsOrderTicketsRegressionAlgorithm',
      strategyClass: leanFourFifths,
      timeframe: '1d',
      from: '2018-01-04',
      to: '2018-01-10',
      symbols: ['SPY', 'IBM'],
      benchmark: 'SPY',
      endEquity: '100661.71',
      fees: '$2.56',
      orders: 2,
      figures: {
        'Compounding Annual Return': '43.490%',
        Drawdown: '0.100%',
        'Sharpe Ratio': '12.329',
        'Sortino Ratio': '0',
        Alpha: '0.108',
        Beta: '0.424',
        'Annual Standard Deviation': '0.024',
        'Information Ratio': '-5.097',
        'Tracking Error': '0.03',
        'Treynor Ratio': '0.707',
        'Portfolio Turnover': '14.24%',
        'Drawdown Recovery': '0',
      },
    },
    {
      // Its year began at the midnight after each bar then, so that its growth is not comparable.
      name: 'ConstituentsUniverseRegressionAlgorithm',
      strategyClass: leanOneDay,
      ...WEEK,
      timeframe: '1d',
      symbols: ['AAPL'],
      benchmark: 'SPY',
      endEquity: '99459.59',
      fees: '$32.32',
      orders: 2,
      figures: {
        Drawdown: '0.900%',
        'Sharpe Ratio': '-3.436',
        'Sortino Ratio': '0',
        Alpha: '-0.73',
        Beta: '0.22',
        'Annual Standard Deviation': '0.086',
        'Information Ratio': '-12.125',
        'Tracking Error': '0.187',
        'Treynor Ratio': '-1.338',
        'Average Loss': '-0.54%',
        'Win Rate': '0%',
        'Loss Rate': '100%',
        Expectancy: '-1',
        'Portfolio Turnover': '20.06%',
      },
    },
    {
      name: 'LiquidateRegressionAlgorithm',
      none: ['Sharpe Ratio', 'Treynor Ratio', 'Probabilistic Sharpe Ratio'],
      strategyClass: leanNothing,
      timeframe: '1d',
      from: '2018-01-04',
      to: '2018-01-10',
      symbols: ['SPY', 'IBM'],
      benchmark: 'SPY',
      endEquity: '100000.00',
      fees: '$0.00',
      orders: 6,
      figures: {
        'Sharpe Ratio': '0',
        'Treynor Ratio': '0',
        'Information Ratio': '-10.398',
        'Tracking Error': '0.045',
        'Probabilistic Sharpe Ratio': '0%',
        'Portfolio Turnover': '0%',
        'Drawdown Recovery': '0',
      },
    },
    {
      name: 'MarketOnCloseOrderRegressionAlgorithm',
      none: ['Probabilistic Sharpe Ratio'],
      strategyClass: leanNoonClose,
      timeframe: '1h',
      from: '2021-03-01',
      to: '2021-03-03',
      endEquity: '99993.90',
      fees: '$1.00',
      orders: 1,
      figures: {
        'Compounding Annual Return': '-0.832%',
        'Sharpe Ratio': '-22.06',
        'Sortino Ratio': '-22.06',
        Alpha: '-0.003',
        Beta: '0.008',
        'Information Ratio': '15.221',
        'Tracking Error': '0.061',
        'Treynor Ratio': '-1.348',
        'Probabilistic Sharpe Ratio': '0%',
        'Portfolio Turnover': '0.13%',
        'Drawdown Recovery': '0',
      },
    },
    {
      name: 'MarketOnOpenOrderRegressionAlgorithm',
      none: ['Probabilistic Sharpe Ratio'],
      strategyClass: leanTwoAtOpen,
      timeframe: '1h',
      from: '2021-03-01',
      to: '2021-03-03',
      endEquity: '99981.16',
      fees: '$2.00',
      orders: 2,
      figures: {
        'Compounding Annual Return': '-2.547%',
        'Sharpe Ratio': '-147.421',
        'Sortino Ratio': '-147.421',
        Alpha: '-0.023',
        Beta: '0.003',
        'Information Ratio': '14.89',
        'Tracking Error': '0.061',
        'Treynor Ratio': '-9.006',
        'Probabilistic Sharpe Ratio': '0%',
        'Portfolio Turnover': '0.26%',
        'Drawdown Recovery': '0',
      },
    },
    {
      name: 'TotalPortfolioValueRegressionAlgorithm',
      strategyClass: leanInAndOut(MANY, dividendDates('2016', MANY), 10 / 16),
      timeframe: '1d',
      from: '2016-01-01',
      to: '2017-01-01',
      preset: 'lean+leverage.100',
      symbols: MANY,
      benchmark: 'SPY',
      endEquity: '94814.26',
      fees: '$18907.56',
      orders: 3752,
      figures: {
        'Compounding Annual Return': '-5.190%',
        Drawdown: '58.600%',
        'Sharpe Ratio': '0.439',
        'Sortino Ratio': '0.44',
        Alpha: '-0.014',
        Beta: '4.75',
        'Annual Standard Deviation': '0.811',
        'Information Ratio': '0.372',
        'Tracking Error': '0.746',
        'Treynor Ratio': '0.075',
        'Average Win': '0.63%',
        'Average Loss': '-0.73%',
        'Win Rate': '54%',
        'Profit-Loss Ratio': '0.86',
        Expectancy: '0.007',
        'Portfolio Turnover': '601.23%',
        'Drawdown Recovery': '237',
      },
    },
    {
      name: 'StatisticsResultsAlgorithm',
      strategyClass: LeanTwoTrends,
      ...WEEK,
      symbols: ['SPY', 'IBM'],
      benchmark: 'SPY',
      endEquity: '100221.61',
      fees: '$114.39',
      orders: 94,
      figures: {
        'Compounding Annual Return': '18.903%',
        Drawdown: '0.800%',
        'Sharpe Ratio': '6.406',
        'Sortino Ratio': '0',
        Alpha: '-0.144',
        Beta: '0.264',
        'Annual Standard Deviation': '0.059',
        'Information Ratio': '-9.751',
        'Tracking Error': '0.164',
        'Treynor Ratio': '1.43',
        'Average Win': '0.09%',
        'Average Loss': '-0.03%',
        'Win Rate': '30%',
        'Profit-Loss Ratio': '2.73',
        Expectancy: '0.135',
        'Portfolio Turnover': '549.26%',
      },
    },
  ];
}

describePublished('published LEAN backtests of targets that are set again', FILES, cases);
