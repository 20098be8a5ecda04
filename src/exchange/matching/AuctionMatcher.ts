/**
 * Fills at the auctions of the listing market (R4): opening, closing and reopening. The price is that of the auction's
 * trade, which carries size; official prices are messages without volume and fill nothing. Limits are certain only
 * strictly inside the auction's price. Without a trade the price is estimated and named so, where the preset allows it.
 */
import { PrintFlag } from '../../domain/marketTables.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import { isAuctionTrade } from '../MarketWatch.js';
import type { MarketWatch } from '../MarketWatch.js';
import type { Preset } from '../preset.js';
import { isPastOpeningCutoff } from '../rulebook/auctionCutoffs.js';
import type { InstantPrint, SymbolMarket } from '../SymbolMarket.js';
import { Evidence, isLastEligible } from '../SymbolMarket.js';
import type { TradingSession } from '../TradingSession.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import { isAuctionWithinLimit } from './auctionLimit.js';
import { sizeRoom } from './costs.js';
import type { FillDecision } from './FillDecision.js';
import { Consumes } from './FillDecision.js';

/** How long after the open the opening auction's print is waited for before the session's first trades count. */
const OPENING_PATIENCE = MINUTE;
/** How long after the close the closing auction's print is waited for before it is estimated. */
export const CLOSING_PATIENCE = 10 * MINUTE;

type Auction = 'none' | 'opening' | 'closing' | 'reopening' | 'estimate';

const RULES: Readonly<Record<Auction, string>> = {
  none: '',
  opening: 'opening-auction',
  closing: 'closing-auction',
  reopening: 'reopening-auction',
  estimate: 'opening-auction-estimated',
};

/** Hands on the decision that was just made for an order. */
export type Settle = (order: WorkingOrder, symbol: SymbolMarket, time: Micros) => void;

/** See the module header. One per exchange. */
export class AuctionMatcher {
  private readonly preset: Preset;
  private readonly session: TradingSession;
  private readonly watch: MarketWatch;
  private readonly decision: FillDecision;
  private readonly settle: Settle;

  constructor(preset: Preset, session: TradingSession, watch: MarketWatch, decision: FillDecision, settle: Settle) {
    this.preset = preset;
    this.session = session;
    this.watch = watch;
    this.decision = decision;
    this.settle = settle;
  }

