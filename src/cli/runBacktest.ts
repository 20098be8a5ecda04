/** `backtest`: loads the strategies, runs them over the cache's history, keeps and prints the result. */
import { backtestFromStore } from '../analytics/backtestHistory.js';
import type { BeginListener, HistoryBacktestRun } from '../analytics/backtestHistory.js';
import type { FillScenarios } from '../analytics/fillScenarios.js';
import { scenariosFromStore } from '../analytics/fillScenarios.js';
import { resolveHistory } from '../analytics/historyMarket.js';
import { identityParts } from '../analytics/identityParts.js';
import { scenariosDocument } from '../analytics/scenariosDocument.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import type { DatedAction } from '../domain/corporateActions.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryStore } from '../domain/ports.js';
import { canGoOn } from '../domain/runs.js';
import type { RunRecord, RunReport } from '../domain/runs.js';
import { RunArchive } from '../host/RunArchive.js';
import { systemClock } from '../utils/clock.js';
import { renderBacktest } from './backtestReport.js';
import { backtestDocument } from './backtestDocument.js';
import { checkResumes, requestOf } from './backtestRequest.js';
import type { BacktestRequest } from './backtestRequest.js';
import { renderStrategies, runResultOf, summaryOf, titleOf, warningsOf } from './backtestSummary.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { BacktestFlags } from './commands/backtest.js';
import { countBacktest, trialsDocument, trialsText } from './countedRun.js';
import { KeptRun } from './KeptRun.js';
import type { KeptRunParts, RunProgress } from './KeptRun.js';
import { makeReport } from './makeReport.js';
import { withActions, withMarketHistory } from './marketHistory.js';
import { planRun } from './plannedBacktest.js';
import type { PlannedRun } from './plannedBacktest.js';
import { startProgress } from './progress.js';
import { asPapertapeError, renderError } from './renderError.js';
import { prepareReports, writeReports } from './reportFile.js';
import { renderScenarios } from './scenarioReport.js';
import { StopLook } from './StopLook.js';
import { stopSignal } from './stopSignal.js';
import { strategyFailure } from './strategyFailure.js';
import { withHookWatch } from '../host/withHookWatch.js';

/** Events between two looks at whether to stop: few enough for a slow strategy, so many that they cost nothing. */
const SLICE_EVENTS = 1_000;

/** Fills and market rows of a run whose report is made unasked: of a larger one it may take longer than the run. */
const QUICK_FILLS = 2_000;
const QUICK_EVENTS = 250_000;

/** What a run came to. */
interface Outcome {
  readonly result: HistoryBacktestRun;
  readonly scenarios: FillScenarios | undefined;
  readonly actions: readonly DatedAction[];
}

/** Runs the command. A strategy that failed on the way fails it, after the result up to there was told. */
export async function runBacktest(
  names: readonly string[],
  flags: BacktestFlags,
  context: CommandContext,
): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  // From here on a signal is answered: first that nothing has begun, then with how far the run is.
  const stopped = stopSignal();
  if (flags.resume !== undefined) checkResumes(names, flags);
  const asked = flags.resume === undefined ? requestOf(names, flags, context.cwd) : undefined;
  const archive =
    flags.store === false && asked !== undefined ? undefined : await RunArchive.open(dataDir, systemClock);
  try {
    const resumed = asked === undefined ? await resumable(archive, flags.resume) : undefined;
    // This program wrote it.
    const request = asked ?? (JSON.parse(resumed?.request ?? '') as BacktestRequest);
    const plan = await planRun(request.strategies, request.flags, { cwd: request.cwd, dataDir });
    // Before the run: nobody should wait for a result that cannot be kept.
    const files = await prepareReports(flags.report, context.cwd);
    await failIfAskedTo(stopped);
    const number = archive === undefined ? undefined : await beginRun(archive, request, plan, resumed);
    const kept = archive === undefined || number === undefined ? undefined : { archive, number };
    const { result, scenarios, actions } = await keepRunning(
      { request, plan, kept, resumed, dataDir, stopped },
      context,
    );
    const counted = countBacktest(dataDir, plan.loaded, result, request.flags);
    const warnings = [...warningsOf(result, actions, request), ...counted.warnings];
    const trials = trialsText(counted);
    const title = titleOf(request);
    const hashes = plan.loaded.map(({ hash }) => hash);
    const { from, to } = request.flags;
    const report = { strategy: title, strategyHash: hashes.join(' '), from, to, result, scenarios, warnings, trials };
    const isReported = files.length > 0 || (kept !== undefined && isQuicklyReported(result));
    const made = isReported
      ? await makeReport(report, { terminal: context.terminal, clock: systemClock, stopped })
      : undefined;
    if (made !== undefined) {
      await writeReports(files, made);
      warnings.push(...(await keepReport(kept, made)));
    }
    const reportPaths = made === undefined ? [] : files.map(({ path }) => path);
    const { terminal } = context;
    if (flags.json === true) {
      const document = { ...backtestDocument(request, number, result), warnings, trials: trialsDocument(counted) };
      const whole = scenarios === undefined ? document : { ...document, scenarios: scenariosDocument(scenarios) };
      terminal.out(`${JSON.stringify(whole, null, 2)}\n`);
    } else {
      const written = { number, reportPaths, trials };
      const summary = summaryOf(request, hashes, result, warnings, written);
      terminal.out(renderBacktest(summary, terminal.colours, terminal.columns));
      terminal.out(renderStrategies(result, terminal.colours));
      if (scenarios !== undefined) terminal.out(renderScenarios(scenarios, terminal.colours));
    }
    failIfStopped(title, result, context);
    if (isReported && made === undefined) throw unreported(number);
  } finally {
    await archive?.close();
  }
}

