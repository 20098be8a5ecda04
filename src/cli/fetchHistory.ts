/**
 * `data fetch`: history from a source into the cache. Only what is missing is asked for, and every page is stored as
 * it comes, so that a fetch that was stopped goes on where it was when it is run again.
 */
import { relative } from 'node:path';
import { plural, formatCount } from '../analytics/figureText.js';
import { HistoryFiller } from '../cache/HistoryFiller.js';
import type { FillRequest } from '../cache/HistoryFiller.js';
import { daysStretch, tradingTime, wantedHours } from '../cache/missingStretches.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { withHistory, openHistorySource } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryArchive, TimeStretch } from '../domain/historyArchive.js';
import type { HistorySource } from '../domain/marketSource.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { systemClock } from '../utils/clock.js';
import type { Clock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { FetchFlags } from './commands/data.js';
import { checkRange } from './options.js';
import { startProgress } from './progress.js';
import { asPapertapeError, describeError, renderError } from './renderError.js';
import { renderTable } from './table.js';

/** What a fetch did for one symbol. */
interface FetchedSymbol {
  readonly symbol: string;
  /** Requests that were needed; 0 if everything was there. */
  readonly requests: number;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Splits and dividends that the source told; undefined if they were not asked for. */
  readonly actions: number | undefined;
  readonly error?: PapertapeError;
}

/** What a fetch works with. */
export interface FetchPlan {
  readonly archive: HistoryArchive;
  readonly source: HistorySource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly flags: Pick<FetchFlags, 'symbols' | 'from' | 'to' | 'timeframe' | 'extended'>;
  /** Trading time done of all, in the same unit. */
  readonly onProgress: (done: number, total: number, note: string) => void;
}

/** See the module header. */
export async function fetchHistory(flags: FetchFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { dataDir, sources } = settingsOf(context, flags);
  const today = formatDate(newYorkDate(systemClock.now()));
  const to = flags.to ?? today;
  if (flags.from > today) {
    throw new PapertapeError('DATE_RANGE_INVALID', `--from ${flags.from} is still to come; today is ${today}.`, {
      remedy: 'Give a date that is over.',
    });
  }
  checkRange(flags.from, to);
  const source = openHistorySource(flags.source, sources, systemClock, (line) => {
    terminal.err(`${line}\n`);
  });
  const abort = new AbortController();
  const stop = (): void => {
    abort.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const lock = DataDirLock.acquire(dataDir, 'history');
  const progress = startProgress(terminal, 'Fetching');
  let fetched: readonly FetchedSymbol[];
  try {
    fetched = await withHistory(dataDir, (archive) =>
      fetchSymbols({
        archive,
        source,
        clock: systemClock,
        signal: abort.signal,
        flags: { ...flags, to },
        onProgress: (done, total, note) => {
          progress.update(done, total, note);
        },
      }),
    );
  } finally {
    progress.stop();
    lock.release();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
  tell(fetched, source, flags, dataDir, context);
}

/** Fetches symbol after symbol; one that fails does not keep the others from being fetched, unless it was stopped. */
export async function fetchSymbols(plan: FetchPlan): Promise<readonly FetchedSymbol[]> {
  const { archive, source, clock, signal, flags, onProgress } = plan;
  const filler = new HistoryFiller(archive, source, signal);
  const now = clock.now();
  const today = formatDate(newYorkDate(now));
  const { from, to = today, timeframe } = flags;
  const hours = wantedHours({
    timeframe,
    ...daysStretch(parseDate(from), parseDate(to)),
    extendedHours: flags.extended === true,
    now,
  });
  const meter = new FetchMeter(clock, onProgress);
  const jobs: { readonly symbol: string; readonly request: FillRequest; readonly missing: readonly TimeStretch[] }[] =
    [];
  for (const symbol of flags.symbols) {
    const instrument = await archive.instrument(symbol);
    const request: FillRequest = { instrument, kind: 'bar', timeframe, hours, priority: 'backfill' };
    const missing = await filler.missing(request);
    meter.expect(tradingTime(missing, hours));
    jobs.push({ symbol, request, missing });
  }
  const fetched: FetchedSymbol[] = [];
  for (const { symbol, request, missing } of jobs) {
    const series = filler.seriesOf(request);
    const rows = async (): Promise<number> => (await archive.times(series, hours[0]?.from ?? 0, now)).length;
    const rowsBefore = await rows();
    const done = { symbol, requests: missing.length, rowsBefore };
    let actions: number | undefined;
    try {
      meter.begin(symbol);
      await filler.fill(request, (covered) => {
        meter.add(tradingTime([covered], hours));
      });
      actions = await fetchActions(plan, request.instrument, { from, to: today });
      fetched.push({ ...done, rowsAfter: await rows(), actions });
    } catch (cause) {
      const error = signal.aborted ? stopped() : asPapertapeError(cause);
      fetched.push({ ...done, rowsAfter: await rows(), actions, error });
      if (signal.aborted) break;
    }
  }
  return fetched;
}

/** Splits and dividends from the first date to today, as later ones change earlier adjusted prices. */
async function fetchActions(
  { archive, source, signal }: FetchPlan,
  instrument: string,
  range: { readonly from: string; readonly to: string },
): Promise<number | undefined> {
  if (range.from > range.to || (await archive.knowsActions(instrument, range))) return undefined;
  const ticker = await archive.ticker(instrument);
  const actions = await source.corporateActions(ticker, range.from, range.to, signal);
  await archive.putActions(instrument, actions, range);
  return actions.length;
}

function stopped(): PapertapeError {
  return new PapertapeError('SHUTTING_DOWN', 'The fetch was stopped; what had come is stored.', {
    remedy: 'Run the same command again: it goes on with what is missing.',
  });
}

/** Turns trading time that was told into progress with the time that is left. */
class FetchMeter {
  readonly #clock: Clock;
  readonly #report: FetchPlan['onProgress'];
  readonly #startedMs: number;
  #total = 0;
  #done = 0;
  #symbol = '';

  constructor(clock: Clock, report: FetchPlan['onProgress']) {
    this.#clock = clock;
    this.#report = report;
    this.#startedMs = clock.monotonicMs();
  }

  /** More that has to be told. */
  expect(time: number): void {
    this.#total += time;
  }

  begin(symbol: string): void {
    this.#symbol = symbol;
    this.add(0);
  }

  add(time: number): void {
    this.#done += time;
    const left = remainingText(this.#done, this.#total, this.#clock.monotonicMs() - this.#startedMs);
    this.#report(this.#done, this.#total, [this.#symbol, left].filter((part) => part !== '').join('  '));
  }
}

/** `3 min left`, by the speed so far; empty while nothing is known of it. */
export function remainingText(done: number, total: number, elapsedMs: number): string {
  if (done <= 0 || done >= total) return '';
  const seconds = Math.ceil(((total - done) / done) * (elapsedMs / 1000));
  if (seconds < 90) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min left`;
  return `${Math.round(minutes / 60)} h left`;
}

function tell(
  fetched: readonly FetchedSymbol[],
  source: HistorySource,
  flags: FetchFlags,
  dataDir: string,
  context: CommandContext,
): void {
  const { terminal } = context;
  const c = terminal.colours;
  const failures = fetched.flatMap(({ error }) => error ?? []);
  if (flags.json === true) {
    const symbols = fetched.map(({ error, ...rest }) => ({
      ...rest,
      actions: rest.actions ?? null,
      ...(error === undefined ? {} : { error: describeError(error) }),
    }));
    terminal.out(`${JSON.stringify({ dataDir, feed: source.quality, symbols }, null, 2)}\n`);
  } else {
    const columns = [
      { title: 'symbol' },
      { title: 'requests', right: true },
      { title: 'new rows', right: true },
      { title: 'rows', right: true },
      { title: 'splits, dividends', right: true },
    ];
    const cells = fetched.map(({ symbol, requests, rowsBefore, rowsAfter, actions, error }) => [
      error === undefined ? symbol : c.red(symbol),
      formatCount(requests),
      formatCount(rowsAfter - rowsBefore),
      formatCount(rowsAfter),
      actions === undefined ? '–' : formatCount(actions),
    ]);
    terminal.out(renderTable(columns, cells, c));
    const where = relative(context.cwd, dataDir) || dataDir;
    const rows = fetched.reduce((sum, { rowsBefore, rowsAfter }) => sum + rowsAfter - rowsBefore, 0);
    const mark = failures.length === 0 ? c.green('✔') : c.yellow('!');
    terminal.out(`  ${mark} ${plural(rows, 'new row')} of ${source.quality.source} in ${where}.\n`);
    if (source.quality.coverage !== 'consolidated') {
      const feed = source.quality.source;
      terminal.out(`  ${c.yellow('!')} ${feed} does not show the whole market: it is kept apart, as feed ${feed}.\n`);
    }
  }
  for (const error of failures) renderError(error, terminal, false);
  if (failures.length > 0) throw new CommandFailed();
}
