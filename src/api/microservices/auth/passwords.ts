/** Password hashes: argon2id with a random salt each, in a bounded queue so that sign-ins cannot starve orders. */
import { hash, verify } from '@node-rs/argon2';
import { PapertapeError } from '../../../domain/errors.js';

/** 46 MiB and one pass: the first of OWASP's argon2id settings. */
const ARGON2ID = { algorithm: 2, memoryCost: 47_104, timeCost: 1, parallelism: 1 } as const;
/** Hashes at once, and waiting ones; more are refused. */
const MAX_RUNNING = 2;
const MAX_WAITING = 32;

/** Hashes and checks passwords. */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #dummy: Promise<string> | undefined;

  /** The PHC string to store for `password`. */
  hash(password: string): Promise<string> {
    return this.#queued(() => hash(password.normalize('NFC'), ARGON2ID));
  }

  /**
   * Whether `password` belongs to `stored`. Without a stored hash it takes as long and says no, so that the
   * time does not tell whether a user exists (S16).
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    this.#dummy ??= this.hash('no user has this password');
    const against = stored ?? (await this.#dummy);
    const fits = await this.#queued(() => verify(against, password.normalize('NFC')));
    return fits && stored !== undefined;
  }

  async #queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new PapertapeError('OVERLOADED', 'Too many sign-ins are being checked at once.', {
          remedy: 'Try again in a few seconds.',
        });
      }
      await new Promise<void>((resume) => this.#waiting.push(resume));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // A waiting one takes this place over; otherwise the place is free again.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
