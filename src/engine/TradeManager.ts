/**
 * Keeps the orders: gives ids, sends to the broker, and follows each order to its end by the table of
 * domain/orderState.ts. It decides nothing; what may be sent was approved by the TradeOrchestrator.
 */
import type { GroupTerms, Order, OrderChanges, OrderRequest, ReplacementIds, RiskApproved } from '../domain/order.js';
import { isTerminal, nextOrderStatus } from '../domain/orderState.js';
import type { OrderTransition } from '../domain/orderState.js';
import type { KernelSink } from '../domain/ports.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { notional } from '../domain/units.js';
import type { OrderEvent, VenueEvent } from '../domain/venueEvents.js';
import { AssertionError, assert } from '../utils/assert.js';
import { BlockList } from '../utils/BlockList.js';
import { NumberedTexts } from '../utils/NumberedTexts.js';
import { sharesFor } from './sizing.js';
import { OrderArchive, numberFrom } from './OrderArchive.js';
import { OrderList } from './OrderList.js';
import { createLeg } from './orderLiterals.js';
import { OrderRecord, workingOf } from './OrderRecord.js';

/** How many final orders stay objects, so that the newest are at hand. */
const FINAL_KEPT = 64;

/** Where orders go: the broker when deciding, the restored state while recorded decisions are applied (K1). */
export interface OrderGate {
  submit(order: RiskApproved<Order>, now: Micros): void;
  cancel(orderId: string, now: Micros): void;
  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void;
}

/** What legs are called after their order's client order id; one retried is recognised by it. */
const LEG_SUFFIX = { takeProfit: '-tp', stopLoss: '-sl' } as const;

/** See the module header. */
export class TradeManager {
  /** Unfilled micro-shares of working orders per symbol id and side; read-only to others. */
  readonly workingBuy: Float64Array;
  readonly workingSell: Float64Array;
  /** Exposure in micro-dollars that working orders would add. */
  workingExposure: Money = 0;
  /** How often something was asked of the broker: orders sent, cancels, replacements. */
  sentCount = 0;
  /** Called before open orders are read, changed or joined by another: those that wait are to be among them. */
  beforeOpen: () => void = () => undefined;
  /** The order with the number n is at n − 1, or its place in the archive. */
  private readonly records = new BlockList<OrderRecord | number>();
  private readonly archive = new OrderArchive();
  /** Every order of the session, oldest first. */
  readonly orders = new OrderList(this.records, this.archive);
  /** The ids of orders by their numbers. */
  readonly ids = new NumberedTexts('o-');
  /** Final orders that are not in the archive yet. */
  private readonly final: OrderRecord[] = [];
  /** Orders that are not final, oldest first; few, so that a search beats a set. */
  private readonly open: OrderRecord[] = [];
  private legCount = 0;
  /** An open order, or one that has ended since and is not in the archive. */
  private lastSent: OrderRecord | undefined = undefined;
  private readonly manualIds = new Set<string>();
  gate: OrderGate;
  private readonly sink: KernelSink;
  private readonly priceScale: number;

  constructor(gate: OrderGate, sink: KernelSink, symbolCount: number, priceScale: number) {
    this.gate = gate;
    this.sink = sink;
    this.priceScale = priceScale;
    this.workingBuy = new Float64Array(symbolCount);
    this.workingSell = new Float64Array(symbolCount);
  }

  /** Makes the order of a request, with legs; it is sent by {@link submit} or ended by {@link deny}. */
  create(request: OrderRequest, now: Micros, group?: GroupTerms): OrderRecord {
    if (this.final.length >= FINAL_KEPT) this.archiveFinal();
    const record = this.addRecord(request, now);
    if (group !== undefined) this.addLegs(record, request, group, now);
    return record;
  }

  /** The number of the next order. */
  get nextNumber(): number {
    return this.records.length + 1;
  }

  /** Keeps an order with the {@link nextNumber} that has reached its end already; the object stays the caller's. */
  addFinal(order: OrderRecord): void {
    assert(order.number === this.nextNumber, 'orders are numbered in turn');
    this.records.push(this.archive.add(order));
  }

