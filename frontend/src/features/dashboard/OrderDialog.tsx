/** One order: its facts, why it has not filled while it works, and the answers of the risk checks. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../app/TradingContext.js';
import { Dialog } from '../../components/Dialog.js';
import { Side } from '../../components/figures.js';
import { SkeletonRows } from '../../components/Panel.js';
import { formatPrice, formatShares } from '../../format/decimal.js';
import { formatTime } from '../../format/easternTime.js';
import type { OrderView } from '../../../../src/contracts/index.js';
import { OrderPrice, OrderStatus } from './OrderStatus.js';
import { ReplaceOrder } from './ReplaceOrder.js';
import { RiskAnswers } from './RiskAnswers.js';

const ASK_AGAIN_MS = 2_000;

/** The dialog. */
export function OrderDialog({ order, onClose }: { readonly order: OrderView; readonly onClose: () => void }) {
  const api = useApi();
  const risk = useQuery({
    queryKey: ['risk', order.id],
    queryFn: () => api.call('orderRisk', { params: { id: order.id } }),
    staleTime: Infinity,
  });
  return (
    <Dialog title={`Order in ${order.symbol}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Side side={order.side} /> {formatShares(order.quantity)} {order.symbol}, <OrderPrice order={order} />
          <span className="ml-auto">
            <OrderStatus order={order} />
          </span>
        </p>
        {order.statusReason !== null && (
          <p className="rounded border border-line-strong bg-raised px-3 py-2">{order.statusReason}</p>
        )}
        {order.open && <Explanation order={order} />}
        <ReplaceOrder order={order} onDone={onClose} />
        {order.reason !== '' && (
          <p className="text-muted">
            {order.owner === 'manual' ? 'Note' : `Reason of ${order.owner}`}:{' '}
            <span className="text-ink">{order.reason}</span>
          </p>
        )}
        <section>
          <h3 className="mb-1 text-xs font-semibold text-muted">Risk checks</h3>
          {risk.data !== undefined ? (
            <RiskAnswers decision={risk.data} />
          ) : risk.error !== null ? (
            <p className="text-muted">{risk.error.message}</p>
          ) : (
            <SkeletonRows />
          )}
        </section>
      </div>
    </Dialog>
  );
}

/** Why a working order has not filled, asked again while one looks. */
function Explanation({ order }: { readonly order: OrderView }) {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['explanation', order.id],
    queryFn: () => api.call('explainOrder', { params: { id: order.id } }),
    refetchInterval: ASK_AGAIN_MS,
  });
  return (
    <section>
      <h3 className="mb-1 text-xs font-semibold text-muted">Why it has not filled</h3>
      {data !== undefined ? (
        <div className="rounded border border-line-strong bg-raised px-3 py-2">
          <p>{data.sentence}</p>
          <p className="mt-1 text-xs text-muted">
            Since {formatTime(data.since)} ET
            {data.orderPrice !== null && `, order at ${formatPrice(data.orderPrice)}`}
            {data.marketPrice !== null && `, market at ${formatPrice(data.marketPrice)}`}
            {data.queueAhead !== null && `, ${formatShares(data.queueAhead)} shares ahead`}
          </p>
        </div>
      ) : error !== null ? (
        <p className="text-muted">{error.message}</p>
      ) : (
        <SkeletonRows rows={1} />
      )}
    </section>
  );
}
