/**
 * Where in a segment of the market channel what time and which symbols begin, so that a reader need not read what lies
 * before. One index file beside each segment; it is made, and made up to date, by whoever reads first, and holds
 * nothing that the segment does not say: without it, or with a damaged one, it is made again.
 *
 * File, little-endian: 0 magic `PTAPEIDX`, 8 version, 12 segment, 16 bytes of a symbol map, 20 number of stretches,
 * 24 chain value at the segment's start (32 bytes); then per stretch: offset of its first group (64 bit), last record
 * before it (64 bit), latest row time before it (float64; before the segment's first: that segment's earliest known,
 * or -Infinity), chain value before it (32 bytes), symbol map (bit per id). The last stretch is the end of what was
 * read. At the end CRC-32C of all bytes before.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Micros } from '../domain/units.js';
import type { FileSystem } from './fileSystem.js';
import { readWhole, replaceFile } from './fileSystem.js';
import { crc32c } from './logChecksum.js';
import { CHAIN_BYTES, getInteger, sameBytes, setInteger, viewOf } from './logFormat.js';

const MAGIC = new Uint8Array([0x50, 0x54, 0x41, 0x50, 0x45, 0x49, 0x44, 0x58]);
const VERSION = 1;
const HEAD_BYTES = 24 + CHAIN_BYTES;
const STRETCH_BYTES = 24 + CHAIN_BYTES;
/** A stretch ends with the group that makes it this long. */
const STRETCH_LENGTH = 65_536;

/** A place between two groups, and what lies before it and in the stretch that it begins. */
export interface Stretch {
  readonly offset: number;
  /** The last record before it. */
  readonly seq: number;
  readonly chain: Uint8Array;
  /** The latest time of a row before it, over all segments. */
  readonly timeBefore: Micros;
  /** Ids of the symbols that have rows in the stretch, as bits. */
  readonly symbols: Uint8Array;
}

/** The index of a segment: its stretches in order; the last begins where the groups end, and is empty. */
export interface SegmentIndex {
  readonly segment: number;
  /** The chain value of the segment's header, by which index and segment belong together. */
  readonly chain: Uint8Array;
  readonly stretches: readonly Stretch[];
}

/** Collects a segment's groups into stretches, in order, from its start or from where an index ends. */
export class IndexBuilder {
  readonly #segment: number;
  readonly #chain: Uint8Array;
  readonly #symbolBytes: number;
  readonly #stretches: Stretch[];
  #start: Stretch;
  #symbols: Uint8Array;
  #offset: number;
  #seq: number;
  #groupChain: Uint8Array;
  #time: Micros;

