/**
 * Turns fills into positions and profit: per owner (a strategy instance, or the person) and for the account.
 *
 * Everything is exact: a closing fill is matched with the oldest lots first (FIFO), and costs, proceeds and fees
 * are split so that the parts always add up to the whole. The account's equity is kept up to date with every
 * mark, so that reading it costs nothing.
 */
import { exitReasonOf } from '../domain/exitReason.js';
import type { Fill } from '../domain/fill.js';
import type { BarTable, PrintTable, QuoteBarTable, QuoteTable } from '../domain/marketTables.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { Position } from '../domain/position.js';
import type { SplitRatio } from '../domain/splitShares.js';
import { splitShares } from '../domain/splitShares.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { SHARE, addExact, mulDiv, notional } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import { FirstOrders } from './FirstOrders.js';
import { RoundTripLog } from './RoundTripLog.js';
import { SubBook } from './SubBook.js';
import type { FillPoint, LotFees, OpenLot, Reversal } from './SubBook.js';

/** How open positions are valued: the last price as it is, or clipped into the best quote where one is known (M13). */
export type MarkModel = 'lastPrice' | 'clippedToQuote';

/** Which lots a closing fill takes: the oldest, or of an exit that came with an entry first those of that entry. */
export type LotRelief = 'oldest' | 'ownEntry';

/** The owner name of orders that a person gave. */
export const MANUAL_OWNER = 'manual';

/** Who owns an order's position: the instance, or the person. */
export function ownerOf(order: Pick<Order, 'source'>): string {
  return order.source.kind === 'strategy' ? order.source.instanceId : MANUAL_OWNER;
}

/** What a next session goes on with: cash, and the open lots of every owner with the prices they are marked at. */
export interface CarriedBooks {
  readonly cash: Money;
  /** Dividends earned and not paid yet; absent on older tapes. */
  readonly accrued?: Money;
  readonly books: readonly {
    readonly owner: string;
    readonly symbolId: number;
    readonly mark: Price;
    readonly lots: readonly OpenLot[];
  }[];
}

/** See the module header. Column fields are indexed by symbol id and read-only to others. */
export class PositionTracker {
  /** Last price that may decide anything, 0 before the first; and its time. */
  readonly lastPrice: Float64Array;
  readonly lastPriceTime: Float64Array;
  /** What positions are valued at. */
  readonly marks: Float64Array;
  /** Signed micro-shares of the account. */
  readonly quantities: Float64Array;
  /** Closed FIFO matches, oldest first. */
  readonly roundTrips = new RoundTripLog();
  private readonly bid: Float64Array;
  private readonly ask: Float64Array;
  private readonly values: Float64Array;
  /** The account's position in whole shares; NaN where it has a part of a share. */
  private readonly wholeShares: Float64Array;
  private readonly books = new Map<string, SubBook[]>();
  /** The owner that was asked for last, most often the next one too, and its books. */
  private lastOwner = '';
  private lastBooks: SubBook[] | undefined = undefined;
  private readonly priceScale: number;
  private readonly clip: boolean;
  private readonly takesOwnLots: boolean;
  private readonly lotFees: LotFees | undefined;
  /** Of orders that took the place of another one, where lots are told apart by order. */
  private readonly firsts = new FirstOrders();
  private cash: Money = 0;
  /** Dividends earned and not paid yet. */
  private accrued: Money = 0;
  private positionsValue: Money = 0;
  private grossValue: Money = 0;
  private feesPaid: Money = 0;
  private dayStart: Money = 0;

  constructor(
    symbolCount: number,
    priceScale: number,
    startingCash: Money,
    markModel: MarkModel,
    lotRelief: LotRelief = 'oldest',
    lotFees?: LotFees,
  ) {
    this.lastPrice = new Float64Array(symbolCount);
    this.lastPriceTime = new Float64Array(symbolCount);
    this.marks = new Float64Array(symbolCount);
    this.quantities = new Float64Array(symbolCount);
    this.bid = new Float64Array(symbolCount);
    this.ask = new Float64Array(symbolCount);
    this.values = new Float64Array(symbolCount);
    this.wholeShares = new Float64Array(symbolCount);
    this.priceScale = priceScale;
    this.takesOwnLots = lotRelief === 'ownEntry';
    this.lotFees = lotFees;
    this.clip = markModel === 'clippedToQuote';
    this.cash = startingCash;
    this.dayStart = startingCash;
  }

