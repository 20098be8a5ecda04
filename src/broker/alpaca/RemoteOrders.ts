/**
 * What is known of our orders at a remote broker, and what of that the kernel has been told. Pure: facts go in
 * (answers, stream messages, look-ups, in any order and any number of times), reports come out, each once.
 *
 * Fills go by the cumulative quantity that every fact carries: what adds nothing is old news, what adds more than its
 * own execution covers ones that were missed. So facts may be lost, doubled and swapped, and the end is the same
 * (F34, F35, F38). What cannot be right (more than ordered, less than before, an execution that changed) is not
 * applied; it is reported as an alert and asked for again (F36, F39).
 */
import type { Order, OrderChanges, ReplacementIds } from '../../domain/order.js';
import type { RejectionReason } from '../../domain/refusals.js';
import type { Micros, Price, Quantity } from '../../domain/units.js';
import { DOLLAR, mulDiv, notional, SHARE } from '../../domain/units.js';
import type { OrderEvent } from '../../domain/venueEvents.js';
import type { BrokerAlert } from './BrokerAlert.js';
import { brokerFill } from './brokerFill.js';
import { isSameOrder, remoteOrder, reportedFills } from './RemoteOrder.js';
import type { OrderFact, RemoteOrder } from './RemoteOrder.js';
import { RemoteOrderIndex } from './RemoteOrderIndex.js';
import { isFinal, isKnownStatus, isWaiting } from './wireStatus.js';
import type { WireExecution, WireOrder, WireUpdate } from './wire.js';

/** Where the reports go. */
export interface RemoteOrderListener {
  onEvent(event: OrderEvent): void;
  onAlert(alert: BrokerAlert): void;
  /** Facts about the order contradict each other, or wait for one that has not come: it is to be asked for. */
  onDoubt(remote: RemoteOrder): void;
  /** The broker works on an order that nobody wants any more: it is to be cancelled there. */
  onUnwanted(brokerId: string): void;
  /** A bust or correction changed what an order filled by so many micro-shares. */
  onReversal(remote: RemoteOrder, change: Quantity): void;
}

/** The units of the orders. */
export interface RemoteOrderUnits {
  readonly symbols: readonly string[];
  readonly priceScale: number;
  /** Fills that an earlier life has numbered. */
  readonly fillsBefore?: number;
}

/** Facts that are kept for an order that is not there yet. */
const MOST_EARLY_FACTS = 100;

/** See the module header. */
export class RemoteOrders {
  readonly #listener: RemoteOrderListener;
  readonly #units: RemoteOrderUnits;
  readonly #index = new RemoteOrderIndex();
  #fills: number;

  constructor(listener: RemoteOrderListener, units: RemoteOrderUnits) {
    this.#listener = listener;
    this.#units = units;
    this.#fills = units.fillsBefore ?? 0;
  }

  /** How many fills were told, those of earlier lives included. */
  get fillCount(): number {
    return this.#fills;
  }

