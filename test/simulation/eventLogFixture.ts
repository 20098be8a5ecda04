/** What the tests of the event log share: small logs on a simulated disk, and what is in them. */
import { PapertapeError } from '../../src/domain/errors.js';
import type { FileSystem } from '../../src/storage/fileSystem.js';
import type { EventLogOptions, FileEventLog } from '../../src/storage/eventLog.js';
import { openEventLog } from '../../src/storage/eventLog.js';
import { readLog } from '../../src/storage/logReader.js';

/** Sizes at which a few records already cross every border. */
export const SMALL_SIZES = { reserveBytes: 2048, marketReserveBytes: 1024, extendBytes: 512 } as const;

/** The directory of the log on a simulated disk. */
export const DIRECTORY = '/tape';

/** Opens a small log. */
export function openSmall(fs: FileSystem, options: Partial<EventLogOptions> = {}): FileEventLog {
  return openEventLog({ fs, directory: DIRECTORY, name: 'test', ...SMALL_SIZES, ...options });
}

/** UTF-8 bytes. */
export function payloadOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Every record of the decision log as `seq:text`. */
export function contentsOf(fs: FileSystem, directory: string = DIRECTORY): string[] {
  const texts: string[] = [];
  for (const group of readLog(fs, directory)) {
    group.forEach((seq, _type, _time, payload) => texts.push(`${seq}:${new TextDecoder().decode(payload)}`));
  }
  return texts;
}

/** The error that `action` throws, which must be one with a code of ours; undefined if it throws none. */
export function faultOf(action: () => unknown): PapertapeError | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof PapertapeError) return error;
    throw error;
  }
  return undefined;
}
