/** `verify`: runs a session again from its tape and tells whether every decision came out the same. */
import { withHistory } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import { verifySession } from '../host/verifySession.js';
import type { VerifyReport } from '../host/verifyTape.js';
import { MAIN_THREAD_WATCH } from '../host/withHookWatch.js';
import { formatCount } from '../analytics/figureText.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { VerifyFlags } from './commands/verify.js';
import { startProgress } from './progress.js';
import { renderFacts } from './table.js';

const PER_CENT = 100;
const SHOWN_DIGITS = 16;
/** Longest text of a recorded or decided thing that is shown. */
const MAX_SHOWN = 300;

/** Verifies a session; the latest if none is named. A difference is `VERIFY_MISMATCH`. */
export async function runVerify(
  sessionId: string | undefined,
  flags: VerifyFlags,
  context: CommandContext,
): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  const progress = startProgress(context.terminal, 'Verifying');
  let report: VerifyReport;
  try {
    report = await withHistory(dataDir, (history) =>
      verifySession({
        dataDir,
        cwd: context.cwd,
        sessionId,
        history: () => history,
        watch: MAIN_THREAD_WATCH,
        onProgress: (fraction) => {
          progress.update(fraction * PER_CENT, PER_CENT);
        },
      }),
    );
  } finally {
    progress.stop();
  }
  tell(report, flags.json === true, context);
}

function tell(report: VerifyReport, json: boolean, { terminal }: CommandContext): void {
  const { counts, difference } = report;
  if (json) {
    terminal.out(`${JSON.stringify({ ...report, difference: difference ?? null }, null, 2)}\n`);
    if (!report.equal) throw new CommandFailed();
    return;
  }
  if (difference !== undefined) throw mismatch(report);
  const c = terminal.colours;
  const facts: readonly (readonly [string, string])[] = [
    ['Market rows', formatCount(counts.marketRows)],
    ['Signals', formatCount(counts.signals)],
    ['Orders', formatCount(counts.orders)],
    ['Fills', formatCount(counts.fills)],
    ['Ledger entries', formatCount(counts.ledgerEntries)],
    ['Commands', formatCount(counts.commands)],
    ...(counts.shadowFills === 0 ? [] : [['Shadow fills', formatCount(counts.shadowFills)] as const]),
    ['Equity marks', formatCount(counts.equityMarks)],
    ['Digest', report.decisionDigest.slice(0, SHOWN_DIGITS)],
    ['Versions', `recorded by ${report.recordedBy}, verified by ${report.verifiedBy}`],
  ];
  terminal.out(`\n  ${c.green('✔')} ${c.bold(report.sessionId)}: every decision is the recorded one.\n\n`);
  terminal.out(renderFacts(facts, c));
}

function mismatch({ sessionId, difference, recordedBy, verifiedBy }: VerifyReport): PapertapeError {
  const { seq = 0, recorded = '', decided = '', cause = '' } = difference ?? {};
  const message = [
    `${sessionId} came out differently at record ${seq}.`,
    `recorded: ${shortened(recorded)}`,
    `decided:  ${shortened(decided)}`,
    `recorded by version ${recordedBy}, verified by version ${verifiedBy}`,
  ].join('\n');
  return new PapertapeError('VERIFY_MISMATCH', message, { remedy: `The likely cause: ${cause}.` });
}

function shortened(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
