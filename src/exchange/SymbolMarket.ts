/**
 * What the exchange knows of one symbol: its last quote, quote bar, print and bar, what of the displayed and
 * printed sizes our orders have taken (M2), and the orders that work in it. Observing fills it; matching reads
 * it and takes size from it. Fields are plain because every market row touches them.
 */
import type { BarTable, PrintTable, QuoteBarTable, QuoteTable } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { DurationMicros, Micros, Price, Quantity, Shares } from '../domain/units.js';
import type { MarketBasis, SlippageModel } from './preset.js';
import { ImpactState } from './matching/ImpactState.js';
import { BookSide, TakenLevels } from './TakenLevels.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** Bits of {@link SymbolMarket.evidence}: what came in the present instant. */
export const Evidence = { QUOTE: 1, PRINT: 2, QUOTE_BAR: 4, BAR: 8, BOOK: 16 } as const;

/** One print of the present instant, kept while orders look at it. */
export interface InstantPrint {
  price: Price;
  size: Shares;
  flags: number;
  /** ASCII code of the reporting exchange's SIP letter, 0 if unknown. */
  exchange: number;
  sequence: number;
  /** Micro-shares that our orders took from it. */
  taken: Quantity;
}

/** Whether a number can be a price: a positive safe integer; NaN, 0 and negative values cannot. */
export function isPrice(value: number): boolean {
  return value > 0 && Number.isSafeInteger(value);
}

/** See the module header. Times of 0 mean "nothing known yet". */
export class SymbolMarket {
  readonly symbolId: number;
  /** What taking costs here. */
  readonly slippage: SlippageModel;
  /** Whether there is no continuous trading: some halt is in force, or trading has not reopened. See halts.ts. */
  halted = false;
  /** Halts in force, as bits of `HaltKind`; since when; the level of a market-wide breaker, else 0. */
  halts = 0;
  haltedSince: Micros = 0;
  breakerLevel = 0;
  /** When the last halt was lifted, while the primary market's reopening print is waited for; else 0. */
  releasedAt: Micros = 0;
  /** Whether time alone changed something since its last row: then no row gives its state back. */
  refreshed = false;
  /** When an auction of the primary market last opened trading after a halt. */
  reopenedAt: Micros = 0;
  /** Whether the feed tells halts and pauses, and price bands; what it tells is not computed. */
  tellsHalts = false;
  tellsBands = false;
  /** Price bands in force, both 0 if there are none (R7). */
  bandLower: Price = 0;
  bandUpper: Price = 0;
  /** Until when short sales must be above the bid; 0 if they need not (R8). */
  restrictedUntil: Micros = 0;
  /** The listing market's close of the trading day before; 0 if unknown. */
  previousClose: Price = 0;
  /** The close of the present day, once its auction or official price was seen; 0 before. */
  officialClose: Price = 0;
  /** The trading day that the figures of the day are of. */
  day = 0;
  /** When the venue must look at the symbol although nothing comes; Infinity if it need not. */
  wakeAt: Micros = Infinity;
  /** Kinds of evidence seen so far in the session, as {@link Evidence} bits. */
  known = 0;
  /** Kinds that came in the present instant. */
  evidence = 0;
  marketBasis: MarketBasis | undefined = undefined;
  restingBasis: MarketBasis | undefined = undefined;
  /** Open orders in order of arrival. */
  orders: WorkingOrder[] = [];
  /** Orders in `orders` that are final and not yet removed. */
  stale = 0;

  /**
   * Bars above `reachLow` and below `reachHigh` reach no resting order's price and need not be walked through; the
   * bounds are never too wide. `mustWalk` says that some order looks at every bar.
   */
  reachLow: Price = 0;
  reachHigh: Price = Infinity;
  mustWalk = false;

  bid: Price = 0;
  bidSize: Shares = 0;
  ask: Price = 0;
  askSize: Shares = 0;
  quoteFlags = 0;
  quoteTime: Micros = 0;
  quoteSequence = 0;
  bidTaken: Quantity = 0;
  askTaken: Quantity = 0;
  /** Since when the quote is crossed; 0 if it is not. */
  crossedSince: Micros = 0;
  /** What the impact model knows; followed only where a preset asks for it. */
  readonly impact = new ImpactState();
  /** What was taken of levels that are not the best now. */
  readonly levels = new TakenLevels();

  /** The last print that may set the last price. */
  lastPrice: Price = 0;
  lastSize: Shares = 0;
  lastTime: Micros = 0;
  lastSequence = 0;
  /** A price far from the last one that waits for a second print to agree; 0 if none. */
  doubtfulPrice: Price = 0;
  /** The prints of the instant; only the first `printCount` are valid. */
  readonly prints: InstantPrint[] = [];
  printCount = 0;
  /** When the opening and the closing auction of the present session were seen. */
  openedAt: Micros = 0;
  closedAt: Micros = 0;
  /** The last eligible print of regular hours: what the closing auction is estimated from (R4). */
  regularPrice: Price = 0;
  regularSize: Shares = 0;
  regularTime: Micros = 0;
  regularSequence = 0;

