/**
 * The equity curve with the drawdown beneath it, as inline SVG whose shapes stretch with the page while the labels,
 * which are HTML, keep their size. Points stand side by side, one width each: nights and weekends take no room.
 */
import { toNewYork } from '../calendar/newYorkTime.js';
import { civilOf, formatDate } from '../calendar/tradingDate.js';
import { HOUR } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { formatTime } from '../exchange/receiptText.js';
import { formatMoney, formatPercent } from './figureText.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { monthOf } from './periodReturns.js';
import type { EquityCurve } from './returns.js';

/** What the chart shows. */
export interface ReportChart {
  readonly curve: EquityCurve;
  /** Dollars before the first point. */
  readonly startEquity: number;
  /** What buying and holding the only symbol came to, dollars, NaN before it began; absent: none. */
  readonly held?: Float64Array;
}

/** Most groups of points that are drawn; of each the first, lowest, highest and last. */
const MOST_GROUPS = 600;
const WIDTH = 1000;
const HEIGHT = 100;
const Y_LINES = 6;
const MOST_X_LABELS = 8;
/** A label that began further right, in percent, would leave the chart. */
const LAST_LABEL_AT = 92;

/** Draws it; a curve needs at least one point. */
export function equityFigure(chart: ReportChart): Html {
  const { curve, startEquity, held } = chart;
  const values = [startEquity, ...extent(curve.equity), ...(held === undefined ? [] : extent(held))];
  const money = scaleOf(Math.min(...values), Math.max(...values));
  const falls = fallsOf(curve.equity);
  const deepest = falls.reduce((a, b) => Math.min(a, b), 0);
  const depth = scaleOf(deepest, 0, 3);
  const labels = xLabels(curve.time);
  const y = (value: number): number => money.place(value);
  return html`<figure>
    <div class="legend">
      <span class="key"><i style="border-color:var(--accent)"></i>Equity</span>
      ${held === undefined ? NO_HTML : html`<span><i style="border-color:var(--warn)"></i>Buy and hold</span>`}
      <span><i style="border-top:2px dotted var(--ink-muted)"></i>Starting cash</span>
      <span><i style="border-color:var(--loss)"></i>Drawdown</span>
    </div>
    <div class="plot" style="height:250px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Equity">
        ${gridLines(money)}${dividers(labels)}
        <line class="start" x1="0" x2="1000" y1="${at(y(startEquity))}" y2="${at(y(startEquity))}"></line>
        ${held === undefined ? NO_HTML : html`<path class="held" d="${pathOf(held, y)}"></path>`}
        <path class="equity" d="${pathOf(curve.equity, y)}"></path>
      </svg>
      ${yLabels(money, (value) => dollars(value, money.step))}
    </div>
    <div class="plot under" style="height:84px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Drawdown">
        ${gridLines(depth)}${dividers(labels)}
        <path class="fall" d="${areaOf(falls, (value) => depth.place(value))}"></path>
      </svg>
      ${yLabels(depth, (value) => formatPercent(value))}
      ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
    </div>
  </figure>`;
}

/** Lowest and highest finite value; none if there is none. */
function extent(values: Float64Array): readonly number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [] : [low, high];
}

/** Equity over its highest before, less 1: zero or below. */
function fallsOf(equity: Float64Array): Float64Array {
  let peak = -Infinity;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

interface Scale {
  readonly step: number;
  readonly lines: readonly number[];
  /** Distance from the top, 0 to {@link HEIGHT}. */
  place(value: number): number;
}

/** A scale from at most `low` to at least `high` with lines at round values. */
function scaleOf(low: number, high: number, count = Y_LINES): Scale {
  const span = high > low ? high - low : Math.max(Math.abs(high) * 0.001, 1e-4);
  const rough = span / (count - 1);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10);
  const from = Math.floor(low / step);
  const to = Math.max(Math.ceil(high / step), from + 1);
  const lines = Array.from({ length: to - from + 1 }, (_, line) => (from + line) * step);
  return { step, lines, place: (value) => ((to * step - value) / ((to - from) * step)) * HEIGHT };
}

