/** The live figures equal the batch formulas after every prefix, and say what they cannot say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { dateOf } from '../calendar/tradingDate.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { alphaBeta, informationRatio, trackingError, treynorRatio } from './benchmarkMetrics.js';
import { dayFigures, FEWEST_DAYS } from './dayFigures.js';
import { drawdowns } from './drawdowns.js';
import { valueOf } from './figure.js';
import type { Figure } from './figure.js';
import { PerformanceTracker } from './PerformanceTracker.js';
import type { PerformanceFigures, PerformancePoint, TrackedTrade } from './PerformanceTracker.js';
import { returnsByDay } from './periodReturns.js';
import * as batch from './returnMetrics.js';
import type { EquityCurve } from './returns.js';
import { isStill } from './samples.js';
import { RUINED } from './statistics.js';
import { tradeStatistics } from './tradeStatistics.js';

const START = 100_000;
const YEARLY = batch.PERIODS_PER_YEAR.daily;
const FIRST = dateOf(2024, 1, 2);
const NEVER_FELL = 'no day ended below an earlier one';
const NO_TAIL = 'one day in twenty came to exactly 0';
const NOTHING = { value: expect.closeTo(0, 12) as number };
/** What has no meaning once the equity was 0 or below. */
const OF_RETURNS = [
  ...(['annualReturn', 'annualVolatility', 'sharpe', 'sortino', 'calmar', 'omega', 'tailRatio'] as const),
  ...(['valueAtRisk', 'conditionalValueAtRisk', 'bestDay', 'worstDay', 'alpha', 'beta', 'trackingError'] as const),
  ...(['informationRatio', 'treynorRatio', 'meanExposure', 'turnover'] as const),
];
const MARKET_STILL = { unsupported: 'the daily returns of the benchmark do not vary' };

/** The number of a figure; undefined for what is none or has none. */
function valueIn(one: unknown): number | undefined {
  return typeof one === 'object' && one !== null && 'value' in one ? Number(one.value) : undefined;
}

/** Points of consecutive dates, one to three a day; steps are fractions. */
const walks = fc.array(
  fc.record({
    move: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
    market: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
    exposure: fc.constantFrom(0, 0, 50_000, 150_000),
    nextDay: fc.boolean(),
  }),
  { minLength: 1, maxLength: 90 },
);

const trades = fc.array(
  fc.record({
    pnl: fc.oneof(fc.constant(0), fc.double({ min: -500, max: 700, noNaN: true })),
    days: fc.integer({ min: 0, max: 9 }),
    owner: fc.constantFrom('gap', 'orb', 'manual'),
    risk: fc.option(fc.double({ min: 10, max: 300, noNaN: true }), { nil: undefined }),
  }),
  { maxLength: 40 },
);

function pointsOf(steps: readonly { move: number; market: number; exposure: number; nextDay: boolean }[]) {
  let day = FIRST;
  let hour = 10;
  let equity = START;
  let benchmark = 400;
  return steps.map(({ move, market, exposure, nextDay }): PerformancePoint => {
    if (nextDay || hour > 15) [day, hour] = [day + 1, 10];
    else hour += 1;
    equity *= 1 + move;
    benchmark *= 1 + market;
    return { time: fromNewYork(day, hour * HOUR), equity, grossExposure: exposure, benchmark };
  });
}

function curveOf(points: readonly PerformancePoint[], of: (point: PerformancePoint) => number): EquityCurve {
  return { time: Float64Array.from(points, ({ time }) => time), equity: Float64Array.from(points, of) };
}

const close = (actual: Figure, wanted: number, what: string): void => {
  if (!Number.isFinite(wanted)) expect(actual, what).toHaveProperty('unsupported');
  else expect(Math.abs(valueOf(actual) - wanted), what).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(wanted)));
};

