/**
 * A backtest as one JSON document. Money is decimal text in dollars and exact; statistics are numbers, null where
 * the run cannot support one; times are microseconds since 1970, UTC.
 */
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import type { BacktestRun } from '../analytics/BacktestRun.js';
import { dayFiguresOf } from '../analytics/runFigures.js';
import { scenarioOfPreset } from '../analytics/scenarioOfPreset.js';
import { tradeDocument } from '../analytics/tradeDocument.js';
import { tradeRowObject } from '../analytics/tradeTable.js';
import type { RoundTrip } from '../domain/position.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import type { BacktestRequest } from './backtestRequest.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import { missingDayFigures, missingFigures } from '../analytics/missingFigures.js';

/** Lines of strategies that are told; of a run of years one that logs every bar has many more than anybody reads. */
const MOST_LINES = 100_000;

/** See the module header. `number` is that of the kept run; `strategy` is the first of `strategies`. */
export function backtestDocument(
  request: BacktestRequest,
  number: number | undefined,
  result: HistoryBacktestRun,
): Readonly<Record<string, unknown>> {
  const { run, symbols, adjust, data, warmUpRows } = result;
  const { config, inputs } = run;
  const { from, to } = request.flags;
  const strategies = inputs.strategies.map(({ config: instance, hash, params }, index) => ({
    instanceId: instance.instanceId,
    name: instance.strategy,
    hash,
    symbols: instance.symbols,
    timeframe: instance.timeframe,
    params,
    state: run.strategies[index]?.state,
    error: run.strategies[index]?.error ?? null,
  }));
  const [first] = strategies;
  const days = dayFiguresOf(run);
  return {
    strategy: { name: first?.name, hash: first?.hash, symbols, timeframe: first?.timeframe, params: first?.params },
    from,
    to,
    preset: inputs.preset,
    scenario: scenarioOfPreset(config.preset),
    feePlan: config.feePlan,
    adjust,
    startingCash: formatDecimal(config.startingCash, DOLLAR),
    finalEquity: formatDecimal(run.finalEquity, DOLLAR),
    fees: formatDecimal(run.fees, DOLLAR),
    dividends: formatDecimal(run.dividends, DOLLAR),
    orders: run.orderCount,
    fills: run.fillCount,
    statistics: finiteFigures(run.statistics),
    benchmark: run.benchmark?.symbol ?? null,
    days: finiteFigures(days),
    unsupported: {
      statistics: missingFigures(run.statistics, run.benchmark !== undefined),
      days: missingDayFigures(days, run.benchmark !== undefined),
    },
    strategies,
    data: { tables: data, warmUpRows, hash: inputs.dataHash },
    run: {
      number: number ?? null,
      identity: run.identity,
      ledgerHash: run.ledgerHash,
      engineVersion: inputs.engineVersion,
      seed: inputs.seed,
    },
    performance: performanceOf(run),
    tradeLog: run.analysis.log.trades.map((trade) => tradeRowObject(tradeDocument(trade, config))),
    logs: { count: run.logs.length, lines: run.logs.slice(0, MOST_LINES) },
    trades: run.roundTrips.map((trip) => tradeOf(trip, symbols, config.priceScale)),
  };
}

/** The figures that a live session tells, over the trades from flat to flat that `tradeLog` lists. */
function performanceOf({ analysis, tradeFigures }: BacktestRun): Readonly<Record<string, unknown>> {
  const { performance } = analysis;
  return {
    ...performance.figures,
    byStrategy: performance.groups('owner'),
    bySymbol: performance.groups('symbol'),
    bySession: performance.groups('session'),
    bySide: performance.groups('side'),
    costs: tradeFigures.costs,
  };
}

function tradeOf(trip: RoundTrip, symbols: readonly string[], priceScale: number): Readonly<Record<string, unknown>> {
  return {
    owner: trip.owner,
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
