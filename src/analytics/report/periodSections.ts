/** The returns of a run's days and months. */
import { DOLLAR } from '../../domain/units.js';
import type { BacktestRun } from '../BacktestRun.js';
import { formatCount, formatPercent, formatRatio } from '../figureText.js';
import { missingMonthFigures, missingText } from '../missingFigures.js';
import { monthFigures } from '../monthFigures.js';
import type { PeriodReturn } from '../periodReturns.js';
import { returnsByDay, returnsByMonth } from '../periodReturns.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { change, percentTone, signedMoney } from './parts.js';

/** Days are listed up to this many; months say more of longer runs. */
const MOST_DAYS = 66;
/** Change of a month whose wash is the deepest. */
const DEEPEST_WASH = 0.08;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns by month, where there are two of them; else undefined. */
export function monthsToShow({ curve, config }: BacktestRun): readonly PeriodReturn[] | undefined {
  const months = returnsByMonth(curve, config.startingCash / DOLLAR);
  return months.length > 1 ? months : undefined;
}

/** Returns by day, where there are two of them and not too many; else undefined. */
export function daysToShow({ curve, config }: BacktestRun): readonly PeriodReturn[] | undefined {
  const days = returnsByDay(curve, config.startingCash / DOLLAR);
  return days.length > 1 && days.length <= MOST_DAYS ? days : undefined;
}

/** Year by year. */
export function monthsSection(run: BacktestRun): Html {
  const months = monthsToShow(run);
  if (months === undefined) return NO_HTML;
  return html`<section class="panel" id="months">
    <h2>Returns by month</h2>
    ${monthTable(months)}
    <p class="rest">${monthsText(months)}</p>
  </section>`;
}

/** What the months say together. */
function monthsText(months: readonly PeriodReturn[]): string {
  const figures = monthFigures(months);
  const reasons = missingText(missingMonthFigures(figures));
  return (
    `Of ${formatCount(figures.months)} months that have a day, ${formatPercent(figures.gaining)} of those that moved ` +
    `gained: ${change(figures.averageGain)} on average, at best ${change(figures.best)}; the others ` +
    `${change(figures.averageLoss)}, at worst ${change(figures.worst)}. Gain to pain of the months, the sum of all ` +
    `by that of those that lost: ${formatRatio(figures.gainToPain)}.${reasons === '' ? '' : ` n/a: ${reasons}.`}`
  );
}

/** Of short runs. */
export function daysSection(run: BacktestRun): Html {
  const days = daysToShow(run);
  if (days === undefined) return NO_HTML;
  return html`<section class="panel" id="days">
    <h2>Returns by day</h2>
    <div class="days">${days.map(dayCell)}</div>
  </section>`;
}

function dayCell({ name, profit, returnFraction }: PeriodReturn): Html {
  return html`<div>
    <span>${name}</span><span class="${percentTone(returnFraction)}">${change(returnFraction)}</span>
    <small>${signedMoney(Math.round(profit * DOLLAR))}</small>
  </div>`;
}

/** A row per year, a column per month, the year's compounded return at the end. */
function monthTable(months: readonly PeriodReturn[]): Html {
  const byName = new Map(months.map((month) => [month.name, month.returnFraction]));
  const years = [...new Set(months.map(({ name }) => name.slice(0, 4)))];
  const rows = years.map((year) => {
    const returns = MONTHS.map((_, index) => byName.get(`${year}-${String(index + 1).padStart(2, '0')}`));
    const total = returns.reduce<number>((growth, month) => growth * (1 + (month ?? 0)), 1) - 1;
    const cells = returns.map((month) =>
      month === undefined
        ? html`<td></td>`
        : html`<td class="${percentTone(month)}" style="${heatOf(month)}">${percentCell(month)}</td>`,
    );
    return html`<tr>
      <th scope="row">${year}</th>
      ${cells}
      <td class="${percentTone(total)}"><b>${percentCell(total)}</b></td>
    </tr>`;
  });
  const heads = MONTHS.map((name) => html`<th scope="col">${name}</th>`);
  return html`<div class="wide" tabindex="0" role="region" aria-label="Returns by month">
    <table class="months">
      <caption>
        Percent of the equity before the month.
      </caption>
      <thead>
        <tr>
          <th scope="col">Year</th>
          ${heads}
          <th scope="col">All</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${washScale()}
  </div>`;
}

/** What the washes of the months mean, from the deepest loss to the deepest gain. */
function washScale(): Html {
  const steps = [-1, -0.5, 0, 0.5, 1].map((share) => {
    const fraction = share * DEEPEST_WASH;
    const end = share === -1 ? ' or less' : share === 1 ? ' or more' : '';
    return html`<span style="${heatOf(fraction)}">${percentCell(fraction)}${end}</span>`;
  });
  return html`<p class="scale">Colour: ${steps}</p>`;
}

/** A wash of gain or loss behind a month, the deeper the larger it was; none without a return. */
function heatOf(fraction: number): string {
  const depth = Math.round(Math.min(1, Math.abs(fraction) / DEEPEST_WASH) * 34);
  if (!(depth > 0)) return '';
  return `background:color-mix(in srgb,var(--${fraction > 0 ? 'gain' : 'loss'}) ${String(depth)}%,transparent)`;
}

/** Percent without the sign of percent, as the column says it. */
function percentCell(fraction: number): string {
  return change(fraction).replace(' %', '');
}
