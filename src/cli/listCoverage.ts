/** `data ls`: what history the cache holds, as a table or as JSON. */
import { withHistory } from '../compose.js';
import type { HistoryCoverage, HistoryKind } from '../domain/ports.js';
import { formatCount, plural } from '../analytics/figureText.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ListFlags } from './commands/data.js';
import { formatBytes } from './format.js';
import { renderTable } from './table.js';

const KIND_NAMES: Readonly<Record<HistoryKind, string>> = {
  bar: 'bars',
  quoteBar: 'quote bars',
  quote: 'quotes',
  print: 'trade prints',
};

/** Prints the coverage of the cache in the data directory. */
export async function listCoverage(flags: ListFlags, context: CommandContext): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  const coverage = await withHistory(dataDir, (history) => history.coverage());
  const { terminal } = context;
  if (flags.json === true) {
    const series = coverage.map((stretch) => ({ ...stretch, timeframe: stretch.timeframe ?? null }));
    terminal.out(`${JSON.stringify({ dataDir, series }, null, 2)}\n`);
    return;
  }
  const c = terminal.colours;
  if (coverage.length === 0) {
    terminal.out(`No history in ${dataDir} yet.\n  ${c.cyan('→')} papertape data import FILES…\n`);
    return;
  }
  const rows = coverage.reduce((sum, stretch) => sum + stretch.rows, 0);
  const bytes = coverage.reduce((sum, stretch) => sum + stretch.bytes, 0);
  const columns = [
    { title: 'symbol' },
    { title: 'kind' },
    { title: 'timeframe' },
    { title: 'from' },
    { title: 'to' },
    { title: 'rows', right: true },
    { title: 'size', right: true },
  ];
  terminal.out(renderTable(columns, coverage.map(cellsOf), c));
  terminal.out(
    c.dim(`\n  ${plural(coverage.length, 'series', 'series')}, ${formatCount(rows)} rows, ${formatBytes(bytes)}\n`),
  );
}

function cellsOf(stretch: HistoryCoverage): readonly string[] {
  const { symbol, kind, timeframe, from, to, rows, bytes } = stretch;
  return [symbol, KIND_NAMES[kind], timeframe ?? '–', from, to, formatCount(rows), formatBytes(bytes)];
}