  /** Cash and positions at their marks, in micro-dollars. */
  get equity(): Money {
    return this.cash + this.positionsValue + this.accrued;
  }
  /** What the equity is beside the position in the only symbol of a session. */
  get equityBesideSole(): Money {
    return this.cash + this.accrued;
  }
  /** Cash as the reported fills make it. */
  get cashBalance(): Money {
    return this.cash;
  }
  /** Sum of the absolute values of all positions. */
  get grossExposure(): Money {
    return this.grossValue;
  }
  /** Fees paid since the start. */
  get fees(): Money {
    return this.feesPaid;
  }
  /** Equity gained since the day's start; negative is a loss. */
  get dailyPnl(): Money {
    return this.equity - this.dayStart;
  }

  /** Begins a new day for the daily P&L. */
  startDay(): void {
    this.dayStart = this.equity;
  }

  /** The books at a session's end. */
  carry(): CarriedBooks {
    const carried: CarriedBooks['books'][number][] = [];
    for (const books of this.books.values()) {
      for (const book of books) {
        if (book.quantity === 0) continue;
        const { owner, symbolId } = book;
        carried.push({ owner, symbolId, mark: this.marks[symbolId] ?? 0, lots: this.carriedLots(book) });
      }
    }
    return { cash: this.cash, accrued: this.accrued, books: carried };
  }

  /** With the newest order of each lot's entry, which is the one that its exits name. */
  private carriedLots(book: SubBook): readonly OpenLot[] {
    const lots = book.carriedLots();
    if (this.firsts.size === 0) return lots;
    const newest = this.firsts.newest();
    return lots.map((lot) => ({
      ...lot,
      ...(lot.orderId === undefined ? {} : { orderId: newest.get(lot.orderId) ?? lot.orderId }),
    }));
  }

  /** Begins with the books of the session before; nothing was traded yet. Results start at zero. */
  adopt(carried: CarriedBooks): void {
    this.cash = carried.cash;
    this.accrued = carried.accrued ?? 0;
    for (const { owner, symbolId, mark, lots } of carried.books) {
      const book = this.bookOf(owner, symbolId);
      book.adopt(lots);
      this.setQuantity(symbolId, addExact(this.quantities[symbolId] ?? 0, book.quantity));
      this.lastPrice[symbolId] = mark;
      this.mark(symbolId);
      this.revalue(symbolId);
    }
    this.dayStart = this.equity;
  }

  /** The close of a bar is a last price. */
  onBar(table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.lastPrice[symbolId] = table.close[row] ?? 0;
    this.lastPriceTime[symbolId] = table.time[row] ?? 0;
    this.mark(symbolId);
  }

  /**
   * Whole shares held of the only symbol of a session, if its marks follow the last price alone and every price has an
   * exact value: then {@link markSole} may stand for {@link onBar}. Undefined otherwise.
   */
  get soleShares(): number | undefined {
    const shares = (this.quantities[0] ?? 0) / SHARE;
    // Without quotes there is nothing to clip to.
    const followsLast = !this.clip || (this.bid[0] === 0 && this.ask[0] === 0);
    const isPlain = this.quantities.length === 1 && followsLast && this.priceScale === SHARE;
    return isPlain && Number.isInteger(shares) ? shares : undefined;
  }

  /** The close of a bar of the only symbol, of which `shares` are held. */
  markSole(price: Price, time: Micros, shares: number): void {
    this.lastPrice[0] = price;
    this.lastPriceTime[0] = time;
    this.marks[0] = price;
    if (shares === 0) return;
    const value = addExact(price * shares, 0);
    this.values[0] = value;
    this.positionsValue = value;
    this.grossValue = Math.abs(value);
  }

