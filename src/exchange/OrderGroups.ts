/**
 * What the fill or the end of one order of a group means for the others. An entry's fills arm its legs and let them
 * grow; a part that one exit fills is taken off the other; what ends one exit ends the group. Everything is decided
 * at once, at the time of what caused it: there is no latency within the venue.
 */
import type { Fill } from '../domain/fill.js';
import type { OrderType } from '../domain/order.js';
import type { DurationMicros, Micros, Price, Quantity } from '../domain/units.js';
import type { OrderEvent } from '../domain/venueEvents.js';
import type { AccountBook } from './AccountBook.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { Preset } from './preset.js';
import type { ReportQueue } from './ReportQueue.js';
import type { TradingSession } from './TradingSession.js';
import { tradesIn } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** A leg that has just begun to work and has not looked at the market yet. */
export interface ArmedLeg {
  readonly leg: WorkingOrder;
  /** Price of the bar at which its entry filled, within that bar; 0 if it was filled otherwise or at the bar's end. */
  readonly entryInBar: Price;
  /** Type of the entry, and the leg's other exit, if there is one. */
  readonly entryType: OrderType;
  readonly sibling: WorkingOrder | undefined;
  /** How much of the report latency was over when its entry filled (ReportQueue). */
  readonly elapsed: DurationMicros;
}

/** Rules by which an entry fills at the end of a bar: nothing of the bar comes after. */
const AT_BAR_END = new Set([
  'bar-close',
  'session-close',
  'stop-limit-close',
  'trailing-stop-close',
  'limit-if-touched-close',
]);

/** See the module header. */
export class OrderGroups {
  /** Legs that are to look at what stands; whoever looks empties it. */
  readonly armed: ArmedLeg[] = [];
  readonly #book: ExchangeBook;
  readonly #session: TradingSession;
  /** Whether exits are for what their entry opened (`Preset.exitsClose`). */
  readonly #isByTrade: boolean;
  readonly #reports: Pick<ReportQueue, 'elapsed'>;
  readonly #emit: (event: OrderEvent, order: WorkingOrder) => void;

  constructor(
    preset: Pick<Preset, 'exitsClose'>,
    book: ExchangeBook,
    session: TradingSession,
    reports: Pick<ReportQueue, 'elapsed'>,
    emit: (event: OrderEvent, order: WorkingOrder) => void,
  ) {
    this.#isByTrade = preset.exitsClose === 'ownTrade';
    this.#book = book;
    this.#session = session;
    this.#reports = reports;
    this.#emit = emit;
  }

  /** Draws the consequences of an event that has been applied; `order` is the member it was about. */
  follow(order: WorkingOrder, event: OrderEvent): void {
    switch (event.type) {
      case 'filled':
        this.#afterFill(order, event.fill, event.final);
        return;
      case 'canceled':
      case 'expired':
      case 'rejected':
        this.#afterEnd(order, event);
        return;
      default:
    }
  }

  /**
   * After a fill or one that was taken back: where exits are for what their entry opened, those of whose trades it
   * closed some are for the rest, and end with the last of it. While the entry may open more they wait for that.
   */
  fitExits(account: AccountBook, symbolId: number, time: Micros): void {
    const { trades } = account;
    if (trades === undefined || trades.reduced.length === 0 || !this.#isByTrade) return;
    const { reduced } = trades;
    for (const exit of this.#book.symbol(symbolId).orders) {
      const { exitOf } = exit;
      if (exit.closed || exit.isUnarmed || exit.account !== account || !reduced.includes(exitOf)) continue;
      const left = trades.leftOf(exitOf, exit);
      if (left > 0) {
        if (exit.remaining !== left) this.#resize(exit, exit.filledQuantity + left, time);
      } else if (exit.parentId !== '' && this.#book.orders.get(exitOf)?.closed === false) {
        this.#emit({ type: 'held', orderId: exit.id, time }, exit);
      } else {
        this.#cancel(exit, time, 'what its entry opened is closed');
      }
    }
  }

  /** After a fill was taken back, as {@link fitExits}. */
  fitAfterReversal({ entries, time }: Extract<OrderEvent, { type: 'busted' | 'corrected' }>): void {
    const moved = entries.find(({ account, quantity }) => account === 'position' && quantity !== 0);
    if (moved === undefined) return;
    this.fitExits(this.#book.account(moved.accountId), moved.symbolId, time);
    // It happens between the instants of the market, after which lists are tidied otherwise.
    this.#book.symbol(moved.symbolId).compact();
  }

  /** Micro-shares that the exits of an entry are for. */
  #openedBy(entry: WorkingOrder): Quantity {
    const { trades } = entry.account;
    return this.#isByTrade && trades !== undefined ? trades.leftOf(entry.id, entry) : entry.filledQuantity;
  }

  #afterFill(order: WorkingOrder, fill: Fill, final: boolean): void {
    const { time } = fill;
    const { orders } = this.#book;
    const entry = orders.get(order.parentId);
    if (final && entry !== undefined) this.#cancel(entry, time, 'an exit of its group has filled');
    const sibling = orders.get(order.siblingId);
    if (sibling !== undefined) {
      if (final) this.#cancel(sibling, time, 'the other exit of its group has filled');
      else this.#resize(sibling, sibling.quantity - fill.quantity, time);
    }
    if (order.legIds.length > 0) this.#arm(order, fill, final);
  }