  /**
   * Takes up an order that is sent, or was in an earlier life (`order` says then what was filled). `before` is what an
   * order whose place it takes was filled.
   */
  add(order: Order, before?: RemoteOrder['before']): RemoteOrder {
    const remote = remoteOrder(order, before);
    this.#index.add(remote);
    for (const leg of order.legs ?? []) if (this.#index.get(leg.id) === undefined) this.add(leg);
    return remote;
  }

  /** The order with our id, for some time also after its end. */
  get(orderId: string): RemoteOrder | undefined {
    return this.#index.get(orderId);
  }

  /** The legs of an order. */
  legsOf(orderId: string): readonly RemoteOrder[] {
    return [...(this.#index.legsOf(orderId)?.values() ?? [])];
  }

  /** Orders that are not over, oldest first. */
  open(): readonly RemoteOrder[] {
    return this.#index.open();
  }

  /** Open orders of others at the account, as last seen. */
  external(): readonly WireOrder[] {
    return this.#index.strangers().filter(({ status }) => !isFinal(status));
  }

  /** A message of the stream. */
  update(update: WireUpdate, now: Micros): void {
    const { event, order, execution } = update;
    if (event === 'trade_bust' || event === 'trade_correct') {
      this.#reverse(event, order, execution, now);
      return;
    }
    if (event === 'order_replace_rejected') {
      const old = this.#index.awaiting(order.clientOrderId) ?? this.#find(order);
      if (old !== undefined) this.replaceRefused(old.order.id, 'BROKER_REFUSED', event, now);
    }
    this.observe(order, now, execution);
    if (event === 'order_cancel_rejected') {
      const remote = this.#index.byBrokerId(order.id);
      if (remote !== undefined) this.cancelRefused(remote.order.id, now);
    }
  }

  /**
   * The state of an order as an answer, a look-up or the stream tells it. Returns the order that it is about;
   * undefined for one that is not ours.
   */
  observe(wire: WireOrder, now: Micros, execution?: WireExecution): RemoteOrder | undefined {
    const old = this.#index.awaiting(wire.clientOrderId);
    if (old?.replacement !== undefined) {
      this.#noteSuccessor(old, { wire, execution, now });
      return old;
    }
    const remote = this.#find(wire);
    if (remote === undefined) {
      this.#noteStranger(wire);
      return undefined;
    }
    this.#bind(remote, wire, now);
    if (execution !== undefined && !this.#isConsistent(remote, execution)) this.#listener.onDoubt(remote);
    else if (!isKnownStatus(wire.status)) {
      this.#alert('UNKNOWN_STATUS', `The broker gives the status ${wire.status}; the order waits as it is.`, remote);
    } else if (remote.done) this.#noteAfterEnd(remote, wire);
    else {
      if (wire.status !== 'rejected') this.#tellStage(remote, wire, now);
      this.#noteTerms(remote, wire, now);
      if (!this.#applyFills(remote, wire, execution, now)) return remote;
      const isDayOver = wire.status === 'done_for_day' && remote.order.timeInForce !== 'gtc';
      if (isFinal(wire.status) || isDayOver) this.#end(remote, wire, now);
    }
    return remote;
  }

  /** The broker refused the order: it never had it. */
  refused(orderId: string, reason: RejectionReason, message: string, now: Micros): void {
    const remote = this.#index.get(orderId);
    if (remote === undefined || remote.done) return;
    this.#finish(remote, { type: 'rejected', orderId, time: now, reason, message });
    for (const leg of this.legsOf(orderId)) this.#cancelLeg(leg, now);
  }

  /** Ends an order by conclusion; should the broker have it after all, it is cancelled there. */
  presumeEnded(orderId: string, type: 'rejected' | 'canceled', message: string, now: Micros): void {
    const remote = this.#index.get(orderId);
    if (remote === undefined || remote.done) return;
    remote.presumed = true;
    if (type === 'rejected') {
      this.refused(orderId, 'BROKER_REFUSED', message, now);
      return;
    }
    this.#finish(remote, { type, orderId, time: now, reason: message });
    for (const leg of this.legsOf(orderId)) this.#cancelLeg(leg, now);
  }

  /** The broker did not take a cancel. */
  cancelRefused(orderId: string, now: Micros): void {
    const remote = this.#index.get(orderId);
    if (remote?.cancelAsked !== true) return;
    remote.cancelAsked = false;
    this.#listener.onEvent({ type: 'cancelRejected', orderId, time: now, reason: 'ORDER_UNKNOWN' });
  }

  /** Notes what a replacement would become; its outcome comes as facts about either order. */
  replacing(orderId: string, ids: ReplacementIds, changes: OrderChanges): void {
    const remote = this.#index.get(orderId);
    if (remote !== undefined && !remote.done) this.#index.await(remote, { ids, changes, early: [] });
  }

  /** A replacement was not taken, or given up; what may come of it at the broker is not wanted. */
  replaceRefused(orderId: string, reason: RejectionReason, message: string, now: Micros): void {
    const remote = this.#index.get(orderId);
    if (remote?.replacement === undefined) return;
    this.#index.forsake(remote);
    this.#listener.onEvent({ type: 'replaceRejected', orderId, time: now, reason, message });
  }

  #find(wire: WireOrder): RemoteOrder | undefined {
    const bound = this.#index.byBrokerId(wire.id);
    if (bound !== undefined) return bound;
    const named = this.#index.byClientId(wire.clientOrderId);
    if (named === undefined) return undefined;
    if (named.brokerId !== undefined) {
      this.#alert('ORDER_MISMATCH', `The broker has two orders for ${wire.clientOrderId}.`, named);
      return undefined;
    }
    const { symbols, priceScale } = this.#units;
    const isOurs = named.known || isSameOrder(named, wire, symbols[named.order.symbolId], priceScale);
    return isOurs ? named : undefined;
  }

  /** A fact about the order that is to take the place of `old`: kept until the old one has ended. */
  #noteSuccessor(old: RemoteOrder, fact: OrderFact): void {
    const { status } = fact.wire;
    if (status === 'rejected') {
      this.replaceRefused(old.order.id, 'BROKER_REFUSED', 'The broker refused the order in its place.', fact.now);
      return;
    }
    if ((old.replacement?.early.length ?? 0) < MOST_EARLY_FACTS) old.replacement?.early.push(fact);
    if (status !== 'pending_new' && status !== 'accepted') this.#listener.onDoubt(old);
  }

  /** Lets the order that was asked for take the place of the old one. */
  #succeed(old: RemoteOrder, now: Micros): void {
    const { replacement } = old;
    if (replacement === undefined) return;
    const { clientOrderId: _ofTheOld, ...terms } = replacement.changes;
    const filled = { filledQuantity: old.filledQuantity, filledNotional: old.filledValue };
    const quantity = terms.quantity ?? old.quantity;
    const order: Order = {
      ...old.order,
      ...terms,
      ...replacement.ids,
      ...filled,
      quantity,
      replaces: old.order.id,
      // It works where the old one worked; no acceptance of its own follows.
      status: old.stage === 'held' ? 'held' : old.filledQuantity > 0 ? 'partially_filled' : 'accepted',
    };
    const isCancelWanted = old.cancelAsked;
    old.cancelAsked = false;
    this.#index.settle(old);
    this.#index.end(old);
    const next = this.add(order, { quantity: old.filledQuantity, value: old.filledValue });
    next.stage = old.stage === 'none' ? 'working' : old.stage;
    next.cancelAsked = isCancelWanted;
    this.#listener.onEvent({ type: 'replaced', orderId: old.order.id, time: now, order });
    for (const { wire, execution, now: then } of replacement.early) this.observe(wire, Math.max(then, now), execution);
    // A cancel follows an order whose place was taken: nobody wants what it became either.
    if (isCancelWanted || next.brokerId === undefined) this.#listener.onDoubt(next);
  }

  #bind(remote: RemoteOrder, wire: WireOrder, now: Micros): void {
    if (remote.brokerId === undefined) {
      this.#index.bind(remote, wire.id);
      remote.known = true;
    }
    const legs = this.#index.legsOf(remote.order.id);
    if (legs === undefined) return;
    for (const wireLeg of wire.legs) {
      const leg = legs.get(wireLeg.type === 'limit' ? 'takeProfit' : 'stopLoss');
      // A leg that was replaced stands under another id.
      if (leg === undefined || (leg.brokerId !== undefined && leg.brokerId !== wireLeg.id)) continue;
      const early = leg.brokerId === undefined ? this.#index.takeStranger(wireLeg.id) : undefined;
      if (leg.brokerId === undefined) this.#index.bind(leg, wireLeg.id);
      leg.known = true;
      this.observe(wireLeg, now);
      if (early !== undefined) this.observe(early, now);
    }
    for (const stranger of this.#index.untold()) this.#tellStranger(stranger);
  }

  #noteStranger(wire: WireOrder): void {
    if (this.#index.isForsaken(wire.clientOrderId)) {
      if (!isFinal(wire.status)) this.#listener.onUnwanted(wire.id);
      return;
    }
    // It may be the leg of an order of ours whose answer has not come.
    const isTold = this.#index.noteStranger(wire);
    if (!isTold && !this.#index.expectsLegs()) this.#tellStranger(wire);
  }

  #tellStranger(wire: WireOrder): void {
    this.#index.markTold(wire.id);
    if (isFinal(wire.status)) return;
    const { side, symbol, clientOrderId } = wire;
    this.#listener.onAlert({
      code: 'EXTERNAL_ORDER',
      message: `The account has an order that was not sent from here: ${side} ${symbol} (${clientOrderId}).`,
      orderId: wire.id,
    });
  }

  #isConsistent(remote: RemoteOrder, execution: WireExecution): boolean {
    const { id, quantity, price } = execution;
    const content = `${quantity}@${price}`;
    const known = remote.executions.get(id);
    if (known === undefined) remote.executions.set(id, { content, fillId: undefined, quantity, price });
    if (known === undefined || known.content === content) return true;
    this.#alert('FILL_CONFLICT', `Execution ${id} came twice with different figures.`, remote);
    return false;
  }

  /** Something about an order that has ended: old news, unless it lives. */
  #noteAfterEnd(remote: RemoteOrder, wire: WireOrder): void {
    if (reportedFills(remote, wire).quantity > remote.filledQuantity) {
      this.#alert('OVERFILL', 'A fill was reported after the order had ended.', remote);
    }
    if (!remote.presumed || isFinal(wire.status)) return;
    this.#alert('ORDER_MISMATCH', 'The broker has an order that was taken for lost; it is cancelled.', remote);
    this.#listener.onUnwanted(wire.id);
  }

  #tellStage(remote: RemoteOrder, { status }: WireOrder, now: Micros): void {
    const orderId = remote.order.id;
    const { stage } = remote;
    if (status === 'held') {
      if (stage !== 'none') return;
      remote.stage = 'held';
      this.#listener.onEvent({ type: 'held', orderId, time: now });
      return;
    }
    if (stage === 'none' || stage === 'held') {
      const isSilent = status === 'pending_new' || (stage === 'held' && status !== 'filled' && isFinal(status));
      if (isSilent || (stage === 'held' && status.startsWith('pending_'))) return;
      remote.stage = isWaiting(status) ? 'waiting' : 'working';
      this.#listener.onEvent({ type: 'accepted', orderId, time: now, waiting: remote.stage === 'waiting' });
    } else if (stage !== 'working' && (status === 'new' || status === 'partially_filled')) {
      remote.stage = 'working';
      this.#listener.onEvent({ type: 'activated', orderId, time: now });
    }
    if (status !== 'done_for_day' || remote.stage === 'doneForDay') return;
    if (remote.order.timeInForce === 'gtc') {
      remote.stage = 'doneForDay';
      this.#listener.onEvent({ type: 'doneForDay', orderId, time: now });
    }
  }

  /** Sizes and limits that the broker changed: of legs with their group, of others by corporate actions. */
  #noteTerms(remote: RemoteOrder, wire: WireOrder, now: Micros): void {
    const { order } = remote;
    const orderId = order.id;
    // What a replacement's quantity counts is not documented.
    if (order.notional !== undefined || order.replaces !== undefined || wire.quantity === undefined) return;
    if (wire.quantity === remote.quantity || wire.quantity <= 0) return;
    remote.quantity = wire.quantity;
    if (order.parentId !== undefined) {
      this.#listener.onEvent({ type: 'resized', orderId, time: now, quantity: wire.quantity });
      return;
    }
    const limitPrice =
      order.limitPrice === undefined || wire.limitPrice === undefined ? undefined : this.#priceOf(wire.limitPrice);
    const message = `The broker changed the order to ${wire.quantity / SHARE} shares.`;
    this.#alert('ORDER_MISMATCH', message, remote);
    const changed = limitPrice === undefined ? {} : { limitPrice };
    const reason = 'the broker changed it';
    this.#listener.onEvent({ type: 'restated', orderId, time: now, quantity: wire.quantity, ...changed, reason });
  }

  /** Brings the fills up to the fact; false if the order does not end by this fact. */
  #applyFills(remote: RemoteOrder, wire: WireOrder, execution: WireExecution | undefined, now: Micros): boolean {
    const { quantity: reported, value } = reportedFills(remote, wire);
    const added = reported - remote.filledQuantity;
    if (added < 0) {
      // Facts overtake each other; one that is older than what is known says nothing, unless it is an end.
      if (!isFinal(wire.status)) return false;
      this.#alert('FILLS_DECREASED', 'The broker shows fewer fills than it reported before.', remote);
      return true;
    }
    if (remote.order.notional === undefined && reported > remote.quantity) {
      this.#alert('OVERFILL', `The broker filled ${reported / SHARE} of ${remote.quantity / SHARE} shares.`, remote);
      return this.#isConfirmed(remote, wire);
    }
    if (added > 0 && this.#fill(remote, wire, execution, { added, reported, value }, now)) return false;
    if (wire.status !== 'filled') return true;
    this.#alert('ORDER_MISMATCH', 'The broker calls the order filled, but its fills do not add up.', remote);
    return this.#isConfirmed(remote, wire);
  }

  /** Tells a fill; true if it was the last. */
  #fill(
    remote: RemoteOrder,
    wire: WireOrder,
    execution: WireExecution | undefined,
    { added, reported, value }: { readonly added: Quantity; readonly reported: Quantity; readonly value: number },
    now: Micros,
  ): boolean {
    const { order } = remote;
    const isWhole = execution !== undefined && execution.quantity === added;
    const difference = mulDiv(value - remote.filledValue, this.#units.priceScale, added);
    let price = isWhole ? this.#priceOf(execution.price) : difference;
    if (price <= 0) {
      this.#alert('FILL_CONFLICT', 'The averages do not fit the fills that were reported.', remote);
      price = mulDiv(value, this.#units.priceScale, reported);
    }
    const final = order.notional === undefined ? reported === remote.quantity : wire.status === 'filled';
    remote.filledQuantity = reported;
    remote.filledValue += notional(price, added, this.#units.priceScale);
    this.#fills += 1;
    const id = `f-${this.#fills}`;
    const known = isWhole ? remote.executions.get(execution.id) : undefined;
    if (known !== undefined) known.fillId = id;
    const rule = isWhole ? 'reported' : 'reported-average';
    const fill = brokerFill(order, { id, quantity: added, price, rule, now });
    const event = { type: 'filled', orderId: order.id, time: now, fill, final } as const;
    if (final) this.#finish(remote, event);
    else this.#listener.onEvent(event);
    return final;
  }

  /** A contradiction is asked for again; if it stays, an order that the broker calls over is over. */
  #isConfirmed(remote: RemoteOrder, wire: WireOrder): boolean {
    remote.doubts += 1;
    if (remote.doubts === 1) this.#listener.onDoubt(remote);
    return remote.doubts > 1 && isFinal(wire.status);
  }

  #end(remote: RemoteOrder, wire: WireOrder, now: Micros): void {
    const orderId = remote.order.id;
    const told = `the broker reported ${wire.status}`;
    if (wire.status === 'replaced') {
      if (remote.replacement !== undefined) {
        this.#succeed(remote, now);
        return;
      }
      this.#alert('ORDER_MISMATCH', 'The order was replaced, but not by what was asked for.', remote);
    }
    if (wire.status === 'rejected') {
      this.#finish(remote, { type: 'rejected', orderId, time: now, reason: 'BROKER_REFUSED', message: told });
      return;
    }
    const isExpired = wire.status === 'expired' || wire.status === 'done_for_day';
    this.#finish(remote, { type: isExpired ? 'expired' : 'canceled', orderId, time: now, reason: told });
  }

  /** Tells the end of an order, and of what was still asked about it. */
  #finish(remote: RemoteOrder, event: OrderEvent): void {
    const { cancelAsked, replacement } = remote;
    remote.cancelAsked = false;
    this.#index.forsake(remote);
    this.#index.end(remote);
    this.#listener.onEvent(event);
    const { orderId, time } = event;
    if (replacement !== undefined) {
      const message = 'The order had ended before it could be replaced.';
      this.#listener.onEvent({ type: 'replaceRejected', orderId, time, reason: 'ORDER_UNKNOWN', message });
    }
    if (cancelAsked && event.type !== 'canceled') {
      this.#listener.onEvent({ type: 'cancelRejected', orderId, time, reason: 'ORDER_UNKNOWN' });
    }
  }

  #cancelLeg(leg: RemoteOrder, now: Micros): void {
    if (leg.done) return;
    const orderId = leg.order.id;
    this.#finish(leg, { type: 'canceled', orderId, time: now, reason: 'the order it belongs to was not taken' });
  }

  /** A bust or correction of an execution that was told takes the fill back; any other is an alert alone (F41). */
  #reverse(event: string, wire: WireOrder, execution: WireExecution | undefined, now: Micros): void {
    const remote = this.#find(wire);
    const known = execution === undefined ? undefined : remote?.executions.get(execution.id);
    this.#listener.onAlert({
      code: 'TRADE_BUSTED',
      message: `The broker sent ${event} of execution ${execution?.id ?? ''}; compare the positions.`,
      orderId: remote?.order.id ?? wire.id,
    });
    if (remote === undefined || known?.fillId === undefined || execution === undefined) return;
    const { priceScale } = this.#units;
    const isBust = event === 'trade_bust';
    const quantity = isBust ? 0 : execution.quantity;
    if (quantity === known.quantity && execution.price === known.price) return;
    const old = this.#priceOf(known.price);
    const price = isBust ? old : this.#priceOf(execution.price);
    remote.filledQuantity += quantity - known.quantity;
    remote.filledValue += notional(price, quantity, priceScale) - notional(old, known.quantity, priceScale);
    this.#listener.onReversal(remote, quantity - known.quantity);
    const { fillId } = known;
    const told = { orderId: remote.order.id, time: now, fillId, price, entries: [] };
    this.#listener.onEvent(
      isBust ? { type: 'busted', ...told, quantity: known.quantity } : { type: 'corrected', ...told, quantity },
    );
    known.quantity = quantity;
    known.price = execution.price;
    if (isBust) known.fillId = undefined;
  }

  #priceOf(dollars: number): Price {
    return mulDiv(dollars, this.#units.priceScale, DOLLAR);
  }

  /** Once per order and kind: a fact that cannot be right comes with every answer. */
  #alert(code: BrokerAlert['code'], message: string, remote: RemoteOrder): void {
    if (remote.alerts.has(code)) return;
    remote.alerts.add(code);
    this.#listener.onAlert({ code, message, orderId: remote.order.id });
  }
}
