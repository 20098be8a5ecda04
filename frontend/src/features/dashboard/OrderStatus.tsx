/** State and terms of an order in few words. */
import { clsx } from 'clsx';
import type { OrderView } from '../../../../src/contracts/index.js';
import { formatPrice } from '../../format/decimal.js';

const STATES: Readonly<Record<OrderView['status'], readonly [label: string, tone: string]>> = {
  initialized: ['New', 'text-muted'],
  denied: ['Denied', 'text-loss'],
  submitted: ['Submitted', 'text-accent'],
  held: ['Held', 'text-muted'],
  accepted: ['Working', 'text-accent'],
  rejected: ['Rejected', 'text-loss'],
  partially_filled: ['Partly filled', 'text-accent'],
  filled: ['Filled', 'text-gain'],
  pending_cancel: ['Canceling', 'text-warn'],
  canceled: ['Canceled', 'text-muted'],
  pending_replace: ['Changing', 'text-warn'],
  replaced: ['Replaced', 'text-muted'],
  done_for_day: ['Done for today', 'text-muted'],
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

const TYPES: Readonly<Record<OrderView['type'], string>> = {
  market: 'Market',
  limit: 'Limit',
  stop: 'Stop',
  stop_limit: 'Stop limit',
  trailing_stop: 'Trailing stop',
  limit_if_touched: 'Limit if touched',
};
const ROLES = { takeProfit: 'Take profit', stopLoss: 'Stop loss' } as const;

/** Type, prices and time in force in few words; of an exit, what it is for. */
export function OrderPrice({ order }: { readonly order: OrderView }) {
  const { stopPrice, limitPrice, trail, role } = order;
  const prices = [stopPrice, limitPrice].flatMap((price) => (price === null ? [] : [formatPrice(price)]));
  return (
    <span>
      {role === null ? TYPES[order.type] : ROLES[role]} {prices.join(' / ')}
      {trail}
      <span className="ml-1.5 text-2xs text-faint uppercase">{order.timeInForce}</span>
    </span>
  );
}
