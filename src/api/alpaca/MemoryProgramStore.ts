/** API keys and watchlists that live as long as the process: for servers that are started for one run. */
import type { ApiKeyRecord, ApiKeyStore, WatchlistRecord, WatchlistStore } from '../../domain/identity.js';
import type { Micros } from '../../domain/units.js';
import { assert } from '../../utils/assert.js';

/** See the module header. */
export class MemoryProgramStore implements ApiKeyStore, WatchlistStore {
  readonly #keys = new Map<string, ApiKeyRecord>();
  readonly #lists = new Map<string, WatchlistRecord>();

  createApiKey(key: ApiKeyRecord): Promise<void> {
    assert(!this.#keys.has(key.keyId), `the key id ${key.keyId} is new`);
    this.#keys.set(key.keyId, key);
    return Promise.resolve();
  }
  apiKey(keyId: string): Promise<ApiKeyRecord | undefined> {
    return Promise.resolve(this.#keys.get(keyId));
  }
  apiKeys(): Promise<readonly ApiKeyRecord[]> {
    return Promise.resolve([...this.#keys.values()]);
  }
  revokeApiKey(keyId: string, now: Micros): Promise<boolean> {
    const key = this.#keys.get(keyId);
    if (key === undefined || key.revokedAt !== undefined) return Promise.resolve(false);
    this.#keys.set(keyId, { ...key, revokedAt: now });
    return Promise.resolve(true);
  }
  watchlists(accountId: string): Promise<readonly WatchlistRecord[]> {
    return Promise.resolve([...this.#lists.values()].filter((list) => list.accountId === accountId));
  }
  putWatchlist(list: WatchlistRecord): Promise<void> {
    this.#lists.set(list.id, list);
    return Promise.resolve();
  }
  removeWatchlist(id: string): Promise<boolean> {
    return Promise.resolve(this.#lists.delete(id));
  }
}
