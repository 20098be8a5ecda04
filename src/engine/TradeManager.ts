/**
 * Keeps the orders: gives ids, sends to the broker, and follows each order to its end by the table of
 * domain/orderState.ts. It decides nothing; what may be sent was approved by the TradeOrchestrator.
 */
import type { Order, OrderRequest, RiskApproved } from '../domain/order.js';
import { isTerminal, nextOrderStatus } from '../domain/orderState.js';
import type { OrderTransition } from '../domain/orderState.js';
import type { KernelSink } from '../domain/ports.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { notional } from '../domain/units.js';
import type { OrderEvent, VenueEvent } from '../domain/venueEvents.js';
import { AssertionError } from '../utils/assert.js';
import { OrderArchive } from './OrderArchive.js';
import { OrderRecord } from './OrderRecord.js';

/** How many final orders stay objects, so that the newest are at hand. */
const FINAL_KEPT = 64;

/** Where orders go: the broker when deciding, the restored state while recorded decisions are applied (K1). */
export interface OrderGate {
  submit(order: RiskApproved<Order>, now: Micros): void;
  cancel(orderId: string, now: Micros): void;
}

/** See the module header. */
export class TradeManager {
  /** Unfilled micro-shares of working orders per symbol id and side; read-only to others. */
  readonly workingBuy: Float64Array;
  readonly workingSell: Float64Array;
  /** Exposure in micro-dollars that working orders would add. */
  workingExposure: Money = 0;
  /** The order with the id `o-<n>` is at n − 1, or its place in the archive. */
  private readonly records: (OrderRecord | number)[] = [];
  private readonly archive = new OrderArchive();
  /** Final orders that are not in the archive yet. */
  private readonly final: OrderRecord[] = [];
  /** Orders that are not final, oldest first; few, so that a search beats a set. */
  private readonly open: OrderRecord[] = [];
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

  /** Makes the order of a request; it is sent by {@link submit} or ended by {@link deny}. */
  create(request: OrderRequest, now: Micros): OrderRecord {
    if (this.final.length >= FINAL_KEPT) this.archiveFinal();
    const record = new OrderRecord('o-' + String(this.records.length + 1), request, now);
    this.records.push(record);
    if (request.source.kind === 'manual') this.manualIds.add(request.clientOrderId);
    return record;
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
    this.move(order, 'submit', now);
    this.open.push(order);
    this.addWorking(order, order.quantity);
    if (order.increasesRisk) {
      order.exposure = notional(price, order.quantity, this.priceScale);
      this.workingExposure += order.exposure;
    }
    this.sink.onOrder(order, 'submit', undefined, decision);
    this.gate.submit(order, now);
  }

  /** Ends an order that the risk checks refused. */
  deny(order: OrderRecord, reason: string, now: Micros, decision: RiskDecision | undefined): void {
    order.statusReason = reason;
    this.move(order, 'deny', now);
    this.final.push(order);
    this.sink.onOrder(order, 'deny', undefined, decision);
  }

  /** Asks to cancel; false if there is no such order or it is final or already being canceled. */
  cancel(orderId: string, now: Micros): boolean {
    const order = this.order(orderId);
    if (order === undefined || isTerminal(order.status) || order.status === 'pending_cancel') return false;
    this.move(order, 'request_cancel', now);
    this.sink.onOrder(order, 'request_cancel', undefined, undefined);
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
      case 'entered':
      case 'cancelRequested':
      case 'held':
      case 'resized':
      case 'replaceRequested':
      case 'replaced':
      case 'replaceRejected':
      case 'restated':
      case 'doneForDay':
      case 'busted':
      case 'corrected':
        throw new AssertionError(`the engine cannot follow ${event.type} of ${event.orderId}`);
      case 'activated':
      case 'triggered':
        // States of the venue only; for us the order goes on working.
        break;
    }
    return order;
  }

  /** The order of an id. */
  order(orderId: string): OrderRecord | undefined {
    const number = numberOf(orderId);
    const kept = this.records[number - 1];
    if (typeof kept === 'number') return orderId === `o-${number}` ? this.archive.at(kept) : undefined;
    return kept?.id === orderId ? kept : undefined;
  }

  /** Every order of the session, oldest first. Makes the objects of those that are final: not for every event. */
  orders(): readonly Order[] {
    return this.records.map((kept) => (typeof kept === 'number' ? this.archive.at(kept) : kept));
  }

  /** Orders that are not final, oldest first. */
  openOrders(): readonly OrderRecord[] {
    return [...this.open];
  }

  /** How many orders are not final. */
  get openCount(): number {
    return this.open.length;
  }

  private applyFill(order: OrderRecord, quantity: Quantity, final: boolean, event: VenueEvent, now: Micros): void {
    if (event.type !== 'filled') return;
    const filled = order.filledQuantity + quantity;
    // The venue sized the order: its quantity is what it filled.
    if (order.sizeAtFill !== undefined && filled > order.quantity) {
      this.addWorking(order, filled - order.quantity);
      order.quantity = filled;
    }
    if (filled > order.quantity) throw new AssertionError(`order ${order.id} was filled beyond its quantity (I-10)`);
    if (final !== (filled === order.quantity)) {
      throw new AssertionError(`order ${order.id}: a final fill is one that leaves nothing (I-10)`);
    }
    order.filledQuantity = filled;
    order.filledNotional += notional(event.fill.price, quantity, this.priceScale);
    this.addWorking(order, -quantity);
    if (order.exposure > 0) {
      const left = final
        ? 0
        : Math.floor((order.exposure * (order.quantity - filled)) / (order.quantity - filled + quantity));
      this.workingExposure += left - order.exposure;
      order.exposure = left;
    }
    this.move(order, final ? 'fill' : 'partial_fill', now);
    if (final) this.close(order);
    this.sink.onOrder(order, final ? 'fill' : 'partial_fill', event, undefined);
  }

  private report(order: OrderRecord, transition: OrderTransition, event: VenueEvent, now: Micros): void {
    this.move(order, transition, now);
    if (isTerminal(order.status)) {
      this.addWorking(order, order.filledQuantity - order.quantity);
      this.workingExposure -= order.exposure;
      order.exposure = 0;
      this.close(order);
    }
    this.sink.onOrder(order, transition, event, undefined);
  }

  private move(order: OrderRecord, transition: OrderTransition, now: Micros): void {
    order.status = nextOrderStatus(order.status, transition);
    order.updatedAt = now;
  }

  private close(order: OrderRecord): void {
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
      const number = numberOf(order.id);
      records[number - 1] = archive.add(order, number);
    }
    final.length = 0;
  }

  private addWorking(order: OrderRecord, quantity: Quantity): void {
    const column = order.side === 'buy' ? this.workingBuy : this.workingSell;
    column[order.symbolId] = (column[order.symbolId] ?? 0) + quantity;
  }
}

/** The number in an order id; 0 for any other text. Digits by hand: this runs for every report. */
function numberOf(orderId: string): number {
  let value = 0;
  for (let i = 2; i < orderId.length; i += 1) {
    const digit = orderId.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}