  /** Keeps an order with the {@link nextNumber} that waits (`WaitingOrders`): it counts as one that was accepted. */
  addWaiting(order: OrderRecord, price: Price, now: Micros): void {
    assert(order.number === this.nextNumber, 'orders are numbered in turn');
    this.records.push(order);
    this.move(order, 'submit', now);
    this.move(order, 'accept', now);
    this.setWorking(order, order.quantity);
    if (!order.increasesRisk) return;
    order.exposure = notional(price, order.quantity, this.priceScale);
    this.workingExposure += order.exposure;
  }

  /** Ends an order that waited and was filled whole; the object is the caller's again. */
  endWaiting(order: OrderRecord, now: Micros): void {
    this.setWorking(order, 0);
    this.workingExposure -= order.exposure;
    order.exposure = 0;
    this.move(order, 'fill', now);
    this.records.set(order.number - 1, this.archive.add(order));
  }

  /** Takes an order that waited among the open ones. */
  openWaiting(order: OrderRecord): void {
    this.open.push(order);
  }

  private addRecord(request: OrderRequest, now: Micros): OrderRecord {
    const number = this.records.length + 1;
    const record = new OrderRecord(this.ids.of(number), number, request, now);
    this.records.push(record);
    if (request.source.kind === 'manual') this.manualIds.add(request.clientOrderId);
    return record;
  }

  private addLegs(parent: OrderRecord, request: OrderRequest, group: GroupTerms, now: Micros): void {
    const { orderClass } = group;
    parent.orderClass = orderClass;
    const side = (request.side === 'buy') === (orderClass === 'oco') ? 'buy' : 'sell';
    parent.legs = group.exits.map((terms) => {
      const { role } = terms;
      const leg = this.addRecord(createLeg(request, `${request.clientOrderId}${LEG_SUFFIX[role]}`, side, terms), now);
      this.legCount += 1;
      leg.orderClass = orderClass;
      leg.parentId = parent.id;
      leg.role = role;
      return leg;
    });
  }

  /** Whether a person has used this client order id in this session. */
  hasManualClientOrderId(clientOrderId: string): boolean {
    return this.manualIds.has(clientOrderId);
  }

  /**
   * Sends an approved order. `decision` is reported with it for orders that no signal stands for; `price` is
   * what its exposure is reckoned at when it adds risk.
   */
  submit(order: RiskApproved<OrderRecord>, price: Price, now: Micros, decision: RiskDecision | undefined): void {
    this.beforeOpen();
    this.move(order, 'submit', now);
    this.open.push(order);
    this.lastSent = order;
    const quantity = order.notional === undefined ? order.quantity : sharesFor(order.notional, price, this.priceScale);
    this.setWorking(order, quantity);
    if (order.increasesRisk) {
      order.exposure = order.notional ?? notional(price, quantity, this.priceScale);
      this.workingExposure += order.exposure;
    }
    this.sink.onOrder(order, 'submit', undefined, decision);
    const { legs } = order;
    if (legs !== undefined) this.submitLegs(legs, now);
    this.sentCount += 1;
    this.gate.submit(order, now);
  }

  private submitLegs(legs: readonly OrderRecord[], now: Micros): void {
    for (const leg of legs) {
      this.move(leg, 'submit', now);
      this.open.push(leg);
      this.sink.onOrder(leg, 'submit', undefined, undefined);
    }
  }

