/** `papertape keys`: the API keys with which programs trade through the Alpaca protocols. */
import { Command } from 'commander';
import { ROLES } from '../../domain/identity.js';
import type { Role } from '../../domain/identity.js';
import type { CommandContext } from '../CommandContext.js';
import { readChoice } from '../options.js';

/** Flags of `keys create`. */
export interface CreateKeyFlags {
  readonly account?: string;
  readonly role?: Role;
  readonly label?: string;
  readonly json?: true;
  readonly dataDir?: string;
}
/** Flags of the others. */
export interface KeyFlags {
  readonly json?: true;
  readonly dataDir?: string;
}

/** See the module header. */
export function keysCommand(context: CommandContext): Command {
  const keys = new Command('keys').description('API keys of programs: create, list, revoke');
  keys
    .command('create')
    .description('make a key; its secret is shown once')
    .option('--account <name>', 'the paper account it trades; opened when it is used first (default: bot)')
    .option(
      '--role <role>',
      'viewer reads, trader trades (default), admin also steers the clock',
      readChoice('--role', ROLES),
    )
    .option('--label <text>', 'what you call it')
    .option('--json', 'print one JSON document')
    .option('--data-dir <folder>', 'where the database lies (default: .papertape)')
    .action(async (flags: CreateKeyFlags) => {
      const { createKey } = await import('../runKeys.js');
      await createKey(flags, context);
    });
  keys
    .command('list')
    .description('the keys there are, without their secrets')
    .option('--json', 'print one JSON document')
    .option('--data-dir <folder>', 'where the database lies (default: .papertape)')
    .action(async (flags: KeyFlags) => {
      const { listKeys } = await import('../runKeys.js');
      await listKeys(flags, context);
    });
  keys
    .command('revoke')
    .argument('<key-id>', 'the key, PK…')
    .description('end a key; programs that use it are refused from now on')
    .option('--data-dir <folder>', 'where the database lies (default: .papertape)')
    .action(async (keyId: string, flags: KeyFlags) => {
      const { revokeKey } = await import('../runKeys.js');
      await revokeKey(keyId, flags, context);
    });
  return keys;
}
