import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWithReferenceData, referenceData } from '../../test/referenceData.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { sessionOf } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { DAY, HOUR } from '../domain/timeframe.js';
import { regularPrices } from './benchmarkHistory.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { computeStatistics } from './statistics.js';
import { tradeStatistics } from './tradeStatistics.js';

const csv = (path: string): string[][] =>
  readFileSync(referenceData(path), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
const closeOf = (date: string): number => fromNewYork(parseDate(date), 16 * HOUR);

describeWithReferenceData('statistics against the published GOOG reference run', () => {
  it('equals every figure of case A (SMA 10/30) to 1e-8 from its equity and trades', () => {
    const bars = csv('goog/GOOG.csv');
    const equity = csv('goog/equity_sma_10_30.csv');
    const expected: unknown = JSON.parse(readFileSync(referenceData('goog/expected_stats.json'), 'utf8'));
    const figures = (expected as Record<string, Record<string, number>>)['A'] ?? {};
    const time = Float64Array.from(bars, (row) => closeOf(row[0] ?? ''));
    const statistics = computeStatistics(
      {
        curve: { time, equity: Float64Array.from(equity, (row) => Number(row[1])) },
        trades: csv('goog/trades_sma_10_30.csv').map((row) => ({
          entryTime: closeOf(row[10] ?? ''),
          exitTime: closeOf(row[11] ?? ''),
          pnl: Number(row[7]),
          // The file rounds returns; the exact ones follow from the prices.
          returnFraction: (Number(row[4]) / Number(row[3]) - 1) * Math.sign(Number(row[0])),
        })),
        startEquity: 10_000,
        benchmark: Float64Array.from(bars, (row) => Number(row[4])),
        benchmarkFrom: 29,
        riskFree: 0,
      },
      STATISTICS_CONVENTIONS['backtesting.py'],
    );
    const rows: readonly (readonly [string, number])[] = [
      ['Exposure Time [%]', statistics.exposure * 100],
      ['Equity Final [$]', statistics.finalEquity],
      ['Equity Peak [$]', statistics.peakEquity],
      ['Return [%]', statistics.totalReturn * 100],
      ['Buy & Hold Return [%]', statistics.buyAndHoldReturn * 100],
      ['Return (Ann.) [%]', statistics.annualReturn * 100],
      ['Volatility (Ann.) [%]', statistics.annualVolatility * 100],
      ['CAGR [%]', statistics.cagr * 100],
      ['Sharpe Ratio', statistics.sharpe],
      ['Sortino Ratio', statistics.sortino],
      ['Calmar Ratio', statistics.calmar],
      ['Alpha [%]', statistics.alpha * 100],
      ['Beta', statistics.beta],
      ['Max. Drawdown [%]', -statistics.maxDrawdown * 100],
      ['Avg. Drawdown [%]', -statistics.averageDrawdown * 100],
      ['Max. Drawdown Duration', statistics.maxDrawdownDays],
      ['Avg. Drawdown Duration', statistics.averageDrawdownDays],
      ['# Trades', statistics.trades],
      ['Win Rate [%]', statistics.winRate * 100],
      ['Best Trade [%]', statistics.bestTrade * 100],
      ['Worst Trade [%]', statistics.worstTrade * 100],
      ['Avg. Trade [%]', statistics.averageTrade * 100],
      ['Max. Trade Duration', statistics.maxTradeDays],
      ['Avg. Trade Duration', statistics.averageTradeDays],
      ['Profit Factor', statistics.profitFactor],
      ['Expectancy [%]', statistics.expectancy * 100],
      ['SQN', statistics.sqn],
      ['Kelly Criterion', statistics.kelly],
    ];
    const wrong = rows.filter(([name, value]) => {
      const wanted = figures[name] ?? Number.NaN;
      return !(Math.abs(value - wanted) <= 1e-8 * Math.abs(wanted));
    });
    expect(wrong.map(([name, value]) => ({ name, value, wanted: figures[name] }))).toEqual([]);
  });
});

// compute_stats of backtesting.py 0.6.6 on this equity, this benchmark and no trades.
describe('the convention backtesting.py with a risk-free rate', () => {
  it.each([
    [0, 2.6177253013690014, 9.773321236544934, 0.45294126383741684],
    [0.02, 2.567947202262495, 9.587473870185281, 0.8385620817958465],
  ])('of %d a year', (riskFree, sharpe, sortino, alphaPercent) => {
    const equity = Float64Array.of(10_000, 10_100, 9950, 10_020, 9900, 10_080, 10_210, 10_150, 10_300, 10_260);
    const benchmark = Float64Array.of(50, 50.4, 49.9, 50.2, 49.5, 50.1, 50.8, 50.6, 51, 50.9);
    const dates = ['04', '05', '06', '07', '08', '11', '12', '13', '14', '15'];
    const time = Float64Array.from(dates, (day) => closeOf(`2024-03-${day}`));
    const figures = computeStatistics(
      { curve: { time, equity }, trades: [], startEquity: 10_000, benchmark, riskFree },
      STATISTICS_CONVENTIONS['backtesting.py'],
    );
    expect(figures.sharpe).toBeCloseTo(sharpe, 10);
    expect(figures.sortino).toBeCloseTo(sortino, 10);
    expect(figures.beta).toBeCloseTo(1.1928104089792149, 10);
    expect(figures.alpha * 100).toBeCloseTo(alphaPercent, 10);
  });
});

describe('a single return', () => {
  it('has no Sortino ratio of one return under papertape, as empyrical has none', () => {
    const curve = { time: Float64Array.of(closeOf('2024-03-04')), equity: Float64Array.of(99) };
    const input = { curve, trades: [], startEquity: 100, riskFree: 0 };
    expect(computeStatistics(input, STATISTICS_CONVENTIONS.papertape).sortino).toBeNaN();
  });
});

describe('days of the run before its first point', () => {
  // A holiday and a day without data, then three days: the account stands, rises 10 %, falls to where it was.
  const closes = ['2013-01-03', '2013-01-04', '2013-01-07'].map(closeOf);
  const statisticsOf = (name: keyof typeof STATISTICS_CONVENTIONS, benchmarkBefore?: number) =>
    computeStatistics(
      {
        curve: { time: Float64Array.from(closes), equity: Float64Array.of(100, 110, 100) },
        trades: [],
        since: fromNewYork(parseDate('2013-01-01'), 0),
        startEquity: 100,
        benchmark: Float64Array.of(50, 55, 50),
        ...(benchmarkBefore === undefined ? {} : { benchmarkBefore }),
        riskFree: 0,
      },
      STATISTICS_CONVENTIONS[name],
    );

  it('have returns of nothing under lean, and are not there under others', () => {
    const volatilityOf = (returns: number[]): number => {
      const mean = returns.reduce((sum, one) => sum + one, 0) / returns.length;
      const squares = returns.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      return Math.sqrt((squares / (returns.length - 1)) * 252);
    };
    const [rise, fall] = [0.1, 100 / 110 - 1];
    // The second, third, fourth, the weekend, and the seventh.
    expect(statisticsOf('lean').annualVolatility).toBeCloseTo(volatilityOf([0, 0, rise, 0, 0, fall]), 12);
    expect(statisticsOf('papertape').annualVolatility).toBeCloseTo(volatilityOf([0, rise, fall]), 12);
  });

  it('let the benchmark move from its close before the run, where that is known', () => {
    expect(statisticsOf('lean').beta).toBeCloseTo(1, 12);
    expect(statisticsOf('lean', 50).beta).toBeCloseTo(1, 12);
    // It rose by a quarter to the first point, on which the account stood still.
    expect(statisticsOf('lean', 40).beta).toBeLessThan(0.5);
    expect(statisticsOf('papertape', 40).beta).toBeCloseTo(1, 12);
  });
});

describe('points before regular hours', () => {
  // A weekend before the run, then days with a point at eight, and two in regular hours.
  const DATES = ['2013-10-07', '2013-10-08', '2013-10-09', '2013-10-10'];
  const since = fromNewYork(parseDate('2013-10-05'), 0);
  /** `early` is the price of the benchmark at eight, as a part of the close before. */
  const figuresOf = (early: number | undefined, benchmarkBefore?: number): readonly number[] => {
    const rows = DATES.flatMap((date, day) => {
      const [equity, price] = [100 + (day % 2), 50 + day ** 2];
      const at = (hour: number, part: number): readonly [number, number, number] => [
        fromNewYork(parseDate(date), hour * HOUR),
        day === 0 ? 100 : 100 + ((day - 1) % 2),
        part * price,
      ];
      const later = [at(11, 1), [fromNewYork(parseDate(date), 16 * HOUR), equity, price] as const];
      return early === undefined ? later : [at(8, early), ...later];
    });
    const time = Float64Array.from(rows, ([one]) => one);
    const benchmark = Float64Array.from(rows, ([, , price]) => price);
    const { alpha, beta, trackingError } = computeStatistics(
      {
        curve: { time, equity: Float64Array.from(rows, ([, equity]) => equity) },
        trades: [],
        since,
        startEquity: 100,
        benchmark,
        sampledBenchmark: regularPrices(benchmark, time, benchmarkBefore),
        ...(benchmarkBefore === undefined ? {} : { benchmarkBefore }),
        riskFree: 0,
      },
      STATISTICS_CONVENTIONS.lean,
    );
    return [alpha, beta, trackingError];
  };

  it('change nothing in what a benchmark of regular hours makes of the days before the run', () => {
    const expected = figuresOf(undefined, 40);
    expect(expected.every(Number.isFinite)).toBe(true);
    expect(figuresOf(1.1, 40)).toEqual(expected);
    expect(figuresOf(NaN, 40)).toEqual(expected);
  });

  it('keep the days before the run where the close before it is not known', () => {
    // The benchmark stands on those days, from its first price on or from its first in regular hours.
    expect(figuresOf(1, undefined)).toEqual(figuresOf(undefined, 50));
    expect(figuresOf(NaN, undefined)).toEqual(figuresOf(undefined, 50));
  });

  it('have the close before the run, the last price where that is not known, and none before the first', () => {
    const time = Float64Array.of(4, 8, 11, 18).map((hour) => fromNewYork(parseDate('2013-10-07'), hour * HOUR));
    const prices = Float64Array.of(NaN, 51, 52, 53);
    expect([...regularPrices(prices, time, 40)]).toEqual([40, 40, 52, 52]);
    expect([...regularPrices(prices, time)]).toEqual([NaN, 51, 52, 52]);
  });

  it('look up every time by itself for the same, over days with early closes and without a session', () => {
    const start = fromNewYork(parseDate('2013-11-27'), 0);
    const point = fc.tuple(fc.constantFrom(0, 1, 20, 60, 389, 700, 3000), fc.constantFrom(NaN, 50, 51, 52));
    fc.assert(
      fc.property(fc.array(point, { maxLength: 80 }), fc.constantFrom(undefined, 40), (points, before) => {
        let minutes = 0;
        const time = Float64Array.from(points, ([step]) => start + (minutes += step) * 60_000_000);
        const prices = Float64Array.from(points, ([, price]) => price);
        const isRegular = (at: number): boolean => {
          const session = sessionOf(newYorkDate(at));
          return session !== undefined && at > session.open && at <= session.close;
        };
        const wanted = [...prices].map((price, index) => {
          const last = time.subarray(0, index + 1).findLastIndex(isRegular);
          const known = last < 0 ? (before ?? NaN) : (prices[last] ?? NaN);
          return Number.isNaN(known) ? price : known;
        });
        const regular = regularPrices(prices, time, before);
        expect([...regular]).toEqual(wanted);
        // Once more they are the same.
        expect(regularPrices(regularPrices(prices, time), time)).toEqual(regularPrices(prices, time));
      }),
    );
  });
});

describe('trade statistics', () => {
  it('says NaN, not a number, for what no trades can tell', () => {
    const none = tradeStatistics([]);
    expect(none.trades).toBe(0);
    expect([none.winRate, none.expectancy, none.sqn, none.kelly].every(Number.isNaN)).toBe(true);
  });
});

describe('exposure', () => {
  const exposureOf = (name: keyof typeof STATISTICS_CONVENTIONS, closed: [number, number][], openSince?: number) =>
    computeStatistics(
      {
        curve: { time: Float64Array.from({ length: 10 }, (_, day) => day * DAY), equity: new Float64Array(10).fill(1) },
        trades: closed.map(([entry, exit]) => ({
          entryTime: entry * DAY,
          exitTime: exit * DAY,
          pnl: 0,
          returnFraction: 0,
        })),
        startEquity: 1,
        riskFree: 0,
        ...(openSince === undefined ? {} : { openSince: openSince * DAY }),
      },
      STATISTICS_CONVENTIONS[name],
    ).exposure;

  it.each([
    { closed: [], openSince: undefined, papertape: 0, backtestingPy: 0 },
    { closed: [], openSince: 0, papertape: 1, backtestingPy: NaN },
    { closed: [[1, 2]], openSince: undefined, papertape: 0.2, backtestingPy: 0.2 },
    { closed: [[1, 2]], openSince: 8, papertape: 0.4, backtestingPy: 0.2 },
    { closed: [[4, 6]], openSince: 5, papertape: 0.6, backtestingPy: 0.3 },
  ] satisfies {
    closed: [number, number][];
    openSince: number | undefined;
    papertape: number;
    backtestingPy: number;
  }[])(
    'of $closed and an open one since $openSince is $papertape',
    ({ closed, openSince, papertape, backtestingPy }) => {
      expect(exposureOf('papertape', closed, openSince)).toBe(papertape);
      expect(exposureOf('backtesting.py', closed, openSince)).toBe(backtestingPy);
    },
  );

  it('is the share of points that a look at each of them finds held', () => {
    const day = fc.integer({ min: -2, max: 12 });
    const trades = fc.array(fc.tuple(day, fc.nat(5)).map(([entry, days]): [number, number] => [entry, entry + days]));
    fc.assert(
      fc.property(trades, fc.option(day, { nil: undefined }), (closed, openSince) => {
        const isHeld = (at: number): boolean => closed.some(([entry, exit]) => at >= entry && at <= exit);
        const points = Array.from({ length: 10 }, (_, at) => at);
        const isOpen = (at: number): boolean => openSince !== undefined && at >= openSince;
        const all = points.filter((at) => isHeld(at) || isOpen(at)).length / 10;
        expect(exposureOf('papertape', closed, openSince)).toBe(all);
        if (closed.length > 0) {
          expect(exposureOf('backtesting.py', closed, openSince)).toBe(points.filter(isHeld).length / 10);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the lean convention', () => {
  const noon = (date: string): number => fromNewYork(parseDate(date), 12 * HOUR);
  const times = ['2013-10-02', '2013-10-03', '2013-10-04'].map(noon);
  const statistics = computeStatistics(
    {
      curve: { time: Float64Array.from(times), equity: Float64Array.of(100, 101, 100.495) },
      trades: [],
      since: fromNewYork(parseDate('2013-10-02'), 0),
      startEquity: 100,
      benchmark: Float64Array.of(50, 51, 50.49),
      riskFree: 0.01,
    },
    STATISTICS_CONVENTIONS.lean,
  );

  it('counts the days of growth from the start of the run', () => {
    expect(statistics.days).toBe(2);
    expect(statistics.cagr).toBeCloseTo(1.00495 ** (365 / 2.5) - 1, 12);
  });

  it('takes alpha and beta of yearly figures and daily returns', () => {
    // Half of the benchmark's 2 % and -1 %.
    expect(statistics.beta).toBeCloseTo(0.5, 12);
    const [own, market] = [1.0025 ** 252 - 1, 1.005 ** 252 - 1];
    expect(statistics.alpha).toBeCloseTo(own - 0.01 - 0.5 * (market - 0.01), 9);
  });
});
