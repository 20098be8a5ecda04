/** The errors that name what a store does not have and what it has instead, or why it cannot write. */
import { PapertapeError } from '../domain/errors.js';
import type { HistorySeries } from '../domain/historyArchive.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import { TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { AdjustMode, HistoryCoverage, HistoryQuery } from '../domain/ports.js';
import type { DateRange } from './actionRows.js';
import { describeSeries } from './cacheLayout.js';

/** `DATA_MISSING` for symbols without a row in a query's dates. */
export function dataMissing(
  query: HistoryQuery,
  symbols: readonly string[],
  coverage: readonly HistoryCoverage[],
  series: readonly HistorySeries[] = [],
): PapertapeError {
  const what = query.timeframe === undefined ? `${query.kind}s` : `${query.timeframe} ${query.kind}s`;
  const of = query.feed === undefined ? '' : ` from ${query.feed}`;
  const at = query.knownAt === undefined ? '' : ` that had been received by then`;
  const there = symbols.map((symbol) => `${symbol}: ${whatIsThere(symbol, coverage)}`).join('; ');
  const feeds = query.feed === undefined ? otherFeeds(query, symbols, series) : [];
  const elsewhere =
    feeds.length === 0 ? '' : ` Data of ${feeds.join(', ')} are there, but do not show the whole market.`;
  const lengths = query.kind === 'bar' && query.feed === undefined ? otherLengths(query, symbols, coverage) : [];
  const asThere = lengths.length === 0 ? '' : `Take those that are there with \`--timeframe ${lengths[0] ?? ''}\`, `;
  return new PapertapeError(
    'DATA_MISSING',
    `There are no ${what} of ${symbols.join(', ')}${of} from ${query.from} to ${query.to}${at} ` +
      `(in the cache for ${there}).${elsewhere}`,
    {
      remedy:
        feeds.length === 0
          ? `${asThere === '' ? 'Import' : `${asThere}import`} them with \`papertape data import FILES\`, ` +
            'or choose dates that `papertape data ls` shows.'
          : `Ask for them by name, such as \`--feed ${feeds[0] ?? ''}\`, or import consolidated data.`,
    },
  );
}

/** Lengths of bars that every one of the symbols has in the dates, shortest first. */
function otherLengths(
  { from, to }: HistoryQuery,
  symbols: readonly string[],
  coverage: readonly HistoryCoverage[],
): Timeframe[] {
  const has = (symbol: string, timeframe: Timeframe): boolean =>
    coverage.some(
      (stretch) =>
        stretch.symbol === symbol &&
        stretch.kind === 'bar' &&
        stretch.timeframe === timeframe &&
        stretch.from <= to &&
        stretch.to >= from,
    );
  return TIMEFRAMES.filter((timeframe) => symbols.every((symbol) => has(symbol, timeframe)));
}

function otherFeeds(query: HistoryQuery, symbols: readonly string[], series: readonly HistorySeries[]): string[] {
  const feeds = series
    .filter(
      ({ symbol, kind, timeframe }) => symbols.includes(symbol) && kind === query.kind && timeframe === query.timeframe,
    )
    .flatMap(({ feed }) => feed ?? []);
  return [...new Set(feeds)];
}

/** `DATA_MISSING` for symbols that cannot be adjusted. */
export function factorsMissing(symbols: readonly string[], mode: AdjustMode): PapertapeError {
  return new PapertapeError(
    'DATA_MISSING',
    `There are no adjustment factors of ${symbols.join(', ')}, so prices cannot be adjusted ("${mode}").`,
    {
      remedy:
        'Get splits and dividends with `papertape data fetch`, import a factor file with `papertape data import`, or ' +
        'use `--adjust raw`.',
    },
  );
}

/** `DATA_MISSING` for dates about which no source was asked for splits and dividends. */
export function actionsMissing(symbol: string, wanted: DateRange, asked: readonly DateRange[]): PapertapeError {
  const known = asked.map(({ from, to }) => `${from} to ${to}`).join(', ');
  return new PapertapeError(
    'DATA_MISSING',
    `Splits and dividends of ${symbol} are known of ${known} only, not of ${wanted.from} to ${wanted.to}.`,
    { remedy: 'Fetch them with `papertape data fetch`, or use `--adjust raw`.' },
  );
}

/** `DATA_MISSING` for a dividend that no close before it makes a factor of. */
export function closeMissing({ symbol, exDate, cash = '' }: SourceCorporateAction): PapertapeError {
  return new PapertapeError(
    'DATA_MISSING',
    `The dividend of ${cash} dollars of ${symbol} on ${exDate} cannot be reckoned in: there is no close above it ` +
      'in the days before.',
    { remedy: 'Fetch daily bars of the symbol up to that date, or use `--adjust split`.' },
  );
}

function whatIsThere(symbol: string, coverage: readonly HistoryCoverage[]): string {
  const own = coverage.filter((stretch) => stretch.symbol === symbol);
  if (own.length === 0) return 'nothing';
  return own
    .map(
      (stretch) => `${describeSeries({ ...stretch, symbol: '', feed: undefined })}s ${stretch.from} to ${stretch.to}`,
    )
    .join(', ');
}

/** What a failed write means to the user; errors of ours pass as they are. */
export function writeFailure(root: string, cause: unknown): unknown {
  if (cause instanceof PapertapeError || !(cause instanceof Error)) return cause;
  const text = `${String(Reflect.get(cause, 'code') ?? '')} ${cause.message}`;
  if (/ENOSPC|EDQUOT|No space left/i.test(text)) {
    const remedy = 'Free some space and import again; what was imported before is intact.';
    return new PapertapeError('STORAGE_FULL', `The disk of ${root} is full.`, { remedy, cause });
  }
  if (/EROFS|EACCES|EPERM|ENOTDIR|EEXIST|Permission denied|Read-only/i.test(text)) {
    const remedy = 'Choose a folder that this user may write, with `--data-dir`.';
    return new PapertapeError('DATA_DIR_UNUSABLE', `The data cache in ${root} cannot be written.`, { remedy, cause });
  }
  return cause;
}
