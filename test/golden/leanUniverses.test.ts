/**
 * Further published backtests of QuantConnect LEAN: universes, slippage by the share in volume, leverage
 * and margin calls. End equity and fees to the cent, the number of orders, and every figure that
 * both print by the same formula. Rules and figures are those of the algorithms of these names in its
 * `Algorithm.CSharp`.
 */
import { afterAll, beforeAll, it } from 'vitest';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';
import { expectPublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import { leanUntilInvested } from './strategies/leanRebalances.js';
import { leanTargetOnce } from './strategies/leanTargets.js';
import {
  leanConstituents,
  leanInception,
  leanTenThenOne,
  leanTwentiethBar,
  leanWeekly,
} from './strategies/leanUniverses.js';

const FILES = [
  'lean/factor_files.csv',
  ...['spy', 'goog'].flatMap((symbol) => [`lean/minute/${symbol}_trade.csv.gz`, `lean/minute/${symbol}_quote.csv.gz`]),
  ...['ibm', 'spy'].map((symbol) => `lean/hour/${symbol}.csv.gz`),
  ...['aapl', 'fb', 'goog', 'googl', 'spy'].map((symbol) => `lean/daily/${symbol}.csv.gz`),
];

const WEEK = { from: '2013-10-07', to: '2013-10-11' } as const;
const OCTOBER = { timeframe: '1h', from: '2013-10-01', to: '2013-10-31', benchmark: 'SPY' } as const;
const CASES: readonly PublishedCase[] = [
  {
    name: 'ProcessSplitSymbolsRegressionAlgorithm',
    strategyClass: leanTargetOnce({ GOOG: 1 }, '1d'),
    timeframe: '1d',
    from: '2014-06-05',
    to: '2014-06-09',
    symbols: ['GOOG'],
    benchmark: 'SPY',
    endEquity: '100727.83',
    fees: '$1.00',
    orders: 1,
    figures: {
      'Compounding Annual Return': '76.334%',
      Drawdown: '0.300%',
      'Sharpe Ratio': '6.14',
      'Sortino Ratio': '0',
      Alpha: '1.02',
      Beta: '-1.043',
      'Annual Standard Deviation': '0.094',
      'Information Ratio': '1.332',
      'Tracking Error': '0.114',
      'Treynor Ratio': '-0.553',
      'Portfolio Turnover': '20.10%',
      'Drawdown Recovery': '3',
    },
  },
  {
    // Its year began at the midnight after each bar then, so that its growth is not comparable.
    name: 'CustomUniverseSelectionRegressionAlgorithm',
    strategyClass: leanTargetOnce({ SPY: 1 }, '1d'),
    ...WEEK,
    timeframe: '1d',
    endEquity: '101694.38',
    fees: '$3.45',
    orders: 1,
    figures: {
      Drawdown: '1.200%',
      'Sharpe Ratio': '8.637',
      'Sortino Ratio': '0',
      Alpha: '-0.053',
      Beta: '1.003',
      'Annual Standard Deviation': '0.223',
      'Information Ratio': '-35.82',
      'Tracking Error': '0.001',
      'Treynor Ratio': '1.922',
      'Portfolio Turnover': '20.19%',
    },
  },
  {
    // Figures against the benchmark are of a range that began with other days then.
    name: 'VolumeShareSlippageModelAlgorithm',
    strategyClass: leanConstituents,
    timeframe: '1d',
    from: '2020-11-29',
    to: '2020-12-02',
    preset: 'lean+slippage.volume.3000bps.500bps',
    symbols: ['AAPL', 'FB', 'GOOGL', 'GOOG'],
    benchmark: 'SPY',
    endEquity: '100190.84',
    fees: '$4.00',
    orders: 4,
    figures: {
      'Compounding Annual Return': '20.900%',
      Drawdown: '0%',
      'Sharpe Ratio': '9.794',
      'Sortino Ratio': '0',
      'Annual Standard Deviation': '0.017',
      'Portfolio Turnover': '4.22%',
    },
  },
  {
    name: 'LeveragePrecedenceRegressionAlgorithm',
    strategyClass: leanTenThenOne,
    ...WEEK,
    timeframe: '1m',
    preset: 'lean+leverage.10',
    endEquity: '101576.33',
    fees: '$65.43',
    orders: 2,
    figures: {
      'Average Loss': '-0.12%',
      'Loss Rate': '100%',
      Expectancy: '-1',
      'Compounding Annual Return': '239.838%',
      Drawdown: '2.200%',
      'Sharpe Ratio': '8.861',
      'Sortino Ratio': '0',
      Alpha: '-0.003',
      Beta: '0.997',
      'Annual Standard Deviation': '0.222',
      'Tracking Error': '0.001',
      'Treynor Ratio': '1.972',
      'Portfolio Turnover': '379.43%',
    },
  },
  {
    name: 'WeeklyUniverseSelectionRegressionAlgorithm',
    strategyClass: leanWeekly,
    ...OCTOBER,
    symbols: ['IBM'],
    endEquity: '99046.76',
    fees: '$29.44',
    orders: 8,
    figures: {
      'Average Win': '0.64%',
      'Average Loss': '-0.53%',
      'Loss Rate': '75%',
      'Win Rate': '25%',
      'Profit-Loss Ratio': '1.21',
      Expectancy: '-0.448',
      'Compounding Annual Return': '-10.774%',
      Drawdown: '2.200%',
      'Sharpe Ratio': '-1.559',
      'Sortino Ratio': '-1.723',
      Alpha: '-0.159',
      Beta: '0.208',
      'Annual Standard Deviation': '0.054',
      'Information Ratio': '-4.529',
      'Tracking Error': '0.098',
      'Treynor Ratio': '-0.402',
      'Portfolio Turnover': '25.73%',
    },
  },
  {
    name: 'InceptionDateSelectionRegressionAlgorithm',
    strategyClass: leanInception,
    ...OCTOBER,
    symbols: ['IBM', 'SPY'],
    netProfit: '2.120%',
    fees: '$16.73',
    orders: 9,
    figures: {
      'Average Win': '0.11%',
      'Average Loss': '-0.24%',
      Expectancy: '-0.267',
      'Compounding Annual Return': '28.358%',
      Drawdown: '1.200%',
      'Sharpe Ratio': '3.201',
      'Sortino Ratio': '5.22',
      Alpha: '0.015',
      Beta: '0.478',
      'Annual Standard Deviation': '0.058',
      'Information Ratio': '-2.771',
      'Tracking Error': '0.063',
      'Treynor Ratio': '0.392',
      'Portfolio Turnover': '14.45%',
    },
  },
  {
    // Of its six days the last three have no data there.
    name: 'EquityMarginCallAlgorithm',
    strategyClass: leanUntilInvested('GOOG', '1m', 86),
    timeframe: '1m',
    from: '2015-12-23',
    to: '2015-12-24',
    preset: 'lean+margin.100bps',
    symbols: ['GOOG'],
    endEquity: '50554.98',
    fees: '$91.53',
    orders: 7,
    figures: { Drawdown: '72.300%', 'Average Loss': '-6.17%', 'Loss Rate': '100%', Expectancy: '-1' },
  },
  {
    name: 'MarginCallClosedMarketRegressionAlgorithm',
    strategyClass: leanTargetOnce({ SPY: 5 }),
    ...WEEK,
    timeframe: '1m',
    preset: 'lean+margin.2000bps.5000bps',
    endEquity: '103801.65',
    fees: '$27.50',
    orders: 2,
    figures: {
      'Average Win': '0.39%',
      'Compounding Annual Return': '1750.998%',
      Drawdown: '5.500%',
      'Sharpe Ratio': '18.012',
      'Sortino Ratio': '0',
      Alpha: '4.101',
      Beta: '2.017',
      'Annual Standard Deviation': '0.449',
      'Information Ratio': '26.993',
      'Tracking Error': '0.226',
      'Treynor Ratio': '4.008',
      'Portfolio Turnover': '158.79%',
    },
  },
  {
    // Its year began at the midnight after each bar then, so that its growth is not comparable.
    name: 'IndicatorSuiteAlgorithm',
    strategyClass: leanTwentiethBar,
    timeframe: '1d',
    from: '2013-01-01',
    to: '2014-12-31',
    cash: 25_000,
    endEquity: '35437.00',
    fees: '$1.00',
    orders: 1,
    figures: {
      Drawdown: '7.300%',
      'Sharpe Ratio': '1.366',
      'Sortino Ratio': '1.503',
      Alpha: '-0.017',
      Beta: '0.963',
      'Annual Standard Deviation': '0.092',
      'Information Ratio': '-1.289',
      'Tracking Error': '0.018',
      'Treynor Ratio': '0.13',
      'Portfolio Turnover': '0.14%',
    },
  },
];

describeWithReferenceData('published LEAN backtests of universes and margin', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(FILES);
  }, 240_000);
  afterAll(() => history.close());

  it.each(CASES)('$name', async (testCase) => {
    await expectPublished(history, testCase);
  });
});
