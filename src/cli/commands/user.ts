/** `papertape user link [NAME]`: a new one-time sign-in link, for who has lost the one that the start printed. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readPort } from '../options.js';

/** Flags of `user link`. */
export interface UserLinkFlags {
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
  readonly json?: true;
}

/** See the module header. */
export function userCommand(context: CommandContext): Command {
  const link = new Command('link')
    .description('make a new link that signs a user in once, within 15 minutes; earlier links become void')
    .argument('[name]', 'the user (default: owner)')
    .option('--host <address>', 'address that the server will listen on, if it does not run now (default: 127.0.0.1)')
    .option('--port <number>', 'its port, if it does not run now (default: 8080)', readPort)
    .option('--data-dir <folder>', 'where its databases lie (default: .papertape)')
    .option('--json', 'print the link as JSON')
    .action(async (name: string | undefined, flags: UserLinkFlags) => {
      const { makeUserLink } = await import('../userLink.js');
      await makeUserLink(name, flags, context);
    });
  return new Command('user').description('who may sign in: a new sign-in link').addCommand(link);
}
