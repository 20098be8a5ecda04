/** The errors that name what a store does not have and what it has instead, or why it cannot write. */
import { sessionsBetween } from '../calendar/sessions.js';
import { FIRST_DATE, LAST_DATE } from '../calendar/TradingCalendar.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistorySeries } from '../domain/historyArchive.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import { TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { AdjustMode, HistoryCoverage, HistoryQuery } from '../domain/ports.js';
import type { DateRange } from './actionRows.js';
import { canonicalSymbol, describeSeries } from './cacheLayout.js';

/** What a store knows that can say why a query has no rows. */
export interface StoreContents {
  readonly coverage: readonly HistoryCoverage[];
  readonly series: readonly HistorySeries[];
  /** The instrument that had a name on a date, by the imported tickers; without any the name itself. */
  readonly idOf: (symbol: string, date: string) => string;
}

/** `DATA_MISSING` for symbols without a row in a query's dates. */
export function dataMissing(
  query: HistoryQuery,
  symbols: readonly string[],
  { coverage, series, idOf }: StoreContents,
): PapertapeError {
  const what = query.timeframe === undefined ? `${query.kind}s` : `${query.timeframe} ${query.kind}s`;
  const of = query.feed === undefined ? '' : ` from ${query.feed}`;
  const at = query.knownAt === undefined ? '' : ` that had been received by then`;
  const named = symbols.map((symbol) => ({ symbol: canonicalSymbol(symbol), id: idOf(symbol, query.to) }));
  const ids = named.map(({ id }) => id);
  const there = named.map(({ symbol, id }) => `${nameText(symbol, id)}: ${whatIsThere(id, coverage)}`).join('; ');
  const feeds = query.feed === undefined ? otherFeeds(query, ids, series) : [];
  const elsewhere =
    feeds.length === 0 ? '' : ` Data of ${feeds.join(', ')} are there, but do not show the whole market.`;
  const lengths = query.kind === 'bar' && query.feed === undefined ? otherLengths(query, ids, coverage) : [];
  const asThere = lengths.length === 0 ? '' : `Take those that are there with \`--timeframe ${lengths[0] ?? ''}\`, `;
  const closed = isClosed(parseDate(query.from), parseDate(query.to));
  return new PapertapeError(
    'DATA_MISSING',
    `There are no ${what} of ${symbols.join(', ')}${of} from ${query.from} to ${query.to}${at} ` +
      `(in the cache for ${there}).${elsewhere}${closed ? ' The exchange is closed on all of these days.' : ''}` +
      strayedText(query, named, coverage),
    {
      remedy: closed
        ? 'Choose dates with a trading day.'
        : feeds.length === 0
          ? `${asThere === '' ? 'Import' : `${asThere}import`} them with \`papertape data import FILES\`, ` +
            'or choose dates that `papertape data ls` shows.'
          : `Ask for them by name, such as \`--feed ${feeds[0] ?? ''}\`, or import consolidated data.`,
    },
  );
}

/** Whether no day is a session; of years that the calendar does not know nothing is said. */
function isClosed(from: TradingDate, to: TradingDate): boolean {
  return from >= FIRST_DATE && to <= LAST_DATE && sessionsBetween(from, to).length === 0;
}

/** An instrument by the name that was asked for, and its own where that is another one. */
function nameText(symbol: string, id: string): string {
  return id === symbol ? symbol : `${id}, which had the name ${symbol} by the imported tickers`;
}

/** Rows that came under a name before the tickers that give it to another instrument are not found by it. */
function strayedText(
  { from, to, kind }: HistoryQuery,
  named: readonly { readonly symbol: string; readonly id: string }[],
  coverage: readonly HistoryCoverage[],
): string {
  const strayed = named.filter(
    ({ symbol, id }) =>
      id !== symbol &&
      coverage.some((own) => own.symbol === symbol && own.kind === kind && own.from <= to && own.to >= from),
  );
  if (strayed.length === 0) return '';
  return (
    ` Rows of ${strayed.map(({ symbol }) => symbol).join(', ')} that were imported before the tickers stay under ` +
    'that name: import their files again.'
  );
}

/** Other lengths of bars that every one of the symbols has in the dates, shortest first. */
function otherLengths(
  { from, to, timeframe: asked }: HistoryQuery,
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
  return TIMEFRAMES.filter((timeframe) => timeframe !== asked && symbols.every((symbol) => has(symbol, timeframe)));
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
