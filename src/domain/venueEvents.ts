/**
 * What a broker or venue reports about orders. Every outcome of `submit` and `cancel` comes back this way;
 * nothing is returned from the calls themselves.
 */
import type { Fill } from './fill.js';
import type { LedgerEntry } from './ledger.js';
import type { Order } from './order.js';
import type { SplitRatio } from './splitShares.js';
import type { RejectionReason } from './refusals.js';
import type { Micros, Price, Quantity } from './units.js';
import type { AccountSettings, AccountTerms, Injection } from './venueDesk.js';
import { isDeskOrderId } from './venueDesk.js';

/** A report about an order; `time` is when it happened at the venue. */
export type OrderEvent =
  /**
   * The venue took an order of an account that trades through the {@link VenueRequest} desk, with its legs. Orders of
   * the engine have no such event: their submission is the engine's own record.
   */
  | { readonly type: 'entered'; readonly orderId: string; readonly time: Micros; readonly order: Order }
  /** A cancel that came through the desk is on its way to the order. */
  | { readonly type: 'cancelRequested'; readonly orderId: string; readonly time: Micros }
  /** A leg waits for its entry: it is new, or all is closed that its entry, which may fill again, has opened. */
  | { readonly type: 'held'; readonly orderId: string; readonly time: Micros }
  /** The quantity changed: a sibling filled in part, or the entry of a leg did. */
  | { readonly type: 'resized'; readonly orderId: string; readonly time: Micros; readonly quantity: Quantity }
  /** A replace that came through the desk is on its way to the order. */
  | { readonly type: 'replaceRequested'; readonly orderId: string; readonly time: Micros }
  /** The order is over and `order` works in its place, with what was filled before. */
  | { readonly type: 'replaced'; readonly orderId: string; readonly time: Micros; readonly order: Order }
  | {
      readonly type: 'replaceRejected';
      readonly orderId: string;
      readonly time: Micros;
      readonly reason: RejectionReason;
      readonly message: string;
    }
  /** A corporate action changed an open order (R13); what is absent stayed. */
  | {
      readonly type: 'restated';
      readonly orderId: string;
      readonly time: Micros;
      readonly quantity?: Quantity;
      readonly limitPrice?: Price;
      readonly stopPrice?: Price;
      readonly reason: string;
    }
  /** No more fills today; a `gtc` order goes on with the next session, told by `activated`. */
  | { readonly type: 'doneForDay'; readonly orderId: string; readonly time: Micros }
  /** A fill was taken back, whole (`busted`) or for other terms (`corrected`); `entries` are the difference. */
  | {
      readonly type: 'busted' | 'corrected';
      readonly orderId: string;
      readonly time: Micros;
      readonly fillId: string;
      readonly price: Price;
      readonly quantity: Quantity;
      readonly entries: readonly LedgerEntry[];
    }
  /**
   * It works in the market, or waits for a session or auction (`waiting`). A leg that was held begins to work by it,
   * once its entry has filled.
   */
  | { readonly type: 'accepted'; readonly orderId: string; readonly time: Micros; readonly waiting: boolean }
  /** A waiting order began to work. */
  | { readonly type: 'activated'; readonly orderId: string; readonly time: Micros }
  /** A stop was elected; `stopPrice` says at which price a trailing stop stood then. */
  | { readonly type: 'triggered'; readonly orderId: string; readonly time: Micros; readonly stopPrice?: Price }
  | {
      readonly type: 'rejected';
      readonly orderId: string;
      readonly time: Micros;
      readonly reason: RejectionReason;
      readonly message: string;
    }
  /** `final` says that nothing is left to fill. */
  | {
      readonly type: 'filled';
      readonly orderId: string;
      readonly time: Micros;
      readonly fill: Fill;
      readonly final: boolean;
    }
  | { readonly type: 'canceled'; readonly orderId: string; readonly time: Micros; readonly reason: string }
  | {
      readonly type: 'cancelRejected';
      readonly orderId: string;
      readonly time: Micros;
      readonly reason: RejectionReason;
    }
  | { readonly type: 'expired'; readonly orderId: string; readonly time: Micros; readonly reason: string };

/** What is booked beside trades. */
export type BookingKind =
  | 'deposit'
  | 'dividendAccrued'
  | 'dividendPaid'
  | 'split'
  | 'symbolChange'
  | 'cashInLieu'
  | 'borrowFee'
  | 'interest'
  | 'regulatoryFee'
  | 'writeOff';

/** What an account may not do: open positions while a call is due; anything but closing; spend unsettled money. */
export type Restriction = 'none' | 'marginCall' | 'liquidationOnly' | 'settledCashOnly';

/** A report about an account; `time` is when it happened. */
export type AccountEvent =
  | { readonly type: 'accountOpened'; readonly accountId: string; readonly time: Micros; readonly terms: AccountTerms }
  /** Positions and orders are gone and the cash is that of `terms`; used client order ids stay used. */
  | { readonly type: 'accountReset'; readonly accountId: string; readonly time: Micros; readonly terms: AccountTerms }
  | { readonly type: 'accountClosed'; readonly accountId: string; readonly time: Micros }
  | {
      readonly type: 'accountConfigured';
      readonly accountId: string;
      readonly time: Micros;
      readonly settings: AccountSettings;
    }
  /** Something was done to the next orders, or to the market as the account sees it. */
  | { readonly type: 'injected'; readonly accountId: string; readonly time: Micros; readonly injection: Injection }
  /** Ledger entries without a trade; they sum to zero. `symbolId` is -1 where no symbol is concerned. */
  | {
      readonly type: 'booked';
      readonly accountId: string;
      readonly time: Micros;
      readonly kind: BookingKind;
      readonly symbolId: number;
      readonly entries: readonly LedgerEntry[];
      readonly note: string;
      /** Of a split: new shares for every number of old ones; absent on older tapes. */
      readonly ratio?: SplitRatio;
    }
  /** The account's standing changed: a margin call was made or met, a freeze began or ended. */
  | {
      readonly type: 'accountRestricted';
      readonly accountId: string;
      readonly time: Micros;
      readonly restriction: Restriction;
      readonly reason: string;
    };

/** What was booked beside trades. */
export type AccountBooking = Extract<AccountEvent, { readonly type: 'booked' }>;

/** One report of a venue. */
export type VenueEvent = OrderEvent | AccountEvent;

/** Whether a report is about an order. */
export function isOrderEvent(event: VenueEvent): event is OrderEvent {
  return 'orderId' in event;
}

/** Whether a report is about an account of the desk or one of its orders, and not about the engine's account. */
export function isDeskEvent(event: VenueEvent, engineAccountId: string): boolean {
  return isOrderEvent(event) ? isDeskOrderId(event.orderId) : event.accountId !== engineAccountId;
}
