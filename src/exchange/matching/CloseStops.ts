/**
 * Stop-limit, limit-if-touched and trailing stop orders that are judged by whole bars and their close
 * (`Preset.barStops`): nothing is assumed of the path between open and close. Where quote bars are known the far side's
 * decides, bids for sales and asks for purchases, else the trade bar; a trigger is touched by trade bars wherever there
 * are some. The rules are those of LEAN's `EquityFillModel.StopLimitFill` and `LimitIfTouchedFill` and of
 * `FillModel.TrailingStopFill`.
 */
import type { Trail } from '../../domain/order.js';
import type { Micros, Price } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { Preset, SpreadPart } from '../preset.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import { Evidence, isPrice } from '../SymbolMarket.js';
import { follow, trailedStop } from '../trailingStop.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { isSoundBar } from './BarMatcher.js';
import { modelledHalfSpread, opens, participationRoom, sizeRoom, slippageOf } from './costs.js';
import type { FillDecision } from './FillDecision.js';
import { Consumes } from './FillDecision.js';

/** See the module header. One per exchange; methods write into the decision they are given. */
export class CloseStops {
  private readonly preset: Preset;
  private readonly priceScale: number;
  private high: Price = 0;
  private low: Price = 0;
  private close: Price = 0;

  constructor(preset: Preset, priceScale: number) {
    this.preset = preset;
    this.priceScale = priceScale;
  }

  /** Whether an order is judged here, elected or not: where no prints are known, which elect stops themselves (R3). */
  judges(order: WorkingOrder, symbol: SymbolMarket): boolean {
    if (this.preset.barStops !== 'close' || (symbol.known & Evidence.PRINT) !== 0) return false;
    // An elected trailing stop takes what there is, as any other.
    const { type, acts } = order;
    return type === 'stop_limit' || type === 'limit_if_touched' || (type === 'trailing_stop' && acts === 'stop');
  }

  /** Whether an order is judged when a quote bar of its symbol ends, and not when a trade bar does. */
  readsQuoteBars({ type }: WorkingOrder, symbol: SymbolMarket): boolean {
    const isTouchedByTrades = type === 'limit_if_touched' && (symbol.known & Evidence.BAR) !== 0;
    return hasQuoteBars(symbol) && !isTouchedByTrades;
  }

  /** Sets a trailing stop behind the last close; one that stands already, or no close, changes nothing. */
  begin(order: WorkingOrder, symbol: SymbolMarket): void {
    if (order.stopPrice === 0 && symbol.barTime !== 0 && isPrice(symbol.close)) this.follow(order, symbol.close);
  }

  /**
   * Judges an order by the last bar. Returns whether the bar elects a stop that was not elected yet; `out` has a
   * quantity if the bar fills the order. A trailing stop that is not reached follows the bar's better extreme.
   */
  judge(order: WorkingOrder, symbol: SymbolMarket, part: SpreadPart, out: FillDecision): boolean {
    out.quantity = 0;
    const isSound = this.read(order, symbol);
    if (order.type === 'limit_if_touched') return this.judgeTouch(order, symbol, part, isSound, out);
    if (!isSound) return false;
    if (order.type === 'stop_limit') return this.judgeStopLimit(order, symbol, out);
    const { sign, stopPrice } = order;
    if (stopPrice === 0 || sign * ((sign === 1 ? this.high : this.low) - stopPrice) < 0) {
      if (this.movedStop(order, order) !== stopPrice) this.follow(order, sign === 1 ? this.low : this.high);
      return false;
    }
    const base = sign === 1 ? Math.max(stopPrice, this.close) : Math.min(stopPrice, this.close);
    this.start(symbol, 'trailing-stop-close', out);
    const half = this.halfSpread(base, symbol, part);
    out.take(sign, base, half, slippageOf(symbol.slippage, base, half, opens(order), this.priceScale));
    this.bound(order, symbol, out);
    return true;
  }

  /**
   * Where a trailing stop stands that goes on with another distance, after the bar that ended with the change: only
   * what that bar offers counts, not the best price so far. 0 if nothing moves it.
   */
  stopAfterReplace(old: WorkingOrder, trail: Trail | undefined, symbol: SymbolMarket, time: Micros): Price {
    const isOfNow = hasQuoteBars(symbol) ? symbol.quoteBarTime === time : symbol.barTime === time;
    if (trail === undefined || !this.judges(old, symbol) || !isOfNow || !this.read(old, symbol)) return 0;
    const distance =
      trail.kind === 'price' ? { trailAmount: trail.amount, trailPpm: 0 } : { trailAmount: 0, trailPpm: trail.ppm };
    const moved = this.movedStop(old, distance);
    return moved === old.stopPrice ? 0 : moved;
  }

