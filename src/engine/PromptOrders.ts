/**
 * The prompt order of a run of bars (`PromptVenue`): sent in one bar and filled whole by the next. It waits here
 * instead of being submitted and is then followed to its end in one step, without an order, reports and a life of
 * its own. As soon as anything else is to happen before the next bar it is submitted like any other order, at the time
 * at which it was given; nothing can tell the difference.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { OrderRequest } from '../domain/order.js';
import type { KernelSink, PromptVenue } from '../domain/ports.js';
import type { Price } from '../domain/units.js';
import { notional } from '../domain/units.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import { OrderRecord, renewRecord } from './OrderRecord.js';
import type { StrategyInstance } from './StrategyInstance.js';

/** Submits an order that waited. */
export type PromptSubmit = (
  request: OrderRequest,
  instance: StrategyInstance,
  increasesRisk: boolean,
  price: Price,
) => void;

/** See the module header. */
export class PromptOrders {
  /** Whether an order may wait now: a bar of a run is at hand and no order is open. Set by the run. */
  isOpen = false;
  /** Whether one does. */
  isHeld = false;
  private readonly parts: OrchestratorParts;
  private readonly venue: PromptVenue | undefined;
  private readonly submitOrder: PromptSubmit;
  private request: OrderRequest | undefined = undefined;
  private instance: StrategyInstance | undefined = undefined;
  private price: Price = 0;
  /** What is told and kept of each order; one object, filled anew. */
  private record: OrderRecord | undefined = undefined;

  constructor(parts: OrchestratorParts, submitOrder: PromptSubmit) {
    this.parts = parts;
    this.venue = parts.broker.prompt;
    this.submitOrder = submitOrder;
  }

  /** Whether orders of an instance can wait at all: nobody follows them. */
  suits(instance: StrategyInstance, sink: KernelSink): boolean {
    return this.venue !== undefined && sink.ignoresOrders === true && !instance.isFollowing;
  }

  /** Lets an order wait that {@link isPrompt}; `price` is what its exposure is reckoned at. */
  hold(request: OrderRequest, instance: StrategyInstance, increasesRisk: boolean, price: Price): OrderRecord {
    const { manager, clock } = this.parts;
    this.isHeld = true;
    this.request = request;
    this.instance = instance;
    this.price = price;
    this.record ??= new OrderRecord('', 0, request, clock.now);
    const { record } = this;
    renewRecord(record, manager.nextId, manager.nextNumber, request, instance, increasesRisk, clock.now);
    return record;
  }

  /** Submits the order that waits, if there is one. */
  submit(): void {
    const { request, instance, record } = this;
    if (!this.isHeld || request === undefined || instance === undefined || record === undefined) return;
    this.isHeld = false;
    this.submitOrder(request, instance, record.increasesRisk, this.price);
  }

  /** Whether the order that waits is filled by a row, which is the next one. */
  judge(table: BarTable, row: number): boolean {
    const { record, venue } = this;
    if (record === undefined || venue === undefined) return false;
    return venue.judge(record, record.createdAt, table, row);
  }

  /** Lets the row come and fill the order; time and mark are the row's already. */
  fill(table: BarTable, row: number): void {
    const { record, venue } = this;
    if (record === undefined || venue === undefined) return;
    const { manager, tracker, sink, clock, config } = this.parts;
    this.isHeld = false;
    const fill = venue.fill(table, row);
    record.status = 'filled';
    record.updatedAt = clock.now;
    record.filledQuantity = fill.quantity;
    record.filledNotional = notional(fill.price, fill.quantity, config.priceScale);
    manager.addFinal(record);
    tracker.applyFill(fill, record);
    sink.onFill(fill, record);
  }
}

/** Whether a request may wait: a plain market order of the day for some shares. */
export function isPrompt(request: OrderRequest): boolean {
  return request.type === 'market' && request.timeInForce === 'day' && request.quantity > 0;
}
