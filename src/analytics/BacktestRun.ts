/** The result of a backtest. What is costly to compute is computed when it is first asked for. */
import type { Fill } from '../domain/fill.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { Position, RoundTrip } from '../domain/position.js';
import type { FillBasis } from '../domain/receipt.js';
import type { SessionConfig } from '../domain/session.js';
import type { Money } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import type { Kernel } from '../engine/Kernel.js';
import type { RoundTripResult } from '../engine/RoundTripLog.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { feePlanOf } from '../exchange/fees/feePlans.js';
import { lotFeesOf } from '../exchange/fees/lotParts.js';
import { presetOf } from '../exchange/presets.js';
import type { AccountAnalysis } from './AccountAnalysis.js';
import type { BacktestRecorder, LogLine, StrategyOutcome } from './BacktestRecorder.js';
import { pricesAt, regularPrices, heldShare } from './benchmarkHistory.js';
import type { ChosenBenchmark } from './benchmarkHistory.js';
import { bookedDividends } from './bookedDividends.js';
import { beforeCloseCosts } from './closeCosts.js';
import { closingFigures } from './closingFigures.js';
import type { ClosingFigures } from './closingFigures.js';
import { conventionOf } from './conventions.js';
import type { StatisticsConvention } from './conventions.js';
import { isDaily } from './dailyTimes.js';
import type { EquityRecorder } from './EquityRecorder.js';
import { evidenceGaps } from './evidenceGaps.js';
import type { EvidenceGap } from './evidenceGaps.js';
import type { BareFill, PlainFill } from './FillRow.js';
import { FillMoments } from './fillMoments.js';
import { overnightJumps } from './overnightJumps.js';
import type { OvernightJump } from './overnightJumps.js';
import { pricePathsOf } from './pricePaths.js';
import type { PricePath } from './pricePaths.js';
import type { EquityCurve, MarketReturns } from './returns.js';
import { analysisSteps } from './runAnalysis.js';
import { hashFillLog, hashRun } from './runIdentity.js';
import type { HashFactory, RunInputs } from './runIdentity.js';
import type { SignalLog } from './SignalLog.js';
import type { PerformanceTracker } from './PerformanceTracker.js';
import { TradeFiguresSum } from './tradeFigures.js';
import type { TradeFigures } from './tradeFigures.js';
import type { MeasuredTrade } from './TradeRecord.js';
import { computeStatistics } from './statistics.js';
import type { Statistics } from './statistics.js';
import type { ClosedTrade } from './tradeStatistics.js';
import { required } from '../utils/assert.js';
import { runToEnd } from '../utils/runToEnd.js';

/** What a result is made from. */
export interface RunParts {
  readonly config: SessionConfig;
  readonly kernel: Kernel;
  readonly recorder: BacktestRecorder;
  readonly equity: EquityRecorder;
  /** What was fed, warm-up not counted. */
  readonly market: MarketBatch;
  /** Hashing of data may be costly: asked once, when the identity is. */
  readonly inputs: () => RunInputs;
  readonly createHash: HashFactory;
  readonly riskFree: number;
  /** What the result is measured against; if absent the symbol of a run of only one, else nothing. */
  readonly benchmark?: ChosenBenchmark | undefined;
  /** Its last close before the run in dollars, where that was looked up. */
  readonly benchmarkBefore?: number | undefined;
  readonly eventCount: number;
}

/** What one walk over the market and the trades gives. */
interface TradeWalk {
  readonly performance: PerformanceTracker;
  readonly figures: TradeFigures;
}

/** What a result is measured against. */
export interface RunBenchmark {
  readonly symbol: string;
  /** The bars that it was loaded from; undefined for the symbol that the run trades. */
  readonly chosen: ChosenBenchmark | undefined;
  /** Whether dividends are put into more of it: what the account is paid, or all where its prices are adjusted. */
  readonly hasDividends: boolean;
}

