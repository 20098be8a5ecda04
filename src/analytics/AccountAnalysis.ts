/**
 * Performance and trade log of one account together, from the events of a run: what backtests, replays and live
 * sessions feed alike. For the order of calls see TradeLogger.ts.
 */
import type { FeeKind, Fill } from '../domain/fill.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { Signal } from '../domain/signal.js';
import type { Micros, Money } from '../domain/units.js';
import { DOLLAR, notional } from '../domain/units.js';
import type { CarriedBooks, LotRelief } from '../engine/PositionTracker.js';
import type { LotFees } from '../engine/SubBook.js';
import { onDate } from './dailyTimes.js';
import { valueOf } from './figure.js';
import { PerformanceTracker } from './PerformanceTracker.js';
import type { TrackedTrade } from './PerformanceTracker.js';
import { TradeLogger } from './TradeLogger.js';
import type { SignalAnswer } from './TradeLogger.js';
import type { TradeResult } from './TradeBook.js';

/** What an account begins with. */
export interface AccountAnalysisOptions {
  /** The index is the symbol id. */
  readonly symbols: readonly string[];
  readonly priceScale: number;
  readonly startEquity: Money;
  /** Yearly rate as a fraction; 0 if absent. */
  readonly riskFree?: number;
  /** The symbol whose price stands for the market, dividends left out; none if absent. */
  readonly benchmark?: number | undefined;
  /** Whether points bring the price of a benchmark that is no symbol of the account; by {@link benchmark} if absent. */
  readonly hasBenchmark?: boolean;
  readonly carried?: CarriedBooks | undefined;
  /** See `TradeLoggerOptions`. */
  readonly lotRelief?: LotRelief;
  /** See `TradeLoggerOptions`. */
  readonly forgets?: boolean;
  readonly lotFees?: LotFees | undefined;
  /** Whether performance counts lengths from date to date, as those of daily bars; by the clock if absent. */
  readonly countsDates?: boolean;
}

/** See the module header. */
export class AccountAnalysis {
  readonly log: TradeLogger;
  readonly performance: PerformanceTracker;
  /** Of all fills, in the order in which a kind was charged first. */
  readonly feesByKind = new Map<FeeKind, Money>();
  readonly #options: AccountAnalysisOptions;

  constructor(options: AccountAnalysisOptions) {
    const { symbols, priceScale, startEquity, riskFree = 0, carried, lotRelief, lotFees, forgets = false } = options;
    const { hasBenchmark = options.benchmark !== undefined } = options;
    this.#options = options;
    this.performance = new PerformanceTracker({ startEquity: startEquity / DOLLAR, riskFree, hasBenchmark });
    this.log = new TradeLogger({
      symbolCount: symbols.length,
      priceScale,
      carried,
      forgets,
      ...(lotRelief === undefined ? {} : { lotRelief }),
      lotFees,
      onClosed: (trade) => {
        const tracked = trackedTrade(trade, symbols);
        const { entryTime, exitTime } = tracked;
        this.performance.addTrade({
          ...tracked,
          entryTime: this.#lengthTime(entryTime),
          exitTime: this.#lengthTime(exitTime),
        });
      },
    });
  }

  observe(batch: MarketBatch): void {
    this.log.observe(batch);
  }

  noteSignal(signal: Signal, answer: SignalAnswer, orderId: string | undefined): void {
    this.log.noteSignal(signal, answer, orderId);
  }

  noteOrder(order: Order): void {
    this.log.noteOrder(order);
  }

  noteTrigger(orderId: string, time: Micros): void {
    this.log.noteTrigger(orderId, time);
  }

  noteArrival(orderId: string, time: Micros): void {
    this.log.noteArrival(orderId, time);
  }

  noteFill(fill: Fill): void {
    this.performance.addTraded(notional(fill.price, fill.quantity, this.#options.priceScale) / DOLLAR);
    for (const { kind, amount } of fill.fees) this.feesByKind.set(kind, (this.feesByKind.get(kind) ?? 0) + amount);
    this.log.noteFill(fill);
  }

  /** What the account was worth at a time, and dollars of a benchmark that is none of its symbols. */
  notePoint(time: Micros, equity: Money, price = NaN): void {
    const { benchmark } = this.#options;
    const market = benchmark === undefined ? price : this.log.priceAt(benchmark, time);
    this.performance.addPoint({
      time: this.#lengthTime(time),
      equity: equity / DOLLAR,
      grossExposure: this.log.grossExposureAt(time),
      benchmark: Number.isNaN(market) ? undefined : market,
    });
  }

  /** A time as lengths are counted from it. */
  #lengthTime(time: Micros): Micros {
    return this.#options.countsDates === true ? onDate(time) : time;
  }
}

/** A closed trade as performance takes it. */
function trackedTrade(trade: TradeResult, symbols: readonly string[]): TrackedTrade {
  return {
    owner: trade.owner,
    symbol: symbols[trade.symbolId] ?? '',
    session: trade.session,
    side: trade.side === 'buy' ? 'long' : 'short',
    entryTime: trade.entryTime,
    exitTime: trade.exitTime ?? trade.entryTime,
    pnl: trade.pnl / DOLLAR,
    returnFraction: valueOf(trade.returnFraction),
    rMultiple: trade.rMultiple,
    maxAdverse: trade.excursion.maxAdverse,
    maxFavourable: trade.excursion.maxFavourable,
  };
}
