/** The account: balances, positions and the equity curve. */
import { z } from 'zod';
import { decimalSchema, idSchema, microsSchema, positiveDecimalSchema, symbolSchema } from './scalars.js';

/** Balances in dollars. */
export const accountSchema = z.object({
  accountId: idSchema,
  time: microsSchema,
  cash: decimalSchema,
  /** Cash and positions at their marks. */
  equity: decimalSchema,
  buyingPower: decimalSchema,
  /** Reserved for open orders. */
  reserved: decimalSchema,
  startingCash: decimalSchema,
  /** Equity when the trading day began. */
  dayStartEquity: decimalSchema,
  /** Equity now less equity at the day's start. */
  dayPnl: decimalSchema,
  realisedPnl: decimalSchema,
  unrealisedPnl: decimalSchema,
  /** Fees paid since the session's start. */
  fees: decimalSchema,
  /** Sum of the values of long positions, and of short ones as a positive amount. */
  longValue: decimalSchema,
  shortValue: decimalSchema,
});
/** Balances of the account. */
export type Account = z.infer<typeof accountSchema>;

/** Owner of what an account at a broker holds beside what the session has traded; it is shown and left alone. */
export const OUTSIDE_OWNER = 'outside';

/** A position of one owner in one symbol: a strategy instance, `manual`, or {@link OUTSIDE_OWNER}. */
export const positionSchema = z.object({
  /** `owner` and `symbol` together are the key. */
  owner: z.string(),
  symbol: symbolSchema,
  /** Signed shares; "0" once closed. */
  quantity: decimalSchema,
  averagePrice: decimalSchema,
  mark: decimalSchema,
  marketValue: decimalSchema,
  unrealisedPnl: decimalSchema,
  realisedPnl: decimalSchema,
  fees: decimalSchema,
  openedAt: microsSchema,
});
/** A position of one owner in one symbol. */
export type PositionView = z.infer<typeof positionSchema>;

/** List of positions, by owner, then symbol. */
export const positionsSchema = z.object({ positions: z.array(positionSchema) });
/** List of positions. */
export type Positions = z.infer<typeof positionsSchema>;

/** What an account of the venue's desk begins with; prices of its fills and fees by the session's choice if absent. */
export const openAccountSchema = z.strictObject({
  accountId: idSchema,
  kind: z.enum(['cash', 'margin']),
  /** Dollars. */
  startingCash: positiveDecimalSchema,
  preset: z.string().max(64).optional(),
  feePlan: z.string().max(64).optional(),
});

/** New cash of an account that begins anew. */
export const resetAccountSchema = z.strictObject({ startingCash: positiveDecimalSchema });

/** A position of a desk account. */
export const deskPositionSchema = z.object({
  symbol: symbolSchema,
  /** Signed shares, and those of them that no open order holds. */
  quantity: decimalSchema,
  availableQuantity: decimalSchema,
  averagePrice: decimalSchema,
  mark: decimalSchema,
  marketValue: decimalSchema,
  unrealisedPnl: decimalSchema,
  intradayPnl: decimalSchema,
});

/** An account of the venue's desk, which programs trade; dollars. */
export const deskAccountSchema = z.object({
  accountId: idSchema,
  time: microsSchema,
  owner: z.string(),
  kind: z.enum(['cash', 'margin']),
  startingCash: decimalSchema,
  restriction: z.enum(['none', 'marginCall', 'liquidationOnly', 'settledCashOnly']),
  cash: decimalSchema,
  settledCash: decimalSchema,
  equity: decimalSchema,
  lastEquity: decimalSchema,
  buyingPower: decimalSchema,
  reserved: decimalSchema,
  initialMargin: decimalSchema,
  maintenanceMargin: decimalSchema,
  multiplier: z.int(),
  dividendsAccrued: decimalSchema,
  accruedFees: decimalSchema,
  realisedPnl: decimalSchema,
  fees: decimalSchema,
  dayTrades: z.int(),
  positions: z.array(deskPositionSchema),
});
/** An account of the venue's desk. */
export type DeskAccount = z.infer<typeof deskAccountSchema>;

/** The desk's accounts that the user may see, in the order in which they were opened. */
export const deskAccountsSchema = z.object({ accounts: z.array(deskAccountSchema) });

/** The equity curve as columns of equal length, oldest first; dollars as numbers, for drawing only. */
export const equityCurveSchema = z.object({
  time: z.array(microsSchema),
  equity: z.array(z.number()),
  cash: z.array(z.number()),
});
/** The equity curve as columns. */
export type EquityCurve = z.infer<typeof equityCurveSchema>;
