/**
 * The one way to look at what a search held out: the look is written into the ledger before anything is run, and those
 * before it are told, because only the first says something that nobody has chosen by.
 */
import { createHash } from 'node:crypto';
import { plural } from '../analytics/figureText.js';
import { runTrial } from '../analytics/optimise/runTrial.js';
import type { StoredSearch, StoredTrial } from '../analytics/optimise/storedSearch.js';
import type { OpenedHoldout } from '../analytics/validation/judgementLines.js';
import { ledgerScore } from '../analytics/validation/ledgerScore.js';
import { holdoutLooks, trialKey } from '../analytics/validation/trialCount.js';
import type { HoldoutLook } from '../analytics/validation/trialCount.js';
import { PapertapeError } from '../domain/errors.js';
import type { TrialLedger } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { resolveParams } from '../strategies/param.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { loadSearched } from './searchedMarket.js';
import type { SearchedMarket } from './searchedMarket.js';

/**
 * Runs the best trial on the held-out days; warns of their prices. Throws `HOLDOUT_MISSING`, `STRATEGY_FAILED`, and as
 * loading does.
 */
export async function openHoldout(
  search: StoredSearch,
  best: StoredTrial | undefined,
  ledger: TrialLedger,
  place: { readonly context: CommandContext; readonly dataDir: string | undefined },
): Promise<OpenedHoldout & Pick<SearchedMarket, 'warnings'>> {
  const { holdout } = search;
  if (holdout === undefined || best === undefined) {
    const why = holdout === undefined ? 'held nothing out' : 'has no best trial that could be run on it';
    throw new PapertapeError('HOLDOUT_MISSING', `The search ${search.id} ${why}.`, {
      remedy: 'Search again with --holdout 20%, on days that no search has seen.',
    });
  }
  const { strategy, data, warnings } = await loadSearched(search, best, holdout, place);
  const earlier = holdoutLooks(ledger.read().records, holdout);
  const { id: run } = search;
  const base = { time: systemClock.now(), run, command: 'validate', strategy: strategy.name, data: holdout };
  // First the log, then the look: a crash in between costs an unused entry, not a forgotten look.
  ledger.append({ kind: 'opening', ...base });
  const outcome = runTrial(data, { id: 0, params: best.params });
  if (outcome.kind === 'refusal') {
    throw new PapertapeError('STRATEGY_FAILED', `The best trial could not run on the holdout: ${outcome.reason}`, {
      remedy: 'Correct the strategy and search again.',
    });
  }
  const { preset, timeframe } = search.backtest;
  const params = resolveParams(strategy.name, strategy.strategyClass.params, best.params);
  ledger.append({
    kind: 'trials',
    ...base,
    dataHash: data.setup.dataHash ?? '',
    runs: 1,
    trials: [
      {
        key: trialKey({ strategyHash: strategy.hash, params, preset, timeframe }, () => createHash('sha256')),
        ...ledgerScore(outcome.dailyReturns),
      },
    ],
  });
  return { data: holdout, outcome, earlier, warnings };
}

/** The warning that a holdout was looked at before; none for the first look. */
export function earlierLooks(earlier: readonly HoldoutLook[]): readonly string[] {
  const [first] = earlier;
  if (first === undefined) return [];
  return [
    `The holdout is no longer unseen: it was looked at ${plural(earlier.length, 'time')} before, first on ` +
      `${timeText(first.time)} by ${first.command} ${first.run.slice(0, 32)}. What it shows may have been chosen.`,
  ];
}

/** `2026-11-29 15:58 UTC`. */
function timeText(time: Micros): string {
  return `${new Date(time / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
