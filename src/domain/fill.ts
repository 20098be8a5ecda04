/** Our own executions: what was filled, at what price, at what cost, and on what evidence. */
import type { LedgerEntry } from './ledger.js';
import type { Side } from './order.js';
import type { Receipt } from './receipt.js';
import type { Micros, Money, Price, Quantity } from './units.js';

/** Kinds of fee; each has its own ledger account. */
export type FeeKind = 'commission' | 'sec' | 'taf';

/** One fee of a fill: a positive amount that the account pays. */
export interface FeeLine {
  readonly kind: FeeKind;
  readonly amount: Money;
}

/** One execution of one order. */
export interface Fill {
  /** Execution id: `f-` and a number, unique per session. */
  readonly id: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly accountId: string;
  readonly symbolId: number;
  readonly side: Side;
  /** Positive micro-shares. */
  readonly quantity: Quantity;
  readonly price: Price;
  /** Event time of the execution at the venue. */
  readonly time: Micros;
  /** When the report reaches the strategy: `time` plus the latency that the receipt names. */
  readonly reportTime: Micros;
  readonly liquidity: 'maker' | 'taker';
  readonly fees: readonly FeeLine[];
  /** The double entries of this fill; they sum to zero. */
  readonly entries: readonly LedgerEntry[];
  readonly receipt: Receipt;
}
