/** The signals of a run with the answer of every risk check to each, in columns; objects are made on reading. */
import type { Order, OrderType, TimeInForce } from '../domain/order.js';
import { DENIAL_REASONS } from '../domain/refusals.js';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS, RiskAnswer } from '../domain/risk.js';
import type { RiskDecision } from '../domain/risk.js';
import { SIGNAL_INTENTS } from '../domain/signal.js';
import type { Signal, SignalTarget } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import { idNumber } from '../utils/idNumber.js';
import { NumberRows } from '../utils/NumberRows.js';
import { placeIn } from '../utils/placeIn.js';
import { SharedRows } from '../utils/SharedRows.js';
import { TextColumn, TextTable } from '../utils/TextTable.js';

const CHECKS = RISK_CHECKS.length;
const TARGETS: readonly SignalTarget['kind'][] = ['weight', 'shares', 'notional'];
const TYPES: readonly OrderType[] = ['market', 'limit', 'stop'];
const TIMES_IN_FORCE: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'opg', 'cls'];
const OUTCOMES: readonly RiskDecision['outcome'][] = ['allow', 'shrink', 'deny'];

/** Checks that measure something of every order; of those before them few measure more than nothing. */
const SIZE_CHECKS = 6;
const FIRST_SIZE_CHECK = CHECKS - SIZE_CHECKS;
/** A loss of the day, which many days have. */
const DAILY_LOSS = RISK_CHECKS.indexOf('dailyLoss');
/** Number, time, order, shared and rare row, limit of buying power, symbol, loss; then what checks of size measured. */
const FIXED = 8;
/** Instance, denial, choices, target, reason, answers, requested and allowed quantity, limits. */
const SHARED = 9;
/** Limit and stop price, then what the other checks measured. */
const RARE = 2 + FIRST_SIZE_CHECK;
/** Buying power is the last check; its limit is another one every time. */
const BUYING_POWER = CHECKS - 1;

/** Base and places of {@link choicesOf}. */
const CHOICES = 8;
const INTENT = 0;
const TARGET = 1;
const TYPE = 2;
const TIME_IN_FORCE = 3;
const OUTCOME = 4;
/** Answers that a check can give: two bits each. */
const ANSWERS = 4;

const ALL_ALLOW = packed(RISK_CHECKS.map(() => RiskAnswer.ALLOW));

/** A signal and what was answered to it. */
export interface AnsweredSignal {
  readonly signal: Signal;
  /** The order that stands for it, if there is one. */
  readonly orderId: string | undefined;
  readonly decision: Pick<RiskDecision, 'outcome' | 'reason' | 'requestedQuantity' | 'quantity'>;
}

/** A signal and what became of it. */
export interface SignalRecord extends AnsweredSignal {
  /** A copy; one place per entry of `RISK_CHECKS`. */
  readonly decision: RiskDecision;
}

/** See the module header. */
export class SignalLog {
  readonly #texts = new TextTable();
  readonly #instances = new TextColumn(this.#texts);
  readonly #reasons = new TextColumn(this.#texts);
  readonly #rows = new NumberRows(FIXED + SIZE_CHECKS);
  readonly #shared = new SharedRows(SHARED);
  readonly #rare = new NumberRows(RARE);
  /** Limits without that of buying power: one row for all decisions in a row that had the same. */
  readonly #limits = new NumberRows(BUYING_POWER);
  readonly #lastLimits = new Float64Array(CHECKS);
  /** The decision that came last, which is written over, and the number of its limits. */
  #lastDecision: RiskDecision | undefined = undefined;
  #limitsNumber = -1;
  readonly #denials = new Map<DenialReason, number>();

  /** How many there are. */
  get length(): number {
    return this.#rows.length;
  }

  /** Lets go of all rows for good, for logs to come. */
  release(): void {
    this.#rows.release();
  }

  /** Copies both. */
  add(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    const place = this.#placeOf(signal, decision);
    const { measured } = decision;
    const at = this.#rows.next();
    const row = this.#rows.block;
    row[at] = signal.number ?? idNumber(signal.id);
    row[at + 1] = signal.time;
    row[at + 2] = order === undefined ? 0 : (order.number ?? idNumber(order.id));
    row[at + 3] = place;
    row[at + 4] = this.#rareOf(signal, measured);
    row[at + 5] = decision.limits[BUYING_POWER] ?? 0;
    row[at + 6] = signal.symbolId;
    row[at + 7] = measured[DAILY_LOSS] ?? 0;
    copySizes(measured, row, at + FIXED);
    const { reason } = decision;
    if (reason !== undefined) this.#denials.set(reason, (this.#denials.get(reason) ?? 0) + 1);
  }

