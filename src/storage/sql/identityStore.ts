/** Users, sign-ins and the audit log in SQL. Each method is one transaction. */
import { createHash } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import { ROLES } from '../../domain/identity.js';
import type {
  AuditEntry,
  IdentityStore,
  Role,
  RotationOutcome,
  SignInRecord,
  UserRecord,
} from '../../domain/identity.js';
import type { Micros } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import type { SqlDatabase } from './database.js';
import type { SignInsTable, Tables, UsersTable } from './schema.js';
import { SignInMemory } from './SignInMemory.js';
import type { KnownSignIn } from './SignInMemory.js';

/** {@link IdentityStore} on the database. */
export class SqlIdentityStore implements IdentityStore {
  readonly #database: SqlDatabase;
  readonly #signIns = new SignInMemory();

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  createFirstUser(user: UserRecord): Promise<boolean> {
    return this.#database.transaction().execute(async (transaction) => {
      const existing = await transaction.selectFrom('users').select('id').limit(1).executeTakeFirst();
      if (existing !== undefined) return false;
      await insertUser(transaction, user);
      return true;
    });
  }

  async createUser(user: UserRecord): Promise<void> {
    await this.#database.transaction().execute((transaction) => insertUser(transaction, user));
  }

  async users(): Promise<readonly UserRecord[]> {
    const rows = await this.#database.selectFrom('users').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(userOf);
  }

  async userById(userId: string): Promise<UserRecord | undefined> {
    const row = await this.#database.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
    return row === undefined ? undefined : userOf(row);
  }

  async userByName(name: string): Promise<UserRecord | undefined> {
    const row = await this.#database
      .selectFrom('users')
      .selectAll()
      .where('name_key', '=', name.toLowerCase())
      .executeTakeFirst();
    return row === undefined ? undefined : userOf(row);
  }

  async setPasswordHash(userId: string, passwordHash: string): Promise<void> {
    await this.#updateUser(userId, { password_hash: passwordHash });
  }

  async setRole(userId: string, role: Role): Promise<void> {
    await this.#updateUser(userId, { role });
  }

  async setDisabled(userId: string, disabled: boolean): Promise<void> {
    await this.#updateUser(userId, { disabled: disabled ? 1 : 0 });
  }

  async putLink(link: { readonly hash: string; readonly userId: string; readonly expiresAt: Micros }): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('sign_in_links').where('user_id', '=', link.userId).execute();
      await transaction
        .insertInto('sign_in_links')
        .values({ hash: link.hash, user_id: link.userId, expires_at: link.expiresAt })
        .execute();
    });
  }

  takeLink(hash: string, now: Micros): Promise<string | undefined> {
    return this.#database.transaction().execute(async (transaction) => {
      const link = await transaction
        .selectFrom('sign_in_links')
        .selectAll()
        .where('hash', '=', hash)
        .executeTakeFirst();
      if (link === undefined) return undefined;
      await transaction.deleteFrom('sign_in_links').where('hash', '=', hash).execute();
      return link.expires_at > now ? link.user_id : undefined;
    });
  }

  async createSignIn(signIn: SignInRecord, refreshHash: string): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await removeExpired(transaction, signIn.createdAt);
      await transaction
        .insertInto('sign_ins')
        .values({
          id: signIn.id,
          user_id: signIn.userId,
          created_at: signIn.createdAt,
          last_used_at: signIn.lastUsedAt,
          expires_at: signIn.expiresAt,
          user_agent: signIn.userAgent,
          revoked_at: signIn.revokedAt ?? null,
        })
        .execute();
      await transaction
        .insertInto('refresh_tokens')
        .values({ hash: refreshHash, sign_in_id: signIn.id, created_at: signIn.createdAt, used_at: null })
        .execute();
    });
  }

  signIn(signInId: string): Promise<{ readonly signIn: SignInRecord; readonly user: UserRecord } | undefined> {
    return this.#signIns.get(signInId, () => this.#readSignIn(signInId));
  }

  async #readSignIn(signInId: string): Promise<KnownSignIn | undefined> {
    const row = await this.#database.selectFrom('sign_ins').selectAll().where('id', '=', signInId).executeTakeFirst();
    if (row === undefined) return undefined;
    const user = required(await this.userById(row.user_id), 'the user of a sign-in');
    return { signIn: signInOf(row), user };
  }

  async signInOfRefresh(refreshHash: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('refresh_tokens')
      .select('sign_in_id')
      .where('hash', '=', refreshHash)
      .executeTakeFirst();
    return row?.sign_in_id;
  }

  async signInsOf(userId: string): Promise<readonly SignInRecord[]> {
    const rows = await this.#database
      .selectFrom('sign_ins')
      .selectAll()
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(signInOf);
  }

  rotateRefresh(refreshHash: string, successorHash: string, now: Micros): Promise<RotationOutcome> {
    return this.#signIns.changing(() => this.#rotate(refreshHash, successorHash, now));
  }

  #rotate(refreshHash: string, successorHash: string, now: Micros): Promise<RotationOutcome> {
    return this.#database.transaction().execute(async (transaction): Promise<RotationOutcome> => {
      const row = await transaction
        .selectFrom('refresh_tokens')
        .selectAll()
        .where('hash', '=', refreshHash)
        .executeTakeFirst();
      if (row === undefined) return { outcome: 'unknown' };
      if (row.used_at !== null) return { outcome: 'reused', signInId: row.sign_in_id, usedAt: row.used_at };
      await transaction.updateTable('refresh_tokens').set({ used_at: now }).where('hash', '=', refreshHash).execute();
      await transaction
        .insertInto('refresh_tokens')
        .values({ hash: successorHash, sign_in_id: row.sign_in_id, created_at: now, used_at: null })
        .execute();
      await transaction.updateTable('sign_ins').set({ last_used_at: now }).where('id', '=', row.sign_in_id).execute();
      return { outcome: 'rotated', signInId: row.sign_in_id };
    });
  }

  async revokeSignIn(signInId: string, now: Micros): Promise<void> {
    const update = this.#database
      .updateTable('sign_ins')
      .set({ revoked_at: now })
      .where('id', '=', signInId)
      .where('revoked_at', 'is', null);
    await this.#signIns.changing(() => update.execute());
  }

  async revokeSignInsOf(userId: string, now: Micros, exceptSignInId?: string): Promise<void> {
    let update = this.#database
      .updateTable('sign_ins')
      .set({ revoked_at: now })
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null);
    if (exceptSignInId !== undefined) update = update.where('id', '!=', exceptSignInId);
    const revoke = update;
    await this.#signIns.changing(() => revoke.execute());
  }

  async audit(entry: AuditEntry): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      const last = await transaction
        .selectFrom('audit_log')
        .select('hash')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      await transaction
        .insertInto('audit_log')
        .values({ ...entry, hash: auditHash(last?.hash ?? '', entry) })
        .execute();
    });
  }

  async auditLog(limit: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#database
      .selectFrom('audit_log')
      .select(['time', 'actor', 'action', 'detail'])
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ time, actor, action, detail }) => ({ time, actor, action, detail }));
  }

  /** Whether every row of the audit log still chains to the one before: a changed or removed row breaks it. */
  async verifyAuditLog(): Promise<boolean> {
    const rows = await this.#database.selectFrom('audit_log').selectAll().orderBy('id').execute();
    let previous = '';
    for (const [index, row] of rows.entries()) {
      if (row.id !== index + 1 || row.hash !== auditHash(previous, row)) return false;
      previous = row.hash;
    }
    return true;
  }

  async #updateUser(userId: string, change: Partial<UsersTable>): Promise<void> {
    const update = this.#database.updateTable('users').set(change).where('id', '=', userId);
    await this.#signIns.changing(() => update.execute());
  }
}