  /** The closes of the bars [from, to) of one time. */
  observeBars(table: BarTable, from: number, to: number): void {
    const { lastPrice, lastPriceTime, marks, wholeShares, values } = this;
    const { symbolId: ids, close } = table;
    const time = table.time[from] ?? 0;
    if (this.clip || this.priceScale !== SHARE) {
      for (let row = from; row < to; row += 1) this.onBar(table, row);
      return;
    }
    let positions = 0;
    let gross = 0;
    let moved = 0;
    // No branch on who holds what: from symbol to symbol it would be guessed wrong half the time.
    const end = to | 0;
    for (let row = from | 0; row < end; row = (row + 1) | 0) {
      const symbolId = ids[row] ?? 0;
      const price = close[row] ?? 0;
      lastPrice[symbolId] = price;
      lastPriceTime[symbolId] = time;
      marks[symbolId] = price;
      // Of whole shares at micro-dollar prices the value is a product.
      const value = price * (wholeShares[symbolId] ?? 0);
      const size = Math.abs(value);
      if (!(size <= Number.MAX_SAFE_INTEGER)) {
        this.revalue(symbolId);
        continue;
      }
      const before = values[symbolId] ?? 0;
      const change = value - before;
      values[symbolId] = value;
      positions += change;
      moved += Math.abs(change);
      gross += size - Math.abs(before);
    }
    // What all changes come to bounds every sum on the way: up to here each was exact.
    if (moved <= Number.MAX_SAFE_INTEGER) this.positionsValue = addExact(this.positionsValue, positions);
    else this.positionsValue = values.reduce(addExact, 0);
    this.grossValue += gross;
  }

  /** A print that counts for the last price is one. */
  onPrint(table: PrintTable, row: number): void {
    const flags = table.flags[row] ?? 0;
    if ((flags & PrintFlag.LAST) === 0 || (flags & PrintFlag.SUSPICIOUS) !== 0) return;
    const symbolId = table.symbolId[row] ?? 0;
    this.lastPrice[symbolId] = table.price[row] ?? 0;
    this.lastPriceTime[symbolId] = table.time[row] ?? 0;
    this.mark(symbolId);
  }

  /** Firm quotes bound the mark; without a trade price their middle is the price. */
  onQuote(table: QuoteTable, row: number): void {
    if ((table.flags[row] ?? 0) !== 0) return;
    this.setQuote(table.symbolId[row] ?? 0, table.bid[row] ?? 0, table.ask[row] ?? 0, table.time[row] ?? 0);
  }

  /** As {@link onQuote}, with the close of each side. */
  onQuoteBar(table: QuoteBarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.setQuote(symbolId, table.bidClose[row] ?? 0, table.askClose[row] ?? 0, table.time[row] ?? 0);
  }

  /** Takes in a fill of an order. */
  applyFill(fill: Fill, order: Order): void {
    let fees = 0;
    const lines = fill.fees;
    for (let i = 0; i < lines.length; i += 1) fees += lines[i]?.amount ?? 0;
    const value = notional(fill.price, fill.quantity, this.priceScale);
    const signed = fill.side === 'buy' ? fill.quantity : -fill.quantity;
    this.take(fill, fill.symbolId, signed, value, fees, order);
  }

  /** As {@link applyFill} of a fill in numbers. */
  applyPromptFill(fill: PromptFill, order: Order): void {
    const fees = fill.commission + fill.secFee + fill.tafFee;
    this.take(fill, fill.symbolId, fill.sign * fill.quantity, fill.value, fees, order);
  }

  /** Takes in a fill of `signed` micro-shares worth `value` with its fees, both positive. */
  private take(fill: FillPoint, symbolId: number, signed: Quantity, value: Money, fees: Money, order: Order): void {
    this.cash = addExact(this.cash, (signed > 0 ? -value : value) - fees);
    this.feesPaid += fees;
    this.setQuantity(symbolId, addExact(this.quantities[symbolId] ?? 0, signed));
    if (this.lastPrice[symbolId] === 0) {
      this.lastPrice[symbolId] = fill.price;
      this.lastPriceTime[symbolId] = fill.time;
    }
    const book = this.bookOf(ownerOf(order), symbolId);
    const entry = order.carriedEntry ?? order.parentId;
    if (this.takesOwnLots && entry !== undefined) book.bringForward(this.firsts.firstOf(entry));
    // Of an order in numbers there is no text to be looked for, unless others took orders' places.
    const isText = order.id !== '' || this.firsts.size > 0;
    const lotId = this.takesOwnLots && isText ? this.firsts.firstOf(idOf(order)) : '';
    const lotNumber = this.takesOwnLots && !isText ? (order.number ?? 0) : 0;
    book.applyFill(fill, signed, value, fees, exitReasonOf(order), this.roundTrips, lotId, lotNumber);
    if (entry !== undefined) book.putBack();
    this.revalue(symbolId);
  }

