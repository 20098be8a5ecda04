import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import Libsql from 'libsql';
import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { joinDatabase, openDatabase } from './database.js';
import { DatabaseProbe } from './DatabaseProbe.js';
import { SqlIdentityStore } from './identityStore.js';

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'papertape-sql-'));
}

test('a database keeps its rows over a restart, and migrating again changes nothing', async () => {
  const path = join(directory(), 'papertape.db');
  const first = await openDatabase(path);
  const user = {
    id: 'u-1',
    name: 'Owner',
    role: 'admin',
    passwordHash: undefined,
    disabled: false,
    createdAt: 5,
  } as const;
  await new SqlIdentityStore(first).createUser(user);
  await first.destroy();
  const second = await openDatabase(path);
  expect(await new SqlIdentityStore(second).userByName('owner')).toEqual(user);
  const mode = await sql<{ journal_mode: string }>`PRAGMA journal_mode`.execute(second);
  expect(mode.rows[0]?.journal_mode).toBe('wal');
  await second.destroy();
});

test('a migration that fails on its way leaves nothing behind', async () => {
  const path = join(directory(), 'papertape.db');
  await (await openDatabase(path)).destroy();
  const other = new Libsql(path);
  // As before the sixth migration, but that its second step finds its column there.
  other.exec(
    `DROP TABLE desk_accounts; DROP TABLE desk_positions; DROP TABLE desk_equity;
    ALTER TABLE ledger_entries DROP COLUMN booking; ALTER TABLE trades DROP COLUMN account_id;
    DROP INDEX runs_by_change; ALTER TABLE runs DROP COLUMN inputs; ALTER TABLE runs DROP COLUMN failure;
    ALTER TABLE runs DROP COLUMN kind;
    DELETE FROM kysely_migration WHERE name >= '0006'`,
  );
  await expect(openDatabase(path)).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  const columns = other.prepare('PRAGMA table_info(runs)').all() as readonly { readonly name: string }[];
  expect(columns.map(({ name }) => name)).toContain('analysis');
  expect(columns.map(({ name }) => name)).not.toContain('kind');
  other.exec('ALTER TABLE runs DROP COLUMN analysis');
  await (await openDatabase(path)).destroy();
  other.close();
});

test('a transaction is not undone by another process that writes between its reading and its writing', async () => {
  const path = join(directory(), 'papertape.db');
  const database = await openDatabase(path);
  const store = new SqlIdentityStore(database);
  await store.audit({ time: 1, actor: 'owner', action: 'test', detail: 'one' });
  // Another process: it does not wait, so that this one cannot be kept from going on.
  const other = new Libsql(path, { timeout: 0 });
  const write = (): unknown => other.exec(`UPDATE audit_log SET detail = 'changed'`);
  await database.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow();
    expect(write).toThrow(/locked|busy/i);
    await transaction
      .updateTable('audit_log')
      .set({ detail: `${row.detail} and two` })
      .execute();
  });
  expect((await store.auditLog(1))[0]?.detail).toBe('one and two');
  expect(write).not.toThrow();
  other.close();
  await database.destroy();
});

test('a database that another version works on is not joined, and not changed', async () => {
  const path = join(directory(), 'papertape.db');
  const database = await openDatabase(path);
  const joined = await joinDatabase(path);
  expect(await new SqlIdentityStore(joined).users()).toEqual([]);
  await joined.destroy();
  await sql`DELETE FROM kysely_migration WHERE rowid = (SELECT max(rowid) FROM kysely_migration)`.execute(database);
  await expect(joinDatabase(path)).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
  const left = await sql<{ n: number }>`SELECT count(*) AS n FROM kysely_migration`.execute(database);
  await database.destroy();
  const again = new Libsql(path);
  expect(again.prepare('SELECT count(*) AS n FROM kysely_migration').get()).toMatchObject({ ...left.rows[0] });
  again.close();
});

test.each([
  ['a directory that is not there', () => join(directory(), 'no', 'where', 'papertape.db')],
  [
    'a file that is no database',
    () => {
      const path = join(directory(), 'papertape.db');
      writeFileSync(path, 'not a database '.repeat(200));
      return path;
    },
  ],
])('%s is refused by name', async (_name, make) => {
  const path = make();
  await expect(openDatabase(path)).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringContaining(path) as string,
  });
});

test('S58 a changed or removed line of the audit log is found', async () => {
  const database = await openDatabase(':memory:');
  const store = new SqlIdentityStore(database);
  for (const detail of ['one', 'two\r\nforged', 'three']) {
    await store.audit({ time: 1, actor: 'owner', action: 'test', detail });
  }
  expect(await store.verifyAuditLog()).toBe(true);
  await database.updateTable('audit_log').set({ detail: 'changed' }).where('id', '=', 2).execute();
  expect(await store.verifyAuditLog()).toBe(false);
  await database.updateTable('audit_log').set({ detail: 'two\r\nforged' }).where('id', '=', 2).execute();
  expect(await store.verifyAuditLog()).toBe(true);
  await database.deleteFrom('audit_log').where('id', '=', 2).execute();
  expect(await store.verifyAuditLog()).toBe(false);
  await database.destroy();
});

test('the probe sees a database that went away, and says no more than that', async () => {
  const clock = new ManualClock();
  const database = await openDatabase(':memory:');
  const probe = new DatabaseProbe(database, clock);
  await probe.start();
  expect(probe.read()).toMatchObject({ state: 'up', detail: '' });
  await database.destroy();
  clock.advance(5000);
  await expect.poll(() => probe.read().state).toBe('down');
  expect(probe.read().detail).toBe('The database does not answer.');
  probe.stop();
});
