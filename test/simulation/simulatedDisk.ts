/**
 * A disk in memory that fails like real ones: it forgets what was not synced, tears writes, fills up, errs at a
 * chosen call, is slow, becomes read-only or loses its directory. Deterministic: chance comes from a seed.
 */
import type { FileHandle, FileSystem } from '../../src/storage/fileSystem.js';
import { SimulatedFile } from './simulatedFile.js';

/** Pseudo-random numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A disk call that can fail or be counted. */
export type DiskCall = 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncDirectory' | 'list';

/** The disk. Its fields are the controls of a test. */
export class SimulatedDisk implements FileSystem {
  #names = new Map<string, SimulatedFile>();
  /** Names as a power cut certainly leaves them. */
  #syncedNames = new Map<string, SimulatedFile>();
  /** Every call in order, as `call path`. */
  readonly calls: string[] = [];
  /** Called before each call is carried out; may throw what the disk should throw. */
  onCall: ((call: DiskCall, path: string, count: number) => void) | undefined;
  /** Bytes that all files may have together. */
  capacityBytes = Infinity;
  /** Milliseconds that each sync takes; they add up in `elapsedMs`, nobody waits. */
  syncLatencyMs = 0;
  elapsedMs = 0;
  readOnly = false;
  /** Files that are open now. */
  openFiles = 0;

  /** The error a real disk would throw. */
  static error(code: string): Error {
    return Object.assign(new Error(`${code}: simulated`), { code });
  }

  /** Makes call number `k` (from 1, counting only `kinds` if given) fail with `code`, once. */
  failAt(k: number, code: string, kinds?: readonly DiskCall[]): void {
    let seen = 0;
    this.onCall = (call) => {
      if (kinds !== undefined && !kinds.includes(call)) return;
      seen += 1;
      if (seen === k) throw SimulatedDisk.error(code);
    };
  }

  get usedBytes(): number {
    let used = 0;
    for (const file of this.#names.values()) used += file.length;
    return used;
  }

  /** Number of calls of a kind so far. */
  count(call: DiskCall): number {
    return this.calls.filter((entry) => entry.startsWith(`${call} `)).length;
  }

  /** The bytes of a file, or undefined. */
  read(path: string): Uint8Array | undefined {
    return this.#names.get(path)?.content.slice();
  }

  /** Puts a file on the disk, synced. */
  put(path: string, content: Uint8Array): void {
    const file = new SimulatedFile(content);
    this.#names.set(path, file);
    this.#syncedNames.set(path, file);
  }

  /** An independent disk with the same synced content and no faults. */
  copy(): SimulatedDisk {
    const disk = new SimulatedDisk();
    for (const [path, file] of this.#names) disk.put(path, file.content);
    return disk;
  }

  paths(): readonly string[] {
    return [...this.#names.keys()].sort();
  }

  /** Unlinks every file, as `rm -r` does; open files stay writable. */
  removeEverything(): void {
    for (const file of this.#names.values()) file.linked = false;
    this.#names.clear();
    this.#syncedNames.clear();
  }

  /**
   * The disk after a power cut: synced content and names for certain, each unsynced sector and each unsynced
   * change of a name by chance. A longer file may keep its length and have zeros in it (F18).
   */
  afterPowerCut(random: () => number): SimulatedDisk {
    const disk = new SimulatedDisk();
    const names = new Map(this.#syncedNames);
    for (const path of new Set([...this.#names.keys(), ...this.#syncedNames.keys()])) {
      const now = this.#names.get(path);
      if (now === this.#syncedNames.get(path) || random() < 0.5) continue;
      if (now === undefined) names.delete(path);
      else names.set(path, now);
    }
    for (const [path, file] of names) disk.put(path, file.afterPowerCut(random));
    return disk;
  }

  open(path: string, mode: 'read' | 'readWrite' | 'create'): FileHandle {
    this.#enter('open', path);
    let file = this.#names.get(path);
    if (mode === 'create') {
      if (file !== undefined) throw SimulatedDisk.error('EEXIST');
      this.#refuseReadOnly();
      file = new SimulatedFile();
      this.#names.set(path, file);
    }
    if (file === undefined) throw SimulatedDisk.error('ENOENT');
    if (mode === 'readWrite') this.#refuseReadOnly();
    this.openFiles += 1;
    return this.#handle(path, file);
  }

  list(directory: string): readonly string[] {
    this.#enter('list', directory);
    const prefix = `${directory}/`;
    // Folders are there as long as something is in them.
    const entries = [...this.#names.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).replace(/\/.*$/, ''));
    return [...new Set(entries)].sort();
  }

  rename(from: string, to: string): void {
    this.#enter('rename', to);
    this.#refuseReadOnly();
    const file = this.#names.get(from);
    if (file === undefined) throw SimulatedDisk.error('ENOENT');
    const replaced = this.#names.get(to);
    if (replaced !== undefined) replaced.linked = false;
    this.#names.delete(from);
    this.#names.set(to, file);
  }

  remove(path: string): void {
    this.#enter('remove', path);
    const file = this.#names.get(path);
    if (file === undefined) return;
    this.#refuseReadOnly();
    file.linked = false;
    this.#names.delete(path);
  }

  makeDirectory(): void {
    this.#refuseReadOnly();
  }

  syncDirectory(directory: string): void {
    this.#enter('syncDirectory', directory);
    this.elapsedMs += this.syncLatencyMs;
    this.#syncedNames = new Map(this.#names);
  }

  #handle(path: string, file: SimulatedFile): FileHandle {
    return {
      read: (target, targetOffset, length, position) => {
        this.#enter('read', path);
        const part = file.content.subarray(position, position + length);
        target.set(part, targetOffset);
        return part.length;
      },
      write: (source, sourceOffset, length, position) => {
        this.#enter('write', path);
        this.#refuseReadOnly();
        const room = this.capacityBytes - this.usedBytes + file.length - position;
        if (length > 0 && room <= 0) throw SimulatedDisk.error('ENOSPC');
        // As a real disk that fills up: the first part is written, the next call fails.
        const taken = Math.min(length, room);
        file.write(source.subarray(sourceOffset, sourceOffset + taken), position);
        return taken;
      },
      sync: () => {
        this.#enter('sync', path);
        this.#refuseReadOnly();
        this.elapsedMs += this.syncLatencyMs;
        file.sync();
      },
      truncate: (length) => {
        this.#enter('truncate', path);
        this.#refuseReadOnly();
        file.truncate(length);
      },
      size: () => file.length,
      isLinked: () => file.linked,
      close: () => {
        this.openFiles -= 1;
      },
    };
  }

  #enter(call: DiskCall, path: string): void {
    this.calls.push(`${call} ${path}`);
    this.onCall?.(call, path, this.calls.length);
  }

  #refuseReadOnly(): void {
    if (this.readOnly) throw SimulatedDisk.error('EROFS');
  }
}
