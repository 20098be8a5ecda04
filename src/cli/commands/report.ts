/** `papertape report day|week`: what came of an account's day or week. */
import { Command } from 'commander';
import { REPORT_PERIODS } from '../../analytics/account/accountReportTypes.js';
import type { CommandContext } from '../CommandContext.js';
import { readDate } from '../options.js';

/** Flags of `report`. */
export interface ReportFlags {
  readonly date?: string;
  readonly session?: string;
  readonly account?: string;
  readonly out?: readonly string[];
  readonly json?: true;
  readonly dataDir?: string;
}

const TEXTS = { day: 'of one day', week: 'of a week, Monday to Sunday' } as const;

const EXAMPLES = `
Examples:
  papertape report day --out today.html
  papertape report week --date 2026-11-27 --out week.html --out week.json
  papertape report day --account bot`;

/** See the module header. */
export function reportCommand(context: CommandContext): Command {
  const report = new Command('report').description(
    'daily and weekly reports of the account of papertape up or of a program; also while it runs',
  );
  for (const period of REPORT_PERIODS) {
    report
      .command(period)
      .description(`equity, trades, orders, rules and fees ${TEXTS[period]}`)
      .option('--date <date>', 'a New York date in it; default: that of the last session', readDate('--date'))
      .option('--session <name>', 'the session of its day; default: the last one of each day')
      .option('--account <name>', 'an account of a program; default: that of papertape up')
      .option('--out <file>', 'write it as one HTML page (day.html) or as JSON (day.json); repeat it for both', addFile)
      .option('--json', 'print it as one JSON document')
      .option('--data-dir <folder>', 'where the database lies (default: .papertape)')
      .addHelpText('after', EXAMPLES)
      .action(async (flags: ReportFlags) => {
        const { reportAccount } = await import('../reportAccount.js');
        await reportAccount(period, flags, context);
      });
  }
  return report;
}

function addFile(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}