/** Every figure again by the batch formulas over the whole prefix. */
function compare(figures: PerformanceFigures, points: readonly PerformancePoint[]): void {
  const curve = curveOf(points, ({ equity }) => equity);
  const own = returnsByDay(curve, START).map(({ returnFraction }) => returnFraction);
  const firstMarket = points[0]?.benchmark ?? NaN;
  const market = returnsByDay(
    curveOf(points, ({ benchmark }) => benchmark ?? NaN),
    firstMarket,
  );
  const marketReturns = market.map(({ returnFraction }) => returnFraction);
  expect(figures.days).toBe(own.length);
  const many = (value: number): number => (own.length < FEWEST_DAYS ? NaN : value);
  close(figures.startEquity, points.length === 0 ? NaN : START, 'start');
  close(figures.totalReturn, (points.at(-1)?.equity ?? NaN) / START - 1, 'total return');
  close(figures.annualVolatility, many(batch.annualVolatility(own, YEARLY)), 'volatility');
  close(figures.sharpe, many(isStill(own) ? NaN : batch.sharpeRatio(own, 0, YEARLY)), 'Sharpe');
  close(figures.sortino, many(batch.sortinoRatio(own, 0, YEARLY)), 'Sortino');
  close(figures.omega, many(batch.omegaRatio(own, 0, 0, YEARLY)), 'omega');
  close(figures.tailRatio, many(batch.tailRatio(own)), 'tail ratio');
  close(figures.valueAtRisk, many(batch.valueAtRisk(own, 0.05)), 'VaR');
  close(figures.conditionalValueAtRisk, many(batch.conditionalValueAtRisk(own, 0.05)), 'CVaR');
  const { alpha, beta } = alphaBeta(own, marketReturns, { periodsPerYear: YEARLY });
  close(figures.alpha, many(alpha), 'alpha');
  close(figures.beta, many(beta), 'beta');
  close(figures.trackingError, many(trackingError(own, marketReturns, YEARLY)), 'tracking error');
  const lead = informationRatio(own, marketReturns, YEARLY);
  close(figures.informationRatio, many(isStill(batch.excess(own, marketReturns)) ? NaN : lead), 'information ratio');
  close(figures.treynorRatio, many(treynorRatio(own, marketReturns, { periodsPerYear: YEARLY })), 'Treynor ratio');
  const falls = drawdowns(curve, START);
  close(figures.maxDrawdown, falls.maxDrawdown, 'largest fall');
  expect(figures.maxDrawdownDays).toBe(falls.maxDrawdownDays);
  const inMarket = points.filter(({ grossExposure }) => grossExposure > 0).length;
  close(figures.timeInMarket, inMarket / points.length, 'time in the market');
  const exposures = points.map(({ grossExposure, equity }) => grossExposure / equity);
  close(figures.meanExposure, exposures.reduce((a, b) => a + b, 0) / points.length, 'exposure');
  for (const { window, volatility, sharpe, beta: rollingBeta } of figures.rolling) {
    const enough = own.length >= window;
    const [last, lastMarket] = [own.slice(-window), marketReturns.slice(-window)];
    close(volatility, enough ? batch.annualVolatility(last, YEARLY) : NaN, 'rolling volatility');
    close(sharpe, enough && !isStill(last) ? batch.sharpeRatio(last, 0, YEARLY) : NaN, 'rolling Sharpe');
    close(rollingBeta, enough ? alphaBeta(last, lastMarket, { periodsPerYear: YEARLY }).beta : NaN, 'rolling beta');
  }
}

function trackedOf({
  pnl,
  days,
  owner,
  risk,
}: {
  pnl: number;
  days: number;
  owner: string;
  risk?: number | undefined;
}) {
  const trade: TrackedTrade = {
    owner,
    symbol: 'AAPL',
    session: 'regular',
    side: 'long',
    entryTime: fromNewYork(FIRST, 10 * HOUR),
    exitTime: fromNewYork(FIRST + days, 11 * HOUR),
    pnl,
    returnFraction: pnl / 10_000,
    rMultiple: risk === undefined ? { unsupported: 'no stop' } : { value: pnl / risk },
    maxAdverse: { value: Math.min(0, pnl) },
    maxFavourable: { value: Math.max(0, pnl) },
  };
  return trade;
}

const NO_PRICE = { unsupported: 'the benchmark has no price' };

