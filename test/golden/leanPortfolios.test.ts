/**
 * Further published backtests of QuantConnect LEAN: several symbols, targets of one bar, leverage, orders at the close
 * and outside the session, a split. End equity and fees to the cent, and the number of orders. Rules and figures are
 * those of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithReferenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';
import { expectPublished, percent } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import { leanAtClose } from './strategies/leanAtClose.js';
import { leanBuyOnce } from './strategies/leanBuyOnce.js';
import LeanGuests from './strategies/LeanGuests.js';
import LeanOutsideHours from './strategies/LeanOutsideHours.js';
import LeanShiftingTargets from './strategies/LeanShiftingTargets.js';
import LeanStopOnFill from './strategies/LeanStopOnFill.js';

const FILES = [
  'lean/factor_files.csv',
  ...['spy', 'aig', 'bac', 'ibm'].flatMap((symbol) => [
    `lean/minute/${symbol}_trade.csv.gz`,
    `lean/minute/${symbol}_quote.csv.gz`,
  ]),
  'lean/hour/aapl.csv.gz',
  'lean/hour/spy.csv.gz',
];

/** With the growth per year as it is printed, where it is. */
interface Case extends PublishedCase {
  readonly growth?: string;
}

const WEEK = { timeframe: '1m', from: '2013-10-07', to: '2013-10-11' } as const;
const TWO_DAYS = { ...WEEK, to: '2013-10-08' } as const;

const CASES: readonly Case[] = [
  {
    name: 'AddRemoveSecurityRegressionAlgorithm',
    strategyClass: LeanGuests,
    ...WEEK,
    symbols: ['SPY', 'AIG', 'BAC'],
    netProfit: '1.776%',
    growth: '296.356%',
    fees: '$28.30',
    orders: 5,
  },
  {
    name: 'SetHoldingsMultipleTargetsRegressionAlgorithm',
    strategyClass: LeanShiftingTargets,
    ...WEEK,
    preset: 'lean+leverage.1',
    symbols: ['SPY', 'IBM'],
    endEquity: '101952.99',
    growth: '353.938%',
    fees: '$15.02',
    orders: 11,
  },
  {
    name: 'StopLossOnOrderEventRegressionAlgorithm',
    strategyClass: LeanStopOnFill,
    ...WEEK,
    endEquity: '99995.41',
    growth: '-0.359%',
    fees: '$2.00',
    orders: 2,
  },
  {
    name: 'MarketOnCloseOrderBufferRegressionAlgorithm',
    strategyClass: leanAtClose(['2013-10-07', 15, 49], ['2013-10-07', 17, 0]),
    ...TWO_DAYS,
    endEquity: '99994.65',
    fees: '$2.00',
    orders: 2,
  },
  {
    name: 'MarketOnCloseOrderBufferExtendedMarketHoursRegressionAlgorithm',
    strategyClass: leanAtClose(['2013-10-07', 15, 49], ['2013-10-07', 16, 48], ['2013-10-08', 0, 0]),
    ...TWO_DAYS,
    extendedHours: true,
    endEquity: '99996.08',
    fees: '$3.00',
    orders: 3,
    figures: { 'Portfolio Turnover': '0.43%' },
  },
  {
    name: 'ExtendedMarketTradingRegressionAlgorithm',
    strategyClass: LeanOutsideHours,
    ...WEEK,
    extendedHours: true,
    endEquity: '100135.59',
    growth: '10.774%',
    fees: '$5.00',
    orders: 5,
    figures: {
      Drawdown: '0.100%',
      'Sharpe Ratio': '8.723',
      'Sortino Ratio': '41.728',
      Alpha: '0.005',
      Beta: '0.039',
      'Annual Standard Deviation': '0.009',
      'Information Ratio': '-8.852',
      'Tracking Error': '0.214',
      'Treynor Ratio': '2.102',
      'Portfolio Turnover': '1.44%',
    },
  },
  {
    name: 'HourSplitRegressionAlgorithm',
    strategyClass: leanBuyOnce('AAPL', '2014-06-09', () => 1),
    timeframe: '1h',
    from: '2014-06-06',
    to: '2014-06-09',
    symbols: ['AAPL'],
    endEquity: '99999.31',
    growth: '-0.068%',
    fees: '$1.00',
    orders: 1,
  },
  {
    // Ten times the round lots that all the money buys, with a model that lets every order pass.
    // Its model lets every order pass.
    name: 'CustomBuyingPowerModelAlgorithm',
    preset: 'lean+unchecked',
    strategyClass: leanBuyOnce('SPY', '2013-10-01', (close) => Math.floor(99_750 / close / 100) * 1000),
    timeframe: '1h',
    from: '2013-10-01',
    to: '2013-10-31',
    endEquity: '138618.81',
    growth: '4775.196%',
    fees: '$30.00',
    orders: 1,
  },
];

describeWithReferenceData('published LEAN backtests of portfolios and sessions', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(FILES);
  }, 240_000);
  afterAll(() => history.close());

  it.each(CASES)('$name', async (testCase) => {
    const { run } = await expectPublished(history, testCase);
    if (testCase.growth !== undefined) expect(percent(run.statistics.cagr)).toBe(testCase.growth);
  });
});
