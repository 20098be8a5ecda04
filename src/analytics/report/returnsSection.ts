/** How returns were spread, and how they went over time: a histogram of days, rolling Sharpe and rolling beta. */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR } from '../../domain/timeframe.js';
import { DOLLAR } from '../../domain/units.js';
import type { BacktestRun, RunBenchmark } from '../BacktestRun.js';
import { alphaBeta } from '../benchmarkMetrics.js';
import { benchmarkReturns } from '../dayFigures.js';
import { formatPercent, formatRatio, plural } from '../figureText.js';
import type { PeriodReturn } from '../periodReturns.js';
import { returnsByDay } from '../periodReturns.js';
import { conditionalValueAtRisk, PERIODS_PER_YEAR, sharpeRatio, valueAtRisk } from '../returnMetrics.js';
import { RUINED, wasRuined } from '../statistics.js';
import { isStill } from '../samples.js';
import { at, dividers, extent, gridLines, pathOf, scaleOf, xLabels, yLabels } from './chartParts.js';
import { histogramOf, histogramPlot } from './histogramFigure.js';
import type { Histogram } from './histogramFigure.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { change } from './parts.js';

/** Fewer days make no shape. */
const FEWEST_DAYS = 20;
/** Windows of half a year, or a month where a run is short; a run needs two of them. */
const WINDOWS = [126, 21] as const;
const TAIL = 0.05;
const NOON = 12 * HOUR;

/** What the section shows. Fractions. */
export interface ReturnsShown {
  readonly histogram: Histogram;
  /** Days without a change, which are in no bin. */
  readonly still: number;
  /** Days that began with an equity of 0 or below, which have no return. */
  readonly ruined: number;
  /** NaN, as the next, where the equity was 0 or below. */
  readonly valueAtRisk: number;
  readonly conditionalValueAtRisk: number;
  /** Undefined for a run that is too short. */
  readonly rolling: RollingFigures | undefined;
}

/** Figures of each stretch of days, by its last date. */
export interface RollingFigures {
  /** Days of a stretch. */
  readonly window: number;
  /** `YYYY-MM-DD`. */
  readonly dates: readonly string[];
  /** NaN where a stretch cannot support one. */
  readonly sharpe: Float64Array;
  /** Against the benchmark; undefined without one. */
  readonly beta: Float64Array | undefined;
}

/** Undefined for a run of few days, and for one in which nothing moved while there was something. */
export function returnsToShow(run: BacktestRun): ReturnsShown | undefined {
  const days = returnsByDay(run.curve, run.config.startingCash / DOLLAR);
  if (days.length < FEWEST_DAYS) return undefined;
  const returns = Float64Array.from(days, ({ returnFraction }) => returnFraction);
  const known = returns.filter((value) => !Number.isNaN(value));
  const moved = known.filter((value) => value !== 0);
  const isRuined = wasRuined(run.statistics);
  if (moved.length === 0) return undefined;
  return {
    histogram: histogramOf(moved),
    still: known.length - moved.length,
    ruined: returns.length - known.length,
    valueAtRisk: isRuined ? NaN : valueAtRisk(returns, TAIL),
    conditionalValueAtRisk: isRuined ? NaN : conditionalValueAtRisk(returns, TAIL),
    rolling: rollingFigures(run, days, returns),
  };
}

/** The section; nothing for runs of few days. */
export function returnsSection(run: BacktestRun): Html {
  const shown = returnsToShow(run);
  if (shown === undefined) return NO_HTML;
  return html`<section class="panel" id="returns">
    <h2>Returns of days</h2>
    <div class="pair">${histogramFigure(shown)} ${rollingFigure(shown.rolling, run.benchmark)}</div>
  </section>`;
}

function histogramFigure(shown: ReturnsShown): Html {
  const { histogram, still, ruined, valueAtRisk: risk, conditionalValueAtRisk: tail } = shown;
  const left = [
    ...(still > 0 ? [`${plural(still, 'day')} without a change`] : []),
    ...(ruined > 0 ? [`${plural(ruined, 'day')} that began with nothing or less`] : []),
  ];
  return html`<figure>
    <figcaption>
      Days by their
      return${left.length > 0 ? `; ${left.join(' and ')} ${still + ruined === 1 ? 'is' : 'are'} left out` : ''}.
      ${
        Number.isNaN(risk)
          ? `Value at risk is n/a: ${RUINED}.`
          : `The dashed line: one day in twenty was worse than ${change(risk)}, ` +
            `and those were ${change(tail)} on average.`
      }
    </figcaption>
    ${histogramPlot({
      histogram,
      label: 'Distribution of daily returns',
      text: (value) => formatPercent(value, { signed: true }),
      marks: risk < 0 ? [{ value: risk, className: 'mark' }] : [],
    })}
  </figure>`;
}

function rollingFigures(
  run: BacktestRun,
  days: readonly PeriodReturn[],
  returns: Float64Array,
): RollingFigures | undefined {
  const window = WINDOWS.find((length) => returns.length >= 2 * length);
  if (window === undefined) return undefined;
  const yearly = PERIODS_PER_YEAR.daily;
  const sharpe = rollingOf(returns.length, window, (from, to) => {
    const part = returns.subarray(from, to);
    return part.some(Number.isNaN) || isStill(part) ? Number.NaN : sharpeRatio(part, 0, yearly);
  });
  const market =
    run.buyAndHold === undefined ? undefined : Float64Array.from(benchmarkReturns(run.curve, run.buyAndHold));
  const beta =
    market === undefined
      ? undefined
      : rollingOf(returns.length, window, (from, to) => {
          const [part, other] = [returns.subarray(from, to), market.subarray(from, to)];
          if (part.some(Number.isNaN) || other.some(Number.isNaN)) return Number.NaN;
          return alphaBeta(part, other, { periodsPerYear: yearly }).beta;
        });
  return { window, dates: days.slice(window - 1).map(({ name }) => name), sharpe, beta };
}

function rollingFigure(rolling: RollingFigures | undefined, benchmark: RunBenchmark | undefined): Html {
  const market = benchmark?.chosen === undefined ? 'holding the symbol' : benchmark.symbol;
  if (rolling === undefined) return html`<p class="muted">The run is too short for rolling figures.</p>`;
  const { window, dates, sharpe, beta } = rolling;
  if (sharpe.every(Number.isNaN)) {
    return html`<p class="muted">No stretch of ${window} days supports a rolling figure.</p>`;
  }
  const times = Float64Array.from(dates, (date) => fromNewYork(parseDate(date), NOON));
  return html`<figure>
    <figcaption>
      Over ${window} days each: Sharpe${beta === undefined ? '' : `, and beta against ${market}`}.
    </figcaption>
    ${line('Rolling Sharpe', sharpe, times, 'equity')}
    ${beta === undefined ? NO_HTML : line('Rolling beta', beta, times, 'held')}
  </figure>`;
}

function line(name: string, values: Float64Array, times: Float64Array, className: string): Html {
  const finite = values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const scale = scaleOf(Math.min(0, ...extent(finite)), Math.max(0, ...extent(finite)), 4);
  const labels = xLabels(times);
  const zero = at(scale.place(0));
  return html`<div class="plot under" style="height:84px">
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
