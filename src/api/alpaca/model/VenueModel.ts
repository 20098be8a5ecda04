/**
 * The read model: every order, activity and position of the desk's accounts, made of the venue's events alone, so that
 * a restart builds the same again. It goes on from one session to the next: what was stays readable, and accounts
 * begin anew unless the session carries them on. Orders of the engine have no `entered` event and are not in it.
 *
 * Each event changes an order first and is then told as an update of the trading stream, with the order as it is after.
 */
import type { Order, OrderChanges } from '../../../domain/order.js';
import type { Micros } from '../../../domain/units.js';
import { isOrderEvent } from '../../../domain/venueEvents.js';
import type { OrderEvent, VenueEvent } from '../../../domain/venueEvents.js';
import { orderUuid } from '../alpacaIds.js';
import type { VenueSession } from '../PaperVenue.js';
import type { AccountHistory } from './AccountHistory.js';
import { AccountJournal } from './AccountJournal.js';
import type { Execution } from './Executions.js';
import { EventNumbers } from './ModelEvents.js';
import type { ModelListener } from './ModelEvents.js';
import { intentOf, OrderEntry } from './OrderEntry.js';
import { isClosed } from './orderStatus.js';
import type { AlpacaOrderStatus, TradeEventName } from './orderStatus.js';

const MAX_NANOS = 999;

/** See the module header. */
export class VenueModel {
  /** By account and order of entry, those of earlier sessions included. */
  readonly #orders = new Map<string, OrderEntry[]>();
  /** Orders that events of the session can be about. */
  readonly #byId = new Map<string, OrderEntry>();
  readonly #byUuid = new Map<string, OrderEntry>();
  readonly #journal: AccountJournal;
  /** Replacements under way, by the order that they replace. */
  readonly #expected = new Map<string, OrderEntry>();
  readonly #listener: ModelListener;
  readonly #numbers: EventNumbers;

  /** Begins with a session; call {@link beginSession} for each that follows it. */
  constructor(session: VenueSession, listener: ModelListener) {
    this.#listener = listener;
    this.#numbers = new EventNumbers(session);
    this.#journal = new AccountJournal(this.#numbers, listener);
  }

  /** Another session follows; its prices have the same scale. */
  beginSession(session: VenueSession): void {
    const { carriesOn, startTime: time } = session;
    this.#numbers.begin(session);
    this.#journal.beginSession(carriesOn, time);
    this.#expected.clear();
    if (carriesOn) return;
    for (const entry of this.#byId.values()) {
      if (isClosed(entry.status)) continue;
      entry.status = 'canceled';
      entry.canceledAt = time;
      entry.updatedAt = time;
    }
    this.#byId.clear();
  }

  /** The orders of an account as they were entered, legs included. */
  orders(accountId: string): readonly OrderEntry[] {
    return this.#orders.get(accountId) ?? [];
  }
  /** An order that the desk has, by its id there. */
  order(orderId: string): OrderEntry | undefined {
    return this.#byId.get(orderId);
  }
  /** An order, be it of an earlier session, by the id that programs know. */
  orderOf(uuid: string): OrderEntry | undefined {
    return this.#byUuid.get(uuid.toLowerCase());
  }
  /** The id that programs know an order of the desk by. */
  uuidOf(orderId: string): string {
    return this.#byId.get(orderId)?.uuid ?? orderUuid(this.#numbers.session.sessionId, orderId);
  }
  /** A fill of the present session, as it stands, by the id of its execution. */
  executionOf(uuid: string): Execution | undefined {
    return this.#journal.executionOf(uuid);
  }
  /** An account's money and activities; undefined if it was never opened. */
  account(accountId: string): AccountHistory | undefined {
    return this.#journal.account(accountId);
  }

