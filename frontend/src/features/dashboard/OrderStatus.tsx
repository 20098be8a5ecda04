/** State and terms of an order in few words. */
import { clsx } from 'clsx';
import type { OrderView } from '../../../../src/contracts/index.js';
import { formatPrice } from '../../format/decimal.js';

const STATES: Readonly<Record<OrderView['status'], readonly [label: string, tone: string]>> = {
  initialized: ['New', 'text-muted'],
  denied: ['Denied', 'text-loss'],
  submitted: ['Submitted', 'text-accent'],
  accepted: ['Working', 'text-accent'],
  rejected: ['Rejected', 'text-loss'],
  partially_filled: ['Partly filled', 'text-accent'],
  filled: ['Filled', 'text-gain'],
  pending_cancel: ['Canceling', 'text-warn'],
  canceled: ['Canceled', 'text-muted'],
  expired: ['Expired', 'text-muted'],
};

/** The state; the reason on hover. */
export function OrderStatus({ order }: { readonly order: OrderView }) {
  const [label, tone] = STATES[order.status];
  return (
    <span title={order.statusReason ?? undefined} className={clsx('font-medium', tone)}>
      {label}
    </span>
  );
}

/** Type, price and time in force in few words. */
export function OrderPrice({ order }: { readonly order: OrderView }) {
  const price = order.limitPrice ?? order.stopPrice;
  return (
    <span>
      {order.type === 'market' ? 'Market' : order.type === 'limit' ? 'Limit' : 'Stop'}{' '}
      {price !== null && formatPrice(price)}
      <span className="ml-1.5 text-2xs text-faint uppercase">{order.timeInForce}</span>
    </span>
  );
}
