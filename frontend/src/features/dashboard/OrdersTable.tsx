/** Orders: the working ones with a way to cancel, or all of today; a row opens why it is in its state. */
import { useState } from 'react';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { Owner, Side, Time } from '../../components/figures.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { formatPrice, formatShares } from '../../format/decimal.js';
import type { OrderView } from '../../../../src/contracts/index.js';
import { withLegsBelow } from './withLegsBelow.js';
import { OrderDialog } from './OrderDialog.js';
import { OrderPrice, OrderStatus } from './OrderStatus.js';

/** What the table takes. */
export interface OrdersTableProps {
  readonly orders: readonly OrderView[];
  /** What is said when there are none. */
  readonly empty: string;
}

/** The table. */
export function OrdersTable({ orders, empty }: OrdersTableProps) {
  const loaded = useLive((state) => state.received.has('orders'));
  const api = useApi();
  const mayTrade = useMay('trader');
  const cancel = useAction((id: string) => api.call('cancelOrder', { params: { id } }));
  const [openId, setOpenId] = useState<string>();
  const openOrder = orders.find(({ id }) => id === openId);
  if (!loaded) return <SkeletonRows />;
  if (orders.length === 0)
    return <Empty title={empty}>Orders of strategies and your own appear here as they are made.</Empty>;
  const columns: readonly Column<OrderView>[] = [
    { id: 'time', head: 'Time', cell: ({ createdAt }) => <Time micros={createdAt} /> },
    { id: 'side', head: 'Side', cell: ({ side }) => <Side side={side} /> },
    {
      id: 'symbol',
      head: 'Symbol',
      cell: ({ symbol, parentId }) => (
        <span className="font-semibold">
          {parentId !== null && <span className="mr-1 text-faint">└</span>}
          {symbol}
        </span>
      ),
    },
    {
      id: 'quantity',
      head: 'Filled',
      align: 'right',
      cell: ({ quantity, filledQuantity }) => (
        <span>
          {formatShares(filledQuantity)}
          <span className="text-faint"> / {formatShares(quantity)}</span>
        </span>
      ),
    },
    { id: 'price', head: 'Price', cell: (order) => <OrderPrice order={order} /> },
    {
      id: 'average',
      head: 'Average',
      align: 'right',
      className: 'hidden md:table-cell',
      cell: ({ averageFillPrice }) =>
        averageFillPrice === null ? <span className="text-faint">–</span> : formatPrice(averageFillPrice),
    },
    { id: 'status', head: 'Status', cell: (order) => <OrderStatus order={order} /> },
    {
      id: 'owner',
      head: 'Owner',
      className: 'hidden lg:table-cell',
      cell: ({ owner }) => <Owner owner={owner} />,
    },
    {
      id: 'why',
      head: 'Reason',
      className: 'hidden w-full max-w-0 xl:table-cell',
      cell: (order) => {
        const text = order.statusReason ?? order.reason;
        return (
          <span title={text} className="block truncate text-muted">
            {text}
          </span>
        );
      },
    },
    {
      id: 'cancel',
      pinned: true,
      head: <span className="sr-only">Cancel</span>,
      align: 'right',
      cell: ({ id, open, symbol, status }) =>
        open && (
          <Button
            size="tiny"
            aria-label={`Cancel the order in ${symbol}`}
            disabled={!mayTrade || cancel.pending || status === 'pending_cancel'}
            onClick={(event) => {
              event.stopPropagation();
              void cancel.run(id);
            }}
          >
            Cancel
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        label="Orders"
        columns={columns}
        rows={withLegsBelow(orders)}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        isDim={({ open }) => !open}
      />
      {openOrder !== undefined && <OrderDialog order={openOrder} onClose={() => setOpenId(undefined)} />}
    </>
  );
}
