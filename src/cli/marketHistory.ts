/** The backtest and the history that the market flags of a command name. */
import { createHash } from 'node:crypto';
import { resolveHistory } from '../analytics/historyMarket.js';
import type { HistoryBacktest } from '../analytics/historyMarket.js';
import { feedOf } from '../cache/cacheLayout.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { createReadThrough } from '../cache/readThrough.js';
import { openHistorySource, withHistory } from '../compose.js';
import type { HistoryStore } from '../domain/ports.js';
import { presetOf } from '../exchange/presets.js';
import { corporateActionsOf } from '../host/corporateActionsOf.js';
import type { FactorDatedAction } from '../host/corporateActionsOf.js';
import { INSTALLATION } from '../host/installation.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import type { ParamValue } from '../strategies/param.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { MarketFlags } from './commands/marketOptions.js';

/** The backtest of a strategy with these parameters, the others being its own. */
export function backtestOf(
  { name, strategyClass, hash }: LoadedStrategy,
  params: Readonly<Record<string, ParamValue>>,
  flags: MarketFlags,
): HistoryBacktest {
  const { timeframe } = flags;
  return {
    strategies: [{ name, strategyClass, hash, params, ...(timeframe === undefined ? {} : { timeframe }) }],
    from: flags.from,
    to: flags.to,
    preset: flags.preset ?? 'papertape',
    engineVersion: INSTALLATION.version,
    createHash: () => createHash('sha256'),
    ...(flags.symbols === undefined ? {} : { symbols: flags.symbols }),
    ...(flags.cash === undefined ? {} : { startingCash: flags.cash }),
    ...(flags.fees === undefined ? {} : { feePlan: flags.fees }),
    ...(flags.adjust === undefined ? {} : { adjust: flags.adjust }),
    ...(flags.extended === true ? { extendedHours: true } : {}),
  };
}

/** The backtest with the splits and dividends of its symbols, where its prices have not got them in already. */
export async function withActions(archive: HistoricalCache, backtest: HistoryBacktest): Promise<ActedBacktest> {
  const { symbols, adjust } = resolveHistory(backtest).source;
  if (adjust !== 'raw') return { ...backtest, corporateActions: [] };
  const { factorActions } = presetOf(backtest.preset ?? 'papertape');
  const corporateActions = await corporateActionsOf(archive, symbols, backtest.from, backtest.to, factorActions);
  return { ...backtest, corporateActions };
}

/** A backtest that knows what happened to its symbols' shares. */
export type ActedBacktest = HistoryBacktest & { readonly corporateActions: readonly FactorDatedAction[] };

/** Lends a history, its feed and the cache behind it; a history with a source asks that for what is missing. */
export async function withMarketHistory<T>(
  flags: Pick<MarketFlags, 'source' | 'feed' | 'dataDir'>,
  context: CommandContext,
  use: (history: HistoryStore, feed: string | undefined, archive: HistoricalCache) => Promise<T>,
): Promise<T> {
  const { dataDir, sources } = settingsOf(context, flags);
  if (flags.source === undefined) return withHistory(dataDir, (history) => use(history, flags.feed, history));
  const source = openHistorySource(flags.source, sources, systemClock, (line) => {
    context.terminal.err(`${line}\n`);
  });
  const lock = DataDirLock.acquire(dataDir, 'history');
  try {
    return await withHistory(dataDir, (archive) => {
      const { signal } = new AbortController();
      const completed = createReadThrough({ archive, source, clock: systemClock, signal });
      return use(completed, flags.feed ?? feedOf(source.quality), archive);
    });
  } finally {
    lock.release();
  }
}
