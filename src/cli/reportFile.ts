/**
 * The file of a report: tried before there is anything to write, so that a wrong path is known at once, and there
 * whole or as it was before.
 */
import { open, rm, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { publishFiles } from '../cache/durableFile.js';
import { PapertapeError } from '../domain/errors.js';
import type { RunReport } from '../domain/runs.js';

/** A place for a report that could be written to a moment ago. */
export interface PreparedReport {
  /** Absolute. */
  readonly path: string;
  readonly format: ReportFormat;
  /** Makes the text, writes it beside the file and renames it, also over an older report. */
  write(make: () => string): Promise<void>;
}

/** Places for all the names that were given, HTML or JSON each. Throws as {@link prepareReport} does. */
export async function prepareReports(
  given: readonly string[] | undefined,
  cwd: string,
): Promise<readonly PreparedReport[]> {
  const files: PreparedReport[] = [];
  for (const name of given ?? []) files.push(await prepareReport(name, cwd, ['html', 'json']));
  return files;
}

/** Writes a report to each place in its form. */
export async function writeReports(files: readonly PreparedReport[], report: RunReport): Promise<void> {
  for (const file of files) await file.write(() => report[file.format]);
}

/** Where reports went, for a list of facts; the first one says what they are. */
export function reportFacts(files: readonly PreparedReport[]): readonly (readonly [name: string, value: string])[] {
  return files.map(({ path }, index) => [index === 0 ? 'Report' : '', path]);
}

/** What a report can be written as, by the extension of its file. */
export type ReportFormat = 'html' | 'json';

const FORMATS: Readonly<Record<string, ReportFormat>> = { '.html': 'html', '.htm': 'html', '.json': 'json' };

/**
 * `flag` is the option that gave the name. Throws `USAGE` for one that is not that of a file of these formats,
 * `FILE_UNWRITABLE` where none can be made.
 */
export async function prepareReport(
  given: string,
  cwd: string,
  formats: readonly ReportFormat[] = ['html'],
  flag = '--report',
): Promise<PreparedReport> {
  const path = resolve(cwd, given);
  const format = FORMATS[extname(path).toLowerCase()];
  // Replacing an older report is meant; replacing a strategy file by a slip is not.
  if (format === undefined || !formats.includes(format)) {
    const names = formats.map((name) => name.toUpperCase()).join(' or ');
    const article = formats[0] === 'html' ? 'an' : 'a';
    throw new PapertapeError('USAGE', `${flag} ${given} is not the name of ${article} ${names} file.`, {
      remedy: `Give a name that ends in ${formats.map((name) => `.${name}, such as result.${name}`).join(', or in ')}.`,
    });
  }
  if (await isFolder(path)) throw unwritable(given, 'it is a folder', flag, undefined);
  const temporary = `${path}.${process.pid}.tmp`;
  await writing(given, path, flag, async () => {
    await (await open(temporary, 'wx')).close();
    await rm(temporary);
  });
  return {
    path,
    format,
    async write(make) {
      const text = make();
      await writing(given, path, flag, async () => {
        try {
          const file = await open(temporary, 'w');
          try {
            await file.writeFile(text);
          } finally {
            await file.close();
          }
          await publishFiles([{ temporary, path }]);
        } finally {
          await rm(temporary, { force: true });
        }
      });
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // It is not there, or cannot be looked at: the attempt to write will tell.
    return false;
  }
}

async function writing(given: string, path: string, flag: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw unwritable(given, reasonOf(error, dirname(path)), flag, error);
  }
}

function reasonOf(error: Error, folder: string): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return `there is no folder ${folder}, or nothing can be made in it`;
  if (code === 'ENOTDIR') return `${folder} is not a folder`;
  if (code === 'EACCES' || code === 'EPERM') return `you may not write in ${folder}`;
  if (code === 'EROFS') return `${folder} is on a read-only disk`;
  if (code === 'ENOSPC') return 'the disk is full';
  return error.message;
}

function unwritable(given: string, reason: string, flag: string, cause: unknown): PapertapeError {
  return new PapertapeError('FILE_UNWRITABLE', `The report ${given} cannot be written: ${reason}.`, {
    remedy: `Give ${flag} a file in a folder that exists and that you may write in.`,
    cause,
  });
}
