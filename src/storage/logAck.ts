/**
 * The acknowledgement file: how far the decision log is known to be durable, kept apart from the log (K8).
 *
 * A damaged last group looks like a group that was never finished. Only this file tells them apart: what it
 * covers must be there, what lies beyond may be cut. It has two slots, written in turn, each with a checksum and a
 * counter, so a torn write leaves the slot before it. It is written and synced after each group and before the
 * group's answers leave.
 */
import type { FileHandle, FileSystem } from './fileSystem.js';
import { readWhole, writeAtomically, writeFully } from './fileSystem.js';
import { crc32c } from './logChecksum.js';
import { diskFault, readOnly } from './logFaults.js';
import { CHAIN_BYTES, getInteger, LOG_ID_BYTES, setInteger, viewOf } from './logFormat.js';
import type { LogPosition } from './logFormat.js';

const ACK_FILE = 'decisions.ack';
const SLOT_BYTES = 128;
/** Slots lie in different pages, so that one torn page cannot take both. */
const SLOT_DISTANCE = 4096;
/** `PTAK` as a little-endian word. */
const SLOT_MAGIC = 0x4b415450;

/** What a slot says: every record up to `seq` is durable and ends at `position`. */
export interface Acknowledged {
  readonly seq: number;
  readonly position: LogPosition;
  readonly logId: Uint8Array;
}

interface Slot extends Acknowledged {
  readonly counter: number;
}

/** Reads the newest undamaged slot; undefined if there is no file or no slot in it. */
export function readAck(fs: FileSystem, directory: string): Acknowledged | undefined {
  return newestSlot(readWhole(fs, `${directory}/${ACK_FILE}`));
}

function newestSlot(bytes: Uint8Array | undefined): Slot | undefined {
  if (bytes === undefined) return undefined;
  const slots = [decodeSlot(bytes.subarray(0, SLOT_BYTES)), decodeSlot(bytes.subarray(SLOT_DISTANCE))];
  return slots.reduce((best, slot) => (slot && (!best || slot.counter > best.counter) ? slot : best), undefined);
}

function encodeSlot(slot: Slot): Uint8Array {
  const bytes = new Uint8Array(SLOT_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, SLOT_MAGIC, true);
  view.setUint32(4, slot.position.segment, true);
  setInteger(view, 8, slot.counter);
  setInteger(view, 16, slot.seq);
  setInteger(view, 24, slot.position.offset);
  bytes.set(slot.position.chain, 32);
  bytes.set(slot.logId, 64);
  view.setUint32(SLOT_BYTES - 4, crc32c(bytes, 0, SLOT_BYTES - 4), true);
  return bytes;
}

function decodeSlot(bytes: Uint8Array): Slot | undefined {
  if (bytes.length < SLOT_BYTES) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== SLOT_MAGIC) return undefined;
  if (view.getUint32(SLOT_BYTES - 4, true) !== crc32c(bytes, 0, SLOT_BYTES - 4)) return undefined;
  return {
    counter: getInteger(view, 8),
    seq: getInteger(view, 16),
    position: {
      segment: view.getUint32(4, true),
      offset: getInteger(view, 24),
      chain: bytes.slice(32, 32 + CHAIN_BYTES),
    },
    logId: bytes.slice(64, 64 + LOG_ID_BYTES),
  };
}

/** The acknowledgement file of a log that is open for writing. */
export class AckFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #logId: Uint8Array;
  #counter: number;

  private constructor(path: string, file: FileHandle, logId: Uint8Array, counter: number) {
    this.#path = path;
    this.#file = file;
    this.#logId = logId;
    this.#counter = counter;
  }

  /** Opens the file, creating it with `start` if there is no undamaged slot. */
  static open(fs: FileSystem, directory: string, start: Acknowledged): AckFile {
    const path = `${directory}/${ACK_FILE}`;
    try {
      const slot = newestSlot(readWhole(fs, path));
      if (slot === undefined) {
        const bytes = new Uint8Array(SLOT_DISTANCE + SLOT_BYTES);
        bytes.set(encodeSlot({ ...start, counter: 1 }), SLOT_DISTANCE);
        writeAtomically(fs, directory, ACK_FILE, bytes);
      }
      return new AckFile(path, fs.open(path, 'readWrite'), start.logId, slot?.counter ?? 1);
    } catch (error) {
      throw diskFault(error, 'write', path);
    }
  }

  /** Makes it durable that every record up to `seq`, ending at `position`, is. Any failure is final. */
  write(seq: number, position: LogPosition): void {
    this.#counter += 1;
    const bytes = encodeSlot({ seq, position, logId: this.#logId, counter: this.#counter });
    try {
      writeFully(this.#file, bytes, (this.#counter % 2) * SLOT_DISTANCE);
      this.#file.sync();
    } catch (error) {
      throw diskFault(error, 'sync', this.#path);
    }
    if (!this.#file.isLinked()) throw readOnly(this.#path, 'it was removed');
  }

  close(): void {
    this.#file.close();
  }
}
