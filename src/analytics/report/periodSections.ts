/** The returns of a run's days and months. */
import { DOLLAR } from '../../domain/units.js';
import type { BacktestRun } from '../BacktestRun.js';
import { formatCount, formatPercent, formatRatio } from '../figureText.js';
import { missingMonthFigures } from '../missingFigures.js';
import { monthFigures } from '../monthFigures.js';
import type { MonthFigures } from '../monthFigures.js';
import type { PeriodReturn } from '../periodReturns.js';
import { returnsByDay, returnsByMonth, returnsByYear } from '../periodReturns.js';
import { RUINED, wasRuined } from '../statistics.js';
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
    ${monthTable(months, returnsByYear(run.curve, run.config.startingCash / DOLLAR))}
    <p class="rest">${monthsText(months, run)}</p>
  </section>`;
}

/** What the months say together. */
function monthsText(months: readonly PeriodReturn[], { statistics }: BacktestRun): string {
  if (wasRuined(statistics)) return `Figures of the months are n/a: ${RUINED}.`;
  const figures = monthFigures(months, false);
  const all = `Of ${formatCount(figures.months)} months that have a day, `;
  if (Number.isNaN(figures.gaining)) return `${all}none moved.`;
  const { gainToPain: why } = missingMonthFigures(figures);
  return (
    `${all}${signsText(figures)}. The best came to ${change(figures.best)}, the worst to ${change(figures.worst)}. ` +
    'Gain to pain of the months, their sum by the size of the sum of those that lost: ' +
    `${formatRatio(figures.gainToPain)}${why === undefined ? '' : `, as ${why}`}.`
  );
}

/** How many gained, and what those that gained and those that lost came to. */
function signsText({ gaining, averageGain, averageLoss }: MonthFigures): string {
  const gained = `gained, ${change(averageGain)} on average`;
  const lost = `lost, ${change(averageLoss)} on average`;
  if (gaining === 0) return `all that moved ${lost}`;
  if (gaining === 1) return `all that moved ${gained}`;
  return `${formatPercent(gaining)} of those that moved ${gained}; the others ${lost}`;
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

/** A row per year, a column per month, the year's return at the end. */
function monthTable(months: readonly PeriodReturn[], years: readonly PeriodReturn[]): Html {
  const byName = new Map(months.map((month) => [month.name, month.returnFraction]));
  const rows = years.map(({ name: year, returnFraction: total }) => {
    const returns = MONTHS.map((_, index) => byName.get(`${year}-${String(index + 1).padStart(2, '0')}`));
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
