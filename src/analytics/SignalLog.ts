/** The signals of a run with the answer of every risk check to each, in columns; objects are made on reading. */
import type { Order, OrderType, TimeInForce } from '../domain/order.js';
import { DENIAL_REASONS } from '../domain/refusals.js';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS } from '../domain/risk.js';
import type { RiskDecision } from '../domain/risk.js';
import type { Signal, SignalIntent, SignalTarget } from '../domain/signal.js';
import { NumberRows } from '../utils/NumberRows.js';
import { TextTable } from '../utils/TextTable.js';

const CHECKS = RISK_CHECKS.length;
const INTENTS: readonly SignalIntent[] = ['enterLong', 'enterShort', 'exit', 'target'];
const TARGETS: readonly SignalTarget['kind'][] = ['weight', 'shares', 'notional'];
const TYPES: readonly OrderType[] = ['market', 'limit', 'stop'];
const TIMES_IN_FORCE: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'opg', 'cls'];
const OUTCOMES: readonly RiskDecision['outcome'][] = ['allow', 'shrink', 'deny'];

/** Columns before those of the checks: the signal's, then outcome, reason, order and the two quantities. */
const FIXED = 17;

/** A signal and what became of it. */
export interface SignalRecord {
  readonly signal: Signal;
  /** The order that stands for it, if there is one. */
  readonly orderId: string | undefined;
  /** A copy; one place per entry of `RISK_CHECKS`. */
  readonly decision: RiskDecision;
}

/** See the module header. */
export class SignalLog {
  readonly #texts = new TextTable();
  readonly #rows = new NumberRows(FIXED + 3 * CHECKS);
  readonly #denials = new Map<DenialReason, number>();

  /** How many there are. */
  get length(): number {
    return this.#rows.length;
  }

  /** Copies both. */
  add(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    const at = this.#rows.next();
    const row = this.#rows.block;
    row[at] = numberIn(signal.id);
    row[at + 1] = this.#texts.codeOf(signal.instanceId);
    row[at + 2] = signal.symbolId;
    row[at + 3] = signal.time;
    row[at + 4] = INTENTS.indexOf(signal.intent);
    row[at + 5] = signal.target === undefined ? -1 : TARGETS.indexOf(signal.target.kind);
    row[at + 6] = signal.target?.value ?? 0;
    row[at + 7] = TYPES.indexOf(signal.orderType);
    row[at + 8] = TIMES_IN_FORCE.indexOf(signal.timeInForce);
    row[at + 9] = signal.limitPrice ?? 0;
    row[at + 10] = signal.stopPrice ?? 0;
    row[at + 11] = this.#texts.codeOf(signal.reason);
    row[at + 12] = OUTCOMES.indexOf(decision.outcome);
    row[at + 13] = decision.reason === undefined ? -1 : this.#texts.codeOf(decision.reason);
    row[at + 14] = order === undefined ? 0 : numberIn(order.id);
    row[at + 15] = decision.requestedQuantity;
    row[at + 16] = decision.quantity;
    for (let check = 0; check < CHECKS; check += 1) {
      row[at + FIXED + check] = decision.answers[check] ?? 0;
      row[at + FIXED + CHECKS + check] = decision.measured[check] ?? 0;
      row[at + FIXED + 2 * CHECKS + check] = decision.limits[check] ?? 0;
    }
    const { reason } = decision;
    if (reason !== undefined) this.#denials.set(reason, (this.#denials.get(reason) ?? 0) + 1);
  }

  /** A record, oldest first; undefined beyond the end. */
  at(index: number): SignalRecord | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const number = (column: number): number => this.#rows.at(index, column);
    const checks = (part: number): Float64Array =>
      Float64Array.from({ length: CHECKS }, (_, check) => number(FIXED + part * CHECKS + check));
    const orderNumber = number(14);
    return {
      signal: this.#signalAt(number),
      orderId: orderNumber === 0 ? undefined : `o-${orderNumber}`,
      decision: {
        outcome: OUTCOMES[number(12)] ?? 'deny',
        reason: number(13) < 0 ? undefined : reasonOf(this.#texts.textOf(number(13))),
        requestedQuantity: number(15),
        quantity: number(16),
        answers: Uint8Array.from(checks(0)),
        measured: checks(1),
        limits: checks(2),
      },
    };
  }

  /** How many signals were denied, by reason, in order of their first. */
  get denials(): ReadonlyMap<DenialReason, number> {
    return this.#denials;
  }

  #signalAt(number: (column: number) => number): Signal {
    const kind = TARGETS[number(5)];
    const limitPrice = number(9);
    const stopPrice = number(10);
    return {
      id: `s-${number(0)}`,
      instanceId: this.#texts.textOf(number(1)),
      symbolId: number(2),
      time: number(3),
      intent: INTENTS[number(4)] ?? 'target',
      orderType: TYPES[number(7)] ?? 'market',
      timeInForce: TIMES_IN_FORCE[number(8)] ?? 'day',
      reason: this.#texts.textOf(number(11)),
      ...(kind === undefined ? {} : { target: { kind, value: number(6) } }),
      ...(limitPrice === 0 ? {} : { limitPrice }),
      ...(stopPrice === 0 ? {} : { stopPrice }),
    };
  }
}

function reasonOf(text: string): DenialReason | undefined {
  return isReason(text) ? text : undefined;
}

function isReason(text: string): text is DenialReason {
  return Object.hasOwn(DENIAL_REASONS, text);
}

/** The number in an id such as `s-12`. */
function numberIn(id: string): number {
  let value = 0;
  for (let i = 2; i < id.length; i += 1) value = value * 10 + (id.charCodeAt(i) - 48);
  return value;
}
