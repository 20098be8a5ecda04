/**
 * The thirteen risk checks, in the order of domain/risk.ts. Each stores what it measured and its limit; the
 * first denial ends the row. One decision object is reused.
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

/** Submission times that the throttle remembers; more than any limit per minute. */
const WINDOW = 4096;

/** A decision object with nothing decided. */
export function createDecision(): RiskDecision {
  return {
    outcome: 'deny',
    reason: undefined,
    requestedQuantity: 0,
    quantity: 0,
    answers: new Uint8Array(RISK_CHECKS.length),
    measured: new Float64Array(RISK_CHECKS.length),
    limits: new Float64Array(RISK_CHECKS.length),
  };
}

/** See the module header. */
export class RiskChecks {
  /** Only risk-reducing orders pass; set when a loss is confirmed, cleared with the day. */
  lossStopped = false;
  /** Nothing passes but flattening. */
  killSwitchOn = false;
  private limits: RiskLimits;
  private readonly priceScale: number;
  private readonly decision = createDecision();
  /** Ring of submission times. */
  private readonly sent = new Float64Array(WINDOW).fill(-Infinity);
  private sentHead = 0;
  private sentTail = 0;
  private reduces = false;

  constructor(limits: RiskLimits, priceScale: number) {
    this.limits = limits;
    this.priceScale = priceScale;
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
    this.limits = limits;
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
    const decision = this.decision;
    decision.outcome = 'allow';
    decision.reason = undefined;
    decision.requestedQuantity = input.quantity;
    decision.quantity = input.quantity;
    const sameSideWorking = input.side === 'buy' ? input.workingBuy : input.workingSell;
    const against = input.side === 'buy' ? -input.position : input.position;
    this.reduces = against > 0 && input.quantity + sameSideWorking <= against;
    const reason = this.firstDenial(input, decision, against, sameSideWorking);
    if (reason !== undefined) {
      // An order that is allowed has run every check. One that is not left the rest as it was: once more, from nothing.
      forget(decision);
      this.firstDenial(input, decision, against, sameSideWorking);
      decision.outcome = 'deny';
      decision.reason = reason;
      decision.quantity = 0;
    } else if (decision.quantity < input.quantity) {
      decision.outcome = 'shrink';
    }
    return decision;
  }

  private firstDenial(
    input: RiskInput,
    decision: RiskDecision,
    against: Quantity,
    sameSideWorking: Quantity,
  ): DenialReason | undefined {
    const { limits, reduces } = this;
    if (!check(decision, KILL_SWITCH, this.killSwitchOn && !input.flatten ? 1 : 0, 0)) return 'KILL_SWITCH';
    const loss = input.dailyPnl < 0 ? -input.dailyPnl : 0;
    const lossLimit = limits.maxDailyLoss ?? Infinity;
    const lossDenies = (this.lossStopped || loss >= lossLimit) && !reduces && !input.flatten;
    answer(decision, DAILY_LOSS, loss, lossLimit, !lossDenies);
    if (lossDenies) return 'DAILY_LOSS_LIMIT';
    const closed = input.phase === 'closed' || (input.phase !== 'regular' && input.orderType !== 'limit');
    const sessionDenies = limits.requireOpenSession === true && closed;
    answer(decision, SESSION_OPEN, closed ? 1 : 0, limits.requireOpenSession === true ? 0 : Infinity, !sessionDenies);
    if (sessionDenies) return 'SESSION_CLOSED';
    if (!check(decision, SYMBOL_HALTED, input.halted && !reduces ? 1 : 0, 0)) return 'SYMBOL_HALTED';
    if (!(input.lastPrice > 0)) {
      answer(decision, STALE_PRICE, Infinity, limits.maxPriceAge ?? Infinity, false);
      return 'NO_PRICE';
    }
    const age = input.now - input.lastPriceTime;
    const stale = age > (limits.maxPriceAge ?? Infinity) && !reduces;
    answer(decision, STALE_PRICE, age, limits.maxPriceAge ?? Infinity, !stale);
    if (stale) return 'STALE_PRICE';
    if (!check(decision, DUPLICATE_SIGNAL, input.duplicate ? 1 : 0, 0)) return 'DUPLICATE_SIGNAL';
    // What works already counts as done.
    if (!input.mayCross && against > 0 && !reduces && against - sameSideWorking > 0) return 'POSITION_OPPOSITE';
    if (!(input.quantity > 0)) return 'QUANTITY_ZERO';
    const farthest = input.carried ? Infinity : (limits.fatFingerFraction ?? Infinity);
    if (!check(decision, FAT_FINGER, this.distance(input), farthest)) return 'FAT_FINGER';
    return this.firstSizeDenial(input, decision);
  }

