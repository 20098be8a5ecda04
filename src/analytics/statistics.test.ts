import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWithReferenceData, referenceData } from '../../test/referenceData.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { DAY, HOUR } from '../domain/timeframe.js';
import { regularPrices } from './benchmarkHistory.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { dailyReturns } from './dailyReturns.js';
import { drawdowns, longestRecovery } from './drawdowns.js';
import { formatDays } from './figureText.js';
import { logReturns, logReturnSlope, sampleEquity, slope } from './returns.js';
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

describe('drawdowns', () => {
  const curve = (equity: number[]) => ({
    time: Float64Array.from(equity, (_, day) => day * DAY),
    equity: Float64Array.from(equity),
  });

  it('counts falls between peaks, and one that is still open at the end', () => {
    // 100 → 80 → 110: 20 % over two days. 110 → 99 → 88 at the end: 20 % over two days.
    expect(drawdowns(curve([100, 80, 110, 99, 88]))).toEqual({
      maxDrawdown: 1 - 80 / 100,
      averageDrawdown: (1 - 80 / 100 + (1 - 88 / 110)) / 2,
      maxDrawdownDays: 2,
      averageDrawdownDays: 2,
    });
  });

  it('is zero for a curve that never falls', () => {
    expect(drawdowns(curve([1, 1, 2, 3]))).toEqual({
      maxDrawdown: 0,
      averageDrawdown: 0,
      maxDrawdownDays: 0,
      averageDrawdownDays: 0,
    });
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

// compute_stats of backtesting.py 0.6.6 on these points and trades: lengths in hours and in minutes.
describe('lengths of falls and trades within days', () => {
  const equity = [10_000, 10_000, 9950, 9980, 10_020, 10_010, 9990, 9970, 10_030, 10_040, 10_020, 10_000, 9990, 9995];
  const hours = equity.map((_, hour) =>
    fromNewYork(parseDate('2024-03-07') + Math.floor(hour / 7), (9.5 + (hour % 7)) * HOUR),
  );
  const minutes = equity.map((_, step) => fromNewYork(parseDate('2024-03-08'), (9.5 + step / 12) * HOUR));
  const lengthsOf = (name: keyof typeof STATISTICS_CONVENTIONS, times: readonly number[]): readonly number[] => {
    const trades = [
      [1, 3, 102 / 100 - 1],
      [4, 8, 100 / 101 - 1],
    ].map(([entry = 0, exit = 0, returnFraction = 0]) => ({
      entryTime: times[entry] ?? 0,
      exitTime: times[exit] ?? 0,
      pnl: 1000 * returnFraction,
      returnFraction,
    }));
    const curve = { time: Float64Array.from(times), equity: Float64Array.from(equity) };
    const s = computeStatistics({ curve, trades, startEquity: 10_000, riskFree: 0 }, STATISTICS_CONVENTIONS[name]);
    return [s.maxDrawdownDays, s.averageDrawdownDays, s.maxTradeDays, s.averageTradeDays];
  };

  it('are rounded up to the unit of the time between points under backtesting.py, to days under others', () => {
    const inHours = lengthsOf('backtesting.py', hours).map((days) => days * 24);
    const inMinutes = lengthsOf('backtesting.py', minutes).map((days) => days * 24 * 60);
    for (const [index, wanted] of [21, 10, 21, 12].entries()) expect(inHours[index]).toBeCloseTo(wanted, 9);
    for (const [index, wanted] of [20, 19, 20, 15].entries()) expect(inMinutes[index]).toBeCloseTo(wanted, 9);
    expect(lengthsOf('papertape', hours)).toEqual([1, 1, 1, 1]);
  });

  it.each([
    [3, '3 days'],
    [1, '1 day'],
    [13 / 6, '2 days 4 h'],
    [5 / 24, '5 h'],
    [19 / 1440, '19 min'],
    [1 + 61 / 86_400, '1 day 1 min 1 s'],
    [1e-9, '0 days'],
    [NaN, 'n/a'],
  ])('are told as people do: %d', (days, text) => {
    expect(formatDays(days)).toBe(text);
  });
});

describe('returns that differ by rounding only', () => {
  const time = Float64Array.from({ length: 60 }, (_, day) => closeOf('2024-01-02') + day * DAY);

  it.each([0.001, 0.01, 0.0001, -0.001])('bear no ratio to their spread: %d a day', (rate) => {
    const equity = Float64Array.from(time, (_, day) => 100_000 * (1 + rate) ** (day + 1));
    const benchmark = equity.map((value) => 1.5 * value);
    for (const convention of Object.values(STATISTICS_CONVENTIONS)) {
      const input = { curve: { time, equity }, trades: [], startEquity: 100_000, benchmark, riskFree: 0 };
      const { sharpe, annualVolatility, beta, alpha, informationRatio, trackingError, treynorRatio } =
        computeStatistics(input, convention);
      expect([sharpe, beta, alpha, annualVolatility], convention.name).toEqual([NaN, NaN, NaN, 0]);
      // The first return of the benchmark is from its first price, and so 0, where it counts.
      if (convention.firstReturn === 'counted') continue;
      expect([informationRatio, treynorRatio, trackingError], convention.name).toEqual([NaN, NaN, 0]);
    }
  });
});

describe('the slope of log returns', () => {
  const level = fc.double({ min: 1, max: 1e6, noNaN: true });

  it('is that of the returns themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(level, level), { minLength: 3, maxLength: 200 }), (pairs) => {
        const market = logReturns(Float64Array.from(pairs, ([one]) => one));
        const equity = Float64Array.from(pairs, ([, other]) => other);
        expect(logReturnSlope(market, equity)).toBeCloseTo(slope(market, logReturns(equity)), 9);
      }),
    );
  });

  it('is none of a market that stands still, and none of an account that lost all', () => {
    const still = new Float64Array(3);
    expect(logReturnSlope(still, Float64Array.of(1, 2, 3, 4))).toBeNaN();
    for (const equity of [
      [5, 2, -1, 4],
      [5, 4, 3, 0],
      [0, 5, 4, 3],
      [5, 0, 0, 4],
    ]) {
      expect(logReturnSlope(Float64Array.of(0.1, -0.1, 0.2), Float64Array.from(equity)), String(equity)).toBeNaN();
      expect(slope(Float64Array.of(0.1, -0.1, 0.2), logReturns(Float64Array.from(equity)))).toBeNaN();
    }
  });
});

