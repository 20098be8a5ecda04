/**
 * The trial ledger as a file of lines, each a CRC-32C in eight hexadecimal digits, a blank and JSON. Lines are appended
 * in one write and synced: several processes may do so at once, and a crash tears the last line at most, which the next
 * writer ends and every reader leaves out. Nothing ever rewrites the file.
 */
import { closeSync, fdatasyncSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import type { TrialLedger } from '../domain/ports.js';
import type { LedgerRecord } from '../domain/trialLedger.js';
import { makeFolder } from '../utils/makeFolder.js';
import { nodeFileSystem, systemErrorCode } from './fileSystem.js';
import { crc32c } from './logChecksum.js';

/** Name of the file in the data directory. */
export const LEDGER_FILE = 'trials.jsonl';

const CHECKSUM_DIGITS = 8;
const NEWLINE = 10;

/** Opens the ledger of a data directory; neither need exist. */
export function openTrialLedger(dataDir: string): TrialLedger {
  const path = join(dataDir, LEDGER_FILE);
  return {
    append(record) {
      guarded(path, 'written', () => {
        makeFolder(dataDir);
        const isNew = appendLine(path, lineOf(record));
        if (isNew) nodeFileSystem.syncDirectory(dataDir);
      });
    },
    read: () => guarded(path, 'read', () => parseLines(readOrEmpty(path))),
  };
}

/** Returns whether the file had nothing in it before. */
function appendLine(path: string, line: string): boolean {
  const descriptor = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(descriptor);
    const last = new Uint8Array(1);
    if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
    const isTorn = size > 0 && last[0] !== NEWLINE;
    const bytes = new TextEncoder().encode(isTorn ? `\n${line}` : line);
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    fdatasyncSync(descriptor);
    return size === 0;
  } finally {
    closeSync(descriptor);
  }
}

function lineOf(record: LedgerRecord): string {
  const json = JSON.stringify(record);
  return `${checksumOf(json)} ${json}\n`;
}

function checksumOf(json: string): string {
  return crc32c(new TextEncoder().encode(json)).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function parseLines(text: string): { readonly records: readonly LedgerRecord[]; readonly damaged: number } {
  const records: LedgerRecord[] = [];
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const json = line.slice(CHECKSUM_DIGITS + 1);
    if (line.slice(0, CHECKSUM_DIGITS) !== checksumOf(json)) {
      damaged += 1;
      continue;
    }
    // The checksum says that the line is as `append` wrote it.
    records.push(JSON.parse(json) as LedgerRecord);
  }
  return { records, damaged };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function guarded<T>(path: string, done: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = systemErrorCode(error) ?? 'no reason given';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new PapertapeError(
      isFull ? 'STORAGE_FULL' : 'DATA_DIR_UNUSABLE',
      `The trial ledger ${path} cannot be ${done} (${code}).`,
      {
        remedy: isFull
          ? 'Make room on the disk: runs that are not counted would make later results look better than they are.'
          : 'Make the data directory readable and writable, or choose another one with --data-dir.',
        cause: error,
      },
    );
  }
}
