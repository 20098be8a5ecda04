/** What the TradeOrchestrator is told from outside: the preset's policy, and orders that no signal stands for. */
import type { GroupTerms, OrderSource, OrderType, Side, TimeInForce, Trail } from '../domain/order.js';
import type { Money, Price, Quantity } from '../domain/units.js';
import type { FeeEstimate, SizingModelName } from './sizing.js';

/** How signals become orders; a preset chooses. */
export interface OrderPolicy {
  readonly sizing: SizingModelName;
  /** Dollars of a position that one dollar of margin carries. */
  readonly leverage: number;
  /**
   * That outside regular hours and in their last ten minutes, where orders are covered by margin; as by day if absent.
   */
  readonly overnightLeverage?: number | undefined;
  /** What positions may be worth in all, in times of the equity. */
  readonly coverLeverage: number;
  /** Whether the open of a reversal is sent with its close, or after the close has filled. */
  readonly reversal: 'afterClose' | 'sameInstant';
  /** Whether one order may take a position from one side to the other, and if, in one fill or in two. */
  readonly crossing: 'reject' | 'allow' | 'split';
  /** What covers orders and when: see `Preset.buyingPower`. */
  readonly buyingPower: 'cash' | 'atFill' | 'margin' | 'unchecked';
  readonly estimateFees: FeeEstimate;
  /** The price grid of orders that the engine derives prices for. */
  readonly tickOf: (price: Price) => Price;
}

/** A direct order of a strategy, a person or the system; prices at the session's scale. */
export interface DirectOrder {
  readonly clientOrderId: string;
  readonly symbolId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Quantity;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail?: Trail | undefined;
  /** Instead of a quantity, which is 0 then. */
  readonly notional?: Money | undefined;
  readonly group?: GroupTerms | undefined;
  readonly extendedHours: boolean;
  readonly source: OrderSource;
  readonly reason: string;
  /** Sent by the system to close a position: passes the kill switch and the loss limit. */
  readonly flatten: boolean;
  /** Works on from the session before: its prices may be far from the market by now. */
  readonly carried?: boolean | undefined;
  readonly carriedEntry?: string | undefined;
}
