/** The report of a kept run beside its other files, as a page and as a document, each compressed with gzip. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { PapertapeError } from '../domain/errors.js';
import type { RunReport } from '../domain/runs.js';
import { makeFolder } from '../utils/makeFolder.js';
import { prepared, publishFiles } from './durableFile.js';

const FILES: Readonly<Record<keyof RunReport, string>> = { html: 'report.html.gz', json: 'report.json.gz' };

/**
 * Writes both forms into `folder`, which is made; each is there whole or not at all. Throws `FILE_UNWRITABLE` where
 * they cannot be written.
 */
export async function writeRunReport(folder: string, report: RunReport): Promise<void> {
  const files = Object.values(FILES).map((name) => prepared(join(folder, name)));
  try {
    makeFolder(folder);
    for (const [index, form] of Object.keys(FILES).entries()) {
      // The names are those of the report's own fields.
      const text = await promisify(gzip)(report[form as keyof RunReport]);
      await writeFile(files[index]?.temporary ?? '', text);
    }
    await publishFiles(files);
  } catch (cause) {
    // The first fault is the one to tell: where nothing could be written, nothing can be removed.
    await Promise.allSettled(files.map(({ temporary }) => rm(temporary, { force: true })));
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PapertapeError('FILE_UNWRITABLE', `The report cannot be kept in ${folder}: ${why}.`, {
      remedy: 'Make room in the data directory and see to it that it can be written, or run it with --no-store.',
      cause,
    });
  }
}

/** Whether a run has a report. */
export function hasRunReport(folder: string): boolean {
  return existsSync(join(folder, FILES.html));
}

/** Reads one form back; undefined where none was kept. Throws `CACHE_CORRUPT` for a file that cannot be read. */
export async function readRunReport(folder: string, form: keyof RunReport): Promise<string | undefined> {
  const path = join(folder, FILES[form]);
  if (!existsSync(path)) return undefined;
  try {
    return (await promisify(gunzip)(await readFile(path))).toString('utf8');
  } catch (cause) {
    throw new PapertapeError('CACHE_CORRUPT', `The report ${path} cannot be read.`, {
      remedy: 'Run it again, and remove this run with `papertape runs rm`.',
      cause,
    });
  }
}