describe('the live performance of an account', () => {
  it('equals the batch formulas after every prefix', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        const points = pointsOf(steps);
        const tracker = new PerformanceTracker({ startEquity: START, windows: [2, 20] });
        points.forEach((point, index) => {
          tracker.addPoint(point);
          compare(tracker.figures, points.slice(0, index + 1));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('gives a yearly rate and a Calmar ratio once there are enough days', () => {
    const steps = Array.from({ length: 80 }, (_, index) => ({
      move: index % 3 === 0 ? -0.01 : 0.008,
      market: 0,
      exposure: 0,
      nextDay: true,
    }));
    const points = pointsOf(steps);
    const tracker = new PerformanceTracker({ startEquity: START });
    for (const point of points) tracker.addPoint(point);
    const own = returnsByDay(
      curveOf(points, ({ equity }) => equity),
      START,
    ).map((day) => day.returnFraction);
    close(tracker.figures.annualReturn, batch.annualReturn(own, YEARLY), 'yearly return');
    close(tracker.figures.calmar, batch.calmarRatio(own, YEARLY), 'Calmar');
  });

  it('equals the statistics of the trades after every prefix, whole and in groups', () => {
    fc.assert(
      fc.property(trades, (list) => {
        const tracker = new PerformanceTracker({ startEquity: START });
        list.forEach((raw, index) => {
          tracker.addTrade(trackedOf(raw));
          const prefix = list.slice(0, index + 1).map(trackedOf);
          const { trades: figures } = tracker.figures;
          const wanted = tradeStatistics(prefix);
          expect(figures.trades).toBe(wanted.trades);
          close(figures.hitRate, wanted.winRate, 'hit rate');
          close(figures.sqn, wanted.sqn, 'SQN');
          close(figures.expectancyReturn, wanted.expectancy, 'expectancy');
          const wins = prefix.filter(({ pnl }) => pnl > 0).map(({ pnl }) => pnl);
          const losses = prefix.filter(({ pnl }) => pnl < 0).map(({ pnl }) => -pnl);
          const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
          const factor = wins.length === 0 || losses.length === 0 ? NaN : sum(wins) / sum(losses);
          if (wins.length > 0) close(figures.profitFactor, factor, 'profit factor');
          close(figures.payoff, factor * (losses.length / wins.length), 'payoff');
          close(figures.expectancy, sum(prefix.map(({ pnl }) => pnl)) / prefix.length, 'mean result');
          const multiples = prefix.map(({ rMultiple }) => valueOf(rMultiple)).filter((value) => !Number.isNaN(value));
          close(figures.meanR, multiples.length === 0 ? NaN : sum(multiples) / multiples.length, 'mean R');
        });
        const groups = tracker.groups('owner');
        expect(groups.reduce((count, { figures }) => count + figures.trades, 0)).toBe(list.length);
        for (const { key, figures } of groups) {
          const own = list.filter(({ owner }) => owner === key).map(trackedOf);
          close(figures.sqn, tradeStatistics(own).sqn, `SQN of ${key}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says why there is no figure', () => {
    const tracker = new PerformanceTracker({ startEquity: START });
    expect(tracker.figures.totalReturn).toEqual({ unsupported: 'the account has no point yet' });
    tracker.addPoint({ time: fromNewYork(FIRST, 10 * HOUR), equity: START, grossExposure: 0 });
    const { figures } = tracker;
    expect(figures.totalReturn).toEqual({ value: 0 });
    expect(figures.sharpe).toEqual({ unsupported: 'it takes 20 daily returns, there is 1' });
    expect(figures.annualReturn).toEqual({ unsupported: 'a figure per year takes 60 days, these are 0' });
    expect(figures.beta).toEqual({ unsupported: 'there is no benchmark' });
    const measured = new PerformanceTracker({ startEquity: START, hasBenchmark: true, windows: [2] });
    for (const day of [0, 1]) {
      measured.addPoint({ time: fromNewYork(FIRST + day, 10 * HOUR), equity: START, grossExposure: 0 });
    }
    const { beta, rolling } = measured.figures;
    expect([beta, rolling[0]?.beta]).toEqual([NO_PRICE, NO_PRICE]);
    expect(figures.trades.sqn).toEqual({ unsupported: 'it takes 2 trades, there are 0' });
    expect(figures.trades.profitFactor).toEqual({ unsupported: 'no trade was closed' });
  });

  it.each([
    ['rises by the same part each day', 0.001, { sortino: 'no day lost', omega: 'no day lost', calmar: NEVER_FELL }],
    ['falls by the same part each day', -0.001, {}],
    ['stands still', 0, { sortino: 'no day lost', omega: 'no day lost', calmar: NEVER_FELL, tailRatio: NO_TAIL }],
  ])('says why of an account that %s, as its benchmark does', (_, rate, others) => {
    const tracker = new PerformanceTracker({ startEquity: START, windows: [20] });
    for (let day = 0; day < 70; day += 1) {
      const equity = START * (1 + rate) ** (day + 1);
      tracker.addPoint({ time: fromNewYork(FIRST + day, 10 * HOUR), equity, grossExposure: 0, benchmark: equity / 3 });
    }
    const { figures } = tracker;
    const still = { unsupported: 'the daily returns do not vary' };
    const wanted = Object.fromEntries(Object.entries(others).map(([name, reason]) => [name, { unsupported: reason }]));
    expect(figures).toMatchObject({ sharpe: still, annualVolatility: NOTHING, ...wanted });
    expect(figures.rolling[0]).toMatchObject({ sharpe: still, volatility: NOTHING, beta: MARKET_STILL });
    const numbers = Object.values(figures).filter(
      (one: unknown) => typeof one === 'object' && valueIn(one) !== undefined,
    );
    for (const one of numbers) expect(Math.abs(valueIn(one) ?? NaN)).toBeLessThan(1e9);
  });

  it.each([
    ['falls through 0 for good', (day: number) => START * (1 - day / 50)],
    ['is exactly 0 on one day', (day: number) => (day === 30 ? 0 : START + day)],
    ['owes on one day and comes back', (day: number) => START * (day === 30 ? -0.5 : 1 + Math.sin(day) / 50)],
  ])('has no figure of the returns of an account that %s, for that reason', (_, equityOn) => {
    const tracker = new PerformanceTracker({ startEquity: START, hasBenchmark: true, windows: [5] });
    const points = Array.from({ length: 70 }, (_day, day) => {
      const time = fromNewYork(FIRST + day, 10 * HOUR);
      return { time, equity: equityOn(day), grossExposure: 50_000, benchmark: 400 + Math.cos(day) };
    });
    for (const point of points) tracker.addPoint(point);
    const { figures } = tracker;
    const gone = { unsupported: RUINED };
    for (const name of OF_RETURNS) expect(figures[name], name).toEqual(gone);
    const rolling = { window: 5, volatility: gone, sharpe: gone, sortino: gone, maxDrawdown: gone, beta: gone };
    expect(figures.rolling).toEqual([rolling]);
    const ofDays = dayFigures(
      curveOf(points, ({ equity }) => equity),
      START,
    );
    for (const name of ['omega', 'valueAtRisk', 'best', 'worst'] as const) expect(ofDays[name], name).toBeNaN();
    const falls = drawdowns(
      curveOf(points, ({ equity }) => equity),
      START,
    );
    close(figures.maxDrawdown, falls.maxDrawdown, 'largest fall');
    close(figures.totalReturn, (points.at(-1)?.equity ?? NaN) / START - 1, 'total return');
    expect(figures.timeInMarket).toEqual({ value: 1 });
  });

  it('gives figures against a benchmark that begins late once it has days enough', () => {
    const tracker = new PerformanceTracker({ startEquity: START, windows: [20] });
    const addDay = (day: number, benchmark: number | undefined): void => {
      const equity = START * (1 + Math.sin(day) / 50);
      const time = fromNewYork(FIRST + day, 10 * HOUR);
      tracker.addPoint({ time, equity, grossExposure: 0, ...(benchmark === undefined ? {} : { benchmark }) });
    };
    for (let day = 0; day < 30; day += 1) addDay(day, day < 25 ? undefined : 400 + Math.cos(day));
    const few = { unsupported: 'it takes 20 daily returns of the benchmark too, there are 5' };
    const { sharpe, ...early } = tracker.figures;
    expect(sharpe).toHaveProperty('value');
    for (const name of ['alpha', 'beta', 'trackingError', 'informationRatio', 'treynorRatio'] as const) {
      expect(early[name], name).toEqual(few);
    }
    expect(early.rolling[0]).toMatchObject({ sharpe: { value: expect.any(Number) }, beta: few });
    for (let day = 30; day < 45; day += 1) addDay(day, 400 + Math.cos(day));
    const { informationRatio: ratio, rolling } = tracker.figures;
    expect([ratio, rolling[0]?.beta]).toEqual([{ value: expect.any(Number) }, { value: expect.any(Number) }]);
  });

  it('measures turnover against the mean equity, both sides counted', () => {
    const tracker = new PerformanceTracker({ startEquity: START });
    tracker.addTraded(60_000);
    tracker.addTraded(60_000);
    for (const [index, equity] of [100_000, 140_000].entries()) {
      tracker.addPoint({ time: fromNewYork(FIRST, 10 * HOUR + index * MINUTE), equity, grossExposure: 0 });
    }
    expect(tracker.figures.turnover).toEqual({ value: 1 });
  });
});
