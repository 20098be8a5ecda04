/** How returns were spread, and how they went over time: a histogram of days, rolling Sharpe and rolling beta. */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import type { BacktestRun } from '../BacktestRun.js';
import { alphaBeta } from '../benchmarkMetrics.js';
import { benchmarkReturns } from '../dayFigures.js';
import { formatCount, formatPercent, formatRatio } from '../figureText.js';
import type { PeriodReturn } from '../periodReturns.js';
import { returnsByDay } from '../periodReturns.js';
import { conditionalValueAtRisk, PERIODS_PER_YEAR, sharpeRatio, valueAtRisk } from '../returnMetrics.js';
import { at, dividers, extent, gridLines, HEIGHT, pathOf, scaleOf, WIDTH, xLabels, yLabels } from './chartParts.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';

/** Fewer days make no shape. */
const FEWEST_DAYS = 20;
const MOST_BARS = 60;
/** Windows of half a year, or a month where a run is short; a run needs two of them. */
const WINDOWS = [126, 21] as const;
const TAIL = 0.05;
const NOON = 12 * HOUR;

/** The section; nothing for runs of few days. */
export function returnsSection(run: BacktestRun): Html {
  const days = returnsByDay(run.curve, run.config.startingCash / DOLLAR);
  if (days.length < FEWEST_DAYS) return NO_HTML;
  const returns = Float64Array.from(days, ({ returnFraction }) => returnFraction);
  if (returns.every((value) => value === 0)) return NO_HTML;
  return html`<section class="panel">
    <h2>Returns of days</h2>
    <div class="pair">${histogram(returns)} ${rollingFigures(run, days, returns)}</div>
  </section>`;
}

function histogram(returns: Float64Array): Html {
  const moved = returns.filter((value) => value !== 0);
  const [low = 0, high = 0] = extent(moved);
  // The bins are round, and one of them begins at 0, so that none holds both gains and losses.
  const bins = scaleOf(low, high, Math.min(MOST_BARS, Math.max(8, Math.round(4 * Math.cbrt(moved.length)))));
  const first = bins.lines[0] ?? 0;
  const counts = new Float64Array(bins.lines.length - 1);
  for (const value of moved) {
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor((value - first) / bins.step + 1e-9)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const height = scaleOf(0, Math.max(...counts), 4);
  const width = WIDTH / counts.length;
  const xOf = (value: number): number => ((value - first) / (bins.step * counts.length)) * WIDTH;
  const bars = Array.from(counts, (count, bin) => {
    const top = height.place(count);
    const tone = (bins.lines[bin] ?? 0) < -bins.step / 2 ? 'bar-loss' : 'bar-gain';
    return html`<rect
      class="${tone}"
      x="${at(bin * width + width * 0.06)}"
      y="${at(top)}"
      width="${at(width * 0.88)}"
      height="${at(HEIGHT - top)}"
    ></rect>`;
  });
  const risk = valueAtRisk(returns, TAIL);
  const every = Math.ceil(bins.lines.length / 6);
  const labels = bins.lines.filter((_, line) => line % every === 0 && line < counts.length);
  const still = returns.length - moved.length;
  return html`<figure>
    <figcaption>
      Days by their return${still > 0 ? `; ${formatCount(still)} days without a change are left out` : ''}. The dashed
      line: one day in twenty was worse than ${formatPercent(risk, { signed: true })}, and those were
      ${formatPercent(conditionalValueAtRisk(returns, TAIL), { signed: true })} on average.
    </figcaption>
    <div class="plot under" style="height:180px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Distribution of daily returns">
        ${gridLines(height)}${bars}
        ${
          risk < 0 && xOf(risk) >= 0
            ? html`<line class="mark" x1="${at(xOf(risk))}" x2="${at(xOf(risk))}" y1="0" y2="100"></line>`
            : NO_HTML
        }
      </svg>
      ${yLabels(height, (value) => String(Math.round(value)))}
      ${labels.map(
        (value) =>
          html`<span class="x" style="left:${at(xOf(value) / 10)}%">${formatPercent(value, { signed: true })}</span>`,
      )}
    </div>
  </figure>`;
}

function rollingFigures(run: BacktestRun, days: readonly PeriodReturn[], returns: Float64Array): Html {
  const window = WINDOWS.find((days) => returns.length >= 2 * days);
  if (window === undefined) return html`<p class="muted">The run is too short for rolling figures.</p>`;
  const yearly = PERIODS_PER_YEAR.daily;
  const times = days.slice(window - 1).map(({ name }) => fromNewYork(parseDate(name), NOON));
  const sharpe = rollingOf(returns.length, window, (from, to) => sharpeRatio(returns.subarray(from, to), 0, yearly));
  const market =
    run.buyAndHold === undefined ? undefined : Float64Array.from(benchmarkReturns(run.curve, run.buyAndHold));
  const beta =
    market === undefined
      ? undefined
      : rollingOf(returns.length, window, (from, to) => {
          return alphaBeta(returns.subarray(from, to), market.subarray(from, to), { periodsPerYear: yearly }).beta;
        });
  return html`<figure>
    <figcaption>
      Over ${window} days each: Sharpe${beta === undefined ? '' : ', and beta against holding the symbol'}.
    </figcaption>
    ${line('Rolling Sharpe', sharpe, Float64Array.from(times), 'equity')}
    ${beta === undefined ? NO_HTML : line('Rolling beta', beta, Float64Array.from(times), 'held')}
  </figure>`;
}

function line(name: string, values: Float64Array, times: Float64Array, className: string): Html {
  const finite = values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const scale = scaleOf(Math.min(0, ...extent(finite)), Math.max(0, ...extent(finite)), 4);
  const labels = xLabels(times);
  const zero = at(scale.place(0));
  return html`<div class="plot under" style="height:72px">
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${name}">
      ${gridLines(scale)}${dividers(labels)}
      <line class="start" x1="0" x2="1000" y1="${zero}" y2="${zero}"></line>
      <path class="${className}" d="${pathOf(finite, (value) => scale.place(value))}"></path>
    </svg>
    ${yLabels(scale, (value) => formatRatio(value))}
    ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
  </div>`;
}

/** A figure of each stretch of `window` days; NaN where it cannot be had. */
function rollingOf(days: number, window: number, figure: (from: number, to: number) => number): Float64Array {
  return Float64Array.from({ length: days - window + 1 }, (_, from) => figure(from, from + window));
}
