/** The page of a validation: what it shows of a search that was made up, and that nothing in it can run. */
import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { sessionsBetween } from '../../calendar/sessions.js';
import { DOLLAR } from '../../domain/units.js';
import { SeededRandom } from '../../utils/random.js';
import { madeUpOutcome } from '../optimise/testing/madeUpTrials.js';
import { parseConstraint } from '../optimise/objective.js';
import type { StoredSearch, StoredTrial } from '../optimise/storedSearch.js';
import { judge, prunedWarning } from './judgement.js';
import { judgementDocument, validationDocument } from './judgementDocument.js';
import { judgementLines } from './judgementLines.js';
import type { JudgedSearch, JudgementLine, OpenedHoldout } from './judgementLines.js';
import { validationFacts, validationReport } from './ValidationReport.js';

const HOSTILE = '<script>alert(1)</script>';
const DATES = Int32Array.from(
  sessionsBetween(parseDate('2013-01-02'), parseDate('2013-12-31')).map(({ date }) => date),
);

/** Five trials of made-up days, the last of which has a little skill. */
function judged(trials = 5, draws = 100): JudgedSearch {
  const random = new SeededRandom(5);
  const list = Array.from({ length: trials }, (_, number): StoredTrial => {
    const dailyReturns = Float64Array.from(DATES, () => 0.01 * random.normal() + 0.0004 * number);
    const { statistics } = madeUpOutcome(number, { sharpe: number, totalReturn: 0.1 });
    return {
      number,
      params: { fast: number, name: HOSTILE },
      status: 'complete',
      score: number,
      statistics,
      dailyReturns,
    };
  });
  const tradeProfits = new Float64Array([500, -200, 300]);
  const search: StoredSearch = {
    version: 1,
    id: `20131231-${HOSTILE}`,
    time: 0,
    backtest: {
      strategy: HOSTILE,
      strategyHash: 'h',
      symbols: ['ACME'],
      timeframe: '1d',
      from: '2013-01-02',
      to: '2013-12-31',
      preset: 'papertape',
      feePlan: undefined,
      adjust: 'raw',
      feed: undefined,
      startingCash: 100_000 * DOLLAR,
      dataHash: 'd',
    },
    plan: {
      space: { dimensions: [{ name: 'fast', kind: 'ordered', values: [0, 1, 2, 3, 4] }], fixed: {} },
      sampler: 'grid',
      trials: 5,
      seed: 1,
      objective: { figure: 'sharpe', direction: 'maximise' },
      constraints: [],
      pruning: 'none',
      rungs: [],
      from: 0,
      to: 1,
    },
    holdout: undefined,
    dates: DATES,
    runs: trials,
    trials: list,
    best: trials === 0 ? undefined : trials - 1,
    bestTrades: { tradeReturns: tradeProfits, tradeProfits, tradeEntries: tradeProfits, tradeExits: tradeProfits },
  };
  const count = { trials, runs: trials, scoreVariance: 0.5 };
  return {
    search,
    best: list.at(-1),
    count,
    judgement: judge(search, count, { seed: 1, draws, groups: 6, testGroups: 2, embargoDays: 2 }),
    reruns: { reason: '--runs 0 leaves it out' },
    opened: undefined,
    warnings: [HOSTILE],
  };
}

describe('a trial that lost everything', () => {
  const { search, count } = judged();
  // Deeper in debt by a tenth each day: gains of 10 % by the quotient.
  const lost = Float64Array.from(DATES, (_, day) => (day === 0 ? -1.1 : 0.1 + 0.02 * Math.sin(day)));
  const trials = search.trials.map((trial) => (trial.number === 1 ? { ...trial, dailyReturns: lost } : trial));
  const options = { seed: 1, draws: 50, groups: 6, testGroups: 2, embargoDays: 2 };
  const { realityCheck, crossValidation, overfitting } = judge({ ...search, trials }, count, options);

  it('is never the best of all, nor chosen in training', () => {
    expect(realityCheck).toMatchObject({ value: { best: 4 } });
    const chosen = 'value' in crossValidation ? crossValidation.value.chosen : [];
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.map(({ number }) => number)).not.toContain(1);
  });

  it('is one of those that the chosen one is ranked among', () => {
    const ranks = 'value' in overfitting ? overfitting.value.ranks : [];
    // Of five, each over one more than their number.
    expect(Math.max(...ranks)).toBeCloseTo(5 / 6, 12);
  });
});

describe('trials that say less than they seem to', () => {
  const { search, count } = judged();
  const options = { seed: 1, draws: 50, groups: 6, testGroups: 2, embargoDays: 2 };

  it('all alike leave nothing to choose wrongly', () => {
    const [first] = search.trials;
    const trials = search.trials.map((trial) => ({ ...trial, dailyReturns: first?.dailyReturns?.slice() }));
    const { overfitting, crossValidation, significance } = judge({ ...search, trials }, count, options);
    expect(overfitting).toEqual({ reason: 'all trials came to the same returns' });
    expect(crossValidation).toMatchObject({ value: { keptShare: expect.any(Number) } });
    expect(significance).toMatchObject({ value: { independent: expect.closeTo(1, 6) } });
  });

  it.each([1, 2, 19])('of %d days support no p-value and no days drawn anew', (days) => {
    const trials = search.trials.map((trial) => ({ ...trial, dailyReturns: trial.dailyReturns?.slice(0, days) }));
    const { realityCheck, bootstrapped, significance } = judge({ ...search, trials }, count, options);
    expect(realityCheck).toEqual({ reason: 'it takes at least 20 days' });
    expect(bootstrapped).toEqual({ reason: 'it takes at least 20 days' });
    expect(significance).toMatchObject({ reason: expect.stringContaining('fewer than 20') });
  });

  it('given up early are told of, since the tests among trials miss them', () => {
    expect(prunedWarning(search)).toEqual([]);
    const trials = search.trials.map((trial) =>
      trial.number < 2 ? { ...trial, status: 'pruned' as const, dailyReturns: undefined } : trial,
    );
    expect(prunedWarning({ ...search, trials })).toEqual([
      '2 trials of 5 were given up early and have no returns to the end: overfitting, the reality check and ' +
        'cross-validation are made among the others, and so flatter the best. A search with --prune none has them all.',
    ]);
  });
});

