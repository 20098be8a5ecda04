/**
 * What is known of our orders at a remote broker, and what of that the kernel has been told. Pure: facts go in
 * (answers, stream messages, look-ups, in any order and any number of times), reports come out, each once.
 *
 * Fills go by the cumulative quantity that every fact carries: what adds nothing is old news, what adds more than its
 * own execution covers ones that were missed. So facts may be lost, doubled and swapped, and the end is the same
 * (F34, F35, F38). What cannot be right (more than ordered, less than before, an execution that changed) is not
 * applied; it is reported as an alert (F36, F39).
 */
import type { Fill } from '../../domain/fill.js';
import type { Order, OrderChanges, ReplacementIds } from '../../domain/order.js';
import type { RejectionReason } from '../../domain/refusals.js';
import type { Receipt } from '../../domain/receipt.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import { mulDiv, notional, SHARE } from '../../domain/units.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import type { WireExecution, WireOrder, WireUpdate } from './wire.js';

/** Something about the account that a person must look at. */
export interface BrokerAlert {
  readonly code:
    | 'FILL_CONFLICT'
    | 'OVERFILL'
    | 'FILLS_DECREASED'
    | 'UNKNOWN_STATUS'
    | 'EXTERNAL_ORDER'
    | 'ORDER_LOST'
    | 'ORDER_MISMATCH'
    | 'TRADE_BUSTED'
    | 'MESSAGE_INVALID'
    | 'UNAUTHORIZED'
    | 'POSITION_MISMATCH';
  readonly message: string;
  /** Our id where it concerns an order of ours, else the broker's. */
  readonly orderId: string | undefined;
}

/** Where the reports go. */
export interface RemoteOrderListener {
  onEvent(event: VenueEvent): void;
  onAlert(alert: BrokerAlert): void;
}

/** An order of ours. */
export interface RemoteOrder {
  readonly order: Order;
  brokerId: string | undefined;
  filledQuantity: Quantity;
  filledValue: Money;
  /** Whether the kernel knows that the broker has it, that it works, and that it is over. */
  accepted: boolean;
  working: boolean;
  done: boolean;
  /** Whether a cancel was asked for that the broker has not refused. */
  cancelAsked: boolean;
  /** The order that is to take its place, while that is not decided. */
  replacement: { readonly ids: ReplacementIds; readonly changes: OrderChanges } | undefined;
  readonly executions: Map<string, string>;
  /**
   * What the order whose place it took was filled. Whether the broker counts that in the new order too is not
   * documented: it is seen at its first fact.
   */
  readonly before: { readonly quantity: Quantity; readonly value: Money };
  counted: boolean | undefined;
}

const OPEN = new Set([
  'accepted',
  'pending_new',
  'new',
  'partially_filled',
  'held',
  'pending_cancel',
  'pending_replace',
  'accepted_for_bidding',
  'stopped',
  'suspended',
  'calculated',
  'done_for_day',
  'pending_review',
]);
const FINAL = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);
/** Not yet working: waiting for a session, or for a parent. */
const WAITING = new Set(['accepted', 'held', 'accepted_for_bidding', 'pending_review']);

/** See the module header. */
export class RemoteOrders {
  readonly #listener: RemoteOrderListener;
  readonly #priceScale: number;
  readonly #byClientId = new Map<string, RemoteOrder>();
  readonly #byBrokerId = new Map<string, RemoteOrder>();
  readonly #byId = new Map<string, RemoteOrder>();
  /** Facts about orders that nobody here has sent, by the broker's id: legs before their parent's answer, or strangers. */
  readonly #strangers = new Map<string, WireOrder>();
  #fills = 0;

  constructor(listener: RemoteOrderListener, priceScale: number) {
    this.#listener = listener;
    this.#priceScale = priceScale;
  }

  /**
   * Takes up an order that is sent, or was in an earlier life (`order` says then what was filled). `before` is what an
   * order whose place it takes was filled.
   */
  add(order: Order, before?: RemoteOrder['before']): RemoteOrder {
    const remote: RemoteOrder = {
      order,
      brokerId: undefined,
      filledQuantity: order.filledQuantity,
      filledValue: order.filledNotional,
      accepted: order.status !== 'initialized' && order.status !== 'submitted',
      working: false,
      done: false,
      cancelAsked: order.status === 'pending_cancel',
      replacement: undefined,
      executions: new Map(),
      before: before ?? { quantity: 0, value: 0 },
      counted: before === undefined ? true : undefined,
    };
    this.#byClientId.set(order.clientOrderId, remote);
    this.#byId.set(order.id, remote);
    for (const leg of order.legs ?? []) this.add(leg);
    return remote;
  }

