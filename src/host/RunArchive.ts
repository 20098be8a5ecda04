/**
 * Kept runs of a data directory: their records in the database, their trades, equity and reports in the folder `runs`.
 * It works beside a running system, which only reads runs.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import { returnCount } from '../analytics/yearlyFigures.js';
import { readRunEquity, readRunTrades, writeRunFiles } from '../cache/runFiles.js';
import type { StoredEquity } from '../cache/runFiles.js';
import { hasRunReport, readRunReport, writeRunReport } from '../cache/runReports.js';
import { PapertapeError } from '../domain/errors.js';
import type {
  AnalysisKind,
  AnalysisResult,
  ComparedRun,
  IncomparableRun,
  KeptRuns,
  ListedRun,
  NewRun,
  RunCheckpoint,
  RunEnding,
  RunFailure,
  RunInputTexts,
  RunPulse,
  RunRecord,
  RunReport,
  RunResult,
  RunStanding,
  StoredTrade,
} from '../domain/runs.js';
import { SECOND } from '../domain/timeframe.js';
import { openDatabase } from '../storage/sql/database.js';
import type { SqlDatabase } from '../storage/sql/database.js';
import { SqlRunStore } from '../storage/sql/runStore.js';
import type { Clock } from '../utils/clock.js';
import { makeFolder } from '../utils/makeFolder.js';

/** A run that has not said anything for so long is taken for broken off, whatever its process number says. */
const SILENT_AFTER = 60 * SECOND;
/** Points of equity that are kept: enough for any screen, and for any day of a run of minutes. */
const MOST_POINTS = 200_000;
/** Digits of an identity that name a run: of fewer a number could be meant. */
const FEWEST_DIGITS = 6;
const IDENTITY = new RegExp(`^[0-9a-f]{${FEWEST_DIGITS},}$`);

/** See the module header. */
export class RunArchive implements KeptRuns {
  readonly #database: SqlDatabase;
  readonly #store: SqlRunStore;
  readonly #folder: string;
  readonly #clock: Clock;

  /** Over the open database of a data directory. */
  constructor(database: SqlDatabase, dataDir: string, clock: Clock) {
    this.#database = database;
    this.#store = new SqlRunStore(database);
    this.#folder = join(dataDir, 'runs');
    this.#clock = clock;
  }

