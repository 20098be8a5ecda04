/** The account: balances, positions and the equity curve. */
import { z } from 'zod';
import { decimalSchema, idSchema, microsSchema, symbolSchema } from './scalars.js';

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

/** A position of one owner (strategy instance, or `manual`) in one symbol. */
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

/** The equity curve as columns of equal length, oldest first; dollars as numbers, for drawing only. */
export const equityCurveSchema = z.object({
  time: z.array(microsSchema),
  equity: z.array(z.number()),
  cash: z.array(z.number()),
});
/** The equity curve as columns. */
export type EquityCurve = z.infer<typeof equityCurveSchema>;
