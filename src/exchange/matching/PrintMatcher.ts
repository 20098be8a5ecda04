/**
 * Fills on prints: resting limits by trade-through and by the queue (basis 1), and everything where no quotes
 * are known (basis 3, with a modelled spread; sampled last prices are its weaker form, M7). Each print's volume is
 * shared once among our orders (M2). Only prints that may set the last price count, off-exchange ones only a full tick
 * beyond the limit (M6).
 */
import { PrintFlag } from '../../domain/marketTables.js';
import type { FillBasis } from '../../domain/receipt.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { Preset, QueueModel, SpreadPart } from '../preset.js';
import { tickOf } from '../rulebook/tickSizes.js';
import type { InstantPrint, SymbolMarket } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { modelledHalfSpread, opens, sizeRoom, slippageOf } from './costs.js';
import type { FillDecision } from './FillDecision.js';
import { Consumes } from './FillDecision.js';

/** A sample has no size, which is no sign of thin trading. */
const SAMPLED_VOLUME = Infinity;
const PERCENT = 100;

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
    part: SpreadPart,
    out: FillDecision,
  ): void {
    const print = symbol.prints[index];
    out.quantity = 0;
    if (print === undefined) return;
    const { preset } = this;
    const isSampled = (print.flags & PrintFlag.SAMPLED) !== 0;
    const volume = isSampled ? SAMPLED_VOLUME : print.size;
    const half = modelledHalfSpread(preset.spread, print.price, volume, part, this.priceScale);
    out.onPrint(
      symbol,
      'lastSale',
      isSampled ? 'sampled-last' : 'last-sale',
      time,
      print.sequence,
      print.price,
      print.size,
    );
    out.isSampled = isSampled;
    out.take(
      order.sign,
      print.price,
      half,
      slippageOf(symbol.slippage, print.price, half, opens(order), this.priceScale),
    );
    this.bound(order, print, index, Infinity, out);
  }

  /** A resting limit: traded through, or reached at its own price when the queue ahead is used up. */
  limit(
    order: WorkingOrder,
    symbol: SymbolMarket,
    index: number,
    time: Micros,
    basis: FillBasis,
    part: SpreadPart,
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
    if ((print.flags & PrintFlag.SAMPLED) !== 0) {
      // A sample says neither how much traded nor in which order: only a price well beyond the limit proves a fill.
      const half = modelledHalfSpread(this.preset.spread, print.price, SAMPLED_VOLUME, part, this.priceScale);
      if (beyond < half + tickOf(limitPrice, this.priceScale)) return;
    } else if (beyond > 0) {
      if (!isLit && beyond < tickOf(limitPrice, this.priceScale)) return;
      order.queueAhead = 0;
      order.noteChange();
    } else {
      if (!isLit || this.queue === 'conservative') return;
      rule = 'limit-queue-reached';
      if (this.queue === 'volume-ahead') {
        if (order.queueAhead < 0) return;
        const printed = print.size * SHARE;
        free = Math.max(0, printed - order.queueAhead);
        order.queueAhead = Math.max(0, order.queueAhead - printed);
        order.noteChange();
        if (free === 0) return;
      }
    }
    out.onPrint(symbol, basis, rule, time, print.sequence, print.price, print.size);
    out.isSampled = (print.flags & PrintFlag.SAMPLED) !== 0;
    out.make(limitPrice, true);
    this.bound(order, print, index, free, out);
  }

  /**
   * Looks where a resting limit stands in the queue of its price (M5): behind the whole displayed size and what other
   * venues show (`queuePercent`) when it joins or becomes the best price, alone when it betters the best price, unknown
   * while it is behind the best.
   */
  joinQueue(order: WorkingOrder, symbol: SymbolMarket): void {
    if (this.queue !== 'volume-ahead' || order.queueAhead >= 0 || symbol.quoteTime === 0) return;
    // What is not firm tells nothing of the queue (R11).
    if (symbol.quoteFlags !== 0) return;
    const best: Price = order.sign === 1 ? symbol.bid : symbol.ask;
    const size = order.sign === 1 ? symbol.bidSize : symbol.askSize;
    const better = order.sign * (order.limitPrice - best);
    if (best > 0 && better < 0) return;
    order.queueAhead = best > 0 && better === 0 ? Math.floor((size * SHARE * this.preset.queuePercent) / PERCENT) : 0;
    if (order.queueAtEntry < 0) order.queueAtEntry = order.queueAhead;
    order.noteChange();
  }

  private bound(order: WorkingOrder, print: InstantPrint, index: number, free: Quantity, out: FillDecision): void {
    const wanted: Quantity = order.quantity === 0 ? Infinity : order.remaining;
    const isSampled = (print.flags & PrintFlag.SAMPLED) !== 0;
    let room: Quantity = Infinity;
    if (free !== Infinity) room = Math.max(0, free - print.taken);
    else if (!isSampled) room = sizeRoom(this.preset, print.size, print.taken);
    out.quantity = Math.min(wanted, room);
    out.participationLimit = this.preset.displayedSize === 'bounded' && !isSampled ? 1 : 0;
    out.evidenceQuantity = print.size * SHARE;
    out.consumes = Consumes.PRINT;
    out.printIndex = index;
  }
}
