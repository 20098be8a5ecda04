/** `papertape tape info|verify|cut|merge|export`: tapes as files. */
import { Command } from 'commander';
import type { DurationMicros } from '../../domain/units.js';
import type { CommandContext } from '../CommandContext.js';
import { readChoice, readSymbols, readTimeOfDay } from '../options.js';

/** Flags of `tape info` and `tape verify`. */
export interface TapeInfoFlags {
  readonly dataDir?: string;
  readonly json?: true;
}

/** Flags of commands that choose rows. Times of day are New York's, on the tape's date. */
export interface TapeCutFlags {
  readonly symbols?: readonly string[];
  readonly from?: DurationMicros;
  readonly to?: DurationMicros;
  readonly out: string;
  readonly dataDir?: string;
}

/** Flags of `tape export`. */
export interface TapeExportFlags extends TapeCutFlags {
  readonly format: 'csv' | 'parquet';
}

/** See the module header. */
export function tapeCommand(context: CommandContext): Command {
  const tapeArgument = ['<tape>', 'folder of a tape, or the name of a session'] as const;
  const dataDir = ['--data-dir <folder>', 'where the tapes of sessions lie (default: .papertape)'] as const;
  const info = new Command('info')
    .description('what is on a tape')
    .argument(...tapeArgument)
    .option(...dataDir)
    .option('--json', 'print it as JSON')
    .action(async (tape: string, flags: TapeInfoFlags) => {
      const { runTapeInfo } = await import('../runTape.js');
      runTapeInfo(tape, flags, context);
    });
  const verify = new Command('verify')
    .description('read all of a tape: checksums, hash chains, nothing missing or torn in the middle')
    .argument(...tapeArgument)
    .option(...dataDir)
    .option('--json', 'print it as JSON')
    .action(async (tape: string, flags: TapeInfoFlags) => {
      const { runTapeVerify } = await import('../runTape.js');
      runTapeVerify(tape, flags, context);
    });
  const cut = choosing(new Command('cut'), dataDir)
    .description('a new tape of some of the market data of one')
    .argument(...tapeArgument)
    .requiredOption('--out <folder>', 'where the new tape is to be')
    .action(async (tape: string, flags: TapeCutFlags) => {
      const { runTapeMerge } = await import('../runTape.js');
      runTapeMerge([tape], flags, context);
    });
  const merge = choosing(new Command('merge'), dataDir)
    .description('a new tape of the market data of several of one day; the first that has a symbol tells it')
    .argument('<tapes...>', 'folders of tapes, or names of sessions')
    .requiredOption('--out <folder>', 'where the new tape is to be')
    .action(async (tapes: readonly string[], flags: TapeCutFlags) => {
      const { runTapeMerge } = await import('../runTape.js');
      runTapeMerge(tapes, flags, context);
    });
  const exporting = choosing(new Command('export'), dataDir)
    .description('the market data of a tape as files for other programs: one per kind of rows')
    .argument(...tapeArgument)
    .requiredOption('--out <folder>', 'where the files are to be')
    .option('--format <kind>', 'parquet (default) or csv', readChoice('--format', ['parquet', 'csv']), 'parquet')
    .action(async (tape: string, flags: TapeExportFlags) => {
      const { runTapeExport } = await import('../runTape.js');
      await runTapeExport(tape, flags, context);
    });
  return new Command('tape')
    .description('tapes as files: info, verify, cut, merge, export')
    .addCommand(info)
    .addCommand(verify)
    .addCommand(cut)
    .addCommand(merge)
    .addCommand(exporting);
}

function choosing(command: Command, dataDir: readonly [string, string]): Command {
  return command
    .option('--symbols <list>', 'only these', readSymbols)
    .option('--from <time>', 'New York time of day to begin at, such as 09:30', readTimeOfDay('--from'))
    .option('--to <time>', 'New York time of day to end at, inclusive', readTimeOfDay('--to'))
    .option(...dataDir);
}
