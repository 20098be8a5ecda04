/**
 * The list of a folder's files with what each holds (rows, dates, checksums), and of the stretches of time that
 * sources have said everything about. A small JSON file beside the data; what it does not list does not exist.
 *
 * Replacing a data file takes two steps that a crash can separate, so the entry names both contents until the
 * second is done: the manifest with the new entry and its `replaces` one, the data file, the manifest without.
 * {@link settleEntry} finds out on the next opening how far it came.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import type { CoveredStretch, TimeStretch } from '../domain/historyArchive.js';
import type { FeedQuality } from '../domain/marketSource.js';
import type { CacheDisk } from './cacheDisk.js';
import { codeOf } from './cacheDisk.js';
import { writeTextDurably } from './durableFile.js';
import { joined, without } from './stretches.js';

/** What one data file holds. */
export interface FileContent {
  readonly rows: number;
  readonly bytes: number;
  /** Of the file's bytes: finds damage. */
  readonly sha256: string;
  /** Of the values in it: identifies the data, whichever library wrote the file. */
  readonly rowsSha256: string;
  /** First and last New York date of its rows. */
  readonly from: string;
  readonly to: string;
  /** The latest time at which one of its rows was received. */
  readonly lastReceived: number;
  /** Whether every bar ends its timeframe's length after its start; absent for quotes and prints. */
  readonly endsFollow?: boolean;
}

/** One data file. */
export interface FileEntry extends FileContent {
  /** File name without folder, such as `2013-10.parquet`. */
  readonly name: string;
  /** There while a replacement is under way (null: there was no file before). */
  readonly replaces?: FileContent | null;
  /** The content before the last replacement, which is kept beside it. */
  readonly backup?: FileContent;
}

/** A folder's manifest. */
export interface Manifest {
  /** In order of their names. */
  readonly files: readonly FileEntry[];
  /** Sorted and disjoint. */
  readonly covered: readonly CoveredStretch[];
  /** Trading hours whose rows were there and are lost, and that nobody has told again; sorted and disjoint. */
  readonly lost: readonly TimeStretch[];
}

/** File name of the manifest in its folder. */
export const MANIFEST_NAME = '_manifest.json';
const VERSION = 2;

/** Reads a folder's manifest; an empty one where there is none. Throws `CACHE_CORRUPT`. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { files: [], covered: [], lost: [] };
    throw corrupt(path, 'cannot be read', cause);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw corrupt(path, 'is not JSON', cause);
  }
  const files: unknown = property(parsed, 'files');
  const covered: unknown = property(parsed, 'covered');
  // Manifests without a loss do not mention any.
  const lost: unknown = property(parsed, 'lost') ?? [];
  const isOurs = property(parsed, 'version') === VERSION && Array.isArray(files) && Array.isArray(covered);
  if (!isOurs || !files.every(isFileEntry) || !covered.every(isClaimGroup) || !areStretches(lost)) {
    throw corrupt(path, `is not a manifest of version ${VERSION}`);
  }
  return { files, covered: covered.flatMap(stretchesOf).toSorted((a, b) => a.from - b.from), lost };
}

/** Writes a folder's manifest durably. What was lost and is covered again is lost no longer. */
export async function writeManifest(disk: CacheDisk, folder: string, manifest: Manifest): Promise<void> {
  const files = manifest.files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const covered = claimGroups(manifest.covered);
  const left = without(joined(manifest.lost), manifest.covered);
  const lost = left.length === 0 ? {} : { lost: left };
  const text = `${JSON.stringify({ version: VERSION, files, covered, ...lost }, undefined, 1)}\n`;
  await writeTextDurably(disk, join(folder, MANIFEST_NAME), text);
}

/** Decides an entry whose replacement was cut short: the new content, the one before, or (undefined) none. */
export async function settleEntry(folder: string, entry: FileEntry): Promise<FileEntry | undefined> {
  const { replaces, ...current } = entry;
  if (replaces === undefined) return entry;
  const sha256 = await hashFile(join(folder, entry.name));
  if (sha256 === current.sha256) return current;
  if (sha256 === undefined && replaces === null) return undefined;
  if (replaces !== null && sha256 === replaces.sha256) return { name: entry.name, ...replaces };
  throw corrupt(join(folder, entry.name), 'matches neither its old nor its new checksum');
}

