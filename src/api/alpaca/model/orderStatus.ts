/** Alpaca's order states and what becomes of an order by each event of the venue; pure. */

/** The states of section "order life cycle" that the exchange produces. */
export const ALPACA_ORDER_STATUSES = [
  'accepted',
  'pending_new',
  'new',
  'partially_filled',
  'filled',
  'held',
  'pending_cancel',
  'pending_replace',
  'canceled',
  'expired',
  'replaced',
  'rejected',
  'done_for_day',
] as const;
/** A state of an order. */
export type AlpacaOrderStatus = (typeof ALPACA_ORDER_STATUSES)[number];

const CLOSED: ReadonlySet<AlpacaOrderStatus> = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);

/** Whether nothing can happen to the order any more. */
export function isClosed(status: AlpacaOrderStatus): boolean {
  return CLOSED.has(status);
}

/** Names of the events of the trading stream. */
export type TradeEventName =
  | 'accepted'
  | 'pending_new'
  | 'new'
  | 'held'
  | 'partial_fill'
  | 'fill'
  | 'pending_cancel'
  | 'canceled'
  | 'pending_replace'
  | 'replaced'
  | 'expired'
  | 'done_for_day'
  | 'rejected'
  | 'order_replace_rejected'
  | 'order_cancel_rejected'
  | 'restated'
  | 'trade_bust'
  | 'trade_correct';
