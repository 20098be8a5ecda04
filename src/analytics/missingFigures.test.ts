/** Every figure that has no number has a reason, of the right kind. */
import { describe, expect, it } from 'vitest';
import { DAY } from '../domain/timeframe.js';
import { SHARE } from '../domain/units.js';
import { closingFigures } from './closingFigures.js';
import { STATISTICS_CONVENTIONS } from './conventions.js';
import { dayFigures } from './dayFigures.js';
import { missingDayFigures, missingFigures, missingMonthFigures, missingText } from './missingFigures.js';
import { monthFigures } from './monthFigures.js';
import { computeStatistics, RUINED } from './statistics.js';
import type { Statistics } from './statistics.js';

interface Given {
  readonly equity: readonly number[];
  /** Returns of trades, a day each. */
  readonly trades?: readonly number[];
  readonly benchmark?: readonly number[];
}

function statisticsOf({ equity, trades = [], benchmark }: Given): readonly Statistics[] {
  const input = {
    curve: { time: Float64Array.from(equity, (_, day) => day * DAY), equity: Float64Array.from(equity) },
    trades: trades.map((returnFraction) => ({
      entryTime: 0,
      exitTime: DAY,
      pnl: 100 * returnFraction,
      returnFraction,
    })),
    startEquity: equity[0] ?? NaN,
    riskFree: 0,
    ...(benchmark === undefined ? {} : { benchmark: Float64Array.from(benchmark) }),
  };
  return Object.values(STATISTICS_CONVENTIONS).map((convention) => computeStatistics(input, convention));
}

/** Of shares that are bought at 100 and sold at each of some prices, by LEAN's convention. */
function statisticsOfClosings(exits: readonly number[], equity: readonly number[]): Statistics {
  const curve = { time: Float64Array.from(equity, (_, day) => day * DAY), equity: Float64Array.from(equity) };
  const fill = { symbolId: 0, quantity: SHARE, time: 0, fees: [] };
  const fills = exits.flatMap((price) => [
    { ...fill, side: 'buy', price: 100 } as const,
    { ...fill, side: 'sell', price } as const,
  ]);
  const closings = closingFigures({ fills, priceScale: 1, splits: [], curve, startEquity: 1000, days: 1 });
  return computeStatistics(
    { curve, trades: [], startEquity: equity[0] ?? NaN, riskFree: 0, closings },
    STATISTICS_CONVENTIONS.lean,
  );
}

const RISING = Array.from({ length: 30 }, (_, day) => 100 + day + (day % 3) / 10);
const MOVING = Array.from({ length: 30 }, (_, day) => 100 + Math.sin(day));

const NO_PRICE = 'the benchmark has no price';
const FEW_PAIRS = 'it takes 20 days that have a return of the benchmark too, there are 15';

