/**
 * The read model: every order, activity and position of the desk's accounts, made of the venue's events alone, so that
 * a restart builds the same again. It goes on from one session to the next: what was stays readable, and accounts
 * begin anew unless the session carries them on. Orders of the engine have no `entered` event and are not in it.
 *
 * Each event changes an order first and is then told as an update of the trading stream, with the order as it is after.
 */
import type { Fill } from '../../../domain/fill.js';
import type { Order, OrderChanges } from '../../../domain/order.js';
import { notional } from '../../../domain/units.js';
import type { Micros, Price, Quantity } from '../../../domain/units.js';
import { isOrderEvent } from '../../../domain/venueEvents.js';
import type { AccountEvent, OrderEvent, VenueEvent } from '../../../domain/venueEvents.js';
import { activityId, eventUlid, executionUuid, orderUuid } from '../alpacaIds.js';
import type { VenueSession } from '../PaperVenue.js';
import { AccountHistory } from './AccountHistory.js';
import type { Activity, TradeActivity } from './AccountHistory.js';
import { Executions } from './Executions.js';
import type { Execution } from './Executions.js';
import { intentOf, OrderEntry } from './OrderEntry.js';
import { isClosed } from './orderStatus.js';
import type { AlpacaOrderStatus, TradeEventName } from './orderStatus.js';

/** One message of the trading stream; `entry` is live and must be written out before the next event. */
export interface TradeUpdate {
  readonly accountId: string;
  readonly event: TradeEventName;
  readonly eventId: string;
  readonly executionId: string | null;
  readonly time: Micros;
  readonly entry: OrderEntry;
  readonly execution?: { readonly price: Price; readonly quantity: Quantity; readonly position: Quantity };
}

const MAX_NANOS = 999;

/** Hears of every update and every activity, in order; an activity comes before the update of the same execution. */
export interface ModelListener {
  onUpdate(update: TradeUpdate): void;
  onActivity(activity: Activity, accountId: string): void;
}

/** See the module header. */
export class VenueModel {
  /** By account and order of entry, those of earlier sessions included. */
  readonly #orders = new Map<string, OrderEntry[]>();
  /** Orders that events of the session can be about. */
  readonly #byId = new Map<string, OrderEntry>();
  readonly #byUuid = new Map<string, OrderEntry>();
  readonly #accounts = new Map<string, AccountHistory>();
  /** Replacements under way, by the order that they replace. */
  readonly #expected = new Map<string, OrderEntry>();
  readonly #executions = new Executions();
  readonly #listener: ModelListener;
  #session: VenueSession;
  #eventNumber = 0;

  /** Begins with a session; call {@link beginSession} for each that follows it. */
  constructor(session: VenueSession, listener: ModelListener) {
    this.#session = session;
    this.#listener = listener;
  }

