/**
 * The result of a backtest as a trader reads it: the curve, returns, risk and trades side by side, then what the
 * figures rest on: preset, fees, data and the run's identity.
 */
import type { EquityCurve } from '../analytics/returns.js';
import type { Statistics } from '../analytics/statistics.js';
import { byDays, hasYearlyFigures, perYear, returnCount } from '../analytics/yearlyFigures.js';
import type { Money } from '../domain/units.js';
import { formatCount, formatDays, formatMoney, formatPercent, formatRatio, plural } from '../analytics/figureText.js';
import { drawChart } from './equityChart.js';
import { renderFacts } from './table.js';
import type { Colours } from './terminal.js';

/** What the report shows. Dates are New York trading dates. */
export interface BacktestSummary {
  readonly strategy: string;
  readonly symbols: readonly string[];
  readonly timeframe: string;
  readonly from: string;
  readonly to: string;
  /** Which fill scenario the figures are, such as `expected fills`. */
  readonly scenario: string;
  readonly startingCash: Money;
  readonly finalEquity: Money;
  readonly fees: Money;
  readonly orders: number;
  readonly fills: number;
  readonly statistics: Statistics;
  /** What holding the benchmark is called. */
  readonly benchmark: string;
  readonly curve: EquityCurve;
  /** Lines on what the figures rest on, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What the reader should know before believing the figures; often none. */
  readonly warnings: readonly string[];
}

type Fact = readonly [name: string, value: string];

const CHART_ROWS = 4;
const MAX_CHART_COLUMNS = 72;
const WIDE_ENOUGH = 92;
const GAP = '    ';

/** The whole report; ends with a line break. */
export function renderBacktest(summary: BacktestSummary, colours: Colours, columns: number): string {
  const { strategy, symbols, timeframe, from, to } = summary;
  const where = [symbols.join(' '), timeframe, from === to ? from : `${from} to ${to}`].join(colours.dim(' · '));
  return [
    '',
    `  ${colours.bold(strategy)}  ${where}`,
    '',
    equityBlock(summary, colours, columns),
    groups(summary, colours, columns),
    renderFacts(summary.facts, colours),
    ...summary.warnings.map((warning) => `  ${colours.yellow('!')} ${warning}\n`),
  ].join('\n');
}

function equityBlock(summary: BacktestSummary, c: Colours, columns: number): string {
  const { curve, scenario, startingCash, finalEquity } = summary;
  const gain = finalEquity - startingCash;
  const tint = gain < 0 ? c.red : c.green;
  const change = formatPercent(gain / startingCash, { signed: true });
  const figures = [c.bold(formatMoney(finalEquity)), tint(`${signed(gain)}  ${change}`), c.dim(scenario)];
  const head = `  ${c.dim('Equity')}  ${figures.join('  ')}`;
  const width = Math.max(10, Math.min(MAX_CHART_COLUMNS, columns - 4));
  const chart = drawChart(curve.equity, { width, height: CHART_ROWS });
  return [head, ...chart.map((row) => `  ${tint(row.trimEnd())}`), ''].join('\n');
}

function groups(summary: BacktestSummary, c: Colours, columns: number): string {
  const { statistics: s } = summary;
  const returns = returnCount(summary.curve);
  const blocks: readonly (readonly [title: string, facts: readonly Fact[]])[] = [
    [
      'Return',
      [
        ['Net profit', signed(summary.finalEquity - summary.startingCash)],
        ['Total return', formatPercent(s.totalReturn, { signed: true })],
        [
          'Per year',
          hasYearlyFigures(s) ? formatPercent(s.cagr, { signed: true }) : `n/a in ${plural(Math.ceil(s.days), 'day')}`,
        ],
        [summary.benchmark, formatPercent(s.buyAndHoldReturn, { signed: true })],
        ['Fees', formatMoney(summary.fees)],
        ['Exposure', formatPercent(s.exposure)],
      ],
    ],
    [
      'Risk',
      [
        ['Max drawdown', formatPercent(s.maxDrawdown)],
        ['Longest drawdown', formatDays(s.maxDrawdownDays)],
        ['Volatility', byDays(returns, formatPercent(s.annualVolatility))],
        ['Sharpe', byDays(returns, formatRatio(s.sharpe))],
        ['Sortino', byDays(returns, formatRatio(s.sortino))],
        ['Calmar', perYear(s, formatRatio(s.calmar))],
      ],
    ],
    [
      'Trades',
      [
        ['Orders, fills', `${formatCount(summary.orders)}, ${formatCount(summary.fills)}`],
        ['Round trips', formatCount(s.trades)],
        ['Won', formatPercent(s.winRate)],
        [
          'Best, worst',
          `${formatPercent(s.bestTrade, { signed: true })}, ${formatPercent(s.worstTrade, { signed: true })}`,
        ],
        ['Average', formatPercent(s.averageTrade, { signed: true })],
        ['Profit factor of returns', formatRatio(s.profitFactor)],
      ],
    ],
  ];
  const drawn = blocks.map(([title, facts]) => block(title, facts, c));
  if (columns < WIDE_ENOUGH) return `${drawn.map(({ lines }) => indent(lines)).join('\n\n')}\n`;
  const rows = Math.max(...drawn.map(({ lines }) => lines.length));
  const joined = Array.from({ length: rows }, (_, row) => drawn.map(({ lines }) => lines[row] ?? '').join(GAP));
  return `${indent(joined)}\n`;
}

/** The lines of one group, all of the same visible width. */
function block(title: string, facts: readonly Fact[], c: Colours): { readonly lines: readonly string[] } {
  const nameWidth = Math.max(...facts.map(([name]) => name.length));
  const valueWidth = Math.max(...facts.map(([, value]) => value.length));
  const lines = facts.map(([name, value]) => `${c.dim(name.padEnd(nameWidth))}  ${value.padStart(valueWidth)}`);
  return { lines: [c.bold(title.padEnd(nameWidth + 2 + valueWidth)), ...lines] };
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n');
}

function signed(money: Money): string {
  return money > 0 ? `+${formatMoney(money)}` : formatMoney(money);
}
