/**
 * The kernel's integers as wire texts: the one place where a session's prices, amounts and quantities become
 * decimals for people and programs. Pure functions; nothing here decides anything.
 */
import type {
  FillView,
  OrderExplanation,
  OrderView,
  PositionView,
  ReceiptView,
  RiskDecisionView,
  SignalView,
} from '../contracts/index.js';
import type { Fill } from '../domain/fill.js';
import type { Order, OrderSource, Trail } from '../domain/order.js';
import { isTerminal } from '../domain/orderState.js';
import type { Position } from '../domain/position.js';
import type { OpenOrderExplanation } from '../domain/receipt.js';
import { DENIAL_REASONS, REJECTION_REASONS } from '../domain/refusals.js';
import { RISK_CHECKS, RiskAnswer, type RiskCheck } from '../domain/risk.js';
import { SECOND } from '../domain/timeframe.js';
import type { Signal } from '../domain/signal.js';
import { DOLLAR, formatDecimal, mulDiv, SHARE, type Money, type Price, type Quantity } from '../domain/units.js';

/** Writes integers of one session: its symbols and its price scale. */
export interface Units {
  readonly symbols: readonly string[];
  readonly priceScale: number;
}

/** A stored risk decision: copies of the reused arrays of a `RiskDecision`. */
export interface StoredRiskDecision {
  readonly outcome: 'allow' | 'shrink' | 'deny';
  readonly reason: keyof typeof DENIAL_REASONS | undefined;
  readonly requestedQuantity: Quantity;
  readonly quantity: Quantity;
  readonly answers: readonly number[];
  /** Infinity is stored as null, since JSON has none. */
  readonly measured: readonly (number | null)[];
  readonly limits: readonly (number | null)[];
}

/** Dollars with at least two decimals. */
export const moneyText = (amount: Money): string => formatDecimal(amount, DOLLAR);
/** Shares without trailing zeros. */
export const quantityText = (quantity: Quantity): string => formatDecimal(quantity, SHARE, 0);
/** A price in dollars with at least two decimals. */
export const priceText = (price: Price, units: Units): string => formatDecimal(price, units.priceScale);
/** A price, or null where the kernel holds 0 for "none". */
export const priceOrNull = (price: Price, units: Units): string | null =>
  price === 0 ? null : priceText(price, units);

/** The owner of an order as one word: the strategy's instance id, or `manual`. */
export function ownerOf(source: OrderSource): string {
  return source.kind === 'strategy' ? source.instanceId : 'manual';
}

const symbolOf = (symbolId: number, units: Units): string => units.symbols[symbolId] ?? `#${symbolId}`;

