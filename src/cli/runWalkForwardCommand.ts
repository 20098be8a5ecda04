/** `walk-forward`: prepares the search, walks the range, keeps and tells what the days outside of training gave. */
import { DEFAULT_CASH } from '../analytics/Backtester.js';
import { conventionOf } from '../analytics/conventions.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import { formatCount, plural } from '../analytics/figureText.js';
import { heldOutside } from '../analytics/optimise/heldOutside.js';
import type { HeldOutside } from '../analytics/optimise/heldOutside.js';
import { luckOfDays } from '../analytics/optimise/luckOfDays.js';
import { untoldWarning, wantedText, whyNoneBest } from '../analytics/optimise/paramsText.js';
import type { SearchPlan } from '../analytics/optimise/searchPlan.js';
import { runWalkForward } from '../analytics/optimise/runWalkForward.js';
import { stitch, walkForwardWindows } from '../analytics/optimise/walkForward.js';
import type { WalkForwardStep } from '../analytics/optimise/walkForward.js';
import { walkForwardReport } from '../analytics/optimise/WalkForwardReport.js';
import { ruinWarnings } from '../analytics/ruinWarning.js';
import { countTrials } from '../analytics/validation/trialCount.js';
import { PapertapeError } from '../domain/errors.js';
import type { AnalysisResult, RunReport } from '../domain/runs.js';
import { DOLLAR } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { INSTALLATION } from '../host/installation.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import type { WalkForwardFlags } from './commands/walkForward.js';
import { remainingTime } from './eta.js';
import { keepAnalysis, keepingText, NOT_KEPT, numbersOf } from './keepAnalysis.js';
import type { Keeping } from './keepAnalysis.js';
import { checkRange } from './options.js';
import { requestSearch, withSearch } from './preparedSearch.js';
import type { PreparedSearch } from './preparedSearch.js';
import { startProgress } from './progress.js';
import { prepareReports, reportFacts, writeReports } from './reportFile.js';
import type { Terminal } from './terminal.js';
import { renderWalkForward, stepsTable, walkForwardDocument, walkForwardFacts } from './walkForwardText.js';
import type { Walked } from './walkForwardText.js';

/** Grows when a figure of the JSON report moves or changes its meaning; new ones may come at any time. */
const WALK_FORWARD_VERSION = 1;

