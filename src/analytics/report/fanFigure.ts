/** Courses that might as well have been, as a fan: where nine in ten and a half of them lay, and the real one. */
import type { Fan } from '../validation/Fan.js';
import type { Spread } from '../validation/spread.js';
import { formatCount, formatPercent } from '../figureText.js';
import { at, dollars, extent, gridLines, pathOf, scaleOf, WIDTH, yLabels } from './chartParts.js';
import type { XLabel } from './chartParts.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';

/** What the chart shows. */
export interface FanChart {
  readonly fan: Fan;
  /** Returns that the runs were drawn from, in their order. */
  readonly returns: ArrayLike<number>;
  /** Dollars at the start. */
  readonly startEquity: number;
  /** What passes from point to point: `day`, `trade`. */
  readonly period: string;
  /** What the real course is called. */
  readonly name: string;
  /** Whether a table tells how the runs ended; runs of the same trades all end alike. */
  readonly withEnds: boolean;
}

const LABELS = 5;

/** Draws it. */
export function fanFigure({ fan, returns, startEquity, period, name, withEnds }: FanChart): Html {
  const { steps, wealth } = fan;
  const real = equityOf(returns, startEquity);
  const edges = wealth.flatMap(({ p5, p95 }) => [p5 * startEquity, p95 * startEquity]);
  const money = scaleOf(Math.min(...extent(real), ...edges), Math.max(...extent(real), ...edges));
  const length = Math.max(1, steps.at(-1) ?? 1);
  const x = (index: number): string => at(((steps[index] ?? 0) / length) * WIDTH);
  const y = (value: number): string => at(money.place(value * startEquity));
  const line = (values: readonly number[]): string =>
    values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('');
  const band = (low: keyof Spread, high: keyof Spread): string => {
    const back = wealth.map((spread, index) => `L${x(index)} ${y(spread[low])}`).toReversed();
    return `${line(wealth.map((spread) => spread[high]))}${back.join('')}Z`;
  };
  const start = y(1);
  return html`<figure>
    <div class="legend">
      <span><i style="border-color:var(--warn)"></i>${name}</span>
      <span><i style="border-top:2px dotted var(--accent)"></i>Middle</span>
      <span><i class="area" style="opacity:.5"></i>A half of the runs</span>
      <span><i class="area" style="opacity:.2"></i>Nine in ten</span>
    </div>
    <div class="plot under" style="height:250px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Fan of courses">
        ${gridLines(money)}
        <path class="fan-wide" d="${band('p5', 'p95')}"></path>
        <path class="fan-narrow" d="${band('p25', 'p75')}"></path>
        <line class="start" x1="0" x2="1000" y1="${start}" y2="${start}"></line>
        <path class="middle" d="${line(wealth.map(({ median }) => median))}"></path>
        <path class="real" d="${pathOf(real, (value) => money.place(value))}"></path>
      </svg>
      ${yLabels(money, (value) => dollars(value, money.step))}
      ${labelsOf(length, period).map(
        ({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`,
      )}
    </div>
    ${withEnds ? endTable(wealth.at(-1)) : NO_HTML}
  </figure>`;
}

/** The start, and equity after each period. */
function equityOf(returns: ArrayLike<number>, start: number): Float64Array {
  const equity = new Float64Array(returns.length + 1).fill(start);
  for (let period = 0; period < returns.length; period += 1) {
    equity[period + 1] = (equity[period] ?? start) * (1 + (returns[period] ?? 0));
  }
  return equity;
}

/** Counts of periods along the way, the first at the start. */
function labelsOf(length: number, period: string): readonly XLabel[] {
  return Array.from({ length: LABELS }, (_, label) => {
    const passed = Math.round((label * length) / LABELS);
    return { left: (passed / length) * 100, text: `${period} ${formatCount(passed)}` };
  });
}

function endTable(end: Spread | undefined): Html {
  const shares = [
    ['1 in 20 below', end?.p5],
    ['1 in 4 below', end?.p25],
    ['Middle', end?.median],
    ['1 in 4 above', end?.p75],
    ['1 in 20 above', end?.p95],
  ] as const;
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th scope="col">Return at the end</th>
          ${shares.map(([title]) => html`<th scope="col" class="n">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        <tr>
          <td></td>
          ${shares.map(
            ([, value]) =>
              html`<td class="n ${(value ?? 1) < 1 ? 'loss' : 'gain'}">
                ${formatPercent((value ?? NaN) - 1, { signed: true })}
              </td>`,
          )}
        </tr>
      </tbody>
    </table>
  </div>`;
}
