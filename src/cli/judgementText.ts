/** The judgement of a search as people read it: a line for each test, what it found, and what that means. */
import { formatCount, formatPercent, formatRatio, plural } from '../analytics/figureText.js';
import { paramsText, scoreText, wantedText } from '../analytics/optimise/paramsText.js';
import type { StoredSearch, StoredTrial } from '../analytics/optimise/storedSearch.js';
import { yearlySharpe } from '../analytics/validation/judgement.js';
import type { Answer, Judgement } from '../analytics/validation/judgement.js';
import type { MonteCarlo, Spread } from '../analytics/validation/monteCarlo.js';
import type { Reruns } from '../analytics/validation/reruns.js';
import type { TrialCount } from '../analytics/validation/trialCount.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import type { OpenedHoldout } from './openHoldout.js';
import { headLine, warningLines } from './searchText.js';
import type { Colours } from './terminal.js';

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

/** A test's answer: whether it speaks for the search, undefined where it says neither. */
interface Line {
  readonly name: string;
  readonly found: string;
  readonly meaning: string;
  readonly passed: boolean | undefined;
}

const INDENT = '    ';
const NAME_WIDTH = 18;
/** Levels that the literature asks for. */
const CONFIDENCE = 0.95;
const MOST_OVERFITTING = 0.2;

/** The whole text; ends with a line break. */
export function renderJudgement(judged: JudgedSearch, c: Colours, columns: number): string {
  const { search, best, warnings } = judged;
  const { backtest, plan } = search;
  const lines = linesOf(judged);
  const found =
    best === undefined
      ? c.yellow('No trial kept the constraints')
      : `${c.dim('Best')}  ${c.bold(paramsText(best.params))}  ${scoreText(plan.objective, best.score)}`;
  return [
    '',
    headLine(
      [backtest.strategy, backtest.symbols.join(' '), backtest.timeframe, `${backtest.from} to ${backtest.to}`],
      c,
    ),
    `  ${c.dim(search.id)}`,
    '',
    `  ${found}  ${c.dim(wantedText(plan))}`,
    '',
    ...lines.map((line) => lineText(line, c, columns)),
    `  ${verdictOf(lines)}\n`,
    ...warningLines(warnings, c),
  ].join('\n');
}

/** The test and its figure, and below it what that means, as wide as the terminal lets it be. */
function lineText({ name, found, meaning, passed }: Line, c: Colours, columns: number): string {
  const mark = passed === undefined ? c.dim('–') : passed ? c.green('✔') : c.red('✖');
  const told = wrapped(meaning, Math.max(40, columns - INDENT.length)).map((part) => `${INDENT}${c.dim(part)}`);
  return [`  ${mark} ${name.padEnd(NAME_WIDTH)} ${c.bold(found)}`, ...told, ''].join('\n');
}

/** A text in lines of at most so many characters, broken between words. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The same as one JSON document. */
export function judgementDocument(judged: JudgedSearch): Readonly<Record<string, unknown>> {
  const { search, best, count, judgement, reruns, opened, warnings } = judged;
  const lines = linesOf(judged);
  return {
    search: search.id,
    best: best === undefined ? null : { number: best.number, params: best.params, score: best.score ?? null },
    ledger: { configurations: count.trials, runs: count.runs },
    ...finiteFigures(judgement),
    reruns: finiteFigures(reruns),
    holdout:
      opened === undefined
        ? null
        : { ...opened.data, statistics: finiteFigures(opened.outcome.statistics), earlierLooks: opened.earlier },
    tests: lines.map(({ name, found, meaning, passed }) => ({ name, found, meaning, passed: passed ?? null })),
    verdict: verdictOf(lines),
    warnings,
  };
}

/** One sentence. */
function verdictOf(lines: readonly Line[]): string {
  const passed = lines.filter((line) => line.passed === true).length;
  const failed = lines.filter((line) => line.passed === false);
  if (passed + failed.length === 0) return 'There is too little to judge.';
  if (failed.length === 0) return `All ${plural(passed, 'test')} that could be made speak for it.`;
  const names = failed.map(({ name }) => name).join(', ');
  return `${failed.length} of ${plural(passed + failed.length, 'test')} speak against it: ${names}.`;
}

function linesOf({ judgement, reruns, opened, count }: JudgedSearch): readonly Line[] {
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

function significanceLines({ significance }: Judgement, count: TrialCount): readonly Line[] {
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

function holdoutLines(opened: OpenedHoldout | undefined): readonly Line[] {
  if (opened === undefined) return [];
  const { statistics: s } = opened.outcome;
  return [
    {
      name: 'Holdout',
      found: `return ${formatPercent(s.totalReturn, { signed: true })}`,
      meaning:
        `${opened.data.from} to ${opened.data.to}: Sharpe ${formatRatio(s.sharpe)}, ` +
        `drawdown ${formatPercent(s.maxDrawdown)}, ${plural(s.trades, 'round trip')}`,
      passed: s.totalReturn > 0,
    },
  ];
}

function monteCarloLine({ runs, totalReturn, maxDrawdown, lossShare }: MonteCarlo): Omit<Line, 'name'> {
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

function slippageLine(slippage: Reruns['slippage']): Omit<Line, 'name'> {
  const known = slippage.flatMap(({ bps, figures }) => (figures === undefined ? [] : [{ bps, ...figures }]));
  const firstLoss = known.find(({ totalReturn }) => totalReturn < 0);
  const list = known.map(({ bps, totalReturn }) => `${bps} bp ${formatPercent(totalReturn, { signed: true })}`);
  return {
    found: firstLoss === undefined ? 'no loss' : `loss from ${firstLoss.bps} bp`,
    meaning: `taking costs so much of the price: ${list.join(', ')}`,
    passed: firstLoss === undefined || firstLoss.bps > 5,
  };
}

function flatten(reruns: Answer<Reruns>, name: 'prices' | 'skippedEntries'): Answer<MonteCarlo> {
  if ('reason' in reruns) return reruns;
  const value = reruns.value[name];
  return value === undefined ? { reason: 'no run came to its end' } : { value };
}

function line<T>(name: string, answer: Answer<T>, tell: (value: T) => Omit<Line, 'name'>): Line {
  if ('reason' in answer) return { name, found: 'n/a', meaning: answer.reason, passed: undefined };
  return { name, ...tell(answer.value) };
}
