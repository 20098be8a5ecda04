/**
 * The judgement of a search as sentences: a line for each test, what it found, what that means, and what would speak
 * for the search.
 */
import type { DataStretch } from '../../domain/trialLedger.js';
import { formatCount, formatPercent, formatRatio, plural } from '../figureText.js';
import { byDays } from '../yearlyFigures.js';
import type { StoredSearch, StoredTrial } from '../optimise/storedSearch.js';
import type { TrialOutcome } from '../optimise/trial.js';
import { yearlySharpe } from './judgement.js';
import type { Answer, Judgement } from './judgement.js';
import type { MonteCarlo } from './monteCarlo.js';
import type { Reruns } from './reruns.js';
import type { Spread } from './spread.js';
import type { HoldoutLook, TrialCount } from './trialCount.js';

/** What the holdout showed. */
export interface OpenedHoldout {
  readonly data: DataStretch;
  readonly outcome: TrialOutcome;
  /** Looks before this one, oldest first. */
  readonly earlier: readonly HoldoutLook[];
}

/** What is told. */
export interface JudgedSearch {
  readonly search: StoredSearch;
  readonly best: StoredTrial | undefined;
  readonly count: TrialCount;
  readonly judgement: Judgement;
  readonly reruns: Answer<Reruns>;
  readonly opened: OpenedHoldout | undefined;
  readonly warnings: readonly string[];
}

/** A test's answer. */
export interface JudgementLine {
  readonly name: string;
  readonly found: string;
  readonly meaning: string;
  /** What would speak for it, such as `at least 95 %`; empty for a test that only tells. */
  readonly needed: string;
  /** Whether it speaks for the search; undefined where it says neither. */
  readonly passed: boolean | undefined;
}

/** Levels that the literature asks for. */
const CONFIDENCE = 0.95;
const MOST_OVERFITTING = 0.2;
/** Basis points that taking may cost before there is a loss. */
const MOST_SLIPPAGE_BPS = 5;
const NEEDED: Readonly<Record<string, string>> = {
  'Sharpe alone': 'at least 95 %',
  'Deflated Sharpe': 'at least 95 %',
  Overfitting: 'at most 20 %',
  'Reality check': 'p at most 0.05',
  'Cross-validation': 'median above 0',
  'Days drawn anew': 'loss in at most 5 %',
  'Other prices': 'loss in at most 5 %',
  'Missed entries': 'loss in at most 5 %',
  'Dearer fills': `no loss up to ${MOST_SLIPPAGE_BPS} bp`,
  Holdout: 'a gain',
};

/** What a test says, before its name and what is asked of it are put beside it. */
type Told = Omit<JudgementLine, 'name' | 'needed'>;

/** Every test, in the order in which it is told. */
export function judgementLines({ judgement, reruns, opened, count }: JudgedSearch): readonly JudgementLine[] {
  return [
    ...significanceLines(judgement, count),
    line('Overfitting', judgement.overfitting, ({ probability, probabilityOfLoss, splits }) => ({
      found: formatPercent(probability),
      meaning:
        `in so many of ${formatCount(splits)} splits the best of one half was below the middle of the other; ` +
        `it lost money in ${formatPercent(probabilityOfLoss)}`,
      passed: probability <= MOST_OVERFITTING,
    })),
    line('Reality check', judgement.realityCheck, ({ pValue }) => ({
      found: `p ${pValue.toFixed(3)}`,
      meaning: 'probability of a best trial this good if none were better than cash',
      passed: pValue <= 1 - CONFIDENCE,
    })),
    line('Cross-validation', judgement.crossValidation, ({ median, lowest, paths, splits, purgedDays }) => ({
      found: `Sharpe ${formatRatio(yearlySharpe(median))}`,
      meaning:
        `median of ${plural(paths, 'path')} through ${plural(splits, 'purged split')}, ` +
        `the lowest ${formatRatio(yearlySharpe(lowest))}; ${plural(purgedDays, 'day')} purged on each side of a test`,
      passed: median > 0,
    })),
    line('Trades reshuffled', judgement.reshuffled, (runs) => ({
      found: `drawdown ${formatPercent(runs.maxDrawdown.median)}`,
      meaning:
        `in the middle of ${formatCount(runs.runs)} orders of its trades; ` +
        `${formatPercent(runs.maxDrawdown.p95)} in one of twenty`,
      passed: undefined,
    })),
    line('Days drawn anew', judgement.bootstrapped, (runs) => monteCarloLine(runs)),
    line('Other prices', flatten(reruns, 'prices'), (runs) => monteCarloLine(runs)),
    line('Missed entries', flatten(reruns, 'skippedEntries'), (runs) => monteCarloLine(runs)),
    line('Dearer fills', reruns, ({ slippage }) => slippageLine(slippage)),
    ...holdoutLines(opened),
  ];
}