describe('the page of a validation', () => {
  it('shows the verdict, cross-validated histories, ranks, fans and histograms, and runs nothing', () => {
    const page = validationReport(judged());
    // Five paths of six groups, two of them tested; the best trial in yellow there and in both fans.
    expect(page.match(/class="course"/g)).toHaveLength(5);
    expect(page.match(/class="real"/g)).toHaveLength(3);
    expect(page.match(/class="fan-wide"/g)).toHaveLength(2);
    expect(page).toContain('Probability of overfitting');
    expect(page).toMatch(/Deflated Sharpe<\/span\s*><b class="(gain|loss)">/);
    expect(page).toContain('Not run: --runs 0 leaves it out.');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  it('gives reasons where there are no figures', () => {
    const page = validationReport(judged(0));
    expect(page).toContain('No figure: no trial came to its end');
    expect(page).toContain('too little to judge');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('does not take held-out days without a trade for a loss', () => {
    const made = judged();
    const heldOut = (totalReturn: number, trades: number): JudgementLine | undefined => {
      const outcome = { statistics: { totalReturn, trades, sharpe: NaN, maxDrawdown: 0 }, dailyReturns: [] };
      const data = { from: '2013-01-02', to: '2013-12-31' };
      const opened = { data, earlier: [], outcome } as unknown as OpenedHoldout;
      return judgementLines({ ...made, opened }).find(({ name }) => name === 'Holdout');
    };
    expect(heldOut(0, 0)).toMatchObject({ found: 'no trade', passed: undefined });
    expect(heldOut(0.01, 0)).toMatchObject({ found: 'return +1.00 %', passed: true });
    expect(heldOut(0, 2)).toMatchObject({ found: 'return 0.00 %', passed: false });
  });

  it.each([
    [[], 'sharpe is n/a in every trial'],
    ['trades>=9', 'no trial kept the constraints'],
    ['trades>=0', 'sharpe is n/a in every trial that kept the constraints'],
  ])('says whether it is for want of a bound or of a score that none is the best: %s', (bound, reason) => {
    const { search, ...rest } = judged(2, 10);
    const trials = search.trials.map((trial): StoredTrial => {
      const { statistics } = madeUpOutcome(trial.number, { sharpe: NaN, trades: 2 });
      return { ...trial, score: undefined, statistics };
    });
    const constraints = typeof bound === 'string' ? [parseConstraint(bound)] : [];
    const without: StoredSearch = { ...search, plan: { ...search.plan, constraints }, trials, best: undefined };
    const judgement = judge(without, rest.count, { seed: 1, draws: 10, groups: 6, testGroups: 2, embargoDays: 2 });
    const nothing: JudgedSearch = { ...rest, search: without, best: undefined, judgement };
    expect(judgement.realityCheck).toEqual({ reason: `${reason}, so there is no best one to judge` });
    expect(new Map(validationFacts(nothing)).get('Best trial')).toBe(`none: ${reason}`);
    expect(validationReport(nothing)).toContain(`No figure: ${reason}, so`);
  });

  it('has no figure that is no number', () => {
    expect(validationReport(judged())).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is a document too, with what the pictures show', () => {
    const made = judged();
    const { pictures, ...rest } = JSON.parse(JSON.stringify(validationDocument(made))) as {
      readonly pictures: {
        readonly dates: readonly string[];
        readonly paths: readonly (readonly number[])[];
        readonly daysDrawnAnew: {
          readonly totalReturns: readonly number[];
          readonly fan: { readonly steps: number[] };
        };
      };
    };
    expect(pictures.dates[0]).toBe(formatDate(DATES[0] ?? 0));
    expect(pictures.paths.map(({ length }) => length)).toEqual(Array.from({ length: 5 }, () => DATES.length));
    expect(pictures.daysDrawnAnew.totalReturns).toHaveLength(100);
    expect(pictures.daysDrawnAnew.fan.steps.at(-1)).toBe(DATES.length);
    expect(rest).toMatchObject({ format: 'papertape-validation-report', version: 1, strategy: HOSTILE });
    // Programs that read the figures alone are not given a hundred thousand of them.
    expect(JSON.stringify(judgementDocument(made)).length).toBeLessThan(10_000);
  });
  it('says of every part with a Sharpe ratio what it is per', () => {
    const outcome = madeUpOutcome(1, { sharpe: 1.5, totalReturn: 0.1 });
    const figures = { totalReturn: 0.1, maxDrawdown: 0.1, sharpe: 0.05 };
    const made: JudgedSearch = {
      ...judged(),
      reruns: { value: { prices: undefined, skippedEntries: undefined, slippage: [{ bps: 1, figures }] } },
      opened: { data: { from: '2014-01-02', to: '2014-03-31' }, earlier: [], outcome } as unknown as OpenedHoldout,
    };
    const { sharpePer, ...parts } = judgementDocument(made);
    const withRatios = Object.keys(parts).filter((name) => /"sharpes?":/.test(JSON.stringify(parts[name])));
    expect(Object.keys(sharpePer as object).toSorted()).toEqual(withRatios.toSorted());
    expect(sharpePer).toMatchObject({ significance: 'day', bootstrapped: 'day', reshuffled: 'trade', holdout: 'year' });
  });
});
