/**
 * Fills on quotes: the standing best bid and offer (basis 1) or the last quote bar (basis 2). An order that
 * takes gets the far side up to the displayed size that is left (M2, M3); a limit order that rested gets its own
 * price when the far side comes to it. Only firm, plausible quotes decide (R11); locked ones fill, crossed ones
 * after two seconds and on the worse side (R10); a quote stands until it is replaced (R9).
 */
import { SECOND } from '../../domain/timeframe.js';
import type { Micros, Price, Quantity, Shares } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { Preset } from '../preset.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import { isPrice } from '../SymbolMarket.js';
import type { TradingSession } from '../TradingSession.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { opens, participationRoom, sizeRoom, slippageOf } from './costs.js';
import type { FillDecision } from './FillDecision.js';
import { Consumes } from './FillDecision.js';
import { isPlausible, isWithinBands } from './plausible.js';

const BASIS_POINTS = 10_000;
/** How long a crossed quote is waited for before its worse side is taken (R10). */
export const CROSSED_PATIENCE = 2 * SECOND;

/** See the module header. One per exchange; methods write into the decision they are given. */
export class QuoteMatcher {
  private readonly preset: Preset;
  private readonly session: TradingSession;
  private readonly priceScale: number;

  constructor(preset: Preset, session: TradingSession, priceScale: number) {
    this.preset = preset;
    this.session = session;
    this.priceScale = priceScale;
  }

  /**
   * Decides on the standing quote. Returns whether the quote could decide at all; if so, a quantity of 0 means
   * that the limit is not reached or that nothing is left of the displayed size.
   */
  onQuote(order: WorkingOrder, symbol: SymbolMarket, time: Micros, out: FillDecision): boolean {
    out.quantity = 0;
    if (symbol.quoteFlags !== 0 || symbol.quoteTime === 0) return false;
    if (symbol.quoteTime < order.evidenceFrom || symbol.quoteTime < this.session.start) return false;
    const isBuy = order.sign === 1;
    let price = isBuy ? symbol.ask : symbol.bid;
    if (symbol.crossedSince !== 0) {
      if (time - symbol.crossedSince < CROSSED_PATIENCE) return false;
      price = isBuy ? symbol.bid : symbol.ask;
    }
    const size = isBuy ? symbol.askSize : symbol.bidSize;
    if (!isPrice(price) || !(size > 0)) {
      // Nothing is offered that a limit could take.
      if (order.acts === 'limit' && !order.isImmediate && symbol.crossedSince === 0) rest(order);
      return false;
    }
    if (!isPlausible(price, symbol, this.session) || !isWithinBands(price, symbol, this.session)) return false;
    out.onQuote(symbol, 'far-side');
    out.consumes = isBuy ? Consumes.ASK : Consumes.BID;
    const half = isPrice(symbol.bid) && isPrice(symbol.ask) ? Math.abs(symbol.ask - symbol.bid) / 2 : 0;
    this.decide(order, symbol, price, Math.floor(half), size, isBuy ? symbol.askTaken : symbol.bidTaken, out);
    return true;
  }

  /**
   * What an order that takes gets beyond the displayed size: the same price, which the impact moves, up to its share in
   * the trailing volume of a minute over all venues (M3).
   */
  walk(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): void {
    const isBuy = order.sign === 1;
    const price = isBuy ? symbol.ask : symbol.bid;
    const volume = symbol.impact.trailingVolume;
    out.quantity = 0;
    if (!isPrice(price) || volume <= 0) return;
    out.onQuote(symbol, 'walked-beyond-display');
    out.take(order.sign, price, 0, 0);
    out.quantity = Math.min(order.remaining, participationRoom(this.preset, volume, symbol.impact.walked));
    out.participationLimit = this.preset.participationBps / BASIS_POINTS;
    out.evidenceQuantity = Math.round(volume * SHARE);
    out.consumes = Consumes.WALK;
  }

