/** Orders: what is asked for, and what is known of one. All prices are integers at the instrument's scale. */
import type { OrderStatus } from './orderState.js';
import type { Micros, Money, Price, Quantity } from './units.js';

/** Buy or sell; a sale beyond the position is a short sale. */
export type Side = 'buy' | 'sell';
/** How the price is decided. */
export type OrderType = 'market' | 'limit' | 'stop';
/** How long the order works; `opg` and `cls` are the opening and closing auctions. */
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'opg' | 'cls';
/** Who asked: a strategy instance's id, or a person through the API. */
export type OrderSource =
  { readonly kind: 'strategy'; readonly instanceId: string } | { readonly kind: 'manual'; readonly user: string };

/** A request for an order, complete and not yet checked. */
export interface OrderRequest {
  /** Unique per account for ever; a second use is refused. At most 128 characters. */
  readonly clientOrderId: string;
  readonly accountId: string;
  readonly symbolId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Positive micro-shares; 0 only together with {@link sizeAtFill}, until the fill has decided it. */
  readonly quantity: Quantity;
  /**
   * Leaves the size of a market order to the venue: whole shares for `fraction` (0-1) of what the account can
   * pay at the fill price, fees included. Only presets with a sizing at the fill take such orders.
   */
  readonly sizeAtFill?: { readonly fraction: number };
  /** Set for limit orders only. */
  readonly limitPrice?: Price;
  /** Set for stop orders only. */
  readonly stopPrice?: Price;
  readonly extendedHours: boolean;
  readonly source: OrderSource;
  /** Why: the strategy's or the person's words, at most 200 characters. */
  readonly reason: string;
  /** Id of the signal it came from, if any. */
  readonly signalId?: string;
}

declare const approved: unique symbol;
/** A request that passed every risk check; only the TradeOrchestrator makes one. */
export type RiskApproved<T> = T & { readonly [approved]: true };

/** An order as its owner knows it. */
export interface Order extends OrderRequest {
  /** Given by the TradeManager: `o-` and a number, unique per session. */
  readonly id: string;
  readonly status: OrderStatus;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
  readonly filledQuantity: Quantity;
  /** Sum over the fills of price × quantity: micro-dollars. */
  readonly filledNotional: Money;
  /** Why it was denied, rejected, canceled or expired. */
  readonly statusReason?: string;
}
