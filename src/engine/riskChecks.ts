/**
 * The thirteen risk checks, in the order of domain/risk.ts, which is that of their places. Each stores what it measured
 * and its limit; the first denial ends the row. One decision object is reused.
 *
 * Orders that reduce the account's position pass the checks that bound risk: a limit must never keep anybody
 * from getting out. The kill switch, an unknown price and a closed session still apply to them.
 */
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import type { OrderType, Side } from '../domain/order.js';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS, RiskAnswer } from '../domain/risk.js';
import type { RiskCheck, RiskDecision, RiskLimits } from '../domain/risk.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { SHARE, notional } from '../domain/units.js';
import { sharesFor } from './sizing.js';

/** What the checks look at; one object, filled anew for each order. */
export interface RiskInput {
  now: Micros;
  symbolId: number;
  side: Side;
  orderType: OrderType;
  /** What is wanted, positive micro-shares. */
  quantity: Quantity;
  /** The order's own prices, 0 if absent. */
  limitPrice: Price;
  stopPrice: Price;
  /** Last price, 0 if unknown, and its time. */
  lastPrice: Price;
  lastPriceTime: Micros;
  /** Signed account position, and unfilled micro-shares of working orders. */
  position: Quantity;
  workingBuy: Quantity;
  workingSell: Quantity;
  equity: Money;
  grossExposure: Money;
  /** Exposure that working orders would add. */
  workingExposure: Money;
  buyingPower: Money;
  /** Fees that the order may cost. */
  fees: Money;
  dailyPnl: Money;
  phase: SessionPhase;
  halted: boolean;
  /** Whether the same instance asked for the same at this instant. */
  duplicate: boolean;
  /** Whether limits may shrink it; orders whose size a person or strategy gave are denied instead. */
  mayShrink: boolean;
  /** Sent by the system to flatten: passes the kill switch. */
  flatten: boolean;
  /** Whether it may take the position to the other side; where it may not, it is denied. */
  mayCross: boolean;
  /** Works on from the session before: it was given at prices of that time. */
  carried: boolean;
  /** The venue sizes it at the fill; the quantity is an estimate and never shrunk. */
  sizedAtFill: boolean;
}

const INDEX = Object.fromEntries(RISK_CHECKS.map((name, index) => [name, index])) as Record<RiskCheck, number>;
const KILL_SWITCH = INDEX.killSwitch;
const DAILY_LOSS = INDEX.dailyLoss;
const SESSION_OPEN = INDEX.sessionOpen;
const SYMBOL_HALTED = INDEX.symbolHalted;
const STALE_PRICE = INDEX.stalePrice;
const DUPLICATE_SIGNAL = INDEX.duplicateSignal;
const FAT_FINGER = INDEX.fatFinger;
const ORDERS_PER_MINUTE = INDEX.ordersPerMinute;
const POSITION_SHARES = INDEX.positionShares;
const POSITION_NOTIONAL = INDEX.positionNotional;
const POSITION_PERCENT = INDEX.positionPercent;
const GROSS_EXPOSURE = INDEX.grossExposure;
const BUYING_POWER = INDEX.buyingPower;

const CHECKS = RISK_CHECKS.length;
/** Submission times that the throttle remembers; more than any limit per minute. */
const WINDOW = 4096;

/** A decision object with nothing decided. */
export function createDecision(): RiskDecision {
  return {
    outcome: 'deny',
    reason: undefined,
    requestedQuantity: 0,
    quantity: 0,
    allows: false,
    limitsNumber: 0,
    answers: new Uint8Array(CHECKS),
    measured: new Float64Array(CHECKS),
    limits: new Float64Array(CHECKS),
  };
}

/**
 * See the module header. The decision is kept as that of an order that every check allows: such an order writes what
 * was measured alone, any other what else it differs in, which is undone before the next.
 */
export class RiskChecks {
  /** Only risk-reducing orders pass; set when a loss is confirmed, cleared with the day. */
  lossStopped = false;
  /** Whether the account is at its end (RuinGuard.ts): nothing passes but flattening, and that without any check. */
  isRuined = false;
  /** Nothing passes but flattening. */
  killSwitchOn = false;
  private limits: RiskLimits;
  private readonly priceScale: number;
  private readonly decision = createDecision();
  /** The limit of every check by its index; that of buying power is each order's own. */
  private readonly standing = new Float64Array(CHECKS);
  /** Whether answers or limits of the decision are not those of an order that is allowed. */
  private isMarked = true;
  private limitsNumber = 0;
  /** Ring of submission times. */
  private readonly sent = new Float64Array(WINDOW).fill(-Infinity);
  private sentHead = 0;
  private sentTail = 0;
  private reduces = false;