  /** Length of the quote bars that decide: the shortest that came. */
  quoteBarDuration: DurationMicros = Infinity;

  quoteBarStart: Micros = 0;
  quoteBarTime: Micros = 0;
  quoteBarSequence = 0;
  bidOpen: Price = 0;
  bidHigh: Price = 0;
  bidLow: Price = 0;
  bidClose: Price = 0;
  bidCloseSize: Shares = 0;
  askOpen: Price = 0;
  askHigh: Price = 0;
  askLow: Price = 0;
  askClose: Price = 0;
  askCloseSize: Shares = 0;
  bidBarTaken: Quantity = 0;
  askBarTaken: Quantity = 0;

  /** Length of the bars that decide: the shortest that came. */
  barDuration: DurationMicros = Infinity;
  barStart: Micros = 0;
  barTime: Micros = 0;
  barSequence = 0;
  open: Price = 0;
  high: Price = 0;
  low: Price = 0;
  close: Price = 0;
  /** Close of the bar before, where a preset looks at it (`Preset.stopGap`); else 0. */
  closeBefore: Price = 0;
  /** -1 before the first bar. */
  volume: Shares = -1;
  /** Volume of the bar before: the measure for fills at the open, which must not look ahead (M1); -1 if none came. */
  previousVolume: Shares = -1;
  barTaken: Quantity = 0;

  constructor(symbolId: number, slippage: SlippageModel) {
    this.symbolId = symbolId;
    this.slippage = slippage;
  }

  /**
   * Takes over a row of quotes. A side keeps what was taken from it until its size at that price changes, whether the
   * price stays the best or comes back (M2).
   */
  observeQuote(table: QuoteTable, row: number, sequence: number): void {
    const time = table.time[row] ?? 0;
    const bid = table.bid[row] ?? 0;
    const bidSize = table.bidSize[row] ?? 0;
    const ask = table.ask[row] ?? 0;
    const askSize = table.askSize[row] ?? 0;
    if (bid !== this.bid || bidSize !== this.bidSize) this.changeBid(bid, bidSize);
    if (ask !== this.ask || askSize !== this.askSize) this.changeAsk(ask, askSize);
    this.bid = bid;
    this.bidSize = bidSize;
    this.ask = ask;
    this.askSize = askSize;
    this.quoteFlags = table.flags[row] ?? 0;
    this.quoteTime = time;
    this.quoteSequence = sequence;
    const crossed = isPrice(bid) && isPrice(ask) && bid > ask;
    if (!crossed) this.crossedSince = 0;
    else if (this.crossedSince === 0) this.crossedSince = time;
  }

  private changeBid(price: Price, size: Shares): void {
    if (this.bidTaken > 0 && price !== this.bid) this.levels.put(BookSide.BID, this.bid, this.bidSize, this.bidTaken);
    this.bidTaken = price === this.bid ? 0 : this.levels.take(BookSide.BID, price, size);
  }

  private changeAsk(price: Price, size: Shares): void {
    if (this.askTaken > 0 && price !== this.ask) this.levels.put(BookSide.ASK, this.ask, this.askSize, this.askTaken);
    this.askTaken = price === this.ask ? 0 : this.levels.take(BookSide.ASK, price, size);
  }

  /** Takes an order that has arrived into the bounds of what bars reach. */
  include(order: WorkingOrder): void {
    if (order.isUnarmed) return;
    const { isMarket, isAuction, isImmediate, type } = order;
    const isLimit = order.acts === 'limit';
    // What was touched may get the close of a bar that does not reach its limit (`Preset.barStops`).
    const isTouched = isLimit && type === 'limit_if_touched';
    if (isMarket || isAuction || isImmediate || type === 'trailing_stop' || isTouched) {
      this.mustWalk = true;
      return;
    }
    const price = isLimit ? order.limitPrice : order.stopPrice;
    const isBelow = isLimit ? order.sign === 1 : order.electionSign === -1;
    if (isBelow) this.reachLow = Math.max(this.reachLow, price);
    else this.reachHigh = Math.min(this.reachHigh, price);
  }

  /** Whether a bar of this range may decide something on an order. */
  isReachedBy(low: Price, high: Price): boolean {
    return this.mustWalk || !(low > this.reachLow && high < this.reachHigh);
  }

  /** Makes the bounds anew from the orders that have arrived; without any, no bar need be walked through. */
  measureReach(): void {
    this.reachLow = 0;
    this.reachHigh = Infinity;
    this.mustWalk = false;
    const { orders } = this;
    for (let i = 0; i < orders.length; i += 1) {
      const order = orders[i];
      if (order !== undefined && !order.closed && order.arrivedAt !== 0) this.include(order);
    }
  }

