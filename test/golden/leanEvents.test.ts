/**
 * Further published backtests of QuantConnect LEAN: bars of a second, orders between bars, splits, a ticker that
 * changes, the end of a symbol. End equity and fees to the cent, the number of orders, and every figure that both
 * print. Rules and figures are those of the algorithms of these names in its `Algorithm.CSharp`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, it } from 'vitest';
import { importFile } from '../../src/data/import/importFile.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';
import { expectPublished } from './leanBacktest.js';
import type { PublishedCase } from './leanBacktest.js';
import { leanBuyOnce } from './strategies/leanBuyOnce.js';
import {
  leanCanceledFirst,
  leanDelisted,
  leanFarOrders,
  leanFourAtOnce,
  leanHourlyLimits,
  leanNextBar,
  leanShareEachHour,
} from './strategies/leanOrders.js';
import { leanUntilInvested } from './strategies/leanRebalances.js';
import LeanStopLimits from './strategies/LeanStopLimits.js';
import { leanTargetOnce } from './strategies/leanTargets.js';

const FILES = [
  ...['spy', 'ibm'].flatMap((symbol) => [`lean/minute/${symbol}_trade.csv.gz`, `lean/minute/${symbol}_quote.csv.gz`]),
  'lean/second/spy_trade.csv.gz',
  'lean/second/spy_quote.csv.gz',
  'lean/hour/spy.csv.gz',
  'lean/hour/vxx.csv.gz',
  'lean/daily/spy.csv.gz',
  'lean/daily/aaa.csv.gz',
];

const WEEK = { timeframe: '1m', from: '2013-10-07', to: '2013-10-11' } as const;

const CASES: readonly PublishedCase[] = [
  {
    name: 'LimitFillRegressionAlgorithm',
    strategyClass: leanHourlyLimits,
    ...WEEK,
    timeframe: '1s',
    endEquity: '99931.07',
    fees: '$34.00',
    orders: 35,
    figures: {
      'Compounding Annual Return': '-5.250%',
      Drawdown: '0.300%',
      'Sharpe Ratio': '-1.105',
      'Sortino Ratio': '-1.712',
      Alpha: '-0.223',
      Beta: '0.1',
      'Annual Standard Deviation': '0.023',
      'Information Ratio': '-9.985',
      'Tracking Error': '0.2',
      'Treynor Ratio': '-0.254',
    },
  },
  {
    // Its two orders are one trade there.
    name: 'CompleteOrderTagUpdateAlgorithm',
    strategyClass: leanCanceledFirst,
    ...WEEK,
    netProfit: '0.251%',
    fees: '$1.00',
    orders: 2,
    figures: {
      'Compounding Annual Return': '21.706%',
      Drawdown: '0.300%',
      Beta: '0.144',
      'Annual Standard Deviation': '0.032',
      'Information Ratio': '-9.515',
      'Tracking Error': '0.191',
    },
  },
  {
    name: 'BacktestingAsynchronousOrdersRegressionAlgorithm',
    strategyClass: leanFourAtOnce,
    ...WEEK,
    to: '2013-10-08',
    endEquity: '100168.20',
    fees: '$3.00',
    orders: 4,
  },
  {
    name: 'ForwardDataOnlyFillModelAlgorithm',
    strategyClass: leanNextBar,
    timeframe: '1h',
    from: '2013-10-01',
    to: '2013-10-31',
    endEquity: '100005.93',
    fees: '$1.00',
    orders: 1,
    figures: {
      'Compounding Annual Return': '0.071%',
      Drawdown: '0.000%',
      'Sharpe Ratio': '-47.299',
      'Sortino Ratio': '-100.304',
      Alpha: '-0.007',
      Beta: '0.001',
      'Information Ratio': '-3.425',
      'Tracking Error': '0.107',
      'Treynor Ratio': '-5.375',
    },
  },
  {
    name: 'OrderTicketAssignmentDemoAlgorithm',
    strategyClass: leanShareEachHour,
    ...WEEK,
    endEquity: '100045.62',
    fees: '$34.00',
    orders: 35,
    figures: {
      'Compounding Annual Return': '3.632%',
      'Sharpe Ratio': '4.618',
      'Sortino Ratio': '13.697',
      Alpha: '-0.025',
      Beta: '0.027',
      'Annual Standard Deviation': '0.006',
      'Information Ratio': '-8.991',
      'Tracking Error': '0.217',
      'Treynor Ratio': '1.042',
      'Portfolio Turnover': '0.99%',
    },
  },
  {
    name: 'AddBetaIndicatorRegressionAlgorithm',
    strategyClass: leanFarOrders,
    ...WEEK,
    to: '2013-10-15',
    symbols: ['IBM', 'SPY'],
    cash: 10_000,
    endEquity: '10028.93',
    fees: '$1.00',
    orders: 3,
  },
  {
    name: 'StopLimitOrderRegressionAlgorithm',
    strategyClass: LeanStopLimits,
    timeframe: '1d',
    from: '2013-01-01',
    to: '2017-01-01',
    endEquity: '101277.61',
    fees: '$2.00',
    orders: 2,
    figures: {
      'Compounding Annual Return': '0.318%',
      Drawdown: '1.500%',
      'Sharpe Ratio': '-0.791',
      'Sortino Ratio': '-0.433',
      Alpha: '-0.009',
      Beta: '0.03',
      'Annual Standard Deviation': '0.008',
      'Information Ratio': '-0.963',
      'Tracking Error': '0.104',
      'Treynor Ratio': '-0.199',
    },
  },
  {
    name: 'HourReverseSplitRegressionAlgorithm',
    strategyClass: leanBuyOnce('VXX', '2013-11-08', () => 1),
    timeframe: '1h',
    from: '2013-11-07',
    to: '2013-11-08',
    symbols: ['VXX'],
    endEquity: '99976.76',
    fees: '$1.00',
    orders: 1,
  },
  {
    // Without factors: as it was traded, while the benchmark is adjusted. LEAN rounds 83,636.965 dollars to even.
    name: 'HourResolutionMappingEventRegressionAlgorithm',
    strategyClass: leanUntilInvested('SPWR', '1h'),
    timeframe: '1h',
    from: '2008-08-20',
    to: '2008-10-01',
    symbols: ['SPWR'],
    benchmark: 'SPY',
    adjust: 'raw',
    netProfit: '-16.363%',
    fees: '$5.40',
    orders: 1,
    figures: {
      'Compounding Annual Return': '-78.316%',
      Drawdown: '31.700%',
      'Sharpe Ratio': '-0.498',
      'Sortino Ratio': '-0.507',
      Alpha: '0.357',
      Beta: '2.004',
      'Annual Standard Deviation': '0.924',
      'Information Ratio': '-0.073',
      'Tracking Error': '0.718',
      'Treynor Ratio': '-0.23',
      'Portfolio Turnover': '2.34%',
    },
  },
  {
    name: 'RawDataRegressionAlgorithm',
    strategyClass: leanTargetOnce({ GOOGL: 1 }, '1d'),
    timeframe: '1d',
    from: '2014-03-25',
    to: '2014-04-07',
    symbols: ['GOOGL'],
    benchmark: 'SPY',
    adjust: 'raw',
    endEquity: '93054.50',
    fees: '$1.00',
    orders: 1,
    figures: {
      'Compounding Annual Return': '-85.376%',
      Drawdown: '6.900%',
      'Sharpe Ratio': '-2.925',
      'Sortino Ratio': '-2.881',
      Alpha: '-0.379',
      Beta: '1.959',
      'Annual Standard Deviation': '0.257',
      'Information Ratio': '-2.874',
      'Tracking Error': '0.195',
      'Treynor Ratio': '-0.384',
    },
  },
  {
    name: 'DelistingEventsAlgorithm',
    strategyClass: leanDelisted,
    timeframe: '1d',
    from: '2007-05-15',
    to: '2007-05-25',
    symbols: ['AAA'],
    endEquity: '94421.60',
    fees: '$36.70',
    orders: 2,
  },
];

/** Lines of a file of the reference data. */
function linesOf(path: string): string[] {
  const bytes = readFileSync(referenceData(path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n');
}

/** Files by name, with what the data calls otherwise: factors by the names of LEAN's files, a ticker's earlier bars. */
function renamedFiles(): ReadonlyMap<string, readonly string[]> {
  const [header = '', ...googl] = linesOf('lean/daily/googl.csv.gz');
  const [hourHeader = '', ...spwr] = linesOf('lean/hour/spwr.csv.gz');
  const spwra = linesOf('lean/hour/spwra.csv.gz').slice(1);
  const before = linesOf('lean/daily/goog.csv.gz').filter((line) => line >= '2014' && line < '2014-04-03');
  return new Map([
    ['factor_files.csv', linesOf('lean/factor_files.csv').map((line) => line.replace(/^(aaa|vxx)\.1,/, '$1,'))],
    ['googl.csv', [header, ...before.filter((line) => line !== header), ...googl]],
    ['hour/spwr.csv', [hourHeader, ...spwr.filter((line) => line < '2008-09-30'), ...spwra]],
  ]);
}

describeWithReferenceData('published LEAN backtests of events', () => {
  let history: GoldenHistory;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'papertape-renamed-'));
    try {
      history = await importGoldenHistory(FILES);
      for (const [name, lines] of renamedFiles()) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
        await importFile(join(folder, name), history.store);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 240_000);
  afterAll(() => history.close());

  it.each(CASES)('$name', async (testCase) => {
    await expectPublished(history, testCase);
  });
});
