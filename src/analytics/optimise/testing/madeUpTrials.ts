/** Trials whose result is a formula of their parameters, for tests of what chooses among them. */
import { computeStatistics } from '../../statistics.js';
import type { Statistics } from '../../statistics.js';
import { STATISTICS_CONVENTIONS } from '../../conventions.js';
import type { EvaluateTrials, Trial, TrialOutcome, TrialResult } from '../trial.js';

const FLAT: Statistics = computeStatistics(
  { curve: { time: new Float64Array(2), equity: new Float64Array([1, 1]) }, trades: [], startEquity: 1, riskFree: 0 },
  STATISTICS_CONVENTIONS.papertape,
);

/** An outcome with these figures. */
export function madeUpOutcome(trialId: number, figures: Partial<Statistics>): TrialOutcome {
  const none = new Float64Array(0);
  return {
    kind: 'outcome',
    trialId,
    statistics: { ...FLAT, ...figures },
    dates: new Int32Array(0),
    dailyReturns: none,
    tradeReturns: none,
    tradeProfits: none,
    tradeEntries: none,
    tradeExits: none,
    finalEquity: 0,
    ledgerHash: '',
  };
}

/** Evaluates by a formula: a number is the Sharpe ratio. Every trial that was run is put into `log`. */
export function madeUpEvaluator(
  formula: (trial: Trial) => number | Partial<Statistics> | TrialResult,
  log: Trial[] = [],
): EvaluateTrials {
  return (trials, onResult) => {
    for (const trial of trials) {
      log.push(trial);
      const made = formula(trial);
      if (typeof made === 'number') onResult(madeUpOutcome(trial.id, { sharpe: made }));
      else onResult('kind' in made ? made : madeUpOutcome(trial.id, made));
    }
    return Promise.resolve();
  };
}
