/**
 * Five published backtests of QuantConnect LEAN: end equity and fees to the cent, and the number of orders, from the
 * files that a user would import.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import BuyAndHold from '../../src/strategies/builtin/BuyAndHold.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';
import { cents, expectFigures, percent, runLean } from './leanBacktest.js';
import type { LeanCase, PrintedFigure } from './leanBacktest.js';
import EnterThenLiquidate from './strategies/EnterThenLiquidate.js';
import StopBelowMarket from './strategies/StopBelowMarket.js';

const FILES = [
  'lean/factor_files.csv',
  'lean/minute/spy_trade.csv.gz',
  'lean/minute/spy_quote.csv.gz',
  'lean/hour/spy.csv.gz',
  'lean/daily/spy.csv.gz',
];

const CASES: readonly LeanCase[] = [
  {
    name: 'BasicTemplateAlgorithm',
    strategyClass: BuyAndHold,
    timeframe: '1m',
    from: '2013-10-07',
    to: '2013-10-11',
  },
  {
    name: 'BasicTemplateHourlyAlgorithm',
    strategyClass: BuyAndHold,
    timeframe: '1h',
    from: '2013-10-07',
    to: '2013-10-11',
  },
  {
    name: 'BasicTemplateDailyAlgorithm',
    strategyClass: BuyAndHold,
    timeframe: '1d',
    from: '2013-10-08',
    to: '2013-10-17',
  },
  {
    name: 'ZeroFeeRegressionAlgorithm',
    strategyClass: EnterThenLiquidate,
    timeframe: '1m',
    from: '2013-10-07',
    to: '2013-10-11',
    feePlan: 'zero',
  },
  {
    name: 'StopMarketOrderRegressionAlgorithm',
    strategyClass: StopBelowMarket,
    timeframe: '1h',
    from: '2021-03-01',
    to: '2021-03-03',
  },
];

/** Figures that need no benchmark. */
const OF_CLOSINGS = [
  'Average Win',
  'Average Loss',
  'Win Rate',
  'Loss Rate',
  'Profit-Loss Ratio',
  'Expectancy',
  'Probabilistic Sharpe Ratio',
  'Portfolio Turnover',
  'Drawdown Recovery',
  'Annual Variance',
  'Sharpe Ratio',
] as const satisfies readonly PrintedFigure[];

/** Published figures of an algorithm by their printed names. */
function published(name: string): ReadonlyMap<string, string> {
  const document: unknown = JSON.parse(readFileSync(referenceData('lean/expectations.json'), 'utf8'));
  const { algorithms } = document as { algorithms: { name: string; expected: Record<string, string> }[] };
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (found === undefined) throw new Error(`nothing is published of ${name}`);
  return new Map(Object.entries(found.expected));
}

/** What LEAN prints as 0 because it is of nothing, by the name of the backtest. */
const NONE: Readonly<Record<string, readonly PrintedFigure[]>> = {
  BasicTemplateAlgorithm: ['Average Win', 'Average Loss', 'Win Rate', 'Profit-Loss Ratio', 'Expectancy'],
  BasicTemplateHourlyAlgorithm: ['Average Win', 'Average Loss', 'Win Rate', 'Profit-Loss Ratio', 'Expectancy'],
  BasicTemplateDailyAlgorithm: ['Average Win', 'Average Loss', 'Win Rate', 'Profit-Loss Ratio', 'Expectancy'],
  ZeroFeeRegressionAlgorithm: ['Average Win', 'Profit-Loss Ratio', 'Probabilistic Sharpe Ratio', 'Sharpe Ratio'],
  StopMarketOrderRegressionAlgorithm: [
    'Average Win',
    'Average Loss',
    'Win Rate',
    'Profit-Loss Ratio',
    'Expectancy',
    'Probabilistic Sharpe Ratio',
  ],
};

describeWithReferenceData('published LEAN backtests', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    history = await importGoldenHistory(FILES);
  }, 120_000);
  afterAll(() => history.close());

  it.each(CASES)('$name', async (testCase) => {
    const { run: result } = await runLean(history, testCase);
    const figures = published(testCase.name);
    expect(cents(result.finalEquity)).toBe(figures.get('End Equity'));
    expect(`$${cents(result.fees)}`).toBe(figures.get('Total Fees'));
    expect(String(result.orders.length)).toBe(figures.get('Total Orders'));
    expect(result.strategies.map((strategy) => strategy.error)).toEqual([undefined]);
    expect(percent(result.statistics.cagr)).toBe(figures.get('Compounding Annual Return'));
  });

  it.each(CASES)('$name: figures of closings and of a year', async (testCase) => {
    const { run: result } = await runLean(history, testCase);
    const figures = published(testCase.name);
    const named = Object.fromEntries(OF_CLOSINGS.map((name) => [name, figures.get(name)]));
    expectFigures(result.statistics, named, NONE[testCase.name]);
  });

  it.each(CASES.slice(0, 3))('$name: annual figures', async (testCase) => {
    const { run: result } = await runLean(history, testCase);
    const figures = published(testCase.name);
    const { sharpe, sortino, annualVolatility, alpha, beta } = result.statistics;
    expect(sharpe).toBeCloseTo(Number(figures.get('Sharpe Ratio')), 2);
    expect(annualVolatility).toBeCloseTo(Number(figures.get('Annual Standard Deviation')), 3);
    expect(sortino).toBeCloseTo(Number(figures.get('Sortino Ratio')), 2);
    expect(beta).toBeCloseTo(Number(figures.get('Beta')), 3);
    expect(alpha).toBeCloseTo(Number(figures.get('Alpha')), 3);
    const { informationRatio, trackingError, treynorRatio } = result.statistics;
    expect(trackingError).toBeCloseTo(Number(figures.get('Tracking Error')), 3);
    // LEAN rounds the benchmark's adjusted closes to 4 decimals: of a tracking error of 0.0009 that is half a percent.
    const ratio = Number(figures.get('Information Ratio'));
    expect(Math.abs(informationRatio / ratio - 1)).toBeLessThan(0.006);
    expect(treynorRatio).toBeCloseTo(Number(figures.get('Treynor Ratio')), 3);
  });
});
