/**
 * Decides whether a build is stale: a stamp beside the output holds the hash of the content of every input
 * file. Content, not times, because a fresh clone and a branch switch change times at random.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './project.mjs';

const IGNORED_FOLDERS = new Set(['node_modules', 'dist']);

/** Every file below `paths` (files or folders, relative to the project) that `keep` accepts, sorted. */
export function listFiles(paths, keep = () => true) {
  const files = [];
  const visit = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) if (!IGNORED_FOLDERS.has(name)) visit(join(path, name));
    } else if (keep(path)) {
      files.push(path);
    }
  };
  for (const path of paths) if (existsSync(join(ROOT, path))) visit(join(ROOT, path));
  return files.sort();
}

/** The hash of the names and contents of `files`. */
export function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Whether the stamp at `path` holds `value`. */
export function stampMatches(path, value) {
  return existsSync(path) && readFileSync(path, 'utf8') === value;
}

/** Writes the stamp; called only after the build succeeded. */
export function writeStamp(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, value);
}
