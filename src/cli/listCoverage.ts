/** `data ls`: what history the cache holds and how far sources have told it, as a table or as JSON. */
import { describeSeries } from '../cache/cacheLayout.js';
import { gapReport, sessionCoverage } from '../cache/gapReport.js';
import type { GapReport, SessionCoverage } from '../cache/gapReport.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { withHistory } from '../compose.js';
import type { HistoryArchive, HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import type { HistoryCoverage, HistoryKind } from '../domain/ports.js';
import { formatCount, plural } from '../analytics/figureText.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ListFlags } from './commands/data.js';
import { formatBytes } from './format.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

const KIND_NAMES: Readonly<Record<HistoryKind, string>> = {
  bar: 'bars',
  quoteBar: 'quote bars',
  quote: 'quotes',
  print: 'trade prints',
};

/** Stretches that are shown of a series. */
const MOST_STRETCHES = 12;

/** One line of the list. */
interface ListedSeries {
  readonly series: HistorySeries;
  readonly size: HistoryCoverage | undefined;
  readonly told: SessionCoverage | GapReport | undefined;
}

/** Prints what the cache in the data directory holds. */
export async function listCoverage(flags: ListFlags, context: CommandContext): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  const listed = await withHistory(dataDir, (history) => list(history, flags));
  const { terminal } = context;
  if (flags.json === true) {
    terminal.out(`${JSON.stringify({ dataDir, series: listed.map(describeListed) }, null, 2)}\n`);
    return;
  }
  const c = terminal.colours;
  if (listed.length === 0 && flags.symbols !== undefined) {
    terminal.out(`No history of ${flags.symbols.join(', ')} in ${dataDir}.\n  ${c.cyan('→')} papertape data ls\n`);
    return;
  }
  if (listed.length === 0) {
    terminal.out(`No history in ${dataDir} yet.\n  ${c.cyan('→')} papertape data import FILES…\n`);
    return;
  }
  const rows = listed.reduce((sum, { size }) => sum + (size?.rows ?? 0), 0);
  const bytes = listed.reduce((sum, { size }) => sum + (size?.bytes ?? 0), 0);
  const columns = [
    { title: 'symbol' },
    { title: 'kind' },
    { title: 'timeframe' },
    { title: 'from' },
    { title: 'to' },
    { title: 'rows', right: true },
    { title: 'size', right: true },
    { title: 'sessions told', right: true },
    { title: 'source' },
  ];
  terminal.out(renderTable(columns, listed.map(cellsOf), c));
  if (flags.gaps === true) terminal.out(listed.map((entry) => renderGaps(entry, c)).join(''));
  terminal.out(
    c.dim(`\n  ${plural(listed.length, 'series', 'series')}, ${formatCount(rows)} rows, ${formatBytes(bytes)}\n`),
  );
}

async function list(history: HistoryArchive, flags: ListFlags): Promise<readonly ListedSeries[]> {
  const wanted =
    flags.symbols === undefined
      ? undefined
      : new Set(await Promise.all(flags.symbols.map((symbol) => history.instrument(symbol))));
  const now = systemClock.now();
  const listed: ListedSeries[] = [];
  for (const series of await history.series()) {
    if (wanted?.has(series.symbol) === false) continue;
    const look = flags.gaps === true ? gapReport : sessionCoverage;
    listed.push({
      series,
      size: await history.extent(series),
      told: await look(history, series, undefined, now),
    });
  }
  return listed;
}

function describeListed({ series, size, told }: ListedSeries): unknown {
  const { symbol, kind, timeframe = null, feed = null } = series;
  const { from = null, to = null, rows = 0, bytes = 0 } = size ?? {};
  return { symbol, kind, timeframe, feed, from, to, rows, bytes, coverage: told ?? null };
}

function cellsOf({ series, size, told }: ListedSeries): readonly string[] {
  const { symbol, kind, timeframe = '–', feed } = series;
  const { from = '–', to = '–', rows = 0, bytes = 0 } = size ?? {};
  const sessions = told === undefined ? '–' : `${formatCount(told.complete)} of ${formatCount(told.sessions)}`;
  const source = told?.sources.join(', ') ?? '–';
  const shown = feed === undefined ? source : `${feed} (kept apart)`;
  return [symbol, KIND_NAMES[kind], timeframe, from, to, formatCount(rows), formatBytes(bytes), sessions, shown];
}

function renderGaps({ series, told }: ListedSeries, c: Colours): string {
  if (told === undefined) return '';
  const lines = [`\n  ${describeSeries(series)}\n`];
  const { missing, partial, unknown } = told;
  if (missing.length === 0) lines.push(`    ${c.green('✔')} every session from ${told.from} to ${told.to} was told\n`);
  else {
    const what = `${plural(unknown, 'session')} untold, ${formatCount(partial)} told in part`;
    lines.push(`    ${c.yellow('!')} ${what}:\n`);
    for (const stretch of missing.slice(0, MOST_STRETCHES)) lines.push(`      ${stretchText(stretch)}\n`);
    if (missing.length > MOST_STRETCHES) lines.push(`      and ${formatCount(missing.length - MOST_STRETCHES)} more\n`);
  }
  if ('quietBars' in told && told.possibleBars > 0) {
    const share = `${formatCount(told.quietBars)} of ${formatCount(told.possibleBars)}`;
    lines.push(`    ${share} bars of told hours are absent: nothing traded, or the source leaves it out\n`);
    const [first] = told.quietSessions;
    if (first !== undefined) {
      lines.push(`    ${plural(told.quietSessions.length, 'whole session')} without a row, the first on ${first}\n`);
    }
  }
  return lines.join('');
}

function stretchText({ from, to }: TimeStretch): string {
  return `${newYorkText(from)} to ${newYorkText(to)}`;
}
