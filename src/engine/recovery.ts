/**
 * Recorded decisions: how a kernel is brought back to where it was without deciding again (K1).
 *
 * While recovering, the same inputs are fed and the same code applies what was decided; only the two places
 * where decisions are made ask the record instead: venue reports come from {@link RecordedDecisions.takeEvent}
 * and the answers to signals and orders from {@link RecordedDecisions.takeDecision}. Strategies run again; each
 * signal must equal the recorded one. The record must hold whole steps: decisions of an unfinished input are
 * cut before, since nothing of them was acknowledged.
 */
import type { Order } from '../domain/order.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';

/**
 * The recorded answer to a signal or to a direct order, in the order of the sink's calls: an `onSignal`, or an
 * `onOrder` that carries a decision.
 */
export interface RecordedDecision {
  /** The signal as it was emitted; undefined for direct and manual orders. */
  readonly signal: Signal | undefined;
  /** The order that came of it; undefined when a signal was denied. */
  readonly order: Order | undefined;
  readonly decision: RiskDecision;
}

/**
 * A cursor over one session's record. A venue event is recorded with the kernel's `decisionPoint` and clock at
 * the moment the sink heard of it (`Kernel.decisionPoint`, `Kernel.now`); both together are its place.
 */
export interface RecordedDecisions {
  /** Place of the next recorded venue event; `nextPoint` is Infinity when none is left. */
  readonly nextPoint: number;
  readonly nextTime: Micros;
  /** The next recorded venue event, removed. Called only when there is one. */
  takeEvent(): VenueEvent;
  /** The next recorded decision, removed; undefined when none is left. */
  takeDecision(): RecordedDecision | undefined;
  /** Number of decisions and events that were not taken yet. */
  readonly remaining: number;
}

/** How a recovery went. */
export type RecoveryResult =
  { readonly ok: true } | { readonly ok: false; readonly inputSequence: number; readonly message: string };

/** Describes how an emitted signal differs from the recorded one; undefined if they are the same. */
export function signalDifference(emitted: Signal, recorded: Signal | undefined): string | undefined {
  if (recorded === undefined)
    return `the strategy ${emitted.instanceId} emitted ${emitted.id}, the record has none here`;
  const a = JSON.stringify(normalised(emitted));
  const b = JSON.stringify(normalised(recorded));
  return a === b ? undefined : `the strategy emitted ${a}, the record has ${b}`;
}

function normalised(signal: Signal): readonly unknown[] {
  const { id, instanceId, symbolId, time, intent, target, orderType, timeInForce, limitPrice, stopPrice, reason } =
    signal;
  const { exits, timeStop } = signal;
  const prices = [limitPrice, stopPrice, exits, timeStop];
  return [id, instanceId, symbolId, time, intent, target, orderType, timeInForce, ...prices, reason];
}