  /**
   * An order takes another's place: exits of either find what both opened. `isOver`: it will never fill again.
   */
  noteReplacement(order: Pick<Order, 'id' | 'replaces'>, isOver: (orderId: string) => boolean): void {
    if (this.takesOwnLots) this.firsts.note(order, isOver, () => this.entriesHeld());
  }

  /** How many orders it knows that took the place of another one. */
  get replacementsKnown(): number {
    return this.firsts.size;
  }

  /** Under which orders lots are open. */
  private entriesHeld(): ReadonlySet<string> {
    const held = new Set<string>();
    for (const books of this.books.values()) {
      for (const book of books) for (const orderId of book.entries()) held.add(orderId);
    }
    return held;
  }

  /**
   * Takes a fill back, whole or for other terms: the owner's book trades the difference the other way at the fill's
   * own price, as the venue's ledger does, and money follows the ledger's entries.
   */
  applyReversal(event: Reversal, order: Pick<Order, 'symbolId' | 'source' | 'reason'>): void {
    let cash = 0;
    let fees = 0;
    let quantity = 0;
    for (const entry of event.entries) {
      if (entry.account === 'cash') cash += entry.amount;
      else if (entry.account.startsWith('fee:')) fees += entry.amount;
      else if (entry.account === 'position') quantity += entry.quantity;
    }
    this.cash = addExact(this.cash, cash);
    this.feesPaid += fees;
    const { symbolId } = order;
    this.setQuantity(symbolId, addExact(this.quantities[symbolId] ?? 0, quantity));
    this.bookOf(ownerOf(order), symbolId).applyReversal(event, quantity, cash, fees, order.reason, this.roundTrips);
    this.mark(symbolId);
    this.revalue(symbolId);
  }

  /**
   * Takes in what the venue booked beside trades: a split rescales every owner's lots ({@link splitShares}),
   * dividends are part of equity from their ex-date on.
   */
  applyBooking(event: AccountBooking): void {
    const { symbolId } = event;
    for (const { account, amount } of event.entries) {
      if (account === 'cash') this.cash = addExact(this.cash, amount);
      if (account === 'dividendsAccrued') this.accrued = addExact(this.accrued, amount);
      if (account === 'dividends') this.rebaseByDividend(symbolId, -amount);
    }
    if (event.kind !== 'split') return;
    const moved = event.entries.find(({ account }) => account === 'position');
    // In an account that is flat in all a split moves nothing, but its owners' positions.
    if (moved !== undefined || event.ratio !== undefined) this.split(symbolId, moved?.quantity ?? 0, event.ratio);
  }

  private split(symbolId: number, change: Quantity, told: SplitRatio | undefined): void {
    const before = this.quantities[symbolId] ?? 0;
    const after = addExact(before, change);
    const ratio = told ?? { newShares: Math.abs(after), oldShares: Math.abs(before) };
    const held: SubBook[] = [];
    for (const books of this.books.values()) {
      const book = books[symbolId];
      if (book !== undefined && book.quantity !== 0) held.push(book);
    }
    if (held.length === 0) return;
    // As the venue has them: whoever gives orders by hand comes first.
    const nameOf = ({ owner }: SubBook): string => (owner === MANUAL_OWNER ? '' : owner);
    held.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    const shares = splitShares(
      held.map(({ quantity }) => quantity),
      after,
      ratio,
    );
    held.forEach((book, index) => {
      book.rescale(shares[index] ?? 0);
    });
    this.setQuantity(symbolId, after);
    this.rebase(symbolId, mulDiv(this.lastPrice[symbolId] ?? 0, ratio.oldShares, ratio.newShares));
  }

