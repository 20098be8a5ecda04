/** `validate`: judges a search that was kept, runs its best trial again with things changed, and opens its holdout. */
import { finiteFigures } from '../analytics/finiteFigures.js';
import { STORED_SEARCH_VERSION, trialOf } from '../analytics/optimise/storedSearch.js';
import type { StoredSearch, StoredTrial } from '../analytics/optimise/storedSearch.js';
import type { TrialResult } from '../analytics/optimise/trial.js';
import { whyNoneKept } from '../analytics/optimise/paramsText.js';
import { judge, prunedWarning } from '../analytics/validation/judgement.js';
import type { Answer } from '../analytics/validation/judgement.js';
import { judgementDocument, validationDocument } from '../analytics/validation/judgementDocument.js';
import { judgementLines, shortVerdict, verdictOf } from '../analytics/validation/judgementLines.js';
import type { JudgedSearch } from '../analytics/validation/judgementLines.js';
import { ledgerScore } from '../analytics/validation/ledgerScore.js';
import { rerunTrials, summariseReruns } from '../analytics/validation/reruns.js';
import type { Reruns } from '../analytics/validation/reruns.js';
import { validationFacts, validationReport } from '../analytics/validation/ValidationReport.js';
import { countAtLeast, countTrials } from '../analytics/validation/trialCount.js';
import { withTrials } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import type { TrialLedger } from '../domain/ports.js';
import type { RunReport } from '../domain/runs.js';
import type { DataStretch } from '../domain/trialLedger.js';
import { INSTALLATION } from '../host/installation.js';
import { loadSearch } from '../storage/searchStore.js';
import { openTrialLedger } from '../storage/trialLedger.js';
import { systemClock } from '../utils/clock.js';
import { withCancelSignal } from './cancelSignal.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ValidateFlags } from './commands/validate.js';
import { damageWarning } from './countedRun.js';
import { remainingTime } from './eta.js';
import { renderJudgement } from './judgementText.js';
import { keepAnalysis, keepingText, NOT_KEPT, numbersOf } from './keepAnalysis.js';
import type { Keeping } from './keepAnalysis.js';
import { earlierLooks, openHoldout } from './openHoldout.js';
import { startProgress } from './progress.js';
import { prepareReports, reportFacts, writeReports } from './reportFile.js';
import { loadSearched } from './searchedMarket.js';
import { renderFacts } from './table.js';

/** Faults that leave the rest of the judgement as it is: what was searched is not there any more. */
const NOT_AGAIN: ReadonlySet<string> = new Set([
  'STRATEGY_INVALID',
  'STRATEGY_UNKNOWN',
  'STRATEGY_PARAMETER_INVALID',
  'DATA_MISSING',
]);

/** Runs the command. */
export async function runValidate(wanted: string, flags: ValidateFlags, context: CommandContext): Promise<void> {
  if (flags.testGroups >= flags.groups) {
    throw new PapertapeError(
      'USAGE',
      `--test-groups ${flags.testGroups} leaves nothing of --groups ${flags.groups} to train on.`,
      { remedy: 'Give fewer test groups, such as --groups 10 --test-groups 2.' },
    );
  }
  const { dataDir } = settingsOf(context, flags);
  const search = readSearch(dataDir, wanted);
  // Before anything is run: nobody should wait for a report that cannot be written.
  const files = await prepareReports(flags.report, context.cwd);
  const ledger = openTrialLedger(dataDir);
  const place = { context, dataDir: flags.dataDir };
  const best = trialOf(search, search.best);
  const opened = flags.openHoldout === true ? await openHoldout(search, best, ledger, place) : undefined;
  const { reruns, warnings } = await rerun(search, best, { flags, context, ledger });
  const { records, damaged } = ledger.read();
  const stretch = stretchOf(search);
  const counted = countTrials(records, stretch);
  const count = countAtLeast(
    counted,
    search.trials.map(({ dailyReturns }) =>
      dailyReturns === undefined ? { sharpe: null } : ledgerScore(dailyReturns),
    ),
  );
  const { draws, groups, testGroups, embargo, seed } = flags;
  const judged: JudgedSearch = {
    search,
    best,
    count,
    judgement: judge(search, count, { draws, groups, testGroups, embargoDays: embargo, seed }),
    reruns,
    opened,
    warnings: [
      ...damageWarning(damaged),
      ...missingWarning(counted.trials, count.trials),
      ...prunedWarning(search),
      // The search may be older than the look for them, and the holdout has prices of its own.
      ...new Set([...(search.dataWarnings ?? []), ...warnings, ...(opened?.warnings ?? [])]),
      ...(opened === undefined ? [] : earlierLooks(opened.earlier)),
    ],
  };
  const report: RunReport = {
    html: validationReport(judged),
    json: `${JSON.stringify(validationDocument(judged))}\n`,
  };
  await writeReports(files, report);
  const kept = flags.store === false ? NOT_KEPT : await keep(judged, { dataDir, flags, report });
  const { terminal } = context;
  if (flags.json === true) {
    terminal.out(`${JSON.stringify({ run: kept.number ?? null, ...judgementDocument(judged) }, null, 2)}\n`);
    return;
  }
  terminal.out(renderJudgement(judged, terminal.colours, terminal.columns));
  terminal.out(renderFacts([['Run', keepingText(kept)], ...reportFacts(files)], terminal.colours));
}

