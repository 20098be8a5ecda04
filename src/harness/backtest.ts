/** Runs one strategy on test data and gives its result in dollars and shares, as tests want to read it. */
import { createHash } from 'node:crypto';
import { runBacktest, startOf } from '../analytics/Backtester.js';
import type { BacktestRun } from '../analytics/BacktestRun.js';
import { closedTrade } from '../analytics/BacktestRun.js';
import type { Statistics } from '../analytics/statistics.js';
import { PapertapeError } from '../domain/errors.js';
import type { Side } from '../domain/order.js';
import type { Receipt } from '../domain/receipt.js';
import type { RiskLimits } from '../domain/risk.js';
import { isTimeframe, TIMEFRAME_DURATION } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import { receiptText } from '../exchange/receiptText.js';
import type { ParamSchema, ParamValues } from '../strategies/param.js';
import type { Strategy, StrategyBase, StrategySetup } from '../strategies/Strategy.js';
import { newYorkText } from '../calendar/newYorkText.js';
import type { TestData } from './testData.js';

/** How to run it. */
export interface TestOptions<P extends ParamSchema> {
  readonly data: TestData | Promise<TestData>;
  /** Those that differ from their defaults. */
  readonly params?: Partial<ParamValues<P>>;
  /** Of the strategy's bars; if absent, what the strategy names, or that of the data if it names none. */
  readonly timeframe?: string;
  /** Dollars to start with; 100,000 if absent. */
  readonly cash?: number;
  /** `papertape` if absent. */
  readonly preset?: string;
  /** Fee plan; the preset's if absent. */
  readonly fees?: string;
  readonly limits?: RiskLimits;
  /** Fraction of equity for entries without a size of their own; 1 if absent. */
  readonly allocation?: number;
}

/** A fill; dollars and shares. */
export interface TestFill {
  readonly time: Micros;
  /** The time in New York, `YYYY-MM-DD HH:MM:SS.ffffff`. */
  readonly newYork: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  readonly fees: number;
  /** Why the order was given. */
  readonly reason: string;
  readonly orderId: string;
  readonly receipt: Receipt;
  /** The receipt in words. */
  readonly explanation: string;
}

/** An entry with its exit; dollars and shares. */
export interface TestTrade {
  readonly symbol: string;
  readonly side: 'long' | 'short';
  readonly quantity: number;
  readonly entryTime: Micros;
  readonly exitTime: Micros;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly fees: number;
  /** Net of fees. */
  readonly pnl: number;
  /** As a fraction of the entry's value, net of fees. */
  readonly returnFraction: number;
  readonly entryReason: string;
  readonly exitReason: string;
}

/** What came of a run. */
export interface TestRun {
  readonly fills: readonly TestFill[];
  readonly trades: readonly TestTrade[];
  /** Every order, those that were denied or rejected included; shares. */
  readonly orders: readonly {
    readonly id: string;
    readonly symbol: string;
    readonly side: Side;
    readonly type: string;
    readonly quantity: number;
    readonly status: string;
    readonly reason: string;
    /** Why it was denied, rejected, canceled or expired; else empty. */
    readonly statusReason: string;
  }[];
  /** Lines that the strategy logged. */
  readonly logs: readonly string[];
  /** Dollars, one per bar. */
  readonly equity: Float64Array;
  readonly finalEquity: number;
  readonly fees: number;
  readonly statistics: Statistics;
  /** Equal for equal fills, fees and ledger entries. */
  readonly ledgerHash: string;
}

/**
 * Runs the strategy to the end of the data. Rejects with the strategy's error if it threw, and with what is wrong
 * with its parameters or options.
 */
