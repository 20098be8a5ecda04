/**
 * The Parquet files of series in one tree of folders, with their manifests: read in checked files, replaced whole.
 * The tree of current rows and that of earlier versions are two of these; only their time columns differ.
 *
 * Replacing files of a series: each is prepared under a name that nobody reads; the manifest names both contents;
 * the files get their names; the manifest forgets the old contents. A crash between any two steps leaves every file
 * with its old or its new content, and the manifest able to tell which.
 */
import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { rowAtOrAfter } from '../domain/tables.js';
import type { HistoryTable } from '../domain/history.js';
import type { CoveredStretch, HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import type { BarTable, QuoteBarTable } from '../domain/marketTables.js';
import { isTimeframe, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { CacheDisk } from './cacheDisk.js';
import { periodEnd, periodOf, seriesFolder } from './cacheLayout.js';
import { hashRows } from './contentHash.js';
import { prepared as preparedFile, previousPath, publishFiles, temporaryPath } from './durableFile.js';
import { keyColumn, timeframeOf } from './historyTables.js';
import type { ParquetEngine, ParquetRows } from './ParquetEngine.js';
import {
  checkFile,
  corrupt,
  hashFile,
  MANIFEST_NAME,
  readManifest,
  settleEntry,
  writeManifest,
} from './seriesManifest.js';
import type { FileContent, FileEntry, Manifest } from './seriesManifest.js';

/** What the parts of a cache work with. */
export interface CacheTools {
  readonly disk: CacheDisk;
  readonly engine: () => Promise<ParquetEngine>;
}

/** Rows of one file, to be written. */
export interface PeriodRows {
  readonly table: HistoryTable;
  /** Further columns by name; `received` is among them. */
  readonly times: Readonly<Record<string, Float64Array>>;
}

/** How often a reader starts again because a writer was faster. */
const MAX_ATTEMPTS = 20;

/** See the module header. */
export class SeriesFiles {
  /** Folder of the tree. */
  readonly root: string;
  readonly #tools: CacheTools;
  readonly #manifests = new Map<string, { readonly state: string; readonly manifest: Manifest }>();
  /** Files found undamaged, with the size and time they had. */
  readonly #checked = new Map<string, string>();
  /** Replacements under way, by the path of the manifest. */
  readonly #publishing = new Map<string, Promise<void>>();

  constructor(root: string, tools: CacheTools) {
    this.root = root;
    this.#tools = tools;
  }

  /** The absolute folder of a series. */
  folder(series: HistorySeries): string {
    return join(this.root, seriesFolder(series));
  }

  /** What the manifest of a series says now; read again only when it has changed. Throws `CACHE_CORRUPT`. */
  async manifest(series: HistorySeries): Promise<Manifest> {
    const folder = this.folder(series);
    const state = fileState(join(folder, MANIFEST_NAME));
    const known = this.#manifests.get(folder);
    if (known?.state === state) return known.manifest;
    const manifest = await readManifest(folder);
    const files: FileEntry[] = [];
    let isSettled = true;
    for (const entry of manifest.files) {
      if (entry.replaces !== undefined) isSettled = false;
      const file = await settleEntry(folder, entry);
      if (file !== undefined) files.push(file);
    }
    const settled = { ...manifest, files };
    if (isSettled) this.#manifests.set(folder, { state, manifest: settled });
    return settled;
  }

  /** What the answer to a query over `range` depends on: changes whenever a file of it does. */
  async state(series: HistorySeries, range: TimeStretch): Promise<string> {
    const folder = this.folder(series);
    const files = (await this.manifest(series)).files.filter((file) => mayHold(file, range));
    return files.map((file) => `${file.sha256} ${fileState(join(folder, file.name))}`).join('\n');
  }

  /** Reads the rows within a range, with time columns by name. Damaged files throw `CACHE_CORRUPT`. */
  async read(
    series: HistorySeries,
    range: TimeStretch,
    timeColumns: readonly string[] = [],
  ): Promise<ParquetRows | undefined> {
    const path = join(this.folder(series), MANIFEST_NAME);
    for (let attempt = 1; ; attempt++) {
      const state = fileState(path);
      const { files } = await this.manifest(series);
      try {
        const wanted = files.filter((file) => mayHold(file, range));
        return await this.readFiles(series, wanted, range, timeColumns);
      } catch (cause) {
        // Files that were replaced between the manifest and the reading are not damaged: what is there now counts.
        await this.#publishing.get(path);
        if (fileState(path) === state || attempt === MAX_ATTEMPTS) throw cause;
      }
    }
  }

  /** Reads the rows of some files of a series within a range; undefined if there are no files. */
  async readFiles(
    series: HistorySeries,
    files: readonly FileEntry[],
    range: TimeStretch,
    timeColumns: readonly string[],
  ): Promise<ParquetRows | undefined> {
    if (files.length === 0) return undefined;
    const folder = this.folder(series);
    const paths = files.map((file) => join(folder, file.name));
    const capacity = files.reduce((sum, file) => sum + file.rows, 0);
    const { kind, timeframe } = series;
    const { from, to } = boundsNeeded(files, range);
    const endsFollow = files.every((file) => file.endsFollow === true);
    const engine = await this.#tools.engine();
    // Checked while they are read: rows of a damaged file are thrown away with the error.
    const [checked, read] = await Promise.allSettled([
      this.#checkAll(folder, files),
      engine.read({ files: paths, kind, timeframe, from, to, capacity, endsFollow }, timeColumns),
    ]);
    if (checked.status === 'rejected') throw checked.reason;
    if (read.status === 'fulfilled') return read.value;
    throw corrupt(paths.length === 1 ? (paths[0] ?? folder) : join(folder, '*.parquet'), 'cannot be read', read.reason);
  }

  /** Writes a file's new rows beside it, for {@link publish} to give it its name. */
  async prepare(series: HistorySeries, name: string, rows: PeriodRows): Promise<FileEntry> {
    const folder = this.folder(series);
    this.#tools.disk.makeFolder(folder);
    const temporary = temporaryPath(join(folder, name));
    const engine = await this.#tools.engine();
    await this.#tools.disk.writeWith(temporary, (path) => engine.write(rows.table, rows.times, path));
    return { name, ...(await describeRows(temporary, rows)) };
  }

  /** Gives prepared files their names, and records what sources have said. One call at a time per series. */
  async publish(
    series: HistorySeries,
    prepared: readonly FileEntry[],
    covered: readonly CoveredStretch[],
  ): Promise<void> {
    const path = join(this.folder(series), MANIFEST_NAME);
    const publishing = this.#publish(series, prepared, covered);
    this.#publishing.set(
      path,
      publishing.catch(() => undefined),
    );
    try {
      await publishing;
    } finally {
      this.#publishing.delete(path);
    }
  }

  async #publish(
    series: HistorySeries,
    replacements: readonly FileEntry[],
    covered: readonly CoveredStretch[],
  ): Promise<void> {
    const { disk } = this.#tools;
    const folder = this.folder(series);
    const before = await this.manifest(series);
    if (replacements.length > 0) {
      const old = new Map(before.files.map((file) => [file.name, file]));
      const between = new Map<string, FileEntry>(old);
      const after = new Map<string, FileEntry>(old);
      for (const entry of replacements) {
        const replaced = contentOf(old.get(entry.name));
        const backup = replaced === undefined ? {} : { backup: replaced };
        between.set(entry.name, { ...entry, ...backup, replaces: replaced ?? null });
        after.set(entry.name, { ...entry, ...backup });
      }
      await writeManifest(disk, folder, { ...before, files: [...between.values()] });
      for (const { name } of replacements) {
        const path = join(folder, name);
        if (old.has(name)) await disk.keepAs(path, previousPath(path));
      }
      await publishFiles(
        replacements.map(({ name }) => preparedFile(join(folder, name))),
        disk,
      );
      await writeManifest(disk, folder, { ...before, files: [...after.values()], covered });
      return;
    }
    disk.makeFolder(folder);
    await writeManifest(disk, folder, { ...before, covered });
  }

  /** The series that have a folder with a manifest or files, in no order. */
  async series(): Promise<readonly HistorySeries[]> {
    const found = await seriesBelow(this.root, undefined);
    for (const feed of await values(this.root, 'feed')) {
      const name = decodeURIComponent(feed);
      found.push(...(await seriesBelow(join(this.root, `feed=${feed}`), name)));
    }
    return found;
  }

  async #checkAll(folder: string, files: readonly FileEntry[]): Promise<void> {
    for (const file of files) await this.#check(folder, file);
  }

  /** Checks a file's bytes once for as long as its size and time of change stay. */
  async #check(folder: string, entry: FileEntry): Promise<void> {
    const path = join(folder, entry.name);
    const state = `${entry.sha256} ${fileState(path)}`;
    if (this.#checked.get(path) === state) return;
    await checkFile(folder, entry);
    this.#checked.set(path, state);
  }
}

