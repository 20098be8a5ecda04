/**
 * Writes rows of a series into its Parquet files: merged month by month, what they replace kept as earlier versions
 * (`revisions/…`), and what the source said recorded. Earlier versions are published first, so that a crash in
 * between leaves a version too many, which reads as the row that still stands, and never one too few.
 */
import type { HistoryTable, MergeOutcome } from '../domain/history.js';
import type { CoveredStretch, HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import { columnNames, columnOf, createTableLike } from '../domain/tables.js';
import { createHistoryTable, keyColumn } from './historyTables.js';
import { filterRows, mergeRows, portionsOf, sliceRows } from './mergeRows.js';
import type { StampedRows, SupersededRows } from './mergeRows.js';
import { RECEIVED, SUPERSEDED } from './parquetColumns.js';
import { periodsOf } from './SeriesFiles.js';
import type { SeriesFiles } from './SeriesFiles.js';
import type { FileEntry } from './seriesManifest.js';
import { areClaimed, withClaims } from './stretches.js';

/** All of time. */
export const ALL_TIME: TimeStretch = { from: -Infinity, to: Infinity };

/** Reads and writes the rows of series with their versions. */
export class SeriesWriter {
  readonly current: SeriesFiles;
  readonly revisions: SeriesFiles;

  /** `current` and `revisions` are two trees of one cache. */
  constructor(current: SeriesFiles, revisions: SeriesFiles) {
    this.current = current;
    this.revisions = revisions;
  }

  /** Merges rows in the order of their receipt and records claims. */
  async write(
    series: HistorySeries,
    rows: readonly StampedRows[],
    claims: readonly CoveredStretch[],
  ): Promise<MergeOutcome> {
    const manifest = await this.current.manifest(series);
    const entries = new Map(manifest.files.map((file) => [file.name, file]));
    const prepared: FileEntry[] = [];
    const preparedRevisions: FileEntry[] = [];
    const outcome = { added: 0, replaced: 0, unchanged: 0 };
    for (const [name, parts] of byPeriod(rows)) {
      const stored = await this.#file(series, entries.get(name));
      let merged = stored;
      const replaced: SupersededRows[] = [];
      for (const part of parts) {
        const step = mergeRows(merged, part);
        merged = step.rows;
        if (step.replaced.table.length > 0) replaced.push(step.replaced);
        outcome.added += step.outcome.added;
        outcome.replaced += step.outcome.replaced;
        outcome.unchanged += step.outcome.unchanged;
      }
      if (merged === stored) continue;
      const times = { [RECEIVED]: merged.received };
      prepared.push(await this.current.prepare(series, name, { table: merged.table, times }));
      if (replaced.length > 0) preparedRevisions.push(await this.#prepareRevisions(series, name, replaced));
    }
    if (preparedRevisions.length > 0) await this.revisions.publish(series, preparedRevisions, []);
    const isNews = claims.length > 0 && !areClaimed(manifest.covered, claims);
    if (prepared.length > 0 || isNews) {
      await this.current.publish(series, prepared, withClaims(manifest.covered, claims));
    }
    return outcome;
  }

  /** The rows of a range as revised, each with its time of receipt. */
  async stamped(series: HistorySeries, range: TimeStretch): Promise<StampedRows> {
    const read = await this.current.read(series, range, [RECEIVED]);
    return { table: read?.table ?? emptyTable(series), received: read?.times[0] ?? new Float64Array(0) };
  }

  /** The rows of a range as they stood at a time. */
  async asReceived(series: HistorySeries, range: TimeStretch, knownAt: number): Promise<StampedRows> {
    const current = await this.stamped(series, range);
    const known = filterRows(current, (row) => (current.received[row] ?? 0) <= knownAt);
    const read = await this.revisions.read(series, range, [RECEIVED, SUPERSEDED]);
    if (read === undefined) return known;
    const [received = new Float64Array(0), superseded] = read.times;
    const then = filterRows(
      { table: read.table, received },
      (row) => (received[row] ?? 0) <= knownAt && knownAt < (superseded?.[row] ?? 0),
    );
    return mergeRows(known, then).rows;
  }

  async #file(series: HistorySeries, entry: FileEntry | undefined): Promise<StampedRows> {
    const files = entry === undefined ? [] : [entry];
    const read = await this.current.readFiles(series, files, ALL_TIME, [RECEIVED]);
    return { table: read?.table ?? emptyTable(series), received: read?.times[0] ?? new Float64Array(0) };
  }

  async #prepareRevisions(
    series: HistorySeries,
    name: string,
    replaced: readonly SupersededRows[],
  ): Promise<FileEntry> {
    const { files } = await this.revisions.manifest(series);
    const entry = files.filter((file) => file.name === name);
    const read = await this.revisions.readFiles(series, entry, ALL_TIME, [RECEIVED, SUPERSEDED]);
    const stored: SupersededRows[] = [];
    if (read !== undefined) {
      const [received = new Float64Array(0), superseded = new Float64Array(0)] = read.times;
      stored.push({ table: read.table, received, superseded });
    }
    const all = sortVersions([...stored, ...replaced]);
    const times = { [RECEIVED]: all.received, [SUPERSEDED]: all.superseded };
    return this.revisions.prepare(series, name, { table: all.table, times });
  }
}

function emptyTable(series: HistorySeries): HistoryTable {
  return createHistoryTable(series.kind, series.timeframe, 0);
}

/** Portions of rows by the file that they belong to, in order of receipt. */
function byPeriod(rows: readonly StampedRows[]): ReadonlyMap<string, readonly StampedRows[]> {
  const periods = new Map<string, StampedRows[]>();
  for (const portion of rows.flatMap((part) => [...portionsOf(part)])) {
    for (const { name, from, to } of periodsOf(portion.table)) {
      periods.set(name, [...(periods.get(name) ?? []), sliceRows(portion, from, to)]);
    }
  }
  return periods;
}

/**
 * Versions ordered by key, then receipt. A version that is there twice was written before a crash and again after
 * it; the later telling of when it was replaced holds.
 */
function sortVersions(parts: readonly SupersededRows[]): SupersededRows {
  const rows = parts.flatMap((part, index) =>
    Array.from({ length: part.table.length }, (_, row) => ({
      part,
      row,
      index,
      key: keyColumn(part.table)[row] ?? 0,
      received: part.received[row] ?? 0,
    })),
  );
  rows.sort((a, b) => a.key - b.key || a.received - b.received || a.index - b.index || a.row - b.row);
  const newest = new Map<string, number>();
  for (const { key, received, index } of rows) newest.set(`${key} ${received}`, index);
  const kept = rows.filter(({ key, received, index }) => newest.get(`${key} ${received}`) === index);
  const [first] = parts;
  const table = createTableLike(first?.table ?? createHistoryTable('print', undefined, 0), kept.length);
  for (const name of columnNames(table.kind)) {
    const target = columnOf(table, name);
    kept.forEach(({ part, row }, at) => {
      target[at] = columnOf(part.table, name)[row] ?? 0;
    });
  }
  table.length = kept.length;
  return {
    table,
    received: Float64Array.from(kept, ({ received }) => received),
    superseded: Float64Array.from(kept, ({ part, row }) => part.superseded[row] ?? 0),
  };
}
