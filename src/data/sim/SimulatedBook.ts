/**
 * The book of one simulated symbol: the agents' orders in a limit order book, and what the market sees of it as rows:
 * messages order by order, the best bid and offer when it changes, and prints. Own orders of the paper exchange stand
 * in the same queues; they are no messages, since the exchange knows them, but what happens to them is.
 *
 * Every call belongs to the time that {@link SimulatedBook.at} was set to; {@link SimulatedBook.publish} ends it.
 */
import { BUY, NO_ASK, REPORT_SHIFT, Report, SELL, SIZE, oppositeOf } from '../../book/bookLayout.js';
import type { BookSide } from '../../book/bookLayout.js';
import { LimitOrderBook } from '../../book/LimitOrderBook.js';
import { BookAction, PrintFlag } from '../../domain/marketTables.js';
import type { Price } from '../../domain/units.js';
import { Agent, AgentOrders } from './AgentOrders.js';
import type { MarketRows } from './SliceRows.js';

const WINDOW_TICKS = 4_096;
const LAST_AND_RANGE = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
const ROUND_LOT = 100;
/** Owner of orders that meet anyone's. */
const NOBODY = 0;

/** See the module header. Prices are ticks, sizes shares. */
export class SimulatedBook {
  readonly orders = new AgentOrders();
  /** Price of a tick at the session's scale. */
  readonly tickSize: Price;
  /** Offset in the stretch that rows are given for. */
  at = 0;
  /** Whether prints are of extended hours. */
  isExtended = false;
  /** SIP letter of the venue that lit prints are reported from. */
  exchange = 0;
  /** The last trade that may set the last price; 0 before the first. */
  last = 0;
  /** Hears of trades that may set the last price. */
  onTrade: (tick: number) => void = () => undefined;
  readonly #book: LimitOrderBook;
  readonly #symbolId: number;
  readonly #rows: MarketRows;
  #bid = 0;
  #bidSize = 0;
  #ask = 0;
  #askSize = 0;