function auditHash(previous: string, entry: AuditEntry): string {
  const text = JSON.stringify([previous, entry.time, entry.actor, entry.action, entry.detail]);
  return createHash('sha256').update(text).digest('hex');
}

/** Used tokens are kept as long as their sign-in could last, to notice reuse; then nobody needs them. */
async function removeExpired(transaction: Transaction<Tables>, now: Micros): Promise<void> {
  const expired = transaction.selectFrom('sign_ins').select('id').where('expires_at', '<=', now);
  await transaction.deleteFrom('refresh_tokens').where('sign_in_id', 'in', expired).execute();
  await transaction.deleteFrom('sign_ins').where('expires_at', '<=', now).execute();
}

async function insertUser(transaction: Transaction<Tables>, user: UserRecord): Promise<void> {
  await transaction
    .insertInto('users')
    .values({
      id: user.id,
      name: user.name,
      name_key: user.name.toLowerCase(),
      role: user.role,
      password_hash: user.passwordHash ?? null,
      disabled: user.disabled ? 1 : 0,
      created_at: user.createdAt,
    })
    .execute();
}

function userOf(row: Selectable<UsersTable>): UserRecord {
  return {
    id: row.id,
    name: row.name,
    role: required(
      ROLES.find((role) => role === row.role),
      `the role of user ${row.name}`,
    ),
    passwordHash: row.password_hash ?? undefined,
    disabled: row.disabled !== 0,
    createdAt: row.created_at,
  };
}

function signInOf(row: Selectable<SignInsTable>): SignInRecord {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    userAgent: row.user_agent,
    revokedAt: row.revoked_at ?? undefined,
  };
}
