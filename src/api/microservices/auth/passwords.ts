/** Password hashes: argon2id with a random salt each, in a bounded queue so that sign-ins cannot starve orders. */
import { hash, verify } from '@node-rs/argon2';
import { PapertapeError } from '../../../domain/errors.js';
import { BoundedQueue } from '../../../utils/BoundedQueue.js';

/** 46 MiB and one pass: the first of OWASP's argon2id settings. */
const ARGON2ID = { algorithm: 2, memoryCost: 47_104, timeCost: 1, parallelism: 1 } as const;
/** Hashes at once, and waiting ones; more are refused. */
const MAX_RUNNING = 2;
const MAX_WAITING = 32;

/** Hashes and checks passwords. */
export class PasswordHasher {
  readonly #queue = new BoundedQueue(
    { running: MAX_RUNNING, waiting: MAX_WAITING },
    () =>
      new PapertapeError('OVERLOADED', 'Too many sign-ins are being checked at once.', {
        remedy: 'Try again in a few seconds.',
      }),
  );
  #dummy: Promise<string> | undefined;

  /** The PHC string to store for `password`. */
  hash(password: string): Promise<string> {
    return this.#queue.run(() => hash(password.normalize('NFC'), ARGON2ID));
  }

  /**
   * Whether `password` belongs to `stored`. Without a stored hash it takes as long and says no, so that the
   * time does not tell whether a user exists (S16).
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    this.#dummy ??= this.hash('no user has this password');
    const against = stored ?? (await this.#dummy);
    const fits = await this.#queue.run(() => verify(against, password.normalize('NFC')));
    return fits && stored !== undefined;
  }
}