  constructor(symbolId: number, tickSize: Price, rows: MarketRows) {
    this.#symbolId = symbolId;
    this.tickSize = tickSize;
    this.#rows = rows;
    // Own orders do not meet each other; what they took at the exchange was never theirs.
    this.#book = new LimitOrderBook({
      tickSize,
      selfTrade: 'cancelIncoming',
      windowTicks: WINDOW_TICKS,
      capacity: 256,
    });
  }

  /** Highest bid; 0 if there is none. */
  get bid(): number {
    return this.#book.bestBid;
  }

  /** Lowest ask; `NO_ASK` if there is none. */
  get ask(): number {
    return this.#book.bestAsk;
  }

  /** Shares at a price. */
  sizeAt(side: BookSide, tick: number): number {
    return this.#book.queues.sizeAt(side, tick);
  }

  /** Shares left in the order of a slot. */
  sizeOf(slot: number): number {
    return this.#book.queues.field(this.orders.handles[slot] ?? 0, SIZE);
  }

  /** A limit order: trades what it meets, the rest stands in its queue. Returns its slot; 0 if nothing is left. */
  rest(agent: number, side: BookSide, tick: number, size: number): number {
    const { orders } = this;
    const slot = orders.open(agent, side, tick);
    const handle = this.#book.add(side, tick, size, slot, agent === Agent.OUTSIDE ? agent : NOBODY);
    const { traded } = this.#book;
    if (traded > 0) this.#report(side);
    if (handle <= 0) {
      orders.close(slot);
      return 0;
    }
    orders.handles[slot] = handle;
    if (agent !== Agent.OUTSIDE) {
      const [number, price] = [orders.numbers[slot] ?? 0, tick * this.tickSize];
      this.#rows.book(this.#symbolId, this.at, BookAction.ADD, side, number, price, size - traded);
    }
    return slot;
  }

  /** An order that never rests. Returns the shares that it traded. */
  take(side: BookSide, limit: number, size: number): number {
    const shares = this.#book.take(side, limit, size);
    if (shares > 0) this.#report(side);
    return Math.max(0, shares);
  }

  /**
   * As {@link take}, for an order of the paper exchange: what it takes leaves the display as its own. It ends before
   * another order of the paper exchange.
   */
  takeForOutside(side: BookSide, limit: number, size: number): number {
    const shares = this.#book.take(side, limit, size, Agent.OUTSIDE);
    if (shares > 0) this.#report(side, true);
    return Math.max(0, shares);
  }

  /** Takes an order out. */
  cancel(slot: number): void {
    const { orders } = this;
    const size = this.#book.cancel(orders.handles[slot] ?? 0);
    const [side, tick, number] = [orders.sides[slot] ?? 0, orders.ticks[slot] ?? 0, orders.numbers[slot] ?? 0];
    if (size > 0 && orders.agents[slot] !== Agent.OUTSIDE) {
      this.#rows.book(this.#symbolId, this.at, BookAction.CANCEL, side, number, tick * this.tickSize, size);
    }
    orders.close(slot);
  }

  /** Makes an order of the paper exchange smaller, with its place kept. */
  shrink(slot: number, size: number): void {
    const by = this.sizeOf(slot) - size;
    if (by > 0) this.#book.reduce(this.orders.handles[slot] ?? 0, by);
  }

  /** A trade that was not made in the book. */
  print(tick: number, size: number, flags: number, exchange: number): void {
    const isOdd = size < ROUND_LOT;
    const all =
      flags |
      (isOdd ? PrintFlag.VOLUME | PrintFlag.ODD_LOT : LAST_AND_RANGE) |
      (this.isExtended ? PrintFlag.EXTENDED_HOURS : 0);
    this.#rows.print(this.#symbolId, this.at, tick * this.tickSize, size, all, exchange);
    if (isOdd) return;
    this.last = tick;
    this.onTrade(tick);
  }

  /** A row of status. */
  status(status: number, lower = 0, upper = 0): void {
    this.#rows.status(this.#symbolId, this.at, status, lower * this.tickSize, upper * this.tickSize);
  }

  /** Tells the best bid and offer if it is another one. */
  publish(): void {
    const { bestBid, bestAsk, queues } = this.#book;
    // An empty book is between two markets, not a quote.
    if (bestBid === 0 && bestAsk === NO_ASK) return;
    const bidSize = queues.sizeAt(BUY, bestBid);
    const askSize = queues.sizeAt(SELL, bestAsk);
    if (bestBid === this.#bid && bestAsk === this.#ask && bidSize === this.#bidSize && askSize === this.#askSize)
      return;
    this.#bid = bestBid;
    this.#ask = bestAsk;
    this.#bidSize = bidSize;
    this.#askSize = askSize;
    const ask = bestAsk === NO_ASK ? 0 : bestAsk * this.tickSize;
    this.#rows.quote(this.#symbolId, this.at, bestBid * this.tickSize, bidSize, ask, askSize);
  }

  /** Forgets what was told last, as a halt voids it. */
  voidQuote(): void {
    this.#bid = -1;
  }

  /** What the last command did to resting orders, as messages and prints: one print per price. */
  #report(side: BookSide, isOutside = false): void {
    const { reports, reportCount } = this.#book;
    const { orders, tickSize } = this;
    const resting = oppositeOf(side);
    let [printTick, printSize] = [0, 0];
    for (let index = 0; index < reportCount; index += 1) {
      const row = index << REPORT_SHIFT;
      const slot = reports[row | Report.REF] ?? 0;
      const tick = reports[row | Report.TICK] ?? 0;
      const size = reports[row | Report.SIZE] ?? 0;
      if (tick !== printTick && printSize > 0) {
        this.print(printTick, printSize, 0, this.exchange);
        printSize = 0;
      }
      printTick = tick;
      printSize += size;
      const isOwn = orders.agents[slot] === Agent.OUTSIDE;
      const action = isOwn ? BookAction.OWN_EXECUTION : isOutside ? BookAction.TAKEN_BY_OWN : BookAction.EXECUTION;
      const number = isOwn ? 0 : (orders.numbers[slot] ?? 0);
      this.#rows.book(this.#symbolId, this.at, action, resting, number, tick * tickSize, size);
      if (reports[row | Report.LEFT] === 0) orders.close(slot);
    }
    if (printSize > 0) this.print(printTick, printSize, 0, this.exchange);
  }
}