  /** Another session follows; its prices have the same scale. */
  beginSession(session: VenueSession): void {
    this.#session = session;
    this.#eventNumber = 0;
    this.#executions.clear();
    this.#expected.clear();
    if (session.carriesOn) return;
    const time = session.startTime;
    for (const entry of this.#byId.values()) {
      if (isClosed(entry.status)) continue;
      entry.status = 'canceled';
      entry.canceledAt = time;
      entry.updatedAt = time;
    }
    this.#byId.clear();
    for (const account of this.#accounts.values()) account.end(time);
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
    return this.#byId.get(orderId)?.uuid ?? orderUuid(this.#session.sessionId, orderId);
  }
  /** A fill of the present session, as it stands, by the id of its execution. */
  executionOf(uuid: string): Execution | undefined {
    return this.#executions.ofUuid(uuid);
  }
  /** An account's money and activities; undefined if it was never opened. */
  account(accountId: string): AccountHistory | undefined {
    return this.#accounts.get(accountId);
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
        stopPrice: changes.stopPrice ?? entry.stopPrice,
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
    this.#add(expected);
    this.#expected.set(entry.orderId, expected);
    return expected;
  }

  /** Takes the next event. */
  apply(event: VenueEvent): void {
    this.#eventNumber += 1;
    if (!isOrderEvent(event)) this.#applyAccount(event);
    else if (event.type === 'entered') this.#enter(event.order, event.time);
    else {
      const entry = this.#byId.get(event.orderId);
      if (entry === undefined) return;
      this.#applyOrder(event, entry);
      if (isClosed(entry.status) || event.type === 'replaceRejected') this.#dropExpected(entry, event.time);
    }
  }

  #enter(order: Order, time: Micros): void {
    const position = this.#accounts.get(order.accountId)?.position(order.symbolId) ?? 0;
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
        return this.#fill(entry, event.fill, event.final, time);
      case 'busted':
      case 'corrected':
        return this.#revise(entry, event);
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
  #work(entry: OrderEntry, status: 'accepted' | 'new', time: Micros): void {
    if (entry.status === status || isClosed(entry.status) || this.#isHeldBack(entry)) return;
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
    const isAlpaca = this.#accounts.get(accountId)?.fidelity === 'alpaca';
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

  #fill(entry: OrderEntry, fill: Fill, final: boolean, time: Micros): void {
    const account = this.#accounts.get(entry.accountId);
    const before = account?.position(fill.symbolId) ?? 0;
    entry.filledQuantity += fill.quantity;
    entry.filledNotional += notional(fill.price, fill.quantity, this.#session.priceScale);
    entry.filledAt = time;
    const pending = entry.status === 'pending_cancel' || entry.status === 'pending_replace';
    if (final) entry.status = 'filled';
    else if (pending) entry.statusBefore = 'partially_filled';
    else entry.status = 'partially_filled';
    account?.book(time, fill.entries, fill.price);
    const execution: Execution = {
      fillId: fill.id,
      uuid: executionUuid(this.#session.sessionId, fill.id),
      entry,
      side: fill.side === 'sell' && before <= 0 ? 'sell_short' : fill.side,
      quantity: fill.quantity,
      price: fill.price,
    };
    this.#executions.add(execution);
    this.#noteTrade(execution, final ? 'fill' : 'partial_fill', activityId(time, execution.uuid), time);
    this.#charge(account, fill, time);
    this.#tellExecution(final ? 'fill' : 'partial_fill', execution, time);
  }

  #noteTrade(execution: Execution, type: TradeActivity['type'], id: string, time: Micros): void {
    const { entry, side, price, quantity } = execution;
    const isOpenEnded = entry.notional !== undefined || isClosed(entry.status);
    this.#note(this.#accounts.get(entry.accountId), {
      kind: 'trade',
      id,
      eventId: eventUlid(time, this.#eventNumber),
      executionUuid: execution.uuid,
      time,
      type,
      orderUuid: entry.uuid,
      symbolId: entry.symbolId,
      side,
      price,
      quantity,
      leaves: isOpenEnded ? 0 : Math.max(0, entry.quantity - entry.filledQuantity),
      cumulative: entry.filledQuantity,
      // An order that is being canceled was filled in part all the same.
      status: isClosed(entry.status) ? entry.status : entry.filledQuantity > 0 ? 'partially_filled' : entry.status,
    });
  }

  #note(account: AccountHistory | undefined, activity: Activity): void {
    if (account === undefined) return;
    account.activities.push(activity);
    this.#listener.onActivity(activity, account.accountId);
  }

  /** What a fill costs beside its price is an activity of its own, so that all of them explain the cash. */
  #charge(account: AccountHistory | undefined, { id, fees, symbolId, orderId }: Fill, time: Micros): void {
    const amount = fees.reduce((sum, fee) => sum + fee.amount, 0);
    if (account === undefined || amount === 0) return;
    this.#eventNumber += 1;
    this.#note(account, {
      kind: 'booked',
      id: activityId(time, executionUuid(this.#session.sessionId, `fees of ${id}`)),
      eventId: eventUlid(time, this.#eventNumber),
      time,
      booking: 'regulatoryFee',
      symbolId,
      amount: -amount,
      quantity: 0,
      note: `${fees.map(({ kind }) => kind).join(', ')} of order ${orderId}`,
    });
  }