  /**
   * Shows the order that is to take the place of `entry`, which the desk has taken and the venue has not put in place
   * yet. The venue's `replaced` makes it an order; if the replacement comes to nothing, it is rejected.
   */
  expectReplacement(entry: OrderEntry, orderId: string, changes: OrderChanges): OrderEntry {
    const expected = new OrderEntry(
      {
        id: orderId,
        accountId: entry.accountId,
        clientOrderId: changes.clientOrderId ?? orderId,
        symbolId: entry.symbolId,
        side: entry.side,
        type: entry.type,
        timeInForce: changes.timeInForce ?? entry.timeInForce,
        quantity: changes.quantity ?? entry.quantity,
        limitPrice: changes.limitPrice ?? entry.limitPrice,
        // Where another trail makes it stand is not known yet.
        stopPrice: changes.stopPrice ?? (changes.trail === undefined ? entry.stopPrice : undefined),
        trail: changes.trail ?? entry.trail,
        extendedHours: entry.extendedHours,
        orderClass: entry.orderClass,
        parentId: entry.parentId,
        role: entry.role,
        filledQuantity: entry.filledQuantity,
        filledNotional: entry.filledNotional,
      },
      this.uuidOf(orderId),
      'pending_new',
      entry.intent,
      entry.updatedAt,
    );
    expected.replaces = entry.uuid;
    expected.highWaterMark = entry.highWaterMark;
    // The same list: what becomes of the legs meanwhile is seen from both.
    expected.legs = entry.legs;
    this.#add(expected);
    this.#expected.set(entry.orderId, expected);
    return expected;
  }

  /** Whether an order is a replacement that is still under way. */
  isExpected({ uuid, replaces = '' }: OrderEntry): boolean {
    const replaced = this.#byUuid.get(replaces);
    return replaced !== undefined && this.#expected.get(replaced.orderId)?.uuid === uuid;
  }

  /** Takes the next event. */
  apply(event: VenueEvent): void {
    this.#numbers.next();
    if (!isOrderEvent(event)) this.#journal.apply(event);
    else if (event.type === 'entered') this.#enter(event.order, event.time);
    else {
      const entry = this.#byId.get(event.orderId);
      if (entry === undefined) return;
      this.#applyOrder(event, entry);
      if (isClosed(entry.status) || event.type === 'replaceRejected') this.#dropExpected(entry, event.time);
    }
  }

