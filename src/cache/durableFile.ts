/** Files that are there whole or not at all, also after a power cut: written beside, synced, renamed, folder synced. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a file is prepared before it gets its name; the dot keeps it out of every `*.parquet` pattern. */
export function temporaryPath(path: string): string {
  return `${path}.tmp`;
}

/** Gives a prepared file its name. */
export async function publishFile(temporary: string, path: string): Promise<void> {
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(dirname(path));
}

/** Writes text as a whole file. */
export async function writeTextDurably(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryPath(path);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await publishFile(temporary, path);
}

/** Removes a file if it is there. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
