/** Loads once what all trials of a search share. */
import { mergeTables } from '../../domain/mergeTables.js';
import type { HistoryStore } from '../../domain/ports.js';
import type { ParamValue } from '../../strategies/param.js';
import { assert } from '../../utils/assert.js';
import { PapertapeError } from '../../domain/errors.js';
import { loadCloseBefore } from '../benchmarkHistory.js';
import { loadMarket, loadWarmUp, resolveHistory } from '../historyMarket.js';
import type { HistoryBacktest } from '../historyMarket.js';
import { hashMarket } from '../runIdentity.js';
import { warmUpNeed } from '../warmUpNeed.js';
import type { WarmUpNeed } from '../warmUpNeed.js';
import { backtesterFor } from './runTrial.js';
import type { TrialData } from './runTrial.js';

/**
 * Loads the range and, before it, as many bars as the most demanding of `candidates` wants: parameters of which one
 * asks for at least as much as any trial will, such as the corners of the search space. Candidates that the strategy
 * rejects are left out. `backtest` has one strategy. Throws as `backtestFromStore` does.
 */
export async function loadTrialData(
  store: HistoryStore,
  backtest: HistoryBacktest,
  candidates: readonly Readonly<Record<string, ParamValue>>[],
): Promise<TrialData> {
  const { setup, source } = resolveHistory(backtest);
  const { strategies, startTime, ...rest } = setup;
  const [strategy, ...more] = strategies;
  assert(strategy !== undefined && more.length === 0, 'a search is about one strategy');
  const tables = await loadMarket(store, source);
  const market = mergeTables(tables);
  const dataHash = hashMarket(market, rest.symbols, rest.createHash);
  const data: TrialData = {
    setup: { ...rest, strategy, dataHash },
    startTime,
    market,
    history: undefined,
    benchmarkBefore: undefined,
  };
  let most: WarmUpNeed | undefined;
  for (const params of candidates) {
    const need = needOf(data, params);
    if (need !== undefined && need.sessions > (most?.sessions ?? 0)) most = need;
  }
  const [symbol] = source.symbols.length === 1 ? source.symbols : [];
  return {
    ...data,
    history: await loadWarmUp(store, source, most),
    benchmarkBefore: await loadCloseBefore(store, source, symbol, backtest.preset),
  };
}

function needOf(data: TrialData, params: Readonly<Record<string, ParamValue>>): WarmUpNeed | undefined {
  try {
    return warmUpNeed(backtesterFor(data, { id: 0, params }).kernel);
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'STRATEGY_PARAMETER_INVALID') return undefined;
    throw error;
  }
}