  /** A fill is taken back or stands at other terms; its activity says which were taken back, or which stand. */
  #revise(entry: OrderEntry, event: Extract<OrderEvent, { type: 'busted' | 'corrected' }>): void {
    const { time } = event;
    const known = this.#executions.ofFill(event.fillId);
    this.#accounts.get(entry.accountId)?.book(time, event.entries);
    if (known === undefined) return;
    const busted = event.type === 'busted';
    const quantity = busted ? 0 : event.quantity;
    const price = busted ? 0 : event.price;
    const scale = this.#session.priceScale;
    entry.filledQuantity += quantity - known.quantity;
    entry.filledNotional += notional(price, quantity, scale) - notional(known.price, known.quantity, scale);
    known.quantity = quantity;
    known.price = price;
    if (entry.filledQuantity === 0) entry.filledAt = undefined;
    const shown = { ...known, quantity: event.quantity, price: event.price };
    const name = busted ? 'trade_bust' : 'trade_correct';
    const id = executionUuid(this.#session.sessionId, `event ${this.#eventNumber} of ${event.fillId}`);
    this.#noteTrade(shown, name, activityId(time, id), time);
    this.#tellExecution(name, shown, time);
  }

  #tellExecution(event: TradeEventName, { uuid, entry, price, quantity }: Execution, time: Micros): void {
    const position = this.#accounts.get(entry.accountId)?.position(entry.symbolId) ?? 0;
    this.#listener.onUpdate({
      accountId: entry.accountId,
      event,
      eventId: eventUlid(time, this.#eventNumber),
      executionId: uuid,
      time,
      entry,
      execution: { price, quantity, position },
    });
  }

  #tell(event: TradeEventName, entry: OrderEntry, time: Micros, executionId?: null): void {
    this.#eventNumber += 1;
    const number = this.#eventNumber;
    this.#listener.onUpdate({
      accountId: entry.accountId,
      event,
      eventId: eventUlid(time, number),
      executionId: executionId === null ? null : executionUuid(this.#session.sessionId, `event ${number}`),
      time,
      entry,
    });
  }

  #applyAccount(event: AccountEvent): void {
    const { accountId, time } = event;
    if (event.type === 'accountOpened') {
      const fidelity = this.#session.fidelityOf(event.terms);
      const known = this.#accounts.get(accountId);
      if (known === undefined) {
        this.#accounts.set(accountId, new AccountHistory(accountId, time, event.terms.startingCash, fidelity));
      } else {
        known.fidelity = fidelity;
        known.begin(time, event.terms.startingCash);
      }
      return;
    }
    const account = this.#accounts.get(accountId);
    if (account === undefined) return;
    if (event.type === 'accountReset') account.reset(time, event.terms.startingCash);
    if (event.type === 'accountClosed') account.end(time);
    if (event.type === 'accountConfigured') account.fidelity = event.settings.fidelity;
    if (event.type !== 'booked') return;
    account.book(time, event.entries, undefined, event.kind === 'deposit');
    let amount = 0;
    let quantity = 0;
    for (const entry of event.entries) {
      if (entry.accountId !== accountId) continue;
      if (entry.account === 'cash') amount += entry.amount;
      if (entry.account === 'position') quantity += entry.quantity;
    }
    // A corporate action is told of every account; one that does not hold the symbol has nothing to show.
    if (event.entries.length === 0 && account.position(event.symbolId) === 0) return;
    this.#note(account, {
      kind: 'booked',
      id: activityId(time, executionUuid(this.#session.sessionId, `booking ${this.#eventNumber}`)),
      eventId: eventUlid(time, this.#eventNumber),
      time,
      booking: event.kind,
      symbolId: event.symbolId,
      amount,
      quantity,
      note: event.note,
    });
  }
}