/** Somebody stopped the making of the report of a run that was told and, with a number, kept. */
function unreported(number: number | undefined): PapertapeError {
  const kept = number === undefined ? 'The run is whole' : `Run ${number} is whole and kept`;
  return new PapertapeError('RUN_CANCELLED', `${kept}; its report was stopped, and nothing of it was written.`, {
    remedy: 'Run it again with --report for the report.',
  });
}

/** Whether its report takes a second at most, so that it is kept although nobody asked for one. */
function isQuicklyReported({ run: { fillCount, eventCount } }: HistoryBacktestRun): boolean {
  return fillCount <= QUICK_FILLS && eventCount <= QUICK_EVENTS;
}

/** Keeps the report with its run; one that cannot be kept is a warning beside the result. Gives the warnings. */
async function keepReport(kept: KeptRunParts['kept'], made: RunReport): Promise<readonly string[]> {
  try {
    await kept?.archive.keepReport(kept.number, made);
    return [];
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    return [error.message];
  }
}

/** Throws `RUN_CANCELLED` where somebody has asked to stop by now. */
async function failIfAskedTo(stopped: Promise<void>): Promise<void> {
  if (!(await new StopLook(stopped).isAsked())) return;
  throw new PapertapeError('RUN_CANCELLED', 'The backtest was stopped before it began; nothing was kept.');
}

/** The run to go on with. Throws `RUN_UNKNOWN` if there is none, `USAGE` for one that is not stopped. */
async function resumable(archive: RunArchive | undefined, which: string | true | undefined): Promise<RunRecord> {
  const isStopped = (run: RunRecord): boolean => canGoOn(archive?.standingOf(run));
  if (which === true || which === undefined) {
    const last = (await archive?.runs())?.find(isStopped);
    if (last !== undefined) return last;
    throw new PapertapeError('RUN_UNKNOWN', 'There is no run that was stopped or broken off.', {
      remedy: 'See how runs stand with `papertape runs ls`.',
    });
  }
  const run = await archive?.find(which);
  if (run !== undefined && isStopped(run)) return run;
  const standing = run === undefined ? 'unknown' : (archive?.standingOf(run) ?? '');
  throw new PapertapeError('USAGE', `Run ${which} was not stopped: it is ${standing}.`, {
    remedy: 'Only a run that was cancelled or broken off can be gone on with.',
  });
}

async function beginRun(
  archive: RunArchive,
  request: BacktestRequest,
  { backtest }: PlannedRun,
  resumed: RunRecord | undefined,
): Promise<number> {
  if (resumed !== undefined) {
    await archive.resume(resumed.number);
    return resumed.number;
  }
  const { from, to } = request.flags;
  const { symbols } = resolveHistory(backtest).source;
  return archive.begin({
    title: titleOf(request),
    symbols,
    from,
    to,
    request: JSON.stringify(request),
    pid: process.pid,
  });
}

/** Runs to the end, and keeps the result or how far it came. */
async function keepRunning(
  run: {
    readonly request: BacktestRequest;
    readonly plan: PlannedRun;
    readonly kept: { readonly archive: RunArchive; readonly number: number } | undefined;
    readonly resumed: RunRecord | undefined;
    readonly dataDir: string;
    readonly stopped: Promise<void>;
  },
  context: CommandContext,
): Promise<Outcome> {
  const { request, plan, kept, resumed, stopped } = run;
  const progress = startProgress(context.terminal, 'Backtest');
  const keeper = new KeptRun({ kept, resumed, progress, clock: systemClock, stopped });
  try {
    const flags = { ...request.flags, dataDir: run.dataDir };
    const nameOf = (index: number): string | undefined => plan.backtest.strategies[index]?.name;
    const outcome = await withMarketHistory(flags, context, (history, feed, archive) =>
      withHookWatch(nameOf, (hookProbe) =>
        runPlan({ ...plan.backtest, hookProbe }, request, { history, archive, feed }, keeper),
      ),
    );
    const { result, actions } = outcome;
    const failure = strategyFailure(titleOf(request), result);
    await keeper.finish(result, runResultOf(result, warningsOf(result, actions, request)), failure);
    return outcome;
  } catch (thrown) {
    const error = asPapertapeError(thrown);
    await keeper.fail(error);
    throw error;
  } finally {
    progress.stop();
  }
}

async function runPlan(
  planned: PlannedRun['backtest'],
  { flags }: BacktestRequest,
  data: { readonly history: HistoryStore; readonly archive: HistoricalCache; readonly feed: string | undefined },
  keeper: KeptRun,
): Promise<Outcome> {
  const onProgress = (progress: RunProgress): Promise<void> => keeper.onProgress(progress);
  const onBegin: BeginListener = (inputs) => keeper.begin(identityParts(inputs, planned.createHash));
  const { history, archive, feed } = data;
  const acted = await withActions(archive, planned);
  const { corporateActions: actions } = acted;
  const backtest = {
    ...acted,
    sliceEvents: SLICE_EVENTS,
    ...(feed === undefined ? {} : { feed }),
    ...(flags.benchmark === undefined ? {} : { benchmark: flags.benchmark }),
  };
  if (flags.scenarios !== true) {
    return { result: await backtestFromStore(history, backtest, onProgress, onBegin), scenarios: undefined, actions };
  }
  const all = await scenariosFromStore(history, backtest, ({ fraction }) => onProgress({ fraction }), onBegin);
  return { result: all.runs.expected, scenarios: all, actions };
}

function failIfStopped(name: string, result: HistoryBacktestRun, context: CommandContext): void {
  const error = strategyFailure(name, result);
  if (error === undefined) return;
  renderError(error, context.terminal, false);
  throw new CommandFailed();
}
