/** Turns what the disk throws into the codes of the tape, with sentences that say what to do (F19 to F23). */
import { PapertapeError } from '../domain/errors.js';
import { systemErrorCode } from './fileSystem.js';

/** A step at which the disk failed; `sync` has no second try, because the pages it dropped look clean after. */
export type DiskStep = 'read' | 'write' | 'sync';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const UNUSABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ESTALE', 'ENODEV']);

/** Whether the disk said that it is full. */
export function isDiskFull(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code !== undefined && FULL.has(code);
}

/** The error for `error`, thrown by the disk at `step` of `path`; errors that have a code of ours pass as they are. */
export function diskFault(error: unknown, step: DiskStep, path: string): PapertapeError {
  if (error instanceof PapertapeError) return error;
  const code = systemErrorCode(error) ?? String(error);
  if (step !== 'read' && UNUSABLE.has(code)) return readOnly(path, code, error);
  if (step === 'write' && isDiskFull(error)) {
    return new PapertapeError('STORAGE_FULL', `The disk has no room to write ${path} (${code}).`, {
      remedy: 'Free space on the disk; trading resumes when there is room again.',
      cause: error,
    });
  }
  if (step === 'read') {
    return new PapertapeError('DATA_DIR_UNUSABLE', `The file ${path} cannot be read (${code}).`, {
      remedy: 'Check the disk and the permissions of the file.',
      cause: error,
    });
  }
  return new PapertapeError('JOURNAL_SYNC_FAILED', `The disk failed to ${step} ${path} (${code}).`, {
    remedy: 'Check the disk, then start again: what is on disk is recovered, nothing acknowledged is missing.',
    cause: error,
  });
}

/** The error for a data directory that no longer takes writes. */
export function readOnly(path: string, code: string, cause?: unknown): PapertapeError {
  return new PapertapeError('STORAGE_READ_ONLY', `The file ${path} cannot be written (${code}).`, {
    remedy: 'Make the data directory writable again, or restore it, then start again.',
    cause,
  });
}

/** The error for a damaged record; `seq` is the first one that cannot be trusted. */
export function corrupt(path: string, seq: number, offset: number, reason: string): PapertapeError {
  return new PapertapeError(
    'JOURNAL_CORRUPT',
    `The tape is damaged: seq=${seq} offset=${offset} of ${path}: ${reason}.`,
    {
      remedy: 'Nothing was changed. Keep the file, and restore the data directory from a backup.',
    },
  );
}

/** The error for a segment that is missing, swapped, doubled or foreign. */
export function segmentMissing(path: string, reason: string): PapertapeError {
  return new PapertapeError('JOURNAL_SEGMENT_MISSING', `The segment ${path} of the tape ${reason}.`, {
    remedy: 'Nothing was changed. Put the segment back, or restore the data directory from a backup.',
  });
}
