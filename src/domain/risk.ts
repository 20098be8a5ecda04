/** Risk limits, and the stored answer of every check. */
import type { DenialReason } from './refusals.js';
import type { DurationMicros, Money, Quantity } from './units.js';

/** The checks in the order in which they run; the index is the position in {@link RiskDecision}'s arrays. */
export const RISK_CHECKS = [
  'killSwitch',
  'dailyLoss',
  'sessionOpen',
  'symbolHalted',
  'stalePrice',
  'duplicateSignal',
  'fatFinger',
  'ordersPerMinute',
  'positionShares',
  'positionNotional',
  'positionPercent',
  'grossExposure',
  'buyingPower',
] as const;
/** The name of a check. */
export type RiskCheck = (typeof RISK_CHECKS)[number];

/** Answers of one check, as stored codes. */
export const RiskAnswer = { NOT_RUN: 0, ALLOW: 1, SHRINK: 2, DENY: 3 } as const;

/**
 * The answers to one order or signal. The arrays have one place per {@link RISK_CHECKS} entry and are reused:
 * they are valid until the next decision, so whoever keeps them copies them.
 *
 * `measured` and `limit` are in the unit natural to the check: micro-dollars, micro-shares, fractions (0-1),
 * counts or microseconds; a check without a limit stores Infinity as its limit.
 */
export interface RiskDecision {
  outcome: 'allow' | 'shrink' | 'deny';
  /** The first denial in order of precedence. */
  reason: DenialReason | undefined;
  requestedQuantity: Quantity;
  /** What may be ordered; 0 when denied. */
  quantity: Quantity;
  /** True only if every check ran and allowed it whole, so that {@link answers} say nothing else. Never stored. */
  allows?: boolean;
  /**
   * Of a decision that the next is written over: another number whenever a limit, that of buying power aside, may be
   * another than in the decision before. Never stored.
   */
  limitsNumber?: number;
  readonly answers: Uint8Array;
  readonly measured: Float64Array;
  readonly limits: Float64Array;
}

/** Limits of an account; undefined means no limit. */
export interface RiskLimits {
  readonly maxPositionShares?: Quantity;
  readonly maxPositionNotional?: Money;
  /** Largest position as a fraction of equity, e.g. 0.25. */
  readonly maxPositionFraction?: number;
  /** Largest sum of absolute position values as a fraction of equity. */
  readonly maxGrossExposureFraction?: number;
  readonly maxOrdersPerMinute?: number;
  /** Positive: the loss since the day's start (realised and unrealised) that stops new risk. */
  readonly maxDailyLoss?: Money;
  /** Whether reaching the loss limit also closes all positions. */
  readonly flattenOnDailyLoss?: boolean;
  /** Largest distance of a limit or stop price from the market as a fraction, e.g. 0.1. */
  readonly fatFingerFraction?: number;
  /** Oldest price on which an order may be decided. */
  readonly maxPriceAge?: DurationMicros;
  /**
   * Whether orders are refused that could not trade at once: all while the market is closed, and all but limit
   * orders outside regular hours. Otherwise they wait at the venue for the next open.
   */
  readonly requireOpenSession?: boolean;
}
