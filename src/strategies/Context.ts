/**
 * What a strategy may do and ask during a hook. It sees only the past: there is no way to future data here,
 * and `now` is event time. The engine implements it (engine/StrategyContext.ts).
 */
import type { OrderType, Side, TimeInForce } from '../domain/order.js';
import type { Micros } from '../domain/units.js';

/** How large an entry should be; without one the session's sizing model and the instance's allocation decide. */
export type EntrySize = { readonly weight: number } | { readonly shares: number } | { readonly notional: number };

/** What an entry or an exit can say. Prices are dollars. */
export interface SignalOptions {
  /** Why, in the strategy's words; at most 200 characters are kept. */
  readonly reason: string;
  /** Enter at this limit instead of at the market. */
  readonly limit?: number;
  /** Enter when the market reaches this stop. */
  readonly stop?: number;
  /** `day` unless given; `gtc` for an entry with exits, which last as long. */
  readonly timeInForce?: TimeInForce;
}

/**
 * Where an exit lies: a price in dollars, or a distance from the entry in dollars, in percent of it, or in average true
 * ranges of the strategy's own bars (it must declare one: `this.atr(14)`). Distances are put on the price grid away
 * from the entry.
 */
export type ExitPrice =
  number | { readonly distance: number } | { readonly percent: number } | { readonly atr: number };

/** How far a trailing stop follows the best price; as {@link ExitPrice}. */
export type TrailSize = Exclude<ExitPrice, number>;

/** What an entry can say. Its exits are sent with it and stay with the position, whatever becomes of the strategy. */
export interface EntryOptions extends Omit<SignalOptions, 'stop'> {
  readonly size?: EntrySize;
  /** Enter only once the market reaches this price; with `limit` as a stop-limit order. */
  readonly enterAt?: number;
  /** Take profit. */
  readonly target?: ExitPrice;
  /** Stop loss, or in its place one that follows the price. */
  readonly stop?: ExitPrice;
  readonly trail?: TrailSize;
  /** Closes the position at the market this long after its first fill. */
  readonly timeStop?: { readonly minutes: number };
}

/** Exits of a direct order; prices in dollars. */
export interface ExitOptions {
  readonly target?: number;
  readonly stop?: number;
  /** Makes a stop-limit of the stop. */
  readonly stopLimit?: number;
}

/** What a replace changes; what is absent stays. */
export interface ReplaceOptions {
  /** New total in shares, above what has been filled. */
  readonly shares?: number;
  readonly limit?: number;
  readonly stop?: number;
  readonly trail?: TrailSize;
  readonly timeInForce?: TimeInForce;
}

/** A position of this strategy's own book; quantities are shares (negative is short), prices and P&L dollars. */
export interface StrategyPosition {
  readonly symbol: string;
  readonly quantity: number;
  readonly averagePrice: number;
  readonly realisedPnl: number;
  readonly unrealisedPnl: number;
}

/** An order of this strategy as its hooks see it; quantities are shares, prices dollars. */
export interface StrategyOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly status: string;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly reason: string;
  /** Why it was denied, rejected, canceled or expired; else empty. */
  readonly statusReason: string;
}

/** A fill of this strategy; quantity in shares, price in dollars. */
export interface StrategyFill {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  readonly time: Micros;
}

/** What direct orders can say. */
export interface OrderOptions {
  readonly reason: string;
  readonly timeInForce?: TimeInForce;
  readonly extendedHours?: boolean;
}

/** Orders for those who manage their own; they pass the same risk checks. Each answers the order's id. */
export interface OrderDesk {
  /** Shares are positive, with at most six decimals. */
  market(symbol: string, side: Side, shares: number, options: OrderOptions): string;
  limit(symbol: string, side: Side, shares: number, limit: number, options: OrderOptions): string;
  stop(symbol: string, side: Side, shares: number, stop: number, options: OrderOptions): string;
  stopLimit(symbol: string, side: Side, shares: number, stop: number, limit: number, options: OrderOptions): string;
  trailingStop(symbol: string, side: Side, shares: number, trail: TrailSize, options: OrderOptions): string;
  /**
   * A limit order that works once the price has been as low as `trigger` (a purchase) or as high (a sale); `replace`
   * changes the trigger as `stop`.
   */
  limitIfTouched(
    symbol: string,
    side: Side,
    shares: number,
    trigger: number,
    limit: number,
    options: OrderOptions,
  ): string;
  /** An entry at the market, or at `limit`, with one or both exits. Cancelling one of the exits cancels all. */
  bracket(
    symbol: string,
    side: Side,
    shares: number,
    exits: ExitOptions,
    options: OrderOptions & { readonly limit?: number },
  ): string;
  /** Two exits of a position, of which one cancels the other; the id is that of the take profit. */
  oco(
    symbol: string,
    side: Side,
    shares: number,
    exits: ExitOptions & { readonly target: number; readonly stop: number },
    options: OrderOptions,
  ): string;
  /**
   * Asks to let an order of this strategy go on under other terms and answers the id of the new order, which is denied
   * or rejected if that is not possible; undefined for an order that is unknown, finished or being changed already.
   */
  replace(orderId: string, changes: ReplaceOptions): string | undefined;
  /** Asks to cancel an order of this strategy; an unknown or finished one is ignored. */
  cancel(orderId: string): void;
}

/** See the module header. Valid during hooks only. */
export interface Context {
  /** Event time. */
  readonly now: Micros;
  /** Symbols of this instance, in order. */
  readonly symbols: readonly string[];
  /** Direct orders. */
  readonly order: OrderDesk;
  /** Equity of the account in dollars, marked now. */
  readonly equity: number;
  /** Wishes to be long; closes a short position first. */
  enterLong(symbol: string, options: EntryOptions): void;
  /** Wishes to be short; closes a long position first. */
  enterShort(symbol: string, options: EntryOptions): void;
  /** Wishes to be flat. */
  exit(symbol: string, options: SignalOptions): void;
  /** Wishes a position of exactly this size; negative is short. */
  target(symbol: string, size: EntrySize, options: SignalOptions): void;
  /** The instance's own position; quantity 0 when flat. */
  position(symbol: string): StrategyPosition;
  /** The last known price in dollars, undefined before the first. */
  lastPrice(symbol: string): number | undefined;
  /** Calls `onTimer(name)` once when event time reaches `time`. */
  setTimer(name: string, time: Micros): void;
  /** Writes a line to the strategy's log. */
  log(text: string): void;
}