/** See the module header. */
export class BacktestRun {
  /** The configuration that the engine ran with. */
  readonly config: SessionConfig;
  /** Cash and positions at their marks, at the end. */
  readonly finalEquity: Money;
  /** Fees paid. */
  readonly fees: Money;
  /** How many fills there were. */
  readonly fillCount: number;
  readonly signals: SignalLog;
  readonly strategies: readonly StrategyOutcome[];
  readonly logs: readonly LogLine[];
  /** What was booked beside trades, such as splits and dividends, oldest first. */
  readonly bookings: readonly AccountBooking[];
  /** Market rows that were fed, warm-up not counted. */
  readonly eventCount: number;
  readonly #parts: RunParts;
  #curve: EquityCurve | undefined;
  #benchmarkPrices: Float64Array | undefined;
  #fills: readonly Fill[] | undefined;
  #orders: readonly Order[] | undefined;
  #roundTrips: readonly RoundTrip[] | undefined;
  #closedTrades: readonly ClosedTrade[] | undefined;
  #statistics: Statistics | undefined;
  #pricePaths: readonly PricePath[] | undefined;
  #overnightJumps: readonly OvernightJump[] | undefined;
  #evidenceGaps: readonly EvidenceGap[] | undefined;
  #fillMoments: FillMoments | undefined;
  #ledgerHash: string | undefined;
  #inputs: RunInputs | undefined;
  #identity: string | undefined;
  #analysis: AccountAnalysis | undefined;
  #walked: TradeWalk | undefined;

  constructor(parts: RunParts) {
    const { kernel, recorder } = parts;
    this.#parts = parts;
    this.config = parts.config;
    this.finalEquity = kernel.tracker.equity;
    this.fees = kernel.tracker.fees;
    this.fillCount = recorder.fills.length;
    this.signals = recorder.signals;
    this.strategies = recorder.strategies;
    this.logs = recorder.logs;
    this.bookings = recorder.bookings;
    this.eventCount = parts.eventCount;
  }

  /** Dollars; one point per instant that had bars, or per minute where only ticks were fed. */
  get curve(): EquityCurve {
    this.#curve ??= this.#makeCurve();
    return this.#curve;
  }

  /** Yearly rate as a fraction that the statistics are reckoned with. */
  get riskFree(): number {
    return this.#parts.riskFree;
  }

  /** What the result is measured against; undefined for runs of several symbols that were given nothing else. */
  get benchmark(): RunBenchmark | undefined {
    const { benchmark: chosen, config } = this.#parts;
    const symbol = chosen?.symbol ?? (config.symbols.length === 1 ? config.symbols[0] : undefined);
    if (symbol === undefined) return undefined;
    const pays = this.#ownActions.some(({ action }) => action.kind === 'cashDividend');
    return { symbol, chosen, hasDividends: chosen === undefined ? pays : chosen.adjust === 'all' };
  }

  /**
   * Dollars at each point of the curve if the starting cash had held the benchmark from the first point at which a
   * strategy could act and it had a price, NaN before; undefined without a benchmark.
   */
  get buyAndHold(): Float64Array | undefined {
    const prices = this.#prices();
    if (prices === undefined) return undefined;
    const from = this.#benchmarkFrom(prices);
    const shares = this.config.startingCash / DOLLAR / (prices[from] ?? Number.NaN);
    return prices.map((price, point) => (point < from ? Number.NaN : shares * price));
  }

  /** Dividends that were booked to positions, those still due included; below 0 where short ones owed more. */
  get dividends(): Money {
    return bookedDividends(this.bookings);
  }

  /** Every fill with its receipt, oldest first. */
  get fills(): readonly Fill[] {
    const { kernel, recorder } = this.#parts;
    this.#fills ??= recorder.fills.toArray((orderId) => kernel.manager.order(orderId)?.clientOrderId ?? '');
    return this.#fills;
  }

  /** The same without the client's names of orders, each in the same object: a long run has too many to keep them. */
  fillRows(): Iterable<Fill> {
    return this.#parts.recorder.fills.rows();
  }

  /** The same without receipts, which are most of the work. */
  plainFills(): Iterable<PlainFill> {
    return this.#parts.recorder.fills.plainRows();
  }

