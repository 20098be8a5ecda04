/** Parameters, scores and bounds of a search as people read them. */
import type { ParamValue } from '../../strategies/param.js';
import { formatPercent, formatRatio, plural } from '../figureText.js';
import { constraintText } from './objective.js';
import type { FigureName, Objective } from './objective.js';
import type { SearchPlan, TriedTrial } from './searchPlan.js';

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

/** A score as the figure it stands for. */
export function scoreText({ figure, direction }: Objective, score: number | undefined): string {
  if (score === undefined) return 'n/a';
  const value = direction === 'minimise' ? 0 - score : score;
  return FRACTIONS.has(figure) ? formatPercent(value) : formatRatio(value);
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
