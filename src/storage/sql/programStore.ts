/** API keys and watchlists of programs in SQL. Each method is one transaction. */
import type { Selectable } from 'kysely';
import { ROLES } from '../../domain/identity.js';
import type { ApiKeyRecord, ApiKeyStore, WatchlistRecord, WatchlistStore } from '../../domain/identity.js';
import type { Micros } from '../../domain/units.js';
import { assert, required } from '../../utils/assert.js';
import { foreignWrites } from './database.js';
import type { SqlDatabase } from './database.js';
import { KeyMemory } from './KeyMemory.js';
import type { ApiKeysTable, WatchlistsTable } from './schema.js';

/** {@link ApiKeyStore} and {@link WatchlistStore} on the database. */
export class SqlProgramStore implements ApiKeyStore, WatchlistStore {
  readonly #database: SqlDatabase;
  readonly #keys = new KeyMemory();

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async createApiKey(key: ApiKeyRecord): Promise<void> {
    this.#keys.forget();
    await this.#database
      .insertInto('api_keys')
      .values({
        key_id: key.keyId,
        secret_hash: key.secretHash,
        account_id: key.accountId,
        role: key.role,
        label: key.label,
        created_at: key.createdAt,
        revoked_at: key.revokedAt ?? null,
      })
      .execute();
  }

  async apiKey(keyId: string): Promise<ApiKeyRecord | undefined> {
    // Before the row is read: what is written while it is makes this number an old one.
    const writes = foreignWrites(this.#database);
    const known = this.#keys.get(keyId, writes);
    if (known !== undefined) return known;
    const version = this.#keys.version;
    const row = await this.#database.selectFrom('api_keys').selectAll().where('key_id', '=', keyId).executeTakeFirst();
    if (row === undefined) return undefined;
    const key = keyOf(row);
    if (version === this.#keys.version) this.#keys.put(key, writes);
    return key;
  }

  async apiKeys(): Promise<readonly ApiKeyRecord[]> {
    const rows = await this.#database
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('created_at')
      .orderBy('key_id')
      .execute();
    return rows.map(keyOf);
  }

  async revokeApiKey(keyId: string, now: Micros): Promise<boolean> {
    try {
      this.#keys.forget();
      const { numUpdatedRows } = await this.#database
        .updateTable('api_keys')
        .set({ revoked_at: now })
        .where('key_id', '=', keyId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    } finally {
      // What was read while it was written is void too.
      this.#keys.forget();
    }
  }

  async watchlists(accountId: string): Promise<readonly WatchlistRecord[]> {
    const rows = await this.#database
      .selectFrom('watchlists')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(watchlistOf);
  }

  async putWatchlist(list: WatchlistRecord): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('watchlists').where('id', '=', list.id).execute();
      await transaction
        .insertInto('watchlists')
        .values({
          id: list.id,
          account_id: list.accountId,
          name: list.name,
          symbols: JSON.stringify(list.symbols),
          created_at: list.createdAt,
          updated_at: list.updatedAt,
        })
        .execute();
    });
  }

  async removeWatchlist(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.deleteFrom('watchlists').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

function keyOf(row: Selectable<ApiKeysTable>): ApiKeyRecord {
  return {
    keyId: row.key_id,
    secretHash: row.secret_hash,
    accountId: row.account_id,
    role: required(
      ROLES.find((role) => role === row.role),
      `the role of key ${row.key_id}`,
    ),
    label: row.label,
    createdAt: row.created_at,
    revokedAt: row.revoked_at ?? undefined,
  };
}

function watchlistOf(row: Selectable<WatchlistsTable>): WatchlistRecord {
  const symbols: unknown = JSON.parse(row.symbols);
  assert(Array.isArray(symbols), `the symbols of watchlist ${row.id} are a list`);
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    symbols: symbols.map(String),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
