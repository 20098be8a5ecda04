/** A walk-forward analysis as one HTML page: the joined days outside of every training, and every step. */
import { formatDate } from '../../calendar/tradingDate.js';
import { conventionOf } from '../conventions.js';
import { firstPeak } from '../drawdowns.js';
import { formatCount, formatPercent, formatRatio } from '../figureText.js';
import { byDays, perYear, runDaysOf } from '../yearlyFigures.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import { equityFigure } from '../report/equityFigure.js';
import { reportPage } from '../report/page.js';
import { changeTile, factList, headRow, percentTone, tile } from '../report/parts.js';
import type { HeldOutside } from './heldOutside.js';
import type { LuckOfDays } from './luckOfDays.js';
import { afterText, paramsText, scoreText, whyNoneBest } from './paramsText.js';
import type { SearchPlan } from './searchPlan.js';
import { returnAfter, walkForwardEfficiency } from './walkForward.js';
import type { StitchedResult, WalkForwardStep } from './walkForward.js';
import { luckSection, parameterPaths, stepBars } from './walkForwardPictures.js';

/** What the page is made from. */
export interface WalkForwardReport {
  readonly strategy: string;
  readonly subtitle: string;
  readonly plan: SearchPlan;
  readonly steps: readonly WalkForwardStep[];
  readonly stitched: StitchedResult;
  /** Dollars at the start. */
  readonly startEquity: number;
  readonly luck: LuckOfDays;
  /** What it is measured against; absent: nothing. */
  readonly held?: HeldOutside | undefined;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly warnings: readonly string[];
}

/** The whole page; ends with a line break. */
export function walkForwardReport(report: WalkForwardReport): string {
  const { strategy, subtitle, steps, stitched, startEquity, luck, held, facts, warnings } = report;
  const { statistics: s, curve } = stitched;
  const peak = firstPeak(curve, startEquity, conventionOf(s.convention));
  const efficiency = walkForwardEfficiency(steps, stitched);
  const gained = steps.filter(({ test }) => (test?.statistics.totalReturn ?? 0) > 0).length;
  return reportPage({
    title: `${strategy}, walk-forward`,
    heading: strategy,
    subtitle,
    origin: 'Walk-forward analysis by Papertape',
    warnings,
    body: [
      html`<section class="tiles">
        ${changeTile('Return outside of training', s.totalReturn, 'main')}
        ${tile('Sharpe', byDays(stitched.dailyReturns.length, formatRatio(s.sharpe)), 'main')}
        ${tile('Max drawdown', formatPercent(s.maxDrawdown), 'main')}
        ${tile('Round trips', formatCount(s.trades), 'main')}
        ${tile('Efficiency', efficiency === undefined ? 'n/a' : formatPercent(efficiency))}
        ${tile('Steps that gained', `${gained} of ${steps.length}`)}
        ${tile('Sharpe above 0, probability', formatPercent(luck.probabilistic ?? NaN))}
        ${tile('Lost when drawn anew', lostText(luck))}
        ${held === undefined ? NO_HTML : changeTile(held.name, held.totalReturn)}
      </section>`,
      html`<section class="panel">
        <h2>Equity outside of training</h2>
        ${equityFigure({ curve, startEquity, firstPeak: peak, ...(held === undefined ? {} : { held }) })}
      </section>`,
      stepsSection(report),
      luckSection(luck, stitched, startEquity),
      html`<section class="panel">
        <h2>What it rests on</h2>
        ${factList(facts)}
      </section>`,
    ],
  });
}

function lostText({ drawn, missing }: LuckOfDays): string {
  return drawn === undefined ? `n/a (${missing ?? ''})` : formatPercent(drawn.lossShare);
}

function stepsSection({ steps, plan }: WalkForwardReport): Html {
  const rows = steps.map((step, index) => {
    const { window, chosen, test } = step;
    const found = chosen?.outcome.statistics;
    const after = returnAfter(step);
    return html`<tr>
      <td>${index + 1}</td>
      <td class="nowrap">${rangeText(window.train)}</td>
      <td class="nowrap">${rangeText(window.test)}</td>
      <td>${chosen === undefined ? `${whyNoneBest(plan, step.search.trials)}: in cash` : paramsText(chosen.params)}</td>
      <td class="n">
        ${scoreText(plan.objective, chosen?.score, chosen === undefined ? undefined : runDaysOf(chosen.outcome))}
      </td>
      <td class="n">
        ${found === undefined ? 'n/a' : perYear(found, formatPercent(found.annualReturn, { signed: true }))}
      </td>
      <td class="n ${percentTone(after)}">${afterText(after)}</td>
      <td class="n">
        ${test === undefined ? 'n/a' : byDays(test.dailyReturns.length, formatRatio(test.statistics.sharpe))}
      </td>
    </tr>`;
  });
  const right = new Set(['Found', 'A year in training', 'Return after', 'Sharpe after']);
  const columns = ['#', 'Training', 'Test', 'Parameters', ...right];
  return html`<section class="panel">
    <h2>Steps</h2>
    ${stepBars(steps)} ${parameterPaths(steps, plan)}
    <div class="wide">
      <table>
        ${headRow(columns, right)}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** `2013-01-02 to 2013-03-28`. */
export function rangeText(dates: readonly number[]): string {
  return `${formatDate(dates[0] ?? 0)} to ${formatDate(dates.at(-1) ?? 0)}`;
}
