/** Values by how often they came: bars of equal width, one of which begins at 0, and lines at figures of interest. */
import { at, extent, gridLines, HEIGHT, scaleOf, WIDTH, yLabels } from './chartParts.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** A number of bins of equal width side by side. */
export interface Histogram {
  /** Where the first one begins, and how wide each is, in the unit of the values. */
  readonly first: number;
  readonly step: number;
  readonly counts: Float64Array;
}

/** A dashed line across the bars. */
export interface HistogramMark {
  readonly value: number;
  /** Class of the line: `mark`, `held` or `start`. */
  readonly className: string;
}

/** What is drawn. */
export interface HistogramChart {
  readonly histogram: Histogram;
  /** What it shows, for those who hear it. */
  readonly label: string;
  readonly text: (value: number) => string;
  /** Whether a bin that begins at a value is bad; by default below 0. */
  readonly isLoss?: (from: number) => boolean;
  /** Those beyond the bars are left out. */
  readonly marks: readonly HistogramMark[];
}

const MOST_BARS = 60;
const LABELS = 6;
/** Relative to the values. */
const NOISE = 1e-9;

/** Bins for some values, those that are finite: more of them the more values there are. */
export function histogramOf(values: Float64Array): Histogram {
  const [low = 0, highest = 0] = extent(values);
  // The same sum in another order may differ in its last digits: that is one value, not a distribution.
  const isOne = highest - low <= NOISE * Math.max(Math.abs(low), Math.abs(highest));
  const high = isOne ? low : highest;
  // The bins are round, and one of them begins at 0, so that none holds both gains and losses.
  const count = isOne ? 2 : Math.min(MOST_BARS, Math.max(8, Math.round(4 * Math.cbrt(values.length))));
  const bins = scaleOf(low, high, count);
  const first = bins.lines[0] ?? 0;
  const counts = new Float64Array(bins.lines.length - 1);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor((value - first) / bins.step + 1e-9)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { first, step: bins.step, counts };
}

/** The bars with their axes. */
export function histogramPlot({ histogram, label, text, isLoss, marks }: HistogramChart): Html {
  const { first, step, counts } = histogram;
  const height = scaleOf(0, Math.max(...counts), 4);
  const width = WIDTH / counts.length;
  const xOf = (value: number): number => ((value - first) / (step * counts.length)) * WIDTH;
  const isBad = isLoss ?? ((from) => from < -step / 2);
  const bars = Array.from(counts, (count, bin) => {
    const top = height.place(count);
    return html`<rect
      class="${isBad(first + bin * step) ? 'bar-loss' : 'bar-gain'}"
      x="${at(bin * width + width * 0.06)}"
      y="${at(top)}"
      width="${at(width * 0.88)}"
      height="${at(HEIGHT - top)}"
    ></rect>`;
  });
  const every = Math.ceil((counts.length + 1) / LABELS);
  const labels = Array.from(counts, (_, bin) => first + bin * step).filter((_, bin) => bin % every === 0);
  const lines = marks
    .map(({ value, className }) => ({ x: xOf(value), className }))
    .filter(({ x }) => x >= 0 && x <= WIDTH)
    .map(({ x, className }) => html`<line class="${className}" x1="${at(x)}" x2="${at(x)}" y1="0" y2="100"></line>`);
  return html`<div class="plot under" style="height:180px">
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${label}">
      ${gridLines(height)}${bars}${lines}
    </svg>
    ${yLabels(height, (value) => String(Math.round(value)))}
    ${labels.map((value) => html`<span class="x" style="left:${at(xOf(value) / 10)}%">${text(value)}</span>`)}
  </div>`;
}