  /** Fills what takes part in the auction that a print of the instant is, if it is one. */
  match(symbol: SymbolMarket, index: number, time: Micros): void {
    const print = symbol.prints[index];
    if (print === undefined) return;
    const auction = this.auctionOf(symbol, print, time);
    if (auction === 'none') return;
    const { orders } = symbol;
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order === undefined || order.closed || order.arrivedAt === 0) continue;
      if (!this.takesPart(order, symbol, auction, time)) continue;
      this.decide(order, symbol, print, index, RULES[auction], time);
      order.auctionPending = false;
      order.noteChange();
      this.settle(order, symbol, time);
      // What an auction leaves of a limit order rests at its price from then on.
      if (order.closed || order.acts !== 'limit') continue;
      order.resting = true;
      order.noteChange();
    }
  }

  /**
   * Whether an order that waited for the open still waits for the auction (M12). All prints of an instant are known
   * before one is looked at: at that with the number `index` the auction's may be still to come.
   */
  awaitsOpening(order: WorkingOrder, symbol: SymbolMarket, time: Micros, index?: number): boolean {
    const isToCome = symbol.openedAt < this.session.open || this.opensBehind(symbol, index, time);
    const isPossible = (symbol.known & Evidence.PRINT) !== 0 && isToCome;
    if (isPossible && time < this.session.open + OPENING_PATIENCE) return true;
    order.auctionPending = false;
    order.noteChange();
    return false;
  }

  private opensBehind(symbol: SymbolMarket, index: number | undefined, time: Micros): boolean {
    if (index === undefined || symbol.openedAt !== time) return false;
    const behind = symbol.prints.slice(index + 1, symbol.printCount);
    return behind.some((print) => this.auctionOf(symbol, print, time) === 'opening');
  }

  /** Fills orders for a closing auction whose print did not come in time at an estimate, where the preset makes one. */
  settleLate(symbol: SymbolMarket, time: Micros): void {
    // In a halt there was no auction to estimate.
    if (!this.preset.auctionEstimate || symbol.halted || symbol.closedAt !== 0) return;
    // It is looked for once: what a halt kept from it then is not made up for by whatever comes next.
    if (time !== this.session.close + CLOSING_PATIENCE) return;
    for (const order of symbol.orders) {
      if (order.closed || order.timeInForce !== 'cls' || order.arrivedAt === 0) continue;
      if (order.arrivedAt >= this.session.close) continue;
      this.estimateClose(order, symbol, this.decision);
      this.settle(order, symbol, time);
    }
  }

  /** The closing auction of an order from the last eligible trade of regular hours, when no auction was seen. */
  private estimateClose(order: WorkingOrder, symbol: SymbolMarket, out: FillDecision): void {
    out.quantity = 0;
    if (!this.preset.auctionEstimate || symbol.closedAt !== 0 || symbol.regularPrice === 0) return;
    if (!isAuctionWithinLimit(order, symbol.regularPrice, this.preset.queue)) return;
    const { regularPrice, regularSize } = symbol;
    out.onPrint(
      symbol,
      'auction',
      'closing-auction-estimated',
      symbol.regularTime,
      symbol.regularSequence,
      regularPrice,
      regularSize,
    );
    out.make(regularPrice, false);
    out.quantity = order.quantity === 0 ? Infinity : order.remaining;
    out.participationLimit = 0;
    out.evidenceQuantity = 0;
    out.consumes = Consumes.NOTHING;
  }

  private auctionOf(symbol: SymbolMarket, print: InstantPrint, time: Micros): Auction {
    const { session } = this;
    const { flags } = print;
    const isRegular = time >= session.open && time < session.close;
    if (isAuctionTrade(flags) && this.watch.isPrimary(symbol, print.exchange)) {
      if ((flags & PrintFlag.CLOSING_AUCTION) !== 0) return time >= session.close ? 'closing' : 'none';
      if ((flags & PrintFlag.REOPENING_AUCTION) !== 0) return isRegular ? 'reopening' : 'none';
      return isRegular ? 'opening' : 'none';
    }
    const isLate = isRegular && time >= session.open + OPENING_PATIENCE;
    if (!isLate || symbol.openedAt >= session.open || !this.preset.auctionEstimate) return 'none';
    return isLastEligible(flags) && this.watch.isPrimary(symbol, print.exchange) ? 'estimate' : 'none';
  }

  private takesPart(order: WorkingOrder, symbol: SymbolMarket, auction: Auction, time: Micros): boolean {
    const { session } = this;
    if (order.timeInForce === 'cls') return auction === 'closing' && order.arrivedAt < session.close;
    if (order.timeInForce === 'opg') {
      return (auction === 'opening' || auction === 'estimate') && session.open >= order.arrivedAt;
    }
    if (order.activatedAt === 0 || order.acts === 'stop') return false;
    // Whatever waited out a halt meets in the auction that ends it.
    if (symbol.reopenedAt === time && auction !== 'estimate') return true;
    if (auction !== 'opening' || !order.auctionPending) return false;
    if (!isPastOpeningCutoff(order.arrivedAt, session.open)) return true;
    // Too late for the auction: the first firm quote after the stock has opened (M12).
    order.auctionPending = false;
    order.evidenceFrom = time;
    order.noteChange();
    return false;
  }

  private decide(
    order: WorkingOrder,
    symbol: SymbolMarket,
    print: InstantPrint,
    index: number,
    rule: string,
    time: Micros,
  ): void {
    const out = this.decision;
    out.quantity = 0;
    if (!isAuctionWithinLimit(order, print.price, this.preset.queue)) return;
    out.onPrint(symbol, 'auction', rule, time, print.sequence, print.price, print.size);
    out.make(print.price, false);
    out.quantity = Math.min(
      order.quantity === 0 ? Infinity : order.remaining,
      sizeRoom(this.preset, print.size, print.taken),
    );
    out.participationLimit = this.preset.displayedSize === 'bounded' ? 1 : 0;
    out.evidenceQuantity = print.size * SHARE;
    out.consumes = Consumes.PRINT;
    out.printIndex = index;
  }
}
