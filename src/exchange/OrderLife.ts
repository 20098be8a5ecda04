/**
 * What becomes of orders beside their fills: arrival, cancel, replace, the sessions they wait for and end with. It
 * decides and hands each event on at once; what an event changes is the book's, what it means for the other orders of
 * a group is decided where events are emitted.
 */
import type { RejectionReason } from '../domain/refusals.js';
import { DAY } from '../domain/timeframe.js';
import type { Micros, Price } from '../domain/units.js';
import type { OrderEvent } from '../domain/venueEvents.js';
import { REJECTION_REASONS } from '../domain/refusals.js';
import type { AdmissionContext } from './admission.js';
import { refusalOf, refusalText } from './admission.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { MarketWatch } from './MarketWatch.js';
import type { Matcher } from './Matcher.js';
import type { InboxMessage, ReplaceRequest } from './OrderInbox.js';
import { replacementOf, replaceRefusalOf } from './replacement.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { Evidence } from './SymbolMarket.js';
import { tradesIn } from './TradingSession.js';
import { keepsPlaceOf } from './takesPlaceOf.js';
import { trailedStop } from './trailingStop.js';
import type { WorkingOrder } from './WorkingOrder.js';
import { endsWithSession } from './WorkingOrder.js';

const NO_LEGS: readonly WorkingOrder[] = [];

/** What it works with; the exchange is the context. */
export interface OrderLifeParts extends AdmissionContext {
  readonly book: ExchangeBook;
  readonly matcher: Matcher;
  readonly watch: Pick<MarketWatch, 'advanceRules'>;
  /** Applies an event and queues its report; `order` is the one it is about, where it is open. */
  readonly emit: (event: OrderEvent, order: WorkingOrder | undefined) => void;
}

/** See the module header. */
export class OrderLife {
  readonly #parts: OrderLifeParts;

  constructor(parts: OrderLifeParts) {
    this.#parts = parts;
  }

  /** Handles a message that has reached the venue. */
  deliver(message: InboxMessage): void {
    const { order, time } = message;
    if (order !== undefined) this.arrive(order, message.isDuplicate, time);
    else if (message.replace !== undefined) this.#replace(message.replace, time);
    else this.#cancel(message.cancelId, time);
  }

  /** Ends an order. */
  cancel(order: WorkingOrder, time: Micros, reason: string): void {
    this.#parts.emit({ type: 'canceled', orderId: order.id, time, reason }, order);
  }

  /** No more fills of an order in this session; a lasting one goes on with the next. */
  endDay(order: WorkingOrder, time: Micros): void {
    this.#parts.emit({ type: 'doneForDay', orderId: order.id, time }, order);
  }

  /** A session began: what waited for it begins to work. */
  activate(time: Micros): void {
    const { book, session } = this.#parts;
    for (const order of [...book.orders.values()]) {
      if (order.closed || order.arrivedAt === 0 || order.activatedAt !== 0 || order.isAuction) continue;
      if (order.isUnarmed || !tradesIn(session.phase, order.extendedHours)) continue;
      if (order.status === 'done_for_day' && order.doneOn >= session.date) continue;
      this.#parts.emit({ type: 'activated', orderId: order.id, time }, order);
    }
  }

  /** Ends what a session's end at `time` ends: day orders, orders for its auctions, gtc orders that are too old. */
  expire(time: Micros): void {
    const { book, session, matcher, watch, preset } = this.#parts;
    const isEnd = time !== session.close || session.phase === 'closed';
    for (const order of [...book.orders.values()]) {
      if (order.closed || order.arrivedAt === 0 || order.arrivedAt >= time) continue;
      const symbol = book.symbol(order.symbolId);
      // A limit state may have become a pause since the last row.
      if (!isEnd) watch.advanceRules(symbol, time);
      if (order.timeInForce === 'cls' && !isEnd) {
        if ((symbol.known & Evidence.PRINT) !== 0) {
          // The auction's trade is reported after the close; when it does not come, it is estimated.
          matcher.wakes.plan(symbol, session, time);
          continue;
        }
        matcher.settleClose(order, symbol, time);
        symbol.compact();
        if (isOver(order)) continue;
      }
      if (order.timeInForce === 'gtc') {
        const days = preset.goodTillCanceledDays;
        const isOld = days > 0 && time >= order.decidedAt + days * DAY;
        if (isOld) this.cancel(order, time, `good till canceled ends after ${days} days`);
      } else if (!isEnd && symbol.halted && order.timeInForce === 'day') {
        // What a halt holds at the close meets in the closing auction, if there is one (R7).
        continue;
      } else if (endsWithSession(order, session, time, isEnd)) {
        this.#expire(order, time);
      }
      symbol.compact();
    }
  }

