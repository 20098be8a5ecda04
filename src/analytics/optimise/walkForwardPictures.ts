/** The pictures of a walk-forward analysis: results and parameters of the steps, and what luck may have made. */
import { formatCount, formatPercent } from '../figureText.js';
import { drawnFigures } from '../report/drawnFigures.js';
import { at, gridLines, HEIGHT, scaleOf, WIDTH, yLabels } from '../report/chartParts.js';
import type { Scale } from '../report/chartParts.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import type { LuckOfDays } from './luckOfDays.js';
import type { Dimension } from './searchSpace.js';
import type { SearchPlan } from './searchPlan.js';
import type { StitchedResult, WalkForwardStep } from './walkForward.js';

const MOST_LABELS = 12;

/**
 * Per step a bar for the yearly return that was found in training and one for that of the days after it; none for a
 * return that cannot be told.
 */
export function stepBars(steps: readonly WalkForwardStep[]): Html {
  const pairs = steps.map(({ chosen, test }) => ({
    found: chosen?.outcome.statistics.annualReturn ?? 0,
    after: test?.statistics.annualReturn ?? 0,
  }));
  const values = pairs.flatMap(({ found, after }) => [found, after]).filter(Number.isFinite);
  const scale = scaleOf(Math.min(0, ...values), Math.max(0, ...values));
  const width = WIDTH / steps.length;
  const bars = pairs.map(
    ({ found, after }, step) =>
      html`${bar('invested', step * width + width * 0.14, width * 0.34, found, scale)}
      ${bar(after < 0 ? 'bar-loss' : 'bar-gain', step * width + width * 0.52, width * 0.34, after, scale)}`,
  );
  return html`<figure>
    <div class="legend">
      <span><i class="area" style="opacity:.35"></i>A year as found in training</span>
      <span><i class="area" style="background:var(--gain)"></i>A year as the days after it went, gain</span>
      <span><i class="area" style="background:var(--loss)"></i>loss</span>
    </div>
    <div class="plot under" style="height:180px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Yearly return of each step">
        ${gridLines(scale)}${bars}
      </svg>
      ${yLabels(scale, (value) => formatPercent(value))} ${stepLabels(steps.length)}
    </div>
  </figure>`;
}

/** For each searched number the values that the steps took; nothing where only words were searched. */
export function parameterPaths(steps: readonly WalkForwardStep[], { space }: SearchPlan): Html {
  const figures = space.dimensions.flatMap((dimension) => {
    const drawn = parameterPath(steps, dimension);
    return drawn === undefined ? [] : [drawn];
  });
  if (figures.length === 0) return NO_HTML;
  return html`<p class="muted">
      Parameters that each step took: a level line is a stable choice, a wild one says that training found noise.
    </p>
    <div class="pair">${figures}</div>`;
}

/** What luck could have made of the joined days. */
export function luckSection({ drawn }: LuckOfDays, { dailyReturns }: StitchedResult, startEquity: number): Html {
  if (drawn === undefined) return NO_HTML;
  return html`<section class="panel">
    <h2>Days outside of training, drawn anew</h2>
    ${drawnFigures({
      runs: drawn,
      returns: dailyReturns,
      startEquity,
      period: 'day',
      name: 'As it went',
      explained:
        `${formatCount(drawn.runs)} runs of as many days, drawn in blocks from those outside of training. ` +
        `${formatPercent(drawn.lossShare)} of them lost money.`,
      withReturns: true,
    })}
  </section>`;
}

function bar(className: string, x: number, width: number, value: number, scale: Scale): Html {
  if (!Number.isFinite(value)) return NO_HTML;
  const [top, bottom] = [scale.place(Math.max(0, value)), scale.place(Math.min(0, value))];
  return html`<rect
    class="${className}"
    x="${at(x)}"
    y="${at(top)}"
    width="${at(width)}"
    height="${at(Math.max(0, bottom - top))}"
  ></rect>`;
}

/** A line of steps: one level per step, broken where it was in cash. */
function parameterPath(steps: readonly WalkForwardStep[], dimension: Dimension): Html | undefined {
  const taken = steps.map(({ chosen }) => chosen?.params[dimension.name]);
  const numbers = taken.map((value) => (typeof value === 'number' ? value : undefined));
  const known = numbers.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const [low, high] = rangeOf(dimension, known);
  const scale = scaleOf(low, high, 4);
  const width = WIDTH / steps.length;
  const levels = numbers.flatMap((value, step) => {
    if (value === undefined) return [];
    const y = at(scale.place(value));
    const before = numbers[step - 1];
    const from = before === undefined ? `M${at(step * width)} ${y}` : `V${y}`;
    return `${from}H${at((step + 1) * width)}`;
  });
  return html`<figure>
    <figcaption><b>${dimension.name}</b></figcaption>
    <div class="plot under" style="height:${HEIGHT}px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${dimension.name} of each step">
        ${gridLines(scale)}
        <path class="equity" d="${levels.join('')}"></path>
      </svg>
      ${yLabels(scale, (value) => String(Number(value.toPrecision(6))))} ${stepLabels(steps.length)}
    </div>
  </figure>`;
}

/** What was searched, so that a choice at the edge of it is seen as one. */
function rangeOf(dimension: Dimension, known: readonly number[]): readonly [number, number] {
  if (dimension.kind === 'continuous') return [dimension.low, dimension.high];
  const searched = dimension.values.filter((value) => typeof value === 'number');
  const all = searched.length === 0 ? known : searched;
  return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
}

/** Numbers of the steps, in the middle of each. */
function stepLabels(count: number): readonly Html[] {
  const every = Math.ceil(count / MOST_LABELS);
  return Array.from({ length: count }, (_, step) => step)
    .filter((step) => step % every === 0)
    .map((step) => html`<span class="x mid" style="left:${at(((step + 0.5) / count) * 100)}%">${step + 1}</span>`);
}
