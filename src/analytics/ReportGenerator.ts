/**
 * The result of a backtest as one HTML page that needs nothing else: no network, no script, no font; and the same as a
 * JSON document. Pure: the same run gives the same bytes. Everything that is not markup is escaped (html.ts). What is
 * listed is bounded, and both say how much there is.
 */
import { newYorkText } from '../calendar/newYorkText.js';
import type { HistoryBacktestRun } from './backtestHistory.js';
import type { BacktestReport } from './BacktestReport.js';
import { openNote, openPositionsText } from './openPositions.js';
import { reportPage } from './report/page.js';
import { REPORT_SECTIONS } from './report/sections.js';
import { scenarioOfPreset } from './scenarioOfPreset.js';

/** Grows when a figure of the JSON report moves or changes its meaning; new ones may come at any time. */
export const REPORT_VERSION = 1;

/** The whole page; ends with a line break. */
export function generateReport(report: BacktestReport): string {
  const { strategy, result } = report;
  const { run, symbols } = result;
  const { engineVersion, preset } = run.inputs;
  return reportPage({
    title: `${strategy}, ${symbols.join(' ')}, ${rangeOf(report)}`,
    heading: strategy,
    subtitle: `${symbols.join(' ')} · ${timeframesOf(result)} bars · ${rangeOf(report)}`,
    origin: `Backtest by Papertape ${engineVersion}, preset ${preset}: ${scenarioOfPreset(run.config.preset)}`,
    warnings: warningsOf(report),
    body: REPORT_SECTIONS.map(({ html }) => html(report)),
  });
}

/** The same as a JSON document (docs/backtests.md); a section that the page does not have is null. */
export function reportDocument(report: BacktestReport): Readonly<Record<string, unknown>> {
  const { strategy, from, to, result } = report;
  const { run, symbols } = result;
  return {
    format: 'papertape-backtest-report',
    version: REPORT_VERSION,
    strategy,
    symbols,
    timeframes: [...new Set(run.config.strategies.map(({ timeframe }) => timeframe))],
    from,
    to,
    scenario: scenarioOfPreset(run.config.preset),
    warnings: warningsOf(report),
    sections: Object.fromEntries(REPORT_SECTIONS.map(({ key, document }) => [key, document(report)])),
  };
}

function rangeOf({ from, to }: BacktestReport): string {
  return from === to ? from : `${from} to ${to}`;
}

function timeframesOf({ run }: HistoryBacktestRun): string {
  return [...new Set(run.config.strategies.map(({ timeframe }) => timeframe))].join(' ');
}

function warningsOf({ result, warnings }: BacktestReport): readonly string[] {
  const open = openPositionsText(result);
  return [...failureNotes(result), ...(open === undefined ? [] : [openNote(open)]), ...warnings];
}

/** Strategies that threw and were stopped: the figures are those of a run that goes on without them. */
function failureNotes({ run }: HistoryBacktestRun): readonly string[] {
  return run.strategies.flatMap(({ instanceId, error, failedAt }) => {
    if (error === undefined) return [];
    const when = failedAt === undefined ? 'while it ran' : `at ${newYorkText(failedAt)} New York time`;
    const [message = ''] = error.split('\n');
    return [`${instanceId} failed ${when} and was stopped: ${message}. It decided nothing after that.`];
  });
}
