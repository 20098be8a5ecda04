/**
 * Remembers the sign-ins that requests ask for, so that not every request reads the database. Exact, not timed: this
 * process is the only writer of these tables, and whoever writes calls {@link SignInMemory.changing}; what was being
 * read meanwhile is not remembered.
 */
import type { SignInRecord, UserRecord } from '../../domain/identity.js';

/** A sign-in and its user. */
export interface KnownSignIn {
  readonly signIn: SignInRecord;
  readonly user: UserRecord;
}

const MOST_KEPT = 1_000;

/** See the module header. */
export class SignInMemory {
  readonly #known = new Map<string, KnownSignIn>();
  /** Rises with every write; an answer that was read under another number is not kept. */
  #version = 0;

  /** The sign-in as it is, from memory or by `read`. */
  async get(id: string, read: () => Promise<KnownSignIn | undefined>): Promise<KnownSignIn | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const version = this.#version;
    const found = await read();
    if (found === undefined || version !== this.#version) return found;
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(id, found);
    return found;
  }

  /** Runs a write; what is known is void from its beginning, and what is read while it runs from its end. */
  async changing<T>(write: () => Promise<T>): Promise<T> {
    this.#forget();
    try {
      return await write();
    } finally {
      this.#forget();
    }
  }

  #forget(): void {
    this.#version += 1;
    this.#known.clear();
  }
}
