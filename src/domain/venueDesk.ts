/**
 * The desk of the venue: what programs ask for accounts of their own, beside the engine's account, and what they read.
 *
 * A request is answered at once by the checks at the door: a refusal is a value and leaves nothing behind, an
 * acceptance is told by events (`entered`, ...) like every later outcome. All of it enters the kernel as a command and
 * is on the tape. Prices are at the session's scale, quantities in micro-shares, money in micro-dollars.
 */
import type { LegRole, OrderChanges, OrderClass, OrderType, Side, TimeInForce, Trail } from './order.js';
import type { RejectionReason } from './refusals.js';
import type { Micros, Money, Price, Quantity, Shares } from './units.js';
import type { Restriction } from './venueEvents.js';

/** Cash: settled money only, no shorts. Margin: the rules of the date (R18). */
export type AccountKind = 'cash' | 'margin';

/** How an account begins. */
export interface AccountTerms {
  readonly kind: AccountKind;
  /** Above 0. */
  readonly startingCash: Money;
  /** Name of the user whose account it is; the venue keeps it and does not judge by it. */
  readonly owner?: string;
  /** Preset of its fills and name of its fee plan; the session's where absent. */
  readonly preset?: string;
  readonly feePlan?: string;
}

/** What the owner of an account can switch. */
export interface AccountSettings {
  /** New orders are refused. */
  readonly suspendTrade: boolean;
  readonly noShorting: boolean;
  /** Highest ratio of buying power to equity: 1, 2 or 4. */
  readonly maxMarginMultiplier: 1 | 2 | 4;
  readonly fractionalTrading: boolean;
  /** Whether orders that would meet own orders at the market are refused as wash trades. */
  readonly washTradeCheck: boolean;
  /** `papertape`: our defaults; `alpaca`: every listed deviation is switched to what Alpaca does. */
  readonly fidelity: 'papertape' | 'alpaca';
  /** Kept for programs that read them back; nothing depends on them. Absent: as Alpaca begins. */
  readonly tradeConfirmEmail?: 'all' | 'none';
  readonly ptpNoExceptionEntry?: boolean;
  readonly disableOvernightTrading?: boolean;
}

/** A leg of a new order; `type` is limit for a take profit, stop or stop_limit for a stop loss. */
export interface LegRequest {
  readonly role: LegRole;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  readonly clientOrderId?: string;
}

/** A new order; exactly one of `quantity` and `notional`. */
export interface DeskOrder {
  /** Unique per account for ever, at most 128 characters. */
  readonly clientOrderId: string;
  readonly symbolId: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity?: Quantity;
  readonly notional?: Money;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  readonly trail?: Trail;
  readonly extendedHours: boolean;
  readonly orderClass: OrderClass;
  /** Take profit first; empty for simple orders. */
  readonly legs: readonly LegRequest[];
}

/** What is done to the next orders or to the market so that a program's handling of it can be tested. */
export type Injection =
  /** Halts a symbol, or lets it trade again. */
  | { readonly kind: 'halt'; readonly symbolId: number; readonly halted: boolean }
  /** The next `count` orders of the account (of the symbol, if given) are rejected after they were taken. */
  | { readonly kind: 'rejectNext'; readonly count: number; readonly symbolId?: number; readonly message: string }
  /** Adds to the latency of the next `count` orders. */
  | { readonly kind: 'delayNext'; readonly count: number; readonly micros: Micros }
  /** Makes something happen to an open order now. */
  | { readonly kind: 'fill'; readonly orderId: string; readonly quantity: Quantity; readonly price: Price }
  | { readonly kind: 'cancel' | 'expire' | 'reject' | 'doneForDay'; readonly orderId: string }
  /**
   * A trade of `time` that is reported only now, after its minute: what programs read of the market is restated.
   * Nothing is decided by it.
   */
  | {
      readonly kind: 'lateTrade';
      readonly symbolId: number;
      readonly time: Micros;
      readonly price: Price;
      readonly size: Shares;
    }
  /** Takes a fill back, or lets it stand at other terms. */
  | { readonly kind: 'bust'; readonly fillId: string }
  | { readonly kind: 'correct'; readonly fillId: string; readonly quantity: Quantity; readonly price: Price };

/** A request for one account. */
export type VenueRequest =
  | { readonly type: 'openAccount'; readonly terms: AccountTerms }
  | { readonly type: 'resetAccount'; readonly startingCash: Money }
  | { readonly type: 'closeAccount' }
  | { readonly type: 'configure'; readonly settings: AccountSettings }
  | { readonly type: 'submit'; readonly order: DeskOrder }
  | { readonly type: 'replace'; readonly orderId: string; readonly changes: OrderChanges }
  | { readonly type: 'cancel'; readonly orderId: string }
  | { readonly type: 'cancelAll' }
  /**
   * At the market, whole or in part. A share of the position is in millionths, or in billionths of a per cent, and
   * then of whole shares a whole number.
   */
  | {
      readonly type: 'closePosition';
      readonly symbolId: number;
      readonly clientOrderId: string;
      readonly part?: { readonly quantity: Quantity } | { readonly ppm: number } | { readonly nanoPercent: number };
    }
  | { readonly type: 'closeAllPositions'; readonly clientOrderIdPrefix: string; readonly cancelOrders: boolean }
  | { readonly type: 'inject'; readonly injection: Injection };

