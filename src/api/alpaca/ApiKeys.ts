/**
 * Papertape's API keys: an id that may be seen (`PK…`) and a secret that is shown once. The secret has 256 random
 * bits, so nobody can guess it and its SHA-256 is enough: a slow password hash protects only what people choose, and
 * at several milliseconds per request it would be a way to keep the server busy.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKeyRecord, ApiKeyStore, Role } from '../../domain/identity.js';
import type { Clock } from '../../utils/clock.js';

/** Letters of key ids. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KEY_ID_LETTERS = 18;
/** Compared with when the key is unknown, so that both cases take the same time. */
const NO_HASH = createHash('sha256').update('no key').digest('hex');

/** A new key with its secret. */
export interface CreatedKey {
  readonly record: ApiKeyRecord;
  readonly secret: string;
}

/** What a key is to be for. */
export interface KeyRequest {
  readonly accountId: string;
  readonly role: Role;
  readonly label: string;
}

/** See the module header. */
export class ApiKeys {
  readonly #store: ApiKeyStore;
  readonly #clock: Clock;

  constructor(store: ApiKeyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes a key; its secret cannot be had again. `given` uses an id and secret that exist already. */
  async create(request: KeyRequest, given?: { readonly keyId: string; readonly secret: string }): Promise<CreatedKey> {
    const keyId = given?.keyId ?? newKeyId();
    const secret = given?.secret ?? randomBytes(32).toString('base64url');
    const record: ApiKeyRecord = {
      keyId,
      secretHash: hashOf(secret),
      ...request,
      createdAt: this.#clock.now(),
      revokedAt: undefined,
    };
    await this.#store.createApiKey(record);
    return { record, secret };
  }

  /** The key of an id and secret; undefined if they do not belong together or the key was revoked. */
  async verify(keyId: string, secret: string): Promise<ApiKeyRecord | undefined> {
    const record = await this.#store.apiKey(keyId);
    const matches = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(record?.secretHash ?? NO_HASH));
    return matches && record !== undefined && record.revokedAt === undefined ? record : undefined;
  }

  /** Whether a key that was verified before still holds. */
  async isGood(keyId: string): Promise<boolean> {
    const record = await this.#store.apiKey(keyId);
    return record !== undefined && record.revokedAt === undefined;
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function newKeyId(): string {
  const bytes = randomBytes(KEY_ID_LETTERS);
  return `PK${Array.from(bytes, (byte) => LETTERS[byte & 31] ?? 'A').join('')}`;
}