/** Whether a file may hold rows of a range. */
export function mayHold(file: FileContent, { from, to }: TimeStretch): boolean {
  const first = from === -Infinity ? '' : formatDate(newYorkDate(from));
  const last = to === Infinity ? '9999' : formatDate(newYorkDate(to - 1));
  return file.to >= first && file.from <= last;
}

/** The ends of a range that may cut rows off: where all of the files lie within, nothing need be compared. */
function boundsNeeded(files: readonly FileContent[], { from, to }: TimeStretch): TimeStretch {
  const first = files.reduce((date, file) => (file.from < date ? file.from : date), '9999-12-31');
  const last = files.reduce((date, file) => (file.to > date ? file.to : date), '');
  return {
    from: from === -Infinity || fromNewYork(parseDate(first), 0) >= from ? -Infinity : from,
    to: to === Infinity || fromNewYork(parseDate(last) + 1, 0) <= to ? Infinity : to,
  };
}

/** A table's rows by file: [first row, row after the last) of each, with the file's name. */
export function* periodsOf(
  table: HistoryTable,
): Generator<{ readonly name: string; readonly from: number; to: number }> {
  const key = keyColumn(table);
  let row = 0;
  while (row < table.length) {
    const period = periodOf(key[row] ?? 0, timeframeOf(table));
    const end = rowAtOrAfter(key, table.length, fromNewYork(periodEnd(period), 0));
    yield { name: `${period}.parquet`, from: row, to: end };
    row = end;
  }
}

