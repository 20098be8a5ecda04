/** What people and programs ask of the kernel. Commands are inputs: they are on the tape before they act. */
import type { BrokerReport } from './brokerReport.js';
import type { GroupTerms, OrderChanges, OrderType, Side, TimeInForce, Trail } from './order.js';
import type { DenialReason, RejectionReason } from './refusals.js';
import type { RiskLimits } from './risk.js';
import type { StrategyConfig } from './session.js';
import type { Money, Price, Quantity } from './units.js';
import type { VenueAnswer, VenueRequest } from './venueDesk.js';

/** A command; `user` is who asked (a user name, `api`, or `system`). */
export type Command =
  | {
      readonly type: 'submitOrder';
      readonly user: string;
      readonly clientOrderId: string;
      readonly symbol: string;
      readonly side: Side;
      readonly orderType: OrderType;
      readonly timeInForce: TimeInForce;
      readonly quantity: Quantity;
      readonly limitPrice?: Price;
      readonly stopPrice?: Price;
      readonly trail?: Trail;
      /** Dollars instead of a quantity, which is 0 then. */
      readonly notional?: Money;
      /** Exits that belong to the order. */
      readonly group?: GroupTerms;
      readonly extendedHours: boolean;
      readonly reason: string;
      /** Works on from the session before, where its prices were checked. */
      readonly carried?: true;
      /** See `OrderRequest.carriedEntry`. */
      readonly carriedEntry?: string;
    }
  /** Lets a working order go on under other terms, as the order that the answer names. */
  | {
      readonly type: 'replaceOrder';
      readonly user: string;
      readonly orderId: string;
      readonly clientOrderId: string;
      readonly changes: OrderChanges;
    }
  | { readonly type: 'cancelOrder'; readonly user: string; readonly orderId: string }
  | { readonly type: 'cancelAllOrders'; readonly user: string }
  | { readonly type: 'closePosition'; readonly user: string; readonly symbol: string }
  /** On: working orders are canceled and new ones denied; `flatten` also closes positions. */
  | {
      readonly type: 'killSwitch';
      readonly user: string;
      readonly on: boolean;
      readonly flatten: boolean;
      readonly reason: string;
    }
  | { readonly type: 'startStrategy'; readonly user: string; readonly config: StrategyConfig }
  | { readonly type: 'stopStrategy'; readonly user: string; readonly instanceId: string; readonly flatten: boolean }
  | { readonly type: 'setLimits'; readonly user: string; readonly limits: RiskLimits }
  /** A program's request for an account of its own at the venue; it passes the venue's checks, not the engine's. */
  | { readonly type: 'venue'; readonly user: string; readonly accountId: string; readonly request: VenueRequest }
  /** What the broker said, in a session that trades at one. */
  | { readonly type: 'brokerReport'; readonly user: string; readonly report: BrokerReport };

/** The answer to a command, known when its record is durable. */
export type CommandResult =
  /** `answer` is the venue's to a `venue` command, refusals included. */
  | { readonly ok: true; readonly orderId?: string; readonly answer?: VenueAnswer }
  | {
      readonly ok: false;
      readonly reason: DenialReason | RejectionReason | 'NOT_FOUND' | 'STRATEGY_INVALID';
      readonly message: string;
      readonly orderId?: string;
    };
