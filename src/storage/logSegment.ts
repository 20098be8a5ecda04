/**
 * Segments as files: which there are, their headers, how one comes to be, and how an unfinished end is cut off.
 */
import { PapertapeError } from '../domain/errors.js';
import type { FileHandle, FileSystem } from './fileSystem.js';
import { readFully, removeQuietly, writeFully } from './fileSystem.js';
import { corrupt, diskFault, isDiskFull, segmentMissing } from './logFaults.js';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  FORMAT_VERSION,
  SEGMENT_HEADER_BYTES,
  segmentName,
  segmentNumber,
} from './logFormat.js';
import type { LogChannel, SegmentHeader } from './logFormat.js';

/** Zeros to write ahead with. */
export const ZEROS = new Uint8Array(262_144);

/** The segment numbers of a channel, ascending. Throws if one is missing, `neededSegment` included (0 for none). */
export function listSegments(
  fs: FileSystem,
  directory: string,
  channel: LogChannel,
  neededSegment: number,
): readonly number[] {
  let names: readonly string[];
  try {
    names = fs.list(directory);
  } catch (error) {
    throw diskFault(error, 'read', directory);
  }
  const numbers = names
    .map((name) => segmentNumber(channel, name))
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b);
  // Market segments have retention (K7): the oldest may be gone, but none that decisions still need.
  let expected = channel === 'market' ? (numbers[0] ?? 1) : 1;
  for (const number of numbers) {
    if (number !== expected) throw segmentMissing(`${directory}/${segmentName(channel, expected)}`, 'is missing');
    expected += 1;
  }
  if (neededSegment >= expected) throw segmentMissing(`${directory}/${segmentName(channel, expected)}`, 'is missing');
  return numbers;
}

/** Reads and checks a segment's header; `seq` is the last record before the segment. */
export function readSegmentHeader(
  file: FileHandle,
  path: string,
  channel: LogChannel,
  number: number,
  seq: number,
): SegmentHeader {
  const header = decodeSegmentHeader(readAt(file, path, 0, SEGMENT_HEADER_BYTES));
  if (header === 'damaged') throw corrupt(path, seq + 1, 0, 'the header of the segment is damaged');
  if ('version' in header) {
    throw new PapertapeError(
      'JOURNAL_VERSION_UNSUPPORTED',
      `The segment ${path} has format version ${header.version}; this version reads ${FORMAT_VERSION}.`,
      { remedy: 'Open the tape with the version of Papertape that wrote it, or a newer one.' },
    );
  }
  if (header.channel !== channel || header.segment !== number) {
    throw segmentMissing(path, `is in truth segment ${header.segment} of ${header.channel}: swapped or doubled`);
  }
  return header;
}

/** Reads bytes of a segment, fewer only at its end. Throws `DATA_DIR_UNUSABLE`. */
export function readAt(file: FileHandle, path: string, offset: number, length: number): Uint8Array {
  try {
    return readFully(file, offset, length);
  } catch (error) {
    throw diskFault(error, 'read', path);
  }
}

/** Opens an existing segment for writing. */
export function openSegment(fs: FileSystem, path: string): FileHandle {
  try {
    return fs.open(path, 'readWrite');
  } catch (error) {
    throw diskFault(error, 'write', path);
  }
}

/**
 * Creates a segment of `length` bytes (at least its header) so that its name appears only with all of it.
 * Throws `STORAGE_FULL` only while the name is not there.
 */
export function createSegment(fs: FileSystem, directory: string, header: SegmentHeader, length: number): void {
  const path = `${directory}/${segmentName(header.channel, header.segment)}`;
  const temporary = `${path}.new`;
  try {
    fs.remove(temporary);
    const file = fs.open(temporary, 'create');
    try {
      writeFully(file, encodeSegmentHeader(header), 0);
      writeZeros(file, SEGMENT_HEADER_BYTES, length);
      file.sync();
    } finally {
      file.close();
    }
    fs.rename(temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw diskFault(error, 'write', path);
  }
  try {
    fs.syncDirectory(directory);
  } catch (error) {
    throw diskFault(error, 'sync', directory);
  }
}

function writeZeros(file: FileHandle, from: number, to: number): void {
  let at = from;
  while (at < to) at += file.write(ZEROS, 0, Math.min(ZEROS.length, to - at), at);
}

/** A `.new` file never held a record: its segment's creation was interrupted. */
export function removeLeftovers(fs: FileSystem, directory: string, channel: LogChannel): void {
  for (const name of fs.list(directory)) {
    if (name.startsWith(`${channel}-`) && name.endsWith('.new')) removeQuietly(fs, `${directory}/${name}`);
  }
}

/**
 * Takes the bytes of an unfinished group out of the segment, by zeros where room is kept ahead. They are kept in a
 * file of their own for whoever wants to look; the name says where they were, so that repeated starts write one
 * file. That copy is best effort: the bytes were never acknowledged, and a full disk must not prevent a start.
 */
export function cutTornTail(fs: FileSystem, file: FileHandle, path: string, offset: number, keepRoom: boolean): void {
  const tail = readFully(file, offset, file.size() - offset);
  let used = tail.length;
  while (used > 0 && tail[used - 1] === 0) used -= 1;
  const aside = `${path}.tail-${offset}`;
  try {
    fs.remove(aside);
    const copy = fs.open(aside, 'create');
    try {
      writeFully(copy, tail.subarray(0, used), 0);
    } finally {
      copy.close();
    }
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    removeQuietly(fs, aside);
  }
  if (keepRoom) writeZeros(file, offset, offset + used);
  else file.truncate(offset);
}
