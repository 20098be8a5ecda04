/** The report of an import as people read it: a row per file, then each refusal with its lines. */
import { REFUSAL_REASONS } from '../data/import/importReport.js';
import type { ImportReport, RefusedRows } from '../data/import/importReport.js';
import { describeSeries } from '../cache/cacheLayout.js';
import type { StrayedRows } from '../host/strayedRows.js';
import { formatCount, plural } from '../analytics/figureText.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** A file with more symbols than this shows a count of the rest. */
const MAX_SYMBOLS_SHOWN = 4;

const COLUMNS = [
  { title: 'file' },
  { title: 'layout' },
  { title: 'symbols' },
  { title: 'rows read', right: true },
  { title: 'kept', right: true },
  { title: 'refused', right: true },
  { title: 'new', right: true },
  { title: 'replaced', right: true },
  { title: 'there already', right: true },
];

/** Renders reports in order. */
export function renderImport(reports: readonly ImportReport[], c: Colours): string {
  const rows = reports.map((report) => {
    const refused = report.rowsRead - report.rowsKept;
    const replaced = replacedIn(report);
    return [
      report.path,
      [report.layout, report.timeframe].filter((part) => part !== undefined).join(' '),
      symbolsOf(report),
      formatCount(report.rowsRead),
      formatCount(report.rowsKept),
      refused === 0 ? '0' : c.yellow(formatCount(refused)),
      formatCount(sum(report.symbols.map(({ outcome }) => outcome.added))),
      replaced === 0 ? '0' : c.yellow(formatCount(replaced)),
      formatCount(sum(report.symbols.map(({ outcome }) => outcome.unchanged))),
    ];
  });
  const details = reports.filter((report) => report.refused.length > 0).map((report) => refusals(report, c));
  const restated = reports.filter((report) => replacedIn(report) > 0).map((report) => restatement(report, c));
  return [renderTable(COLUMNS, rows, c), ...details, ...restated].join('\n');
}

/** What will not be found by the name it lies under; empty where all will. */
export function renderStrayed(strayed: readonly StrayedRows[], c: Colours): string {
  return strayed
    .map(({ symbol, instrument, kind, timeframe, from, to }) => {
      const rows = `${describeSeries({ symbol, kind, timeframe, feed: undefined })}s of ${from} to ${to}`;
      return (
        `\n  ${c.yellow('!')} ${rows} came before the tickers, by which ${instrument} had the name ${symbol} then: ` +
        `they stay under ${symbol} and are not found. Import their files again.\n`
      );
    })
    .join('');
}

function symbolsOf({ symbols }: ImportReport): string {
  const shown = symbols.slice(0, MAX_SYMBOLS_SHOWN).map(({ symbol }) => symbol);
  const rest = symbols.length - shown.length;
  return rest > 0 ? `${shown.join(' ')} and ${rest} more` : shown.join(' ');
}

function refusals(report: ImportReport, c: Colours): string {
  const lines = report.refused.map((refused) => {
    const { count, reason } = refused;
    return `    ${formatCount(count)} × ${REFUSAL_REASONS[reason]} ${c.dim(`(${linesText(refused)})`)}\n`;
  });
  const total = sum(report.refused.map(({ count }) => count));
  return `  ${c.yellow('!')} ${report.path}: ${plural(total, 'row')} refused\n${lines.join('')}`;
}

function replacedIn({ symbols }: ImportReport): number {
  return sum(symbols.map(({ outcome }) => outcome.replaced));
}

/** Two sources of one symbol, or other adjustments, look like this too: nobody should find it out by his results. */
function restatement(report: ImportReport, c: Colours): string {
  const names = report.symbols.filter(({ outcome }) => outcome.replaced > 0).map(({ symbol }) => symbol);
  const shown = names.slice(0, MAX_SYMBOLS_SHOWN).join(' ');
  const rest = names.length > MAX_SYMBOLS_SHOWN ? ` and ${names.length - MAX_SYMBOLS_SHOWN} more` : '';
  return (
    `  ${c.yellow('!')} ${report.path}: ${plural(replacedIn(report), 'row')} of ${shown}${rest} took the place of ` +
    'others of the same times. Data of another source or adjustment belong into a --data-dir of their own.\n'
  );
}

function linesText({ lines, count }: RefusedRows): string {
  const text = lines.join(', ');
  if (count > lines.length) return `lines ${text}, …`;
  return `${lines.length === 1 ? 'line' : 'lines'} ${text}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
