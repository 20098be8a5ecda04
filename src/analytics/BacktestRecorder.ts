/** Keeps what a run decides: fills, signals with their decisions, bookings, the strategies' states and log lines. */
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import type { KernelSink, StrategyState } from '../domain/ports.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import type { AccountBooking, VenueEvent } from '../domain/venueEvents.js';
import { FillLog } from './FillLog.js';
import { SignalLog } from './SignalLog.js';

/** What became of a strategy instance. */
export interface StrategyOutcome {
  readonly instanceId: string;
  readonly state: StrategyState;
  /** When everything it declared had a value first; undefined if it never had. */
  readonly readyAt: Micros | undefined;
  /** Why it was quarantined. */
  readonly error: string | undefined;
  /** Event time of that. */
  readonly failedAt: Micros | undefined;
}

/** A line that a strategy logged. */
export interface LogLine {
  readonly instanceId: string;
  readonly time: Micros;
  readonly text: string;
}

/** When something happened to an order. */
export interface OrderMoment {
  readonly orderId: string;
  readonly time: Micros;
}

/** See the module header. Orders are kept by the kernel's TradeManager. */
export class BacktestRecorder implements KernelSink {
  readonly ignoresOrders = true;
  readonly fills = new FillLog();
  readonly signals = new SignalLog();
  readonly logs: LogLine[] = [];
  /** What was booked beside trades, oldest first. */
  readonly bookings: AccountBooking[] = [];
  /** Stops that were elected, oldest first, filled or not. */
  readonly triggers: OrderMoment[] = [];
  readonly #strategies = new Map<string, StrategyOutcome>();

  /** By instance, in order of registration. */
  get strategies(): readonly StrategyOutcome[] {
    return [...this.#strategies.values()];
  }

  onSignal(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    this.signals.add(signal, decision, order);
  }

  onFill(fill: Fill, order: Order): void {
    this.fills.add(fill, order);
  }

  onPromptFill(fill: PromptFill, order: number): void {
    this.fills.addPrompt(fill, order);
  }

  onStrategy(instanceId: string, state: StrategyState, time: Micros, error: string | undefined): void {
    const before = this.#strategies.get(instanceId);
    this.#strategies.set(instanceId, {
      instanceId,
      state,
      readyAt: before?.readyAt ?? (state === 'running' ? time : undefined),
      error,
      failedAt: error === undefined ? undefined : time,
    });
  }

  onLog(instanceId: string, time: Micros, text: string): void {
    this.logs.push({ instanceId, time, text });
  }

  onOrder(): void {
    // The TradeManager keeps every order with its final state.
  }

  onVenueEvent(event: VenueEvent): void {
    // The effects of all others are in the orders and fills.
    if (event.type === 'booked') this.bookings.push({ ...event, entries: [...event.entries] });
    else if (event.type === 'triggered') this.triggers.push({ orderId: event.orderId, time: event.time });
  }

  onCommand(): void {
    // Nobody gives commands in a backtest.
  }
}
