/** A tape's decisions as the kernel's recovery asks for them (engine/recovery.ts): applied, never decided again. */
import type { RiskDecision } from '../domain/risk.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { RecordedDecision, RecordedDecisions } from '../engine/recovery.js';
import { required } from '../utils/assert.js';
import type { PlacedRecord } from './tapeRecords.js';
import type { StoredRiskDecision } from './views.js';

interface PlacedEvent {
  readonly point: number;
  readonly now: Micros;
  readonly event: VenueEvent;
}

/** A cursor over the venue events and decisions of a tape. */
export class RecordedTape implements RecordedDecisions {
  readonly #events: PlacedEvent[] = [];
  readonly #decisions: RecordedDecision[] = [];
  #nextEvent = 0;
  #nextDecision = 0;

  constructor(records: readonly PlacedRecord[]) {
    for (const { record } of records) {
      if (record.type === 'signal') {
        this.#decisions.push({ signal: record.signal, order: undefined, decision: riskDecision(record.decision) });
      } else if (record.type === 'venue') {
        this.#events.push({ point: record.point, now: record.now, event: record.event });
      } else if (record.type === 'order') {
        // An order that came of a signal is recorded before it; the signal's record then names it.
        if (record.decision !== undefined) {
          this.#decisions.push({ signal: undefined, order: record.order, decision: riskDecision(record.decision) });
        }
      }
    }
    this.#joinOrders(records);
  }

  get nextPoint(): number {
    return this.#events[this.#nextEvent]?.point ?? Infinity;
  }

  get nextTime(): Micros {
    return this.#events[this.#nextEvent]?.now ?? Infinity;
  }

  takeEvent(): VenueEvent {
    const placed = required(this.#events[this.#nextEvent], 'a recorded venue event');
    this.#nextEvent += 1;
    return placed.event;
  }

  takeDecision(): RecordedDecision | undefined {
    const decision = this.#decisions[this.#nextDecision];
    if (decision !== undefined) this.#nextDecision += 1;
    return decision;
  }

  get remaining(): number {
    return this.#events.length - this.#nextEvent + (this.#decisions.length - this.#nextDecision);
  }

  /** Gives each signal's decision the order that came of it, as it was when it was submitted. */
  #joinOrders(records: readonly PlacedRecord[]): void {
    const submitted = new Map<string, RecordedDecision['order']>();
    const orderOfSignal = new Map<string, string>();
    for (const { record } of records) {
      if (record.type === 'order' && !submitted.has(record.order.id)) submitted.set(record.order.id, record.order);
      if (record.type === 'signal' && record.orderId !== undefined) orderOfSignal.set(record.signal.id, record.orderId);
    }
    this.#decisions.forEach((decision, index) => {
      const orderId = decision.signal === undefined ? undefined : orderOfSignal.get(decision.signal.id);
      if (orderId === undefined) return;
      this.#decisions[index] = { ...decision, order: submitted.get(orderId) };
    });
  }
}

/** The stored arrays as the kernel's typed ones. */
export function riskDecision(stored: StoredRiskDecision): RiskDecision {
  const figures = (values: readonly (number | null)[]): Float64Array =>
    Float64Array.from(values, (value) => value ?? Infinity);
  return {
    outcome: stored.outcome,
    reason: stored.reason,
    requestedQuantity: stored.requestedQuantity,
    quantity: stored.quantity,
    answers: Uint8Array.from(stored.answers),
    measured: figures(stored.measured),
    limits: figures(stored.limits),
  };
}

/** A reused decision as plain values that last. */
export function storeDecision(decision: RiskDecision): StoredRiskDecision {
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    requestedQuantity: decision.requestedQuantity,
    quantity: decision.quantity,
    answers: listOf(decision.answers),
    measured: figures(decision.measured),
    limits: figures(decision.limits),
  };
}

// Every order has a decision, and spreading a typed array costs as much as the rest of its record.
function listOf(values: Uint8Array): number[] {
  const list: number[] = [];
  for (let index = 0; index < values.length; index += 1) list.push(values[index] ?? 0);
  return list;
}

function figures(values: Float64Array): (number | null)[] {
  const list: (number | null)[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    list.push(Number.isFinite(value) ? value : null);
  }
  return list;
}