  constructor(limits: RiskLimits, priceScale: number) {
    this.limits = limits;
    this.priceScale = priceScale;
    this.setLimits(limits);
  }

  /** The limits in force. */
  get currentLimits(): RiskLimits {
    return this.limits;
  }

  /** Whether any of them is a number that something can exceed. */
  get hasLimits(): boolean {
    return Object.values(this.limits).some((limit) => typeof limit === 'number' && limit < Infinity);
  }

  /** Replaces the limits. */
  setLimits(limits: RiskLimits): void {
    const { standing } = this;
    this.limits = limits;
    this.isMarked = true;
    standing.fill(0);
    standing[DAILY_LOSS] = limits.maxDailyLoss ?? Infinity;
    standing[SESSION_OPEN] = limits.requireOpenSession === true ? 0 : Infinity;
    standing[STALE_PRICE] = limits.maxPriceAge ?? Infinity;
    standing[FAT_FINGER] = limits.fatFingerFraction ?? Infinity;
    standing[ORDERS_PER_MINUTE] = limits.maxOrdersPerMinute ?? Infinity;
    standing[POSITION_SHARES] = limits.maxPositionShares ?? Infinity;
    standing[POSITION_NOTIONAL] = limits.maxPositionNotional ?? Infinity;
    standing[POSITION_PERCENT] = limits.maxPositionFraction ?? Infinity;
    standing[GROSS_EXPOSURE] = limits.maxGrossExposureFraction ?? Infinity;
  }

  /** Whether the last decided order reduces the account's position. */
  get lastReduces(): boolean {
    return this.reduces;
  }

  /** Counts an order that is being sent. */
  countSubmission(now: Micros): void {
    this.sent[this.sentTail % WINDOW] = now;
    this.sentTail += 1;
    if (this.sentTail - this.sentHead > WINDOW) this.sentHead += 1;
  }

  /** Decides; the answer is valid until the next call. */
  decide(input: RiskInput): RiskDecision {
    const { decision } = this;
    if (this.isMarked === true) this.restore();
    decision.outcome = 'allow';
    decision.reason = undefined;
    decision.requestedQuantity = input.quantity;
    decision.quantity = input.quantity;
    decision.limits[BUYING_POWER] = input.buyingPower;
    const isBuy = input.side === 'buy';
    const sameSideWorking = isBuy ? input.workingBuy : input.workingSell;
    const against = isBuy ? -input.position : input.position;
    this.reduces = against > 0 && input.quantity + sameSideWorking <= against;
    const reason = this.firstDenial(input, decision, against, sameSideWorking);
    if (reason !== undefined) {
      decision.outcome = 'deny';
      decision.reason = reason;
      decision.quantity = 0;
    } else if (decision.quantity < input.quantity) {
      decision.outcome = 'shrink';
    }
    return decision;
  }

  /** Makes answers and limits those of an order that every check allows. */
  private restore(): void {
    const { decision } = this;
    this.isMarked = false;
    decision.answers.fill(RiskAnswer.ALLOW);
    decision.limits.set(this.standing);
    decision.allows = true;
    this.renumber();
  }

