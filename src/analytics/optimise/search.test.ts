import { describe, expect, it } from 'vitest';
import SmaCross from '../../strategies/builtin/SmaCross.js';
import { param } from '../../strategies/param.js';
import { SeededRandom } from '../../utils/random.js';
import { evaluateInline } from './evaluateInline.js';
import { parseConstraint, parseObjective } from './objective.js';
import { backtesterFor } from './runTrial.js';
import { search } from './search.js';
import { ranked } from './searchPlan.js';
import type { SearchPlan } from './searchPlan.js';
import { paramsAt, parseSearchSpace } from './searchSpace.js';
import { madeUpEvaluator } from './testing/madeUpTrials.js';
import { walkData } from './testing/searchRig.js';
import { pruningRungs, tradingDates, windowOfDates } from './tradingDates.js';
import type { EvaluateTrials, Trial, TrialResult } from './trial.js';

const schema = {
  a: param.int({ default: 1, min: 0, max: 100 }),
  x: param.number({ default: 0, min: -5, max: 10 }),
  y: param.number({ default: 0, min: 0, max: 15 }),
  side: param.choice(['left', 'right', 'both'], { default: 'left' }),
};

const plan = (given: Readonly<Record<string, string>>, change: Partial<SearchPlan> = {}): SearchPlan => ({
  space: parseSearchSpace('made-up', schema, given),
  sampler: 'grid',
  trials: 100,
  seed: 1,
  objective: parseObjective('sharpe'),
  constraints: [],
  pruning: 'none',
  rungs: [],
  from: 0,
  to: 1000,
  ...change,
});
const accepts = (): boolean => true;
const number = (trial: Trial, name: string): number => Number(trial.params[name]);

describe('search', () => {
  it('tries every point of a grid once, those that the strategy rejects left out, and ranks them', async () => {
    const log: Trial[] = [];
    const space = plan({ a: '0:10:2', side: 'left,right', x: '3' });
    const result = await search(space, {
      evaluate: madeUpEvaluator((trial) => -Math.abs(number(trial, 'a') - 6.1), log),
      accepts: (point) => paramsAt(space.space, point)['a'] !== 4,
    });
    expect(log.map(({ params }) => [params['a'], params['side']])).toEqual(
      [0, 2, 6, 8, 10].flatMap((a) => [
        [a, 'left'],
        [a, 'right'],
      ]),
    );
    expect(log.every(({ params }) => params['x'] === 3)).toBe(true);
    expect(result.best?.params).toEqual({ a: 6, side: 'left', x: 3 });
    expect(ranked(result.trials).map(({ params }) => params['a'])).toEqual([6, 6, 8, 8, 10, 10, 2, 2, 0, 0]);
    expect(result.runs).toBe(10);
  });

  it('takes the best that keeps the constraints, and none where none does', async () => {
    const evaluate = madeUpEvaluator((trial) => ({ sharpe: number(trial, 'a'), trades: 100 - number(trial, 'a') }));
    const bounded = await search(plan({ a: '0:100:10' }, { constraints: [parseConstraint('trades>=30')] }), {
      evaluate,
      accepts,
    });
    expect(bounded.best?.params).toEqual({ a: 70 });
    const impossible = await search(plan({ a: '0:100:10' }, { constraints: [parseConstraint('trades>100')] }), {
      evaluate,
      accepts,
    });
    expect(impossible.best).toBeUndefined();
    expect(impossible.trials).toHaveLength(11);
  });

  it('minimises what it is told to, and never takes a figure that is not there', async () => {
    const evaluate = madeUpEvaluator((trial) => ({
      maxDrawdown: number(trial, 'a') === 0 ? NaN : number(trial, 'a') / 100,
    }));
    const result = await search(plan({ a: '0:50:10' }, { objective: parseObjective('maxDrawdown') }), {
      evaluate,
      accepts,
    });
    expect(result.best?.params).toEqual({ a: 10 });
  });

  it('keeps refusals as what they are', async () => {
    const result = await search(plan({ a: '1,2' }), {
      evaluate: madeUpEvaluator((trial) =>
        number(trial, 'a') === 1 ? { kind: 'refusal', trialId: trial.id, code: 'STRATEGY_FAILED', reason: 'bad' } : 1,
      ),
      accepts,
    });
    expect(result.trials.map(({ status }) => status)).toEqual(['refused', 'complete']);
  });

  it.each(['random', 'tpe'] as const)('%s tries no point twice, and stops when there are no more', async (sampler) => {
    const log: Trial[] = [];
    const result = await search(plan({ a: '1:6', side: 'left,both' }, { sampler, trials: 500 }), {
      evaluate: madeUpEvaluator((trial) => number(trial, 'a'), log),
      accepts,
    });
    expect(new Set(log.map(({ params }) => JSON.stringify(params))).size).toBe(12);
    expect(result.trials).toHaveLength(12);
  });
});

