/**
 * Searches a space: asks a sampler for batches of points, has them evaluated, gives up early on what looks poor, and
 * ranks what is left. Batches have sizes of their own, whoever evaluates them, and results are used in the order of the
 * points: a plan comes to one result with any number of workers.
 */
import type { Micros } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';
import { brokenConstraint, scoreOf } from './objective.js';
import { gridSampler, randomSampler } from './sampler.js';
import type { AcceptPoint, Sampler, TriedPoint } from './sampler.js';
import { ranked } from './searchPlan.js';
import type { SearchPlan, SearchResult, TriedTrial } from './searchPlan.js';
import { paramsAt, spaceSize } from './searchSpace.js';
import type { Point } from './searchSpace.js';
import { tpeSampler } from './tpeSampler.js';
import type { EvaluateTrials, Trial, TrialOutcome, TrialResult } from './trial.js';

/** Points that TPE proposes without having seen each other's results. */
const TPE_BATCH = 8;
/** Points of the samplers that do not learn: enough for many workers. */
const BATCH = 64;
/** Median pruning compares with at least this many. */
const FEWEST_COMPARED = 4;

/** What a search needs besides its plan. */
export interface SearchParts {
  readonly evaluate: EvaluateTrials;
  /** Whether the strategy takes the parameters of a point together. */
  readonly accepts: AcceptPoint;
  /** Hears after every batch of its trials, in order, and of how many backtests they took. */
  readonly onBatch?: (trials: readonly TriedTrial[], runs: number) => void;
  /** Hears of every backtest: how many of the trials are settled, those under way counted in fractions. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs the plan to its end. Rejects with what `evaluate` rejects with. */
export async function search(plan: SearchPlan, parts: SearchParts): Promise<SearchResult> {
  const sampler = samplerOf(plan, parts.accepts);
  const total = plan.sampler === 'grid' ? spaceSize(plan.space) : Math.min(plan.trials, spaceSize(plan.space));
  const runner = new BatchRunner(plan, parts, total);
  const trials: TriedTrial[] = [];
  const tried: TriedPoint[] = [];
  for (;;) {
    const points = sampler.propose(Math.min(batchSize(plan), total - trials.length), tried);
    if (points.length === 0) break;
    const runsBefore = runner.runs;
    const batch = await runner.run(points);
    trials.push(...batch);
    tried.push(...batch.map((trial) => ({ point: trial.point, score: scoreOfTrial(trial) })));
    parts.onBatch?.(batch, runner.runs - runsBefore);
    if (trials.length >= total) break;
  }
  const [best] = ranked(trials);
  return { trials, best: best?.score === undefined ? undefined : best, runs: runner.runs };
}

function samplerOf({ sampler, space, seed }: SearchPlan, accepts: AcceptPoint): Sampler {
  switch (sampler) {
    case 'grid':
      return gridSampler(space, accepts);
    case 'random':
      return randomSampler(space, accepts, seed);
    case 'tpe':
      return tpeSampler(space, accepts, seed);
  }
}

function batchSize({ sampler, pruning, trials, space }: SearchPlan): number {
  if (sampler === 'tpe') return TPE_BATCH;
  // Halving compares all with all.
  if (pruning !== 'halving') return BATCH;
  return sampler === 'grid' ? spaceSize(space) : trials;
}

function scoreOfTrial(trial: TriedTrial): number | undefined {
  return trial.status === 'complete' ? trial.score : undefined;
}

/** A point on its way through the rungs. */
interface Entrant {
  readonly number: number;
  readonly point: Point;
  readonly params: Trial['params'];
}

class BatchRunner {
  /** Backtests run so far; also the id of the next. */
  runs = 0;
  readonly #plan: SearchPlan;
  readonly #parts: SearchParts;
  readonly #total: number;
  /** Scores of all that reached each rung. */
  readonly #reached: readonly number[][];
  #next = 0;
  #settled = 0;

  constructor(plan: SearchPlan, parts: SearchParts, total: number) {
    assert(plan.pruning === 'none' ? plan.rungs.length === 0 : plan.rungs.length > 0, 'pruning needs rungs');
    this.#plan = plan;
    this.#parts = parts;
    this.#total = total;
    this.#reached = plan.rungs.map(() => []);
  }

