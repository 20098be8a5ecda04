/** The process's signing key and secret, generated once in the data directory and readable by its owner only. */
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PapertapeError } from '../../../domain/errors.js';
import { makeFolder } from '../../../utils/makeFolder.js';

/** Keys of the sign-in. Key objects never print their bytes. */
export interface AuthKeys {
  /** Ed25519. */
  readonly signing: KeyObject;
  readonly verifying: KeyObject;
  /** For deriving refresh tokens. */
  readonly secret: KeyObject;
}

/**
 * Loads the keys of `dataDir`, generating what is missing. `authSecret` replaces the generated secret. Throws
 * `DATA_DIR_UNUSABLE` when a key file cannot be read, written or understood.
 */
export function loadAuthKeys(dataDir: string, authSecret: string | undefined): AuthKeys {
  const directory = join(dataDir, 'keys');
  try {
    makeFolder(directory, 0o700);
    const pem = readOrCreate(join(directory, 'access-token.pem'), newSigningKey);
    const signing = createPrivateKey(pem);
    if (signing.asymmetricKeyType !== 'ed25519') throw new Error('access-token.pem is not an Ed25519 key');
    const secretText = authSecret ?? readOrCreate(join(directory, 'refresh-secret'), newSecret);
    return { signing, verifying: createPublicKey(signing), secret: createSecretKey(secretText, 'utf8') };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PapertapeError('DATA_DIR_UNUSABLE', `The keys in ${directory} cannot be used: ${why}.`, {
      remedy: 'Make the data directory writable; a damaged key file may be removed, which signs everyone out.',
      cause,
    });
  }
}

function readOrCreate(path: string, create: () => string): string {
  try {
    // `wx` decides a race of two starts: exactly one of them creates the file.
    const text = create();
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    return text;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return readFileSync(path, 'utf8');
  }
}

function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