  /** The price of a share after its dividend; what was quoted before is void. */
  private rebaseByDividend(symbolId: number, amount: Money): void {
    const quantity = this.quantities[symbolId] ?? 0;
    if (quantity === 0) return;
    const perShare = mulDiv(Math.abs(amount), this.priceScale, Math.abs(quantity));
    this.rebase(symbolId, Math.max(0, (this.lastPrice[symbolId] ?? 0) - perShare));
  }

  private rebase(symbolId: number, price: Price): void {
    this.lastPrice[symbolId] = price;
    this.bid[symbolId] = 0;
    this.ask[symbolId] = 0;
    this.mark(symbolId);
    this.revalue(symbolId);
  }

  /** Signed micro-shares of one owner. */
  quantityOf(owner: string, symbolId: number): Quantity {
    const books = owner === this.lastOwner ? this.lastBooks : this.books.get(owner);
    return books?.[symbolId]?.quantity ?? 0;
  }

  /** The sub-book of an owner, made when it is first asked for. */
  bookOf(owner: string, symbolId: number): SubBook {
    const books = owner === this.lastOwner ? this.lastBooks : undefined;
    const book = (books ?? this.booksOf(owner))[symbolId];
    if (book === undefined) throw new RangeError(`the session has no symbol ${symbolId}`);
    return book;
  }

  private booksOf(owner: string): readonly SubBook[] {
    let books = this.books.get(owner);
    if (books === undefined) {
      books = Array.from(
        { length: this.quantities.length },
        (_, id) => new SubBook(owner, id, this.priceScale, this.lotFees),
      );
      this.books.set(owner, books);
    }
    this.lastOwner = owner;
    this.lastBooks = books;
    return books;
  }

  /** The position of one owner in one symbol; quantity 0 when flat. */
  positionOf(owner: string, symbolId: number): Position {
    return this.bookOf(owner, symbolId).position(this.marks[symbolId] ?? 0);
  }

  /** Every position that is open or has a result, by owner (in order of first use), then symbol id. */
  positions(): readonly Position[] {
    const all: Position[] = [];
    for (const books of this.books.values()) {
      for (const book of books) if (book.used) all.push(book.position(this.marks[book.symbolId] ?? 0));
    }
    return all;
  }

  private setQuantity(symbolId: number, quantity: Quantity): void {
    this.quantities[symbolId] = quantity;
    const shares = quantity / SHARE;
    this.wholeShares[symbolId] = Number.isInteger(shares) ? shares : NaN;
  }

  private setQuote(symbolId: number, bid: Price, ask: Price, time: Micros): void {
    this.bid[symbolId] = bid;
    this.ask[symbolId] = ask;
    if (this.lastPrice[symbolId] === 0 && bid > 0 && ask >= bid) {
      this.lastPrice[symbolId] = Math.floor((bid + ask) / 2);
    }
    // A live two-sided quote keeps a price fresh although nobody trades.
    if (bid > 0 && ask >= bid) this.lastPriceTime[symbolId] = time;
    this.mark(symbolId);
  }

  private mark(symbolId: number): void {
    let mark = this.lastPrice[symbolId] ?? 0;
    if (this.clip) {
      const bid = this.bid[symbolId] ?? 0;
      const ask = this.ask[symbolId] ?? 0;
      // Crossed and one-sided quotes bound nothing.
      if (bid > 0 && ask >= bid) {
        if (mark < bid) mark = bid;
        else if (mark > ask) mark = ask;
      }
    }
    if (mark === this.marks[symbolId]) return;
    this.marks[symbolId] = mark;
    if (this.quantities[symbolId] !== 0) this.revalue(symbolId);
  }

  private revalue(symbolId: number): void {
    const quantity = this.quantities[symbolId] ?? 0;
    const price = this.marks[symbolId] ?? 0;
    const value = notional(price, quantity, this.priceScale);
    const before = this.values[symbolId] ?? 0;
    this.values[symbolId] = value;
    this.positionsValue = addExact(this.positionsValue, value - before);
    this.grossValue += Math.abs(value) - Math.abs(before);
  }
}

/** The id of an order, also of one that is told of in numbers alone. */
function idOf({ id, number }: Order): string {
  return id === '' ? `o-${number ?? 0}` : id;
}
