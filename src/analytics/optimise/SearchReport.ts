/**
 * A search as one HTML page that needs nothing else: the heat map of two parameters, every trial in the order in which
 * it was tried, the best ones, and how much of it may be luck. Pure: the same search gives the same bytes.
 */
import { formatCount, formatPercent, formatRatio } from '../figureText.js';
import { byDays, runDaysOf } from '../yearlyFigures.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import { changeTile, factList, headRow, percentTone, tile } from '../report/parts.js';
import { reportPage } from '../report/page.js';
import { heatMapOf, heatShare } from './heatMap.js';
import type { HeatMap } from './heatMap.js';
import { nothingBestText, paramsText, scoreText, supportedScoreText, wantedText, whyUntold } from './paramsText.js';
import { ranked } from './searchPlan.js';
import type { CompleteTrial, SearchPlan, TriedTrial } from './searchPlan.js';

/** What the page is made from. */
export interface SearchReport {
  readonly strategy: string;
  readonly symbols: readonly string[];
  readonly timeframe: string;
  /** What the figures rest on, such as `Dates`, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly plan: SearchPlan;
  readonly trials: readonly TriedTrial[];
  /** What the reader should know before believing the figures. */
  readonly warnings: readonly string[];
}

const HEAT_SIZE = { columns: 40, rows: 30 };
const LISTED = 30;
const CELL = 24;
const CHART = { width: 1000, height: 220 };

/** The whole page; ends with a line break. */
export function searchReport(report: SearchReport): string {
  const { plan, trials, strategy, symbols, timeframe } = report;
  const best = ranked(trials);
  // Pictures are of the scores: where these are not told, there are none.
  const isTold = whyUntold(plan.objective, trials) === undefined;
  const map = isTold ? heatMapOf(plan.space, trials.map(pointOf), HEAT_SIZE) : undefined;
  return reportPage({
    title: `${strategy}, search, ${symbols.join(' ')}`,
    heading: strategy,
    subtitle: `${symbols.join(' ')} · ${timeframe} · ${wantedText(plan)}`,
    origin: 'Search by Papertape',
    warnings: report.warnings,
    body: [
      tiles(report, best),
      map?.range === undefined ? NO_HTML : heatSection(map, plan),
      isTold ? progressSection(trials, plan) : NO_HTML,
      listSection(best, plan),
      html`<section class="panel">
        <h2>What it rests on</h2>
        ${factList(report.facts)}
      </section>`,
    ],
  });
}

function tiles({ plan, trials }: SearchReport, [best]: readonly CompleteTrial[]): Html {
  if (best?.score === undefined) return html`<section class="panel"><p>${nothingBestText(plan, trials)}.</p></section>`;
  const { statistics } = best.outcome;
  return html`<section class="tiles">
    ${tile(`Best ${plan.objective.figure}`, scoreText(plan.objective, best.score, runDaysOf(best.outcome)), 'main')}
    ${tile('Parameters', paramsText(best.params))} ${changeTile('Total return', statistics.totalReturn)}
    ${tile('Max drawdown', formatPercent(statistics.maxDrawdown))}
  </section>`;
}

/** An SVG with one square a cell; what was not tried is empty, below zero red, the best one framed. */
function heatSection(map: HeatMap, { objective }: SearchPlan): Html {
  const rows = map.y?.labels ?? [''];
  const left = 64;
  const width = left + map.x.labels.length * CELL;
  const height = rows.length * CELL + 44;
  const every = Math.max(1, Math.ceil(map.x.labels.length / 12));
  const cells = map.cells.flatMap((row, y) =>
    row.flatMap((score, x) => {
      if (score === undefined) return [];
      const isBest = score === map.range?.high;
      const top = (rows.length - 1 - y) * CELL;
      const where = map.y === undefined ? '' : `, ${map.y.name} ${rows[y] ?? ''}`;
      const shown = (0.12 + 0.88 * heatShare(map, score)).toFixed(3);
      return html`<rect
        x="${left + x * CELL}"
        y="${top}"
        width="${CELL - 1}"
        height="${CELL - 1}"
        fill="var(${score < 0 ? '--loss' : '--accent'})"
        fill-opacity="${shown}"
        stroke="${isBest ? 'var(--ink)' : 'none'}"
      >
        <title>${map.x.name} ${map.x.labels[x] ?? ''}${where}: ${supportedScoreText(objective, score)}</title>
      </rect>`;
    }),
  );
  const text = (x: number, y: number, value: string, anchor: string): Html =>
    html`<text x="${x}" y="${y}" font-size="11" fill="var(--ink-muted)" text-anchor="${anchor}">${value}</text>`;
  const xLabels = map.x.labels.flatMap((label, x) =>
    x % every === 0 ? [text(left + x * CELL + CELL / 2, rows.length * CELL + 14, label, 'middle')] : [],
  );
  const yLabels = rows.map((label, y) => text(left - 6, (rows.length - 1 - y) * CELL + 15, label, 'end'));
  return html`<section class="panel">
    <h2>${objective.figure} by ${map.x.name}${map.y === undefined ? '' : ` and ${map.y.name}`}</h2>
    <p class="muted">
      Each square is the best of its trials. A plateau of good neighbours is worth more than one bright square among
      dark ones.
    </p>
    <div class="wide">
      <svg
        width="${width}"
        height="${height}"
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="Heat map of ${objective.figure}"
      >
        ${cells} ${xLabels} ${yLabels}
        ${text(left + (map.x.labels.length * CELL) / 2, rows.length * CELL + 34, map.x.name, 'middle')}
        ${map.y === undefined ? NO_HTML : text(0, 15, map.y.name, 'start')}
      </svg>
    </div>
  </section>`;
}