describe('pruning', () => {
  const rungs = [250, 500];
  const evaluate = (log: Trial[]): EvaluateTrials => madeUpEvaluator((trial) => number(trial, 'a'), log);

  it('by halving runs half of the trials on after each part of the window', async () => {
    const log: Trial[] = [];
    const result = await search(plan({ a: '1:16' }, { pruning: 'halving', rungs }), {
      evaluate: evaluate(log),
      accepts,
    });
    const count = (to: number): number => log.filter((trial) => trial.to === to).length;
    expect([count(250), count(500), count(1000)]).toEqual([16, 8, 4]);
    expect(result.best?.params).toEqual({ a: 16 });
    expect(result.trials.filter(({ status }) => status === 'pruned')).toHaveLength(12);
    expect(result.runs).toBe(28);
    expect(new Set(log.map(({ id }) => id)).size).toBe(28);
  });

  it('by the median gives up what is below the middle so far, and copes with missing figures', async () => {
    const log: Trial[] = [];
    const plain = plan({ a: '1:20' }, { pruning: 'median', rungs: [250] });
    const result = await search(plain, {
      evaluate: madeUpEvaluator(
        (trial) => (trial.to === 250 && number(trial, 'a') > 10 ? NaN : number(trial, 'a')),
        log,
      ),
      accepts,
    });
    // Ten have no figure: the middle is that of nothing and the worst, so that nobody is given up for it.
    expect(result.trials.filter(({ status }) => status === 'pruned')).toHaveLength(0);
    const figures = await search(plain, { evaluate: evaluate(log), accepts });
    expect(figures.trials.filter(({ status }) => status === 'pruned').map(({ params }) => params['a'])).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });
});

describe('tpe', () => {
  /** Branin's function, its three minima at 0.398, on its usual range. */
  const branin = (x: number, y: number): number =>
    (y - (5.1 * x * x) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
    10;

  it.each([
    ['a bowl', (x: number, y: number) => (x - 3) ** 2 + (y - 11) ** 2],
    ['Branin', branin],
  ])('comes nearer to the minimum of %s than chance does with as many trials', async (_name, height) => {
    const seeds = Array.from({ length: 15 }, (_, seed) => seed);
    /** The median of the lowest that was found. */
    const lowest = async (sampler: 'random' | 'tpe'): Promise<number> => {
      const found: number[] = [];
      for (const seed of seeds) {
        const result = await search(plan({ x: 'all', y: 'all', side: 'all' }, { sampler, seed, trials: 100 }), {
          evaluate: madeUpEvaluator(
            (trial) => -height(number(trial, 'x'), number(trial, 'y')) - (trial.params['side'] === 'both' ? 0 : 5),
          ),
          accepts,
        });
        found.push(-(result.best?.score ?? NaN));
      }
      return found.toSorted((a, b) => a - b)[7] ?? NaN;
    };
    const [tpe, random] = [await lowest('tpe'), await lowest('random')];
    expect(tpe).toBeGreaterThan(0);
    expect(tpe).toBeLessThan(random / 2);
  });

  it('searches lists of values too', async () => {
    const result = await search(plan({ a: '0:100', side: 'all' }, { sampler: 'tpe', trials: 60 }), {
      evaluate: madeUpEvaluator(
        (trial) => -Math.abs(number(trial, 'a') - 73) - (trial.params['side'] === 'both' ? 0 : 9),
      ),
      accepts,
    });
    expect(result.best?.params['side']).toBe('both');
    expect(Math.abs(Number(result.best?.params['a']) - 73)).toBeLessThanOrEqual(2);
  });
});

describe('a search over a market', () => {
  it('comes to one result whoever evaluates its trials, in whichever order', async () => {
    const data = await walkData();
    const space = parseSearchSpace('sma-cross', SmaCross.params, { fast: '2:20:3', slow: '10:60:10' });
    const dates = tradingDates(data.market);
    const told: SearchPlan = {
      ...plan({ a: 'all' }),
      space,
      sampler: 'tpe',
      trials: 24,
      seed: 5,
      pruning: 'median',
      rungs: pruningRungs(dates),
      ...windowOfDates(dates),
    };
    const takes = (point: readonly number[]): boolean => {
      try {
        backtesterFor(data, { id: 0, params: paramsAt(space, point) });
        return true;
      } catch {
        return false;
      }
    };
    const inline = evaluateInline(data, () => Promise.resolve());
    const alone = await search(told, { evaluate: inline, accepts: takes });
    const random = new SeededRandom(3);
    // Several workers: results come in any order, and each worker sees only some of the trials.
    const scattered: EvaluateTrials = async (trials, onResult) => {
      const results: TrialResult[] = [];
      for (const worker of [0, 1, 2]) {
        await inline(
          trials.filter(({ id }) => id % 3 === worker),
          (result) => results.push(result),
        );
      }
      for (const result of results.toSorted(() => random.next() - 0.5)) onResult(result);
    };
    const together = await search(told, { evaluate: scattered, accepts: takes });
    expect(together).toEqual(alone);
    expect(alone.trials).toHaveLength(24);
    expect(alone.trials.filter(({ status }) => status === 'pruned').length).toBeGreaterThan(3);
    expect(alone.best?.outcome.tradeReturns.length).toBeGreaterThan(0);
  });
});
