/** Runs drawn by chance: their fan, and how returns and drawdowns were spread, with the real ones marked. */
import { formatPercent } from '../figureText.js';
import { runFigures } from '../validation/monteCarlo.js';
import type { DrawnRuns } from '../validation/monteCarlo.js';
import { fanFigure } from './fanFigure.js';
import { histogramOf, histogramPlot } from './histogramFigure.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';

/** What is drawn. */
export interface DrawnChart {
  readonly runs: DrawnRuns;
  /** What the runs were drawn from, in its order. */
  readonly returns: Float64Array;
  /** Dollars. */
  readonly startEquity: number;
  /** `day` or `trade`. */
  readonly period: string;
  /** What the real course is called. */
  readonly name: string;
  readonly explained: string;
  /** Whether returns are shown; runs of the same trades all have the same one. */
  readonly withReturns: boolean;
}

/** What the order of a sum alone may change. */
const NOISE = 1e-9;

/** The pictures; a sentence in their place where one of the returns is none. */
export function drawnFigures({ runs, returns, startEquity, period, name, explained, withReturns }: DrawnChart): Html {
  if (!returns.every(Number.isFinite)) {
    return html`<p class="muted">
      Nothing is drawn: the equity was 0 or below before one of these ${period}s, of which no return can be told.
    </p>`;
  }
  const real = runFigures(returns);
  const { maxDrawdown: depth } = runs;
  const deeper = share(runs.maxDrawdowns, (value) => value > real.maxDrawdown + NOISE);
  const better = share(runs.totalReturns, (value) => value > real.totalReturn + NOISE);
  return html`<p class="muted">${explained}</p>
    ${fanFigure({ fan: runs.fan, returns, startEquity, period, name, withEnds: withReturns })}
    <div class="${withReturns ? 'pair' : ''}">
      ${
        withReturns
          ? html`<figure>
              <figcaption>
                Return of each run. Dashed: the real one, ${formatPercent(real.totalReturn, { signed: true })};
                ${formatPercent(better)} did better.
              </figcaption>
              ${histogramPlot({
                histogram: histogramOf(runs.totalReturns),
                label: 'Returns of the runs',
                text: (value) => formatPercent(value, { signed: true }),
                marks: [{ value: real.totalReturn, className: 'mark' }],
              })}
            </figure>`
          : NO_HTML
      }
      <figure>
        <figcaption>
          Deepest drawdown of each run. Dashed: the real one, ${formatPercent(real.maxDrawdown)};
          ${formatPercent(deeper)} went deeper. One run in twenty lost ${formatPercent(depth.p95)} or more from its
          peak.
        </figcaption>
        ${histogramPlot({
          histogram: histogramOf(runs.maxDrawdowns),
          label: 'Drawdowns of the runs',
          text: (value) => formatPercent(value),
          isLoss: () => true,
          marks: [{ value: real.maxDrawdown, className: 'mark' }],
        })}
      </figure>
    </div>`;
}

function share(values: Float64Array, holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}