/** The stretch of time that a file's rows lie in. */
export function periodStretch(name: string): TimeStretch {
  const period = name.slice(0, -'.parquet'.length);
  const first = period.length === 4 ? `${period}-01-01` : `${period}-01`;
  return { from: fromNewYork(parseDate(first), 0), to: fromNewYork(periodEnd(period), 0) };
}

/** What a written file holds. */
export async function describeRows(path: string, { table, times }: PeriodRows): Promise<FileContent> {
  const key = keyColumn(table);
  const dateAt = (row: number): string => formatDate(newYorkDate(key[row] ?? 0));
  const { size } = await stat(path);
  let lastReceived = 0;
  for (const received of times['received']?.subarray(0, table.length) ?? []) {
    lastReceived = Math.max(lastReceived, received);
  }
  return {
    rows: table.length,
    bytes: size,
    sha256: (await hashFile(path)) ?? '',
    rowsSha256: hashRows(table),
    from: dateAt(0),
    to: dateAt(table.length - 1),
    lastReceived,
    ...(table.kind === 'bar' || table.kind === 'quoteBar' ? { endsFollow: endsFollow(table) } : {}),
  };
}

function endsFollow({ start, time, timeframe, length }: BarTable | QuoteBarTable): boolean {
  const duration = TIMEFRAME_DURATION[timeframe];
  for (let row = 0; row < length; row++) if (time[row] !== (start[row] ?? 0) + duration) return false;
  return true;
}

function contentOf(entry: FileEntry | undefined): FileContent | undefined {
  if (entry === undefined) return undefined;
  const { name: _, replaces: __, backup: ___, ...content } = entry;
  return content;
}

/** Size, time of change and identity of a file; `-` if there is none. Synchronous: a microsecond or two. */
export function fileState(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.size} ${found.mtimeMs} ${found.ino}`;
}

async function seriesBelow(root: string, feed: string | undefined): Promise<HistorySeries[]> {
  const found: HistorySeries[] = [];
  for (const kind of ['quote', 'print'] as const) {
    for (const symbol of await values(join(root, `kind=${kind}`), 'symbol')) {
      found.push({ symbol, kind, timeframe: undefined, feed });
    }
  }
  for (const kind of ['bar', 'quoteBar'] as const) {
    const folder = join(root, `kind=${kind}`);
    for (const timeframe of await values(folder, 'timeframe')) {
      if (!isTimeframe(timeframe)) continue;
      const symbols = await values(join(folder, `timeframe=${timeframe}`), 'symbol');
      for (const symbol of symbols) found.push({ symbol, kind, timeframe, feed });
    }
  }
  return found;
}

/** The values of a hive folder's `name=value` entries. */
async function values(folder: string, name: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((entry) => entry.startsWith(`${name}=`)).map((entry) => entry.slice(name.length + 1));
}
