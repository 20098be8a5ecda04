/**
 * Why an order or a signal was refused, as values. "Denied" is Papertape's own risk check, before the order
 * leaves; "rejected" is the venue. When several reasons hold, the first of the list in this order is given.
 * docs/errors.md lists them by test.
 */

/** Reasons of the risk checks, in order of precedence. */
export const DENIAL_REASONS = {
  ACCOUNT_RUINED: 'The equity of the account was 0 or below; its run is over.',
  KILL_SWITCH: 'The kill switch is on.',
  DAILY_LOSS_LIMIT: 'The account lost its limit for the day; only risk-reducing orders pass.',
  SESSION_CLOSED: 'The market session does not allow this order now.',
  SYMBOL_HALTED: 'Trading in the symbol is halted.',
  SYMBOL_UNKNOWN: 'The symbol is not part of this session.',
  NO_PRICE: 'No price of the symbol is known yet.',
  STALE_PRICE: 'The last price of the symbol is too old.',
  DUPLICATE_SIGNAL: 'The same strategy asked for the same thing at the same instant.',
  POSITION_OPPOSITE: 'The order would cross from long to short in one step; close first.',
  QUANTITY_ZERO: 'The quantity comes to nothing.',
  ORDER_TOO_LARGE: 'The order is worth more than a billion dollars.',
  FAT_FINGER: 'The limit or stop price is too far from the market.',
  MAX_ORDERS_PER_MINUTE: 'Too many orders within one minute.',
  MAX_POSITION_SHARES: 'The position would exceed the limit in shares.',
  MAX_POSITION_NOTIONAL: 'The position would exceed the limit in dollars.',
  MAX_POSITION_PERCENT: 'The position would exceed the limit as a share of equity.',
  MAX_GROSS_EXPOSURE: 'The sum of all positions would exceed the limit.',
  BUYING_POWER: 'The account cannot pay for the order.',
  STRATEGY_STOPPED: 'The strategy is stopped.',
} as const;

/** Reasons of the venue, in order of precedence. */
export const REJECTION_REASONS = {
  DUPLICATE_CLIENT_ORDER_ID: 'The client order id was used before on this account.',
  SYMBOL_NOT_TRADABLE: 'The venue does not trade the symbol.',
  QUANTITY_INVALID: 'The quantity is zero, negative, has more than six decimals or is less than a dollar’s worth.',
  PRICE_INVALID: 'A price is zero, negative or missing for the order type.',
  PRICE_OFF_GRID: 'A price is not a multiple of the tick.',
  ORDER_TYPE_UNSUPPORTED: 'The order type, class or time in force is not offered.',
  EXTENDED_HOURS_INVALID: 'Extended hours take limit orders for the day (or gtc) only.',
  FRACTIONAL_INVALID: 'Fractional and notional orders are simple day orders, and never short sales.',
  LEGS_INVALID: 'The prices of the legs do not fit each other or the market.',
  AUCTION_CUTOFF: 'The auction no longer takes orders.',
  POSITION_OPPOSITE: 'The order would cross from long to short in one step; close first.',
  BUYING_POWER: 'The account cannot pay for the order.',
  SHORT_SALE_RESTRICTED: 'A short-sale restriction is in force and the price is not above the best bid.',
  HALTED: 'Trading in the symbol is halted.',
  BROKER_REFUSED: 'The broker refused it in its own words.',
  NOT_REPLACEABLE: 'The order cannot be replaced in its state, or not in this.',
  ORDER_UNKNOWN: 'No open order has this id.',
} as const;

/** A reason of the risk checks. */
export type DenialReason = keyof typeof DENIAL_REASONS;
/** A reason of the venue. */
export type RejectionReason = keyof typeof REJECTION_REASONS;
