/**
 * Fills on trade bars (basis 4). A bar decides only for orders that were on their way before it began. Market
 * orders get the open, bounded by the volume of the bar before; limits and stops are judged by high and low
 * when the bar is complete, bounded by its own volume (M1). Prices pay the modelled half spread and slippage
 * where the order takes.
 */
import type { Price, Quantity, Shares } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { Preset, SpreadPart } from '../preset.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import { isPrice } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { isExit } from './barOrder.js';
import { modelledHalfSpread, opens, participationRoom, slippageOf } from './costs.js';
import type { FillDecision } from './FillDecision.js';
import { Consumes } from './FillDecision.js';

const BASIS_POINTS = 10_000;
const STOP_RULES = { gap: 'stop-gap', reached: 'stop-reached' } as const;
const TOUCH_RULES = { gap: 'trigger-gap', reached: 'trigger-touched' } as const;

/** See the module header. One per exchange; every method writes its answer into the decision it is given. */
export class BarMatcher {
  private readonly preset: Preset;
  private readonly priceScale: number;
  private readonly isThrough: boolean;

  constructor(preset: Preset, priceScale: number) {
    this.preset = preset;
    this.priceScale = priceScale;
    this.isThrough = preset.barLimit === 'through';
  }

  /** Whether the bar's figures can decide anything: positive, and open and close within high and low. */
  isSound(symbol: SymbolMarket): boolean {
    return isSoundBar(symbol.open, symbol.high, symbol.low, symbol.close);
  }

  /** Whether the bar began after the order was decided, and after whole bars of latency. */
  isAfter(order: WorkingOrder, symbol: SymbolMarket): boolean {
    const latency = order.dataLatency + this.preset.orderLatency;
    const bars = latency < symbol.barDuration ? 0 : Math.floor(latency / symbol.barDuration);
    const from = bars === 0 ? order.decidedAt : order.decidedAt + bars * symbol.barDuration;
    return (
      symbol.barStart >= from &&
      symbol.barStart >= order.armedAt &&
      symbol.barStart >= order.evidenceFrom &&
      symbol.barStart >= order.triggerTime
    );
  }

  /** A market order at the open. `rule` says which open it is. */
  atOpen(order: WorkingOrder, symbol: SymbolMarket, part: SpreadPart, rule: string, out: FillDecision): void {
    // The first bar of a symbol has none before it; its own volume is the only measure then.
    const measure = symbol.previousVolume >= 0 ? symbol.previousVolume : symbol.volume;
    this.takeAt(order, symbol, symbol.open, measure, part, rule, out);
  }

  /** A market order at the close. */
  atClose(order: WorkingOrder, symbol: SymbolMarket, part: SpreadPart, rule: string, out: FillDecision): void {
    this.takeAt(order, symbol, symbol.close, symbol.volume, part, rule, out);
  }

  /**
   * A stop, or the trigger of a limit-if-touched order: elected by high or low; a gap through it fills at the open.
   * Quantity 0 and rule '' if not elected.
   */
  stop(order: WorkingOrder, symbol: SymbolMarket, part: SpreadPart, out: FillDecision): void {
    out.quantity = 0;
    out.rule = '';
    const { stopPrice, electionSign } = order;
    const extreme = electionSign === 1 ? symbol.high : symbol.low;
    if (electionSign * (extreme - stopPrice) < 0) return;
    const isTouch = order.type === 'limit_if_touched';
    // A close beyond a trigger is the better price, and the bar need not have it.
    const isAtClose = this.preset.stopGap === 'lastClose' && symbol.closeBefore > 0 && !isExit(order) && !isTouch;
    const first = isAtClose ? symbol.closeBefore : symbol.open;
    const isGap = electionSign * (first - stopPrice) > 0;
    const base = isGap ? first : stopPrice;
    const rules = isTouch ? TOUCH_RULES : STOP_RULES;
    this.takeAt(order, symbol, base, symbol.volume, part, isGap ? rules.gap : rules.reached, out);
  }

  /** A trailing stop that its bar's best price has moved: the close came after that price and may be behind it. */
  stopBehindClose(order: WorkingOrder, symbol: SymbolMarket, part: SpreadPart, out: FillDecision): void {
    if (order.sign * (symbol.close - order.stopPrice) < 0) return;
    this.takeAt(order, symbol, order.stopPrice, symbol.volume, part, 'trailing-stop-reached', out);
  }

