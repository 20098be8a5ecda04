/**
 * Remembers API keys that requests ask for, so that not every request reads the table. Exact, not timed: a key is known
 * as long as nobody has written. `papertape keys` writes from another process, so what is known also depends on the
 * database's own count of foreign writes; whoever writes here calls {@link KeyMemory.forget}.
 */
import type { ApiKeyRecord } from '../../domain/identity.js';

const MOST_KEPT = 1_000;

/** See the module header. */
export class KeyMemory {
  readonly #known = new Map<string, ApiKeyRecord>();
  #writes = -1;
  #version = 0;

  /** Rises with every {@link forget}; what was read under another number must not be put. */
  get version(): number {
    return this.#version;
  }

  /** The key, if it is known and nobody else has written since: `writes` is the count of now. */
  get(keyId: string, writes: number): ApiKeyRecord | undefined {
    return writes === this.#writes ? this.#known.get(keyId) : undefined;
  }

  /** Keeps a key; `writes` is the count of before it was read. */
  put(key: ApiKeyRecord, writes: number): void {
    if (writes !== this.#writes || this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#writes = writes;
    this.#known.set(key.keyId, key);
  }

  /** Something is written here. */
  forget(): void {
    this.#version += 1;
    this.#known.clear();
  }
}
