/** What every command is given: the terminal, the environment and the working directory. */
import { resolve } from 'node:path';
import { readSystemConfig } from '../config/systemConfig.js';
import type { SystemConfig } from '../config/systemConfig.js';
import type { Terminal } from './terminal.js';

/** See the module header. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths of users are meant from here. */
  readonly cwd: string;
}

/** The settings with the flags over them; `dataDir` is made absolute. Throws `CONFIG_INVALID`. */
export function settingsOf(
  context: CommandContext,
  flags: { readonly dataDir?: string; readonly port?: number; readonly host?: string },
  serves: 'page' | 'programs' = 'page',
): SystemConfig {
  const config = readSystemConfig(context.environment, flags, serves);
  return { ...config, dataDir: resolve(context.cwd, config.dataDir) };
}
