/**
 * The recorded book of one symbol with our orders in it: market messages and orders of the exchange on one side, ticks,
 * whole shares and handles of a `ReplayBook` on the other. Fills of resting orders are kept until the instant is
 * matched. It decides nothing; each of our orders has an owner number of its own, so that none hinders another.
 *
 * The displayed market depends on the messages alone, so a recovery has it from the rows; what our orders are and took
 * in it is the working state.
 */
import type { BookTable } from '../domain/marketTables.js';
import { BookAction } from '../domain/marketTables.js';
import type { Micros, Price, Quantity, Shares } from '../domain/units.js';
import { SHARE } from '../domain/units.js';
import type { BookSide } from '../book/bookLayout.js';
import { BUY, MAX_SIZE, MAX_TICK, MIN_TICK, NO_ASK, SELL } from '../book/bookLayout.js';
import { FILL_SHIFT, OwnFill } from './book/ownFills.js';
import type { RecordedBookState } from './book/RecordedBook.js';
import { ReplayBook } from './book/ReplayBook.js';
import type { OwnActivity } from './OwnActivity.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** A resting order of ours that the record filled, and the message that did it. */
export interface BookFill {
  readonly order: WorkingOrder;
  /** A code of `Evidence` of book/ownFills.ts. */
  readonly evidence: number;
  readonly price: Price;
  readonly shares: Shares;
  /** Displayed shares that were before it in its queue. */
  readonly ahead: Shares;
  readonly sequence: number;
  readonly messagePrice: Price;
  readonly messageShares: Shares;
}

/** Our orders in a book and what they took: JSON-safe, in the order of the queues. */
export interface OwnBookState {
  readonly own: readonly (readonly [orderId: string, side: number, tick: number, size: number, stamp: number])[];
  /** Pairs of a handle and shares. */
  readonly taken: readonly (readonly [handle: number, shares: Shares])[];
}

/** The whole book, JSON-safe. */
export interface MarketBookState extends OwnBookState {
  readonly tick: Price;
  readonly market: RecordedBookState;
}

/** Below this many cents a symbol's book may have prices of a hundredth of a cent. */
const SUB_PENNY_CENTS = 500;

/** See the module header. */
export class MarketBook {
  readonly #replay = new ReplayBook();
  readonly #cent: Price;
  readonly #symbolId: number;
  readonly #activity: OwnActivity | undefined;
  /** The price step of the book; 0 before its first price. */
  #tick: Price = 0;
  readonly #handles = new Map<WorkingOrder, number>();
  readonly #orders = new Map<number, WorkingOrder>();
  #lastOwner = 0;
  /** Fills of the present instant, oldest first; the matcher empties it. */
  readonly fills: BookFill[] = [];
  /** Messages that could not be read: a displayed price off the grid, or no price or size at all. */
  unreadable = 0;

  /** `activity` hears of what our orders do in it. */
  constructor(priceScale: number, symbolId: number, activity?: OwnActivity) {
    this.#symbolId = symbolId;
    this.#activity = activity;
    this.#cent = priceScale / 100;
  }

  /** Whether any of our orders stands in it. */
  get hasOwn(): boolean {
    return this.#handles.size > 0;
  }