  async run(points: readonly Point[]): Promise<readonly TriedTrial[]> {
    const { space, rungs, to } = this.#plan;
    let entrants: readonly Entrant[] = points.map((point) => {
      const number = this.#next;
      this.#next += 1;
      return { number, point, params: paramsAt(space, point) };
    });
    const done: TriedTrial[] = [];
    const stages = rungs.length + 1;
    const told = (stage: number) => (share: number) => {
      this.#parts.onProgress?.(this.#settled + ((stage + share) / stages) * points.length, this.#total);
    };
    for (const [rung, end] of rungs.entries()) {
      const results = await this.#evaluate(entrants, end, told(rung));
      entrants = this.#prune(entrants, results, rung, done);
    }
    const results = await this.#evaluate(entrants, to, told(rungs.length));
    for (const [index, entrant] of entrants.entries()) {
      const result = results[index];
      if (result !== undefined) done.push(this.#settle(entrant, result));
    }
    this.#settled += points.length;
    return done.toSorted((a, b) => a.number - b.number);
  }

  /** The results up to `to`, in the order of the entrants; tells which share of them is there. */
  async #evaluate(
    entrants: readonly Entrant[],
    to: Micros,
    onShare: (share: number) => void,
  ): Promise<readonly TrialResult[]> {
    const first = this.runs;
    this.runs += entrants.length;
    const results: TrialResult[] = [];
    let heard = 0;
    const trials = entrants.map(({ params }, index) => ({ id: first + index, params, from: this.#plan.from, to }));
    await this.#parts.evaluate(trials, (result) => {
      results[result.trialId - first] = result;
      heard += 1;
      onShare(heard / entrants.length);
    });
    assert(heard === entrants.length, 'an evaluator tells of every trial once');
    return results;
  }

  #settle(entrant: Entrant, result: TrialResult): TriedTrial {
    if (result.kind === 'refusal') {
      return { ...entrant, status: 'refused', code: result.code, reason: result.reason };
    }
    const broken = brokenConstraint(this.#plan.constraints, result.statistics);
    const score = broken === undefined ? scoreOf(this.#plan.objective, result.statistics) : undefined;
    return { ...entrant, status: 'complete', outcome: result, score, broken };
  }

  /** Who goes on; the others are put into `done`. Constraints are not asked on a part: few trades are normal there. */
  #prune(
    entrants: readonly Entrant[],
    results: readonly TrialResult[],
    rung: number,
    done: TriedTrial[],
  ): readonly Entrant[] {
    const ran: { readonly entrant: Entrant; readonly score: number }[] = [];
    for (const [index, entrant] of entrants.entries()) {
      const result = results[index];
      if (result?.kind === 'outcome') ran.push({ entrant, score: this.#partScore(result) });
      else if (result !== undefined) done.push(this.#settle(entrant, result));
    }
    const reached = this.#reached[rung] ?? [];
    reached.push(...ran.map(({ score }) => score));
    const kept =
      this.#plan.pruning === 'halving'
        ? new Set(ran.toSorted((a, b) => compareScores(b.score, a.score)).slice(0, Math.ceil(ran.length / 2)))
        : new Set(ran.filter(({ score }) => reached.length < FEWEST_COMPARED || score >= lowerMedian(reached)));
    for (const one of ran) if (!kept.has(one)) done.push({ ...one.entrant, status: 'pruned', rung });
    return ran.filter((one) => kept.has(one)).map(({ entrant }) => entrant);
  }

  #partScore(outcome: TrialOutcome): number {
    return scoreOf(this.#plan.objective, outcome.statistics) ?? -Infinity;
  }
}

/** The middle value, the lower of two, of values that may be infinite. */
function lowerMedian(values: readonly number[]): number {
  return values.toSorted(compareScores)[Math.floor((values.length - 1) / 2)] ?? -Infinity;
}

/** Ascending; two that have none are equal. */
function compareScores(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
