/**
 * The exchange of a shadow account. It lags behind and catches up by itself: what an instant brought is decided when
 * the next one begins, so that it needs no calls of the kernel's loop and decides the same live, on recovery and on
 * verification. It observes only the symbols in which an order of its own is open, and takes the others over from the
 * engine's exchange when one is entered.
 */
import type { Order } from '../../domain/order.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros, Quantity } from '../../domain/units.js';
import { AssertionError } from '../../utils/assert.js';
import { AccountExchange } from '../accounts/AccountExchange.js';
import type { DeskParts } from '../accounts/AccountExchange.js';
import type { AccountBook } from '../AccountBook.js';
import type { FillDecision } from '../matching/FillDecision.js';
import type { RulesState } from '../MarketWatch.js';
import type { OpenOrders } from '../OpenOrders.js';
import type { PaperExchange } from '../PaperExchange.js';
import type { Preset } from '../preset.js';
import { adoptMarket } from '../snapshot.js';
import type { SymbolMarket } from '../SymbolMarket.js';
import type { WorkingOrder } from '../WorkingOrder.js';
import type { ShadowPosition } from './followedOrder.js';
import type { ReportedOrders } from './ReportedOrders.js';

/** What the engine's exchange has observed of a symbol. */
export interface ObservedMarket {
  /** How many rows of the symbol there were: what was adopted with as many is up to date. */
  readonly rows: number;
  /** As `marketOf` tells it. */
  readonly symbol: unknown;
  readonly rules: RulesState | null;
}

/** A class: objects made by a literal with accessors have each a shape and functions of their own, which live long. */
class PositionInSymbol implements ShadowPosition {
  readonly held: Quantity;
  readonly #orders: OpenOrders;
  readonly #reported: ReportedOrders;
  readonly #symbolId: number;
  readonly #sign: 1 | -1;

  constructor(orders: OpenOrders, reported: ReportedOrders, symbolId: number, sign: 1 | -1, held: Quantity) {
    this.held = held;
    this.#orders = orders;
    this.#reported = reported;
    this.#symbolId = symbolId;
    this.#sign = sign;
  }

  get behind(): Quantity {
    let behind = 0;
    for (const order of this.#orders.values()) {
      if (order.symbolId !== this.#symbolId || order.reduceOnly || order.sign === this.#sign) continue;
      behind += Math.max(0, this.#reported.filledOf(order.id) - order.filledQuantity);
    }
    return behind;
  }

  get closing(): Quantity {
    let closing = 0;
    for (const order of this.#orders.values()) {
      const closes = order.symbolId === this.#symbolId && order.reduceOnly && order.sign === this.#sign;
      if (closes) closing += order.remaining;
    }
    return closing;
  }
}

/** See the module header. */
export class ShadowExchange extends AccountExchange {
  readonly #engine: PaperExchange;
  readonly #reported: ReportedOrders;
  readonly #accountId: string;
  /** The count of its rows when each symbol was adopted last, by symbol id; -1 before. */
  readonly #adoptedAt: Float64Array;
  #instant: Micros = 0;
  /** Whether rows of the instant wait to be decided on. */
  #pending = false;

  /** `engine` is the exchange of the session's account: it observes every row, and before this one does. */
  constructor(
    config: SessionConfig,
    preset: Preset,
    parts: DeskParts,
    engine: PaperExchange,
    reported: ReportedOrders,
  ) {
    super(config, preset, parts);
    this.#reported = reported;
    this.#engine = engine;
    this.#adoptedAt = new Float64Array(config.symbols.length).fill(-1);
    this.#accountId = config.accountId;
  }

  /** Its only account. */
  get own(): AccountBook {
    return this.book.account(this.#accountId);
  }

  /** Decides all that came and fell due before `time`; the rows of `time` itself may still come. */
  begin(time: Micros): void {
    if (time <= this.#instant) return;
    this.#endInstant();
    for (let due = this.nextDecision(); due < time; due = this.nextDecision()) {
      this.advanceTo(due);
      this.matchInstant(due);
      if (this.nextDecision() <= due) throw new AssertionError(`a shadow account does not get past ${due}`);
    }
    this.advanceTo(time);
    this.#instant = time;
  }

  /** As {@link begin}, and decides what came at `time`: all rows of it are here. */
  settle(time: Micros): void {
    this.begin(time);
    this.#endInstant();
  }

  /** Whether the next row of a symbol matters here; it is noted as one to be decided on then. */
  takesRow(symbolId: number): boolean {
    const symbol = this.book.symbols[symbolId];
    if (symbol === undefined || symbol.orders.length === 0) return false;
    this.#pending = true;
    // The engine's exchange has counted the row already.
    this.sequence = this.#engine.sequence - 1;
    return true;
  }

  /** A row of another symbol tells that the channel is alive. */
  noteChannel(time: Micros): void {
    this.hear(time);
  }

  /** Enters an order at `now`, which has been settled. */
  take(order: Order, market: ObservedMarket, now: Micros): void {
    const symbol = this.book.symbols[order.symbolId];
    if (symbol !== undefined && symbol.orders.length === 0) this.#adopt(symbol, market);
    this.submit(order, now);
  }

  /** What the account has in a symbol, seen from an order of `sign`. */
  positionFor(symbolId: number, sign: 1 | -1): ShadowPosition {
    return new PositionInSymbol(this.book.orders, this.#reported, symbolId, sign, this.#heldIn(symbolId));
  }

  /**
   * A fill that only closes goes to the position's end and no further; without any it waits for entries that are
   * behind. One that adds waits for a market order that is to leave the other side; where nothing but a resting one is
   * to, it only closes.
   */
  override fill(order: WorkingOrder, symbol: SymbolMarket, decision: FillDecision, time: Micros): void {
    const { symbolId, sign } = order;
    const closable = Math.max(0, -sign * this.#heldIn(symbolId));
    if (closable > 0 && !order.reduceOnly && this.preset.crossing === 'reject') {
      if (symbol.orders.some((one) => one.reduceOnly && one.sign === sign && one.isMarket && !one.closed)) return;
      order.reduceOnly = true;
      order.noteChange();
    }
    if (!order.reduceOnly) {
      super.fill(order, symbol, decision, time);
      return;
    }
    if (closable < decision.quantity) decision.quantity = closable;
    if (closable > 0) super.fill(order, symbol, decision, time);
    if (order.closed || this.#heldIn(symbolId) * sign < 0) return;
    if (this.positionFor(symbolId, sign).behind === 0) this.cancelOrder(order, time, 'nothing is left to close');
  }

  /** Client order ids are looked at once for all shadow accounts, before they take an order. */
  protected override enter(order: Order, now: Micros, delay: Micros, decides: boolean): void {
    super.enter(order, now, delay, decides, false);
  }

  #heldIn(symbolId: number): Quantity {
    return this.own.quantityOf(symbolId);
  }

  #endInstant(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.matchInstant(this.#instant);
  }

  #adopt(symbol: SymbolMarket, market: ObservedMarket): void {
    const from = this.#engine;
    if (this.#adoptedAt[symbol.symbolId] === market.rows) return;
    this.#adoptedAt[symbol.symbolId] = market.rows;
    adoptMarket(this.book, symbol, market.symbol);
    symbol.wakeAt = Infinity;
    this.watch.adoptSymbol(symbol, market.rules, from.watch.lastHeard);
    this.books.adoptSymbol(from.books, symbol.symbolId);
    this.matcher.learn(symbol, 0);
  }
}
