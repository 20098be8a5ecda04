/**
 * A daily or weekly report of an account, as its JSON document has it: exact amounts are decimal texts in dollars and
 * shares, returns are fractions, times microseconds since 1970, UTC.
 */
import type { Micros } from '../../domain/units.js';
import type { TradeDocument } from '../tradeDocument.js';
import type { TradeFigures } from '../TradeGroup.js';

/** Grows when something moves or changes its meaning; new things may come at any time. */
export const ACCOUNT_REPORT_VERSION = 1;

/** Length of time that a report is about; weeks begin on Monday. */
export const REPORT_PERIODS = ['day', 'week'] as const;
/** One of {@link REPORT_PERIODS}. */
export type ReportPeriod = (typeof REPORT_PERIODS)[number];

/** One session of the account, which is one day of it. */
export interface ReportDay {
  /** `YYYY-MM-DD` in New York. */
  readonly date: string;
  readonly sessionId: string;
  /** Before the day, a night's change of what was held included; null where nothing tells. */
  readonly startEquity: string | null;
  /** Null where nothing tells. */
  readonly endEquity: string | null;
  readonly profit: string | null;
  readonly return: number | null;
  readonly trades: number;
  readonly fees: string;
}

/** What an account of a program is beside its figures. */
export interface ReportProgram {
  /** Name of the user whose account it is; empty if none was told. */
  readonly owner: string;
  readonly kind: 'cash' | 'margin';
  /** As it was opened, or reset last. */
  readonly startingCash: string;
  /** Null if that was before the last session of the report. */
  readonly openedAt: Micros | null;
  readonly closedAt: Micros | null;
}

/** Closed trades of one kind. */
export interface ReportGroup {
  readonly key: string;
  readonly figures: TradeFigures;
}

/** An order that ended without being filled whole, or still works. */
export interface UnfilledOrder {
  readonly sessionId: string;
  readonly orderId: string;
  readonly time: Micros;
  readonly owner: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly quantity: string;
  /** Dollars to trade, of an order that has no quantity of its own. */
  readonly notional: string | null;
  readonly filledQuantity: string;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  readonly status: string;
  /** Why it ended so, in words; empty if nothing was said. */
  readonly statusReason: string;
  readonly reason: string;
}

/** A rule that said no, or less, and how often. */
export interface TouchedRule {
  readonly outcome: 'shrink' | 'deny';
  /** Code of the denial, or name of the check that took some away. */
  readonly rule: string;
  readonly text: string;
  readonly count: number;
}

/** One answer of the risk checks that was not yes. */
export interface RuleAnswer {
  readonly sessionId: string;
  readonly time: Micros;
  readonly owner: string;
  readonly symbol: string;
  /** What was wanted, such as `enterLong` or `buy`. */
  readonly wish: string;
  readonly reason: string;
  readonly outcome: 'shrink' | 'deny';
  readonly rules: readonly string[];
  readonly requestedQuantity: string;
  readonly allowedQuantity: string;
}

/** See the module header. */
export interface AccountReport {
  readonly format: 'papertape-account-report';
  readonly version: number;
  readonly period: ReportPeriod;
  /** New York dates, both inclusive. */
  readonly from: string;
  readonly to: string;
  readonly accountId: string;
  /** Where prices came from, and what of the market they show. */
  readonly feed: string;
  readonly coverage: string | null;
  /** `paper`, or the broker's name. */
  readonly broker: string;
  readonly preset: string;
  readonly feePlan: string;
  /** Of the risk checks; empty for an account of a program, whose orders they do not see. */
  readonly limits: Readonly<Record<string, number | boolean>>;
  /** Null for the session's own account. */
  readonly program: ReportProgram | null;
  /** What the reader should know before believing the figures; often none. */
  readonly warnings: readonly string[];
  readonly summary: {
    readonly startEquity: string | null;
    readonly endEquity: string | null;
    readonly profit: string | null;
    /** Time-weighted where something came from outside. */
    readonly return: number | null;
    /** Came from outside, as by a reset, and is no profit; negative if it left. */
    readonly flows: string;
    /** Of the trades that were closed, net of fees. */
    readonly tradesProfit: string;
    readonly fees: string;
    /** Deepest fall from a peak of these days, 0 to 1. */
    readonly maxDrawdown: number;
    readonly trades: number;
    readonly fills: number;
    /** Value of all fills, both sides. */
    readonly traded: string;
    readonly orders: number;
    readonly unfilledOrders: number;
    readonly ordersDenied: number;
  };
  readonly days: readonly ReportDay[];
  /**
   * Columns of equal length; dollars for drawing, exposure as a part of equity: long less short. Drawdown is that of
   * the account had nothing come from outside, 0 or below; null before it was above 0.
   */
  readonly equity: {
    readonly time: readonly Micros[];
    readonly equity: readonly number[];
    readonly exposure: readonly number[];
    readonly drawdown: readonly (number | null)[];
  };
  readonly exposure: {
    readonly mean: number;
    readonly highest: number;
    readonly lowest: number;
    readonly last: number;
  };
  /** What was traded in the last session and is not flat. */
  readonly positions: readonly {
    readonly owner: string;
    readonly symbol: string;
    readonly quantity: string;
    readonly averagePrice: string;
    readonly openedAt: Micros;
  }[];
  readonly figures: TradeFigures;
  readonly byStrategy: readonly ReportGroup[];
  readonly bySymbol: readonly ReportGroup[];
  readonly trades: { readonly count: number; readonly listed: readonly TradeDocument[] };
  /** By kind; `bookings` is what moved cash beside trades: dividends, interest, borrow fees, deposits. */
  readonly fees: readonly { readonly kind: string; readonly amount: string }[];
  readonly bookings: string;
  /** The same by what it was. */
  readonly bookingsByKind: readonly { readonly kind: string; readonly amount: string }[];
  readonly unfilled: { readonly count: number; readonly listed: readonly UnfilledOrder[] };
  readonly rules: {
    readonly touched: readonly TouchedRule[];
    readonly count: number;
    readonly listed: readonly RuleAnswer[];
  };
  readonly killSwitch: {
    readonly on: boolean;
    readonly reason: string;
    readonly user: string;
    readonly since: Micros;
  } | null;
}
