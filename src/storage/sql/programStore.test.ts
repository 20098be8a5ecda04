import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joinDatabase, openDatabase } from './database.js';
import type { SqlDatabase } from './database.js';
import { SqlProgramStore } from './programStore.js';

let folder: string;
let database: SqlDatabase;
let store: SqlProgramStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-programs-'));
  database = await openDatabase(join(folder, 'papertape.db'));
  store = new SqlProgramStore(database);
});
afterEach(async () => {
  await database.destroy();
  rmSync(folder, { recursive: true, force: true });
});

test('API keys: stored, listed, revoked once, still there after opening again', async () => {
  const key = {
    keyId: 'PKONE',
    secretHash: 'ab'.repeat(32),
    accountId: 'bot',
    role: 'trader',
    label: 'mine',
    createdAt: 5,
    revokedAt: undefined,
  } as const;
  await store.createApiKey(key);
  await expect(store.createApiKey(key)).rejects.toThrow('UNIQUE');
  expect(await store.apiKey('PKONE')).toEqual(key);
  expect(await store.apiKey('PKTWO')).toBeUndefined();
  expect([await store.revokeApiKey('PKONE', 9), await store.revokeApiKey('PKONE', 10)]).toEqual([true, false]);
  expect(await store.revokeApiKey('PKTWO', 9)).toBe(false);
  await database.destroy();
  database = await openDatabase(join(folder, 'papertape.db'));
  expect(await new SqlProgramStore(database).apiKeys()).toEqual([{ ...key, revokedAt: 9 }]);
});

test('a key is read once, and a revocation holds at once, from here and from another process', async () => {
  const key = { secretHash: 'ab'.repeat(32), accountId: 'bot', role: 'trader', label: '', createdAt: 5 } as const;
  await store.createApiKey({ ...key, keyId: 'PKONE', revokedAt: undefined });
  await store.createApiKey({ ...key, keyId: 'PKTWO', revokedAt: undefined });
  const known = await store.apiKey('PKONE');
  await store.apiKey('PKTWO');
  // The same object: it was remembered.
  expect(await store.apiKey('PKONE')).toBe(known);
  const other = await joinDatabase(join(folder, 'papertape.db'));
  try {
    expect(await new SqlProgramStore(other).revokeApiKey('PKONE', 9)).toBe(true);
    expect((await store.apiKey('PKONE'))?.revokedAt).toBe(9);
  } finally {
    await other.destroy();
  }
  const reading = store.apiKey('PKTWO');
  const revoked = store.revokeApiKey('PKTWO', 10);
  await Promise.all([reading, revoked]);
  expect((await store.apiKey('PKTWO'))?.revokedAt).toBe(10);
});

test('watchlists: by account, replaced as a whole, removed', async () => {
  const list = { id: 'w-1', accountId: 'bot', name: 'one', symbols: ['B', 'A'], createdAt: 1, updatedAt: 1 };
  await store.putWatchlist(list);
  await store.putWatchlist({ ...list, id: 'w-2', accountId: 'other' });
  const changed = { ...list, name: 'two', symbols: [], updatedAt: 2 };
  await store.putWatchlist(changed);
  expect(await store.watchlists('bot')).toEqual([changed]);
  expect([await store.removeWatchlist('w-1'), await store.removeWatchlist('w-1')]).toEqual([true, false]);
  expect(await store.watchlists('bot')).toEqual([]);
});
