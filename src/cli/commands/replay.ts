/** `papertape replay DATE`: a recorded day with the whole system on it. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readDate, readPort, readSpeed, readSymbols } from '../options.js';
import { addTwelvedataFlags } from '../twelvedataFlags.js';
import type { TwelvedataFlags } from '../twelvedataFlags.js';

/** Flags of `replay`. */
export interface ReplayFlags extends TwelvedataFlags {
  readonly symbols?: readonly string[];
  readonly tape?: string;
  readonly strategy?: readonly string[];
  readonly speed?: number;
  readonly fresh?: true;
  readonly shadows?: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
}

/** See the module header. */
export function replayCommand(context: CommandContext): Command {
  const command = new Command('replay')
    .description('trade a recorded day at any speed, with the page on it')
    .argument('[date]', 'New York trading day in the cache, such as 2013-10-07', readDate('date'))
    .option('--tape <folder>', 'the market of this tape instead: a recording, or a session')
    .option('--symbols <list>', 'which symbols; default: all that day has', readSymbols)
    .option('--strategy <name...>', 'strategies to start: built-in names or files; default: demo strategies')
    .option('--speed <factor>', 'market time as a multiple of real time (default: 60), or max', readSpeed)
    .option('--fresh', 'begin a new session although the last one could go on')
    .option('--no-shadows', 'no shadow accounts: no fill scenarios, but faster orders')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'port to listen on (default: 8080; 0: any free one)', readPort)
    .option('--data-dir <folder>', 'where databases, tapes and history lie (default: .papertape)');
  return addTwelvedataFlags(command).action(async (date: string | undefined, flags: ReplayFlags) => {
    const { runReplay } = await import('../runSession.js');
    await runReplay(date, flags, context);
  });
}