  #arm(entry: WorkingOrder, fill: Fill, final: boolean): void {
    if (entry.account.orderRules.legArming === 'complete' && !final) return;
    const { time, receipt } = fill;
    const opened = this.#openedBy(entry);
    if (opened === 0) {
      // It has closed alone, so far or in all.
      if (final) this.#cancelLegs(entry, time, 'its entry opened nothing');
      return;
    }
    const isInBar = receipt.basis === 'tradeBar' && !AT_BAR_END.has(receipt.rule);
    for (const id of entry.legIds) {
      const leg = this.#book.orders.get(id);
      if (leg === undefined) continue;
      if (leg.armedAt !== 0) {
        this.#resize(leg, this.#isByTrade ? leg.filledQuantity + opened : leg.quantity + fill.quantity, time);
        continue;
      }
      if (leg.remaining !== opened) this.#resize(leg, leg.filledQuantity + opened, time);
      const waiting = !tradesIn(this.#session.phase, false);
      this.#emit({ type: 'accepted', orderId: leg.id, time, waiting }, leg);
      // A bar that ends with the session still decides for its own exits.
      if (waiting && !isInBar) continue;
      const sibling = this.#book.orders.get(leg.siblingId);
      const entryInBar = isInBar ? receipt.basePrice : 0;
      this.armed.push({ leg, entryInBar, entryType: entry.type, sibling, elapsed: this.#reports.elapsed });
    }
  }

  #afterEnd(order: WorkingOrder, event: Extract<OrderEvent, { type: 'canceled' | 'expired' | 'rejected' }>): void {
    const { time } = event;
    const { orders } = this.#book;
    const isRejected = event.type === 'rejected';
    const isArmed = this.#openedBy(order) > 0 && order.account.orderRules.legArming === 'partial';
    if (order.legIds.length > 0 && !isArmed) {
      for (const id of order.legIds) {
        const leg = orders.get(id);
        if (leg === undefined) continue;
        if (isRejected) this.#emit({ ...event, orderId: id }, leg);
        else this.#cancel(leg, time, 'its entry ended before it was filled');
      }
    }
    // Exits have one time in force: the session's end ends each of them by itself.
    if (event.type === 'expired') return;
    const sibling = orders.get(order.siblingId);
    if (sibling !== undefined) {
      if (isRejected) this.#emit({ ...event, orderId: sibling.id }, sibling);
      else this.#cancel(sibling, time, 'another order of its group was canceled');
    }
    const entry = orders.get(order.parentId);
    if (entry !== undefined) this.#cancel(entry, time, 'another order of its group was canceled');
  }

  #cancelLegs(entry: WorkingOrder, time: Micros, reason: string): void {
    for (const id of entry.legIds) {
      const leg = this.#book.orders.get(id);
      if (leg !== undefined) this.#cancel(leg, time, reason);
    }
  }

  #resize(order: WorkingOrder, quantity: number, time: Micros): void {
    this.#emit({ type: 'resized', orderId: order.id, time, quantity }, order);
  }

  #cancel(order: WorkingOrder, time: Micros, reason: string): void {
    this.#emit({ type: 'canceled', orderId: order.id, time, reason }, order);
  }
}
