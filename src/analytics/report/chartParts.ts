/**
 * What the charts of a report are made of: inline SVG whose shapes stretch with the page, while the labels, which are
 * HTML, keep their size. Shapes have 1,000 by 100 units.
 */
import { toNewYork } from '../../calendar/newYorkTime.js';
import { civilOf, formatDate } from '../../calendar/tradingDate.js';
import { HOUR } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import { formatTime } from '../../exchange/receiptText.js';
import { formatMoney } from '../figureText.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { monthOf } from '../periodReturns.js';

/** Most groups of points that are drawn; of each the first, lowest, highest and last. */
const MOST_GROUPS = 600;
/** Units of a chart's shapes from left to right. */
export const WIDTH = 1000;
/** The same from top to bottom. */
export const HEIGHT = 100;
const Y_LINES = 6;
const MOST_X_LABELS = 8;
/** A label that began further right, in percent, would leave the chart. */
const LAST_LABEL_AT = 92;
/** A label nearer to the next one would run into it, in percent of the width. */
const NEAREST_LABEL = 10;

/** Lowest and highest finite value; none if there is none. */
export function extent(values: Float64Array): readonly number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low && value !== -Infinity) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  return low > high ? [] : [low, high];
}

/** A vertical axis. */
export interface Scale {
  /** Between two lines. */
  readonly step: number;
  readonly lines: readonly number[];
  /** Distance from the top, 0 to {@link HEIGHT}. */
  place(value: number): number;
}

/**
 * A scale from at most `low` to at least `high` with lines at round values; around 0 where one of the ends is not
 * finite, which those of no values are not.
 */
export function scaleOf(lowest: number, highest: number, count = Y_LINES): Scale {
  const hasEnds = Number.isFinite(lowest) && Number.isFinite(highest);
  const [low, high] = hasEnds ? [lowest, highest] : [0, 0];
  const span = high > low ? high - low : Math.max(Math.abs(high) * 0.001, 1e-4);
  const rough = span / (count - 1);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10);
  const from = Math.floor(low / step);
  const to = Math.max(Math.ceil(high / step), from + 1);
  const lines = Array.from({ length: to - from + 1 }, (_, line) => (from + line) * step);
  return { step, lines, place: (value) => ((to * step - value) / ((to - from) * step)) * HEIGHT };
}

/** A line across the chart for each line of the axis. */
export function gridLines(scale: Scale): readonly Html[] {
  return scale.lines.map((value) => {
    const y = at(scale.place(value));
    return html`<line class="grid" x1="0" x2="1000" y1="${y}" y2="${y}"></line>`;
  });
}

/** A line down the chart at each label of time. */
export function dividers(labels: readonly XLabel[]): readonly Html[] {
  return labels.map(({ left }) => {
    const x = at((left / 100) * WIDTH);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100"></line>`;
  });
}

/** The labels of the axis, to the right of the chart. */
export function yLabels(scale: Scale, text: (value: number) => string): readonly Html[] {
  return scale.lines.map((value) => html`<span class="y" style="top:${at(scale.place(value))}%">${text(value)}</span>`);
}

/** Dollars, without cents where the axis has none. */
export function dollars(value: number, step: number): string {
  const text = formatMoney(Math.round(value * DOLLAR));
  return step >= 1 ? text.replace(/\.00$/, '') : text;
}

/** A label of time beneath the chart. */
export interface XLabel {
  /** Percent of the width. */
  readonly left: number;
  readonly text: string;
}

/**
 * Where a new hour, date, month or year begins: the finest of them that leaves room for its labels, without those that
 * would run into the next one.
 */
export function xLabels(time: Float64Array): readonly XLabel[] {
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
  const labels = starts
    .filter((_, index) => index % every === 0)
    .map(({ index, text }) => ({ left: (index / Math.max(1, time.length - 1)) * 100, text }))
    .filter(({ left }) => left <= LAST_LABEL_AT);
  const kept: XLabel[] = [];
  for (const label of labels.toReversed()) {
    if ((kept.at(-1)?.left ?? Infinity) - label.left >= NEAREST_LABEL) kept.push(label);
  }
  return kept.toReversed();
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

/** `M x y L x y …`; values that are not finite are left out. */
export function pathOf(values: Float64Array, place: (value: number) => number): string {
  return finiteIndices(values)
    .map((index, point) => {
      return `${point === 0 ? 'M' : 'L'}${at(xOf(index, values.length))} ${at(place(values[index] ?? NaN))}`;
    })
    .join('');
}

/** The same, closed down to 0 beneath its first and last point; nothing without a point. */
export function areaOf(values: Float64Array, place: (value: number) => number): string {
  const indices = finiteIndices(values);
  const first = indices[0];
  const last = indices.at(-1);
  if (first === undefined || last === undefined) return '';
  const zero = at(place(0));
  return `${pathOf(values, place)}L${at(xOf(last, values.length))} ${zero}L${at(xOf(first, values.length))} ${zero}Z`;
}

function finiteIndices(values: Float64Array): readonly number[] {
  return drawnIndices(values).filter((index) => Number.isFinite(values[index] ?? NaN));
}

function xOf(index: number, length: number): number {
  return length === 1 ? WIDTH : (index / (length - 1)) * WIDTH;
}

/** Indices that keep the shape: all of few, else first, lowest, highest and last of every group; ascending. */
export function drawnIndices(values: Float64Array): readonly number[] {
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
export function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}
