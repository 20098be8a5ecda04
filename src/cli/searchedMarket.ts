/** The strategy and the market of a search that was kept, as they are now: what it takes to run a trial of it again. */
import type { HistoryBacktest } from '../analytics/historyMarket.js';
import { loadTrialData } from '../analytics/optimise/loadTrialData.js';
import type { TrialData } from '../analytics/optimise/runTrial.js';
import type { StoredSearch, StoredTrial } from '../analytics/optimise/storedSearch.js';
import { marketWarnings } from '../analytics/marketWarnings.js';
import { PapertapeError } from '../domain/errors.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { MarketFlags } from './commands/marketOptions.js';
import { backtestOf, withActions, withMarketHistory } from './marketHistory.js';
import { loadWatched, withHookWatch } from '../host/withHookWatch.js';

/** See the module header. */
export interface SearchedMarket {
  readonly strategy: LoadedStrategy;
  readonly backtest: HistoryBacktest;
  readonly candidates: readonly StoredTrial['params'][];
  readonly data: TrialData;
  /** What makes the data doubtful. */
  readonly warnings: readonly string[];
}

/**
 * Loads them for a trial over some dates. Throws `STRATEGY_INVALID` where the strategy is another by now, and as the
 * loading of both does.
 */
export async function loadSearched(
  search: StoredSearch,
  trial: StoredTrial,
  dates: { readonly from: string; readonly to: string },
  place: { readonly context: CommandContext; readonly dataDir: string | undefined },
): Promise<SearchedMarket> {
  const { backtest: searched } = search;
  const { context } = place;
  const flags: MarketFlags = {
    symbols: searched.symbols,
    ...dates,
    timeframe: searched.timeframe,
    cash: searched.startingCash,
    preset: searched.preset,
    adjust: searched.adjust,
    ...(searched.feePlan === undefined ? {} : { fees: searched.feePlan }),
    ...(searched.feed === undefined ? {} : { feed: searched.feed }),
    ...(searched.extendedHours === true ? { extended: true } : {}),
    ...(place.dataDir === undefined ? {} : { dataDir: place.dataDir }),
  };
  const { dataDir } = settingsOf(context, flags);
  const strategy = await loadWatched(searched.strategy, { cwd: context.cwd, dataDir });
  if (strategy.hash !== searched.strategyHash) {
    throw new PapertapeError('STRATEGY_INVALID', `${searched.strategy} is not what it was when it was searched.`, {
      remedy: 'Search it again, or bring the strategy back to what it was.',
    });
  }
  const candidates = [trial.params];
  return withMarketHistory(flags, context, async (history, feed, archive) => {
    const given = backtestOf(strategy, {}, flags);
    const backtest = await withActions(archive, feed === undefined ? given : { ...given, feed });
    const data = await withHookWatch(
      () => strategy.name,
      (hookProbe) => loadTrialData(history, { ...backtest, hookProbe }, candidates),
    );
    return { strategy, backtest, candidates, data, warnings: marketWarnings(data.market, data.setup) };
  });
}
