/**
 * Whether the result may be the luckiest of many: the trial ledger knows how many configurations were tried on these
 * data, and the deflated Sharpe ratio says what is left of the result's after that many.
 */
import { DOLLAR } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import { dailyReturns } from '../dailyReturns.js';
import { formatPercent, plural } from '../figureText.js';
import { RUINED } from '../statistics.js';
import { significanceOf } from '../validation/judgement.js';
import type { TrialCount } from '../validation/trialCount.js';
import type { CheckResult } from './CheckReport.js';

/** Probability from which a Sharpe ratio counts as more than the luck of so many trials. */
const CONFIDENT = 0.95;

/** Makes the check; `count` is what the ledger knows of the data, undefined where there is none to read. */
export function checkOverfitting({ run }: HistoryBacktestRun, count: TrialCount | undefined): CheckResult {
  const check = 'overfitting';
  if (count === undefined || count.trials === 0) {
    const sentence =
      'The trial ledger knows of nothing that was tried on these data: `papertape backtest`, `optimize` and ' +
      '`walk-forward` write into it.';
    return { check, verdict: 'skip', sentence };
  }
  const tried = `${plural(count.trials, 'configuration')} tried on these data, in ${plural(count.runs, 'run')}`;
  const figures = { configurations: count.trials, runs: count.runs };
  if (run.curve.equity.some((value) => value <= 0)) {
    return { check, verdict: 'fail', sentence: `${tried}, and this one lost everything: ${RUINED}.`, figures };
  }
  const { returns } = dailyReturns(run.curve, run.config.startingCash / DOLLAR);
  const significance = significanceOf(returns, [], count);
  if ('reason' in significance) {
    return {
      check,
      verdict: 'skip',
      sentence: `${tried}; what that makes of it is unknown: ${significance.reason}.`,
      figures,
    };
  }
  const { deflated } = significance.value;
  return {
    check,
    verdict: deflated >= CONFIDENT ? 'pass' : 'warn',
    sentence: `${tried}; the probability that its Sharpe is not the luck of so many is ${formatPercent(deflated)}.`,
    figures: { ...figures, deflatedSharpe: deflated },
  };
}