  /**
   * Asks to let a working order go on as `next`, made by {@link create} from its changed terms and approved. `price` is
   * what the exposure of both is reckoned at until the answer.
   */
  replace(
    order: OrderRecord,
    next: RiskApproved<OrderRecord>,
    changes: OrderChanges,
    price: Price,
    now: Micros,
    decision: RiskDecision | undefined,
  ): void {
    this.beforeOpen();
    order.replacement = next;
    next.replaces = order.id;
    next.changes = changes;
    next.increasesRisk = order.increasesRisk;
    next.timeStop = order.timeStop;
    if (order.orderClass !== undefined) next.orderClass = order.orderClass;
    if (order.parentId !== undefined) next.parentId = order.parentId;
    if (order.role !== undefined) next.role = order.role;
    this.move(order, 'request_replace', now);
    this.move(next, 'submit', now);
    this.open.push(next);
    // Until the answer both may be what works: what the new one has more is reserved beside the old one.
    const more = Math.max(0, next.quantity - order.quantity);
    this.setWorking(next, workingOf(order) === 0 ? 0 : more);
    if (next.increasesRisk) {
      const whole = notional(price, Math.max(0, next.quantity - order.filledQuantity), this.priceScale);
      next.exposure = Math.max(0, whole - order.exposure);
      this.workingExposure += next.exposure;
    }
    this.sink.onOrder(order, 'request_replace', undefined, undefined);
    this.sink.onOrder(next, 'submit', undefined, decision);
    this.sentCount += 1;
    this.gate.replace(order.id, changes, { id: next.id, clientOrderId: next.clientOrderId }, now);
  }

  /** Whether an order can be asked to be replaced now. */
  isReplaceable(order: OrderRecord): boolean {
    return !isTerminal(order.status) && order.status !== 'pending_cancel' && order.status !== 'pending_replace';
  }

  /** Ends an order that the risk checks refused. */
  deny(order: OrderRecord, reason: string, now: Micros, decision: RiskDecision | undefined): void {
    order.statusReason = reason;
    this.move(order, 'deny', now);
    this.final.push(order);
    this.sink.onOrder(order, 'deny', undefined, decision);
    for (const leg of order.legs ?? []) {
      leg.statusReason = reason;
      this.move(leg, 'deny', now);
      this.final.push(leg);
      this.sink.onOrder(leg, 'deny', undefined, undefined);
    }
  }

  /** Asks to cancel; false if there is no such order or it is final or already being canceled. */
  cancel(orderId: string, now: Micros): boolean {
    this.beforeOpen();
    const order = this.order(orderId);
    if (order === undefined || isTerminal(order.status) || order.status === 'pending_cancel') return false;
    this.move(order, 'request_cancel', now);
    this.sink.onOrder(order, 'request_cancel', undefined, undefined);
    this.sentCount += 1;
    this.gate.cancel(orderId, now);
    return true;
  }

  /** Applies a report of the venue to its order and returns the order. A stranger's report fails an assertion. */
  apply(event: OrderEvent, now: Micros): OrderRecord {
    const order = this.order(event.orderId);
    if (order === undefined) {
      throw new AssertionError(`the venue reported ${event.type} of the unknown order ${event.orderId} (I-17)`);
    }
    switch (event.type) {
      case 'accepted':
        this.report(order, 'accept', event, now);
        break;
      case 'filled':
        this.applyFill(order, event.fill.quantity, event.final, event, now);
        break;
      case 'rejected':
        order.statusReason = event.reason;
        this.report(order, 'reject', event, now);
        break;
      case 'canceled':
        order.statusReason = event.reason;
        this.report(order, 'cancel', event, now);
        break;
      case 'expired':
        order.statusReason = event.reason;
        this.report(order, 'expire', event, now);
        break;
      case 'cancelRejected':
        // The order may have reached its end while the cancel was under way: then there is nothing to undo.
        if (order.status === 'pending_cancel') {
          this.move(order, 'cancel_refused', now);
          if (order.filledQuantity > 0) this.move(order, 'partial_fill', now);
          this.sink.onOrder(order, 'cancel_refused', event, undefined);
        }
        break;
      case 'held':
        this.report(order, 'hold', event, now);
        break;
      case 'resized':
        this.restate(order, event.quantity, 'resize', event, now);
        break;
      case 'restated':
        if (event.limitPrice !== undefined) order.limitPrice = event.limitPrice;
        if (event.stopPrice !== undefined) order.stopPrice = event.stopPrice;
        this.restate(order, event.quantity ?? order.quantity, 'restate', event, now);
        break;
      case 'replaced':
        this.applyReplaced(order, event, now);
        break;
      case 'replaceRejected':
        this.applyReplaceRejected(order, event, now);
        break;
      case 'doneForDay':
        this.report(order, 'done_for_day', event, now);
        break;
      case 'activated':
        if (order.status !== 'done_for_day') break;
        this.move(order, 'resume', now);
        if (order.filledQuantity > 0) this.move(order, 'partial_fill', now);
        this.sink.onOrder(order, 'resume', event, undefined);
        break;
      case 'triggered':
        // A state of the venue only; for us the order goes on working.
        break;
      case 'busted':
      case 'corrected':
        // What an order was is history; money and shares are the books' (R23).
        break;
      case 'entered':
      case 'cancelRequested':
      case 'replaceRequested':
        throw new AssertionError(`the engine cannot follow ${event.type} of ${event.orderId}`);
    }
    return order;
  }

