/** A daily or weekly report of an account as one HTML page that loads nothing: the same report, the same bytes. */
import { dayOfWeek, parseDate } from '../../calendar/tradingDate.js';
import { formatCount, formatPercent, plural } from '../figureText.js';
import { equityFigure } from '../report/equityFigure.js';
import { areaOf, at, dividers, extent, gridLines, scaleOf, xLabels, yLabels } from '../report/chartParts.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import { reportPage } from '../report/page.js';
import { limitsText } from '../report/limitText.js';
import { changeTile, factList, headRow, percentTone, signedMoney, tile } from '../report/parts.js';
import {
  feesSection,
  groupsSection,
  positionsSection,
  rulesSection,
  tradesSection,
  unfilledSection,
} from './accountLists.js';
import type { AccountReport, ReportProgram } from './accountReportTypes.js';
import { moneyText, moneyTone, timeText } from './reportText.js';

const DAY_COLUMNS = ['Day', 'Session', 'Began with', 'Ended with', 'Profit', 'Return', 'Trades', 'Fees'];

const FEED_NAMES: Readonly<Record<string, string>> = { sim: 'simulated market', recorded: 'recorded market' };

/** The whole page; ends with a line break. */
export function accountReportPage(report: AccountReport): string {
  const { period, from, to, accountId, feed, coverage, broker, warnings, days } = report;
  const when = period === 'day' ? from : `${from} to ${to}`;
  const venue = broker === 'paper' ? 'paper exchange' : `${broker} paper account`;
  const prices = FEED_NAMES[feed] ?? `prices of ${feed}`;
  const shown = coverage === null ? prices : `${prices}, ${coverage}`;
  return reportPage({
    title: `${accountId}, ${when}`,
    heading: `Account ${accountId}: ${period === 'day' ? 'daily' : 'weekly'} report`,
    subtitle: `${when} · ${plural(days.length, 'session')}`,
    origin: `Paper trading by Papertape, ${venue}; ${shown}`,
    warnings: [...warnings, ...killSwitchNote(report)],
    body: [
      tiles(report),
      equitySection(report),
      period === 'day' ? NO_HTML : daysSection(report),
      exposureSection(report),
      tradesSection(report),
      groupsSection(report),
      positionsSection(report),
      unfilledSection(report),
      report.program === null ? rulesSection(report) : NO_HTML,
      feesSection(report),
      termsSection(report),
    ],
  });
}

function killSwitchNote({ killSwitch }: AccountReport): readonly string[] {
  if (killSwitch === null || !killSwitch.on) return [];
  return [
    `The kill switch is on, by ${killSwitch.user}: ${killSwitch.reason === '' ? 'no reason' : killSwitch.reason}.`,
  ];
}

function tiles({ summary: s, figures, exposure }: AccountReport): Html {
  const won = 'value' in figures.hitRate ? `, ${formatPercent(figures.hitRate.value)}` : '';
  return html`<section class="tiles" id="summary" aria-label="Headline figures">
    ${tile('Profit', moneyText(s.profit, signedMoney), `main ${moneyTone(s.profit)}`)}
    ${changeTile('Return', s.return ?? NaN, 'main')} ${tile('Equity at the end', moneyText(s.endEquity), 'main')}
    ${tile('Closed trades, net', moneyText(s.tradesProfit, signedMoney), `main ${moneyTone(s.tradesProfit)}`)}
    ${tile('Max drawdown', formatPercent(-s.maxDrawdown))} ${tile('Trades, won', `${formatCount(s.trades)}${won}`)}
    ${tile('Fees', moneyText(s.fees))} ${tile('Exposure at the end', formatPercent(exposure.last))}
  </section>`;
}

function equitySection({ equity, summary, period }: AccountReport): Html {
  const start = Number(summary.startEquity ?? equity.equity[0] ?? 0);
  return html`<section class="panel" id="equity">
    <h2>Equity and drawdown</h2>
    ${
      equity.time.length === 0
        ? html`<p class="muted">Nothing was kept of what the account was worth.</p>`
        : equityFigure({
            curve: { time: Float64Array.from(equity.time), equity: Float64Array.from(equity.equity) },
            startEquity: start,
            falls: Float64Array.from(equity.drawdown, (fall) => fall ?? Number.NaN),
            startName: `Before the ${period}`,
          })
    }
  </section>`;
}

function daysSection({ days }: AccountReport): Html {
  const rows = days.map(
    (day) =>
      html`<tr>
        <th scope="row">${weekdayOf(day.date)} ${day.date}</th>
        <td class="nowrap">${day.sessionId}</td>
        <td class="n">${moneyText(day.startEquity)}</td>
        <td class="n">${moneyText(day.endEquity)}</td>
        <td class="n ${moneyTone(day.profit)}">${moneyText(day.profit, signedMoney)}</td>
        <td class="n ${percentTone(day.return ?? 0)}">${formatPercent(day.return ?? NaN, { signed: true })}</td>
        <td class="n">${formatCount(day.trades)}</td>
        <td class="n">${moneyText(day.fees)}</td>
      </tr>`,
  );
  return html`<section class="panel" id="days">
    <h2>Day by day</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Day by day">
      <table>
        ${headRow(DAY_COLUMNS, new Set(DAY_COLUMNS.slice(2)))}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function exposureSection({ equity, exposure }: AccountReport): Html {
  if (equity.time.length < 2 || equity.exposure.every((value) => value === 0)) return NO_HTML;
  const values = Float64Array.from(equity.exposure);
  const [low = 0, high = 0] = extent(values);
  const scale = scaleOf(Math.min(0, low), Math.max(high, 0.01), 4);
  const labels = xLabels(Float64Array.from(equity.time));
  return html`<section class="panel" id="exposure">
    <h2>Exposure</h2>
    <figure>
      <figcaption>
        What was held, long less short, as a part of equity: ${formatPercent(exposure.mean)} on average,
        ${formatPercent(exposure.highest)} at most.
      </figcaption>
      <div class="plot under" style="height:110px">
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Exposure">
          ${gridLines(scale)}${dividers(labels)}
          <path class="invested" d="${areaOf(values, (value) => scale.place(value))}"></path>
        </svg>
        ${yLabels(scale, (value) => formatPercent(value))}
        ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
      </div>
    </figure>
  </section>`;
}

function termsSection({ preset, feePlan, limits, days, summary, version, program }: AccountReport): Html {
  return html`<section class="panel" id="terms">
    <h2>On what terms</h2>
    ${factList([
      ['Sessions', days.map(({ sessionId }) => sessionId).join(', ')],
      ...(program === null ? [] : programFacts(program)),
      ['Preset', preset],
      ['Fees', feePlan],
      ...(program === null ? [['Risk limits', limitsText(limits)] as const] : []),
      ['Orders, fills', `${formatCount(summary.orders)}, ${formatCount(summary.fills)}`],
      ['Value of all fills', moneyText(summary.traded)],
      ['Report', `version ${version}`],
    ])}
  </section>`;
}

function programFacts(program: ReportProgram): readonly (readonly [name: string, value: string])[] {
  const { kind, owner, startingCash, openedAt, closedAt } = program;
  return [
    ['Account', `of a program, ${kind}`],
    ...(owner === '' ? [] : [['Owner', owner] as const]),
    ['Starting cash', moneyText(startingCash)],
    ...(openedAt === null ? [] : [['Opened', timeText(openedAt)] as const]),
    ...(closedAt === null ? [] : [['Closed', timeText(closedAt)] as const]),
  ];
}

function weekdayOf(date: string): string {
  const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  return names[dayOfWeek(parseDate(date))] ?? '';
}