  private firstDenial(
    input: RiskInput,
    decision: RiskDecision,
    against: Quantity,
    sameSideWorking: Quantity,
  ): DenialReason | undefined {
    const { standing, reduces } = this;
    const { measured } = decision;
    const { flatten, phase } = input;
    if (this.isRuined) {
      measured.fill(0);
      return flatten ? undefined : this.deny(KILL_SWITCH, 'ACCOUNT_RUINED', RiskAnswer.ALLOW);
    }
    const isKilled = this.killSwitchOn && !flatten;
    measured[KILL_SWITCH] = isKilled ? 1 : 0;
    if (isKilled) return this.deny(KILL_SWITCH, 'KILL_SWITCH');
    const loss = input.dailyPnl < 0 ? -input.dailyPnl : 0;
    measured[DAILY_LOSS] = loss;
    const isLost = this.lossStopped || loss >= (standing[DAILY_LOSS] ?? 0);
    if (isLost && !reduces && !flatten) return this.deny(DAILY_LOSS, 'DAILY_LOSS_LIMIT');
    const closed = phase === 'closed' || (phase !== 'regular' && input.orderType !== 'limit');
    measured[SESSION_OPEN] = closed ? 1 : 0;
    if (closed && standing[SESSION_OPEN] === 0) return this.deny(SESSION_OPEN, 'SESSION_CLOSED');
    const isHalted = input.halted && !reduces;
    measured[SYMBOL_HALTED] = isHalted ? 1 : 0;
    if (isHalted) return this.deny(SYMBOL_HALTED, 'SYMBOL_HALTED');
    const isPriced = input.lastPrice > 0;
    const age = isPriced ? input.now - input.lastPriceTime : Infinity;
    measured[STALE_PRICE] = age;
    if (!isPriced) return this.deny(STALE_PRICE, 'NO_PRICE');
    if (age > (standing[STALE_PRICE] ?? 0) && !reduces) return this.deny(STALE_PRICE, 'STALE_PRICE');
    measured[DUPLICATE_SIGNAL] = input.duplicate ? 1 : 0;
    if (input.duplicate) return this.deny(DUPLICATE_SIGNAL, 'DUPLICATE_SIGNAL');
    // What works already counts as done.
    const crosses = against > 0 && !reduces && against - sameSideWorking > 0;
    if (crosses && !input.mayCross) return this.deny(DUPLICATE_SIGNAL, 'POSITION_OPPOSITE', RiskAnswer.ALLOW);
    if (!(input.quantity > 0)) return this.deny(DUPLICATE_SIGNAL, 'QUANTITY_ZERO', RiskAnswer.ALLOW);
    const distance = this.distance(input);
    measured[FAT_FINGER] = distance;
    if (input.carried) this.waive(FAT_FINGER);
    else if (!(distance <= (standing[FAT_FINGER] ?? 0))) return this.deny(FAT_FINGER, 'FAT_FINGER');
    return this.firstSizeDenial(input, decision);
  }

  private firstSizeDenial(input: RiskInput, decision: RiskDecision): DenialReason | undefined {
    const { standing, reduces, priceScale } = this;
    const rate = this.sentWithin(input.now) + 1;
    decision.measured[ORDERS_PER_MINUTE] = rate;
    if (rate > (standing[ORDERS_PER_MINUTE] ?? 0) && !reduces) {
      return this.deny(ORDERS_PER_MINUTE, 'MAX_ORDERS_PER_MINUTE');
    }
    const price = this.worstPrice(input);
    const isBuy = input.side === 'buy';
    const held = isBuy ? input.position + input.workingBuy : input.workingSell - input.position;
    // Micro-shares on this side if everything that works fills.
    const before = held > 0 ? held : 0;
    const heldValue = before === 0 ? 0 : notional(price, before, priceScale);
    const shareLimit = standing[POSITION_SHARES] ?? 0;
    const equity = input.equity > 0 ? input.equity : 0;
    if (!this.bound(input, decision, POSITION_SHARES, before + decision.quantity, shareLimit, shareLimit - before, 0)) {
      return this.deny(POSITION_SHARES, 'MAX_POSITION_SHARES');
    }
    const valueLimit = standing[POSITION_NOTIONAL] ?? 0;
    let value = notional(price, decision.quantity, priceScale);
    if (!this.bound(input, decision, POSITION_NOTIONAL, heldValue + value, valueLimit, valueLimit - heldValue, price)) {
      return this.deny(POSITION_NOTIONAL, 'MAX_POSITION_NOTIONAL');
    }
    const fractionLimit = standing[POSITION_PERCENT] ?? 0;
    value = this.shrunk(input, decision, price, value);
    const fraction = ratio(heldValue + value, equity);
    const fractionRoom = Math.floor(fractionLimit * equity) - heldValue;
    if (!this.bound(input, decision, POSITION_PERCENT, fraction, fractionLimit, fractionRoom, price)) {
      return this.deny(POSITION_PERCENT, 'MAX_POSITION_PERCENT');
    }
    const grossLimit = standing[GROSS_EXPOSURE] ?? 0;
    const gross = input.grossExposure + input.workingExposure;
    value = this.shrunk(input, decision, price, value);
    const grossFraction = ratio(gross + value, equity);
    const grossRoom = Math.floor(grossLimit * equity) - gross;
    if (!this.bound(input, decision, GROSS_EXPOSURE, grossFraction, grossLimit, grossRoom, price)) {
      return this.deny(GROSS_EXPOSURE, 'MAX_GROSS_EXPOSURE');
    }
    if (input.sizedAtFill) {
      // What a close that works will free is unknown: the venue sizes by what is there at the fill.
      decision.measured[BUYING_POWER] = 0;
      return equity > 0 ? undefined : this.deny(BUYING_POWER, 'BUYING_POWER');
    }
    const needed = this.shrunk(input, decision, price, value) + input.fees;
    const { buyingPower, fees } = input;
    if (!this.bound(input, decision, BUYING_POWER, needed, buyingPower, buyingPower - fees, price)) {
      return this.deny(BUYING_POWER, 'BUYING_POWER');
    }
    return undefined;
  }

