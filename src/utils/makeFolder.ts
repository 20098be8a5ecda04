/**
 * Makes a folder with those above it. Node's own recursive `mkdir` never returns where the system answers that there
 * is no such file although the folder above exists, as Linux does below `/proc`; this one throws what it answers.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes `path` if it is not there yet, and returns the topmost folder that had to be made; undefined if none had.
 * Throws the system's error (with a `code`) where it cannot be made. `mode` is that of every folder made.
 */
export function makeFolder(path: string, mode = 0o777): string | undefined {
  if (make(path, mode)) return path;
  if (isFolder(path)) return undefined;
  const parent = dirname(path);
  const topmost = parent === path ? undefined : makeFolder(parent, mode);
  // Now what is above is there: what is wrong is wrong here.
  if (!isFolder(path)) mkdirSync(path, { mode });
  return topmost ?? path;
}

/** False if it is there already, or if what is above it is not. */
function make(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || isFolder(path)) return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
