import pc from 'picocolors';
import { beforeAll, describe, expect, it } from 'vitest';
import { STATISTICS_CONVENTIONS } from '../analytics/conventions.js';
import { luckOfDays } from '../analytics/optimise/luckOfDays.js';
import { parseConstraint, parseObjective } from '../analytics/optimise/objective.js';
import { ruinedWarning, untoldWarning, whyNoneKept } from '../analytics/optimise/paramsText.js';
import { search } from '../analytics/optimise/search.js';
import { ranked } from '../analytics/optimise/searchPlan.js';
import type { SearchPlan, TriedTrial } from '../analytics/optimise/searchPlan.js';
import { searchReport } from '../analytics/optimise/SearchReport.js';
import { parseSearchSpace } from '../analytics/optimise/searchSpace.js';
import { stitch } from '../analytics/optimise/walkForward.js';
import type { WalkForwardStep } from '../analytics/optimise/walkForward.js';
import { walkForwardReport } from '../analytics/optimise/WalkForwardReport.js';
import { madeUpOutcome } from '../analytics/optimise/testing/madeUpTrials.js';
import { param } from '../strategies/param.js';
import { walkForwardWarnings } from './runWalkForwardCommand.js';
import { renderSearch } from './searchText.js';

const space = parseSearchSpace('made-up', { a: param.int({ default: 1, min: 0, max: 9 }) }, { a: '1:3' });

const planOf = (change: Partial<SearchPlan>): SearchPlan => ({
  space,
  sampler: 'grid',
  trials: 3,
  seed: 1,
  objective: parseObjective('sharpe'),
  constraints: [],
  pruning: 'none',
  rungs: [],
  from: 0,
  to: 1000,
  ...change,
});

/** Trials of so many days, with so much of what is searched for per unit of `a`; the first `ruined` lost everything. */
async function trialsOf(plan: SearchPlan, days: number, ratio = 1.5, ruined = 0): Promise<readonly TriedTrial[]> {
  const { trials } = await search(plan, {
    accepts: () => true,
    evaluate: (given, onResult) => {
      for (const { id, params } of given) {
        const value = ratio * Number(params['a']);
        const lowestEquity = Number(params['a']) <= ruined ? -1 : 1;
        const figures = { [plan.objective.figure]: value, days, trades: 5, lowestEquity };
        onResult({ ...madeUpOutcome(id, figures), dailyReturns: new Float64Array(days) });
      }
      return Promise.resolve();
    },
  });
  return trials;
}

function tellings(plan: SearchPlan, trials: readonly TriedTrial[]): readonly [text: string, page: string] {
  const warning = untoldWarning(plan.objective, trials);
  const warnings = warning === undefined ? [] : [warning];
  const about = { strategy: 'made-up', symbols: ['ACME'], timeframe: '1d', facts: [], plan, trials, warnings };
  const text = renderSearch({ head: ['made-up'], plan, trials, facts: [], warnings }, pc.createColors(false), 100);
  return [text, searchReport(about).replaceAll(/\s+/g, ' ')];
}

describe.each([
  ['sharpe', 19, 20, 'sharpe is n/a: it takes 20 daily returns, there are 19.'],
  ['calmar', 59, 60, 'calmar is n/a: it takes 60 days, there are 59.'],
])('a search for %s', (figure, few, enough, reason) => {
  const plan = planOf({ objective: parseObjective(figure) });
  let trials: readonly TriedTrial[] = [];
  beforeAll(async () => {
    trials = await trialsOf(plan, few);
  });

  it(`shows no score of ${few} days, in order all the same, and says why`, () => {
    for (const told of tellings(plan, trials)) {
      expect(told).not.toMatch(/4\.50|3\.00|1\.50/);
      expect(told).toContain('a=3');
      expect(told.indexOf('a=3')).toBeLessThan(told.lastIndexOf('a=2'));
      expect(told.lastIndexOf('a=2')).toBeLessThan(told.lastIndexOf('a=1'));
      expect(told).toContain(reason);
      expect(told).not.toContain('at the top');
    }
    expect(tellings(plan, trials)[0]).toMatch(/Best {2}a=3 {2}n\/a/);
  });

  it(`shows those of ${enough} days`, async () => {
    for (const told of tellings(plan, await trialsOf(plan, enough))) {
      expect(told).toContain('4.50');
      expect(told).not.toContain('is n/a');
    }
  });
});

describe('a search without a best', () => {
  it.each<[string, Partial<SearchPlan> & { readonly ruined?: number }, number, string]>([
    ['no figure', {}, NaN, 'sharpe is n/a in every trial'],
    ['a broken bound', { constraints: [parseConstraint('trades>=9')] }, 1, 'no trial kept the constraints'],
    [
      'no figure within bounds',
      { constraints: [parseConstraint('trades>=5')] },
      NaN,
      'sharpe is n/a in every trial that kept the constraints',
    ],
    ['an account that was lost', { ruined: 3 }, 1, 'the equity was 0 or below in every trial'],
    ['accounts lost and no figure', { ruined: 2 }, NaN, 'in every trial sharpe is n/a or the equity was 0 or below'],
  ])('says that it is for %s', async (_, { ruined = 0, ...change }, ratio, reason) => {
    const plan = planOf(change);
    const trials = await trialsOf(plan, 40, ratio, ruined);
    for (const told of tellings(plan, trials)) expect(told).toMatch(new RegExp(reason, 'i'));
    const cash: WalkForwardStep = {
      window: { train: [1, 2], test: [3] },
      search: { trials, best: undefined, runs: 3 },
      chosen: undefined,
      test: undefined,
    };
    const [warning, ...others] = walkForwardWarnings([cash, cash], plan);
    expect(warning).toContain(`In training of 2 steps ${reason}`);
    expect(others).toEqual([]);
    const page = walkForwardReport({
      strategy: 'made-up',
      subtitle: '',
      plan,
      steps: [cash],
      stitched: stitch([cash], 100, STATISTICS_CONVENTIONS.papertape),
      startEquity: 100,
      luck: luckOfDays(new Float64Array(3), 1),
      facts: [],
      warnings: [],
    });
    expect(page).toMatch(new RegExp(`<td>${reason}.*: in cash</td>`));
  });
});

describe('trials that lost the account', () => {
  it('are listed last, without a score, and the reader is told', async () => {
    const plan = planOf({});
    const trials = await trialsOf(plan, 40, -1.5, 2);
    expect(ranked(trials).map(({ params, score }) => [params['a'], score])).toEqual([
      [3, -4.5],
      [1, undefined],
      [2, undefined],
    ]);
    expect(ruinedWarning(trials)).toBe('In 2 trials the equity was 0 or below: they have no score.');
    expect(ruinedWarning(await trialsOf(plan, 40, 1, 1))).toBe(
      'In 1 trial the equity was 0 or below: it has no score.',
    );
    expect(ruinedWarning(await trialsOf(plan, 40))).toBeUndefined();
  });
});

describe('a kept search without a best', () => {
  it('is judged by what was kept of it, not by what keeps a bound today', async () => {
    const plan = planOf({ constraints: [parseConstraint('profitFactor>=2')] });
    const trials = (await trialsOf(plan, 40)).map((trial) => {
      // By today's rule the bound is kept: nothing was lost.
      const statistics = {
        ...madeUpOutcome(0, { sharpe: 1, profitFactor: NaN, bestTrade: 1, worstTrade: 0 }).statistics,
      };
      return { ...trial, score: undefined, statistics, dailyReturns: new Float64Array(40) };
    });
    expect(whyNoneKept({ plan, trials })).toBe('no trial kept the constraints');
  });
});