  /** When a signal was given. */
  timeAt(index: number): Micros {
    return this.#rows.at(index, 1);
  }

  /** A record, oldest first; undefined beyond the end. */
  at(index: number): SignalRecord | undefined {
    const answered = this.answerAt(index);
    if (answered === undefined) return undefined;
    const number = (column: number): number => this.#rows.at(index, column);
    const shared = (column: number): number => this.#shared.at(number(3), column);
    const checks = Array.from({ length: CHECKS }, (_, check) => check);
    const limitOf = (check: number): number => (check === BUYING_POWER ? number(5) : this.#limits.at(shared(8), check));
    const measuredOf = (check: number): number => {
      if (check === DAILY_LOSS) return number(7);
      if (check >= FIRST_SIZE_CHECK) return number(FIXED + check - FIRST_SIZE_CHECK);
      return number(4) < 0 ? 0 : this.#rare.at(number(4), 2 + check);
    };
    return {
      ...answered,
      decision: {
        ...answered.decision,
        answers: Uint8Array.from(checks, (check) => Math.floor(shared(5) / ANSWERS ** (CHECKS - 1 - check)) % ANSWERS),
        measured: Float64Array.from(checks, measuredOf),
        limits: Float64Array.from(checks, limitOf),
      },
    };
  }

  /** The same without what the checks measured, which is most of the work. */
  answerAt(index: number): AnsweredSignal | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const number = (column: number): number => this.#rows.at(index, column);
    const shared = (column: number): number => this.#shared.at(number(3), column);
    const rare = (column: number): number => (number(4) < 0 ? 0 : this.#rare.at(number(4), column));
    const orderNumber = number(2);
    return {
      signal: this.#signalAt(number, shared, rare),
      orderId: orderNumber === 0 ? undefined : `o-${orderNumber}`,
      decision: {
        outcome: OUTCOMES[digitOf(shared(2), OUTCOME)] ?? 'deny',
        reason: shared(1) < 0 ? undefined : reasonOf(this.#texts.textOf(shared(1))),
        requestedQuantity: shared(6),
        quantity: shared(7),
      },
    };
  }

  /** How many signals were denied, by reason, in order of their first. */
  get denials(): ReadonlyMap<DenialReason, number> {
    return this.#denials;
  }

  #signalAt(
    number: (column: number) => number,
    shared: (column: number) => number,
    rare: (column: number) => number,
  ): Signal {
    const choices = shared(2);
    const kind = TARGETS[digitOf(choices, TARGET) - 1];
    const limitPrice = rare(0);
    const stopPrice = rare(1);
    return {
      id: `s-${number(0)}`,
      instanceId: this.#texts.textOf(shared(0)),
      symbolId: number(6),
      time: number(1),
      intent: SIGNAL_INTENTS[digitOf(choices, INTENT)] ?? 'target',
      orderType: TYPES[digitOf(choices, TYPE)] ?? 'market',
      timeInForce: TIMES_IN_FORCE[digitOf(choices, TIME_IN_FORCE)] ?? 'day',
      reason: this.#texts.textOf(shared(4)),
      ...(kind === undefined ? {} : { target: { kind, value: shared(3) } }),
      ...(limitPrice === 0 ? {} : { limitPrice }),
      ...(stopPrice === 0 ? {} : { stopPrice }),
    };
  }

  /** Where what a signal and its decision share with those before them is kept. */
  #placeOf(signal: Signal, decision: RiskDecision): number {
    const shared = this.#shared;
    const instance = this.#instances.codeOf(signal.instanceId);
    const denial = decision.reason === undefined ? -1 : this.#texts.codeOf(decision.reason);
    const choices = choicesOf(signal, decision);
    const target = signal.target?.value ?? 0;
    const reason = this.#reasons.codeOf(signal.reason);
    const answers = decision.allows === true ? ALL_ALLOW : packed(decision.answers);
    const { requestedQuantity, quantity } = decision;
    const limits = this.#limitsOf(decision);
    const { expected } = shared;
    const isSameWish = expected[2] === choices && expected[3] === target && expected[4] === reason;
    const isSameAnswer = expected[1] === denial && expected[5] === answers && expected[8] === limits;
    const isSameQuantity = expected[6] === requestedQuantity && expected[7] === quantity;
    if (isSameWish && isSameAnswer && isSameQuantity && expected[0] === instance) return shared.again();
    const { row } = shared;
    row[0] = instance;
    row[1] = denial;
    row[2] = choices;
    row[3] = target;
    row[4] = reason;
    row[5] = answers;
    row[6] = requestedQuantity;
    row[7] = quantity;
    row[8] = limits;
    return shared.place();
  }

