/**
 * `user link`: writes a one-time link into the database, of a server that runs as of one that does not. Whoever can
 * read the data directory may do so anyway. A link that others could use over a network is never printed without
 * saying so.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadAuthKeys } from '../api/microservices/auth/authKeys.js';
import { AuthService, OWNER_NAME, signInLink } from '../api/microservices/AuthService.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { isLoopback } from '../config/systemConfig.js';
import type { SystemConfig } from '../config/systemConfig.js';
import { PapertapeError } from '../domain/errors.js';
import type { Role } from '../domain/identity.js';
import { announcedAddress } from '../host/serverAddress.js';
import type { ServerAddress } from '../host/serverAddress.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { joinDatabase, openDatabase } from '../storage/sql/database.js';
import type { SqlDatabase } from '../storage/sql/database.js';
import { SqlIdentityStore } from '../storage/sql/identityStore.js';
import { systemClock } from '../utils/clock.js';
import { randomIds } from '../utils/idGenerator.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { UserLinkFlags } from './commands/user.js';

interface MadeLink {
  readonly link: string;
  readonly user: string;
  readonly role: Role;
  readonly expires: string;
  readonly loopback: boolean;
  readonly running: boolean;
}

/** Makes the link and prints it. Throws `NOT_FOUND`, `DATA_DIR_LOCKED`, `USAGE`, and the errors of the database. */
export async function makeUserLink(
  name: string | undefined,
  flags: UserLinkFlags,
  context: CommandContext,
): Promise<void> {
  const config = settingsOf(context, flags);
  const path = join(config.dataDir, 'papertape.db');
  if (!existsSync(path)) {
    throw new PapertapeError('NOT_FOUND', `Nobody has an account in ${config.dataDir} yet.`, {
      remedy: 'Start with `papertape up`, which prints the first link, or name another folder with --data-dir.',
    });
  }
  const lock = lockUnlessHeld(config.dataDir);
  try {
    const server = lock === undefined ? serverOf(config) : addressOf(config);
    const database = lock === undefined ? await joinDatabase(path) : await openDatabase(path);
    try {
      tell(await linkIn(database, name ?? OWNER_NAME, server, lock === undefined, config), flags, context);
    } finally {
      await database.destroy();
    }
  } finally {
    lock?.release();
  }
}

/** The lock of a directory that nobody works on; undefined if somebody does. */
function lockUnlessHeld(dataDir: string): DataDirLock | undefined {
  try {
    return DataDirLock.acquire(dataDir);
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'DATA_DIR_LOCKED') return undefined;
    throw error;
  }
}

/** Where the process that holds the lock serves its page. */
function serverOf({ dataDir }: SystemConfig): ServerAddress {
  const server = announcedAddress(dataDir);
  if (server !== undefined) return server;
  throw new PapertapeError('DATA_DIR_LOCKED', `Another Papertape works on ${dataDir}, and serves no page (yet).`, {
    remedy: 'Wait until it is done or has started, and try again.',
  });
}

/** Where a server with these settings will serve its page. */
function addressOf({ host, port, publicUrl }: SystemConfig): ServerAddress {
  if (publicUrl === undefined && port === 0) {
    throw new PapertapeError('USAGE', 'The server does not run, and port 0 does not say where it will be.', {
      remedy: 'Give the port that it will have: --port 8080.',
    });
  }
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return { address: publicUrl?.replace(/\/$/, '') ?? `http://${name}:${port}`, loopback: isLoopback(host) };
}

async function linkIn(
  database: SqlDatabase,
  name: string,
  server: ServerAddress,
  running: boolean,
  { dataDir, authSecret }: SystemConfig,
): Promise<MadeLink> {
  const store = new SqlIdentityStore(database);
  const user = await store.userByName(name);
  if (user === undefined) {
    const names = (await store.users()).map((known) => known.name);
    throw new PapertapeError('NOT_FOUND', `There is no user named ${name}.`, {
      remedy: names.length === 0 ? 'Start with `papertape up` first.' : `There is ${names.join(', ')}.`,
    });
  }
  if (user.disabled) {
    throw new PapertapeError('FORBIDDEN', `The user ${user.name} is disabled; a link would not sign in.`, {
      remedy: 'Let an admin enable the user first.',
    });
  }
  if (!running && user.name === OWNER_NAME && user.passwordHash === undefined) {
    throw new PapertapeError('NOT_FOUND', 'The server does not run; its next start prints a new link by itself.', {
      remedy: 'Start it with `papertape up`. A link made now would be void then.',
    });
  }
  const keys = loadAuthKeys(dataDir, authSecret);
  const auth = new AuthService({ store, keys, clock: systemClock, ids: randomIds });
  const { token, expiresAt } = await auth.createLinkToken(user.name);
  return {
    link: signInLink(server.address, token),
    user: user.name,
    role: user.role,
    expires: newYorkText(Math.floor(expiresAt / 1_000_000) * 1_000_000),
    loopback: server.loopback,
    running,
  };
}

function tell(made: MadeLink, flags: UserLinkFlags, { terminal }: CommandContext): void {
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(made, null, 2)}\n`);
    return;
  }
  const c = terminal.colours;
  const until = `${made.expires.slice(11)} New York time`;
  const when = made.running
    ? `It signs ${made.user} in once, until ${until}.`
    : `Start the server, and open it until ${until}.`;
  const lines = [`  ${c.bold(c.cyan(made.link))}`, `  ${when} Earlier links are void.`];
  if (!made.loopback) {
    const who = `Whoever gets it is signed in as ${made.user} (${made.role}).`;
    lines.push(`  ${c.yellow('!')} This server can be reached from other machines. ${who}`);
  }
  terminal.out(`\n${lines.join('\n')}\n`);
}
