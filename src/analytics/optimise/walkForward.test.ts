import { describe, expect, it } from 'vitest';
import SmaCross from '../../strategies/builtin/SmaCross.js';
import { STATISTICS_CONVENTIONS } from '../conventions.js';
import { DAY } from '../../domain/timeframe.js';
import { evaluateInline } from './evaluateInline.js';
import { parseConstraint, parseObjective } from './objective.js';
import { runTrial } from './runTrial.js';
import { runWalkForward } from './runWalkForward.js';
import type { SearchPlan } from './searchPlan.js';
import { parseSearchSpace } from './searchSpace.js';
import { walkData } from './testing/searchRig.js';
import { pruningRungs, splitHoldout, tradingDates, windowOfDates } from './tradingDates.js';
import type { Trial } from './trial.js';
import { heldOutside } from './heldOutside.js';
import { untilRuin } from '../validation/untilRuin.js';
import { luckOfDays } from './luckOfDays.js';
import { returnAfter, stitch, walkForwardEfficiency, walkForwardWindows } from './walkForward.js';

const data = await walkData();
const dates = tradingDates(data.market);
const plan: SearchPlan = {
  space: parseSearchSpace('sma-cross', SmaCross.params, { fast: '2:8:3', slow: '10:30:10' }),
  sampler: 'grid',
  trials: 9,
  seed: 1,
  objective: parseObjective('totalReturn'),
  constraints: [],
  pruning: 'none',
  rungs: [],
  ...windowOfDates(dates),
};

describe('windows', () => {
  const days = Array.from({ length: 10 }, (_, day) => day);

  it('roll on, or grow from the first day', () => {
    const shape = (anchored: boolean) =>
      walkForwardWindows(days, { train: 4, test: 3, anchored }).map(({ train, test }) => [
        train.join(''),
        test.join(''),
      ]);
    expect(shape(false)).toEqual([
      ['0123', '456'],
      ['3456', '789'],
    ]);
    expect(shape(true)).toEqual([
      ['0123', '456'],
      ['0123456', '789'],
    ]);
  });

  it('end with a shorter test, and are none where the days are too few', () => {
    const windows = walkForwardWindows(days, { train: 4, test: 4, anchored: false });
    expect(windows.map(({ test }) => test.length)).toEqual([4, 2]);
    expect(walkForwardWindows(days, { train: 10, test: 4, anchored: false })).toEqual([]);
  });

  it('hold out the last part', () => {
    expect(splitHoldout(days, 0.25)).toEqual({ searched: [0, 1, 2, 3, 4, 5, 6], held: [7, 8, 9] });
    expect(splitHoldout(days, 0).held).toEqual([]);
    expect(pruningRungs(dates)).toHaveLength(2);
  });

  it('are made of the dates of the market', () => {
    expect(dates).toHaveLength(252);
    expect(windowOfDates(dates)).toMatchObject({ from: data.startTime });
  });
});

describe('holding a symbol outside of training', () => {
  const [bars] = data.market.tables;
  if (bars?.kind !== 'bar') throw new Error('the rig has bars');
  const path = { time: bars.time.slice(0, bars.length), price: bars.close.slice(0, bars.length) };
  const benchmark = { symbol: 'ACME', path, adjust: 'raw', timeframe: '1d', rows: bars.length } as const;
  const steps = walkForwardWindows(dates, { train: 100, test: 40, anchored: false }).map((window) => ({
    window,
    search: { trials: [], best: undefined, runs: 0 },
    chosen: undefined,
    test: undefined,
  }));

  it('begins at the close of the last day of training', () => {
    const held = heldOutside(steps, benchmark, { startEquity: 50_000, isOwn: true });
    const tested = dates.slice(100);
    expect(held.equity).toHaveLength(tested.length);
    const shares = 50_000 / (path.price[99] ?? NaN);
    expect(held.equity[0]).toBeCloseTo(shares * (path.price[100] ?? NaN), 6);
    expect(held.equity.at(-1)).toBeCloseTo(shares * (path.price.at(-1) ?? NaN), 6);
    expect(held.totalReturn).toBeCloseTo((path.price.at(-1) ?? NaN) / (path.price[99] ?? NaN) - 1, 9);
    expect(held.name).toBe('Buy and hold');
  });

  it('begins with the first price of a symbol that came later', () => {
    const late = { ...benchmark, path: { time: path.time.slice(110), price: path.price.slice(110) } };
    const held = heldOutside(steps, late, { startEquity: 50_000, isOwn: false });
    expect(held.equity[9]).toBeNaN();
    expect(held.equity[10]).toBe(50_000);
    expect(held.name).toBe('Holding ACME');
  });
});

describe('the luck of days', () => {
  it('is not told of days on which nothing was traded, nor of a few', () => {
    expect(luckOfDays(new Float64Array(60), 1)).toEqual({
      drawn: undefined,
      missing: 'nothing traded',
      probabilistic: undefined,
    });
    // A debt that grows would be gains.
    const gains = Float64Array.from({ length: 60 }, (_, day) => 0.02 + 0.01 * Math.sin(day));
    const ruined = gains.slice();
    ruined[5] = -1.2;
    expect(luckOfDays(ruined, 1)).toEqual(luckOfDays(untilRuin(ruined), 1));
    expect(luckOfDays(ruined, 1).probabilistic).toBeLessThan(0.5);
    expect(luckOfDays(gains, 1).probabilistic).toBeGreaterThan(0.99);
    expect(luckOfDays(Float64Array.of(0.01, -0.02), 1)).toMatchObject({
      drawn: undefined,
      missing: 'fewer than 20 days',
    });
    const moved = luckOfDays(
      Float64Array.from({ length: 60 }, (_, day) => (day % 3 === 0 ? -0.01 : 0.004)),
      1,
    );
    expect(moved.missing).toBeUndefined();
    expect(moved.drawn?.lossShare).toBeGreaterThan(0);
  });
});

