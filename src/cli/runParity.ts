/** `parity`: runs a session again from its tape, and compares it with itself and with a broker's executions. */
import { resolve } from 'node:path';
import { formatCount, formatMoney, plural } from '../analytics/figureText.js';
import { compareExecutions } from '../analytics/executions/compareExecutions.js';
import type { ExecutionComparison } from '../analytics/executions/compareExecutions.js';
import { withHistory } from '../compose.js';
import { readExecutions } from '../data/import/readExecutions.js';
import { PapertapeError } from '../domain/errors.js';
import type { ParityReport } from '../host/parity.js';
import { paperOrdersOf } from '../host/paperOrders.js';
import { paritySession } from '../host/paritySession.js';
import type { SessionParity } from '../host/paritySession.js';
import { COUNTED } from '../host/recordDifferences.js';
import { MAIN_THREAD_WATCH } from '../host/withHookWatch.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { ParityFlags } from './commands/parity.js';
import { renderExecutions } from './executionReport.js';
import { startProgress } from './progress.js';
import { renderFacts, renderTable } from './table.js';

const PER_CENT = 100;
const SHOWN_DIGITS = 16;
/** Longest text of a recorded or decided thing that is shown. */
const MAX_SHOWN = 300;

/** Compares a session with its re-run; the latest if none is named. A difference fails the command. */
export async function runParity(
  sessionId: string | undefined,
  flags: ParityFlags,
  context: CommandContext,
): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  const progress = startProgress(context.terminal, 'Comparing');
  let outcome: SessionParity;
  try {
    outcome = await withHistory(dataDir, (history) =>
      paritySession({
        dataDir,
        cwd: context.cwd,
        sessionId,
        history: () => history,
        watch: MAIN_THREAD_WATCH,
        overrides: {
          ...(flags.preset === undefined ? {} : { preset: flags.preset }),
          ...(flags.fees === undefined ? {} : { feePlan: flags.fees }),
          ...(flags.param === undefined ? {} : { params: flags.param }),
          ...(flags.onHistory === undefined ? {} : { onHistory: flags.onHistory }),
        },
        onProgress: (fraction) => {
          progress.update(fraction * PER_CENT, PER_CENT);
        },
      }),
    );
  } finally {
    progress.stop();
  }
  const executions = await executionsOf(outcome, flags, context);
  tell(outcome.report, executions, flags.json === true, context);
}

async function executionsOf(
  { tape }: SessionParity,
  { executions: file }: ParityFlags,
  { cwd }: CommandContext,
): Promise<ExecutionComparison | undefined> {
  if (file === undefined) return undefined;
  const { priceScale } = tape.session.config;
  const executions = await readExecutions(resolve(cwd, file), priceScale);
  if (executions.length === 0) {
    throw new PapertapeError('DATA_FILE_UNREADABLE', `The file ${file} has no execution in it.`, {
      remedy: "Give a file of fills; of Alpaca's activities those of the type FILL are read.",
    });
  }
  return compareExecutions(paperOrdersOf(tape), executions, priceScale);
}

function tell(
  report: ParityReport,
  executions: ExecutionComparison | undefined,
  json: boolean,
  { terminal }: CommandContext,
): void {
  if (json) {
    const { first, cause, ...rest } = report;
    const document = { ...rest, first: first ?? null, cause: cause ?? null, executions: executions ?? null };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    terminal.out(renderParity(report, terminal.colours));
    if (executions !== undefined) terminal.out(renderExecutions(executions, terminal.colours));
  }
  if (!report.equal) throw new CommandFailed();
}

function renderParity(report: ParityReport, c: CommandContext['terminal']['colours']): string {
  const { sessionId, equal, first, cause, because, counts } = report;
  const head = equal
    ? `  ${c.green('✔')} ${c.bold(sessionId)}: its re-run decides and fills the same, ` +
      `from ${formatCount(report.marketRows)} market rows.`
    : `  ${c.red('✖')} ${c.bold(sessionId)}: its re-run differs; the cause is ${c.bold(cause ?? '')}.`;
  const rows = COUNTED.map((kind) => {
    const count = counts[kind];
    return [kind, ...[count.recorded, count.again, count.equal, count.equalButTime].map(formatCount)];
  });
  const table = renderTable(
    [
      { title: '' },
      { title: 'session', right: true },
      { title: 're-run', right: true },
      { title: 'equal', right: true },
      { title: 'equal but time', right: true },
    ],
    rows,
    c,
  );
  const recordedEquity = report.recordedEquity === null ? 'not recorded' : formatMoney(report.recordedEquity);
  const facts: (readonly [string, string])[] =
    first === undefined
      ? []
      : [
          ['Session', shortened(first.recorded)],
          ['Re-run', shortened(first.again)],
          ['Cause', `${cause ?? ''}: ${because}`],
        ];
  facts.push(
    // The session noted its equity once a minute; prices that came after its last note are in the re-run alone.
    [
      'Equity',
      `${formatMoney(report.equity)} at the end of the re-run, ${recordedEquity} when the session last noted it`,
    ],
    ['Ledger', `${short(report.ledgerHash)} in the re-run, ${short(report.recordedLedgerHash)} in the session`],
    ['Decisions', short(report.decisionDigest)],
  );
  const others = Object.values(report.changed).flat();
  if (others.length > 0) facts.push(['Changed', `${plural(others.length, 'input')}: ${others.join('; ')}`]);
  return `\n${head}\n\n${table}\n${renderFacts(facts, c)}`;
}

function short(hash: string): string {
  return hash.slice(0, SHOWN_DIGITS);
}

function shortened(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
