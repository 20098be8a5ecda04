/** `papertape keys`: works on the database directly, also while the system runs. */
import { join } from 'node:path';
import { ApiKeys } from '../api/alpaca/ApiKeys.js';
import { PapertapeError } from '../domain/errors.js';
import { openDatabase } from '../storage/sql/database.js';
import { SqlIdentityStore } from '../storage/sql/identityStore.js';
import { SqlProgramStore } from '../storage/sql/programStore.js';
import { systemClock } from '../utils/clock.js';
import { makeFolder } from '../utils/makeFolder.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { CreateKeyFlags, KeyFlags } from './commands/keys.js';
import { renderFacts } from './table.js';

const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** The account of the session's strategies, which programs may not trade. */
const ENGINE_ACCOUNT = 'paper';

/** `keys create`. */
export async function createKey(flags: CreateKeyFlags, context: CommandContext): Promise<void> {
  const accountId = flags.account ?? 'bot';
  if (!ACCOUNT_NAME.test(accountId) || accountId === ENGINE_ACCOUNT) {
    throw new PapertapeError('USAGE', `--account ${accountId} is not a name for an account of a program.`, {
      remedy: `Use letters, digits, "_", "." and "-", at most 64; "${ENGINE_ACCOUNT}" belongs to the strategies.`,
    });
  }
  await withStores(flags, context, async (programs, identity) => {
    const keys = new ApiKeys(programs, systemClock);
    const { record, secret } = await keys.create({ accountId, role: flags.role ?? 'trader', label: flags.label ?? '' });
    const { keyId, role } = record;
    const detail = `${keyId} for ${accountId} as ${role}`;
    await identity.audit({ time: systemClock.now(), actor: 'system', action: 'key.create', detail });
    if (flags.json === true) context.terminal.out(`${JSON.stringify({ keyId, secret, accountId, role })}\n`);
    else {
      context.terminal.out(
        `${renderFacts(
          [
            ['Key id', keyId],
            ['Secret', secret],
            ['Account', accountId],
            ['Role', role],
          ],
          context.terminal.colours,
        )}\nThe secret is shown this once.\n`,
      );
    }
  });
}

/** `keys list`. */
export async function listKeys(flags: KeyFlags, context: CommandContext): Promise<void> {
  await withStores(flags, context, async (programs) => {
    const keys = (await programs.apiKeys()).map(({ keyId, accountId, role, label, createdAt, revokedAt }) => ({
      keyId,
      accountId,
      role,
      label,
      created: new Date(createdAt / 1000).toISOString(),
      revoked: revokedAt === undefined ? null : new Date(revokedAt / 1000).toISOString(),
    }));
    if (flags.json === true) {
      context.terminal.out(`${JSON.stringify({ keys })}\n`);
      return;
    }
    for (const { keyId, accountId, role, label, created, revoked } of keys) {
      const end = revoked === null ? '' : `  revoked ${revoked}`;
      context.terminal.out(`${keyId}  ${accountId}  ${role}  ${created}${label === '' ? '' : `  ${label}`}${end}\n`);
    }
    if (keys.length === 0) context.terminal.out('There are no keys; `papertape keys create` makes one.\n');
  });
}

/** `keys revoke`. Throws `NOT_FOUND` for a key that is not there or was revoked before. */
export async function revokeKey(keyId: string, flags: KeyFlags, context: CommandContext): Promise<void> {
  await withStores(flags, context, async (programs, identity) => {
    const now = systemClock.now();
    if (!(await programs.revokeApiKey(keyId, now))) {
      throw new PapertapeError('NOT_FOUND', `There is no key ${keyId} that could be revoked.`, {
        remedy: 'See what there is with `papertape keys list`.',
      });
    }
    await identity.audit({ time: now, actor: 'system', action: 'key.revoke', detail: keyId });
    context.terminal.out(`${keyId} is revoked.\n`);
  });
}

async function withStores(
  flags: KeyFlags,
  context: CommandContext,
  use: (programs: SqlProgramStore, identity: SqlIdentityStore) => Promise<void>,
): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  makeFolder(dataDir);
  const database = await openDatabase(join(dataDir, 'papertape.db'));
  try {
    await use(new SqlProgramStore(database), new SqlIdentityStore(database));
  } finally {
    await database.destroy();
  }
}
