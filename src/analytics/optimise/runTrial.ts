/**
 * Runs one trial over data in memory: the one function that this thread, worker threads and other machines call, so
 * that a search comes to the same wherever its trials run. A trial of the whole range gives the fills that
 * `papertape backtest` gives for the same parameters.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { formatDate } from '../../calendar/tradingDate.js';
import { PapertapeError } from '../../domain/errors.js';
import type { BarTable, MarketBatch } from '../../domain/marketTables.js';
import type { Micros } from '../../domain/units.js';
import { DOLLAR } from '../../domain/units.js';
import { runToEnd } from '../../utils/runToEnd.js';
import { Backtester } from '../Backtester.js';
import type { BacktestSetup, BacktestStrategy } from '../Backtester.js';
import type { BacktestRun } from '../BacktestRun.js';
import { dailyReturns } from '../dailyReturns.js';
import { EquityRoom } from '../EquityRoom.js';
import type { ClosedTrade } from '../tradeStatistics.js';
import { warmUpNeed } from '../warmUpNeed.js';
import { warmUpBars, windowOf } from './marketWindow.js';
import { missEntries } from './missEntries.js';
import { perturbPrices } from './perturbPrices.js';
import type { Trial, TrialOutcome, TrialRefusal, TrialResult } from './trial.js';

/** What all trials of a search share. Columns may lie in shared memory: nothing writes to them. */
export interface TrialData {
  /** `params` of the strategy are those that are not searched. */
  readonly setup: Omit<BacktestSetup, 'strategies' | 'startTime'> & { readonly strategy: BacktestStrategy };
  /** When a run of the whole range begins: midnight before the date that was asked for, with or without rows. */
  readonly startTime: Micros;
  /** Every row of the range. */
  readonly market: MarketBatch;
  /** Bars before the range for indicators to warm up on, as many as the most demanding trial wants. */
  readonly history: BarTable | undefined;
  /** The symbol's last close before {@link startTime} in dollars, where statistics of a run from there look at it. */
  readonly benchmarkBefore: number | undefined;
}

/** A result holds nothing of the equity of its run. */
const ROOM = new EquityRoom();

/** Codes of what a trial, and not the search, is to blame for. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['STRATEGY_PARAMETER_INVALID', 'STRATEGY_INVALID']);

/** Runs it. What the trial's own parameters make impossible is a refusal; other errors are thrown. */
export function runTrial(data: TrialData, trial: Trial): TrialResult {
  try {
    return runOrThrow(data, trial);
  } catch (error) {
    if (!(error instanceof PapertapeError) || !OWN_FAULTS.has(error.code)) throw error;
    return refusal(trial, error.code, error.message);
  }
}

/**
 * The backtester of a trial, before it has run; its equity is kept in `equityRoom` if given. Throws as its constructor
 * does.
 */
export function backtesterFor({ setup, startTime }: TrialData, trial: Trial, equityRoom?: EquityRoom): Backtester {
  const { strategy, preset = 'papertape', corporateActions, ...rest } = setup;
  const { perturbation } = trial;
  const from = formatDate(newYorkDate(trial.from ?? startTime));
  const strategyClass =
    perturbation?.kind === 'skippedEntries'
      ? missEntries(strategy.strategyClass, perturbation)
      : strategy.strategyClass;
  return new Backtester({
    ...rest,
    ...(equityRoom === undefined ? {} : { equityRoom }),
    // What happened before the window happened to nobody.
    ...(corporateActions === undefined
      ? {}
      : { corporateActions: corporateActions.filter((one) => one.exDate >= from) }),
    preset: perturbation?.kind === 'slippage' ? `${preset}+dearer.${perturbation.bps}bps` : preset,
    startTime: trial.from ?? startTime,
    strategies: [{ ...strategy, strategyClass, params: { ...strategy.params, ...trial.params } }],
  });
}

function runOrThrow(data: TrialData, trial: Trial): TrialResult {
  const { market, history, startTime, setup, benchmarkBefore } = data;
  const { perturbation, from = startTime, to = Infinity } = trial;
  const backtester = backtesterFor(data, trial, ROOM);
  const rows = windowOf(market, from, to);
  if (rows.length === 0) return refusal(trial, 'DATA_MISSING', 'There is no market data within the window.');
  const warmUp = warmUpBars(warmUpNeed(backtester.kernel), from, market, history);
  if (warmUp !== undefined) backtester.warmUp(warmUp);
  const { priceScale } = setup;
  const steps = backtester.steps(
    perturbation?.kind === 'prices' ? perturbPrices(rows, { ...perturbation, priceScale }) : rows,
    undefined,
    from === startTime ? benchmarkBefore : undefined,
  );
  const run = runToEnd(steps);
  const result = resultOf(trial, run);
  run.release();
  return result;
}

function resultOf(trial: Trial, run: BacktestRun): TrialResult {
  const failed = run.strategies.find(({ error }) => error !== undefined);
  if (failed !== undefined) return refusal(trial, 'STRATEGY_FAILED', (failed.error ?? '').split('\n')[0] ?? '');
  const { startingCash } = run.config;
  const { dates, returns } = dailyReturns(run.curve, startingCash / DOLLAR);
  return {
    kind: 'outcome',
    trialId: trial.id,
    statistics: run.statistics,
    dates,
    dailyReturns: returns,
    ...tradeColumns(run.closedTrades),
    finalEquity: run.finalEquity,
    ledgerHash: run.ledgerHash,
  };
}

/** In one loop: `Float64Array.from` with a function takes ten times as long, and there are thousands of trades. */
function tradeColumns(
  trades: readonly ClosedTrade[],
): Pick<TrialOutcome, 'tradeReturns' | 'tradeProfits' | 'tradeEntries' | 'tradeExits'> {
  const count = trades.length;
  const tradeReturns = new Float64Array(count);
  const tradeProfits = new Float64Array(count);
  const tradeEntries = new Float64Array(count);
  const tradeExits = new Float64Array(count);
  for (const [index, { returnFraction, pnl, entryTime, exitTime }] of trades.entries()) {
    tradeReturns[index] = returnFraction;
    tradeProfits[index] = pnl;
    tradeEntries[index] = entryTime;
    tradeExits[index] = exitTime;
  }
  return { tradeReturns, tradeProfits, tradeEntries, tradeExits };
}

function refusal({ id }: Trial, code: string, reason: string): TrialRefusal {
  return { kind: 'refusal', trialId: id, code, reason };
}