  /** Follows a halt; when trading goes on, our orders that meet displayed ones by then take them. */
  follow(isHalted: boolean, sequence: number): void {
    if (isHalted === this.#replay.isHalted) return;
    if (isHalted) this.#replay.onHalt();
    else this.#replay.onResume();
    this.#noteTaken();
    this.#keepFills(sequence);
  }

  /** Takes over a row; returns whether something was executed that can be read. */
  observe(table: BookTable, row: number, sequence: number): boolean {
    const action = table.action[row] ?? 0;
    const price = table.price[row] ?? 0;
    const size = table.size[row] ?? 0;
    if (!(price > 0) || !(size > 0) || size > MAX_SIZE || !Number.isInteger(size)) {
      this.unreadable += 1;
      return false;
    }
    if (this.#tick === 0) this.#tick = price < SUB_PENNY_CENTS * this.#cent ? this.#cent / 100 : this.#cent;
    const tick = price / this.#tick;
    if (action !== BookAction.HIDDEN_EXECUTION && (!Number.isInteger(tick) || tick > MAX_TICK)) {
      this.unreadable += 1;
      return false;
    }
    const replay = this.#replay;
    const side = table.side[row] === SELL ? SELL : BUY;
    const number = table.number[row] ?? 0;
    if (action === BookAction.ADD) replay.onAdd(number, side, tick, size);
    else if (action === BookAction.CANCEL) replay.onCancel(number, side, tick, size);
    else if (action === BookAction.EXECUTION) replay.onExecution(number, side, tick, size);
    else if (action === BookAction.HIDDEN_EXECUTION) replay.onHiddenExecution(side, tick, size);
    else if (action === BookAction.TAKEN_BY_OWN) replay.onTakenByOwn(number, side, tick, size);
    else if (action === BookAction.OWN_EXECUTION) replay.onOwnExecution(side, tick, size);
    else replay.onDepth(side, tick, size);
    if (replay.fills.count > 0) {
      if (action === BookAction.ADD) this.#noteTaken(price);
      this.#keepFills(sequence, price, size);
    }
    return action >= BookAction.EXECUTION && action !== BookAction.CLEAR;
  }

  /** Writes the best bid and offer of the displayed book as the symbol's quote. */
  quote(symbol: SymbolMarket, time: Micros, sequence: number): void {
    const { queues } = this.#replay.market;
    const bid = queues.levels.bestOf(BUY);
    const ask = queues.levels.bestOf(SELL);
    symbol.bid = bid * this.#tick;
    symbol.bidSize = queues.sizeAt(BUY, bid);
    symbol.ask = ask === NO_ASK ? 0 : ask * this.#tick;
    symbol.askSize = queues.sizeAt(SELL, ask);
    symbol.quoteTime = time;
    symbol.quoteSequence = sequence;
  }

  /** The best displayed price within a limit (0: any) that an order of this sign can take; 0 if there is none. */
  bestPrice(sign: 1 | -1, limit: Price): Price {
    return this.#replay.bestDisplayed(sideOf(sign), this.#limitTick(sign, limit)) * this.#tick;
  }

  /** Displayed shares within a limit that we have not taken; counting stops at `most`. */
  displayed(sign: 1 | -1, limit: Price, most: Shares): Shares {
    return this.#replay.displayedUpTo(sideOf(sign), this.#limitTick(sign, limit), Math.min(most, MAX_SIZE));
  }

  /** The price of the last of `shares` that {@link displayed} counts. */
  worstPrice(sign: 1 | -1, limit: Price, shares: Shares): Price {
    return this.#replay.worstOf(sideOf(sign), this.#limitTick(sign, limit), shares) * this.#tick;
  }

  /** Marks displayed shares at one price as taken. */
  take(sign: 1 | -1, price: Price, shares: Shares): void {
    this.#replay.take(sideOf(sign), this.#limitTick(sign, price), shares, 0, this.#nextOwner());
    this.#activity?.take(this.#symbolId, sign === 1 ? 'buy' : 'sell', price, shares);
  }

  isResting(order: WorkingOrder): boolean {
    return this.#handles.has(order);
  }

  /** Lets what is left of a limit order stand in its queue. Nothing displayed meets it. */
  rest(order: WorkingOrder): void {
    if (this.#tick === 0) return;
    const tick = this.#limitTick(order.sign, order.limitPrice);
    const shares = Math.min(Math.ceil(order.remaining / SHARE), MAX_SIZE);
    if (tick < MIN_TICK || tick > MAX_TICK || shares === 0) return;
    const handle = this.#replay.add(sideOf(order.sign), tick, shares, 0, this.#nextOwner());
    if (handle <= 0) return;
    this.#enter(order, handle);
    this.#note(order, shares);
  }

  /** Micro-shares of others before a resting order; -1 for one that does not rest. */
  queueAhead(order: WorkingOrder): Quantity {
    const handle = this.#handles.get(order);
    return handle === undefined ? -1 : this.#replay.sharesAhead(handle) * SHARE;
  }

  /** Takes an order out of its queue. */
  withdraw(order: WorkingOrder): void {
    const handle = this.#handles.get(order);
    if (handle === undefined) return;
    this.#forget(order, handle);
    this.#replay.cancel(handle);
    this.#note(order, 0);
  }

  /** Lets what stands in the queue follow an order that has shrunk or ended. */
  followOrder(order: WorkingOrder): void {
    const handle = this.#handles.get(order);
    if (handle === undefined) return;
    const left = Math.ceil(order.remaining / SHARE);
    if (order.closed || order.activatedAt === 0 || left <= 0) this.withdraw(order);
    else if (left < this.#replay.sizeOf(handle)) {
      this.#replay.shrink(handle, left);
      this.#note(order, left);
    }
  }

  /** Lets `next` stand where `old` stood. */
  handOver(old: WorkingOrder, next: WorkingOrder): void {
    const handle = this.#handles.get(old);
    if (handle === undefined) return;
    this.#forget(old, handle);
    this.#enter(next, handle);
    this.#note(next, this.#replay.sizeOf(handle), old.id);
    this.followOrder(next);
  }

  /** Takes out the orders that do not trade in the present phase; they join anew when they do. */
  withdrawUnless(trades: (order: WorkingOrder) => boolean): void {
    for (const order of this.#handles.keys()) if (!trades(order)) this.withdraw(order);
  }

  /** What is not in the messages. */
  ownState(): OwnBookState {
    const own = this.#replay.listOwn().map(({ handle, side, tick, size, stamp }) => {
      return [this.#orders.get(handle)?.id ?? '', side, tick, size, stamp] as const;
    });
    return { own, taken: this.#replay.market.listTaken() };
  }

  /** Puts an {@link ownState} into the book of the same messages, in place of all that is ours in it. */
  restoreOwn(state: OwnBookState, orderOf: (orderId: string) => WorkingOrder): void {
    for (const order of this.#handles.keys()) this.withdraw(order);
    this.fills.length = 0;
    for (const [orderId, side, tick, size, stamp] of state.own) {
      const owner = this.#nextOwner();
      this.#enter(orderOf(orderId), this.#replay.restoreOwn(side === SELL ? SELL : BUY, tick, size, owner, stamp));
    }
    this.#replay.market.restoreTaken(state.taken);
  }

  snapshot(): MarketBookState {
    return { tick: this.#tick, market: this.#replay.market.snapshot(), ...this.ownState() };
  }

  /** Restores a {@link snapshot} into a new book. */
  restore(state: MarketBookState, orderOf: (orderId: string) => WorkingOrder): void {
    this.#tick = state.tick;
    this.#replay.market.restore(state.market);
    this.restoreOwn(state, orderOf);
  }

  #note({ id, side, limitPrice }: WorkingOrder, shares: Shares, replaces?: string): void {
    if (this.#activity?.isOn !== true) return;
    const standing = { id, side, price: limitPrice, shares };
    this.#activity.stand(this.#symbolId, replaces === undefined ? standing : { ...standing, replaces });
  }

  /** The displayed shares that the last fills came from, at the fill's price if no message has another. */
  #noteTaken(messagePrice?: Price): void {
    if (this.#activity?.isOn !== true) return;
    const { rows, count } = this.#replay.fills;
    for (let index = 0; index < count; index += 1) {
      const at = index << FILL_SHIFT;
      const order = this.#orders.get(rows[at + OwnFill.HANDLE] ?? 0);
      if (order === undefined) continue;
      const price = messagePrice ?? (rows[at + OwnFill.TICK] ?? 0) * this.#tick;
      this.#activity.take(this.#symbolId, order.side, price, rows[at + OwnFill.SIZE] ?? 0);
    }
  }

  #enter(order: WorkingOrder, handle: number): void {
    this.#handles.set(order, handle);
    this.#orders.set(handle, order);
  }

  #forget(order: WorkingOrder, handle: number): void {
    this.#handles.delete(order);
    this.#orders.delete(handle);
  }

  #nextOwner(): number {
    this.#lastOwner = (this.#lastOwner + 1) | 0;
    return this.#lastOwner;
  }

  /** A price between two ticks counts as the one that is worse for others: no order trades beyond its own. */
  #limitTick(sign: 1 | -1, limit: Price): number {
    if (limit === 0 || this.#tick === 0) return sign === 1 ? MAX_TICK : MIN_TICK;
    const tick = limit / this.#tick;
    return Math.max(0, Math.min(MAX_TICK, sign === 1 ? Math.floor(tick) : Math.ceil(tick)));
  }

  /** Without a message the displayed orders that were taken are the evidence. */
  #keepFills(sequence: number, messagePrice?: Price, messageShares?: Shares): void {
    const { rows, count } = this.#replay.fills;
    for (let index = 0; index < count; index += 1) {
      const at = index << FILL_SHIFT;
      const handle = rows[at + OwnFill.HANDLE] ?? 0;
      const order = this.#orders.get(handle);
      if (order === undefined) continue;
      const price = (rows[at + OwnFill.TICK] ?? 0) * this.#tick;
      const shares = rows[at + OwnFill.SIZE] ?? 0;
      if (rows[at + OwnFill.LEFT] === 0) this.#forget(order, handle);
      this.#note(order, rows[at + OwnFill.LEFT] ?? 0);
      this.fills.push({
        order,
        evidence: rows[at + OwnFill.EVIDENCE] ?? 0,
        price,
        shares,
        ahead: rows[at + OwnFill.AHEAD] ?? 0,
        sequence,
        messagePrice: messagePrice ?? price,
        messageShares: messageShares ?? shares,
      });
    }
  }
}

function sideOf(sign: 1 | -1): BookSide {
  return sign === 1 ? BUY : SELL;
}