/** Why a request was refused at the door, beside {@link RejectionReason}. */
export const DOOR_REASONS = {
  ACCOUNT_UNKNOWN: 'No account has this id.',
  ACCOUNT_EXISTS: 'An account has this id already.',
  ACCOUNT_NOT_EMPTY: 'The account holds positions or has open orders.',
  TOO_MANY_ACCOUNTS: 'The session has as many open accounts as it serves.',
  TRADING_SUSPENDED: 'The owner has suspended trading for the account.',
  ACCOUNT_RESTRICTED: 'The account may only reduce positions.',
  SHORTING_NOT_ALLOWED: 'The account may not sell short.',
  NOT_SHORTABLE: 'No shares of the symbol can be borrowed.',
  ORDER_TOO_LARGE: 'The order is worth more than a billion dollars.',
  FRACTIONAL_DISABLED: 'Fractional trading is switched off for the account.',
  SHARES_UNAVAILABLE: 'The position is not as large, or other orders hold it.',
  POSITION_NOT_FOUND: 'The account has no position in the symbol.',
  WASH_TRADE: 'The order could trade with another order of the account.',
  NOTHING_CHANGED: 'The replacement changes nothing.',
  DAY_TRADING: 'The order would be a day trade that the account may not make.',
  TERMS_INVALID: 'The starting cash, the preset or the fee plan is not one that an account can have.',
  NOT_WORKING: 'The order does not work in the market yet.',
  FILL_UNKNOWN: 'The account has no fill of this id in the present session.',
} as const;
/** Why a request was refused at the door. */
export type DoorReason = keyof typeof DOOR_REASONS | RejectionReason;

/** A refusal: nothing happened. `details` are figures by name, as decimals or ids. */
export interface DoorRefusal {
  readonly reason: DoorReason;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
}

/** One order or position of a request that concerns many. */
export interface DeskOutcome {
  readonly orderId?: string;
  readonly symbolId?: number;
  readonly refusal?: DoorRefusal;
}

/** The answer to a request. `orderId` is the order made, if one was; `outcomes` one by one where it concerned many. */
export type VenueAnswer =
  | { readonly ok: true; readonly orderId?: string; readonly outcomes?: readonly DeskOutcome[] }
  | { readonly ok: false; readonly refusal: DoorRefusal };

/** One position as its account sees it. Signed quantities and values; short is negative. */
export interface AccountPositionState {
  readonly symbolId: number;
  readonly quantity: Quantity;
  /** What open orders do not hold; same sign. */
  readonly availableQuantity: Quantity;
  readonly averagePrice: Price;
  readonly cost: Money;
  readonly mark: Price;
  readonly marketValue: Money;
  readonly unrealisedPnl: Money;
  /** Since the later of its entry and the last close. */
  readonly intradayPnl: Money;
  readonly lastClose: Price;
}

/** The figures of an account at `time`. */
export interface AccountState {
  readonly accountId: string;
  readonly time: Micros;
  readonly terms: AccountTerms;
  readonly settings: AccountSettings;
  readonly restriction: Restriction;
  readonly cash: Money;
  /** Of the cash, what may be spent on trades now under the settlement rules; equals cash on margin. */
  readonly settledCash: Money;
  readonly equity: Money;
  /** Equity at the last close of a trading day. */
  readonly lastEquity: Money;
  readonly longMarketValue: Money;
  readonly shortMarketValue: Money;
  readonly initialMargin: Money;
  readonly maintenanceMargin: Money;
  readonly lastMaintenanceMargin: Money;
  readonly multiplier: 1 | 2 | 4;
  readonly buyingPower: Money;
  readonly overnightBuyingPower: Money;
  readonly nonMarginableBuyingPower: Money;
  readonly reserved: Money;
  readonly accruedFees: Money;
  readonly dividendsAccrued: Money;
  readonly realisedPnl: Money;
  readonly fees: Money;
  readonly dayTrades: number;
  readonly positions: readonly AccountPositionState[];
}

/** Whether an order id is one of the desk's (`v-` and a number); the engine's begin with another letter. */
export function isDeskOrderId(orderId: string): boolean {
  return orderId.charCodeAt(0) === 118;
}

/** The settings that a new account has. */
export const DEFAULT_SETTINGS: AccountSettings = {
  suspendTrade: false,
  noShorting: false,
  maxMarginMultiplier: 4,
  fractionalTrading: true,
  washTradeCheck: true,
  fidelity: 'papertape',
};
