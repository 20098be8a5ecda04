/** A search as a trader reads it: the best, the picture of the space, the ten best, and what that is worth. */
import { formatCount, formatPercent, formatRatio } from '../analytics/figureText.js';
import { byDays, runDaysOf } from '../analytics/yearlyFigures.js';
import { heatMapOf } from '../analytics/optimise/heatMap.js';
import {
  nothingBestText,
  paramsText,
  scoreText,
  supportedScoreText,
  wantedText,
  whyUntold,
} from '../analytics/optimise/paramsText.js';
import { ranked } from '../analytics/optimise/searchPlan.js';
import type { CompleteTrial, SearchPlan, TriedTrial } from '../analytics/optimise/searchPlan.js';
import { drawHeatMap } from './heatMapText.js';
import { renderFacts, renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** What is told of a search. */
export interface SearchSummary {
  /** Strategy, market and dates, in one line. */
  readonly head: readonly string[];
  readonly plan: SearchPlan;
  readonly trials: readonly TriedTrial[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly warnings: readonly string[];
}

const LISTED = 10;
const HEAT_ROWS = 16;
/** Columns of the terminal that labels of rows may take. */
const LABELS = 14;

/** The whole text; ends with a line break. */
export function renderSearch(summary: SearchSummary, colours: Colours, columns: number): string {
  const { head, plan, trials, facts, warnings } = summary;
  const best = ranked(trials);
  const size = { columns: Math.max(4, Math.min(40, Math.floor((columns - LABELS) / 2))), rows: HEAT_ROWS };
  const points = trials.map((trial) => ({
    point: trial.point,
    score: trial.status === 'complete' ? trial.score : undefined,
  }));
  // A picture is one of the scores: where these are not told, there is none.
  const map = whyUntold(plan.objective, trials) === undefined ? heatMapOf(plan.space, points, size) : undefined;
  const drawn =
    map === undefined ? [] : drawHeatMap(map, colours, (score) => supportedScoreText(plan.objective, score));
  return [
    '',
    headLine(head, colours),
    '',
    bestLine(best[0], summary, colours),
    '',
    ...(drawn.length === 0 ? [] : [...drawn.map((line) => `  ${line}`), '']),
    listOf(best, plan, colours),
    renderFacts(facts, colours),
    ...warningLines(warnings, colours),
  ].join('\n');
}

/** The first words bold, the others behind dots. */
export function headLine([first = '', ...rest]: readonly string[], c: Colours): string {
  return `  ${c.bold(first)}  ${rest.join(c.dim(' · '))}`;
}

/** Warnings as lines that end the text. */
export function warningLines(warnings: readonly string[], c: Colours): readonly string[] {
  return warnings.map((warning) => `  ${c.yellow('!')} ${warning}\n`);
}

function bestLine(best: CompleteTrial | undefined, { plan, trials }: SearchSummary, c: Colours): string {
  const wanted = c.dim(wantedText(plan));
  if (best?.score === undefined) return `  ${c.yellow(nothingBestText(plan, trials))}  ${wanted}`;
  const score = scoreText(plan.objective, best.score, runDaysOf(best.outcome));
  return `  ${c.dim('Best')}  ${c.bold(paramsText(best.params))}  ${score}  ${wanted}`;
}

function listOf(best: readonly CompleteTrial[], { objective }: SearchPlan, colours: Colours): string {
  // The score is the Sharpe ratio already.
  const isSharpe = objective.figure === 'sharpe';
  const rows = best.slice(0, LISTED).map(({ params, score, broken, outcome }, index) => {
    const { statistics: s, dailyReturns } = outcome;
    return [
      String(index + 1),
      paramsText(params),
      broken === undefined ? scoreText(objective, score, runDaysOf(outcome)) : `breaks ${broken.figure}`,
      formatPercent(s.totalReturn, { signed: true }),
      formatPercent(s.maxDrawdown),
      ...(isSharpe ? [] : [byDays(dailyReturns.length, formatRatio(s.sharpe))]),
      formatCount(s.trades),
    ];
  });
  if (rows.length === 0) return '';
  const figures = [objective.figure, 'Return', 'Max drawdown', ...(isSharpe ? [] : ['Sharpe']), 'Trades'];
  return renderTable(
    [{ title: '#', right: true }, { title: 'Parameters' }, ...figures.map((title) => ({ title, right: true }))],
    rows,
    colours,
  );
}
