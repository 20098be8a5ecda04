/**
 * Fill scenarios as people read them: expected with strict beside it, optimistic last and never alone, and
 * the assumption that carries most of the result.
 */
import type { FillScenarios } from '../analytics/fillScenarios.js';
import { SCENARIOS } from '../analytics/fillScenarios.js';
import { decisiveSentence } from '../analytics/decisiveSentence.js';
import { formatCount, formatMoney, formatPercent } from '../analytics/figureText.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** The table and the sentence; ends with a line break. */
export function renderScenarios(scenarios: FillScenarios, colours: Colours): string {
  const rows = SCENARIOS.map((scenario) => {
    const { run } = scenarios.runs[scenario];
    return [
      scenario,
      formatMoney(run.finalEquity),
      formatPercent(run.finalEquity / run.config.startingCash - 1, { signed: true }),
      formatPercent(run.statistics.maxDrawdown),
      formatCount(run.fillCount),
    ];
  });
  const table = renderTable(
    [
      { title: 'fills' },
      { title: 'equity', right: true },
      { title: 'return', right: true },
      { title: 'drawdown', right: true },
      { title: 'number', right: true },
    ],
    rows,
    colours,
  );
  return `${table}\n  ${decisiveSentence(scenarios.decisive)}\n`;
}