  /** The order of an id. */
  order(orderId: string): OrderRecord | undefined {
    // Most reports are about the order that was sent last.
    const last = this.lastSent;
    if (last !== undefined && last.id === orderId) return last;
    const number = numberFrom(orderId, 2);
    const kept = this.records.at(number - 1);
    if (typeof kept === 'number') return orderId === `o-${number}` ? this.archive.at(kept) : undefined;
    return kept?.id === orderId ? kept : undefined;
  }

  /** Orders that are not final, oldest first. */
  openOrders(): readonly OrderRecord[] {
    this.beforeOpen();
    return [...this.open];
  }

  /** Whether any order works for a symbol, whoever gave it. */
  isWorking(symbolId: number): boolean {
    return this.workingBuy[symbolId] !== 0 || this.workingSell[symbolId] !== 0;
  }

  /** Whether there ever was a leg: without one nobody need search for legs. */
  get hasLegs(): boolean {
    return this.legCount > 0;
  }

  /** How many orders are not final. */
  get openCount(): number {
    return this.open.length;
  }

  private applyFill(order: OrderRecord, quantity: Quantity, final: boolean, event: VenueEvent, now: Micros): void {
    if (event.type !== 'filled') return;
    const filled = order.filledQuantity + quantity;
    // The venue sizes the order: its quantity is what it filled.
    const isSizedThere = order.sizeAtFill !== undefined || order.notional !== undefined;
    if (isSizedThere && filled > order.quantity) order.quantity = filled;
    if (filled > order.quantity) throw new AssertionError(`order ${order.id} was filled beyond its quantity (I-10)`);
    if (order.notional === undefined && final !== (filled === order.quantity)) {
      throw new AssertionError(`order ${order.id}: a final fill is one that leaves nothing (I-10)`);
    }
    order.filledQuantity = filled;
    order.filledNotional += notional(event.fill.price, quantity, this.priceScale);
    const before = order.working;
    this.setWorking(order, order.notional === undefined ? workingOf(order) : Math.max(0, before - quantity));
    if (order.exposure > 0) {
      const left = final || before === 0 ? 0 : Math.floor((order.exposure * order.working) / before);
      this.workingExposure += left - order.exposure;
      order.exposure = left;
    }
    this.move(order, final ? 'fill' : 'partial_fill', now);
    if (final) this.close(order);
    this.sink.onOrder(order, final ? 'fill' : 'partial_fill', event, undefined);
  }

  private report(order: OrderRecord, transition: OrderTransition, event: VenueEvent, now: Micros): void {
    this.move(order, transition, now);
    if (isTerminal(order.status)) this.end(order);
    // A leg begins to count when its entry has filled.
    else if (transition === 'accept' && order.parentId !== undefined) this.begin(order);
    this.sink.onOrder(order, transition, event, undefined);
  }

  private begin(leg: OrderRecord): void {
    leg.begun = true;
    this.setWorking(leg, workingOf(leg));
  }

  private restate(
    order: OrderRecord,
    quantity: Quantity,
    transition: 'resize' | 'restate',
    event: VenueEvent,
    now: Micros,
  ): void {
    order.quantity = quantity;
    this.move(order, transition, now);
    this.setWorking(order, workingOf(order));
    this.sink.onOrder(order, transition, event, undefined);
  }

