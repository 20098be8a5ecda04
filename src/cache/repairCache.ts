/**
 * Repairs what {@link verifyCache} finds: damaged files are set aside under `quarantine/`, what can be restored is
 * restored (a replacement that was prepared whole, the content before the last replacement), manifests are rebuilt
 * from the files, and claims about lost rows are withdrawn, so that a source can be asked for exactly those again.
 * Nothing that could be read before is lost by it.
 */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { PapertapeError } from '../domain/errors.js';
import type { CoveredStretch, HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import type { Micros } from '../domain/units.js';
import type { CacheDisk } from './cacheDisk.js';
import { nodeDisk } from './cacheDisk.js';
import { QUARANTINE_FOLDER, REVISIONS_FOLDER, ROW_LOG_FOLDER } from './cacheLayout.js';
import { isFault } from './CacheProblem.js';
import type { CacheProblem } from './CacheProblem.js';
import { previousPath, temporaryPath } from './durableFile.js';
import { fileOrigin } from './fileOrigin.js';
import { RECEIVED, SUPERSEDED } from './parquetColumns.js';
import { ParquetEngine } from './ParquetEngine.js';
import type { ParquetRows } from './ParquetEngine.js';
import { daysStretch, missingStretches, wantedHours } from './missingStretches.js';
import { checksumPath } from './referenceChecksum.js';
import { encodeRecord } from './rowRecord.js';
import { readSegment } from './RowLog.js';
import { describeRows, periodStretch, SeriesFiles } from './SeriesFiles.js';
import { hashFile, MANIFEST_NAME, readManifest, settleEntry, writeManifest } from './seriesManifest.js';
import type { FileContent, FileEntry, Manifest } from './seriesManifest.js';
import { joined, withClaims, within, without } from './stretches.js';
import { inspectFile } from './verifyCache.js';

/** What was done about one file. */
export interface RepairStep {
  /** Relative to the cache's folder. */
  readonly path: string;
  readonly action: 'quarantined' | 'restored' | 'removed' | 'manifestRebuilt';
  /** Where a quarantined file lies now, relative to the cache's folder. */
  readonly movedTo?: string;
}

/** What a repair did. */
export interface RepairReport {
  readonly steps: readonly RepairStep[];
  /** Stretches whose rows are gone: to be fetched or imported again. */
  readonly lost: readonly { readonly series: HistorySeries; readonly stretch: TimeStretch }[];
}

/** Repairs the cache in a folder, given what a check has found. Nobody else may write meanwhile. */
export async function repairCache(
  root: string,
  problems: readonly CacheProblem[],
  now: Micros,
  disk: CacheDisk = nodeDisk,
): Promise<RepairReport> {
  const engine = await ParquetEngine.open();
  try {
    return await new Repair(root, engine, now, disk).run(problems);
  } finally {
    engine.close();
  }
}

class Repair {
  readonly #root: string;
  readonly #engine: ParquetEngine;
  readonly #now: Micros;
  readonly #disk: CacheDisk;
  readonly #steps: RepairStep[] = [];
  readonly #lost: { series: HistorySeries; stretch: TimeStretch }[] = [];

  constructor(root: string, engine: ParquetEngine, now: Micros, disk: CacheDisk) {
    this.#root = root;
    this.#engine = engine;
    this.#now = now;
    this.#disk = disk;
  }

  async run(problems: readonly CacheProblem[]): Promise<RepairReport> {
    const folders = new Map<string, { readonly series: HistorySeries; readonly isRevision: boolean }>();
    for (const problem of problems) {
      const { kind, path, series, isRevision } = problem;
      const absolute = join(this.#root, path);
      if (kind === 'logDamaged') await this.#repairSegment(absolute);
      else if (kind === 'referenceDamaged') await this.#repairReference(absolute);
      else if (series !== undefined && (isFault(problem) || kind === 'leftover')) {
        folders.set(this.#folder(series, isRevision), { series, isRevision });
      }
    }
    for (const { kind, series, isRevision } of problems) {
      if (kind !== 'rowsLost' || series === undefined || folders.has(this.#folder(series, isRevision))) continue;
      const { lost } = await readManifest(this.#folder(series, isRevision));
      this.#noteLost(series, lost);
    }
    for (const [folder, { series, isRevision }] of folders) await this.#repairFolder(folder, series, isRevision);
    return { steps: this.#steps, lost: this.#lost };
  }

  #folder(series: HistorySeries, isRevision: boolean): string {
    const root = isRevision ? join(this.#root, REVISIONS_FOLDER) : this.#root;
    return new SeriesFiles(root, { disk: this.#disk, engine: () => Promise.resolve(this.#engine) }).folder(series);
  }

  async #repairFolder(folder: string, series: HistorySeries, isRevision: boolean): Promise<void> {
    const manifest = await this.#manifest(folder);
    const listed = new Map((manifest?.files ?? []).map((entry) => [entry.name, entry]));
    const names = new Set([
      ...listed.keys(),
      ...(await readdir(folder)).filter((name) => /^[\w-]+\.parquet$/.test(name)),
    ]);
    const files: FileEntry[] = [];
    let covered: readonly CoveredStretch[] = manifest?.covered ?? [];
    const lost = [...(manifest?.lost ?? [])];
    for (const name of [...names].sort()) {
      const entry = listed.get(name);
      const kept = await this.#repairFile(folder, name, entry, series, isRevision);
      if (kept !== undefined) files.push(kept);
      const isIntact = kept !== undefined && kept.sha256 === entry?.sha256;
      if (isRevision || isIntact) continue;
      const after = await this.#claimsAfter(folder, series, name, kept, covered);
      covered = after.claims;
      lost.push(...after.lost);
    }
    this.#noteLost(series, joined(lost));
    for (const name of await readdir(folder)) {
      if (name.endsWith('.tmp')) await this.#remove(join(folder, name));
    }
    await writeManifest(this.#disk, folder, { files, covered, lost });
    this.#steps.push({ path: relative(this.#root, join(folder, MANIFEST_NAME)), action: 'manifestRebuilt' });
  }

  /** The manifest, or none after it was set aside because it cannot be read. */
  async #manifest(folder: string): Promise<Manifest | undefined> {
    try {
      return await readManifest(folder);
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      await this.#quarantine(join(folder, MANIFEST_NAME));
      return undefined;
    }
  }

  /** What a file's entry is to be; undefined where nothing of it is left. */
  async #repairFile(
    folder: string,
    name: string,
    entry: FileEntry | undefined,
    series: HistorySeries,
    isRevision: boolean,
  ): Promise<FileEntry | undefined> {
    const path = join(folder, name);
    if (entry !== undefined) {
      const settled = await settleEntry(folder, entry).catch(() => undefined);
      const isThere = settled !== undefined && (await hashFile(path).catch(() => '')) === settled.sha256;
      if (isThere && (await this.#isSound(path, settled, series, isRevision))) return settled;
    } else {
      const rows = await this.#read(path, series, isRevision);
      // A file that no manifest knows of but that is right in itself is what is left of one.
      if (rows !== undefined && rows.table.length > 0) return { name, ...(await describe(path, rows, isRevision)) };
    }
    for (const [source, content] of candidates(path, entry)) {
      if ((await hashFile(source).catch(() => '')) !== content.sha256) continue;
      if ((await stat(path).catch(() => undefined)) !== undefined) await this.#quarantine(path);
      await this.#disk.sync(source);
      await this.#disk.rename(source, path);
      this.#steps.push({ path: relative(this.#root, path), action: 'restored' });
      return { name, ...content };
    }
    if ((await stat(path).catch(() => undefined)) !== undefined) await this.#quarantine(path);
    return undefined;
  }

  async #isSound(path: string, entry: FileEntry, series: HistorySeries, isRevision: boolean): Promise<boolean> {
    const rows = await this.#read(path, series, isRevision);
    return rows !== undefined && rows.table.length === entry.rows;
  }

  async #read(path: string, series: HistorySeries, isRevision: boolean): Promise<ParquetRows | undefined> {
    const found = await inspectFile(this.#engine, path, series, isRevision);
    return 'rows' in found ? found.rows : undefined;
  }

  /**
   * Claims about a file's time after it was replaced by an older content, rebuilt or lost: those that were made after
   * the rows that are left were received are withdrawn; where no claim is known, the rows speak as a file's.
   */
  async #claimsAfter(
    folder: string,
    series: HistorySeries,
    name: string,
    kept: FileEntry | undefined,
    covered: readonly CoveredStretch[],
  ): Promise<{ readonly claims: readonly CoveredStretch[]; readonly lost: readonly TimeStretch[] }> {
    const stretch = periodStretch(name);
    const lastReceived = kept?.lastReceived ?? -Infinity;
    const outside = without(covered, [stretch]);
    const inside = without(covered, complement(stretch));
    const standing = inside.filter(({ receivedAt }) => receivedAt <= lastReceived);
    let claims = [...outside, ...standing].toSorted((a, b) => a.from - b.from);
    if (kept !== undefined && inside.length === 0) {
      const rows = await this.#read(join(folder, name), series, false);
      if (rows !== undefined) {
        const { quality, covered: spoken } = fileOrigin(rows.table);
        const origin = spoken.map(({ from, to }) => ({ from, to, quality, receivedAt: lastReceived }));
        claims = [...withClaims(claims, origin)];
      }
    }
    const gone = inside.filter((claim) => !standing.includes(claim));
    if (kept === undefined && inside.length === 0) return { claims, lost: this.#hours(series, stretch, false) };
    return { claims, lost: gone.flatMap((claim) => within(this.#hours(series, claim, true), [claim])) };
  }

  /** The trading hours of days that a stretch touches: nobody will ever tell the nights again. */
  #hours({ timeframe }: HistorySeries, { from, to }: TimeStretch, extendedHours: boolean): readonly TimeStretch[] {
    const days = daysStretch(newYorkDate(from), newYorkDate(to - 1));
    return wantedHours({ timeframe, ...days, extendedHours, now: this.#now });
  }

  #noteLost(series: HistorySeries, lost: readonly TimeStretch[]): void {
    for (const stretch of missingStretches(lost, [])) this.#lost.push({ series, stretch });
  }

  /** Keeps the whole records of a damaged segment, and sets the segment itself aside. */
  async #repairSegment(path: string): Promise<void> {
    const { records } = readSegment(path);
    const rescued = temporaryPath(path);
    await this.#disk.remove(rescued);
    const file = this.#disk.openAppend(rescued);
    let at = 0;
    for (const rows of records) {
      const record = encodeRecord(rows, undefined);
      file.write(record, at);
      at += record.length;
    }
    file.close();
    await this.#quarantine(path);
    await this.#disk.rename(rescued, path);
    await this.#disk.sync(join(this.#root, ROW_LOG_FOLDER));
    this.#steps.push({ path: relative(this.#root, path), action: 'restored' });
  }

  /** Sets a damaged file of reference rows aside, and forgets the checksum of one that is missing. */
  async #repairReference(path: string): Promise<void> {
    if (existsSync(path)) await this.#quarantine(path);
    else await this.#remove(checksumPath(path));
    await this.#disk.remove(checksumPath(path));
  }

  async #quarantine(path: string): Promise<void> {
    const name = `${this.#now} ${relative(this.#root, path).replaceAll('/', '__')}`;
    const target = join(this.#root, QUARANTINE_FOLDER, name);
    this.#disk.makeFolder(join(this.#root, QUARANTINE_FOLDER));
    await this.#disk.rename(path, target);
    const movedTo = relative(this.#root, target);
    this.#steps.push({ path: relative(this.#root, path), action: 'quarantined', movedTo });
  }

  async #remove(path: string): Promise<void> {
    await this.#disk.remove(path);
    this.#steps.push({ path: relative(this.#root, path), action: 'removed' });
  }
}

/** Where a file's content may lie elsewhere: prepared and not yet named, or kept from before. */
function candidates(path: string, entry: FileEntry | undefined): readonly (readonly [string, FileContent])[] {
  if (entry === undefined) return [];
  const { name: _, replaces, backup, ...content } = entry;
  const older = [replaces, backup].filter((one) => one !== undefined && one !== null);
  return [[temporaryPath(path), content], ...older.map((one) => [previousPath(path), one] as const)];
}

function describe(path: string, { table, times }: ParquetRows, isRevision: boolean): Promise<FileContent> {
  const [received = new Float64Array(0), superseded = new Float64Array(0)] = times;
  const named = { [RECEIVED]: received, ...(isRevision ? { [SUPERSEDED]: superseded } : {}) };
  return describeRows(path, { table, times: named });
}

/** All of time but a stretch. */
function complement({ from, to }: TimeStretch): readonly TimeStretch[] {
  return [
    { from: -Infinity, to: from },
    { from: to, to: Infinity },
  ];
}
