/** Orders: what is asked for, and what is known of one. All prices are integers at the instrument's scale. */
import type { OrderStatus } from './orderState.js';
import type { Micros, Money, Price, Quantity } from './units.js';

/** Buy or sell; a sale beyond the position is a short sale. */
export type Side = 'buy' | 'sell';
/** How the price is decided. */
export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop', 'limit_if_touched'] as const;
/** How the price is decided. */
export type OrderType = (typeof ORDER_TYPES)[number];
/** How long the order works; `opg` and `cls` are the opening and closing auctions. */
export const TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'] as const;
/** How long the order works. */
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
/**
 * How orders belong together. `bracket`: an entry with take profit and stop loss; `oto`: an entry with one of the
 * two; `oco`: a take profit (the parent, a limit order) with a stop loss, of which one cancels the other.
 */
export const ORDER_CLASSES = ['simple', 'bracket', 'oco', 'oto'] as const;
/** How orders belong together. */
export type OrderClass = (typeof ORDER_CLASSES)[number];
/** What a leg is for. The parent of an `oco` is its take profit. */
export type LegRole = 'takeProfit' | 'stopLoss';
/**
 * How far a trailing stop follows the best price since it began to work: a price distance, or a share of that best
 * price in millionths (1.5 % is 15,000).
 */
export type Trail =
  { readonly kind: 'price'; readonly amount: Price } | { readonly kind: 'percent'; readonly ppm: number };
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
  /** Positive micro-shares; 0 only together with {@link sizeAtFill} or {@link notional}, until fills decide it. */
  readonly quantity: Quantity;
  /** Dollars to trade instead of a quantity, in micro-dollars; day orders only. */
  readonly notional?: Money;
  /**
   * Leaves the size of a market order to the venue: whole shares for `fraction` (0-1) of what the account can
   * pay at the fill price, fees included. Only presets with a sizing at the fill take such orders.
   */
  readonly sizeAtFill?: { readonly fraction: number };
  /** Set for limit, stop-limit and limit-if-touched orders only. */
  readonly limitPrice?: Price;
  /**
   * Set for stop, stop-limit and limit-if-touched orders only. Of the last it is the trigger, on the other side of the
   * market than a stop: a purchase becomes a limit order once the price is as low, a sale once it is as high.
   */
  readonly stopPrice?: Price;
  /** Set for trailing stops only. */
  readonly trail?: Trail;
  readonly extendedHours: boolean;
  readonly source: OrderSource;
  /** Why: the strategy's or the person's words, at most 200 characters. */
  readonly reason: string;
  /** Id of the signal it came from, if any. */
  readonly signalId?: string;
  /**
   * Of an exit that works on from a session before: the entry that it came with, as session, colon and order id. It
   * closes what is left of that first where a preset lets exits close the lots of their own entry.
   */
  readonly carriedEntry?: string;
}

declare const approved: unique symbol;
/** A request that passed every risk check; only the TradeOrchestrator makes one. */
export type RiskApproved<T> = T & { readonly [approved]: true };

/** An order as its owner knows it. */
export interface Order extends OrderRequest {
  /** Given by the TradeManager: `o-` and a number, unique per session. */
  readonly id: string;
  /**
   * The number in its id, for who keeps orders by it. Never part of a record. An order that is told of in numbers alone
   * (`PromptVenue`) has it and no texts: its id, client order id and signal id are empty.
   */
  readonly number?: number;
  readonly status: OrderStatus;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
  readonly filledQuantity: Quantity;
  /** Sum over the fills of price × quantity: micro-dollars. */
  readonly filledNotional: Money;
  /** Why it was denied, rejected, canceled or expired. */
  readonly statusReason?: string;
  /** Absent for simple orders. A parent and its legs have the same class. */
  readonly orderClass?: OrderClass;
  /** The legs of a parent, take profit first; they are submitted with it and have no life of their own before. */
  readonly legs?: readonly Order[];
  /** Id of a leg's parent, and what the leg is for. */
  readonly parentId?: string;
  readonly role?: LegRole;
  /** The order that this one took the place of, and the one that took its place. */
  readonly replaces?: string;
  readonly replacedBy?: string;
  /** Whether it only closes: it never fills beyond what the account holds against it. Shadow accounts alone set it. */
  readonly reduceOnly?: boolean;
  /** Best price that a trailing stop has followed so far; told where open orders are read, and nowhere else. */
  readonly highWaterMark?: Price;
  /**
   * Where the client order id is a number behind a prefix, as the engine gives them: the number, 1 or above, and the
   * prefix. Who keeps such ids by number then need not read the text. Never part of a record.
   */
  readonly clientOrderNumber?: number;
  readonly clientOrderPrefix?: string;
}

/** What a replace changes; what is absent stays. A trail is in the unit that the order has. */
export interface OrderChanges {
  /** New total in micro-shares, above what has been filled. */
  readonly quantity?: Quantity;
  readonly timeInForce?: TimeInForce;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  readonly trail?: Trail;
  readonly clientOrderId?: string;
}

/** The ids of the order that takes the place of a replaced one. */
export interface ReplacementIds {
  readonly id: string;
  /** A new one, unique per account for ever like every other. */
  readonly clientOrderId: string;
}

/** One exit of an order that is to come with exits: its other terms are those of the entry. */
export interface ExitTerms {
  readonly role: LegRole;
  readonly type: OrderType;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  readonly trail?: Trail;
}

/** How the orders of one request belong together. */
export interface GroupTerms {
  readonly orderClass: Exclude<OrderClass, 'simple'>;
  /** Take profit first. Of an `oco` the stop loss alone, the order itself is its take profit. */
  readonly exits: readonly ExitTerms[];
}
