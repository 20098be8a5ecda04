/** What a person must look at: things about a remote account that no event to the kernel says. */

/** Kinds of alert; docs/broker-alpaca.md explains each. */
export const BROKER_ALERTS = [
  'FILL_CONFLICT',
  'OVERFILL',
  'FILLS_DECREASED',
  'UNKNOWN_STATUS',
  'EXTERNAL_ORDER',
  'ORDER_LOST',
  'ORDER_MISMATCH',
  'ORDER_UNDECIDED',
  'TRADE_BUSTED',
  'MESSAGE_INVALID',
  'UNAUTHORIZED',
  'LIVE_REFUSED',
  'UNAVAILABLE',
  'POSITION_MISMATCH',
] as const;

/** See the module header. Each is told once per order and kind. */
export interface BrokerAlert {
  readonly code: (typeof BROKER_ALERTS)[number];
  readonly message: string;
  /** Our id where it concerns an order of ours, else the broker's; undefined where it concerns none. */
  readonly orderId: string | undefined;
}
