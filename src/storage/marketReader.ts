/**
 * The market channel of a tape, read from a time on and for some symbols: what the indexes (marketIndex.ts) say cannot
 * hold such rows is not read. Every group that is read is verified: its checksums, and its place in the hash chain
 * from where the index says that it stands.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';
import type { FileHandle, FileSystem } from './fileSystem.js';
import { corrupt, diskFault, segmentMissing } from './logFaults.js';
import { GROUP_HEADER_BYTES, sameBytes, SEGMENT_HEADER_BYTES, segmentName } from './logFormat.js';
import { decodeGroupHeader, LogGroup, verifyGroup } from './logGroup.js';
import { listSegments, readAt, readSegmentHeader } from './logSegment.js';
import { decodeMarketBatch } from './marketCodec.js';
import { hasSymbol, IndexBuilder, readIndex, writeIndex } from './marketIndex.js';
import type { SegmentIndex, Stretch } from './marketIndex.js';

/** What is wanted of a tape's market. */
export interface MarketRange {
  /** Rows before it are not wanted; batches that begin before it come whole. */
  readonly from: Micros;
  /** Batches whose rows are all after it are not read. */
  readonly to: Micros;
  /** Ids; all symbols if absent. Batches with rows of any of them come whole. */
  readonly symbols?: readonly number[];
}

type Place = Omit<Stretch, 'symbols'>;

/** The name of a segment's index. */
export function indexName(segment: number): string {
  return segmentName('market', segment).replace(/\.log$/, '.idx');
}

/**
 * The batches that may hold rows of the range, in order. Brings the indexes up to date first, and keeps them if the
 * disk lets it. Throws the errors of `readLog` for damage where it reads.
 */
export function* readMarket(
  fs: FileSystem,
  directory: string,
  symbolCount: number,
  range: MarketRange,
): Generator<MarketBatch, void, void> {
  for (const index of openIndexes(fs, directory, symbolCount)) {
    const { stretches } = index;
    const path = `${directory}/${segmentName('market', index.segment)}`;
    let file: FileHandle | undefined;
    try {
      for (const [place, stretch] of stretches.entries()) {
        const end = stretches[place + 1];
        if (end === undefined || end.timeBefore < range.from) continue;
        // What comes after the first row past the end is later still.
        if (stretch.timeBefore > range.to) return;
        if (range.symbols?.some((id) => hasSymbol(stretch, id)) === false) continue;
        file ??= openForReading(fs, path);
        yield* batchesOf(file, path, index.segment, stretch, end.offset);
      }
    } finally {
      file?.close();
    }
  }
}

/** The indexes of all segments in order, each up to the last whole group. */
export function openIndexes(fs: FileSystem, directory: string, symbolCount: number): readonly SegmentIndex[] {
  const indexes: SegmentIndex[] = [];
  let before: Place | undefined;
  for (const segment of listSegments(fs, directory, 'market', 0)) {
    const path = `${directory}/${segmentName('market', segment)}`;
    const file = openForReading(fs, path);
    try {
      const header = readSegmentHeader(file, path, 'market', segment, before?.seq ?? 0);
      if (before !== undefined && (header.firstSeq !== before.seq + 1 || !sameBytes(header.chain, before.chain))) {
        throw segmentMissing(path, 'does not follow the segment before it');
      }
      const start = {
        offset: SEGMENT_HEADER_BYTES,
        seq: header.firstSeq - 1,
        chain: header.chain,
        timeBefore: before?.timeBefore ?? -Infinity,
      };
      const indexPath = `${directory}/${indexName(segment)}`;
      const known = readIndex(fs, indexPath, segment, header.chain, symbolCount);
      const builder = new IndexBuilder(segment, header.chain, symbolCount, start, known);
      const from = builder.end.offset;
      for (const { group, bytes } of groupsFrom(file, path, segment, builder.end)) {
        builder.add(bytes, group.lastSeq, group.chain, batchesIn(group));
      }
      const index = builder.finish();
      if (known === undefined || builder.end.offset > from) keep(fs, indexPath, index);
      indexes.push(index);
      before = index.stretches.at(-1);
    } finally {
      file.close();
    }
  }
  return indexes;
}

/** A reader need not be able to write: then the next one makes the index again. */
function keep(fs: FileSystem, path: string, index: SegmentIndex): void {
  try {
    writeIndex(fs, path, index);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
  }
}

function* batchesOf(
  file: FileHandle,
  path: string,
  segment: number,
  stretch: Stretch,
  end: number,
): Generator<MarketBatch, void, void> {
  for (const { group, at } of groupsFrom(file, path, segment, stretch, end)) {
    if (at >= end) return;
    yield* batchesIn(group);
  }
}

function batchesIn(group: LogGroup): MarketBatch[] {
  const batches: MarketBatch[] = [];
  group.forEach((_seq, _type, _time, payload) => batches.push(decodeMarketBatch(payload)));
  return batches;
}

/**
 * The whole groups from a place on, up to `end` or to where none is whole any more: a torn tail, or room kept ahead.
 * Before `end` they must be whole.
 */
function* groupsFrom(
  file: FileHandle,
  path: string,
  segment: number,
  place: Place,
  end?: number,
): Generator<{ readonly group: LogGroup; readonly at: number; readonly bytes: number }, void, void> {
  const size = sizeOf(file, path);
  let { offset, seq, chain } = place;
  while (offset < (end ?? size)) {
    const header = decodeGroupHeader(readAt(file, path, offset, Math.min(GROUP_HEADER_BYTES, size - offset)));
    const bytes = GROUP_HEADER_BYTES + (header?.bodyBytes ?? 0);
    const isThere = header !== undefined && offset + bytes <= size;
    const data = isThere ? readAt(file, path, offset, bytes) : undefined;
    const fault = header === undefined || data === undefined ? undefined : verifyGroup(data, header, seq, chain);
    if (header === undefined || data === undefined || fault !== undefined) {
      if (end !== undefined) throw corrupt(path, seq + 1, offset, fault?.reason ?? 'a group is unfinished');
      return;
    }
    const group = new LogGroup(segment, offset, header, data);
    yield { group, at: offset, bytes };
    offset += bytes;
    seq = group.lastSeq;
    chain = group.chain;
  }
}

function openForReading(fs: FileSystem, path: string): FileHandle {
  try {
    return fs.open(path, 'read');
  } catch (error) {
    throw diskFault(error, 'read', path);
  }
}

function sizeOf(file: FileHandle, path: string): number {
  try {
    return file.size();
  } catch (error) {
    throw diskFault(error, 'read', path);
  }
}