  /** The stop behind the better extreme of the bar that was read, if that moves it; else where it stands. */
  private movedStop(order: WorkingOrder, distance: Pick<WorkingOrder, 'trailAmount' | 'trailPpm'>): Price {
    const { sign, stopPrice } = order;
    const { trailAmount, trailPpm } = distance;
    const highWaterMark = sign === 1 ? this.low : this.high;
    const moved = trailedStop({ highWaterMark, trailAmount, trailPpm, sign }, this.preset.priceGrid, this.priceScale);
    return stopPrice === 0 || sign * (moved - stopPrice) < 0 ? moved : stopPrice;
  }

  private judgeStopLimit(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): boolean {
    const { sign, stopPrice, limitPrice } = order;
    const isElected = order.acts === 'limit';
    if (!isElected && sign * ((sign === 1 ? this.high : this.low) - stopPrice) <= 0) return false;
    if (sign * (limitPrice - this.close) > 0) {
      this.start(symbol, 'stop-limit-close', out);
      out.make(sign === 1 ? Math.min(this.high, limitPrice) : Math.max(this.low, limitPrice), false);
      this.bound(order, symbol, out);
    }
    return !isElected;
  }

  /** Once touched it takes the close of every bar that is within its limit; slippage is no part of it, as in LEAN. */
  private judgeTouch(
    order: WorkingOrder,
    symbol: SymbolMarket,
    part: SpreadPart,
    isSound: boolean,
    out: FillDecision,
  ): boolean {
    const { sign, stopPrice, limitPrice } = order;
    const isElected = order.acts === 'limit';
    const isOnTrades = !this.readsQuoteBars(order, symbol);
    if (!isSound && !isOnTrades) return false;
    const low = isOnTrades ? symbol.low : this.low;
    const high = isOnTrades ? symbol.high : this.high;
    if (!isElected && sign * ((sign === 1 ? low : high) - stopPrice) > 0) return false;
    // Trades touch it also where nothing is offered that it could take.
    if (!isSound) return !isElected;
    out.take(sign, this.close, this.halfSpread(this.close, symbol, part), 0);
    if (sign * (limitPrice - out.price) >= 0) {
      this.start(symbol, 'limit-if-touched-close', out);
      this.bound(order, symbol, out);
    }
    return !isElected;
  }

  /** Half of the modelled spread where no quote bars tell the sides apart. */
  private halfSpread(base: Price, symbol: SymbolMarket, part: SpreadPart): Price {
    if (hasQuoteBars(symbol)) return 0;
    return modelledHalfSpread(this.preset.spread, base, symbol.volume, part, this.priceScale);
  }

  /** Reads the bar that decides; false if it decides nothing. */
  private read(order: WorkingOrder, symbol: SymbolMarket): boolean {
    const isBuy = order.sign === 1;
    const isQuote = hasQuoteBars(symbol);
    this.high = isQuote ? (isBuy ? symbol.askHigh : symbol.bidHigh) : symbol.high;
    this.low = isQuote ? (isBuy ? symbol.askLow : symbol.bidLow) : symbol.low;
    this.close = isQuote ? (isBuy ? symbol.askClose : symbol.bidClose) : symbol.close;
    return isSoundBar(this.close, this.high, this.low, this.close);
  }

  private follow(order: WorkingOrder, price: Price): void {
    order.highWaterMark = 0;
    follow(order, price, this.preset.priceGrid, this.priceScale);
  }

  private start(symbol: SymbolMarket, rule: string, out: FillDecision): void {
    if (hasQuoteBars(symbol)) out.onQuoteBar(symbol, rule);
    else out.onBar(symbol, rule);
  }

  private bound(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): void {
    const wanted = order.quantity === 0 ? Infinity : order.remaining;
    const isBuy = order.sign === 1;
    if (hasQuoteBars(symbol)) {
      const size = isBuy ? symbol.askCloseSize : symbol.bidCloseSize;
      out.consumes = isBuy ? Consumes.ASK_BAR : Consumes.BID_BAR;
      out.quantity = Math.min(wanted, sizeRoom(this.preset, size, isBuy ? symbol.askBarTaken : symbol.bidBarTaken));
      out.participationLimit = this.preset.displayedSize === 'bounded' ? 1 : 0;
      out.evidenceQuantity = size * SHARE;
      return;
    }
    out.consumes = Consumes.BAR;
    out.quantity = Math.min(wanted, participationRoom(this.preset, symbol.volume, symbol.barTaken));
    out.participationLimit = this.preset.participationBps / 10_000;
    out.evidenceQuantity = symbol.volume * SHARE;
  }
}

function hasQuoteBars(symbol: SymbolMarket): boolean {
  return (symbol.known & Evidence.QUOTE_BAR) !== 0;
}
