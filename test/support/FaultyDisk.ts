/** A disk for the cache on which one chosen operation fails: with an error of the system, or for good. */
import { truncateSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { nodeDisk } from '../../src/cache/cacheDisk.js';
import type { AppendFile, CacheDisk } from '../../src/cache/cacheDisk.js';

/** What happens at the chosen operation: the process ends, or the disk is full once. */
export type Fault = 'crash' | 'ENOSPC';

/**
 * Passes everything to the real disk until operation number `at` (from 0). That one fails, having done a part of a
 * write; after a crash all later ones fail too, as nothing runs any more.
 */
export class FaultyDisk implements CacheDisk {
  readonly #at: number;
  readonly #fault: Fault;
  #count = 0;

  /** `at` Infinity: no operation fails. */
  constructor(at = Infinity, fault: Fault = 'crash') {
    this.#at = at;
    this.#fault = fault;
  }

  /** Whether the chosen operation was reached. */
  get hasFailed(): boolean {
    return this.#count > this.#at;
  }

  /** Counts an operation; `part` does a part of it when it is the one that fails. */
  async #step(part?: () => Promise<void>): Promise<void> {
    const isChosen = this.#count === this.#at;
    const isDead = this.#fault === 'crash' && this.#count > this.#at;
    this.#count += 1;
    if (isChosen) await part?.();
    if (isChosen || isDead) this.#fail();
  }

  #fail(): never {
    if (this.#fault === 'crash') throw new Error('the process has ended');
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }

  makeFolder(path: string): void {
    nodeDisk.makeFolder(path);
  }

  async writeText(path: string, text: string): Promise<void> {
    await this.#step(() => nodeDisk.writeText(path, text.slice(0, text.length / 2)));
    await nodeDisk.writeText(path, text);
  }

  async writeWith(path: string, write: (path: string) => Promise<void>): Promise<void> {
    await this.#step(async () => {
      await write(path);
      truncateSync(path, Math.floor((await stat(path)).size / 2));
    });
    await nodeDisk.writeWith(path, write);
  }

  /** A step like the others, but nothing is flushed: the machine does not lose its power here. */
  async sync(path: string): Promise<void> {
    await this.#step();
    await stat(path);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step();
    await nodeDisk.rename(from, to);
  }

  async keepAs(path: string, name: string): Promise<void> {
    await this.#step(() => nodeDisk.remove(name));
    await nodeDisk.keepAs(path, name);
  }

  async remove(path: string): Promise<void> {
    await this.#step();
    await nodeDisk.remove(path);
  }

  async truncate(path: string, length: number): Promise<void> {
    await this.#step();
    await nodeDisk.truncate(path, length);
  }

  openAppend(path: string): AppendFile {
    const file = nodeDisk.openAppend(path);
    return {
      write: (bytes, offset) => {
        const isChosen = this.#count === this.#at;
        const isDead = this.#fault === 'crash' && this.#count > this.#at;
        this.#count += 1;
        if (isChosen) writeFileSync(path, bytes.subarray(0, bytes.length / 2), { flag: 'a' });
        if (isChosen || isDead) this.#fail();
        file.write(bytes, offset);
      },
      close: () => {
        file.close();
      },
    };
  }
}