describe('figures without a number', () => {
  it.each<[string, Given, Readonly<Record<string, string>>]>([
    ['a run of one point', { equity: [100] }, { sharpe: 'the returns do not vary, or are fewer than two' }],
    ['a run without trades', { equity: MOVING }, { winRate: 'no trade was closed', sqn: 'no trade was closed' }],
    ['one trade', { equity: MOVING, trades: [0.1] }, { sqn: 'it takes 2 trades, there is 1' }],
    ['equal trades', { equity: MOVING, trades: [0.1, 0.1] }, { sqn: 'all trades came to the same' }],
    ['trades that won', { equity: RISING, trades: [0.1, 0.2] }, { profitFactor: 'no trade lost' }],
    ['trades that came to nothing', { equity: RISING, trades: [0, 0] }, { profitFactor: 'no trade won or lost' }],
    ['a run that never falls', { equity: RISING }, { calmar: 'the equity never fell' }],
    [
      'equity that was below 0',
      { equity: [...MOVING, -20, 30, -10], benchmark: [...MOVING, 99, 98, 97] },
      { cagr: RUINED },
    ],
    [
      'a benchmark without any price',
      { equity: MOVING, benchmark: MOVING.map(() => NaN) },
      { buyAndHoldReturn: NO_PRICE, beta: NO_PRICE, informationRatio: NO_PRICE, treynorRatio: NO_PRICE },
    ],
    ['no benchmark', { equity: MOVING }, { beta: 'there is no benchmark', treynorRatio: 'there is no benchmark' }],
    [
      'a benchmark that stands still',
      { equity: MOVING, benchmark: MOVING.map(() => 50) },
      { beta: 'the benchmark does not move, or has fewer than two returns', treynorRatio: 'beta is 0 or n/a' },
    ],
  ])('say why: %s', (_, given, wanted) => {
    for (const statistics of statisticsOf(given)) {
      const missing = missingFigures(statistics, given.benchmark !== undefined);
      expect(missing, statistics.convention).toMatchObject(wanted);
      const without = Object.entries(statistics).filter(([, value]) => Number.isNaN(value));
      expect(Object.keys(missing)).toEqual(without.map(([name]) => name));
      expect(Object.values(missing)).not.toContain('the sample cannot support it');
    }
  });

  it('say of equity that was below 0 that this is why', () => {
    const given = { equity: [...MOVING, -20, 30], benchmark: [...MOVING, 99, 98] };
    const [own, backtestingPy] = statisticsOf(given).map((one) => missingFigures(one, true));
    const names = ['annualReturn', 'sharpe', 'sortino', 'calmar', 'alpha', 'beta', 'informationRatio', 'treynorRatio'];
    for (const name of names) expect(own?.[name], name).toBe(RUINED);
    expect(backtestingPy).toMatchObject({ alpha: RUINED, beta: RUINED });
    expect(statisticsOf({ equity: given.equity }).map((one) => missingFigures(one, false))[0]).toMatchObject({
      beta: 'there is no benchmark',
    });
  });

  it.each<[string, readonly number[], readonly number[], Readonly<Record<string, string>>]>([
    [
      'no fill',
      [],
      MOVING,
      {
        closingWinRate: 'no fill closed anything',
        averageWin: 'no fill closed anything',
        averageLoss: 'no fill closed anything',
        closingPayoff: 'no fill closed anything',
        closingExpectancy: 'no fill closed anything',
      },
    ],
    [
      'gains alone',
      [110, 120, 130],
      MOVING,
      {
        averageLoss: 'no closing fill lost',
        closingPayoff: 'no closing fill lost',
        closingExpectancy: 'no closing fill lost',
      },
    ],
    [
      'losses alone',
      [90, 80],
      MOVING,
      { averageWin: 'no closing fill had a profit', closingPayoff: 'no closing fill had a profit' },
    ],
    [
      'a gain, and one that came to nothing',
      [110, 100],
      MOVING,
      {
        closingPayoff: 'the closing fills without a profit lost nothing',
        closingExpectancy: 'the closing fills without a profit lost nothing',
      },
    ],
    ['gains and losses', [110, 90], MOVING, {}],
    ['one point', [110, 90], [100], { probabilisticSharpe: 'the returns do not vary, or are fewer than two' }],
    [
      'three returns',
      [110, 90],
      [100, 100, 100, 1000],
      { probabilisticSharpe: 'the returns are fewer than four, or too skewed for its error' },
    ],
  ])('say it of those of fills that close: %s', (_, exits, equity, wanted) => {
    const missing = missingFigures(statisticsOfClosings(exits, equity), false);
    const names = ['closingWinRate', 'averageWin', 'averageLoss', 'closingPayoff', 'closingExpectancy'];
    const own = Object.entries(missing).filter(([name]) => [...names, 'probabilisticSharpe'].includes(name));
    expect(Object.fromEntries(own)).toEqual(wanted);
  });

  it('leave LEAN no figure of returns where there are fewer than two', () => {
    for (const equity of [[100], [100, 101]]) {
      const missing = missingFigures(statisticsOfClosings([], equity), false);
      const names = ['annualVolatility', 'sharpe', 'sortino', 'probabilisticSharpe'];
      for (const name of names) expect(Object.keys(missing), String(equity)).toContain(name);
    }
  });

  it('say why those of days are missing', () => {
    const of = (equity: readonly number[]): Readonly<Record<string, string>> =>
      missingDayFigures(
        dayFigures({ time: Float64Array.from(equity, (_, day) => day * DAY), equity: Float64Array.from(equity) }, 100),
        false,
      );
    expect(of([100, 101])).toMatchObject({ omega: 'it takes 20 daily returns, there are 2' });
    expect(of([100, 100])).toMatchObject({ gaining: 'no day moved', omega: 'it takes 20 daily returns, there are 2' });
    const ruined = { stability: RUINED, ulcerIndex: RUINED, martinRatio: RUINED, recoveryFactor: RUINED };
    expect(of([...MOVING, -20, 30])).toMatchObject(ruined);
    expect(of([...MOVING, 0, 0])).toMatchObject({ ...ruined, best: RUINED, worst: RUINED });
    expect(of(RISING)).toMatchObject({
      martinRatio: 'no day ended below an earlier one',
      recoveryFactor: 'no day ended below an earlier one',
    });
    expect(of(RISING)).toMatchObject({ omega: 'no day lost' });
    expect(of(RISING.map(() => 100))).toMatchObject({
      gaining: 'no day moved',
      tailRatio: 'one day in twenty came to exactly 0',
      skewness: 'the returns do not vary, or are fewer than two',
    });
    expect(of(MOVING)).toEqual({
      dailyBeta: 'there is no benchmark',
      correlation: 'there is no benchmark',
      upCapture: 'there is no benchmark',
      downCapture: 'there is no benchmark',
    });
  });

  it.each<[string, readonly number[], Readonly<Record<string, string>>]>([
    ['never fell', RISING, { downCapture: 'the benchmark fell on no day' }],
    ['never rose', RISING.map((value) => 1000 - value), { upCapture: 'the benchmark rose on no day' }],
    [
      'stood still',
      RISING.map(() => 7),
      {
        dailyBeta: 'the daily returns of the benchmark do not vary',
        correlation: 'the daily returns of either do not vary',
        upCapture: 'the benchmark rose on no day',
        downCapture: 'the benchmark fell on no day',
      },
    ],
    [
      'has few days',
      RISING.map((value, day) => (day < 15 ? NaN : value)),
      { dailyBeta: FEW_PAIRS, correlation: FEW_PAIRS, upCapture: FEW_PAIRS, downCapture: FEW_PAIRS },
    ],
    [
      'has no price',
      RISING.map(() => NaN),
      { dailyBeta: NO_PRICE, correlation: NO_PRICE, upCapture: NO_PRICE, downCapture: NO_PRICE },
    ],
  ])('say why, against a benchmark that %s', (_, benchmark, wanted) => {
    const curve = { time: Float64Array.from(MOVING, (__, day) => day * DAY), equity: Float64Array.from(MOVING) };
    const missing = missingDayFigures(dayFigures(curve, 100, Float64Array.from(benchmark)), true);
    expect(missing).toEqual(wanted);
  });

  it('say why those of months are missing', () => {
    const of = (returns: readonly number[]): Readonly<Record<string, string>> =>
      missingMonthFigures(monthFigures(returns.map((value) => ({ name: '', profit: 0, returnFraction: value }))));
    expect(of([0, 0])).toEqual({
      gaining: 'no month moved',
      averageGain: 'no month gained',
      averageLoss: 'no month lost',
      gainToPain: 'it takes 12 months, there are 2',
    });
    expect(of(RISING.map(() => 0.1))).toEqual({ averageLoss: 'no month lost', gainToPain: 'no month lost' });
    expect(of([0.1, NaN])).toMatchObject({ best: RUINED, worst: RUINED });
  });

  it('are told with one reason for many', () => {
    const [statistics] = statisticsOf({ equity: RISING, benchmark: MOVING });
    expect(missingText(statistics === undefined ? {} : missingFigures(statistics, true))).toBe(
      'sortino: no return lost, or there are fewer than two; calmar: the equity never fell; win rate, best trade, ' +
        'worst trade, average trade, profit factor, expectancy, SQN, kelly: no trade was closed',
    );
    expect(missingText({})).toBe('');
  });
});
