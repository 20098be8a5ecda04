/** `papertape alpaca`: only the Alpaca protocols over one market, for programs and their tests. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import { readCash, readChoice, readDate, readPort, readSeed, readSpeed, readSymbols } from '../options.js';
import { addTwelvedataFlags } from '../twelvedataFlags.js';
import type { TwelvedataFlags } from '../twelvedataFlags.js';

/** Flags of `alpaca`. */
export interface AlpacaFlags extends TwelvedataFlags {
  readonly tape?: string;
  readonly date?: string;
  readonly from?: string;
  readonly symbols?: readonly string[];
  readonly speed?: number;
  readonly seed?: number;
  readonly cash?: number;
  readonly fidelity?: 'papertape' | 'alpaca';
  readonly preset?: string;
  readonly key?: string;
  readonly secret?: string;
  readonly rateLimit?: false;
  readonly paused?: true;
  readonly json?: true;
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
}

/** See the module header. */
export function alpacaCommand(context: CommandContext): Command {
  const command = new Command('alpaca')
    .description('serve only the Alpaca protocols, over a simulated or recorded day')
    .option('--tape <folder>', 'the market of this tape')
    .option(
      '--date <date>',
      'a recorded day of the history cache, or with --seed the day that is simulated',
      readDate('--date'),
    )
    .option('--from <time>', 'market time to begin at: 09:30 (New York) or RFC 3339; default: shortly before the open')
    .option('--symbols <list>', 'symbols of a day of the history cache; default: all that day has', readSymbols)
    .option('--speed <factor>', 'market time as a multiple of real time (default: 1), or max', readSpeed)
    .option('--seed <number>', 'simulate the market of this seed (default: 1, on the latest trading day)', readSeed)
    .option('--cash <dollars>', 'cash of the account (default: 100000)', readCash)
    .option('--fidelity <kind>', 'papertape (default), or alpaca: what Alpaca does, where we do better', readFidelity)
    .option('--preset <name>', 'fill models of the account')
    .option('--key <id>', 'API key id (default: made for the run)')
    .option('--secret <text>', 'its secret (default: made for the run)')
    .option('--no-rate-limit', 'no limit of 200 requests per minute')
    .option('--paused', 'begin with the clock standing still')
    .option('--json', 'print addresses and keys as one JSON document')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'port to listen on (default: 8080; 0: any free one)', readPort)
    .option('--data-dir <folder>', 'where tapes and history lie (default: .papertape)');
  return addTwelvedataFlags(command).action(async (flags: AlpacaFlags) => {
    const { runAlpaca } = await import('../runAlpaca.js');
    await runAlpaca(flags, context);
  });
}

const readFidelity = readChoice('--fidelity', ['papertape', 'alpaca']);