  /** The row of the limits: the last one, unless they differ. */
  #limitsOf(decision: RiskDecision): number {
    const { limits } = decision;
    const limitsNumber = decision.limitsNumber ?? -1;
    const isKnown = decision === this.#lastDecision && limitsNumber === this.#limitsNumber;
    if (isKnown && limitsNumber >= 0) return this.#limits.length - 1;
    this.#lastDecision = decision;
    this.#limitsNumber = limitsNumber;
    const last = this.#lastLimits;
    let isSame = this.#limits.length > 0;
    for (let i = 0; i < BUYING_POWER; i += 1) if (limits[i] !== last[i]) isSame = false;
    if (isSame) return this.#limits.length - 1;
    last.set(limits);
    const at = this.#limits.next();
    this.#limits.block.set(limits.subarray(0, BUYING_POWER), at);
    return this.#limits.length - 1;
  }

  /** The row of what few signals have; -1 without any of it. */
  #rareOf(signal: Signal, measured: Float64Array): number {
    const isPriced = signal.limitPrice !== undefined || signal.stopPrice !== undefined;
    if (!isPriced && isUnmeasured(measured)) return -1;
    const at = this.#rare.next();
    const row = this.#rare.block;
    row[at] = signal.limitPrice ?? 0;
    row[at + 1] = signal.stopPrice ?? 0;
    for (let i = 0; i < FIRST_SIZE_CHECK; i += 1) row[at + 2 + i] = measured[i] ?? 0;
    return this.#rare.length - 1;
  }
}

/** Writes what the checks of size measured, {@link SIZE_CHECKS} figures; a loop would ask for the columns at each. */
function copySizes(measured: Float64Array, row: Float64Array, at: number): void {
  const from = FIRST_SIZE_CHECK;
  row[at] = measured[from] ?? 0;
  row[(at + 1) | 0] = measured[from + 1] ?? 0;
  row[(at + 2) | 0] = measured[from + 2] ?? 0;
  row[(at + 3) | 0] = measured[from + 3] ?? 0;
  row[(at + 4) | 0] = measured[from + 4] ?? 0;
  row[(at + 5) | 0] = measured[from + 5] ?? 0;
}

/** Whether the checks before those of size measured nothing, the loss of the day aside; they are seven. */
function isUnmeasured(measured: Float64Array): boolean {
  if (measured[0] !== 0 || measured[2] !== 0 || measured[3] !== 0) return false;
  return measured[4] === 0 && measured[5] === 0 && measured[6] === 0;
}

/** The answers as one number, two bits each, that of the first check on the left. */
function packed(answers: ArrayLike<number>): number {
  let all = 0;
  for (let check = 0; check < CHECKS; check += 1) all = (all << 2) | (answers[check] ?? 0);
  return all;
}

/** The choices of a signal and its decision as one number of digits to the base of {@link CHOICES}. */
function choicesOf(signal: Signal, decision: RiskDecision): number {
  const kind = signal.target === undefined ? 0 : placeIn(TARGETS, signal.target.kind) + 1;
  const { orderType, timeInForce } = signal;
  const { outcome } = decision;
  // Most are of this kind, of which each digit is 0.
  const isPlain = orderType === 'market' && timeInForce === 'day' && outcome === 'allow';
  const terms = isPlain
    ? 0
    : placeIn(TYPES, orderType) * 64 + placeIn(TIMES_IN_FORCE, timeInForce) * 512 + placeIn(OUTCOMES, outcome) * 4096;
  return placeIn(SIGNAL_INTENTS, signal.intent) + kind * 8 + terms;
}

function digitOf(choices: number, place: number): number {
  return Math.floor(choices / CHOICES ** place) % CHOICES;
}

function reasonOf(text: string): DenialReason | undefined {
  return isReason(text) ? text : undefined;
}

function isReason(text: string): text is DenialReason {
  return Object.hasOwn(DENIAL_REASONS, text);
}