describe('figures that are rounding alone', () => {
  const time = Float64Array.from({ length: 61 }, (_, day) => closeOf('2024-01-02') + day * DAY);
  const input = { trades: [], startEquity: 100_000, riskFree: 0.04 };
  const curveOf = (returns: (day: number) => number): Float64Array => {
    let worth = 100_000;
    return Float64Array.from(time, (_, day) => (day === 0 ? worth : (worth *= 1 + returns(day))));
  };

  // Each sign of the one comes as often with either sign of the other.
  const benchmark = curveOf((day) => ((day >> 1) % 2 === 0 ? 0.02 : -0.02));
  it.each([
    ['equity that is flat but for rounding', curveOf((day) => (day % 3 === 0 ? 2.3e-16 : -1.1e-16))],
    ['returns that do not go with the benchmark', curveOf((day) => (day % 2 === 0 ? 0.011 : -0.009))],
  ])('there is no ratio to a beta of rounding: %s', (_, equity) => {
    for (const convention of Object.values(STATISTICS_CONVENTIONS)) {
      const { treynorRatio } = computeStatistics({ ...input, curve: { time, equity }, benchmark }, convention);
      expect(treynorRatio, convention.name).toBeNaN();
    }
  });

  it.each([1e-6, 1e-8, 1e-10])('the spread of returns is kept however small it is: %d', (spread) => {
    const equity = curveOf((day) => 0.001 + (day % 2 === 0 ? spread : -spread));
    const curve = { time, equity };
    const { annualVolatility } = computeStatistics({ ...input, curve }, STATISTICS_CONVENTIONS['backtesting.py']);
    // For so small a spread the compounded deviation is the scaled one, grown over the other periods of a year.
    const expected = Math.sqrt((spread ** 2 * 60) / 59) * Math.sqrt(252) * 1.001 ** 251;
    expect(annualVolatility / expected).toBeCloseTo(1, 3);
  });

  it('losses that are rounding are none', () => {
    const equity = curveOf((day) => (day % 3 === 0 ? 0.001 : -1.2e-16));
    for (const convention of [STATISTICS_CONVENTIONS.papertape, STATISTICS_CONVENTIONS['backtesting.py']]) {
      const { sortino } = computeStatistics({ ...input, curve: { time, equity } }, convention);
      expect(sortino, convention.name).toBeNaN();
    }
  });
});

describe('the longest recovery', () => {
  const since = fromNewYork(parseDate('2024-03-04'), 0);
  /** Equity at the closes of days from Monday, 4 March 2024 on. */
  const daysOf = (...equity: readonly number[]): number => {
    const time = Float64Array.from(equity, (_, day) => since + day * DAY + 16 * HOUR);
    return longestRecovery({ time, equity: Float64Array.from(equity) }, 100, since);
  };

  it.each([
    ['of no fall', [100, 101, 102], 0],
    ['of one that goes on', [101, 99, 98, 97], 0],
    ['of a peak that stood until midnight: two thirds more than a day', [101, 99, 101], 1],
    ['of the start', [99, 98, 97, 100], 3],
    ['of the longest of two, the other deeper', [101, 60, 101, 100, 100, 100, 101], 3],
  ])('%s', (_, equity, days) => {
    expect(daysOf(...equity)).toBe(days);
  });

  it('is counted from the peak itself within a day', () => {
    const time = Float64Array.from([10, 11, 59], (hour) => since + hour * HOUR);
    expect(longestRecovery({ time, equity: Float64Array.of(101, 100, 101) }, 100, since)).toBe(2);
  });
});

