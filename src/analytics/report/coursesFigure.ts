/** Several courses of equity over the same dates, thin, and the one that they are to be compared with. */
import { at, dividers, dollars, extent, gridLines, pathOf, scaleOf, xLabels, yLabels } from './chartParts.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** What the chart shows. */
export interface CoursesChart {
  /** Event times of the points. */
  readonly time: Float64Array;
  /** Returns of each course, one per point. */
  readonly courses: readonly Float64Array[];
  readonly coursesName: string;
  readonly compared: { readonly name: string; readonly returns: Float64Array };
  /** Dollars at the start. */
  readonly startEquity: number;
}

/** Draws it. */
export function coursesFigure({ time, courses, coursesName, compared, startEquity }: CoursesChart): Html {
  const curves = courses.map((returns) => equityOf(returns, startEquity));
  const other = equityOf(compared.returns, startEquity);
  const ends = [...curves, other].flatMap((curve) => extent(curve));
  const money = scaleOf(Math.min(startEquity, ...ends), Math.max(startEquity, ...ends));
  const y = (value: number): number => money.place(value);
  const labels = xLabels(time);
  const start = at(y(startEquity));
  return html`<figure>
    <div class="legend">
      <span><i style="border-color:var(--accent)"></i>${coursesName}</span>
      <span><i style="border-color:var(--warn)"></i>${compared.name}</span>
    </div>
    <div class="plot under" style="height:250px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${coursesName}">
        ${gridLines(money)}${dividers(labels)}
        <line class="start" x1="0" x2="1000" y1="${start}" y2="${start}"></line>
        ${curves.map((curve) => html`<path class="course" d="${pathOf(curve, y)}"></path>`)}
        <path class="real" d="${pathOf(other, y)}"></path>
      </svg>
      ${yLabels(money, (value) => dollars(value, money.step))}
      ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
    </div>
  </figure>`;
}

function equityOf(returns: Float64Array, start: number): Float64Array {
  let value = start;
  return returns.map((change) => {
    value *= 1 + change;
    return value;
  });
}
