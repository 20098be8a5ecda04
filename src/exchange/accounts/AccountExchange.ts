/**
 * The exchange of one account of the desk. It shares marks, fill numbers and the queue of reports with the others,
 * sees market rows only while it has an open order, and takes over before its first one what the engine's exchange
 * has seen. Its reports are told as they are decided, so that the account can follow at once.
 */
import type { Order, OrderChanges } from '../../domain/order.js';
import type { RejectionReason } from '../../domain/refusals.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros } from '../../domain/units.js';
import type { OrderEvent, VenueEvent } from '../../domain/venueEvents.js';
import { closedAuctionOf, termsRefusalOf } from '../admission.js';
import type { AuctionTerms, ClosedAuction } from '../admission.js';
import { groupFaultOf } from '../groupAdmission.js';
import type { ExitFault } from '../groupAdmission.js';
import { PaperExchange } from '../PaperExchange.js';
import type { SharedParts } from '../SharedParts.js';
import type { Preset } from '../preset.js';
import { memberFaultOf, replacementOf, replaceRefusalOf } from '../replacement.js';
import { ReportQueue } from '../ReportQueue.js';
import type { SnapshotParts } from '../snapshot.js';
import { adoptMarkets } from '../snapshot.js';
import { WorkingOrder } from '../WorkingOrder.js';

/** What the exchanges of the desk's accounts have in common. */
export interface DeskParts extends SharedParts {
  /** Hears of each event at the moment at which it was decided and applied. */
  readonly onEvent: (event: VenueEvent) => void;
}

/** See the module header. */
export class AccountExchange extends PaperExchange {
  readonly #onEvent: (event: VenueEvent) => void;

  constructor(config: SessionConfig, preset: Preset, parts: DeskParts) {
    super(config, preset, parts);
    this.#onEvent = parts.onEvent;
  }

  /** Whether an order is open, so that market rows matter. */
  get isAwake(): boolean {
    return this.book.orders.size > 0;
  }

  /** Takes over what another exchange has observed. Only while no order is open here. */
  adoptMarkets(from: PaperExchange): void {
    adoptMarkets(this.book, from.book);
    this.watch.adopt(from.watch, this.book.symbols);
    this.books.adopt(from.books);
    for (const symbol of this.book.symbols) this.matcher.learn(symbol, 0);
    this.sequence = from.sequence;
    this.bars.forgetTable();
    this.touched.begin(-1);
  }

  /** An order as it would be entered, with the price that it would be reserved at; nothing is entered. */
  probe(order: Order, now: Micros): WorkingOrder {
    const working = new WorkingOrder(order, this.book.account(order.accountId), now);
    working.reservePrice = this.book.reservePriceOf(working);
    return working;
  }

  /** Why an order would be refused for what it says of itself; money and position are not looked at. */
  termsRefusal(order: Order, now: Micros): RejectionReason | undefined {
    this.syncClock(now);
    if (this.book.symbols[order.symbolId] === undefined) return 'SYMBOL_NOT_TRADABLE';
    const account = this.book.account(order.accountId);
    const legs = (order.legs ?? []).map((leg) => new WorkingOrder(leg, account, now));
    const mark = this.book.marks[order.symbolId] ?? 0;
    return termsRefusalOf(new WorkingOrder(order, account, now), legs, this, mark, now);
  }

  /** What is wrong with the exits of a new group. */
  groupFault(order: Order, now: Micros): ExitFault | undefined {
    const account = this.book.account(order.accountId);
    const legs = (order.legs ?? []).map((leg) => new WorkingOrder(leg, account, now));
    const mark = this.book.marks[order.symbolId] ?? 0;
    return groupFaultOf(new WorkingOrder(order, account, now), legs, mark, this.priceScale);
  }

  /** What would be wrong with the exits of a group if its member were replaced. */
  memberFault(order: WorkingOrder, changes: OrderChanges, now: Micros): ExitFault | undefined {
    const request = { orderId: order.id, changes, next: { id: '', clientOrderId: '' }, sentAt: now };
    const candidate = new WorkingOrder(replacementOf(order, request, now), order.account, now);
    return memberFaultOf(order, candidate, this.book, this, this.book.marks[order.symbolId] ?? 0);
  }

  /** When an order for an auction is too late in the session of `now`; undefined if it is for none. */
  closedAuction(terms: AuctionTerms, now: Micros): ClosedAuction | undefined {
    this.syncClock(now);
    return closedAuctionOf(terms, this);
  }

  /** Why the terms of a replacement would be refused now. */
  replaceRefusal(order: WorkingOrder, changes: OrderChanges, now: Micros): RejectionReason | undefined {
    this.syncClock(now);
    const request = { orderId: order.id, changes, next: { id: '', clientOrderId: '' }, sentAt: now };
    const mark = this.book.marks[order.symbolId] ?? 0;
    return replaceRefusalOf(order, request, replacementOf(order, request, now), this.book, this, mark, now);
  }

  /** The next time at which something is to be decided; Infinity if none. */
  nextDecision(): Micros {
    return this.due < this.boundary ? this.due : this.boundary;
  }

  /** As {@link PaperExchange.submit}, with `delay` added to the latency of this order. */
  submitLate(order: Order, now: Micros, delay: Micros): void {
    this.advanceTo(now);
    this.enter(order, now, delay, true);
    this.plan();
  }

  override emit(event: OrderEvent, order: WorkingOrder | undefined): void {
    // An exchange without an open order may lag behind; it reads the event in its session, as a recovery does.
    this.syncClock(event.time);
    this.book.apply(event, order);
    if (order !== undefined && this.books.isUsed) this.books.follow(event, order);
    this.reports.push(event);
    this.#onEvent(event);
    if (order !== undefined && order.orderClass !== 'simple') this.groups.follow(order, event);
    if (order !== undefined && event.type === 'filled') {
      this.groups.fitExits(order.account, order.symbolId, event.fill.time);
    } else if (event.type === 'busted' || event.type === 'corrected') {
      this.groups.fitAfterReversal(event);
    }
  }

  /** Shared reports are kept once, by the desk. */
  protected override snapshotParts(): SnapshotParts {
    return { ...super.snapshotParts(), reports: new ReportQueue(0) };
  }
}
