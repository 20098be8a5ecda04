/** Files that are there whole or not at all, also after a power cut: written beside, synced, renamed, folder synced. */
import { basename, dirname, join } from 'node:path';
import { nodeDisk } from './cacheDisk.js';
import type { CacheDisk } from './cacheDisk.js';

/** Where a file is prepared before it gets its name; the dot keeps it out of what readers of the folder list. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

/** Where the content that a file had before its last replacement stays. */
export function previousPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.previous`);
}

/** A file prepared under one name that is to get another. */
export interface PreparedFile {
  readonly temporary: string;
  readonly path: string;
}

/** A file that was prepared at its {@link temporaryPath}. */
export function prepared(path: string): PreparedFile {
  return { temporary: temporaryPath(path), path };
}

/** Gives prepared files of one folder their names, one after the other. */
export async function publishFiles(files: readonly PreparedFile[], disk: CacheDisk = nodeDisk): Promise<void> {
  for (const { temporary, path } of files) {
    await disk.sync(temporary);
    await disk.rename(temporary, path);
  }
  const [first] = files;
  if (first !== undefined) await disk.sync(dirname(first.path));
}

/** Writes text as a whole file. */
export async function writeTextDurably(disk: CacheDisk, path: string, text: string): Promise<void> {
  disk.makeFolder(dirname(path));
  await disk.writeText(temporaryPath(path), text);
  await publishFiles([prepared(path)], disk);
}
