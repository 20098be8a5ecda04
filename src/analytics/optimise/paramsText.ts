/** Parameters, scores and bounds of a search as people read them. */
import type { ParamValue } from '../../strategies/param.js';
import { formatPercent, formatRatio, plural } from '../figureText.js';
import { brokenConstraint, constraintText, scoreOf } from './objective.js';
import type { FigureName, Objective } from './objective.js';
import { RUINED, wasRuined } from '../statistics.js';
import type { Statistics } from '../statistics.js';
import type { StoredSearch, StoredTrial } from './storedSearch.js';
import { completeTrials } from './searchPlan.js';
import type { SearchPlan, TriedTrial } from './searchPlan.js';
import { isSupported, runDaysOf, whyUnsupported } from '../yearlyFigures.js';
import type { RunDays } from '../yearlyFigures.js';

/** `fast=5 slow=20`. */
export function paramsText(params: Readonly<Record<string, ParamValue>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? numberText(value) : String(value)}`)
    .join(' ');
}

/** The figures that are fractions. */
const FRACTIONS: ReadonlySet<FigureName> = new Set<FigureName>([
  'totalReturn',
  'annualReturn',
  'cagr',
  'annualVolatility',
  'maxDrawdown',
  'averageDrawdown',
  'buyAndHoldReturn',
  'alpha',
  'trackingError',
  'exposure',
  'winRate',
  'bestTrade',
  'worstTrade',
  'averageTrade',
  'expectancy',
]);

/**
 * A score as the figure it stands for, `n/a` where there is none or where the days of the trial are too few for it. By
 * such a figure trials are in order all the same: they have the same days, but none says how good it is.
 */
export function scoreText(objective: Objective, score: number | undefined, run: RunDays | undefined): string {
  if (score === undefined || run === undefined || !isSupported(objective.figure, run)) return 'n/a';
  return supportedScoreText(objective, score);
}

/** The score of a trial that was kept, as {@link scoreText} tells it. */
export function keptScoreText(objective: Objective, { score, statistics, dailyReturns }: StoredTrial): string {
  const isComplete = statistics !== undefined && dailyReturns !== undefined;
  return scoreText(objective, score, isComplete ? runDaysOf({ statistics, dailyReturns }) : undefined);
}

/** A score as the figure it stands for, of trials whose days are enough for it. */
export function supportedScoreText({ figure, direction }: Objective, score: number): string {
  const value = direction === 'minimise' ? 0 - score : score;
  return FRACTIONS.has(figure) ? formatPercent(value) : formatRatio(value);
}

/** Why no score of some trials is told: of what all of them have in common; undefined where they are told. */
export function whyUntold({ figure }: Objective, trials: readonly TriedTrial[]): string | undefined {
  const [first] = completeTrials(trials);
  return first === undefined ? undefined : whyUnsupported(figure, runDaysOf(first.outcome));
}

/** A warning of a search whose scores are not told; undefined where they are. */
export function untoldWarning(objective: Objective, trials: readonly TriedTrial[]): string | undefined {
  const why = whyUntold(objective, trials);
  if (why === undefined) return undefined;
  return (
    `${objective.figure} is n/a: ${why}. The trials are in its order all the same, which over so few days is mostly ` +
    'luck; --json has the numbers.'
  );
}

/** A warning of trials whose equity was 0 or below; undefined without one. */
export function ruinedWarning(trials: readonly TriedTrial[]): string | undefined {
  const { length } = completeTrials(trials).filter(({ outcome }) => wasRuined(outcome.statistics));
  if (length === 0) return undefined;
  return `In ${plural(length, 'trial')} ${RUINED}: ${length === 1 ? 'it has' : 'they have'} no score.`;
}

/** What came of a trial that ran to its end. */
interface Came {
  readonly statistics: Statistics;
  readonly isBroken: boolean;
}

/**
 * Why a search has no best, to go on with in a sentence: no trial ran to its end, none kept the constraints, or those
 * that did have no score. `complete` are the trials that ran to their end.
 */
function whyNoBest({ objective, constraints }: SearchPlan, complete: readonly Came[]): string {
  if (complete.length === 0) return 'no trial came to its end';
  const kept = complete.filter(({ isBroken }) => !isBroken);
  if (kept.length === 0) return 'no trial kept the constraints';
  const ruined = kept.filter(({ statistics }) => wasRuined(statistics)).length;
  const every = `every trial${constraints.length > 0 ? ' that kept the constraints' : ''}`;
  if (ruined === kept.length) return `${RUINED} in ${every}`;
  const none = `${objective.figure} is n/a`;
  return ruined === 0 ? `${none} in ${every}` : `in ${every} ${none} or ${RUINED}`;
}

/** The same of the trials of a search that has just been made. */
export function whyNoneBest(plan: SearchPlan, trials: readonly TriedTrial[]): string {
  return whyNoBest(
    plan,
    completeTrials(trials).map(({ outcome, broken }) => ({
      statistics: outcome.statistics,
      isBroken: broken !== undefined,
    })),
  );
}

/**
 * The same of one that was kept. What was kept decides, as the rules may have changed since: a trial that has the
 * figure and yet no score broke a constraint.
 */
export function whyNoneKept({ plan, trials }: Pick<StoredSearch, 'plan' | 'trials'>): string {
  const { objective, constraints } = plan;
  return whyNoBest(
    plan,
    trials.flatMap(({ statistics, score }) => {
      if (statistics === undefined) return [];
      const lacksScore = score === undefined && scoreOf(objective, statistics) !== undefined;
      return [{ statistics, isBroken: lacksScore || brokenConstraint(constraints, statistics) !== undefined }];
    }),
  );
}

/** Why a search has no best, as a line; the names of figures stay as they are. */
export function nothingBestText(plan: SearchPlan, trials: readonly TriedTrial[]): string {
  return asLine(whyNoneBest(plan, trials));
}

/** A reason why there is no best as a line. */
export function asLine(reason: string): string {
  return reason.replace(/^[nti](?=o |he |n )/, (letter) => letter.toUpperCase());
}

/** `largest sharpe with trials>=30`. */
export function wantedText({ objective, constraints }: SearchPlan): string {
  const most = objective.direction === 'maximise' ? 'largest' : 'smallest';
  const bounds = constraints.length === 0 ? '' : ` with ${constraints.map(constraintText).join(', ')}`;
  return `${most} ${objective.figure}${bounds}`;
}

/** How the points were chosen: `tpe, seed 1, pruned by the median`. */
export function samplerText({ sampler, seed, pruning }: SearchPlan): string {
  const parts = [sampler, ...(sampler === 'grid' ? [] : [`seed ${seed}`])];
  if (pruning === 'median') parts.push('pruned by the median');
  if (pruning === 'halving') parts.push('pruned by halving');
  return parts.join(', ');
}

/** What became of the trials: `120 trials: 100 complete (4 broke a constraint), 18 pruned, 2 refused`. */
export function outcomeText(trials: readonly Pick<TriedTrial, 'status'>[], broken: number): string {
  const count = (status: TriedTrial['status']): number => trials.filter((trial) => trial.status === status).length;
  const parts = [`${count('complete')} complete${broken === 0 ? '' : ` (${broken} broke a constraint)`}`];
  if (count('pruned') > 0) parts.push(`${count('pruned')} pruned`);
  if (count('refused') > 0) parts.push(`${count('refused')} refused`);
  return `${plural(trials.length, 'trial')}: ${parts.join(', ')}`;
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** What a step returned on the days after its training; NaN where it held nothing on them. */
export function afterText(fraction: number): string {
  return Number.isNaN(fraction) ? 'in cash' : formatPercent(fraction, { signed: true });
}
