/** Lets the kernel's decisions through to the sink, or not: while recorded decisions are applied they are old news. */
import type { Command, CommandResult } from '../domain/commands.js';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { OrderTransition } from '../domain/orderState.js';
import type { KernelSink, StrategyState } from '../domain/ports.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';

/** See the module header. */
export class SinkSwitch implements KernelSink {
  /** Whether calls reach the sink. */
  open = true;
  private readonly sink: KernelSink;

  constructor(sink: KernelSink) {
    this.sink = sink;
  }

  get ignoresOrders(): boolean {
    return this.sink.ignoresOrders === true && this.sink.onPromptFill !== undefined;
  }

  onSignal(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    if (this.open === true) this.sink.onSignal(signal, decision, order);
  }
  onOrder(
    order: Order,
    transition: OrderTransition,
    event: VenueEvent | undefined,
    decision: RiskDecision | undefined,
  ): void {
    if (this.open === true) this.sink.onOrder(order, transition, event, decision);
  }
  onVenueEvent(event: VenueEvent): void {
    if (this.open === true) this.sink.onVenueEvent(event);
  }
  onFill(fill: Fill, order: Order): void {
    if (this.open === true) this.sink.onFill(fill, order);
  }
  onPromptFill(fill: PromptFill, order: number): void {
    if (this.open === true) this.sink.onPromptFill?.(fill, order);
  }
  onStrategy(instanceId: string, state: StrategyState, time: Micros, error: string | undefined): void {
    if (this.open === true) this.sink.onStrategy(instanceId, state, time, error);
  }
  onCommand(command: Command, result: CommandResult, time: Micros): void {
    if (this.open === true) this.sink.onCommand(command, result, time);
  }
  onLog(instanceId: string, time: Micros, text: string): void {
    if (this.open === true) this.sink.onLog(instanceId, time, text);
  }
}
