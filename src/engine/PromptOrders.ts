/**
 * The prompt order of a run of bars (`PromptVenue`): sent in one bar and filled whole by the next. It waits here
 * instead of being submitted and is then followed to its end in one step, without an order, reports and a life of
 * its own, in numbers alone: nobody reads its texts. As soon as anything else is to happen before the next bar it is
 * submitted like any other order, at the time at which it was given; nothing can tell the difference.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { OrderRequest, OrderType, Side, TimeInForce } from '../domain/order.js';
import type { KernelSink, PromptVenue } from '../domain/ports.js';
import type { Signal } from '../domain/signal.js';
import type { Price, Quantity } from '../domain/units.js';
import type { BarListener } from './BarListeners.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import type { OrderRecord } from './OrderRecord.js';
import { createHeld, holdOrder } from './OrderRecord.js';
import { createRequest } from './orderLiterals.js';
import type { StrategyInstance } from './StrategyInstance.js';

/** Submits an order that waited, as the number in its client order id and what it does to risk are in `held`. */
export type PromptSubmit = (request: OrderRequest, instance: StrategyInstance, held: OrderRecord, price: Price) => void;

/** See the module header. */
export class PromptOrders {
  /** Whether an order may wait now: a bar of a run is at hand and no order is open. Set by the run. */
  isOpen = false;
  /** Whether one does. */
  isHeld = false;
  private readonly parts: OrchestratorParts;
  private readonly venue: PromptVenue | undefined;
  private readonly submitOrder: PromptSubmit;
  private instance: StrategyInstance | undefined = undefined;
  private price: Price = 0.5;
  /** What is told and kept of each order; one object, filled anew. Its texts of ids stay empty. */
  private readonly record: OrderRecord;

  constructor(parts: OrchestratorParts, submitOrder: PromptSubmit) {
    this.parts = parts;
    this.venue = parts.broker.prompt;
    this.submitOrder = submitOrder;
    this.record = createHeld(parts.config.accountId);
  }

  /** Whether orders of an instance can wait at all: nobody follows them. */
  suits(listeners: readonly BarListener[], sink: KernelSink): boolean {
    if (this.venue === undefined || sink.ignoresOrders !== true) return false;
    return !listeners.some(({ instance }) => instance.isFollowing);
  }

  /**
   * Lets a market order of the day wait, which has the newest client order id of its instance; `price` is what its
   * exposure is reckoned at.
   */
  hold(
    signal: Signal,
    instance: StrategyInstance,
    side: Side,
    quantity: Quantity,
    increasesRisk: boolean,
    price: Price,
  ): OrderRecord {
    const { manager, clock } = this.parts;
    const { record } = this;
    this.isHeld = true;
    this.instance = instance;
    this.price = price;
    holdOrder(record, manager.nextNumber, signal, instance, side, quantity, increasesRisk, clock.now);
    return record;
  }

  /** Submits the order that waits, if there is one. */
  submit(): void {
    const { instance, record } = this;
    if (this.isHeld !== true || instance === undefined) return;
    this.isHeld = false;
    this.submitOrder(requestOf(record, instance), instance, record, this.price);
  }

  /**
   * Whether the order that waits is filled by a row, which is the next one, and still nobody follows it: a hook may
   * have begun to after it gave the order.
   */
  judge(table: BarTable, row: number): boolean {
    const { record, venue, instance } = this;
    if (venue === undefined || instance === undefined || instance.isFollowing) return false;
    return venue.judge(record, record.createdAt, table, row);
  }

  /** Lets the row come and fill the order; time and mark are the row's already. */
  fill(table: BarTable, row: number): void {
    const { record, venue } = this;
    if (venue === undefined) return;
    const { manager, tracker, sink, clock } = this.parts;
    this.isHeld = false;
    const fill = venue.fill(table, row);
    record.status = 'filled';
    record.updatedAt = clock.now;
    record.filledQuantity = fill.quantity;
    record.filledNotional = fill.value;
    manager.addFinal(record);
    tracker.applyPromptFill(fill, record);
    sink.onPromptFill?.(fill, record.number);
  }
}

/** Whether an order may wait: a plain market order of the day for some shares. */
export function isPrompt(type: OrderType, timeInForce: TimeInForce, quantity: Quantity): boolean {
  return type === 'market' && timeInForce === 'day' && quantity > 0;
}

/** The request of an order that waited, with the texts of its ids. */
function requestOf(record: OrderRecord, { clientOrderIds }: StrategyInstance): OrderRequest {
  const { accountId, symbolId, side, quantity, source, reason } = record;
  const none = undefined;
  return createRequest(
    clientOrderIds.of(record.clientOrderNumber),
    accountId,
    symbolId,
    side,
    'market',
    'day',
    quantity,
    none,
    none,
    none,
    source,
    reason,
    `s-${record.signalNumber}`,
  );
}
