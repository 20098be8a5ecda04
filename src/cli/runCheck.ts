/** `check`: makes the checks over the cache's history and tells what they found. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { backtestFromStore } from '../analytics/backtestHistory.js';
import { checkStrategy } from '../analytics/check/checkStrategy.js';
import type { CheckOutcome } from '../analytics/check/checkStrategy.js';
import type { CheckSetup } from '../analytics/check/CheckRuns.js';
import { digestOf } from '../analytics/check/determinism.js';
import type { ElsewhereRunner } from '../analytics/check/determinism.js';
import { countTrials } from '../analytics/validation/trialCount.js';
import type { TrialCount } from '../analytics/validation/trialCount.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { withHistory } from '../compose.js';
import type { DataStretch } from '../domain/trialLedger.js';
import { PapertapeError } from '../domain/errors.js';
import { importStrategy } from '../host/importStrategy.js';
import { seriesFacts } from '../host/seriesFacts.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import { openTrialLedger } from '../storage/trialLedger.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { systemClock } from '../utils/clock.js';
import { checkDocument, renderCheck } from './checkReport.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { CheckFlags } from './commands/check.js';
import { withActions } from './marketHistory.js';
import { planBacktest } from './plannedBacktest.js';
import { startProgress } from './progress.js';
import { strategyFailure } from './strategyFailure.js';
import { watchImport, withHookWatch } from '../host/withHookWatch.js';

const PER_CENT = 100;
/** Surroundings of the other process: far from New York, another first day, another language. */
const ELSEWHERE = { TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };

/** Runs the command; a check that fails fails it. */
export async function runCheck(name: string, flags: CheckFlags, context: CommandContext): Promise<void> {
  const { dataDir } = settingsOf(context, flags);
  const { loaded, strategy, backtest } = await planBacktest(name, flags, context, dataDir);
  const { strategyClass: _loaded, ...plain } = strategy;
  const fed = flags.feed === undefined ? backtest : { ...backtest, feed: flags.feed };
  const { terminal } = context;
  if (flags.digest === true) {
    const plan = { ...fed, strategies: [strategy] };
    const digest = digestOf(
      await withHistory(dataDir, async (history) => backtestFromStore(history, await withActions(history, plan))),
    );
    terminal.out(`${JSON.stringify(digest)}\n`);
    return;
  }
  const progress = startProgress(terminal, 'Checking');
  let outcome: CheckOutcome;
  try {
    outcome = await withHistory(dataDir, async (history) => {
      const { strategies: _strategy, ...acted } = await withActions(history, { ...fed, strategies: [strategy] });
      return withHookWatch(
        () => name,
        (hookProbe) =>
          checkStrategy({
            setup: { store: history, backtest: { ...acted, hookProbe }, strategy: plain, ...sourceOf(loaded) },
            failureOf: (plainRun) => strategyFailure(name, plainRun),
            facts: (symbols, sessions, timeframe) =>
              factsOf(history, flags, { symbols, warmUpSessions: sessions, timeframe }),
            elsewhere: elsewhereRunner(context),
            trials: (symbols) => triedOn(dataDir, { symbols, from: flags.from, to: flags.to }),
            ...(flags.cuts === undefined ? {} : { cuts: flags.cuts }),
            onProgress: ({ fraction, what }) => {
              progress.update(fraction * PER_CENT, PER_CENT, what);
            },
          }),
      );
    });
  } finally {
    progress.stop();
  }
  const about = { name, hash: loaded.hash, from: flags.from, to: flags.to };
  if (flags.json === true) terminal.out(`${JSON.stringify(checkDocument(about, outcome), null, 2)}\n`);
  else terminal.out(renderCheck(about, outcome, terminal));
  if (outcome.report.verdict === 'fail') throw new CommandFailed();
}

/** What was tried on the data. A ledger that cannot be read is no reason to refuse the other checks. */
function triedOn(dataDir: string, data: DataStretch): TrialCount | undefined {
  try {
    return countTrials(openTrialLedger(dataDir).read().records, data);
  } catch (error) {
    if (error instanceof PapertapeError) return undefined;
    throw error;
  }
}

/** Where fresh classes come from, and the text that they are made of. */
function sourceOf({ name, bundle, strategyClass }: LoadedStrategy): Pick<CheckSetup, 'freshClass' | 'text'> {
  if (bundle === undefined) return { freshClass: () => Promise.resolve(strategyClass) };
  let copies = 0;
  const freshClass = (): Promise<StrategyClass> => {
    copies += 1;
    return watchImport(() => importStrategy(bundle, name, copies), name);
  };
  // The map behind it is no part of the strategy.
  return { freshClass, text: readFileSync(bundle, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '') };
}

async function factsOf(
  history: HistoricalCache,
  { from, to, feed }: CheckFlags,
  wanted: Pick<Parameters<typeof seriesFacts>[1], 'symbols' | 'warmUpSessions' | 'timeframe'>,
): ReturnType<typeof seriesFacts> {
  return seriesFacts(history, { ...wanted, from, to, feed, now: systemClock.now() });
}

/** Asks this program for the digest of the same run in a process of its own. */
function elsewhereRunner({ environment, cwd }: CommandContext): ElsewhereRunner {
  return async () => {
    const [program = '', ...args] = process.argv.slice(1);
    const own = args.filter((arg) => arg !== '--json');
    const where = `with time zone ${ELSEWHERE.TZ} and locale ${ELSEWHERE.LANG}`;
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, program, ...own, '--digest'], {
      cwd,
      env: { ...environment, ...ELSEWHERE },
    });
    const digest: unknown = JSON.parse(stdout);
    if (typeof digest === 'object' && digest !== null && 'decisionHash' in digest && 'ledgerHash' in digest) {
      const { decisionHash, ledgerHash } = digest;
      return { digest: { decisionHash: String(decisionHash), ledgerHash: String(ledgerHash) }, where };
    }
    throw new PapertapeError('INTERNAL', 'Another process of the check answered with something that is no digest.');
  };
}
