/**
 * The checksum of a file of reference rows, in `_checksum.json` beside it. Replacing the file takes two steps that a
 * crash can separate, so both contents are named until the second is done: the checksums of the new and the old file,
 * the file, the checksum of the new one. Files of earlier versions of the program have none and are not checked.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CacheDisk } from './cacheDisk.js';
import { codeOf } from './cacheDisk.js';
import { prepared, publishFiles, temporaryPath, writeTextDurably } from './durableFile.js';
import { corrupt, hashFile } from './seriesManifest.js';

const CHECKSUM_NAME = '_checksum.json';
/** Stands for a file that is not there. */
const NONE = 'none';

/** Where the checksum of a file lies. */
export function checksumPath(path: string): string {
  return join(dirname(path), CHECKSUM_NAME);
}

/** Gives a file that was prepared at its temporary path its name, and notes its checksum. */
export async function publishChecked(disk: CacheDisk, path: string): Promise<void> {
  const fresh = (await hashFile(temporaryPath(path))) ?? NONE;
  const before = (await hashFile(path)) ?? NONE;
  await note(disk, path, [fresh, before]);
  await publishFiles([prepared(path)], disk);
  await note(disk, path, [fresh]);
}

/** Throws `CACHE_CORRUPT` unless the file's bytes are those that were noted. */
export async function checkNoted(path: string): Promise<void> {
  const noted = await readNoted(path);
  if (noted === undefined) return;
  const sha256 = (await hashFile(path)) ?? NONE;
  if (!noted.includes(sha256)) throw corrupt(path, sha256 === NONE ? 'is missing' : 'does not match its checksum');
}

async function note(disk: CacheDisk, path: string, sha256: readonly string[]): Promise<void> {
  await writeTextDurably(disk, checksumPath(path), `${JSON.stringify({ sha256 })}\n`);
}

/** What a file may be; undefined where nothing was noted. */
async function readNoted(path: string): Promise<readonly unknown[] | undefined> {
  let text: string;
  try {
    text = await readFile(checksumPath(path), 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw corrupt(checksumPath(path), 'cannot be read', cause);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const sha256: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'sha256') : undefined;
    if (Array.isArray(sha256)) return sha256;
  } catch (cause) {
    throw corrupt(checksumPath(path), 'is not JSON', cause);
  }
  throw corrupt(checksumPath(path), 'is not a list of checksums');
}