  /**
   * A stop loss in the bar in which its entry filled at `entry`: the adverse extreme may have come after (M9). It
   * fills no better than the entry did. Quantity 0 and rule '' if not elected.
   */
  stopAfterEntry(order: WorkingOrder, symbol: SymbolMarket, entry: Price, part: SpreadPart, out: FillDecision): void {
    out.quantity = 0;
    out.rule = '';
    const { stopPrice, sign } = order;
    const extreme = sign === 1 ? symbol.high : symbol.low;
    if (stopPrice === 0 || sign * (extreme - stopPrice) < 0) return;
    const base = sign === 1 ? Math.max(stopPrice, entry) : Math.min(stopPrice, entry);
    this.takeAt(order, symbol, base, symbol.volume, part, 'stop-after-entry', out);
  }

  /**
   * What the bar that elected a stop-limit gives the limit, after `out` has the price at the election: that price if
   * the limit allows it; its own price if the bar gapped beyond it and came back through; else nothing. Where a
   * preset fills at the stop whatever the open was: that price, if the limit is beyond it and the bar reaches the
   * limit. The price comes to the trigger of a limit-if-touched order from its worse side, so that what is beyond the
   * trigger comes after it: a limit there fills as any limit that the bar meets. One before the trigger was traded
   * through, and pays of spread and slippage what it leaves room for.
   */
  limitElection(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): void {
    const { limitPrice, sign, triggerPrice } = order;
    if (order.type === 'limit_if_touched') {
      if (sign * (limitPrice - out.price) >= 0) return;
      if (sign * (limitPrice - out.basePrice) > 0) out.price = limitPrice;
      else this.limit(order, symbol, out);
      return;
    }
    if (this.preset.stopLimitGap === 'stop') {
      const extreme = sign === 1 ? symbol.low : symbol.high;
      const isReached = sign * (limitPrice - extreme) >= 0 && sign * (limitPrice - triggerPrice) > 0;
      if (isReached) this.takeAt(order, symbol, triggerPrice, symbol.volume, 'regular', 'stop-reached', out);
      else out.quantity = 0;
      return;
    }
    if (sign * (limitPrice - out.price) >= 0) return;
    const isGap = out.rule === 'stop-gap';
    out.quantity = 0;
    if (isGap) this.limit(order, symbol, out);
  }

  /** A limit: at its price if the bar traded through it, at the open if that is better. */
  limit(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): void {
    out.quantity = 0;
    const { limitPrice, sign } = order;
    const extreme = sign === 1 ? symbol.low : symbol.high;
    const beyond = sign * (limitPrice - extreme);
    if (this.isThrough ? beyond <= 0 : beyond < 0) return;
    const isBetterOpen = sign * (limitPrice - symbol.open) > 0;
    out.onBar(symbol, isBetterOpen ? 'limit-better-open' : 'limit-traded-through');
    out.make(isBetterOpen ? symbol.open : limitPrice, !isBetterOpen);
    this.bound(order, symbol, symbol.volume, out);
  }

  /** An order that takes at `base`, bounded by a volume of `measure`. */
  takeAt(
    order: WorkingOrder,
    symbol: SymbolMarket,
    base: Price,
    measure: Shares,
    part: SpreadPart,
    rule: string,
    out: FillDecision,
  ): void {
    out.onBar(symbol, rule);
    this.priceAt(order, symbol, base, measure, part, out);
  }

  /** The quantity and the price of {@link takeAt}, where the evidence is written by another. */
  priceAt(
    order: WorkingOrder,
    symbol: SymbolMarket,
    base: Price,
    measure: Shares,
    part: SpreadPart,
    out: FillDecision,
  ): void {
    const { preset } = this;
    const half = modelledHalfSpread(preset.spread, base, measure, part, this.priceScale);
    out.take(order.sign, base, half, slippageOf(symbol.slippage, base, half, opens(order), this.priceScale));
    this.bound(order, symbol, measure, out);
  }

  private bound(order: WorkingOrder, symbol: SymbolMarket, measure: Shares, out: FillDecision): void {
    const wanted: Quantity = order.quantity === 0 ? Infinity : order.remaining;
    out.quantity = Math.min(wanted, participationRoom(this.preset, measure, symbol.barTaken));
    out.participationLimit = this.preset.participationBps / BASIS_POINTS;
    out.evidenceQuantity = measure * SHARE;
    out.consumes = Consumes.BAR;
  }
}

/** Whether the prices of a bar can decide anything: positive, and open and close within high and low. */
export function isSoundBar(open: Price, high: Price, low: Price, close: Price): boolean {
  return isPrice(low) && isPrice(high) && low <= open && open <= high && low <= close && close <= high;
}