  #enter(order: Order, time: Micros): void {
    const position = this.#journal.account(order.accountId)?.position(order.symbolId) ?? 0;
    const entry = new OrderEntry(order, this.uuidOf(order.id), 'pending_new', intentOf(order.side, position), time);
    this.#add(entry);
    for (const leg of order.legs ?? []) {
      // Legs close what the entry opens; the stop loss of an oco closes the position, as its parent does.
      const intent = leg.side === 'buy' ? 'buy_to_close' : 'sell_to_close';
      const held = new OrderEntry(leg, this.uuidOf(leg.id), 'held', intent, time);
      this.#add(held);
      entry.legs.push(held);
    }
    this.#tell('pending_new', entry, time, null);
  }

  /** A replacement that was under way and did not come about. */
  #dropExpected(entry: OrderEntry, time: Micros): void {
    const expected = this.#expected.get(entry.orderId);
    if (expected === undefined) return;
    this.#expected.delete(entry.orderId);
    expected.legs = [];
    expected.status = 'rejected';
    expected.failedAt = time;
    expected.updatedAt = time;
  }

  #add(entry: OrderEntry): void {
    this.#byId.set(entry.orderId, entry);
    this.#byUuid.set(entry.uuid, entry);
    const list = this.#orders.get(entry.accountId);
    const before = list?.at(-1);
    if (before?.createdAt === entry.createdAt) {
      entry.submittedNanos = Math.min(MAX_NANOS, before.submittedNanos + 1);
    }
    if (list === undefined) this.#orders.set(entry.accountId, [entry]);
    else list.push(entry);
  }

  #remove(entry: OrderEntry): void {
    const list = this.#orders.get(entry.accountId) ?? [];
    list.splice(list.indexOf(entry), 1);
    this.#byId.delete(entry.orderId);
    this.#byUuid.delete(entry.uuid);
  }

  #applyOrder(event: Exclude<OrderEvent, { type: 'entered' }>, entry: OrderEntry): void {
    const { time } = event;
    entry.updatedAt = time;
    switch (event.type) {
      case 'accepted':
        return this.#work(entry, event.waiting ? 'accepted' : 'new', time);
      case 'activated':
        return this.#work(entry, 'new', time);
      case 'held':
        if (entry.status === 'held') return undefined;
        entry.status = 'held';
        return this.#tell('held', entry, time);
      case 'triggered':
        entry.triggered = true;
        return entry.status === 'held' ? this.#work(entry, 'new', time) : undefined;
      case 'resized':
        entry.quantity = event.quantity;
        return undefined;
      case 'cancelRequested':
        entry.cancelRequestedAt = time;
        return this.#pend(entry, 'pending_cancel', time);
      case 'replaceRequested':
        return this.#pend(entry, 'pending_replace', time);
      case 'cancelRejected':
        if (entry.status === 'pending_cancel') entry.status = entry.statusBefore;
        return this.#tell('order_cancel_rejected', entry, time);
      case 'replaceRejected':
        if (entry.status === 'pending_replace') entry.status = entry.statusBefore;
        return this.#tell('order_replace_rejected', entry, time);
      case 'replaced':
        return this.#replace(entry, event.order, time);
      case 'restated':
        entry.quantity = event.quantity ?? entry.quantity;
        entry.limitPrice = event.limitPrice ?? entry.limitPrice;
        entry.stopPrice = event.stopPrice ?? entry.stopPrice;
        return this.#tell('restated', entry, time);
      case 'doneForDay':
        entry.status = 'done_for_day';
        return this.#tell('done_for_day', entry, time);
      case 'filled':
        return this.#journal.fill(entry, event.fill, event.final, time);
      case 'busted':
      case 'corrected':
        return this.#journal.revise(entry, event);
      case 'rejected':
        entry.status = 'rejected';
        entry.failedAt = time;
        return this.#tell('rejected', entry, time);
      case 'canceled':
        entry.status = 'canceled';
        entry.canceledAt = time;
        return this.#tell('canceled', entry, time);
      case 'expired':
        entry.status = 'expired';
        entry.expiredAt = time;
        return this.#tell('expired', entry, time);
    }
  }

  /** The order works or waits; an order that is being canceled or was partly filled keeps that state. */
  #work(entry: OrderEntry, working: 'accepted' | 'new', time: Micros): void {
    const status = this.#isHeldBack(entry) ? 'held' : working;
    if (entry.status === status || isClosed(entry.status)) return;
    if (entry.status === 'pending_cancel' || entry.status === 'pending_replace') {
      entry.statusBefore = entry.filledQuantity > 0 ? 'partially_filled' : status;
      return;
    }
    entry.status = entry.filledQuantity > 0 ? 'partially_filled' : status;
    this.#tell(status, entry, time);
  }

  /** At Alpaca the stop loss beside a take profit shows as held until it is elected. */
  #isHeldBack({ accountId, role, orderClass, triggered }: OrderEntry): boolean {
    const hasSibling = orderClass === 'bracket' || orderClass === 'oco';
    const isAlpaca = this.#journal.account(accountId)?.fidelity === 'alpaca';
    return isAlpaca && role === 'stopLoss' && hasSibling && !triggered;
  }

  #pend(entry: OrderEntry, status: 'pending_cancel' | 'pending_replace', time: Micros): void {
    if (isClosed(entry.status) || entry.status === status) return;
    if (entry.status !== 'pending_cancel' && entry.status !== 'pending_replace') entry.statusBefore = entry.status;
    entry.status = status;
    this.#tell(status, entry, time, null);
  }

  #replace(entry: OrderEntry, order: Order, time: Micros): void {
    const uuid = this.uuidOf(order.id);
    entry.status = 'replaced';
    entry.replacedAt = time;
    entry.replacedBy = uuid;
    this.#tell('replaced', entry, time);
    const waits = entry.statusBefore === 'accepted' || entry.statusBefore === 'held';
    const started: AlpacaOrderStatus = waits ? entry.statusBefore : 'new';
    const status = order.filledQuantity > 0 ? 'partially_filled' : started;
    const next = new OrderEntry(order, uuid, status, entry.intent, time);
    next.replaces = entry.uuid;
    next.highWaterMark = entry.highWaterMark;
    next.legs = entry.legs;
    const expected = this.#expected.get(entry.orderId);
    this.#expected.delete(entry.orderId);
    if (expected?.orderId === next.orderId) this.#remove(expected);
    this.#add(next);
    const siblings = next.parentId === undefined ? [] : (this.#byId.get(next.parentId)?.legs ?? []);
    const place = siblings.indexOf(entry);
    if (place >= 0) siblings[place] = next;
    this.#tell(started === 'accepted' || started === 'held' ? started : 'new', next, time);
  }

  #tell(event: TradeEventName, entry: OrderEntry, time: Micros, executionId?: null): void {
    this.#numbers.next();
    this.#listener.onUpdate({
      accountId: entry.accountId,
      event,
      eventId: this.#numbers.ulid(time),
      executionId: executionId === null ? null : this.#numbers.uuidOfEvent('event'),
      time,
      entry,
    });
  }
}
