/**
 * Fills on prints: resting limits by trade-through and by the queue (basis 1), and everything where no quotes
 * are known (basis 3, with a modelled spread). Each print's volume is shared once among our orders (M2). Only
 * prints that may set the last price count, off-exchange ones only a full tick beyond the limit (M6).
 */
import { PrintFlag } from '../../domain/marketTables.js';
import type { FillBasis } from '../../domain/receipt.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { Preset, QueueModel } from '../preset.js';
import { tickOf } from '../rulebook/tickSizes.js';
import type { InstantPrint, SymbolMarket } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { isAuctionWithinLimit } from './auctionLimit.js';
import { modelledHalfSpread, sizeRoom, slippageOf } from './costs.js';
import type { FillDecision } from './FillDecision.js';
import { Consumes } from './FillDecision.js';

/** See the module header. One per exchange; methods write into the decision they are given. */
export class PrintMatcher {
  private readonly preset: Preset;
  private readonly priceScale: number;
  private readonly queue: QueueModel;

  constructor(preset: Preset, priceScale: number) {
    this.preset = preset;
    this.priceScale = priceScale;
    this.queue = preset.queue;
  }

  /** A market order at a print, where no quote is known: the price plus modelled half spread and slippage. */
  market(
    order: WorkingOrder,
    symbol: SymbolMarket,
    index: number,
    time: Micros,
    extended: boolean,
    out: FillDecision,
  ): void {
    const print = symbol.prints[index];
    out.quantity = 0;
    if (print === undefined) return;
    const { preset } = this;
    const half = modelledHalfSpread(preset.spread, print.price, print.size, extended, this.priceScale);
    out.onPrint(symbol, 'lastSale', 'last-sale', time, print.sequence, print.price, print.size);
    out.take(order.sign, print.price, half, slippageOf(preset.slippage, print.price, half));
    this.bound(order, print, index, Infinity, out);
  }

  /** Any order at an auction's print; limits only if the auction price is not worse than theirs. */
  auction(
    order: WorkingOrder,
    symbol: SymbolMarket,
    index: number,
    time: Micros,
    rule: string,
    out: FillDecision,
  ): void {
    const print = symbol.prints[index];
    out.quantity = 0;
    if (print === undefined) return;
    if (!isAuctionWithinLimit(order, print.price, this.queue)) return;
    out.onPrint(symbol, 'auction', rule, time, print.sequence, print.price, print.size);
    out.make(print.price, false);
    this.bound(order, print, index, Infinity, out);
  }

  /** A resting limit: traded through, or reached at its own price when the queue ahead is used up. */
  limit(
    order: WorkingOrder,
    symbol: SymbolMarket,
    index: number,
    time: Micros,
    basis: FillBasis,
    out: FillDecision,
  ): void {
    const print = symbol.prints[index];
    out.quantity = 0;
    if (print === undefined) return;
    const { limitPrice, sign } = order;
    const beyond = sign * (limitPrice - print.price);
    if (beyond < 0) return;
    const isLit = (print.flags & PrintFlag.OFF_EXCHANGE) === 0;
    let rule = 'limit-traded-through';
    let free: Quantity = Infinity;
    if (beyond > 0) {
      if (!isLit && beyond < tickOf(limitPrice, this.priceScale)) return;
      order.queueAhead = 0;
    } else {
      if (!isLit || this.queue === 'conservative') return;
      rule = 'limit-queue-reached';
      if (this.queue === 'volume-ahead') {
        if (order.queueAhead < 0) return;
        const printed = print.size * SHARE;
        free = Math.max(0, printed - order.queueAhead);
        order.queueAhead = Math.max(0, order.queueAhead - printed);
        if (free === 0) return;
      }
    }
    out.onPrint(symbol, basis, rule, time, print.sequence, print.price, print.size);
    out.make(limitPrice, true);
    this.bound(order, print, index, free, out);
  }

  /**
   * Looks where a resting limit stands in the queue of its price (M5): behind the whole displayed size when it
   * joins or becomes the best price, alone when it betters the best price, unknown while it is behind the best.
   */
  joinQueue(order: WorkingOrder, symbol: SymbolMarket): void {
    if (this.queue !== 'volume-ahead' || order.queueAhead >= 0 || symbol.quoteTime === 0) return;
    const best: Price = order.sign === 1 ? symbol.bid : symbol.ask;
    const size = order.sign === 1 ? symbol.bidSize : symbol.askSize;
    const better = order.sign * (order.limitPrice - best);
    if (best > 0 && better < 0) return;
    order.queueAhead = best > 0 && better === 0 ? size * SHARE : 0;
    if (order.queueAtEntry < 0) order.queueAtEntry = order.queueAhead;
  }

  private bound(order: WorkingOrder, print: InstantPrint, index: number, free: Quantity, out: FillDecision): void {
    const wanted: Quantity = order.quantity === 0 ? Infinity : order.remaining;
    const room = free === Infinity ? sizeRoom(this.preset, print.size, print.taken) : Math.max(0, free - print.taken);
    out.quantity = Math.min(wanted, room);
    out.participationLimit = this.preset.displayedSize === 'bounded' ? 1 : 0;
    out.evidenceQuantity = print.size * SHARE;
    out.consumes = Consumes.PRINT;
    out.printIndex = index;
  }
}