describe('walk-forward', () => {
  it('judges on days that no search has seen, and joins just those', async () => {
    const log: Trial[] = [];
    const inline = evaluateInline(data, () => Promise.resolve());
    const windows = walkForwardWindows(dates, { train: 100, test: 40, anchored: false });
    const progress: number[] = [];
    const steps = await runWalkForward(plan, windows, {
      evaluate: (trials, onResult) => {
        log.push(...trials);
        return inline(trials, onResult);
      },
      accepts: () => true,
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(steps).toHaveLength(4);
    expect(new Set(log.map(({ id }) => id)).size).toBe(4 * 10);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    for (const [index, { window, chosen, test }] of steps.entries()) {
      const searched = log.slice(index * 10, index * 10 + 9);
      const tested = windowOfDates(window.test);
      expect(searched.every(({ to = Infinity }) => to <= tested.from)).toBe(true);
      expect(log[index * 10 + 9]).toMatchObject({ ...tested, params: chosen?.params });
      expect([...(test?.dates ?? [])]).toEqual(window.test);
    }

    const stitched = stitch(steps, 100_000, STATISTICS_CONVENTIONS.papertape);
    expect([...stitched.dates]).toEqual(dates.slice(100));
    const growth = steps.reduce((product, { test }) => product * (1 + (test?.statistics.totalReturn ?? 0)), 1);
    expect(stitched.statistics.totalReturn).toBeCloseTo(growth - 1, 9);
    expect(stitched.statistics.trades).toBe(steps.reduce((sum, { test }) => sum + (test?.tradeReturns.length ?? 0), 0));
    expect(stitched.statistics.maxDrawdown).toBeGreaterThan(0);
    const efficiency = walkForwardEfficiency(steps, stitched);
    expect(efficiency === undefined || Number.isFinite(efficiency)).toBe(true);
  });

  it('trains on the days that it states, also where the range that was asked for begins before them', async () => {
    const windows = walkForwardWindows(dates, { train: 120, test: 60, anchored: false });
    const trained: (number | undefined)[] = [];
    const inline = evaluateInline(data, () => Promise.resolve());
    await runWalkForward({ ...plan, from: plan.from - 5 * DAY }, windows.slice(0, 2), {
      evaluate: (trials, onResult) => {
        trained.push(...trials.map(({ from }) => from));
        return inline(trials, onResult);
      },
      accepts: () => true,
    });
    const stated = windows
      .slice(0, 2)
      .flatMap(({ train, test }) => [train, test].map((days) => windowOfDates(days).from));
    expect([...new Set(trained)]).toEqual(stated);
  });

  it('does not go on where everything was lost', async () => {
    const windows = walkForwardWindows(dates, { train: 100, test: 30, anchored: false });
    const steps = await runWalkForward(plan, windows, {
      evaluate: evaluateInline(data, () => Promise.resolve()),
      accepts: () => true,
    });
    const ruined = steps.map((step, index) => {
      if (index !== 1 || step.test === undefined) return step;
      const dailyReturns = step.test.dailyReturns.slice();
      dailyReturns.set([-1.1, 0.5, -0.4], 3);
      return { ...step, test: { ...step.test, dailyReturns } };
    });
    const { curve, dailyReturns, statistics } = stitch(ruined, 100_000, STATISTICS_CONVENTIONS.papertape);
    expect(curve.equity[32]).toBeGreaterThan(0);
    expect(curve.equity.subarray(33).every((value) => value === 0)).toBe(true);
    expect(dailyReturns[33]).toBe(-1);
    expect(dailyReturns.subarray(34).every((value) => value === 0)).toBe(true);
    expect(statistics.totalReturn).toBe(-1);
    const all = stitch(steps, 100_000, STATISTICS_CONVENTIONS.papertape).statistics.trades;
    expect(statistics.trades).toBeLessThan(all);
  });

  it('stays in cash where nothing keeps the constraints in training', async () => {
    const windows = walkForwardWindows(dates, { train: 200, test: 30, anchored: true });
    const steps = await runWalkForward({ ...plan, constraints: [parseConstraint('trades>=1000')] }, windows, {
      evaluate: evaluateInline(data, () => Promise.resolve()),
      accepts: () => true,
    });
    expect(steps.map(({ chosen, test }) => [chosen, test])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(steps.map(returnAfter)).toEqual([NaN, NaN]);
    const stitched = stitch(steps, 100_000, STATISTICS_CONVENTIONS.papertape);
    expect(stitched.statistics.totalReturn).toBe(0);
    expect([...stitched.dailyReturns]).toEqual(Array.from({ length: 52 }, () => 0));
  });

  it('gives the same as a trial of those days by itself', () => {
    const window = windowOfDates(dates.slice(100, 140));
    const trial = { id: 0, params: { fast: 5, slow: 20 }, ...window };
    expect(runTrial(data, trial)).toEqual(runTrial(data, trial));
  });

  it('has a return of a step that held something, and none of one that did not', () => {
    const window = windowOfDates(dates.slice(100, 140));
    const test = runTrial(data, { id: 0, params: { fast: 2, slow: 10 }, ...window });
    if (test.kind !== 'outcome') throw new Error(test.code);
    expect(test.statistics.trades).toBeGreaterThan(0);
    expect(returnAfter({ test })).toBe(test.statistics.totalReturn);
    const idle = { ...test, dailyReturns: test.dailyReturns.map(() => 0) };
    expect(returnAfter({ test: idle })).toBeNaN();
  });
});
