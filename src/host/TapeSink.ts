/**
 * The kernel's sink of a running session: every decision becomes a record of the tape, in the order in which it
 * was made, and is handed on to the screen's board. Nothing is published here; that waits for the commit (K3).
 */
import type { Command, CommandResult } from '../domain/commands.js';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import type { OrderTransition } from '../domain/orderState.js';
import type { KernelSink, StrategyState } from '../domain/ports.js';
import type { Position } from '../domain/position.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { storeDecision } from './RecordedTape.js';
import type { TapeRecord } from './tapeRecords.js';

/** What the sink asks of the kernel it listens to; set once the kernel exists. */
export interface KernelPlace {
  readonly inputSequence: number;
  readonly decisionPoint: number;
  readonly now: Micros;
}

/** Where records go, with the time that stands in the log. */
export type RecordWriter = (record: TapeRecord, time: Micros) => void;

/** See the module header. */
export class TapeSink implements KernelSink {
  /** The kernel's place, and the position of an owner after a fill; both are there before the first decision. */
  place: KernelPlace = { inputSequence: 0, decisionPoint: 0, now: 0 };
  positionOf: (order: Order) => Position = () => {
    throw new TypeError('the sink is not connected to a kernel');
  };
  readonly #write: RecordWriter;

  constructor(write: RecordWriter) {
    this.#write = write;
  }

  onSignal(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    const record = { type: 'signal', at: this.place.inputSequence, signal, decision: storeDecision(decision) } as const;
    this.#write(order === undefined ? record : { ...record, orderId: order.id }, signal.time);
  }

  onOrder(
    order: Order,
    transition: OrderTransition,
    _event: VenueEvent | undefined,
    decision: RiskDecision | undefined,
  ): void {
    const record = { type: 'order', at: this.place.inputSequence, order: copyOrder(order), transition } as const;
    this.#write(decision === undefined ? record : { ...record, decision: storeDecision(decision) }, order.updatedAt);
  }

  onVenueEvent(event: VenueEvent): void {
    const { inputSequence, decisionPoint, now } = this.place;
    this.#write({ type: 'venue', at: inputSequence, point: decisionPoint, now, event }, now);
  }

  onFill(fill: Fill, order: Order): void {
    const position = this.positionOf(order);
    this.#write({ type: 'fill', at: this.place.inputSequence, fillId: fill.id, position }, this.place.now);
  }

  onStrategy(instanceId: string, state: StrategyState, time: Micros, error: string | undefined): void {
    const record = { type: 'strategy', at: this.place.inputSequence, time, instanceId, state } as const;
    this.#write(error === undefined ? record : { ...record, error }, time);
  }

  onCommand(_command: Command, result: CommandResult, time: Micros): void {
    this.#write({ type: 'result', at: this.place.inputSequence, time, result }, time);
  }

  onLog(instanceId: string, time: Micros, text: string): void {
    this.#write({ type: 'log', at: this.place.inputSequence, time, instanceId, text }, time);
  }
}

/**
 * The order as it is now, without what only the engine needs; legs have records of their own that name it. What it has
 * not is undefined, which a record does not show: every transition of every order is copied, and leaving fields out one
 * by one costs ten times as much.
 */
export function copyOrder(order: Order): Order {
  const copy: OrderFields = {
    id: order.id,
    clientOrderId: order.clientOrderId,
    accountId: order.accountId,
    symbolId: order.symbolId,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity: order.quantity,
    limitPrice: order.limitPrice,
    stopPrice: order.stopPrice,
    notional: order.notional,
    trail: order.trail,
    orderClass: order.orderClass,
    parentId: order.parentId,
    role: order.role,
    replaces: order.replaces,
    replacedBy: order.replacedBy,
    sizeAtFill: order.sizeAtFill,
    signalId: order.signalId,
    carriedEntry: order.carriedEntry,
    statusReason: order.statusReason,
    extendedHours: order.extendedHours,
    source: order.source,
    reason: order.reason,
    status: order.status,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    filledQuantity: order.filledQuantity,
    filledNotional: order.filledNotional,
  };
  return copy as Order;
}

/** An order whose optional fields may be there and undefined. */
type OrderFields = { readonly [Field in keyof Order]: Order[Field] | undefined };
