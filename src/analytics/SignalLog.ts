/** The signals of a run with the answer of every risk check to each, in growing columns. */
import type { Order } from '../domain/order.js';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS } from '../domain/risk.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal } from '../domain/signal.js';

const WIDTH = RISK_CHECKS.length;

/** A signal and what became of it. */
export interface SignalRecord {
  readonly signal: Signal;
  readonly outcome: RiskDecision['outcome'];
  readonly reason: DenialReason | undefined;
  /** The order that stands for it, if there is one. */
  readonly orderId: string | undefined;
  /** A copy; one place per entry of `RISK_CHECKS`. */
  readonly decision: RiskDecision;
}

/** See the module header. */
export class SignalLog {
  readonly #signals: Signal[] = [];
  readonly #orderIds: (string | undefined)[] = [];
  readonly #outcomes: RiskDecision['outcome'][] = [];
  readonly #reasons: (DenialReason | undefined)[] = [];
  #answers = new Uint8Array(16 * WIDTH);
  /** Per signal: requested and allowed quantity, then measured figures, then limits. */
  #numbers = new Float64Array(16 * (2 + 2 * WIDTH));

  /** How many there are. */
  get length(): number {
    return this.#signals.length;
  }

  /** Copies the decision; the signal is kept as it is. */
  add(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    const index = this.#signals.length;
    if ((index + 1) * WIDTH > this.#answers.length) this.#grow();
    this.#signals.push(signal);
    this.#orderIds.push(order?.id);
    this.#outcomes.push(decision.outcome);
    this.#reasons.push(decision.reason);
    this.#answers.set(decision.answers, index * WIDTH);
    const at = index * (2 + 2 * WIDTH);
    this.#numbers[at] = decision.requestedQuantity;
    this.#numbers[at + 1] = decision.quantity;
    this.#numbers.set(decision.measured, at + 2);
    this.#numbers.set(decision.limits, at + 2 + WIDTH);
  }

  /** A record, oldest first; undefined beyond the end. */
  at(index: number): SignalRecord | undefined {
    const signal = this.#signals[index];
    if (signal === undefined) return undefined;
    const at = index * (2 + 2 * WIDTH);
    const outcome = this.#outcomes[index] ?? 'deny';
    const reason = this.#reasons[index];
    return {
      signal,
      outcome,
      reason,
      orderId: this.#orderIds[index],
      decision: {
        outcome,
        reason,
        requestedQuantity: this.#numbers[at] ?? 0,
        quantity: this.#numbers[at + 1] ?? 0,
        answers: this.#answers.slice(index * WIDTH, (index + 1) * WIDTH),
        measured: this.#numbers.slice(at + 2, at + 2 + WIDTH),
        limits: this.#numbers.slice(at + 2 + WIDTH, at + 2 + 2 * WIDTH),
      },
    };
  }

  /** How many signals were denied, by reason. */
  denials(): ReadonlyMap<DenialReason, number> {
    const counts = new Map<DenialReason, number>();
    for (const reason of this.#reasons) if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return counts;
  }

  #grow(): void {
    const answers = new Uint8Array(this.#answers.length * 2);
    answers.set(this.#answers);
    this.#answers = answers;
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
