/** What a command says of a strategy that threw while it ran: which, when, why, and where in the user's file. */
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { PapertapeError } from '../domain/errors.js';
import { INSTALLATION } from '../host/installation.js';
import { placeOfFailure } from './placeOfFailure.js';

/**
 * Why a strategy did not reach the end of its run; undefined where all did. `title` names the only one; of several the
 * first that failed is told, by its id as in reports.
 */
export function strategyFailure(
  title: string,
  { run: { strategies } }: HistoryBacktestRun,
): PapertapeError | undefined {
  const timeOf = ({ failedAt = Infinity }: (typeof strategies)[number]): number => failedAt;
  const [failed, ...others] = strategies
    .filter(({ error }) => error !== undefined)
    .toSorted((a, b) => (timeOf(a) === timeOf(b) ? 0 : timeOf(a) - timeOf(b)));
  if (failed === undefined) return undefined;
  const name = strategies.length === 1 ? title : failed.instanceId;
  const also =
    others.length === 0 ? '' : `; stopped likewise later: ${others.map(({ instanceId }) => instanceId).join(', ')}`;
  const [message, ...stack] = (failed.error ?? '').split('\n');
  const place = placeOfFailure(stack, INSTALLATION.root);
  const when = failed.failedAt === undefined ? 'while it ran' : `at ${newYorkText(failed.failedAt)} New York time`;
  return new PapertapeError('STRATEGY_FAILED', `${name} failed ${when} and was stopped: ${message ?? ''}${also}`, {
    remedy: place === '' ? 'Correct the strategy.' : `Correct the strategy; it happened${place}.`,
  });
}