  /** The order with our id. */
  get(orderId: string): RemoteOrder | undefined {
    return this.#byId.get(orderId);
  }

  /** Orders that are not over, oldest first. */
  open(): readonly RemoteOrder[] {
    return [...this.#byId.values()].filter(({ done }) => !done);
  }

  /** Open orders of others at the account, as last seen. */
  external(): readonly WireOrder[] {
    return [...this.#strangers.values()].filter(({ status }) => !FINAL.has(status));
  }

  /** A message of the stream. */
  update(update: WireUpdate, now: Micros): void {
    if (update.event === 'trade_bust' || update.event === 'trade_correct') {
      const remote = this.#find(update.order, now);
      this.#alert('TRADE_BUSTED', `The broker sent ${update.event}; compare the positions.`, remote, update.order.id);
      return;
    }
    if (update.event === 'order_replace_rejected') this.replaceRefused(update.order.id, 'BROKER_REFUSED', '', now);
    this.observe(update.order, now, update.execution);
  }

  /** The state of an order as an answer, a look-up or the stream tells it. */
  observe(wire: WireOrder, now: Micros, execution?: WireExecution): void {
    const remote = this.#find(wire, now);
    if (remote === undefined) {
      this.#stranger(wire);
      return;
    }
    this.#bind(remote, wire, now);
    if (execution !== undefined && !this.#isConsistent(remote, execution)) return;
    if (!OPEN.has(wire.status) && !FINAL.has(wire.status)) {
      this.#alert('UNKNOWN_STATUS', `The broker gives the status ${wire.status}; the order waits as it is.`, remote);
      return;
    }
    if (remote.done) {
      if (reportedFills(remote, wire).quantity > remote.filledQuantity) {
        this.#alert('OVERFILL', 'A fill was reported after the order had ended.', remote);
      }
      return;
    }
    if (wire.status !== 'rejected') this.#tellAccepted(remote, wire.status, now);
    if (!this.#applyFills(remote, wire, execution, now)) return;
    if (FINAL.has(wire.status) && wire.status !== 'filled') this.#end(remote, wire, now);
  }

  /** The broker refused the order: it never had it. */
  refused(orderId: string, reason: RejectionReason, message: string, now: Micros): void {
    const remote = this.#byId.get(orderId);
    if (remote === undefined || remote.done) return;
    this.#finish(remote);
    for (const leg of remote.order.legs ?? []) this.#refuseLeg(leg.id, now);
    this.#listener.onEvent({ type: 'rejected', orderId, time: now, reason, message });
  }

  /** The broker did not take a cancel. */
  cancelRefused(orderId: string, now: Micros): void {
    const remote = this.#byId.get(orderId);
    // An order that ended meanwhile has told so; there is nothing left to refuse.
    if (remote === undefined || remote.done) return;
    remote.cancelAsked = false;
    this.#listener.onEvent({ type: 'cancelRejected', orderId, time: now, reason: 'ORDER_UNKNOWN' });
  }

  /** Notes what a replacement would become; its outcome comes as facts about either order. */
  replacing(orderId: string, ids: ReplacementIds, changes: OrderChanges): void {
    const remote = this.#byId.get(orderId);
    if (remote !== undefined) remote.replacement = { ids, changes };
  }

  /** The broker did not take a replacement. `id` is ours or the broker's. */
  replaceRefused(id: string, reason: RejectionReason, message: string, now: Micros): void {
    const remote = this.#byId.get(id) ?? this.#byBrokerId.get(id);
    if (remote?.replacement === undefined) return;
    remote.replacement = undefined;
    const orderId = remote.order.id;
    this.#listener.onEvent({ type: 'replaceRejected', orderId, time: now, reason, message });
  }

  #find(wire: WireOrder, now: Micros): RemoteOrder | undefined {
    const known = this.#byBrokerId.get(wire.id) ?? this.#byClientId.get(wire.clientOrderId);
    if (known !== undefined) return known;
    // A replacement that was asked for comes under its own client order id, maybe before the end of the old one.
    for (const remote of this.#byId.values()) {
      if (remote.replacement?.ids.clientOrderId === wire.clientOrderId) return this.#succeed(remote, wire.id, now);
    }
    return undefined;
  }

  /** Lets the order that was asked for take the place of the old one. */
  #succeed(old: RemoteOrder, brokerId: string | undefined, now: Micros): RemoteOrder | undefined {
    if (old.replacement === undefined) return undefined;
    const { ids, changes } = old.replacement;
    const { clientOrderId: _ofTheOld, ...terms } = changes;
    const filled = { filledQuantity: old.filledQuantity, filledNotional: old.filledValue };
    const order: Order = { ...old.order, ...terms, ...ids, ...filled, replaces: old.order.id, status: 'submitted' };
    const next = this.add(order, { quantity: old.filledQuantity, value: old.filledValue });
    if (brokerId !== undefined) {
      next.brokerId = brokerId;
      this.#byBrokerId.set(brokerId, next);
    }
    this.#finish(old);
    this.#listener.onEvent({ type: 'replaced', orderId: old.order.id, time: now, order });
    return next;
  }

  #bind(remote: RemoteOrder, wire: WireOrder, now: Micros): void {
    if (remote.brokerId === undefined) {
      remote.brokerId = wire.id;
      this.#byBrokerId.set(wire.id, remote);
      this.#strangers.delete(wire.id);
    } else if (remote.brokerId !== wire.id) {
      this.#alert('ORDER_MISMATCH', `The broker has two orders for ${remote.order.clientOrderId}.`, remote);
      return;
    }
    const { legs = [] } = remote.order;
    for (const wireLeg of wire.legs) {
      const role = wireLeg.type === 'limit' ? 'takeProfit' : 'stopLoss';
      const leg = this.#byId.get(legs.find((one) => one.role === role)?.id ?? '');
      if (leg === undefined) continue;
      leg.brokerId ??= wireLeg.id;
      this.#byBrokerId.set(wireLeg.id, leg);
      const early = this.#strangers.get(wireLeg.id);
      this.#strangers.delete(wireLeg.id);
      this.observe(wireLeg, now);
      if (early !== undefined) this.observe(early, now);
    }
  }

  #stranger(wire: WireOrder): void {
    const known = this.#strangers.get(wire.id);
    this.#strangers.set(wire.id, wire);
    if (known !== undefined || FINAL.has(wire.status)) return;
    this.#listener.onAlert({
      code: 'EXTERNAL_ORDER',
      message: `The account has an order that was not sent from here: ${wire.side} ${wire.symbol} (${wire.clientOrderId}).`,
      orderId: wire.id,
    });
  }

  #isConsistent(remote: RemoteOrder, execution: WireExecution): boolean {
    const content = `${execution.quantity}@${execution.price}`;
    const known = remote.executions.get(execution.id);
    remote.executions.set(execution.id, known ?? content);
    if (known === undefined || known === content) return true;
    this.#alert('FILL_CONFLICT', `Execution ${execution.id} came twice with different figures.`, remote);
    return false;
  }

  #tellAccepted(remote: RemoteOrder, status: string, now: Micros): void {
    const orderId = remote.order.id;
    if (!remote.accepted) {
      remote.accepted = true;
      remote.working = !WAITING.has(status);
      if (status === 'held') this.#listener.onEvent({ type: 'held', orderId, time: now });
      else this.#listener.onEvent({ type: 'accepted', orderId, time: now, waiting: !remote.working });
    } else if (!remote.working && (status === 'new' || status === 'partially_filled')) {
      remote.working = true;
      this.#listener.onEvent({ type: 'activated', orderId, time: now });
    }
  }

  /** Brings the fills up to the fact; false if it cannot be applied. */
  #applyFills(remote: RemoteOrder, wire: WireOrder, execution: WireExecution | undefined, now: Micros): boolean {
    const { quantity: reported, value } = reportedFills(remote, wire);
    const added = reported - remote.filledQuantity;
    if (added < 0) {
      // Facts overtake each other; one that is older than what is known says nothing, unless it is an end.
      if (!FINAL.has(wire.status)) return false;
      this.#alert('FILLS_DECREASED', 'The broker shows fewer fills than it reported before.', remote);
      return true;
    }
    if (added === 0) {
      if (wire.status !== 'filled') return true;
      this.#alert('ORDER_MISMATCH', 'The broker calls the order filled, but its fills do not add up.', remote);
      return false;
    }
    const { quantity, notional: dollars } = remote.order;
    if (dollars === undefined && reported > quantity) {
      this.#alert('OVERFILL', `The broker filled ${reported / SHARE} shares of ${quantity / SHARE}.`, remote);
      return false;
    }
    const isWhole = execution !== undefined && execution.quantity === added;
    const price = isWhole
      ? mulDiv(execution.price, this.#priceScale, SHARE)
      : mulDiv(value - remote.filledValue, this.#priceScale, added);
    const final = wire.status === 'filled' || (dollars === undefined && reported === quantity);
    remote.filledQuantity = reported;
    remote.filledValue += notional(price, added, this.#priceScale);
    if (final) this.#finish(remote);
    const rule = isWhole ? 'reported' : 'reported-average';
    const fill = this.#fillOf(remote.order, added, price, rule, now);
    this.#listener.onEvent({ type: 'filled', orderId: remote.order.id, time: now, fill, final });
    return !final;
  }

  #end(remote: RemoteOrder, wire: WireOrder, now: Micros): void {
    const orderId = remote.order.id;
    const told = `the broker reported ${wire.status}`;
    if (wire.status === 'replaced') {
      if (this.#succeed(remote, wire.replacedBy, now) !== undefined) return;
      this.#alert('ORDER_MISMATCH', 'The order was replaced by somebody else.', remote);
    }
    this.#finish(remote);
    if (wire.status === 'rejected') {
      this.#listener.onEvent({ type: 'rejected', orderId, time: now, reason: 'BROKER_REFUSED', message: told });
    } else {
      const type = wire.status === 'expired' ? 'expired' : 'canceled';
      this.#listener.onEvent({ type, orderId, time: now, reason: told });
    }
  }

  #finish(remote: RemoteOrder): void {
    remote.done = true;
    remote.replacement = undefined;
  }

  #refuseLeg(orderId: string, now: Micros): void {
    const leg = this.#byId.get(orderId);
    if (leg === undefined || leg.done) return;
    this.#finish(leg);
    const reason = 'the broker refused the order it belongs to';
    this.#listener.onEvent({ type: 'canceled', orderId, time: now, reason });
  }

  #fillOf(order: Order, quantity: Quantity, price: Price, rule: string, now: Micros): Fill {
    this.#fills += 1;
    return {
      id: `f-${this.#fills}`,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
      accountId: order.accountId,
      symbolId: order.symbolId,
      side: order.side,
      quantity,
      price,
      time: now,
      reportTime: now,
      liquidity: 'taker',
      // The broker charges and keeps the books; its account says what is left.
      fees: [],
      entries: [],
      receipt: brokerReceipt(order, price, rule, now),
    };
  }

  #alert(code: BrokerAlert['code'], message: string, remote: RemoteOrder | undefined, brokerId?: string): void {
    this.#listener.onAlert({ code, message, orderId: remote?.order.id ?? brokerId });
  }
}

