/**
 * What a session at a broker hears from it: reports about its orders, the account's figures, the state of the
 * connection, and what a person must look at. Each enters the kernel as a command, so that it is on the tape before
 * anything follows from it and the session is run again without the broker.
 */
import type { Micros, Money, Price, Quantity } from './units.js';
import type { OrderEvent } from './venueEvents.js';

/** Where the connection stands. New orders leave while it is `trading` alone; `halted` is for good. */
export const BROKER_STATES = ['stopped', 'connecting', 'reconciling', 'trading', 'halted'] as const;
/** Where the connection stands. */
export type BrokerState = (typeof BROKER_STATES)[number];

/** A position of the account, whoever traded it. */
export interface BrokerPosition {
  readonly symbol: string;
  /** Signed micro-shares, never 0; negative is short. */
  readonly quantity: Quantity;
  /** Cost of the whole position in micro-dollars; negative for a short. */
  readonly cost: Money;
  /** In micro-dollars a share; 0 if the broker names none. */
  readonly mark: Price;
}

/** The account's figures, which were true at one time. */
export interface BrokerFigures {
  readonly cash: Money;
  readonly equity: Money;
  /** What new orders may use; never negative. */
  readonly buyingPower: Money;
  /** By symbol, also of symbols that the session does not trade. */
  readonly positions: readonly BrokerPosition[];
  readonly asOf: Micros;
}

/** One thing heard. */
export type BrokerReport =
  | { readonly kind: 'order'; readonly event: OrderEvent }
  | { readonly kind: 'account'; readonly figures: BrokerFigures }
  | { readonly kind: 'connection'; readonly state: BrokerState; readonly reason: string }
  /** `code` is one of the broker's client (docs/broker-alpaca.md). */
  | { readonly kind: 'alert'; readonly code: string; readonly message: string };

/** Brokers that a session can trade at, beside the paper exchange inside it. */
export type BrokerName = 'alpaca';

/** A session's broker: fixed when the session begins. */
export interface BrokerTerms {
  readonly name: BrokerName;
  /** Number of the account, which is a paper account. */
  readonly accountNumber: string;
  /**
   * What client order ids begin with at the broker, so that those of different sessions never meet: 1 to 16 letters
   * and digits.
   */
  readonly orderPrefix: string;
}
