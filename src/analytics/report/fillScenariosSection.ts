/** The fill scenarios in a report: the band around the headline, and the assumption that carries most of it. */
import { decisiveSentence } from '../decisiveSentence.js';
import { SCENARIOS } from '../fillScenarios.js';
import type { FillScenarios } from '../fillScenarios.js';
import { formatCount, formatMoney, formatPercent } from '../figureText.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { headRow, signedMoney, tone } from './parts.js';

const FIGURES = ['Final equity', 'Return', 'Max drawdown', 'Fills'];
const CHANGES = ['Final equity', 'Changes by'];

/** The section; nothing where the run was not made under other fills. */
export function scenariosSection(scenarios: FillScenarios | undefined): Html {
  if (scenarios === undefined) return NO_HTML;
  const rows = SCENARIOS.map((scenario) => {
    const { run } = scenarios.runs[scenario];
    return html`<tr>
      <th scope="row">${scenario}</th>
      <td class="n">${formatMoney(run.finalEquity)}</td>
      <td class="n">${formatPercent(run.finalEquity / run.config.startingCash - 1, { signed: true })}</td>
      <td class="n">${formatPercent(-run.statistics.maxDrawdown)}</td>
      <td class="n">${formatCount(run.fillCount)}</td>
    </tr>`;
  });
  const effects = scenarios.effects.map(
    ({ text, finalEquity, change }) =>
      html`<tr>
        <th scope="row">${text}</th>
        <td class="n">${formatMoney(finalEquity)}</td>
        <td class="n ${tone(change)}">${signedMoney(change)}</td>
      </tr>`,
  );
  return html`<section class="panel" id="scenarios">
    <h2>Under other fills</h2>
    <p>${decisiveSentence(scenarios.decisive)} Every other figure of this page is that of expected fills.</p>
    <div class="wide" tabindex="0" role="region" aria-label="Fill scenarios">
      <table>
        ${headRow(['Scenario', ...FIGURES], new Set(FIGURES))}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    <div class="wide" tabindex="0" role="region" aria-label="Assumptions">
      <table>
        ${headRow(['Strict in one assumption alone', ...CHANGES], new Set(CHANGES))}
        <tbody>
          ${effects}
        </tbody>
      </table>
    </div>
    <p class="rest">Each row is a run of its own: other fills change what is decided after them.</p>
  </section>`;
}