  #expire(order: WorkingOrder, time: Micros): void {
    const event = { type: 'expired', orderId: order.id, time, reason: 'the session it was for has ended' } as const;
    this.#parts.emit(event, order);
  }

  /** An order has reached the venue. */
  arrive(order: WorkingOrder, isDuplicate: boolean, time: Micros): void {
    if (order.closed || order.arrivedAt !== 0) return;
    const { book, session, matcher, preset } = this.#parts;
    const symbol = book.symbols[order.symbolId];
    const legs = order.orderClass === 'simple' ? NO_LEGS : this.#legsOf(order);
    const price = symbol === undefined ? 0 : this.#marketPrice(symbol);
    let reason = refusalOf(order, legs, this.#parts, isDuplicate, symbol !== undefined, price, time);
    if (symbol !== undefined && matcher.refusesShort(order, symbol, time)) reason ??= 'SHORT_SALE_RESTRICTED';
    if (reason !== undefined || symbol === undefined) {
      this.#reject(order, reason ?? 'SYMBOL_NOT_TRADABLE', time);
      return;
    }
    const waiting = order.isAuction || !tradesIn(session.phase, order.extendedHours);
    this.#parts.emit({ type: 'accepted', orderId: order.id, time, waiting }, order);
    for (const leg of legs) {
      if (leg.parentId === '') this.#parts.emit({ type: 'accepted', orderId: leg.id, time, waiting }, leg);
      else this.#parts.emit({ type: 'held', orderId: leg.id, time }, leg);
    }
    // On arrival the preset may have made an auction order of it.
    const getsClose = order.isMarket && preset.closedMarketOrder === 'lastClose' && symbol.barTime === time;
    if ((!waiting || getsClose) && !order.isAuction) matcher.tryStanding(order, symbol, time);
    else if (waiting && order.isImmediate) this.#cancelClosed(order, time);
    symbol.compact();
  }

  #cancelClosed(order: WorkingOrder, time: Micros): void {
    this.cancel(order, time, 'immediate orders trade in regular hours only');
  }

  #reject(order: WorkingOrder, reason: RejectionReason, time: Micros): void {
    const message = refusalText(reason, order);
    this.#parts.emit({ type: 'rejected', orderId: order.id, time, reason, message }, order);
    this.#parts.book.symbols[order.symbolId]?.compact();
  }

  /** A cancel follows an order that was replaced while it was on its way: nobody wants what it became either. */
  #cancel(orderId: string, time: Micros): void {
    const { book } = this.#parts;
    const order = book.orders.get(orderId) ?? book.successors.get(orderId);
    if (order === undefined) {
      this.#parts.emit({ type: 'cancelRejected', orderId, time, reason: 'ORDER_UNKNOWN' }, undefined);
      return;
    }
    this.cancel(order, time, 'canceled on request');
    book.symbol(order.symbolId).compact();
  }

  #replace(request: ReplaceRequest, time: Micros): void {
    const { book, emit, matcher, preset } = this.#parts;
    const { orderId } = request;
    const old = book.orders.get(orderId);
    if (old === undefined) {
      this.#refuseReplace(orderId, undefined, 'ORDER_UNKNOWN', time);
      return;
    }
    const symbol = book.symbol(old.symbolId);
    const next = replacementOf(old, request, time);
    const reason = replaceRefusalOf(old, request, next, book, this.#parts, this.#marketPrice(symbol), time);
    if (reason !== undefined) {
      this.#refuseReplace(orderId, old, reason, time);
    } else if (book.useClientOrderId(next.accountId, next.clientOrderId)) {
      const isAtOnce = preset.replacement === 'sameBar' && old.type === 'trailing_stop';
      const stopPrice = isAtOnce ? matcher.closeStops.stopAfterReplace(old, next.trail, symbol, time) : 0;
      emit({ type: 'replaced', orderId, time, order: stopPrice === 0 ? next : { ...next, stopPrice } }, old);
      const working = book.orders.get(next.id);
      if (working !== undefined && request.changes.trail !== undefined) this.#retrail(working, symbol);
      // One that only shrank stands where it stood; another one looks at the market anew.
      if (working !== undefined && !keepsPlaceOf(working, old)) {
        if (working.activatedAt === time) matcher.tryStanding(working, symbol, time);
        else if (working.isImmediate) this.#cancelClosed(working, time);
        matcher.tryLastBar(working, symbol, time);
      }
    } else {
      this.#refuseReplace(orderId, old, 'DUPLICATE_CLIENT_ORDER_ID', time);
    }
    symbol.compact();
  }

  /** A trailing stop goes on at its new distance from the best price so far, whether it trades now or waits. */
  #retrail(order: WorkingOrder, symbol: SymbolMarket): void {
    const { matcher, preset, priceScale } = this.#parts;
    if (order.highWaterMark === 0 || matcher.closeStops.judges(order, symbol)) return;
    order.stopPrice = trailedStop(order, preset.priceGrid, priceScale);
    order.noteChange();
  }

  #refuseReplace(orderId: string, order: WorkingOrder | undefined, reason: RejectionReason, time: Micros): void {
    const message = `Order ${orderId} was not replaced. ${REJECTION_REASONS[reason]}`;
    this.#parts.emit({ type: 'replaceRejected', orderId, time, reason, message }, order);
  }

  /** The other members of a group that has just arrived. */
  #legsOf(order: WorkingOrder): WorkingOrder[] {
    const legs: WorkingOrder[] = [];
    for (const id of order.orderClass === 'oco' ? [order.siblingId] : order.legIds) {
      const leg = this.#parts.book.orders.get(id);
      if (leg !== undefined) legs.push(leg);
    }
    return legs;
  }

  #marketPrice(symbol: SymbolMarket): Price {
    return symbol.lastPrice > 0 ? symbol.lastPrice : (this.#parts.book.marks[symbol.symbolId] ?? 0);
  }
}

/** Whether an order has ended in the meantime. */
function isOver(order: WorkingOrder): boolean {
  return order.closed;
}
