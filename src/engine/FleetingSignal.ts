/**
 * A signal that the next one is written over, for wishes that nobody looks at once they are answered: the log of a run
 * copies it, and it has a number instead of an id. Whoever keeps one makes it a signal of its own.
 */
import type { ExitTerms, OrderType, TimeInForce } from '../domain/order.js';
import type { Signal, SignalIntent, SignalTarget } from '../domain/signal.js';
import type { DurationMicros, Micros, Price } from '../domain/units.js';
import { createSignal } from './orderLiterals.js';

/** Longest reason that is kept. */
const REASON_LENGTH = 200;

/** See the module header. What is absent is undefined: one hidden class whatever a signal has. */
export class FleetingSignal implements Signal {
  readonly id = '';
  number = 0;
  instanceId = '';
  symbolId = 0;
  time: Micros = 0.5;
  intent: SignalIntent = 'exit';
  target: SignalTarget = undefined as unknown as SignalTarget;
  orderType: OrderType = 'market';
  timeInForce: TimeInForce = 'day';
  limitPrice: Price = undefined as unknown as Price;
  stopPrice: Price = undefined as unknown as Price;
  exits: readonly ExitTerms[] = undefined as unknown as readonly ExitTerms[];
  timeStop: DurationMicros = undefined as unknown as DurationMicros;
  reason = '';

  /** Writes what is wanted. */
  ask(
    intent: SignalIntent,
    target: SignalTarget | undefined,
    orderType: OrderType,
    timeInForce: TimeInForce,
    limitPrice: Price | undefined,
    stopPrice: Price | undefined,
    reason: string,
    exits: readonly ExitTerms[] | undefined,
    timeStop: DurationMicros | undefined,
  ): void {
    this.intent = intent;
    this.target = target as SignalTarget;
    this.orderType = orderType;
    this.timeInForce = timeInForce;
    this.limitPrice = limitPrice as Price;
    this.stopPrice = stopPrice as Price;
    this.reason = reason.length > REASON_LENGTH ? reason.slice(0, REASON_LENGTH) : reason;
    this.exits = exits as readonly ExitTerms[];
    this.timeStop = timeStop as DurationMicros;
  }

  /** The same for good, with its id. */
  named(id: string): Signal {
    return createSignal(
      id,
      this.instanceId,
      this.symbolId,
      this.time,
      this.intent,
      this.target,
      this.orderType,
      this.timeInForce,
      this.limitPrice,
      this.stopPrice,
      this.reason,
      this.exits,
      this.timeStop,
    );
  }
}
