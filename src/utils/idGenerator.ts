/** Unpredictable ids and tokens for the edges; the kernel numbers its own things deterministically. */
import { randomBytes, randomUUID } from 'node:crypto';

/** Makes ids that are unique everywhere, and secrets that cannot be guessed. */
export interface IdGenerator {
  /** A UUID, for records and requests. */
  id(): string;
  /** A secret of 256 random bits in base64url (43 characters). */
  token(): string;
}

/** The real generator, on the system's random source. */
export const randomIds: IdGenerator = {
  id: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
};

/** A number in [0, 1) from the system's random source, for pauses that must not fall together. */
export function randomFraction(): number {
  return randomBytes(4).readUInt32LE() / 4_294_967_296;
}