  /** Ends the row with the answer of a check, after which none ran. */
  private deny(
    last: number,
    reason: DenialReason,
    answer: typeof RiskAnswer.ALLOW | typeof RiskAnswer.DENY = RiskAnswer.DENY,
  ): DenialReason {
    const { answers, measured, limits } = this.decision;
    this.mark();
    answers[last] = answer;
    answers.fill(RiskAnswer.NOT_RUN, last + 1);
    measured.fill(0, last + 1);
    limits.fill(Infinity, last + 1);
    return reason;
  }

  /** Takes the limit of a check away for this order. */
  private waive(index: number): void {
    this.mark();
    this.decision.limits[index] = Infinity;
  }

  /** Says that the decision is not that of an order that every check allows within the standing limits. */
  private mark(): void {
    const { decision } = this;
    this.isMarked = true;
    decision.allows = false;
    this.renumber();
  }

  /** Says that a limit may be another than before. */
  private renumber(): void {
    this.limitsNumber += 1;
    this.decision.limitsNumber = this.limitsNumber;
  }

  /** The value of an order that a check may have shrunk since it was `value`. */
  private shrunk(input: RiskInput, decision: RiskDecision, price: Price, value: Money): Money {
    return decision.quantity === input.quantity ? value : notional(price, decision.quantity, this.priceScale);
  }

  /**
   * Judges a check that may shrink the order; false denies. `room` is what the limit leaves: micro-dollars at `price`,
   * or micro-shares where that is 0.
   */
  private bound(
    input: RiskInput,
    decision: RiskDecision,
    index: number,
    measured: number,
    limit: number,
    room: number,
    price: Price,
  ): boolean {
    decision.measured[index] = measured;
    if (this.reduces === true || measured <= limit) return true;
    const most = price === 0 || room === Infinity ? room : sharesFor(room, price, this.priceScale);
    const whole = most > 0 ? Math.floor(most / SHARE) * SHARE : 0;
    if (!input.mayShrink || input.sizedAtFill || whole <= 0) return false;
    this.mark();
    decision.answers[index] = RiskAnswer.SHRINK;
    if (whole < decision.quantity) decision.quantity = whole;
    return true;
  }

  /** The price at which an order is reckoned: its own, or the last. */
  private worstPrice(input: RiskInput): Price {
    if (input.limitPrice > 0)
      return input.side === 'buy' ? input.limitPrice : Math.max(input.limitPrice, input.lastPrice);
    if (input.stopPrice > 0) return Math.max(input.stopPrice, input.lastPrice);
    return input.lastPrice;
  }

  private distance(input: RiskInput): number {
    const last = input.lastPrice;
    const limit = input.limitPrice > 0 ? Math.abs(input.limitPrice - last) / last : 0;
    const stop = input.stopPrice > 0 ? Math.abs(input.stopPrice - last) / last : 0;
    return limit > stop ? limit : stop;
  }

  /** Submissions within the minute that ends now. */
  private sentWithin(now: Micros): number {
    while (this.sentHead < this.sentTail && (this.sent[this.sentHead % WINDOW] ?? 0) <= now - MINUTE)
      this.sentHead += 1;
    return this.sentTail - this.sentHead;
  }
}

function ratio(value: Money, equity: Money): number {
  return equity > 0 ? value / equity : value > 0 ? Infinity : 0;
}
