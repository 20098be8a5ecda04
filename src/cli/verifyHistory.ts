/** `data verify`: checks the whole cache and prints what it finds; faults fail the command, notes do not. */
import { join } from 'node:path';
import { formatCount, plural } from '../analytics/figureText.js';
import { isFault } from '../cache/CacheProblem.js';
import type { CacheProblem } from '../cache/CacheProblem.js';
import { verifyCache } from '../cache/verifyCache.js';
import type { VerifyReport } from '../cache/verifyCache.js';
import { HISTORY_FOLDER } from '../compose.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { CheckFlags } from './commands/data.js';
import { startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

/** See the module header. */
export async function verifyHistory(flags: CheckFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { dataDir } = settingsOf(context, flags);
  const report = await checkWithProgress(dataDir, terminal);
  const isWell = !report.problems.some(isFault);
  if (flags.json === true) {
    const problems = report.problems.map(describeProblem);
    terminal.out(`${JSON.stringify({ dataDir, ok: isWell, ...report, problems }, null, 2)}\n`);
  } else {
    terminal.out(renderProblems(report.problems, terminal));
    terminal.out(verdict(report, terminal));
  }
  if (!isWell) throw new CommandFailed();
}

/** Checks the cache of a data directory, with a bar where there is a terminal. */
export async function checkWithProgress(dataDir: string, terminal: Terminal): Promise<VerifyReport> {
  const progress = startProgress(terminal, 'Checking');
  try {
    return await verifyCache(join(dataDir, HISTORY_FOLDER), systemClock.now(), (done, total, path) => {
      progress.update(done, total, path);
    });
  } finally {
    progress.stop();
  }
}

/** A finding as JSON. */
export function describeProblem(problem: CacheProblem): unknown {
  const { kind, path, finding } = problem;
  return { kind, path, finding, isFault: isFault(problem) };
}

/** Findings as people read them, faults first. */
export function renderProblems(problems: readonly CacheProblem[], { colours: c }: Terminal): string {
  return [...problems.filter(isFault), ...problems.filter((problem) => !isFault(problem))]
    .map((problem) => `  ${isFault(problem) ? c.red('✖') : c.yellow('!')} ${problem.path} ${problem.finding}\n`)
    .join('');
}

function verdict({ series, files, rows, problems }: VerifyReport, { colours: c }: Terminal): string {
  const looked = `${plural(series, 'series', 'series')}, ${plural(files, 'file')}, ${formatCount(rows)} rows`;
  const faults = problems.filter(isFault).length;
  if (faults === 0) return `  ${c.green('✔')} ${looked}: everything is as it was written.\n`;
  return `  ${c.red('✖')} ${looked}: ${plural(faults, 'fault')}.\n  ${c.cyan('→')} papertape data repair\n`;
}
