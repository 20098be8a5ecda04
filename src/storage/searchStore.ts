/**
 * Searches on disk: one file each in `searches/` of the data directory, written whole or not at all: a CRC-32C in eight
 * hexadecimal digits, a line break, and the search as text.
 */
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import { nearestName } from '../utils/nearestName.js';
import { nodeFileSystem, readWhole, systemErrorCode, writeAtomically } from './fileSystem.js';
import { decodeJobData, encodeJobData } from './jobs/jobData.js';
import { crc32c } from './logChecksum.js';

/** Folder in the data directory. */
export const SEARCHES_FOLDER = 'searches';

const EXTENSION = '.search';
const CHECKSUM_DIGITS = 8;

/** Keeps a search under an id, in place of an older one of that id. Throws `DATA_DIR_UNUSABLE`, `STORAGE_FULL`. */
export function saveSearch(dataDir: string, id: string, search: unknown): void {
  const folder = join(dataDir, SEARCHES_FOLDER);
  const body = new TextEncoder().encode(encodeJobData(search));
  const head = new TextEncoder().encode(`${checksumOf(body)}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  try {
    nodeFileSystem.makeDirectory(folder);
    writeAtomically(nodeFileSystem, folder, `${id}${EXTENSION}`, bytes);
  } catch (error) {
    const code = systemErrorCode(error) ?? 'no reason given';
    throw new PapertapeError(
      code === 'ENOSPC' ? 'STORAGE_FULL' : 'DATA_DIR_UNUSABLE',
      `The search ${id} cannot be kept in ${folder} (${code}).`,
      {
        remedy: 'Make room or make the folder writable, or choose another data directory with --data-dir.',
        cause: error,
      },
    );
  }
}

/** Ids of the searches that are kept, the oldest first by their names, which begin with their time. */
export function listSearches(dataDir: string): readonly string[] {
  return nodeFileSystem
    .list(join(dataDir, SEARCHES_FOLDER))
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => name.slice(0, -EXTENSION.length));
}

/**
 * The search of an id, or of the beginning of one; `latest` is the newest. Its fields are as its writer left them.
 * Throws `SEARCH_NOT_FOUND`, `SEARCH_CORRUPT`.
 */
export function loadSearch(dataDir: string, wanted: string): unknown {
  const ids = listSearches(dataDir);
  const matching = wanted === 'latest' ? ids.slice(-1) : ids.filter((id) => id === wanted || id.startsWith(wanted));
  const id = matching.find((one) => one === wanted) ?? (matching.length === 1 ? matching[0] : undefined);
  if (id === undefined) throw notFound(wanted, ids, matching);
  const path = join(dataDir, SEARCHES_FOLDER, `${id}${EXTENSION}`);
  const bytes = readWhole(nodeFileSystem, path);
  if (bytes === undefined) throw notFound(wanted, ids, []);
  const body = bytes.subarray(CHECKSUM_DIGITS + 1);
  const checksum = new TextDecoder().decode(bytes.subarray(0, CHECKSUM_DIGITS));
  if (checksum === checksumOf(body)) return decodeJobData(new TextDecoder().decode(body));
  throw new PapertapeError('SEARCH_CORRUPT', `The file ${path} does not match its checksum.`, {
    remedy: 'Run the search again: the same plan on the same data gives the same results.',
  });
}

function checksumOf(bytes: Uint8Array): string {
  return crc32c(bytes).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function notFound(wanted: string, ids: readonly string[], matching: readonly string[]): PapertapeError {
  if (ids.length === 0) {
    return new PapertapeError('SEARCH_NOT_FOUND', 'No search is kept in this data directory.', {
      remedy: 'Run "papertape optimize" first, or name the data directory with --data-dir.',
    });
  }
  const near = nearestName(wanted, ids);
  const sentence =
    matching.length > 1
      ? `${String(matching.length)} searches begin with "${wanted}".`
      : `No search that is kept begins with "${wanted}".`;
  return new PapertapeError('SEARCH_NOT_FOUND', sentence, {
    remedy:
      near === undefined
        ? `Name one of ${(matching.length > 1 ? matching : ids).slice(-5).join(', ')}, or latest.`
        : `Did you mean ${near}?`,
  });
}