/** An order for the wire. */
export function orderView(order: Order, units: Units): OrderView {
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    symbol: symbolOf(order.symbolId, units),
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity: quantityText(order.quantity),
    filledQuantity: quantityText(order.filledQuantity),
    averageFillPrice:
      order.filledQuantity === 0
        ? null
        : priceText(mulDiv(order.filledNotional, units.priceScale, order.filledQuantity), units),
    limitPrice: order.limitPrice === undefined ? null : priceText(order.limitPrice, units),
    stopPrice: order.stopPrice === undefined ? null : priceText(order.stopPrice, units),
    trail: trailText(order.trail, units),
    notional: order.notional === undefined ? null : moneyText(order.notional),
    orderClass: order.orderClass ?? 'simple',
    parentId: order.parentId ?? null,
    role: order.role ?? null,
    replaces: order.replaces ?? null,
    replacedBy: order.replacedBy ?? null,
    extendedHours: order.extendedHours,
    status: order.status,
    open: !isTerminal(order.status),
    statusReason: order.statusReason === undefined ? null : reasonText(order.statusReason),
    owner: ownerOf(order.source),
    reason: order.reason,
    signalId: order.signalId ?? null,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

function trailText(trail: Trail | undefined, units: Units): string | null {
  if (trail === undefined) return null;
  return trail.kind === 'price' ? priceText(trail.amount, units) : `${formatDecimal(trail.ppm, 10_000, 0)}%`;
}

const SENTENCES: Readonly<Record<string, string>> = { ...REJECTION_REASONS, ...DENIAL_REASONS };

/** A code with its sentence, or the text itself where it is none of the registry's codes. */
function reasonText(reason: string): string {
  const sentence = SENTENCES[reason];
  return sentence === undefined ? reason : `${reason}: ${sentence}`;
}

/** A fill for the wire; `owner` is the order's. */
export function fillView(fill: Fill, owner: string, units: Units): FillView {
  let fees = 0;
  for (const fee of fill.fees) fees += fee.amount;
  return {
    id: fill.id,
    orderId: fill.orderId,
    symbol: symbolOf(fill.symbolId, units),
    side: fill.side,
    quantity: quantityText(fill.quantity),
    price: priceText(fill.price, units),
    fees: moneyText(fees),
    time: fill.time,
    liquidity: fill.liquidity,
    owner,
  };
}

/** A receipt for the wire; `sentence` is made by the exchange's receipt text. */
export function receiptView(fill: Fill, owner: string, sentence: string, units: Units): ReceiptView {
  const receipt = fill.receipt;
  const size = (value: number): number | null => (value === 0 ? null : value);
  return {
    fill: fillView(fill, owner, units),
    sentence,
    basis: receipt.basis,
    rule: receipt.rule,
    evidence: {
      time: receipt.evidenceTime,
      sequence: receipt.evidenceSequence,
      bid: priceOrNull(receipt.bid, units),
      bidSize: size(receipt.bidSize),
      ask: priceOrNull(receipt.ask, units),
      askSize: size(receipt.askSize),
      open: priceOrNull(receipt.open, units),
      high: priceOrNull(receipt.high, units),
      low: priceOrNull(receipt.low, units),
      last: priceOrNull(receipt.last, units),
      volume: size(receipt.volume),
      feed: receipt.feed,
      feedDelay: receipt.feedDelay,
      coverage: receipt.coverage,
      bandLower: priceOrNull(receipt.bandLower, units),
      bandUpper: priceOrNull(receipt.bandUpper, units),
    },
    timing: {
      decidedAt: receipt.decidedAt,
      arrivedAt: receipt.arrivedAt,
      filledAt: fill.time,
      reportedAt: fill.reportTime,
      dataLatency: receipt.dataLatency,
    },
    priceBuildUp: {
      basePrice: priceText(receipt.basePrice, units),
      halfSpread: priceText(receipt.halfSpread, units),
      slippage: priceText(receipt.slippage, units),
      impact: priceText(receipt.impact, units),
      price: priceText(fill.price, units),
    },
    fees: fill.fees.map((fee) => ({ kind: fee.kind, amount: moneyText(fee.amount) })),
    queueAtEntry: receipt.queueAtEntry < 0 ? null : quantityText(receipt.queueAtEntry),
    queueAtFill: receipt.queueAtFill < 0 ? null : quantityText(receipt.queueAtFill),
    participation: receipt.participation,
    participationLimit: receipt.participationLimit === 0 ? null : receipt.participationLimit,
    triggerPrice: priceOrNull(receipt.triggerPrice, units),
    triggerTime: receipt.triggerTime === 0 ? null : receipt.triggerTime,
    shortFloor: priceOrNull(receipt.shortFloor, units),
    preset: receipt.preset,
    notes: receipt.notes ?? '',
    models: receipt.models,
  };
}

/** Why an open order waits, for the wire. */
export function explanationView(
  orderId: string,
  explanation: OpenOrderExplanation,
  sentence: string,
  units: Units,
): OrderExplanation {
  return {
    orderId,
    code: explanation.code,
    since: explanation.since,
    orderPrice: priceOrNull(explanation.orderPrice, units),
    marketPrice: priceOrNull(explanation.marketPrice, units),
    queueAhead: explanation.queueAhead < 0 ? null : quantityText(explanation.queueAhead),
    sentence,
  };
}

/** A position for the wire; `mark` is its symbol's mark. */
export function positionView(position: Position, mark: Price, units: Units): PositionView {
  return {
    owner: position.owner,
    symbol: symbolOf(position.symbolId, units),
    quantity: quantityText(position.quantity),
    averagePrice: priceText(position.averagePrice, units),
    mark: priceText(mark, units),
    marketValue: moneyText(mulDiv(mark, position.quantity, units.priceScale)),
    unrealisedPnl: moneyText(position.unrealisedPnl),
    realisedPnl: moneyText(position.realisedPnl),
    fees: moneyText(position.fees),
    openedAt: position.openedAt,
  };
}

/** A signal with its decision for the wire. */
export function signalView(
  signal: Signal,
  decision: StoredRiskDecision,
  orderId: string | undefined,
  units: Units,
): SignalView {
  return {
    id: signal.id,
    instanceId: signal.instanceId,
    symbol: symbolOf(signal.symbolId, units),
    time: signal.time,
    intent: signal.intent,
    orderType: signal.orderType,
    timeInForce: signal.timeInForce,
    limitPrice: signal.limitPrice === undefined ? null : priceText(signal.limitPrice, units),
    stopPrice: signal.stopPrice === undefined ? null : priceText(signal.stopPrice, units),
    reason: signal.reason,
    decision: riskDecisionView(decision),
    orderId: orderId ?? null,
  };
}

const ANSWERS = ['notRun', 'allow', 'shrink', 'deny'] as const;

/** A stored decision for the wire: every check's figure and limit with their units. */
export function riskDecisionView(decision: StoredRiskDecision): RiskDecisionView {
  return {
    outcome: decision.outcome,
    reason: decision.reason ?? null,
    message: decision.reason === undefined ? null : DENIAL_REASONS[decision.reason],
    requestedQuantity: quantityText(decision.requestedQuantity),
    quantity: quantityText(decision.quantity),
    answers: RISK_CHECKS.map((check, index) => {
      const answer = decision.answers[index] ?? RiskAnswer.NOT_RUN;
      const run = answer !== RiskAnswer.NOT_RUN;
      return {
        check,
        answer: ANSWERS[answer] ?? 'notRun',
        measured: run ? figureText(check, decision.measured[index] ?? null) : '',
        limit: run ? figureText(check, decision.limits[index] ?? null) : '',
      };
    }),
  };
}

/** The figure of a check in its unit; null (no limit) and the yes/no checks give an empty text where they have none. */
function figureText(check: RiskCheck, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '';
  switch (check) {
    case 'killSwitch':
    case 'sessionOpen':
    case 'symbolHalted':
    case 'duplicateSignal':
      return value === 0 ? 'no' : 'yes';
    case 'dailyLoss':
    case 'positionNotional':
    case 'buyingPower':
      return `${value < 0 ? '-' : ''}$${moneyText(Math.abs(Math.round(value)))}`;
    case 'positionShares':
      return `${quantityText(Math.round(value))} shares`;
    case 'positionPercent':
    case 'grossExposure':
    case 'fatFinger':
      return `${(value * 100).toFixed(2)} %`;
    case 'stalePrice':
      return `${(value / SECOND).toFixed(value < SECOND ? 3 : 1)} s`;
    case 'ordersPerMinute':
      return String(value);
  }
}
