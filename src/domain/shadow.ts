/** What is kept of a fill of a shadow account: it has no receipt and no ledger entries on the tape. */
import type { Side } from './order.js';
import type { Micros, Money, Price, Quantity } from './units.js';

/** An execution that an order of the session had in a shadow account. */
export interface ShadowFill {
  /** Id of the session's order. */
  readonly orderId: string;
  readonly symbolId: number;
  readonly side: Side;
  /** Positive micro-shares. */
  readonly quantity: Quantity;
  readonly price: Price;
  readonly time: Micros;
  /** Sum of all fees. */
  readonly fees: Money;
}
