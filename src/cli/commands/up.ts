/** `papertape up`: the whole system with its page, until it is stopped. */
import { Command } from 'commander';
import type { CommandContext } from '../CommandContext.js';
import type { BrokerName } from '../../domain/brokerReport.js';
import type { LiveSourceName } from '../../host/sessionPlan.js';
import { readChoice, readWhole, readDate, readPort, readSeed, readSpeed, readSymbols } from '../options.js';
import { addTwelvedataFlags } from '../twelvedataFlags.js';
import type { TwelvedataFlags } from '../twelvedataFlags.js';

/** Flags of `up`. */
export interface UpFlags extends TwelvedataFlags {
  readonly source?: 'sim' | 'replay' | LiveSourceName;
  readonly broker?: 'paper' | BrokerName;
  readonly feed?: string;
  readonly keepDays?: number;
  readonly date?: string;
  readonly symbols?: readonly string[];
  readonly strategy?: readonly string[];
  readonly speed?: number;
  readonly seed?: number;
  readonly fresh?: true;
  readonly shadows?: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly alpacaPort?: number;
  readonly alpacaRateLimit?: false;
  readonly dataDir?: string;
}

/** See the module header. */
export function upCommand(context: CommandContext): Command {
  const command = new Command('up')
    .description('start everything: market, strategies, paper exchange, page')
    .option(
      '--source <kind>',
      'sim (default), replay (a recorded day), or a live market: alpaca, twelvedata',
      readSource,
    )
    .option(
      '--broker <name>',
      'where orders go: paper (default, the exchange inside), or alpaca (a paper account)',
      readBroker,
    )
    .option('--feed <name>', 'of a live source: iex, sip or delayed_sip at Alpaca', readFeed)
    .option('--date <date>', 'the recorded day, with --source replay', readDate('--date'))
    .option('--symbols <list>', 'symbols of a live market, or of a replay (default: all that day has)', readSymbols)
    .option('--strategy <name...>', 'strategies to start: built-in names or files; default: demo strategies')
    .option('--speed <factor>', 'market time as a multiple of real time (default: 60), or max', readSpeed)
    .option('--seed <number>', 'seed of the simulated market (default: 1)', readSeed)
    .option('--keep-days <number>', 'remove market data of tapes that are older; decisions are kept', readDays)
    .option('--fresh', 'begin a new session although the last one could go on')
    .option('--no-shadows', 'no shadow accounts: no fill scenarios, but faster orders')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'port to listen on (default: 8080; 0: any free one)', readPort)
    .option('--alpaca-port <number>', 'also serve the Alpaca protocols at exactly their paths on this port', readPort)
    .option('--no-alpaca-rate-limit', 'no limit of 200 requests per minute and account')
    .option('--data-dir <folder>', 'where databases, tapes and history lie (default: .papertape)');
  return addTwelvedataFlags(command).action(async (flags: UpFlags) => {
    const { runUp } = await import('../runSession.js');
    await runUp(flags, context);
  });
}

const readSource = readChoice('--source', ['sim', 'replay', 'alpaca', 'twelvedata']);
const readBroker = readChoice('--broker', ['paper', 'alpaca']);
const readFeed = readChoice('--feed', ['iex', 'sip', 'delayed_sip']);
const readDays = readWhole('--keep-days', 1, 36_500);