describe('the points that falls are measured on', () => {
  const open = fromNewYork(parseDate('2013-10-07'), 9.5 * HOUR);
  const MINUTE = HOUR / 60;
  // Minutes of two days, equity 100 but for a dip to 90 at one of them.
  const timeOf = (minute: number): number => open + (minute < 100 ? minute : minute - 100 + 24 * 60) * MINUTE;
  const fallOf = (name: keyof typeof STATISTICS_CONVENTIONS, dip: number, runDays = 1): number => {
    const time = Float64Array.from({ length: 200 }, (_, minute) => timeOf(minute));
    const equity = Float64Array.from(time, (_, minute) => (minute === dip ? 90 : 100));
    const since = fromNewYork(parseDate('2013-10-08') + 1 - runDays, 0);
    const input = { curve: { time, equity }, trades: [], since, startEquity: 100, riskFree: 0 };
    return computeStatistics(input, STATISTICS_CONVENTIONS[name]).maxDrawdown;
  };

  it('are all of them, or under lean those more than four minutes after the one before', () => {
    const dips = [0, 1, 4, 5, 9, 10];
    expect(dips.map((dip) => fallOf('papertape', dip) > 0.09)).toEqual([true, true, true, true, true, true]);
    expect(dips.map((dip) => fallOf('lean', dip) > 0.09)).toEqual([false, false, false, true, false, true]);
  });

  it('are at least a four-thousandth of a long run apart', () => {
    // Of 40 days that is 14.4 minutes.
    expect([5, 14, 15, 30].map((dip) => fallOf('lean', dip, 40) > 0.09)).toEqual([false, false, true, true]);
  });

  // R PerformanceAnalytics 2.1.0 as QuantStats records it (tests/data/reference_values.json at b7a78726): the starting
  // capital counts as a peak. Seven losses, so that the first return is part of the deepest fall.
  it('begin with the start under papertape, and with the first point under backtesting.py', () => {
    const losses = [
      -0.018720930383, -0.014303070725, -0.014572173794, -0.003467788444, -0.025038397377, -0.001677869157,
      -0.010129521509,
    ];
    let wealth = 10_000;
    const equity = Float64Array.from(losses, (loss) => (wealth *= 1 + loss));
    const time = Float64Array.from(losses, (_, day) => closeOf('2024-03-04') + day * DAY);
    const of = (name: keyof typeof STATISTICS_CONVENTIONS) =>
      computeStatistics(
        { curve: { time, equity }, trades: [], startEquity: 10_000, riskFree: 0 },
        STATISTICS_CONVENTIONS[name],
      );
    expect(of('papertape').maxDrawdown).toBeCloseTo(0.08485758410265398, 12);
    expect(of('papertape').calmar).toBeCloseTo(-11.30038738924165, 8);
    expect(of('backtesting.py').maxDrawdown).toBeCloseTo(1 - (1 - 0.08485758410265398) / (1 - 0.018720930383), 12);
    expect([of('papertape').maxDrawdownDays, of('backtesting.py').maxDrawdownDays]).toEqual([6, 6]);
  });

  it('has no Sortino ratio of one return under papertape, as empyrical has none', () => {
    const curve = { time: Float64Array.of(closeOf('2024-03-04')), equity: Float64Array.of(99) };
    const input = { curve, trades: [], startEquity: 100, riskFree: 0 };
    expect(computeStatistics(input, STATISTICS_CONVENTIONS.papertape).sortino).toBeNaN();
  });

  it('begin anew each morning, and have the last of each day', () => {
    expect([98, 99, 100, 101, 105].map((dip) => fallOf('lean', dip) > 0.09)).toEqual([false, true, true, false, true]);
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

describe('days of a curve', () => {
  it('are those of New York, point by point, also where clocks change', () => {
    const start = fromNewYork(parseDate('2024-03-07'), 0);
    const steps = fc.array(fc.integer({ min: 1, max: 40 * 60 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.constantFrom(start, fromNewYork(parseDate('2024-11-01'), 0)), (minutes, from) => {
        let time = from;
        const times = minutes.map((step) => (time += step * 60_000_000));
        const equity = times.map((_, index) => 100 + index);
        const last = new Map(times.map((at, index) => [newYorkDate(at), equity[index] ?? 0]));
        const curve = { time: Float64Array.from(times), equity: Float64Array.from(equity) };
        const closes = [...last.values()];
        expect([...sampleEquity(curve, 'tradingDay')]).toEqual(closes);
        const { dates, returns } = dailyReturns(curve, 100);
        expect([...dates]).toEqual([...last.keys()]);
        expect([...returns]).toEqual(closes.map((close, index) => close / (closes[index - 1] ?? 100) - 1));
      }),
      { numRuns: 200 },
    );
  });
});

describe('log returns', () => {
  it('are logarithms of the growth, 0 where nothing moves', () => {
    expect([...logReturns(Float64Array.of(1, 1, 2, 2, 0, 0))]).toEqual([0, Math.log(2), 0, -Infinity, NaN]);
    expect([...logReturns(new Float64Array())]).toEqual([]);
  });
});
