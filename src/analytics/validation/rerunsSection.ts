/** What the best trial came to when it was run again with other prices, missed entries and dearer fills. */
import { formatCount, formatPercent, formatRatio } from '../figureText.js';
import type { Html } from '../report/html.js';
import { html, NO_HTML } from '../report/html.js';
import { headRow, percentTone } from '../report/parts.js';
import { yearlySharpe } from './judgement.js';
import type { Answer } from './judgement.js';
import type { MonteCarlo } from './monteCarlo.js';
import type { Reruns } from './reruns.js';

/** The section, with the reason in place of figures where nothing was run again. */
export function rerunsSection(reruns: Answer<Reruns>): Html {
  return html`<section class="panel">
    <h2>Run again with something changed</h2>
    ${'reason' in reruns ? html`<p class="muted">Not run: ${reruns.reason}.</p>` : tables(reruns.value)}
  </section>`;
}

function tables({ prices, skippedEntries, slippage }: Reruns): Html {
  const right = new Set([
    'Runs',
    'Return: 1 in 20 below',
    'Middle',
    '1 in 20 above',
    'Drawdown',
    'Deepest of 20',
    'Lost',
  ]);
  return html`<div class="wide">
      <table>
        ${headRow(['Changed', ...right], right)}
        <tbody>
          ${runsRow('Every price moved a little', prices)}${runsRow('Some entries missed', skippedEntries)}
        </tbody>
      </table>
    </div>
    <div class="wide">
      <table>
        ${headRow(['Taking costs', 'Return', 'Drawdown', 'Sharpe'], new Set(['Return', 'Drawdown', 'Sharpe']))}
        <tbody>
          ${slippage.map(({ bps, figures }) =>
            figures === undefined
              ? html`<tr>
                  <td>${bps} bp</td>
                  <td colspan="3" class="muted">could not run</td>
                </tr>`
              : html`<tr>
                  <td>${bps} bp of the price</td>
                  <td class="n ${percentTone(figures.totalReturn)}">
                    ${formatPercent(figures.totalReturn, { signed: true })}
                  </td>
                  <td class="n">${formatPercent(figures.maxDrawdown)}</td>
                  <td class="n">${formatRatio(yearlySharpe(figures.sharpe))}</td>
                </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function runsRow(name: string, runs: MonteCarlo | undefined): Html {
  if (runs === undefined) return NO_HTML;
  const { totalReturn, maxDrawdown, lossShare } = runs;
  const change = (value: number): Html =>
    html`<td class="n ${percentTone(value)}">${formatPercent(value, { signed: true })}</td>`;
  return html`<tr>
    <td>${name}</td>
    <td class="n">${formatCount(runs.runs)}</td>
    ${change(totalReturn.p5)}${change(totalReturn.median)}${change(totalReturn.p95)}
    <td class="n">${formatPercent(maxDrawdown.median)}</td>
    <td class="n">${formatPercent(maxDrawdown.p95)}</td>
    <td class="n">${formatPercent(lossShare)}</td>
  </tr>`;
}