  /** Decides on the close of the last quote bar, for orders that take; as {@link QuoteMatcher.onQuote}. */
  onBarClose(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): boolean {
    out.quantity = 0;
    if (symbol.quoteBarTime === 0 || symbol.quoteBarTime < order.evidenceFrom) return false;
    // A bar that ended before a stop was elected does not know what elected it.
    if (symbol.quoteBarTime < this.session.start || symbol.quoteBarTime < order.triggerTime) return false;
    const isBuy = order.sign === 1;
    const { bidClose, askClose } = symbol;
    const price = isBuy ? askClose : bidClose;
    const size = isBuy ? symbol.askCloseSize : symbol.bidCloseSize;
    if (!isPrice(price) || (isPrice(bidClose) && isPrice(askClose) && bidClose > askClose)) return false;
    if (!(size > 0) && this.preset.displayedSize === 'bounded') return false;
    if (!isPlausible(price, symbol, this.session)) return false;
    out.onQuoteBar(symbol, 'far-side-close');
    out.consumes = isBuy ? Consumes.ASK_BAR : Consumes.BID_BAR;
    const half = isPrice(bidClose) && isPrice(askClose) ? Math.floor((askClose - bidClose) / 2) : 0;
    this.decide(order, symbol, price, half, size, isBuy ? symbol.askBarTaken : symbol.bidBarTaken, out);
    return true;
  }

  /** A limit that rested through a whole quote bar: the far side's extreme went strictly through it. */
  onBarRange(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): void {
    out.quantity = 0;
    const isBuy = order.sign === 1;
    const extreme = isBuy ? symbol.askLow : symbol.bidHigh;
    const open = isBuy ? symbol.askOpen : symbol.bidOpen;
    if (!isPrice(extreme) || !isPrice(open) || !isPlausible(extreme, symbol, this.session)) return;
    const { quoteBarStart } = symbol;
    const { evidenceFrom, activatedAt, triggerTime } = order;
    if (quoteBarStart < evidenceFrom || quoteBarStart < activatedAt || quoteBarStart < triggerTime) return;
    const beyond = order.sign * (order.limitPrice - extreme);
    if (this.preset.barLimit === 'through' ? beyond <= 0 : beyond < 0) return;
    out.onQuoteBar(symbol, 'limit-quoted-through');
    out.make(order.limitPrice, true);
    out.consumes = isBuy ? Consumes.ASK_BAR : Consumes.BID_BAR;
    const size = isBuy ? symbol.askCloseSize : symbol.bidCloseSize;
    this.bound(order, size, isBuy ? symbol.askBarTaken : symbol.bidBarTaken, out);
  }

  private decide(
    order: WorkingOrder,
    symbol: SymbolMarket,
    price: Price,
    half: Price,
    size: Shares,
    taken: Quantity,
    out: FillDecision,
  ): void {
    const { sign } = order;
    const limit = order.limitPrice;
    if (order.acts === 'limit') {
      if (sign * (limit - price) < 0) {
        rest(order);
        return;
      }
      if (order.resting) {
        out.rule = 'limit-crossed-by-quote';
        out.make(limit, true);
        this.bound(order, size, taken, out);
        return;
      }
    }
    // A spread is never wider than the price: no slippage makes a sale worth nothing.
    const bounded = Math.min(half, Math.floor(price / 2));
    out.take(sign, price, 0, slippageOf(symbol.slippage, price, bounded, opens(order), this.priceScale));
    if (order.acts === 'limit' && sign * (limit - out.price) < 0) out.price = limit;
    this.bound(order, size, taken, out);
  }

  private bound(order: WorkingOrder, size: Shares, taken: Quantity, out: FillDecision): void {
    const wanted: Quantity = order.quantity === 0 ? Infinity : order.remaining;
    out.quantity = Math.min(wanted, sizeRoom(this.preset, size, taken));
    out.participationLimit = this.preset.displayedSize === 'bounded' ? 1 : 0;
    out.evidenceQuantity = size * SHARE;
  }
}

function rest(order: WorkingOrder): void {
  if (!order.resting) order.noteChange();
  order.resting = true;
}
