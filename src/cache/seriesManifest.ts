/**
 * The list of a series' files with what each holds: rows, dates, checksums. A small JSON file beside the data;
 * what it does not list does not exist.
 *
 * Replacing a data file takes two steps that a crash can separate, so the entry names both contents until the
 * second is done: the manifest with the new entry and its `previous` one, the data file, the manifest without.
 * {@link settleEntry} finds out on the next opening how far it came.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import { writeTextDurably } from './durableFile.js';

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
}

/** One data file; `previous` is there while a replacement is under way (null: there was no file before). */
export interface FileEntry extends FileContent {
  /** File name without folder, such as `2013-10.parquet`. */
  readonly name: string;
  readonly previous?: FileContent | null;
}

const VERSION = 1;

/** Reads a series' files, in order of their names; none when there is no manifest. */
export async function readManifest(folder: string): Promise<readonly FileEntry[]> {
  const path = manifestPath(folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw corrupt(path, 'cannot be read', cause);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw corrupt(path, 'is not JSON', cause);
  }
  const files: unknown = property(parsed, 'files');
  if (property(parsed, 'version') !== VERSION || !Array.isArray(files) || !files.every(isFileEntry)) {
    throw corrupt(path, `is not a manifest of version ${VERSION}`);
  }
  return files;
}

/** Writes a series' files durably. */
export async function writeManifest(folder: string, files: readonly FileEntry[]): Promise<void> {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const text = `${JSON.stringify({ version: VERSION, files: sorted }, undefined, 1)}\n`;
  await writeTextDurably(manifestPath(folder), text);
}

/** Decides an entry whose replacement was cut short: the new content, the previous one, or (undefined) none. */
export async function settleEntry(folder: string, entry: FileEntry): Promise<FileEntry | undefined> {
  const { previous, ...current } = entry;
  if (previous === undefined) return entry;
  const sha256 = await hashFile(join(folder, entry.name));
  if (sha256 === current.sha256) return current;
  if (sha256 === undefined && previous === null) return undefined;
  if (previous !== null && sha256 === previous.sha256) return { name: entry.name, ...previous };
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
    if (isMissing(cause)) return undefined;
    throw corrupt(path, 'cannot be read', cause);
  }
}

/** A `CACHE_CORRUPT` error about one file. */
export function corrupt(path: string, how: string, cause?: unknown): PapertapeError {
  return new PapertapeError('CACHE_CORRUPT', `The file ${path} of the data cache ${how}.`, {
    remedy: 'Delete the folder that holds it and import its data again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function manifestPath(folder: string): string {
  return join(folder, '_manifest.json');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isFileContent(value: unknown): value is FileContent {
  const texts = ['sha256', 'rowsSha256', 'from', 'to'];
  const counts = ['rows', 'bytes'];
  return (
    texts.every((name) => typeof property(value, name) === 'string') &&
    counts.every((name) => Number.isSafeInteger(property(value, name)))
  );
}

function isFileEntry(value: unknown): value is FileEntry {
  const name = property(value, 'name');
  const previous = property(value, 'previous');
  const isName = typeof name === 'string' && /^[\w-]+\.parquet$/.test(name);
  return isName && isFileContent(value) && (previous === undefined || previous === null || isFileContent(previous));
}

function isMissing(cause: unknown): boolean {
  return property(cause, 'code') === 'ENOENT';
}