function keep(
  judged: JudgedSearch,
  { dataDir, flags, report }: { readonly dataDir: string; readonly flags: ValidateFlags; readonly report: RunReport },
): Promise<Keeping> {
  const { search, best, warnings } = judged;
  const { strategy, symbols, from, to, dataHash } = search.backtest;
  const lines = judgementLines(judged);
  const column = (title: string) => ({ title, right: false });
  return keepAnalysis({
    dataDir,
    kind: 'validation',
    run: {
      title: strategy,
      symbols,
      from,
      to,
      request: JSON.stringify({ command: 'validate', search: search.id, flags }),
      pid: process.pid,
    },
    analysis: {
      engineVersion: INSTALLATION.version,
      dataHash,
      seed: flags.seed,
      statistics: numbersOf(finiteFigures(best?.statistics ?? {})),
      dailyReturns: best?.dailyReturns?.length ?? 0,
      verdict: shortVerdict(lines),
      facts: [...validationFacts(judged), ['Verdict', verdictOf(lines)]],
      table: {
        columns: [column('Speaks'), column('Test'), column('Found'), column('Asked for')],
        rows: lines.map(({ name, found, needed, passed }) => [
          passed === undefined ? '–' : passed ? '✔ for' : '✖ against',
          name,
          found,
          needed,
        ]),
      },
      warnings,
    },
    report,
  });
}

function missingWarning(counted: number, made: number): readonly string[] {
  if (counted >= made) return [];
  return [
    `The trial ledger knows of ${counted} trials on these data, and this search alone made ${made}: lines are ` +
      'missing, so that more may have been tried than is counted here.',
  ];
}

function readSearch(dataDir: string, wanted: string): StoredSearch {
  // Its writer is this program; the version says whether it is this form of it.
  const search = loadSearch(dataDir, wanted) as StoredSearch;
  if (search.version === STORED_SEARCH_VERSION) return search;
  throw new PapertapeError('SEARCH_NOT_FOUND', `The search ${wanted} was kept by another version of Papertape.`, {
    remedy: 'Run it again with this version.',
  });
}

function stretchOf({ backtest: { symbols, from, to } }: StoredSearch): DataStretch {
  return { symbols, from, to };
}

/** What running again came to, and what makes the prices doubtful. */
interface RunAgain {
  readonly reruns: Answer<Reruns>;
  readonly warnings: readonly string[];
}

function notAgain(reason: string): RunAgain {
  return { reruns: { reason }, warnings: [] };
}

/** Runs the best trial with other prices, missed entries and dearer taking; counted as runs, not as trials. */
async function rerun(
  search: StoredSearch,
  best: StoredTrial | undefined,
  { flags, context, ledger }: { flags: ValidateFlags; context: CommandContext; ledger: TrialLedger },
): Promise<RunAgain> {
  if (flags.runs === 0) return notAgain('--runs 0 leaves it out');
  if (best === undefined) return notAgain(whyNoneKept(search));
  const { plan, backtest } = search;
  try {
    const place = { context, dataDir: flags.dataDir };
    const { strategy, data, candidates, warnings, ...market } = await loadSearched(search, best, backtest, place);
    if (data.setup.dataHash !== backtest.dataHash) {
      return notAgain('the data are not what they were when they were searched; search them again');
    }
    const trials = rerunTrials({
      params: best.params,
      from: plan.from,
      to: plan.to,
      runs: flags.runs,
      deviationBps: flags.noise,
      skippedFraction: flags.skip,
      seed: flags.seed,
    });
    const results: TrialResult[] = [];
    const progress = startProgress(context.terminal, 'Runs again');
    const left = remainingTime(systemClock);
    const log = (line: string): void => {
      context.terminal.err(`${line}\n`);
    };
    try {
      const settings = settingsOf(context, flags, 'programs');
      const threads = flags.workers === undefined ? {} : { threads: flags.workers };
      await withCancelSignal((signal) =>
        withTrials(settings, { ...market, strategy, data, candidates, signal, log, ...threads }, (evaluate) =>
          evaluate(trials, (result) => {
            results.push(result);
            const note = left(results.length, trials.length);
            progress.update(results.length, trials.length, `${results.length} of ${trials.length} ${note}`.trim());
          }),
        ),
      );
    } finally {
      progress.stop();
    }
    ledger.append({
      kind: 'trials',
      time: systemClock.now(),
      run: search.id,
      command: 'validate',
      strategy: strategy.name,
      data: stretchOf(search),
      dataHash: backtest.dataHash,
      runs: trials.length,
      trials: [],
    });
    return { reruns: { value: summariseReruns(trials, results) }, warnings };
  } catch (error) {
    if (error instanceof PapertapeError && NOT_AGAIN.has(error.code)) return notAgain(error.message);
    throw error;
  }
}