/** Throws `CACHE_CORRUPT` unless the file's bytes are those the manifest lists. */
export async function checkFile(folder: string, entry: FileEntry): Promise<void> {
  const path = join(folder, entry.name);
  const sha256 = await hashFile(path);
  if (sha256 === undefined) throw corrupt(path, 'is missing');
  if (sha256 !== entry.sha256) throw corrupt(path, 'does not match its checksum');
}

/** SHA-256 of a file's bytes in hexadecimal; undefined if there is no file. */
export async function hashFile(path: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw corrupt(path, 'cannot be read', cause);
  }
}

/** A `CACHE_CORRUPT` error about one file. */
export function corrupt(path: string, how: string, cause?: unknown): PapertapeError {
  return new PapertapeError('CACHE_CORRUPT', `The file ${path} of the data cache ${how}.`, {
    remedy: 'Run `papertape data repair`, which sets damaged files aside and restores what can be restored.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isFileContent(value: unknown): value is FileContent {
  const texts = ['sha256', 'rowsSha256', 'from', 'to'];
  const counts = ['rows', 'bytes', 'lastReceived'];
  return (
    texts.every((name) => typeof property(value, name) === 'string') &&
    counts.every((name) => Number.isSafeInteger(property(value, name)))
  );
}

function isFileEntry(value: unknown): value is FileEntry {
  const name = property(value, 'name');
  const replaces = property(value, 'replaces');
  const backup = property(value, 'backup');
  const isName = typeof name === 'string' && /^[\w-]+\.parquet$/.test(name);
  return (
    isName &&
    isFileContent(value) &&
    (replaces === undefined || replaces === null || isFileContent(replaces)) &&
    (backup === undefined || isFileContent(backup))
  );
}

/** Claims of one source and time as they are written: a daily series of years has thousands. */
interface ClaimGroup {
  readonly quality: FeedQuality;
  readonly receivedAt: number;
  /** From and to of each stretch, one after the other. */
  readonly stretches: readonly number[];
}

function claimGroups(covered: readonly CoveredStretch[]): readonly ClaimGroup[] {
  const groups = new Map<string, { quality: FeedQuality; receivedAt: number; stretches: number[] }>();
  for (const { from, to, quality, receivedAt } of covered) {
    const name = JSON.stringify([quality.source, quality.coverage, quality.delay, receivedAt]);
    const group = groups.get(name) ?? { quality, receivedAt, stretches: [] };
    group.stretches.push(from, to);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function stretchesOf({ quality, receivedAt, stretches }: ClaimGroup): readonly CoveredStretch[] {
  const result: CoveredStretch[] = [];
  for (let index = 0; index < stretches.length; index += 2) {
    result.push({ from: stretches[index] ?? 0, to: stretches[index + 1] ?? 0, quality, receivedAt });
  }
  return result;
}

function areStretches(value: unknown): value is readonly TimeStretch[] {
  const isTime = (time: unknown): boolean => Number.isSafeInteger(time);
  return Array.isArray(value) && value.every((one) => isTime(property(one, 'from')) && isTime(property(one, 'to')));
}

const COVERAGES: readonly unknown[] = ['consolidated', 'venue', 'sampled', 'simulated'];

function isClaimGroup(value: unknown): value is ClaimGroup {
  const quality = property(value, 'quality');
  const stretches = property(value, 'stretches');
  return (
    Array.isArray(stretches) &&
    stretches.length % 2 === 0 &&
    stretches.every(Number.isSafeInteger) &&
    Number.isSafeInteger(property(value, 'receivedAt')) &&
    typeof property(quality, 'source') === 'string' &&
    COVERAGES.includes(property(quality, 'coverage')) &&
    Number.isSafeInteger(property(quality, 'delay'))
  );
}