  /** The same without fees and ledger entries as well. */
  bareFills(): Iterable<BareFill> {
    return this.#parts.recorder.fills.bareRows();
  }

  /** How many fills were decided on what. */
  get fillBases(): ReadonlyMap<FillBasis, number> {
    return this.#parts.recorder.fills.bases;
  }

  /** One of them as an object of its own, from the oldest on; without the client's name of its order. */
  fillAt(index: number): Fill {
    return this.#parts.recorder.fills.at(index);
  }

  /** Every order in its final state, oldest first. */
  get orders(): readonly Order[] {
    this.#orders ??= this.#parts.kernel.manager.orders.toArray();
    return this.#orders;
  }

  /** How many there were; their objects are not made for it. */
  get orderCount(): number {
    return this.#parts.kernel.manager.orders.length;
  }

  /** One of them by its id; undefined for another's. */
  orderOf(orderId: string): Order | undefined {
    return this.#parts.kernel.manager.order(orderId);
  }

  /** Closed matches with the lots that the preset takes first, oldest first. */
  get roundTrips(): readonly RoundTrip[] {
    this.#roundTrips ??= this.#parts.kernel.tracker.roundTrips.toArray();
    return this.#roundTrips;
  }

  /** The same in dollars and fractions. */
  get closedTrades(): readonly ClosedTrade[] {
    this.#closedTrades ??= this.#closeTrades();
    return this.#closedTrades;
  }

