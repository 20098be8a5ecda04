/**
 * Determinism: the same run must come out the same from a fresh module, a second time from a module that was run
 * already, while another instance of it runs, and in another process with another time zone and locale.
 */
import { newYorkText } from '../../calendar/newYorkText.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { backtestFromStore } from '../backtestHistory.js';
import type { CheckResult, Evidence } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';
import { decisionsOf, firstDifference, hashDecisions } from './decisions.js';

/** What another process came to. */
export interface RunDigest {
  readonly decisionHash: string;
  readonly ledgerHash: string;
}

/** Runs the plain backtest in another process; `where` says in what surroundings. */
export type ElsewhereRunner = () => Promise<{ readonly digest: RunDigest; readonly where: string }>;

/** Portions that two runs are made in by turns. */
const TURNS = 64;

/** How many runs the check makes. */
export const DETERMINISM_RUNS = 5;

/** The digest of a run. */
export function digestOf(result: HistoryBacktestRun): RunDigest {
  const { run } = result;
  return { decisionHash: hashDecisions(decisionsOf(result), run.createHash), ledgerHash: run.ledgerHash };
}

/** Makes the check; `reference` is a run of a fresh module. */
export async function checkDeterminism(
  runs: CheckRuns,
  reference: HistoryBacktestRun,
  elsewhere: ElsewhereRunner | undefined,
): Promise<CheckResult> {
  const digest = digestOf(reference);
  const figures = { ...digest };
  const failed = (sentence: string, evidence: Evidence): CheckResult => ({
    check: 'determinism',
    verdict: 'fail',
    sentence,
    evidence,
    figures,
  });

  const strategyClass = await runs.setup.freshClass();
  const again = evidenceOf(reference, await runs.run({ strategyClass }), 'the same run again');
  if (again !== undefined) return failed(`Run twice it decides differently, first at ${placeOf(again)}.`, again);

  const used = evidenceOf(reference, await runs.run({ strategyClass }), 'another run of the same module came before');
  if (used !== undefined) {
    const sentence =
      `What one run left behind reaches the next, first at ${placeOf(used)}: ` +
      'state outlives the instance, and can hold its future.';
    return failed(sentence, used);
  }

  const shared = await sharedRun(runs, reference);
  if (shared !== undefined) {
    return failed(`Instances of it change each other, first at ${placeOf(shared)}: they share state.`, shared);
  }

  if (elsewhere === undefined) {
    return {
      check: 'determinism',
      verdict: 'pass',
      sentence:
        'Run again, after another run and beside another instance it came out the same; another process was not tried.',
      figures,
    };
  }
  const { digest: other, where } = await elsewhere();
  await runs.report(1);
  const change = `the run is made in another process, ${where}`;
  if (other.decisionHash !== digest.decisionHash || other.ledgerHash !== digest.ledgerHash) {
    return failed(`In another process, ${where}, it comes out differently.`, {
      time: null,
      symbol: null,
      change,
      before: `decisions ${digest.decisionHash}, ledger ${digest.ledgerHash}`,
      after: `decisions ${other.decisionHash}, ledger ${other.ledgerHash}`,
    });
  }
  return {
    check: 'determinism',
    verdict: 'pass',
    sentence:
      'Run again, after another run, beside another instance and in another process, ' +
      `${where}, it came out the same.`,
    figures: { ...figures, elsewhere: where },
  };
}

/** Two runs of one module by turns, each in an account of its own; the first difference of either. */
async function sharedRun(runs: CheckRuns, reference: HistoryBacktestRun): Promise<Evidence | undefined> {
  const sliceEvents = Math.max(1, Math.ceil(reference.run.eventCount / TURNS));
  const strategyClass = await runs.setup.freshClass();
  const plan = await runs.plan({ strategyClass, backtest: { sliceEvents } });
  // An asynchronous listener lets the other one go on.
  const turn = async (): Promise<void> => {
    await Promise.resolve();
  };
  const both = await Promise.all([1, 2].map(() => backtestFromStore(runs.store, plan, turn)));
  await runs.report(1, 2);
  for (const run of both) {
    const evidence = evidenceOf(reference, run, 'another instance runs at the same time');
    if (evidence !== undefined) return evidence;
  }
  return undefined;
}

function evidenceOf(one: HistoryBacktestRun, other: HistoryBacktestRun, change: string): Evidence | undefined {
  const difference = firstDifference(decisionsOf(one), decisionsOf(other));
  if (difference !== undefined) return { ...difference, change };
  if (one.run.ledgerHash === other.run.ledgerHash) return undefined;
  return {
    time: null,
    symbol: null,
    change,
    before: `ledger ${one.run.ledgerHash}`,
    after: `ledger ${other.run.ledgerHash}`,
  };
}

function placeOf({ time }: Evidence): string {
  return time === null ? 'its fills' : newYorkText(time);
}