export async function backtest<P extends ParamSchema>(
  strategyClass: TestableStrategy<P>,
  options: TestOptions<P>,
): Promise<TestRun> {
  const data = await options.data;
  const { cash = 100_000, allocation = 1 } = options;
  if (!(cash > 0 && Number.isFinite(cash))) {
    throw new PapertapeError('CONFIG_INVALID', `The cash ${cash} is not an amount of dollars to start with.`, {
      remedy: 'Give a positive number of dollars, such as { cash: 25_000 }.',
    });
  }
  if (!(allocation > 0 && allocation <= 1)) {
    throw new PapertapeError('CONFIG_INVALID', `The allocation ${allocation} is not a share of the equity.`, {
      remedy: 'Give a number above 0 and up to 1, such as { allocation: 0.25 }.',
    });
  }
  const run = runBacktest(data.market, {
    strategies: [
      {
        name: strategyClass.name,
        strategyClass,
        hash: strategyClass.name,
        timeframe: timeframeFor(strategyClass, options, data),
        params: definedParams(options.params ?? {}),
        allocation,
      },
    ],
    symbols: data.symbols,
    priceScale: data.priceScale,
    startTime: startOf(data.market),
    startingCash: Math.round(cash * DOLLAR),
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    ...(options.preset === undefined ? {} : { preset: options.preset }),
    ...(options.fees === undefined ? {} : { feePlan: options.fees }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const failed = run.strategies.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(`${strategyClass.name} failed: ${failed.error ?? ''}`);
  return inDollars(run, data);
}

/** A class that extends `Strategy` or `Strategy.with({ … })`. */
export type TestableStrategy<P extends ParamSchema> = (new (setup: StrategySetup) => Strategy<P>) &
  Pick<StrategyBase<P>, keyof StrategyBase<P>>;

function timeframeFor<P extends ParamSchema>(
  { subscribe }: TestableStrategy<P>,
  { timeframe }: TestOptions<P>,
  data: TestData,
): Timeframe {
  const wanted = timeframe ?? subscribe.timeframe ?? data.timeframe;
  if (!isTimeframe(wanted)) throw new RangeError(`there are no bars of "${wanted}"`);
  if (data.prints !== true && TIMEFRAME_DURATION[wanted] < TIMEFRAME_DURATION[data.timeframe]) {
    throw new RangeError(`bars of ${wanted} cannot be made from the data's bars of ${data.timeframe}`);
  }
  return wanted;
}

function definedParams(params: object): Readonly<Record<string, number | string | boolean>> {
  const given: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries(params) as [string, unknown][]) {
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') given[name] = value;
  }
  return given;
}

function inDollars(run: BacktestRun, { symbols, priceScale }: TestData): TestRun {
  const reasonOf = new Map(run.orders.map((order) => [order.id, order.reason]));
  const symbolOf = (symbolId: number): string => symbols[symbolId] ?? '';
  return {
    fills: run.fills.map((fill) => ({
      time: fill.time,
      newYork: newYorkText(fill.time),
      symbol: symbolOf(fill.symbolId),
      side: fill.side,
      quantity: fill.quantity / SHARE,
      price: fill.price / priceScale,
      fees: fill.fees.reduce((sum, fee) => sum + fee.amount, 0) / DOLLAR,
      reason: reasonOf.get(fill.orderId) ?? '',
      orderId: fill.orderId,
      receipt: fill.receipt,
      explanation: receiptText(fill, symbolOf(fill.symbolId), priceScale),
    })),
    trades: run.roundTrips.map((trip) => ({
      symbol: symbolOf(trip.symbolId),
      side: trip.side === 'buy' ? ('long' as const) : ('short' as const),
      quantity: trip.quantity / SHARE,
      entryTime: trip.entryTime,
      exitTime: trip.exitTime,
      entryPrice: trip.entryPrice / priceScale,
      exitPrice: trip.exitPrice / priceScale,
      fees: trip.fees / DOLLAR,
      pnl: trip.pnl / DOLLAR,
      returnFraction: closedTrade(trip, priceScale).returnFraction,
      entryReason: trip.entryReason,
      exitReason: trip.exitReason,
    })),
    orders: run.orders.map((order) => ({
      id: order.id,
      symbol: symbolOf(order.symbolId),
      side: order.side,
      type: order.type,
      quantity: order.quantity / SHARE,
      status: order.status,
      reason: order.reason,
      statusReason: order.statusReason ?? '',
    })),
    logs: run.logs.map(({ text }) => text),
    equity: run.curve.equity,
    finalEquity: run.finalEquity / DOLLAR,
    fees: run.fees / DOLLAR,
    statistics: run.statistics,
    ledgerHash: run.ledgerHash,
  };
}
