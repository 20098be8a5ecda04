/** Files that are there whole or not at all, also after a power cut: written beside, synced, renamed, folder synced. */
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../utils/makeFolder.js';

/** Where a file is prepared before it gets its name; the dot keeps it out of every `*.parquet` pattern. */
export function temporaryPath(path: string): string {
  return `${path}.tmp`;
}

/** A file prepared under one name that is to get another. */
export interface PreparedFile {
  readonly temporary: string;
  readonly path: string;
}

/** Gives prepared files of one folder their names, one after the other. */
export async function publishFiles(files: readonly PreparedFile[]): Promise<void> {
  for (const { temporary, path } of files) {
    await syncPath(temporary);
    await rename(temporary, path);
  }
  const [first] = files;
  if (first !== undefined) await syncPath(dirname(first.path));
}

/** Writes text as a whole file. */
export async function writeTextDurably(path: string, text: string): Promise<void> {
  makeFolder(dirname(path));
  const temporary = temporaryPath(path);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await publishFiles([{ temporary, path }]);
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