  /** `start` is the place of the segment's first group; `known` is an index to go on from. */
  constructor(
    segment: number,
    chain: Uint8Array,
    symbolCount: number,
    start: Omit<Stretch, 'symbols'>,
    known?: SegmentIndex,
  ) {
    this.#segment = segment;
    this.#chain = chain;
    this.#symbolBytes = Math.ceil(symbolCount / 8);
    this.#stretches = known === undefined ? [] : known.stretches.slice(0, -1);
    const from = known?.stretches.at(-1) ?? { ...start, symbols: new Uint8Array(this.#symbolBytes) };
    this.#start = from;
    this.#symbols = new Uint8Array(this.#symbolBytes);
    this.#offset = from.offset;
    this.#seq = from.seq;
    this.#groupChain = from.chain;
    this.#time = from.timeBefore;
  }

  /** Where the next group is to be read, with what stands before it. */
  get end(): Omit<Stretch, 'symbols'> {
    return { offset: this.#offset, seq: this.#seq, chain: this.#groupChain, timeBefore: this.#time };
  }

  /** Takes a group of `bytes` bytes, with its batches. */
  add(bytes: number, lastSeq: number, chain: Uint8Array, batches: readonly MarketBatch[]): void {
    for (const { tables } of batches) {
      for (const table of tables) {
        if (table.length > 0) this.#time = Math.max(this.#time, table.time[table.length - 1] ?? this.#time);
        for (let row = 0; row < table.length; row += 1) {
          const id = table.symbolId[row] ?? 0;
          this.#symbols[id >> 3] = (this.#symbols[id >> 3] ?? 0) | (1 << (id & 7));
        }
      }
    }
    this.#offset += bytes;
    this.#seq = lastSeq;
    this.#groupChain = chain;
    if (this.#offset - this.#start.offset >= STRETCH_LENGTH) this.#close();
  }

  /** The index up to the last group. */
  finish(): SegmentIndex {
    if (this.#offset > this.#start.offset) this.#close();
    return { segment: this.#segment, chain: this.#chain, stretches: [...this.#stretches, this.#start] };
  }

  #close(): void {
    this.#stretches.push({ ...this.#start, symbols: this.#symbols });
    this.#symbols = new Uint8Array(this.#symbolBytes);
    this.#start = { ...this.end, symbols: new Uint8Array(this.#symbolBytes) };
  }
}

/** Whether a symbol id has rows in a stretch. */
export function hasSymbol(stretch: Stretch, symbolId: number): boolean {
  return ((stretch.symbols[symbolId >> 3] ?? 0) & (1 << (symbolId & 7))) !== 0;
}

/** Reads an index; undefined if there is none, or none that belongs to this segment and is whole. */
export function readIndex(
  fs: FileSystem,
  path: string,
  segment: number,
  chain: Uint8Array,
  symbolCount: number,
): SegmentIndex | undefined {
  const bytes = readWhole(fs, path);
  const symbolBytes = Math.ceil(symbolCount / 8);
  if (bytes === undefined || bytes.length < HEAD_BYTES + 4 || !sameBytes(bytes.subarray(0, 8), MAGIC)) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(bytes.length - 4, true) !== crc32c(bytes, 0, bytes.length - 4)) return undefined;
  const count = view.getUint32(20, true);
  const isOurs =
    view.getUint32(8, true) === VERSION &&
    view.getUint32(12, true) === segment &&
    view.getUint32(16, true) === symbolBytes &&
    sameBytes(bytes.subarray(24, HEAD_BYTES), chain) &&
    count > 0 &&
    bytes.length === HEAD_BYTES + count * (STRETCH_BYTES + symbolBytes) + 4;
  if (!isOurs) return undefined;
  const stretches: Stretch[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = HEAD_BYTES + index * (STRETCH_BYTES + symbolBytes);
    stretches.push({
      offset: getInteger(view, at),
      seq: getInteger(view, at + 8),
      timeBefore: view.getFloat64(at + 16, true),
      chain: bytes.slice(at + 24, at + STRETCH_BYTES),
      symbols: bytes.slice(at + STRETCH_BYTES, at + STRETCH_BYTES + symbolBytes),
    });
  }
  return { segment, chain, stretches };
}

/** Writes an index so that a reader finds all of it or the one before. Throws as the file system does. */
export function writeIndex(fs: FileSystem, path: string, index: SegmentIndex): void {
  const { segment, chain, stretches } = index;
  const symbolBytes = stretches[0]?.symbols.length ?? 0;
  const bytes = new Uint8Array(HEAD_BYTES + stretches.length * (STRETCH_BYTES + symbolBytes) + 4);
  const view = viewOf(bytes);
  bytes.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, segment, true);
  view.setUint32(16, symbolBytes, true);
  view.setUint32(20, stretches.length, true);
  bytes.set(chain, 24);
  stretches.forEach((stretch, place) => {
    const at = HEAD_BYTES + place * (STRETCH_BYTES + symbolBytes);
    setInteger(view, at, stretch.offset);
    setInteger(view, at + 8, stretch.seq);
    view.setFloat64(at + 16, stretch.timeBefore, true);
    bytes.set(stretch.chain, at + 24);
    bytes.set(stretch.symbols, at + STRETCH_BYTES);
  });
  view.setUint32(bytes.length - 4, crc32c(bytes, 0, bytes.length - 4), true);
  replaceFile(fs, path, bytes, 'unsynced');
}