  #closeTrades(): ClosedTrade[] {
    const { roundTrips } = this.#parts.kernel.tracker;
    const trades: ClosedTrade[] = [];
    for (let index = 0; index < roundTrips.length; index += 1) {
      trades.push(closedTrade(roundTrips.resultAt(index), this.config.priceScale));
    }
    return trades;
  }

  /** What each strategy came to in each symbol that it traded, open or not, at the last mark. */
  get positions(): readonly Position[] {
    return this.#parts.kernel.tracker.positions();
  }

  /**
   * Lets go of what the run has kept of fills, signals and round trips: a search makes thousands of runs, of
   * which each would ask for it anew. What has been read of the run is read; nothing else may be asked of it.
   */
  release(): void {
    const { kernel, recorder } = this.#parts;
    recorder.fills.release();
    recorder.signals.release();
    kernel.tracker.roundTrips.release();
  }

  /** Performance and trade log, made by a second pass over the market: costs about as much as a run. */
  get analysis(): AccountAnalysis {
    this.#analysis ??= runToEnd(this.#analysisSteps());
    return this.#analysis;
  }

  /** The performance of {@link analysis}, without the memory for its trades. */
  get performance(): PerformanceTracker {
    return this.#walk.performance;
  }

  /** What fills cost and how far trades went, from one walk over all trades: as records they would fill the memory. */
  get tradeFigures(): TradeFigures {
    return this.#walk.figures;
  }

  get #walk(): TradeWalk {
    if (this.#walked === undefined) runToEnd(this.measure());
    return required(this.#walked, 'the walk over the trades');
  }

  /**
   * Makes {@link performance} and {@link tradeFigures} in steps, of which each yields the part that is done, up to 1:
   * of a long run it takes as long as the run did. Nothing is left to do once they are there.
   */
  *measure(): Generator<number, void> {
    if (this.#walked !== undefined) return;
    const sum = new TradeFiguresSum(this.config.priceScale);
    const add = (trade: MeasuredTrade): void => {
      sum.add(trade);
    };
    const { performance, log, feesByKind } = this.#analysis ?? (yield* this.#analysisSteps(add));
    if (this.#analysis !== undefined) for (const trade of log.eachTrade()) add(trade);
    const fees = Array.from(feesByKind, ([kind, amount]) => ({ kind, amount }));
    this.#walked = { performance, figures: { ...sum.figures, fees } };
  }

  /** See runAnalysis.ts. */
  #analysisSteps(onTrade?: (trade: MeasuredTrade) => void): Generator<number, AccountAnalysis> {
    const { config, riskFree, market } = this.#parts;
    const { symbols, priceScale, startingCash } = config;
    const preset = presetOf(config.preset);
    const { signals, curve, bookings } = this;
    const { fills, triggers } = this.#parts.recorder;
    const { orders } = this.#parts.kernel.manager;
    const isOwn = this.#isOwnAsFed;
    const prices = isOwn ? undefined : this.#prices();
    return analysisSteps(
      {
        symbols,
        priceScale,
        startEquity: startingCash,
        riskFree,
        benchmark: isOwn ? 0 : undefined,
        hasBenchmark: this.benchmark !== undefined,
        lotRelief: preset.lotRelief,
        lotFees: lotFeesOf(preset, feePlanOf(config.feePlan)),
        countsDates: isDaily(curve),
      },
      { market, orders, fills, signals, triggers, bookings, curve, benchmark: prices },
      onTrade,
    );
  }

  /** By the conventions that the preset names. */
  get statistics(): Statistics {
    this.#statistics ??= this.#compute();
    return this.#statistics;
  }

  /** What each symbol cost, by symbol id. */
  get pricePaths(): readonly PricePath[] {
    const { market, config } = this.#parts;
    this.#pricePaths ??= pricePathsOf(market, config.symbols.length, config.priceScale);
    return this.#pricePaths;
  }

  /** Prices that are another's multiple from one day to the next. */
  get overnightJumps(): readonly OvernightJump[] {
    this.#overnightJumps ??= overnightJumps(this.#parts.market);
    return this.#overnightJumps;
  }

  /** Sessions without what fills of a symbol are decided on. */
  get evidenceGaps(): readonly EvidenceGap[] {
    const { market, config } = this.#parts;
    this.#evidenceGaps ??= evidenceGaps(market, config.symbols.length, presetOf(config.preset));
    return this.#evidenceGaps;
  }

  /** Tells when fills happened. */
  get fillMoments(): FillMoments {
    this.#fillMoments ??= new FillMoments(this.#parts.market);
    return this.#fillMoments;
  }

  /** Begins a hash as those of this run are made. */
  get createHash(): HashFactory {
    return this.#parts.createHash;
  }

  /** SHA-256 of all fills, fees and ledger entries. */
  get ledgerHash(): string {
    const { recorder, createHash } = this.#parts;
    this.#ledgerHash ??= hashFillLog(recorder.fills, createHash);
    return this.#ledgerHash;
  }

  /** What the run's identity is made of. */
  get inputs(): RunInputs {
    this.#inputs ??= this.#parts.inputs();
    return this.#inputs;
  }

  /** SHA-256 of all that decides the run: the same identity gives the same {@link ledgerHash} on every machine. */
  get identity(): string {
    this.#identity ??= hashRun(this.inputs, this.#parts.createHash);
    return this.#identity;
  }

  #makeCurve(): EquityCurve {
    const { config, equity } = this.#parts;
    const { arrival, closeCosts } = presetOf(config.preset);
    if (arrival !== 'same-instant' || closeCosts === 'sameBar') return equity.curve;
    return beforeCloseCosts(equity.curve, this.fills, config.priceScale);
  }

  #compute(): Statistics {
    const { config, riskFree, benchmarkBefore } = this.#parts;
    const benchmark = this.#prices();
    const convention = this.#convention;
    return computeStatistics(
      {
        curve: this.curve,
        trades: this.closedTrades,
        since: config.startTime,
        startEquity: config.startingCash / DOLLAR,
        ...this.#openSince(),
        ...(benchmark === undefined ? {} : { benchmark, benchmarkFrom: this.#benchmarkFrom(benchmark) }),
        // Prices of regular hours are these once more, but for what is known from before them.
        ...(benchmark === undefined || benchmarkBefore === undefined || convention.benchmarkHours === 'all'
          ? {}
          : { sampledBenchmark: regularPrices(benchmark, this.curve.time, benchmarkBefore) }),
        ...this.#benchmarkReturns(),
        ...(benchmarkBefore === undefined ? {} : { benchmarkBefore }),
        riskFree,
        ...(convention.closings === 'counted' ? { closings: this.#closings() } : {}),
      },
      convention,
    );
  }

  #closings(): ClosingFigures {
    const { curve } = this;
    const { startTime, startingCash, priceScale } = this.config;
    const last = curve.time[curve.time.length - 1] ?? startTime;
    return closingFigures({
      fills: this.plainFills(),
      priceScale,
      splits: this.config.corporateActions?.filter(({ action }) => action.kind === 'split') ?? [],
      curve,
      startEquity: startingCash / DOLLAR,
      days: newYorkDate(last) - newYorkDate(startTime) + 1,
    });
  }

  #benchmarkReturns(): { readonly benchmarkReturns?: MarketReturns } {
    const benchmarkReturns = this.#isOwnAsFed ? this.#parts.equity.benchmarkReturns : undefined;
    return benchmarkReturns === undefined ? {} : { benchmarkReturns };
  }

  #openSince(): { readonly openSince?: Micros } {
    const times = this.#parts.kernel.tracker.carry().books.flatMap(({ lots }) => lots.map(({ time }) => time));
    return times.length === 0 ? {} : { openSince: Math.min(...times) };
  }

  get #convention(): StatisticsConvention {
    return conventionOf(presetOf(this.config.preset).statistics);
  }

  /**
   * Dollars of the benchmark at each point of the curve, NaN before its first, of the hours that the convention counts;
   * undefined without one.
   */
  #prices(): Float64Array | undefined {
    const { benchmark } = this;
    if (benchmark === undefined) return undefined;
    this.#benchmarkPrices ??= this.#pricesOf(benchmark);
    return this.#benchmarkPrices;
  }

  #pricesOf({ chosen }: RunBenchmark): Float64Array {
    const { time } = this.curve;
    const prices =
      chosen === undefined
        ? heldShare(this.#parts.equity.benchmark, time, this.#ownActions, this.config.priceScale)
        : pricesAt(chosen.path, time);
    return this.#convention.benchmarkHours === 'all' ? prices : regularPrices(prices, time);
  }

  /** Splits and dividends of the symbol of a run of one. */
  get #ownActions(): readonly DatedAction[] {
    return this.config.corporateActions?.filter(({ action }) => action.kind !== 'symbolChange') ?? [];
  }

  /** Whether the run is measured against its own symbol, at all the prices that it was fed. */
  get #isOwnAsFed(): boolean {
    const { benchmark } = this;
    if (benchmark === undefined || benchmark.chosen !== undefined) return false;
    return this.#ownActions.length === 0 && this.#convention.benchmarkHours === 'all';
  }

  /** Index of the first point at which a strategy could act and the benchmark had a price. */
  #benchmarkFrom(prices: Float64Array): number {
    const ready = this.#firstReadyPoint();
    if (!Number.isNaN(prices[ready] ?? 0)) return ready;
    const priced = prices.findIndex((price, point) => point > ready && !Number.isNaN(price));
    return priced < 0 ? ready : priced;
  }

  /** Index of the curve's first point at which a strategy could act; 0 if none ever could. */
  #firstReadyPoint(): number {
    const readyAt = Math.min(...this.strategies.map((strategy) => strategy.readyAt ?? Infinity));
    const { time } = this.curve;
    for (let point = 0; point < time.length; point += 1) if ((time[point] ?? 0) >= readyAt) return point;
    return 0;
  }
}

/** A round trip in dollars and fractions. */
export function closedTrade(trip: RoundTripResult, priceScale: number): ClosedTrade {
  const { entryPrice, exitPrice, quantity } = trip;
  const sign = trip.side === 'buy' ? 1 : -1;
  const entryValue = (entryPrice / priceScale) * (quantity / SHARE);
  return {
    entryTime: trip.entryTime,
    exitTime: trip.exitTime,
    pnl: trip.pnl / DOLLAR,
    returnFraction: (exitPrice / entryPrice - 1) * sign - trip.fees / DOLLAR / entryValue,
  };
}