/** All that an order and those whose place it took were filled, by the broker's word. */
function reportedFills(remote: RemoteOrder, wire: WireOrder): { readonly quantity: Quantity; readonly value: Money } {
  const { before } = remote;
  remote.counted ??= wire.filledQuantity >= before.quantity && before.quantity > 0;
  if (remote.counted) return { quantity: wire.filledQuantity, value: wire.filledValue };
  return { quantity: before.quantity + wire.filledQuantity, value: before.value + wire.filledValue };
}

/** Evidence of a fill that happened elsewhere: the broker's word and nothing else. */
function brokerReceipt(order: Order, price: Price, rule: string, now: Micros): Receipt {
  return {
    basis: 'broker',
    rule,
    evidenceTime: now,
    evidenceSequence: 0,
    bid: 0,
    bidSize: 0,
    ask: 0,
    askSize: 0,
    open: 0,
    high: 0,
    low: 0,
    last: price,
    volume: 0,
    decidedAt: order.createdAt,
    arrivedAt: 0,
    basePrice: price,
    halfSpread: 0,
    slippage: 0,
    queueAtEntry: -1,
    queueAtFill: -1,
    participationLimit: 0,
    participation: 0,
    triggerPrice: 0,
    triggerTime: 0,
    feed: 'alpaca',
    preset: 'broker',
    models: 'filled by the broker',
  };
}