function gridLines(scale: Scale): readonly Html[] {
  return scale.lines.map((value) => {
    const y = at(scale.place(value));
    return html`<line class="grid" x1="0" x2="1000" y1="${y}" y2="${y}"></line>`;
  });
}

function dividers(labels: readonly XLabel[]): readonly Html[] {
  return labels.map(({ left }) => {
    const x = at((left / 100) * WIDTH);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100"></line>`;
  });
}

function yLabels(scale: Scale, text: (value: number) => string): readonly Html[] {
  return scale.lines.map((value) => html`<span class="y" style="top:${at(scale.place(value))}%">${text(value)}</span>`);
}

function dollars(value: number, step: number): string {
  const text = formatMoney(Math.round(value * DOLLAR));
  return step >= 1 ? text.replace(/\.00$/, '') : text;
}

interface XLabel {
  /** Percent of the width. */
  readonly left: number;
  readonly text: string;
}

/** Where a new hour, date, month or year begins: the finest of them that leaves room for its labels. */
function xLabels(time: Float64Array): readonly XLabel[] {
  const dates = new Set<number>();
  for (const value of time) dates.add(toNewYork(value).date);
  const nameOf = dates.size === 1 ? hourName : dates.size <= 60 ? dateName : dates.size <= 800 ? monthName : yearName;
  const textOf = dates.size === 1 ? clockText : nameOf;
  const starts: { readonly index: number; readonly text: string }[] = [];
  let before = '';
  for (const [index, value] of time.entries()) {
    const name = nameOf(value);
    if (name !== before) starts.push({ index, text: textOf(value) });
    before = name;
  }
  const every = Math.ceil(starts.length / MOST_X_LABELS);
  return starts
    .filter((_, index) => index % every === 0)
    .map(({ index, text }) => ({ left: (index / Math.max(1, time.length - 1)) * 100, text }))
    .filter(({ left }) => left <= LAST_LABEL_AT);
}

function hourName(time: number): string {
  return String(Math.floor(toNewYork(time).microsOfDay / HOUR));
}

/** `09:31`. */
function clockText(time: number): string {
  return formatTime(time).slice(0, 5);
}

function dateName(time: number): string {
  return formatDate(toNewYork(time).date);
}

function monthName(time: number): string {
  return monthOf(toNewYork(time).date);
}

function yearName(time: number): string {
  return String(civilOf(toNewYork(time).date).year);
}

/** `M x y L x y …`; values that are no number are left out. */
function pathOf(values: Float64Array, place: (value: number) => number): string {
  const points: string[] = [];
  for (const index of drawnIndices(values)) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    points.push(`${points.length === 0 ? 'M' : 'L'}${at(xOf(index, values.length))} ${at(place(value))}`);
  }
  return points.join('');
}

function areaOf(values: Float64Array, place: (value: number) => number): string {
  return `${pathOf(values, place)}L${WIDTH} ${at(place(0))}L0 ${at(place(0))}Z`;
}

function xOf(index: number, length: number): number {
  return length === 1 ? WIDTH : (index / (length - 1)) * WIDTH;
}

/** Indices that keep the shape: all of few, else first, lowest, highest and last of every group. */
function drawnIndices(values: Float64Array): readonly number[] {
  const { length } = values;
  if (length <= MOST_GROUPS * 4) return Array.from({ length }, (_, index) => index);
  const indices: number[] = [];
  for (let group = 0; group < MOST_GROUPS; group += 1) {
    const from = Math.floor((group * length) / MOST_GROUPS);
    const to = Math.floor(((group + 1) * length) / MOST_GROUPS);
    let low = from;
    let high = from;
    for (let i = from; i < to; i += 1) {
      if ((values[i] ?? 0) < (values[low] ?? 0)) low = i;
      if ((values[i] ?? 0) > (values[high] ?? 0)) high = i;
    }
    indices.push(...[...new Set([from, low, high, to - 1])].toSorted((a, b) => a - b));
  }
  return indices;
}

/** A coordinate with two decimals. */
function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}