  /** Keeps a print for the orders of the instant. */
  keepPrint(table: PrintTable, row: number, sequence: number): void {
    let print = this.prints[this.printCount];
    if (print === undefined) {
      print = { price: 0, size: 0, flags: 0, exchange: 0, sequence: 0, taken: 0 };
      this.prints.push(print);
    }
    print.price = table.price[row] ?? 0;
    print.size = table.size[row] ?? 0;
    print.flags = table.flags[row] ?? 0;
    print.exchange = table.exchange[row] ?? 0;
    print.sequence = sequence;
    print.taken = 0;
    this.printCount += 1;
  }

  /** Takes over a row of bars. */
  observeBar(table: BarTable, row: number, sequence: number): void {
    this.previousVolume = this.volume;
    this.barStart = table.start[row] ?? 0;
    this.barTime = table.time[row] ?? 0;
    this.barSequence = sequence;
    this.open = table.open[row] ?? 0;
    this.high = table.high[row] ?? 0;
    this.low = table.low[row] ?? 0;
    this.close = table.close[row] ?? 0;
    this.volume = table.volume[row] ?? 0;
    this.barTaken = 0;
  }

  /** Lets the impact model know a print; what it changes counts from the next minute on (M1). */
  learnPrint(table: PrintTable, row: number): void {
    const flags = table.flags[row] ?? 0;
    const price = isLastEligible(flags) ? (table.price[row] ?? 0) : 0;
    const size = (flags & PrintFlag.VOLUME) === 0 ? 0 : (table.size[row] ?? 0);
    this.impact.observe(table.time[row] ?? 0, price, size);
  }

  /** Lets the impact model know the bar, once nothing is decided on it any more (M1). */
  learnBar(): void {
    this.impact.observeBar(this.open, this.close, this.volume);
  }

  /** Whether quote bars of a length decide: the shortest that came do. */
  acceptsQuoteBars(duration: DurationMicros): boolean {
    if (duration > this.quoteBarDuration) return false;
    this.quoteBarDuration = duration;
    return true;
  }

  /** Takes over a row of quote bars. */
  observeQuoteBar(table: QuoteBarTable, row: number, sequence: number): void {
    this.quoteBarStart = table.start[row] ?? 0;
    this.quoteBarTime = table.time[row] ?? 0;
    this.quoteBarSequence = sequence;
    this.bidOpen = table.bidOpen[row] ?? 0;
    this.bidHigh = table.bidHigh[row] ?? 0;
    this.bidLow = table.bidLow[row] ?? 0;
    this.bidClose = table.bidClose[row] ?? 0;
    this.bidCloseSize = table.bidSize[row] ?? 0;
    this.askOpen = table.askOpen[row] ?? 0;
    this.askHigh = table.askHigh[row] ?? 0;
    this.askLow = table.askLow[row] ?? 0;
    this.askClose = table.askClose[row] ?? 0;
    this.askCloseSize = table.askSize[row] ?? 0;
    this.bidBarTaken = 0;
    this.askBarTaken = 0;
  }

  /** Forgets quotes that a halt or a new session has voided (R7). */
  voidQuotes(): void {
    this.bid = 0;
    this.bidSize = 0;
    this.ask = 0;
    this.askSize = 0;
    this.quoteTime = 0;
    this.bidTaken = 0;
    this.askTaken = 0;
    this.crossedSince = 0;
    this.levels.clear();
    this.quoteBarTime = 0;
  }

  /** Whether orders of ours work here or have taken of what stands. */
  get isInvolved(): boolean {
    if (this.refreshed || this.orders.length > 0 || !this.levels.isEmpty || !this.impact.isUntouched) return true;
    return this.bidTaken + this.askTaken + this.bidBarTaken + this.askBarTaken + this.barTaken > 0;
  }

  /** Nothing of what stands is taken. */
  forgetTaken(): void {
    this.bidTaken = 0;
    this.askTaken = 0;
    this.bidBarTaken = 0;
    this.askBarTaken = 0;
    this.barTaken = 0;
    this.levels.clear();
  }

  /** Ends the instant: what came in it no longer decides. */
  endInstant(): void {
    this.evidence = 0;
    this.printCount = 0;
  }

  /** Removes final orders from the list, in place. */
  compact(): void {
    if (this.stale === 0) return;
    const { orders } = this;
    if (this.stale === 1) {
      // Most often one of the newest: thousands may rest before it.
      let at = orders.length - 1;
      while (at >= 0 && orders[at]?.closed === false) at -= 1;
      if (at >= 0) orders.splice(at, 1);
    } else {
      let kept = 0;
      for (let i = 0; i < orders.length; i += 1) {
        const order = orders[i];
        if (order === undefined || order.closed) continue;
        orders[kept] = order;
        kept += 1;
      }
      while (orders.length > kept) orders.pop();
    }
    this.stale = 0;
    if (orders.length > 0) return;
    this.measureReach();
    this.wakeAt = Infinity;
  }
}

/** Whether a print may decide anything but volume: not doubtful, and it may set the last price (R1). */
export function isLastEligible(flags: number): boolean {
  return (flags & (PrintFlag.LAST | PrintFlag.SUSPICIOUS)) === PrintFlag.LAST;
}