/** What the tests come to, in one sentence. */
export function verdictOf(lines: readonly JudgementLine[]): string {
  const passed = lines.filter((line) => line.passed === true).length;
  const failed = lines.filter((line) => line.passed === false);
  if (passed + failed.length === 0) return 'There is too little to judge.';
  if (failed.length === 0) return `All ${plural(passed, 'test')} that could be made speak for it.`;
  const names = failed.map(({ name }) => name).join(', ');
  return `${failed.length} of ${plural(passed + failed.length, 'test')} speak against it: ${names}.`;
}

/** The same in a few words, for lists: `3 of 9 against`. */
export function shortVerdict(lines: readonly JudgementLine[]): string {
  const judging = lines.filter(({ passed }) => passed !== undefined);
  const against = judging.filter(({ passed }) => passed === false).length;
  if (judging.length === 0) return 'too little to judge';
  return against === 0 ? `${judging.length} of ${judging.length} for it` : `${against} of ${judging.length} against`;
}

function significanceLines({ significance }: Judgement, count: TrialCount): readonly JudgementLine[] {
  return [
    line('Sharpe alone', significance, ({ probabilistic, sample, minimumDays }) => ({
      found: formatPercent(probabilistic),
      meaning:
        `probability of a Sharpe above 0, as if nothing had been searched; ` +
        (minimumDays === null
          ? 'no record is long enough for 95 %'
          : `95 % takes ${formatCount(Math.ceil(minimumDays))} days, there are ${formatCount(sample.count)}`),
      passed: probabilistic >= CONFIDENCE,
    })),
    line('Deflated Sharpe', significance, ({ deflated, expectedMaximum, independent, deflatedIndependent }) => ({
      found: formatPercent(deflated),
      meaning:
        `after ${formatCount(count.trials)} trials on these data, the best of which luck alone takes to a Sharpe of ` +
        `${formatRatio(yearlySharpe(expectedMaximum))}; ${formatPercent(deflatedIndependent)} if they are worth ` +
        `${formatRatio(independent)} independent ones`,
      passed: deflated >= CONFIDENCE,
    })),
  ];
}

function holdoutLines(opened: OpenedHoldout | undefined): readonly JudgementLine[] {
  if (opened === undefined) return [];
  const { statistics: s, dailyReturns } = opened.outcome;
  const sharpe = byDays(dailyReturns.length, formatRatio(s.sharpe));
  const isIdle = s.trades === 0 && s.totalReturn === 0;
  return [
    {
      name: 'Holdout',
      needed: neededFor('Holdout'),
      found: isIdle ? 'no trade' : `return ${formatPercent(s.totalReturn, { signed: true })}`,
      meaning:
        `${opened.data.from} to ${opened.data.to}: Sharpe ${sharpe}, ` +
        `drawdown ${formatPercent(s.maxDrawdown)}, ${plural(s.trades, 'round trip')}`,
      passed: isIdle ? undefined : s.totalReturn > 0,
    },
  ];
}

function monteCarloLine({ runs, totalReturn, maxDrawdown, lossShare }: MonteCarlo): Told {
  const [low, high] = [totalReturn.p5, totalReturn.p95].map((value) => formatPercent(value, { signed: true }));
  return {
    found: `loss in ${formatPercent(lossShare)}`,
    meaning:
      `of ${formatCount(runs)} runs; nine of ten return ${low ?? ''} to ${high ?? ''}, ` +
      `drawdown ${rangeText(maxDrawdown)}`,
    passed: lossShare <= 1 - CONFIDENCE,
  };
}

function rangeText({ p5, p95 }: Spread): string {
  return `${formatPercent(p5)} to ${formatPercent(p95)}`;
}

function slippageLine(slippage: Reruns['slippage']): Told {
  const known = slippage.flatMap(({ bps, figures }) => (figures === undefined ? [] : [{ bps, ...figures }]));
  const firstLoss = known.find(({ totalReturn }) => totalReturn < 0);
  const list = known.map(({ bps, totalReturn }) => `${bps} bp ${formatPercent(totalReturn, { signed: true })}`);
  return {
    found: firstLoss === undefined ? 'no loss' : `loss from ${firstLoss.bps} bp`,
    meaning: `taking costs so much of the price: ${list.join(', ')}`,
    passed: firstLoss === undefined || firstLoss.bps > MOST_SLIPPAGE_BPS,
  };
}

function flatten(reruns: Answer<Reruns>, name: 'prices' | 'skippedEntries'): Answer<MonteCarlo> {
  if ('reason' in reruns) return reruns;
  const value = reruns.value[name];
  return value === undefined ? { reason: 'no run came to its end' } : { value };
}

function line<T>(name: string, answer: Answer<T>, tell: (value: T) => Told): JudgementLine {
  const needed = neededFor(name);
  if ('reason' in answer) return { name, needed, found: 'n/a', meaning: answer.reason, passed: undefined };
  return { name, needed, ...tell(answer.value) };
}

function neededFor(name: string): string {
  return NEEDED[name] ?? '';
}