  /** Opens that of a data directory, which is made if there is none. Throws `DATA_DIR_UNUSABLE`. */
  static async open(dataDir: string, clock: Clock): Promise<RunArchive> {
    try {
      makeFolder(dataDir);
    } catch (cause) {
      throw new PapertapeError('DATA_DIR_UNUSABLE', `The data directory ${dataDir} cannot be written.`, {
        remedy: 'Choose another one with --data-dir.',
        cause,
      });
    }
    return new RunArchive(await openDatabase(join(dataDir, 'papertape.db')), dataDir, clock);
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  /** Keeps a run that begins and gives its number. Throws `DATA_DIR_UNUSABLE`. */
  begin(run: NewRun): Promise<number> {
    return whereWritable(this.#store.begin(run, this.#clock.now()));
  }

  /** Lets a run that was stopped be gone on with by this process. Throws `DATA_DIR_UNUSABLE`. */
  resume(number: number): Promise<void> {
    return whereWritable(this.#store.resume(number, process.pid, this.#clock.now()));
  }

  /** Keeps what a run is made of. */
  keepInputs(number: number, inputs: RunInputTexts): Promise<void> {
    return this.#store.keepInputs(number, inputs, this.#clock.now());
  }

  /** Notes how far a run is. */
  note(number: number, checkpoint: RunCheckpoint): Promise<void> {
    return this.#store.note(number, checkpoint, this.#clock.now());
  }

  /** Keeps what came of a run; `failure` says why its strategies did not take it to its end. */
  async finish(number: number, history: HistoryBacktestRun, result: RunResult, failure?: RunFailure): Promise<void> {
    const { run, symbols } = history;
    const trades = run.roundTrips.map(({ symbolId, ...trip }) => ({ ...trip, symbol: symbols[symbolId] ?? '' }));
    await writeRunFiles(this.#folderOf(number), { trades, equity: thinned(run.curve) }, result.priceScale);
    const ending: RunEnding = failure === undefined ? { state: 'done', result } : { state: 'failed', failure, result };
    await this.#store.end(number, ending, this.#clock.now());
  }

  /** Keeps the report of a run. Throws `FILE_UNWRITABLE`. */
  async keepReport(number: number, report: RunReport): Promise<void> {
    await writeRunReport(this.#folderOf(number), report);
    await this.#store.touch(number, this.#clock.now());
  }

  /**
   * Keeps an analysis that is done, with its report, and gives its number. Throws what {@link keepReport} does, and
   * `DATA_DIR_UNUSABLE`.
   */
  async keepAnalysis(kind: AnalysisKind, run: NewRun, analysis: AnalysisResult, report: RunReport): Promise<number> {
    const number = await whereWritable(this.#store.add(kind, run, analysis, this.#clock.now()));
    try {
      await this.keepReport(number, report);
    } catch (error) {
      // It is kept whole or not at all.
      await this.#store.remove(number);
      throw error;
    }
    return number;
  }

  /** Ends a run that came to no result: one that was cancelled, or that failed for a reason. */
  async abandon(number: number, ending: Exclude<RunEnding, { readonly state: 'done' }>): Promise<void> {
    await this.#store.end(number, ending, this.#clock.now());
  }

  /** All runs, the newest first. */
  runs(): Promise<readonly RunRecord[]> {
    return this.#store.runs();
  }

  async revision(): Promise<string> {
    const [changes, running] = await Promise.all([this.#store.revision(), this.#store.running()]);
    // A run that is broken off changes nothing in the database.
    const alive = running.filter((run) => this.standingOf(run) === 'running').map(({ number }) => number);
    return [changes, ...alive].join('-');
  }

  async listing(limit: number): Promise<{ readonly runs: readonly ListedRun[]; readonly total: number }> {
    const [summaries, total] = await Promise.all([this.#store.summaries(limit), this.#store.count()]);
    const runs = summaries.map((run) => ({
      run,
      standing: this.standingOf(run),
      hasReport: hasRunReport(this.#folderOf(run.number)),
    }));
    return { runs, total };
  }

  async reportPage(number: number): Promise<string | undefined> {
    if ((await this.#store.run(number)) === undefined) throw unknownRun(String(number));
    return readRunReport(this.#folderOf(number), 'html');
  }

  async toCompare(number: number, mostTrades = Infinity): Promise<ComparedRun | IncomparableRun> {
    const run = await this.#store.run(number);
    if (run === undefined) throw unknownRun(String(number));
    const { result } = run;
    if (result === undefined) return { run, result, standing: this.standingOf(run) };
    const count = result.statistics['trades'] ?? 0;
    if (count > mostTrades) throw tooLarge(number, count, mostTrades);
    const [trades, equity] = await Promise.all([this.trades(run), this.equity(run)]);
    return { run, result, trades, dailyReturns: returnCount(equity) };
  }

  /** A form of a run's report; undefined where none was kept. Throws `CACHE_CORRUPT`. */
  report({ number }: RunRecord, form: keyof RunReport): Promise<string | undefined> {
    return readRunReport(this.#folderOf(number), form);
  }

  /**
   * The run that a user names: by its number, by the beginning of its identity (the newest one), or as `latest` or
   * `previous`, which are the newest two backtests with a result. Throws `RUN_UNKNOWN`.
   */
  async find(name: string): Promise<RunRecord> {
    const all = await this.#store.runs();
    const done = all.filter(({ result }) => result !== undefined);
    const found =
      name === 'latest'
        ? done[0]
        : name === 'previous'
          ? done[1]
          : (all.find(({ number }) => String(number) === name) ??
            done.find(({ result }) => IDENTITY.test(name) && result?.identity.startsWith(name) === true));
    if (found !== undefined) return found;
    throw unknownRun(name);
  }

  /** How a run stands. */
  standingOf({ state, pid, updatedAt }: RunPulse): RunStanding {
    if (state !== 'running') return state;
    return isAlive(pid) && this.#clock.now() - updatedAt < SILENT_AFTER ? 'running' : 'broken off';
  }

  /** The trades of a run with a result. */
  trades({ number }: RunRecord): Promise<readonly StoredTrade[]> {
    return readRunTrades(this.#folderOf(number));
  }

  /** The equity of a run with a result. */
  equity({ number }: RunRecord): Promise<StoredEquity> {
    return readRunEquity(this.#folderOf(number));
  }

  /** Removes a run with its files. Throws `DATA_DIR_UNUSABLE`. */
  async remove({ number }: RunRecord): Promise<void> {
    await whereWritable(this.#store.remove(number));
    rmSync(this.#folderOf(number), { recursive: true, force: true });
  }

  #folderOf(number: number): string {
    return join(this.#folder, String(number));
  }
}

/** What a first write to the database gives; one that may only be read, or a full disk, is told with what to do. */
async function whereWritable<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!/^SQLITE_(?:READONLY|FULL)/.test(reason)) throw cause;
    const why = reason.startsWith('SQLITE_FULL') ? 'its disk is full' : 'it may only be read';
    throw new PapertapeError('DATA_DIR_UNUSABLE', `The run cannot be kept in the data directory: ${why}.`, {
      remedy: 'Make room in it or let it be written, choose another one with --data-dir, or give --no-store.',
      cause,
    });
  }
}

function unknownRun(name: string): PapertapeError {
  return new PapertapeError('RUN_UNKNOWN', `There is no run ${name}.`, {
    remedy:
      'See what there is with `papertape runs ls` or on the page Backtests; the command names a run by its number, ' +
      `by the first ${FEWEST_DIGITS} or more digits of its identity, or as \`latest\` or \`previous\`.`,
  });
}

/** A curve of at most {@link MOST_POINTS}: every so many points and the last. */
function thinned({ time, equity }: StoredEquity): StoredEquity {
  const step = Math.ceil(time.length / MOST_POINTS);
  if (step <= 1) return { time, equity };
  const isKept = (_value: number, point: number): boolean => point % step === 0 || point === time.length - 1;
  return { time: time.filter(isKept), equity: equity.filter(isKept) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function tooLarge(number: number, trades: number, most: number): PapertapeError {
  const [has, limit] = [trades, most].map((count) => count.toLocaleString('en-US'));
  return new PapertapeError(
    'RUN_TOO_LARGE',
    `Run ${number} has ${has} trades; the page compares runs of up to ${limit}.`,
    {
      remedy: 'Compare them with `papertape compare`, which takes its time without letting others wait.',
    },
  );
}
