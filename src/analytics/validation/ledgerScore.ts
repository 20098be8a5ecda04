/** What the trial ledger keeps of the returns of one trial. */
import type { LedgerTrial } from '../../domain/trialLedger.js';
import { periodSharpe } from './sharpeSignificance.js';
import { untilRuin } from './untilRuin.js';

/** Sharpe ratio of daily returns, {@link untilRuin}, null where they have none, and how many there are. */
export function ledgerScore(dailyReturns: Float64Array): Pick<LedgerTrial, 'sharpe' | 'days'> {
  return { sharpe: periodSharpe(untilRuin(dailyReturns)) ?? null, days: dailyReturns.length };
}