/** Runs the command. */
export async function runWalkForwardCommand(
  name: string,
  flags: WalkForwardFlags,
  context: CommandContext,
): Promise<void> {
  checkRange(flags.from, flags.to);
  const request = {
    ...(await requestSearch(name, 'walk-forward', flags, context)),
    benchmark: { symbol: flags.benchmark },
  };
  const files = await prepareReports(flags.report, context.cwd);
  const walked = await withSearch(request, flags, context, async (prepared): Promise<Walked> => {
    const steps = await walk(prepared, flags, context.terminal);
    const startEquity = (flags.cash ?? DEFAULT_CASH) / DOLLAR;
    const convention = conventionOf(presetOf(flags.preset ?? 'papertape').statistics);
    const { records } = prepared.ledger.read();
    const stitched = stitch(steps, startEquity, convention);
    return {
      request,
      prepared,
      steps,
      stitched,
      count: countTrials(records, prepared.stretch),
      startEquity,
      held: heldBy(prepared, steps, startEquity),
      luck: luckOfDays(stitched.dailyReturns, prepared.plan.seed),
      warnings: [...prepared.warnings, ...ruinWarnings(stitched.curve), ...walkForwardWarnings(steps, prepared.plan)],
    };
  });
  const facts = walkForwardFacts(walked, flags);
  const report = reportOf(name, walked, flags, facts);
  await writeReports(files, report);
  const kept = flags.store === false ? NOT_KEPT : await keep(walked, flags, { report, facts });
  const { terminal } = context;
  if (flags.json === true) {
    const document = { run: kept.number ?? null, ...walkForwardDocument(walked, flags) };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  terminal.out(renderWalkForward(walked, [...facts, ['Run', keepingText(kept)], ...reportFacts(files)], terminal));
}

function heldBy(
  { benchmark, data }: PreparedSearch,
  steps: readonly WalkForwardStep[],
  startEquity: number,
): HeldOutside | undefined {
  if (benchmark === undefined) return undefined;
  const { symbols } = data.setup;
  return heldOutside(steps, benchmark, {
    startEquity,
    isOwn: symbols.length === 1 && symbols[0] === benchmark.symbol,
  });
}

function reportOf(
  name: string,
  walked: Walked,
  flags: WalkForwardFlags,
  facts: readonly (readonly [name: string, value: string])[],
): RunReport {
  const { plan, stretch } = walked.prepared;
  const subtitle = `${stretch.symbols.join(' ')} · ${flags.from} to ${flags.to} · ${wantedText(plan)}`;
  const document = {
    format: 'papertape-walk-forward-report',
    version: WALK_FORWARD_VERSION,
    ...walkForwardDocument(walked, flags),
  };
  return {
    html: walkForwardReport({ ...walked, strategy: name, subtitle, plan, facts }),
    json: `${JSON.stringify(document)}\n`,
  };
}

function keep(
  walked: Walked,
  flags: WalkForwardFlags,
  { report, facts }: { readonly report: RunReport; readonly facts: AnalysisResult['facts'] },
): Promise<Keeping> {
  const { request, prepared, steps, stitched, warnings } = walked;
  const gained = steps.filter(({ test }) => (test?.statistics.totalReturn ?? 0) > 0).length;
  return keepAnalysis({
    dataDir: request.dataDir,
    kind: 'walk-forward',
    run: {
      title: request.strategy.name,
      symbols: prepared.stretch.symbols,
      from: flags.from,
      to: flags.to,
      request: JSON.stringify({ command: 'walk-forward', search: request.id, flags }),
      pid: process.pid,
    },
    analysis: {
      engineVersion: INSTALLATION.version,
      dataHash: prepared.data.setup.dataHash ?? '',
      seed: prepared.plan.seed,
      statistics: numbersOf(finiteFigures(stitched.statistics)),
      dailyReturns: stitched.dailyReturns.length,
      verdict: `${gained} of ${plural(steps.length, 'step')} gained`,
      facts,
      table: stepsTable(prepared.plan, steps),
      warnings,
    },
    report,
  });
}

async function walk(
  { dates, plan, parts }: PreparedSearch,
  { train, test, anchored }: WalkForwardFlags,
  terminal: Terminal,
): Promise<readonly WalkForwardStep[]> {
  const windows = walkForwardWindows(dates, { train, test, anchored: anchored === true });
  if (windows.length === 0) {
    throw new PapertapeError(
      'USAGE',
      `${formatCount(dates.length)} trading days are not enough for ${train} days of training and a day to judge on.`,
      { remedy: 'Give a longer range or a shorter --train.' },
    );
  }
  const progress = startProgress(terminal, 'Walk-forward');
  const left = remainingTime(systemClock);
  try {
    return await runWalkForward(plan, windows, {
      ...parts,
      onProgress: (done, total) => {
        const note = [`step ${Math.min(total, Math.floor(done) + 1)} of ${total}`, left(done, total)];
        progress.update(done, total, note.filter((part) => part !== '').join(' · '));
      },
    });
  } finally {
    progress.stop();
  }
}

/** What a reader should know of the steps before believing what they came to. */
export function walkForwardWarnings(steps: readonly WalkForwardStep[], plan: SearchPlan): readonly string[] {
  const { objective } = plan;
  const inCash = new Map<string, number>();
  for (const { chosen, search } of steps) {
    if (chosen !== undefined) continue;
    const reason = whyNoneBest(plan, search.trials);
    inCash.set(reason, (inCash.get(reason) ?? 0) + 1);
  }
  const failed = steps.filter(({ chosen, test }) => chosen !== undefined && test === undefined).length;
  const warnings: string[] = [];
  for (const [reason, count] of inCash) {
    warnings.push(`In training of ${plural(count, 'step')} ${reason}; the days after were spent in cash.`);
  }
  if (failed > 0)
    warnings.push(`In ${plural(failed, 'step')} the strategy failed on the days after; they count as cash.`);
  const untold = steps.flatMap(({ search }) => untoldWarning(objective, search.trials) ?? [])[0];
  if (untold !== undefined) warnings.push(`In training, ${untold}`);
  return warnings;
}
