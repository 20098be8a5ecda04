/** `papertape data record`: a live market onto a tape, without trading on it. */
import { Command } from 'commander';
import type { LiveSourceName } from '../../host/sessionPlan.js';
import type { DurationMicros } from '../../domain/units.js';
import type { CommandContext } from '../CommandContext.js';
import { readChoice, readDuration, readSymbols, readTimeOfDay } from '../options.js';

/** Flags of `data record`. */
export interface RecordFlags {
  readonly source: LiveSourceName;
  readonly feed?: string;
  readonly symbols: readonly string[];
  readonly for?: DurationMicros;
  readonly until?: DurationMicros;
  readonly out?: string;
  readonly dataDir?: string;
}

/** See the module header. */
export function recordCommand(context: CommandContext): Command {
  return new Command('record')
    .description('record a live market onto a tape; ends with Ctrl+C, or with the trading day')
    .requiredOption('--source <name>', 'alpaca or twelvedata', readChoice('--source', ['alpaca', 'twelvedata']))
    .requiredOption('--symbols <list>', 'symbols to record', readSymbols)
    .option('--feed <name>', 'iex, sip or delayed_sip at Alpaca', readChoice('--feed', ['iex', 'sip', 'delayed_sip']))
    .option('--for <length>', 'how long, such as 90s, 10m or 2h', readDuration('--for'))
    .option('--until <time>', 'New York time of day to end at, such as 16:00', readTimeOfDay('--until'))
    .option('--out <folder>', 'where the tape is to be (default: recordings/ in the data directory)')
    .option('--data-dir <folder>', 'where recordings lie (default: .papertape)')
    .action(async (flags: RecordFlags) => {
      const { runRecord } = await import('../runRecord.js');
      await runRecord(flags, context);
    });
}
