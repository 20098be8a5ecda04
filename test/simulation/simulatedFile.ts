/**
 * The bytes of a file on a {@link SimulatedDisk}, and those that a power cut leaves for certain. A sync copies only
 * what changed since the one before, and room grows by doubling, so that a long session costs no more a byte.
 */

/** The smallest part of a write that a power cut keeps or loses whole. */
const SECTOR_BYTES = 512;

/** See the module header. */
export class SimulatedFile {
  /** Whether a directory still names it. */
  linked = true;
  /** The content is the first `length` bytes; what follows is zero. */
  #room: Uint8Array;
  #length: number;
  /** The same array as the room until something is written. */
  #synced: Uint8Array;
  #syncedLength: number;
  /** Where the content may differ from what was synced. */
  #changedFrom = Infinity;
  #changedTo = 0;

  /** A file with a copy of `content`, which is synced. */
  constructor(content: Uint8Array = new Uint8Array(0)) {
    this.#room = content.slice();
    this.#length = content.length;
    this.#synced = this.#room;
    this.#syncedLength = content.length;
  }

  get length(): number {
    return this.#length;
  }

  /** The bytes of the file; valid until the next write. */
  get content(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  /** Writes `source` at `position`; a gap before it is zeros. */
  write(source: Uint8Array, position: number): void {
    this.#makeRoom(position + source.length);
    this.#room.set(source, position);
    this.#noteChange(position, position + source.length);
  }

  /** Makes the file `length` bytes long, with zeros where it was shorter. */
  truncate(length: number): void {
    this.#makeRoom(length);
    this.#noteChange(length, this.#length);
    this.#room.fill(0, length, this.#length);
    this.#length = length;
  }

  /** From now on a power cut leaves what is there now. */
  sync(): void {
    if (this.#synced.length < this.#length) this.#synced = resized(this.#synced, this.#room.length);
    const to = Math.min(this.#changedTo, this.#length);
    if (this.#changedFrom < to) {
      this.#synced.set(this.#room.subarray(this.#changedFrom, to), this.#changedFrom);
    }
    this.#syncedLength = this.#length;
    this.#changedFrom = Infinity;
    this.#changedTo = 0;
  }

  /** What a power cut leaves: each sector as it is or as it was synced, and a length between the two, by chance. */
  afterPowerCut(random: () => number): Uint8Array {
    const content = this.content;
    const synced = this.#synced.subarray(0, this.#syncedLength);
    const shorter = Math.min(content.length, synced.length);
    const longer = Math.max(content.length, synced.length);
    const length = shorter + Math.floor(random() * (longer - shorter + 1));
    const result = new Uint8Array(length);
    for (let at = 0; at < length; at += SECTOR_BYTES) {
      const end = Math.min(at + SECTOR_BYTES, length);
      const source = random() < 0.5 ? content : synced;
      result.set(source.subarray(at, Math.min(end, source.length)), at);
    }
    return result;
  }

  /** Makes the file at least `length` bytes long, in an array that is not the synced one. */
  #makeRoom(length: number): void {
    if (length > this.#room.length) this.#room = resized(this.#room, Math.max(length, 2 * this.#room.length));
    else if (this.#room === this.#synced) this.#room = this.#room.slice();
    if (length <= this.#length) return;
    this.#noteChange(this.#length, length);
    this.#length = length;
  }

  #noteChange(from: number, to: number): void {
    this.#changedFrom = Math.min(this.#changedFrom, from);
    this.#changedTo = Math.max(this.#changedTo, to);
  }
}

function resized(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes);
  return result;
}
