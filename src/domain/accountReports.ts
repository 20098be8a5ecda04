/** Where it is kept what happened in the accounts of sessions: what daily and weekly reports are made from. */
import type { OrderType, Side } from './order.js';
import type { OrderStatus } from './orderState.js';
import type { RiskDecision } from './risk.js';
import type { SessionConfig } from './session.js';
import type { Micros, Money, Price, Quantity } from './units.js';
import type { AccountKind } from './venueDesk.js';

/** A session as it is kept. */
export interface KeptSession {
  readonly sessionId: string;
  readonly startedAt: Micros;
  readonly config: SessionConfig;
  /** How the kill switch stands, since when and why; undefined if nobody ever touched it. */
  readonly killSwitch:
    { readonly on: boolean; readonly reason: string; readonly user: string; readonly since: Micros } | undefined;
}

/** Accounts of programs with one name: another session may have given it to another owner. */
export interface OwnedPrograms {
  readonly accountId: string;
  /** Those whose accounts are meant; the empty text stands for accounts without an owner. */
  readonly owners: readonly string[];
}

/** An account of a program, as one session knew it. */
export interface KeptProgramAccount {
  readonly accountId: string;
  /** Name of the user whose account it is; empty if none was told. */
  readonly owner: string;
  readonly kind: AccountKind;
  /** Null where they are the session's. */
  readonly preset: string | null;
  readonly feePlan: string | null;
  /** As it was opened, or reset last. */
  readonly startingCash: Money;
  /** The begin of the session if it was open before. */
  readonly openedAt: Micros;
  /** What it was worth when the session began; null if it was opened in it. */
  readonly carriedEquity: Money | null;
  readonly closedAt: Micros | null;
}

/** What an account was worth. */
export interface KeptPoint {
  readonly time: Micros;
  readonly equity: Money;
  readonly cash: Money;
  /** What came from outside since the point before, negative if it left; absent: nothing. */
  readonly flow?: Money;
}

/** An order in its last state. Prices at the session's scale. */
export interface KeptOrder {
  readonly orderId: string;
  readonly symbol: string;
  /** A strategy instance, or `manual`. */
  readonly owner: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Quantity;
  /** Micro-dollars to trade, of an order without a quantity of its own. */
  readonly notional: Money | null;
  readonly filledQuantity: Quantity;
  readonly limitPrice: Price | null;
  readonly stopPrice: Price | null;
  readonly status: OrderStatus;
  readonly statusReason: string | null;
  readonly reason: string;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
  /** The leg of a group that it is; null for others. */
  readonly role: string | null;
  /** The risk checks' answers to an order of a person; null for orders of strategies, whose signals have them. */
  readonly decision: KeptDecision | null;
}

/** What of a decision is kept. */
export interface KeptDecision {
  readonly outcome: RiskDecision['outcome'];
  readonly reason: string | null;
  readonly requestedQuantity: Quantity;
  readonly quantity: Quantity;
  /** `RiskAnswer` codes by check. */
  readonly answers: readonly number[];
}

/** A strategy's wish with the answer to it. */
export interface KeptSignal {
  readonly signalId: string;
  readonly owner: string;
  readonly symbol: string;
  readonly time: Micros;
  readonly intent: string;
  readonly reason: string;
  readonly decision: KeptDecision;
}

/** A position as the last fill in it left it. */
export interface KeptPosition {
  readonly owner: string;
  readonly symbol: string;
  readonly quantity: Quantity;
  readonly averagePrice: Price;
  readonly openedAt: Micros;
}

/** All of one account in one session, each list oldest first. */
export interface KeptActivity {
  readonly points: readonly KeptPoint[];
  /** Cash by what moved it: a fill, or a booking beside trades, whose kind is null where it was not kept. */
  readonly cash: readonly {
    readonly time: Micros;
    readonly amount: Money;
    readonly ofFill: boolean;
    readonly booking: string | null;
  }[];
  readonly fills: number;
  /** Dollars' worth of all fills, both sides. */
  readonly traded: Money;
  /** Fees by kind, such as `sec`. */
  readonly fees: readonly { readonly kind: string; readonly amount: Money }[];
  readonly orders: readonly KeptOrder[];
  readonly signals: readonly KeptSignal[];
  /** Those that are not flat. */
  readonly positions: readonly KeptPosition[];
}

/** See the module header. */
export interface AccountReportStore {
  /**
   * Sessions that began in a stretch of time, `to` not included, oldest first; of an account of a program those that
   * had it.
   */
  sessions(from: Micros, to: Micros, program?: OwnedPrograms): Promise<readonly KeptSession[]>;
  session(sessionId: string): Promise<KeptSession | undefined>;
  /** The last session that began before a time whose name begins with `line`; undefined without one. */
  sessionBefore(time: Micros, line: string): Promise<KeptSession | undefined>;
  /** The last session that began, of an account of a program the last that had it; undefined without one. */
  lastSession(program?: OwnedPrograms): Promise<KeptSession | undefined>;
  /** What a session's account was worth last; undefined if nothing tells. */
  lastPoint(sessionId: string): Promise<KeptPoint | undefined>;
  /** Accounts of programs in any session, by name: each name with each owner that had it. */
  programs(): Promise<readonly Pick<KeptProgramAccount, 'accountId' | 'owner'>[]>;
  /** An account of a program in a session; undefined if the session did not have it. */
  program(sessionId: string, accountId: string): Promise<KeptProgramAccount | undefined>;
  /** Of the session's own account, or of that of a program. */
  activity(session: KeptSession, program?: string): Promise<KeptActivity>;
}
