/** An execution as a broker tells it, for the comparison with paper fills. */
import type { Side } from './order.js';
import type { Micros, Price, Quantity } from './units.js';

/** One execution; the price is at the scale of the session that it is compared with. */
export interface BrokerExecution {
  readonly time: Micros;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** The broker's id of the order, and the one that its client gave it, where they are told. */
  readonly orderId: string | undefined;
  readonly clientOrderId: string | undefined;
}