  private firstSizeDenial(input: RiskInput, decision: RiskDecision): DenialReason | undefined {
    const { limits, reduces } = this;
    const rate = this.sentWithin(input.now) + 1;
    const rateLimit = limits.maxOrdersPerMinute ?? Infinity;
    answer(decision, ORDERS_PER_MINUTE, rate, rateLimit, rate <= rateLimit || reduces);
    if (rate > rateLimit && !reduces) return 'MAX_ORDERS_PER_MINUTE';
    const price = this.worstPrice(input);
    const isBuy = input.side === 'buy';
    const held = isBuy ? input.position + input.workingBuy : input.workingSell - input.position;
    // Micro-shares on this side if everything that works fills.
    const before = held > 0 ? held : 0;
    const heldValue = notional(price, before, this.priceScale);
    const shareLimit = limits.maxPositionShares ?? Infinity;
    const equity = input.equity > 0 ? input.equity : 0;
    if (!this.bound(input, decision, POSITION_SHARES, before + decision.quantity, shareLimit, shareLimit - before, 0)) {
      return 'MAX_POSITION_SHARES';
    }
    const valueLimit = limits.maxPositionNotional ?? Infinity;
    let value = notional(price, decision.quantity, this.priceScale);
    if (!this.bound(input, decision, POSITION_NOTIONAL, heldValue + value, valueLimit, valueLimit - heldValue, price)) {
      return 'MAX_POSITION_NOTIONAL';
    }
    const fractionLimit = limits.maxPositionFraction ?? Infinity;
    value = this.shrunk(input, decision, price, value);
    const fraction = ratio(heldValue + value, equity);
    const fractionRoom = Math.floor(fractionLimit * equity) - heldValue;
    if (!this.bound(input, decision, POSITION_PERCENT, fraction, fractionLimit, fractionRoom, price)) {
      return 'MAX_POSITION_PERCENT';
    }
    const grossLimit = limits.maxGrossExposureFraction ?? Infinity;
    const gross = input.grossExposure + input.workingExposure;
    value = this.shrunk(input, decision, price, value);
    const grossFraction = ratio(gross + value, equity);
    const grossRoom = Math.floor(grossLimit * equity) - gross;
    if (!this.bound(input, decision, GROSS_EXPOSURE, grossFraction, grossLimit, grossRoom, price)) {
      return 'MAX_GROSS_EXPOSURE';
    }
    if (input.sizedAtFill) {
      // What a close that works will free is unknown: the venue sizes by what is there at the fill.
      answer(decision, BUYING_POWER, 0, input.buyingPower, equity > 0);
      return equity > 0 ? undefined : 'BUYING_POWER';
    }
    const needed = this.shrunk(input, decision, price, value) + input.fees;
    const { buyingPower, fees } = input;
    if (!this.bound(input, decision, BUYING_POWER, needed, buyingPower, buyingPower - fees, price)) {
      return 'BUYING_POWER';
    }
    return undefined;
  }

  /** The value of an order that a check may have shrunk since it was `value`. */
  private shrunk(input: RiskInput, decision: RiskDecision, price: Price, value: Money): Money {
    return decision.quantity === input.quantity ? value : notional(price, decision.quantity, this.priceScale);
  }

  /**
   * Answers a check that may shrink the order; false denies. `room` is what the limit leaves: micro-dollars at `price`,
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
    decision.limits[index] = limit;
    if (this.reduces === true || measured <= limit) {
      decision.answers[index] = RiskAnswer.ALLOW;
      return true;
    }
    const most = price === 0 || room === Infinity ? room : sharesFor(room, price, this.priceScale);
    const whole = most > 0 ? Math.floor(most / SHARE) * SHARE : 0;
    if (!input.mayShrink || input.sizedAtFill || whole <= 0) {
      decision.answers[index] = RiskAnswer.DENY;
      return false;
    }
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

function forget(decision: RiskDecision): void {
  decision.answers.fill(RiskAnswer.NOT_RUN);
  decision.measured.fill(0);
  decision.limits.fill(Infinity);
  decision.quantity = decision.requestedQuantity;
}

function answer(decision: RiskDecision, index: number, measured: number, limit: number, allowed: boolean): void {
  decision.measured[index] = measured;
  decision.limits[index] = limit;
  decision.answers[index] = allowed === true ? RiskAnswer.ALLOW : RiskAnswer.DENY;
}

/** Answers a check by comparison: allowed up to the limit. */
function check(decision: RiskDecision, index: number, measured: number, limit: number): boolean {
  const allowed = measured <= limit;
  answer(decision, index, measured, limit, allowed);
  return allowed;
}

function ratio(value: Money, equity: Money): number {
  return equity > 0 ? value / equity : value > 0 ? Infinity : 0;
}
