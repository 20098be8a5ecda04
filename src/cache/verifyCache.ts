/**
 * Checks everything in a cache against itself: manifests, checksums, columns, order and number of rows, coverage
 * against rows, rows against the exchange's calendar, the row log and the reference rows. Changes nothing.
 */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { nyse } from '../calendar/sessions.js';
import { FIRST_DATE, LAST_DATE } from '../calendar/TradingCalendar.js';
import { formatDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { CoveredStretch, HistorySeries } from '../domain/historyArchive.js';
import type { Micros } from '../domain/units.js';
import { nodeDisk } from './cacheDisk.js';
import { REVISIONS_FOLDER, ROW_LOG_FOLDER } from './cacheLayout.js';
import type { ReferenceKind } from './cacheLayout.js';
import type { CacheProblem, ProblemKind } from './CacheProblem.js';
import { hashRows } from './contentHash.js';
import { keyColumn } from './historyTables.js';
import { missingStretches } from './missingStretches.js';
import { FILE_COLUMNS, RECEIVED, SQL_TYPE, SUPERSEDED } from './parquetColumns.js';
import { ParquetEngine } from './ParquetEngine.js';
import type { ParquetRows } from './ParquetEngine.js';
import { checkNoted } from './referenceChecksum.js';
import { ReferenceRows } from './referenceRows.js';
import { readSegment, segmentNames } from './RowLog.js';
import { SeriesFiles } from './SeriesFiles.js';
import { hashFile, MANIFEST_NAME, readManifest, settleEntry } from './seriesManifest.js';
import type { FileEntry } from './seriesManifest.js';

/** What a check has looked at and found. */
export interface VerifyReport {
  readonly series: number;
  readonly files: number;
  readonly rows: number;
  readonly problems: readonly CacheProblem[];
}

/** How far a check is: series done of all. */
export type VerifyProgress = (done: number, total: number, path: string) => void;

/** DuckDB's names for the types of {@link SQL_TYPE} where it describes a file. */
const DESCRIBED: Readonly<Record<string, string>> = { TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE' };

/** Checks the cache in a folder; `now` is the present. */
export async function verifyCache(
  root: string,
  now: Micros,
  onProgress: VerifyProgress = () => undefined,
): Promise<VerifyReport> {
  const engine = await ParquetEngine.open();
  try {
    return await new Verification(root, engine, now).run(onProgress);
  } finally {
    engine.close();
  }
}

class Verification {
  readonly #root: string;
  readonly #engine: ParquetEngine;
  readonly #now: Micros;
  readonly #problems: CacheProblem[] = [];
  #files = 0;
  #rows = 0;

  constructor(root: string, engine: ParquetEngine, now: Micros) {
    this.#root = root;
    this.#engine = engine;
    this.#now = now;
  }

  async run(onProgress: VerifyProgress): Promise<VerifyReport> {
    const tools = { disk: nodeDisk, engine: () => Promise.resolve(this.#engine) };
    const current = new SeriesFiles(this.#root, tools);
    const revisions = new SeriesFiles(join(this.#root, REVISIONS_FOLDER), tools);
    const lists = [await current.series(), await revisions.series()];
    const total = lists.reduce((sum, list) => sum + list.length, 0);
    let done = 0;
    for (const [index, tree] of [current, revisions].entries()) {
      for (const series of lists[index] ?? []) {
        onProgress(done, total, relative(this.#root, tree.folder(series)));
        await this.#checkFolder(tree.folder(series), series, tree === revisions);
        done += 1;
      }
    }
    this.#checkLog();
    await this.#checkReference(new ReferenceRows(this.#root, tools));
    return { series: lists[0]?.length ?? 0, files: this.#files, rows: this.#rows, problems: this.#problems };
  }

  #note(kind: ProblemKind, path: string, finding: string, series?: HistorySeries, isRevision = false): void {
    const about = series === undefined ? {} : { series };
    this.#problems.push({ kind, path: relative(this.#root, path), finding, isRevision, ...about });
  }

  async #checkFolder(folder: string, series: HistorySeries, isRevision: boolean): Promise<void> {
    const names = await readdir(folder);
    const manifest = await valueOf(readManifest(folder));
    if (manifest instanceof PapertapeError) {
      this.#note('manifestDamaged', join(folder, MANIFEST_NAME), 'cannot be read', series, isRevision);
      return;
    }
    const listed = new Set(manifest.files.map(({ name }) => name));
    for (const name of names) {
      if (name.endsWith('.tmp')) this.#note('leftover', join(folder, name), 'was left by a write', series, isRevision);
      if (!name.endsWith('.parquet') || listed.has(name)) continue;
      this.#note('fileUnlisted', join(folder, name), 'is in no manifest', series, isRevision);
    }
    for (const { from, to } of missingStretches(manifest.lost, [])) {
      const [first, last] = [from, to - 1].map((time) => formatDate(newYorkDate(time)));
      this.#note('rowsLost', folder, `has lost rows from ${first} to ${last}`, series, isRevision);
    }
    for (const entry of manifest.files) {
      const settled = await valueOf(settleEntry(folder, entry));
      if (settled === undefined) continue;
      const file = settled instanceof PapertapeError ? entry : settled;
      await this.#checkFile(join(folder, file.name), series, file, manifest.covered, isRevision);
    }
  }

  async #checkFile(
    path: string,
    series: HistorySeries,
    entry: FileEntry,
    covered: readonly CoveredStretch[],
    isRevision: boolean,
  ): Promise<void> {
    this.#files += 1;
    const note = (kind: ProblemKind, finding: string): void => {
      this.#note(kind, path, finding, series, isRevision);
    };
    const sha256 = await valueOf(hashFile(path));
    if (sha256 instanceof PapertapeError) {
      note('fileUnreadable', 'cannot be read');
      return;
    }
    if (sha256 === undefined) note('fileMissing', 'is missing');
    else if (sha256 !== entry.sha256) note('checksumWrong', 'does not match its checksum');
    if (sha256 !== entry.sha256) return;
    const found = await inspectFile(this.#engine, path, series, isRevision);
    if ('problem' in found) {
      note(found.problem, found.finding);
      return;
    }
    const { rows } = found;
    this.#rows += rows.table.length;
    if (rows.table.length !== entry.rows || hashRows(rows.table) !== entry.rowsSha256) {
      note('rowsMiscounted', `holds other rows than its manifest says (${rows.table.length} of ${entry.rows})`);
    }
    if (!isRevision) this.#checkRows(rows, covered, note);
  }

  #checkRows(
    { table, times }: ParquetRows,
    covered: readonly CoveredStretch[],
    note: (kind: ProblemKind, finding: string) => void,
  ): void {
    const key = keyColumn(table);
    const received = times[0] ?? new Float64Array(0);
    let outside = 0;
    let unclaimed = 0;
    let future = 0;
    let claim = 0;
    for (let row = 0; row < table.length; row++) {
      const time = key[row] ?? 0;
      while (claim < covered.length && (covered[claim]?.to ?? 0) <= time) claim += 1;
      if ((received[row] ?? 0) > this.#now) future += 1;
      const date = newYorkDate(time);
      const session = date < FIRST_DATE || date > LAST_DATE ? undefined : nyse.sessionAt(time);
      if (session === undefined) outside += 1;
      // Rows of the premarket often come with those of the session that was asked for.
      else if (time >= session.open && time < session.close && time < (covered[claim]?.from ?? Infinity))
        unclaimed += 1;
    }
    if (outside > 0) note('outsideCalendar', `has ${outside} rows at times at which the exchange was closed`);
    if (unclaimed > 0) note('unclaimedRows', `has ${unclaimed} rows of regular hours that no source has told in full`);
    if (future > 0) note('receivedInFuture', `has ${future} rows received later than now; was the clock set back?`);
  }

  #checkLog(): void {
    const folder = join(this.#root, ROW_LOG_FOLDER);
    const names = segmentNames(folder);
    for (const name of names) {
      const path = join(folder, name);
      this.#files += 1;
      const { records, isDamaged, isTorn } = readSegment(path);
      this.#rows += records.reduce((sum, { table }) => sum + table.length, 0);
      if (isDamaged) this.#note('logDamaged', path, `is damaged after ${records.length} records`);
      else if (isTorn) this.#note('logTorn', path, 'ends within a record that was never acknowledged');
    }
  }

  async #checkReference(reference: ReferenceRows): Promise<void> {
    for (const kind of ['factor', 'ticker', 'action'] as const satisfies readonly ReferenceKind[]) {
      for (const symbol of await reference.symbols(kind)) {
        this.#files += 1;
        const path = reference.path(kind, symbol);
        if ((await valueOf(checkNoted(path))) instanceof PapertapeError) {
          this.#note('referenceDamaged', path, 'is missing or does not match its checksum');
          continue;
        }
        const read: Promise<unknown> = kind === 'factor' ? reference.factors(symbol) : reference.versions(kind, symbol);
        if (!((await valueOf(read)) instanceof PapertapeError)) continue;
        this.#note('referenceDamaged', path, 'cannot be read');
      }
    }
  }
}

/** The rows of a data file, or what is wrong with it by itself. Its checksum is not looked at. */
export async function inspectFile(
  engine: ParquetEngine,
  path: string,
  { kind, timeframe }: HistorySeries,
  isRevision: boolean,
): Promise<{ readonly rows: ParquetRows } | { readonly problem: ProblemKind; readonly finding: string }> {
  const times = isRevision ? [RECEIVED, SUPERSEDED] : [RECEIVED];
  const expected = [
    ...FILE_COLUMNS[kind].map(({ name, type }) => `${name} ${DESCRIBED[SQL_TYPE[type]] ?? SQL_TYPE[type]}`),
    ...times.map((name) => `${name} TIMESTAMP WITH TIME ZONE`),
  ].join(', ');
  let rows: ParquetRows;
  try {
    const described = await engine.describe(path);
    const found = described.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    if (found !== expected) return { problem: 'schemaWrong', finding: `has the columns ${found}` };
    const range = { files: [path], kind, timeframe, from: -Infinity, to: Infinity, capacity: described.rows };
    rows = await engine.read(range, times);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    return { problem: 'fileUnreadable', finding: `cannot be read (${why})` };
  }
  const key = keyColumn(rows.table).subarray(0, rows.table.length);
  const isSorted = key.every((time, row) => row === 0 || time >= (key[row - 1] ?? 0));
  return isSorted ? { rows } : { problem: 'rowsOutOfOrder', finding: 'is not sorted by time' };
}

/** What a promise gives, or the error of ours that it was rejected with. */
async function valueOf<T>(promise: Promise<T>): Promise<T | PapertapeError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof PapertapeError) return error;
    throw error;
  }
}
