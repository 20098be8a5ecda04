/** The equity curve with the drawdown beneath it. Points stand side by side: nights and weekends take no room. */
import { formatPercent } from '../figureText.js';
import type { EquityCurve } from '../returns.js';
import { areaOf, at, dividers, dollars, extent, gridLines, pathOf, scaleOf, xLabels, yLabels } from './chartParts.js';
import type { XLabel } from './chartParts.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';

/** What the chart shows. */
export interface ReportChart {
  readonly curve: EquityCurve;
  /** Dollars before the first point. */
  readonly startEquity: number;
  /** What that is called; `Starting cash` if absent. */
  readonly startName?: string;
  /** What holding the benchmark came to, dollars, NaN before it began; absent: none. */
  readonly held?: { readonly name: string; readonly equity: Float64Array };
}

/** Depth of the axis of falls where there is none. */
const UNFALLEN = 1e-3;

/** Draws it; a curve needs at least one point. */
export function equityFigure(chart: ReportChart): Html {
  const { curve, startEquity, startName = 'Starting cash', held } = chart;
  const values = [startEquity, ...extent(curve.equity), ...(held === undefined ? [] : extent(held.equity))];
  const money = scaleOf(Math.min(...values), Math.max(...values));
  const labels = xLabels(curve.time);
  const y = (value: number): number => money.place(value);
  return html`<figure>
    <div class="legend">
      <span class="key"><i style="border-color:var(--accent)"></i>Equity</span>
      ${held === undefined ? NO_HTML : html`<span><i style="border-top:2px dashed var(--warn)"></i>${held.name}</span>`}
      <span><i style="border-top:2px dotted var(--ink-muted)"></i>${startName}</span>
      <span><i style="border-color:var(--loss)"></i>Drawdown</span>
    </div>
    <div class="plot" style="height:250px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Equity">
        ${gridLines(money)}${dividers(labels)}
        <line class="start" x1="0" x2="1000" y1="${at(y(startEquity))}" y2="${at(y(startEquity))}"></line>
        ${held === undefined ? NO_HTML : html`<path class="held" d="${pathOf(held.equity, y)}"></path>`}
        <path class="equity" d="${pathOf(curve.equity, y)}"></path>
      </svg>
      ${yLabels(money, (value) => dollars(value, money.step))}
    </div>
    ${fallsPlot(fallsOf(curve.equity, startEquity), labels)}
  </figure>`;
}

function fallsPlot(falls: Float64Array, labels: readonly XLabel[]): Html {
  const [deepest] = extent(falls);
  if (deepest === undefined) {
    return html`<p class="muted">No drawdown is drawn: the equity was never above 0.</p>`;
  }
  // Where nothing was lost the axis still has to lead down from 0.
  const depth = scaleOf(deepest < 0 ? deepest : -UNFALLEN, 0, 3);
  return html`<div class="plot under" style="height:84px">
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Drawdown">
      ${gridLines(depth)}${dividers(labels)}
      <path class="fall" d="${areaOf(falls, (value) => depth.place(value))}"></path>
    </svg>
    ${yLabels(depth, (value) => formatPercent(value))}
    ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
  </div>`;
}

/**
 * Equity over its highest before, less 1, what it `start`ed from too: zero or below; NaN before it was above 0, which
 * it cannot fall from.
 */
export function fallsOf(equity: Float64Array, start: number): Float64Array {
  let peak = start;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return peak > 0 ? value / peak - 1 : Number.NaN;
  });
}
