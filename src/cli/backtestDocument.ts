/**
 * A backtest as one JSON document. Money is decimal text in dollars and exact; statistics are numbers, null where
 * the run cannot support one; times are microseconds since 1970, UTC.
 */
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import type { BacktestRun } from '../analytics/BacktestRun.js';
import { costSummary } from '../analytics/costSummary.js';
import { dayFigures } from '../analytics/dayFigures.js';
import { scenarioOfPreset } from '../analytics/scenarioOfPreset.js';
import { tradeDocument } from '../analytics/tradeDocument.js';
import { tradeRowObject } from '../analytics/tradeTable.js';
import type { RoundTrip } from '../domain/position.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import type { BacktestFlags } from './commands/backtest.js';

/** See the module header. `name` and `hash` are those of the strategy. */
export function backtestDocument(
  name: string,
  hash: string,
  flags: BacktestFlags,
  result: HistoryBacktestRun,
): Readonly<Record<string, unknown>> {
  const { run, symbols, adjust, data, warmUpRows } = result;
  const { config, inputs } = run;
  const [instance] = inputs.strategies;
  return {
    strategy: { name, hash, symbols, timeframe: instance?.config.timeframe, params: instance?.params },
    from: flags.from,
    to: flags.to,
    preset: inputs.preset,
    scenario: scenarioOfPreset(config.preset),
    feePlan: config.feePlan,
    adjust,
    startingCash: formatDecimal(config.startingCash, DOLLAR),
    finalEquity: formatDecimal(run.finalEquity, DOLLAR),
    fees: formatDecimal(run.fees, DOLLAR),
    orders: run.orders.length,
    fills: run.fills.length,
    statistics: statisticsOf(run.statistics),
    days: statisticsOf(dayFigures(run.curve, config.startingCash / DOLLAR, run.buyAndHold)),
    strategies: run.strategies.map(({ instanceId, state, error }) => ({ instanceId, state, error: error ?? null })),
    data: { tables: data, warmUpRows, hash: inputs.dataHash },
    run: { identity: run.identity, ledgerHash: run.ledgerHash, engineVersion: inputs.engineVersion, seed: inputs.seed },
    performance: performanceOf(run),
    tradeLog: run.analysis.log.trades.map((trade) => tradeRowObject(tradeDocument(trade, config))),
    trades: run.roundTrips.map((trip) => tradeOf(trip, symbols, config.priceScale)),
  };
}

/** The figures that a live session tells, over the trades from flat to flat that `tradeLog` lists. */
function performanceOf({ analysis }: BacktestRun): Readonly<Record<string, unknown>> {
  const { performance } = analysis;
  return {
    ...performance.figures,
    byStrategy: performance.groups('owner'),
    bySymbol: performance.groups('symbol'),
    bySession: performance.groups('session'),
    costs: costSummary(analysis.log.trades),
  };
}

/** JSON knows no NaN and no Infinity. */
function statisticsOf(statistics: object): Readonly<Record<string, unknown>> {
  const finite = (value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? null : value);
  return Object.fromEntries(Object.entries(statistics).map(([name, value]) => [name, finite(value)]));
}

function tradeOf(trip: RoundTrip, symbols: readonly string[], priceScale: number): Readonly<Record<string, unknown>> {
  return {
    symbol: symbols[trip.symbolId] ?? '',
    side: trip.side === 'buy' ? 'long' : 'short',
    quantity: formatDecimal(trip.quantity, SHARE, 0),
    entryTime: trip.entryTime,
    entryPrice: formatDecimal(trip.entryPrice, priceScale),
    entryReason: trip.entryReason,
    exitTime: trip.exitTime,
    exitPrice: formatDecimal(trip.exitPrice, priceScale),
    exitReason: trip.exitReason,
    fees: formatDecimal(trip.fees, DOLLAR),
    pnl: formatDecimal(trip.pnl, DOLLAR),
  };
}