  private applyReplaced(order: OrderRecord, event: Extract<OrderEvent, { type: 'replaced' }>, now: Micros): void {
    const next = order.replacement;
    if (next?.id !== event.order.id) throw new AssertionError(`nobody asked to replace ${order.id} (I-17)`);
    order.replacement = undefined;
    next.changes = undefined;
    order.replacedBy = next.id;
    order.statusReason = `replaced by ${next.id}`;
    next.quantity = event.order.quantity;
    next.filledQuantity = order.filledQuantity;
    next.filledNotional = order.filledNotional;
    const exposure = order.exposure + next.exposure;
    this.workingExposure -= exposure;
    next.begun = order.begun;
    const isHeld = order.parentId !== undefined && !order.begun;
    this.move(order, 'replace', now);
    order.exposure = 0;
    next.exposure = 0;
    this.end(order);
    this.move(next, isHeld ? 'hold' : 'accept', now);
    if (next.filledQuantity > 0 && next.status === 'accepted') this.move(next, 'partial_fill', now);
    this.setWorking(next, workingOf(next));
    this.relink(order, next, event);
    if (next.increasesRisk) {
      next.exposure = exposure;
      this.workingExposure += exposure;
    }
    this.sink.onOrder(order, 'replace', event, undefined);
    this.sink.onOrder(next, isHeld ? 'hold' : 'accept', event, undefined);
  }

  private applyReplaceRejected(
    order: OrderRecord,
    event: Extract<OrderEvent, { type: 'replaceRejected' }>,
    now: Micros,
  ): void {
    const next = order.replacement;
    order.replacement = undefined;
    if (!isTerminal(order.status)) {
      const isHeld = order.parentId !== undefined && !order.begun;
      this.move(order, isHeld ? 'replace_refused_held' : 'replace_refused', now);
      if (order.status === 'accepted' && order.filledQuantity > 0) this.move(order, 'partial_fill', now);
      this.sink.onOrder(order, 'replace_refused', event, undefined);
    }
    if (next === undefined || isTerminal(next.status)) return;
    next.statusReason = event.reason;
    this.report(next, 'reject', event, now);
  }

  /** Puts the new order in the place of the old one among its group. */
  private relink(order: OrderRecord, next: OrderRecord, event: VenueEvent): void {
    if (order.legs !== undefined) {
      next.legs = order.legs;
      for (const leg of order.legs) {
        leg.parentId = next.id;
        if (!isTerminal(leg.status)) this.sink.onOrder(leg, 'restate', event, undefined);
      }
    }
    const parent = order.parentId === undefined ? undefined : this.order(order.parentId);
    if (parent?.legs !== undefined) parent.legs = parent.legs.map((leg) => (leg === order ? next : leg));
  }

  private end(order: OrderRecord): void {
    this.setWorking(order, 0);
    this.workingExposure -= order.exposure;
    order.exposure = 0;
    this.close(order);
  }

  private move(order: OrderRecord, transition: OrderTransition, now: Micros): void {
    order.status = nextOrderStatus(order.status, transition);
    order.updatedAt = now;
  }

  private close(order: OrderRecord): void {
    order.changes = undefined;
    const at = this.open.indexOf(order);
    if (at === this.open.length - 1) this.open.pop();
    else if (at >= 0) this.open.splice(at, 1);
    this.final.push(order);
  }

  private archiveFinal(): void {
    const { final, records, archive } = this;
    for (let i = 0; i < final.length; i += 1) {
      const order = final[i];
      if (order === undefined) continue;
      records.set(order.number - 1, archive.add(order));
      if (order === this.lastSent) this.lastSent = undefined;
    }
    final.length = 0;
  }

  private setWorking(order: OrderRecord, quantity: Quantity): void {
    const column = order.side === 'buy' ? this.workingBuy : this.workingSell;
    column[order.symbolId] = (column[order.symbolId] ?? 0) + quantity - order.working;
    order.working = quantity;
  }
}