/** Every score by the number of its trial, and the best so far as a line. */
function progressSection(trials: readonly TriedTrial[], { objective }: SearchPlan): Html {
  const scored = trials.flatMap(({ number, ...trial }) => {
    const score = pointOf({ number, ...trial }).score;
    return score === undefined ? [] : [{ number, score }];
  });
  if (scored.length < 2) return NO_HTML;
  const scores = scored.map(({ score }) => score);
  const [low, high] = [scores.reduce((a, b) => Math.min(a, b)), scores.reduce((a, b) => Math.max(a, b))];
  const x = (number: number): number => Math.round((number / Math.max(1, trials.length - 1)) * CHART.width);
  const y = (score: number): number => Math.round((1 - (score - low) / (high - low || 1)) * (CHART.height - 8)) + 4;
  let best = -Infinity;
  const steps = scored.map(({ number, score }) => {
    best = Math.max(best, score);
    return `${x(number)} ${y(best)}`;
  });
  const dots = scored.map(
    ({ number, score }) => html`<circle cx="${x(number)}" cy="${y(score)}" r="2.5" fill="var(--ink-muted)"></circle>`,
  );
  return html`<section class="panel">
    <h2>Trials in the order in which they were tried</h2>
    <p class="muted">
      ${supportedScoreText(objective, low)} at the bottom, ${supportedScoreText(objective, high)} at the top.
    </p>
    <svg viewBox="0 0 ${CHART.width} ${CHART.height}" width="100%" role="img" aria-label="Scores by trial">
      ${dots}
      <path d="M${steps.join('L')}" fill="none" stroke="var(--accent)" stroke-width="1.5"></path>
    </svg>
  </section>`;
}

function listSection(best: readonly CompleteTrial[], { objective }: SearchPlan): Html {
  // The score of a search for the Sharpe ratio is that already.
  const isSharpe = objective.figure === 'sharpe';
  const right = new Set(['Score', 'Total return', 'Max drawdown', ...(isSharpe ? [] : ['Sharpe']), 'Trades']);
  const rows = best.slice(0, LISTED).map(
    ({ params, score, broken, outcome, outcome: { statistics: s, dailyReturns } }, index) =>
      html`<tr>
        <td>${index + 1}</td>
        <td>${paramsText(params)}</td>
        <td class="n">
          ${broken === undefined ? scoreText(objective, score, runDaysOf(outcome)) : `breaks ${broken.figure}`}
        </td>
        <td class="n ${percentTone(s.totalReturn)}">${formatPercent(s.totalReturn, { signed: true })}</td>
        <td class="n">${formatPercent(s.maxDrawdown)}</td>
        ${isSharpe ? NO_HTML : html`<td class="n">${byDays(dailyReturns.length, formatRatio(s.sharpe))}</td>`}
        <td class="n">${formatCount(s.trades)}</td>
      </tr>`,
  );
  const left = best.length - rows.length;
  return html`<section class="panel">
    <h2>The best</h2>
    <div class="wide">
      <table>
        ${headRow(['#', 'Parameters', ...right], right)}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${left > 0 ? html`<p class="rest">${formatCount(left)} more are not listed; --json has all of them.</p>` : NO_HTML}
  </section>`;
}

function pointOf(trial: TriedTrial): { readonly point: readonly number[]; readonly score: number | undefined } {
  return { point: trial.point, score: trial.status === 'complete' ? trial.score : undefined };
}
