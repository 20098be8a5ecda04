/** A run beside what it is measured against: headline figures of both, and the returns of their years. */
import { DOLLAR } from '../../domain/units.js';
import type { BacktestRun } from '../BacktestRun.js';
import { benchmarkName } from '../benchmarkName.js';
import type { Figure } from '../figure.js';
import { valueOf } from '../figure.js';
import { formatPercent, formatRatio } from '../figureText.js';
import { COMPARED_FIGURES, comparedWithBenchmark, comparedYears } from '../heldBenchmark.js';
import type { ComparedFigure, ComparedYear } from '../heldBenchmark.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';
import { change, headRow, percentTone, signedMoney } from './parts.js';

interface Row {
  readonly name: string;
  readonly text: (value: number) => string;
  readonly isChange?: boolean;
}
const ROWS: Readonly<Record<ComparedFigure, Row>> = {
  totalReturn: { name: 'Total return', text: change, isChange: true },
  cagr: { name: 'Compound annual growth', text: change, isChange: true },
  annualVolatility: { name: 'Annual volatility', text: (value) => formatPercent(value) },
  sharpe: { name: 'Sharpe', text: formatRatio },
  maxDrawdown: { name: 'Max drawdown', text: (value) => formatPercent(-value) },
};
const STRATEGY = 'This run';

/** Years that have a day, where there are two of them; else undefined. */
export function yearsToShow(run: BacktestRun): readonly ComparedYear[] | undefined {
  const years = comparedYears(run);
  return years.length > 1 ? years : undefined;
}

/** Nothing for a run that is measured against nothing. */
export function comparisonSection(run: BacktestRun): Html {
  const compared = comparedWithBenchmark(run);
  if (compared === undefined) return NO_HTML;
  const { strategy, benchmark } = compared;
  const held = benchmarkName(run.benchmark);
  const columns = ['Figure', STRATEGY, held];
  const reasons = COMPARED_FIGURES.flatMap((name) => reasonsOf(ROWS[name].name, strategy[name], benchmark[name]));
  return html`<section class="panel" id="comparison">
    <h2>Against the benchmark</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Against the benchmark">
      <table>
        <caption>
          ${held}: the starting cash, idle until a strategy could act and there was a price, then all in
          ${run.benchmark?.symbol ?? ''} without
          costs${run.benchmark?.hasDividends === true ? ', dividends reinvested' : ''}; on the same days, by the same
          conventions.
        </caption>
        ${headRow(columns, new Set(columns.slice(1)))}
        <tbody>
          ${COMPARED_FIGURES.map(
            (name) =>
              html`<tr>
                <th scope="row">${ROWS[name].name}</th>
                ${figureCell(strategy[name], ROWS[name])} ${figureCell(benchmark[name], ROWS[name])}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${reasonLine(reasons)}
  </section>`;
}

/** Nothing for a run within one year. */
export function yearsSection(run: BacktestRun): Html {
  const years = yearsToShow(run);
  if (years === undefined) return NO_HTML;
  const hasBenchmark = run.benchmark !== undefined;
  const columns = ['Year', STRATEGY, ...(hasBenchmark ? [benchmarkName(run.benchmark), 'Difference'] : []), 'Profit'];
  const percent: Row = { name: '', text: change, isChange: true };
  const reasons = years.flatMap(({ name, strategy, benchmark }) => [
    ...reasonOf(name, strategy),
    ...(benchmark === undefined ? [] : reasonOf(`${name} of the benchmark`, benchmark)),
  ]);
  return html`<section class="panel" id="years">
    <h2>Returns by year</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Returns by year">
      <table>
        <caption>
          Of what there was before the year; of the first and the last year the part that the run
          covers.${hasBenchmark ? ' The difference is in percentage points.' : ''}
        </caption>
        ${headRow(columns, new Set(columns.slice(1)))}
        <tbody>
          ${years.map(
            ({ name, strategy, benchmark, profit }) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${figureCell(strategy, percent)}
                ${
                  benchmark === undefined
                    ? NO_HTML
                    : html`${figureCell(benchmark, percent)} ${differenceCell(strategy, benchmark)}`
                }
                <td class="n">${signedMoney(Math.round(profit * DOLLAR))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${reasonLine(reasons)}
  </section>`;
}

function figureCell(of: Figure, { text, isChange = false }: Row): Html {
  if ('unsupported' in of) return html`<td class="n" title="${of.unsupported}">n/a</td>`;
  return html`<td class="n ${isChange ? percentTone(of.value) : ''}">${text(of.value)}</td>`;
}

function differenceCell(strategy: Figure, benchmark: Figure): Html {
  const difference = valueOf(strategy) - valueOf(benchmark);
  return html`<td class="n ${percentTone(difference)}">${change(difference).replace(' %', '')}</td>`;
}

function reasonOf(name: string, of: Figure): readonly (readonly [name: string, reason: string])[] {
  return 'unsupported' in of ? [[name, of.unsupported]] : [];
}

/** Of a figure of both, told once where they have one reason. */
function reasonsOf(name: string, strategy: Figure, benchmark: Figure): ReturnType<typeof reasonOf> {
  const isSame =
    'unsupported' in strategy && 'unsupported' in benchmark && strategy.unsupported === benchmark.unsupported;
  if (isSame) return reasonOf(name, strategy);
  return [...reasonOf(`${name} of this run`, strategy), ...reasonOf(`${name} of the benchmark`, benchmark)];
}

/** Why figures are n/a, those with one reason together; nothing where none is. */
function reasonLine(reasons: readonly (readonly [name: string, reason: string])[]): Html {
  if (reasons.length === 0) return NO_HTML;
  const names = new Map<string, string[]>();
  for (const [name, reason] of reasons) names.set(reason, [...(names.get(reason) ?? []), name]);
  const text = [...names].map(([reason, of]) => `${of.join(', ')}: ${reason}`).join('; ');
  return html`<p class="rest">n/a: ${text}.</p>`;
}
