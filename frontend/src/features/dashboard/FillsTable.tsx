/** Fills, newest first; a row opens its receipt. */
import { useReceipt } from '../../app/useReceipt.js';
import { useLive } from '../../app/TradingContext.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { Owner, Side, Time } from '../../components/figures.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { formatMoney, formatPrice, formatShares, multiplyDecimals } from '../../format/decimal.js';
import type { FillView } from '../../../../src/contracts/index.js';

const COLUMNS: readonly Column<FillView>[] = [
  { id: 'time', head: 'Time', cell: ({ time }) => <Time micros={time} /> },
  { id: 'side', head: 'Side', cell: ({ side }) => <Side side={side} /> },
  { id: 'symbol', head: 'Symbol', cell: ({ symbol }) => <span className="font-semibold">{symbol}</span> },
  { id: 'quantity', head: 'Shares', align: 'right', cell: ({ quantity }) => formatShares(quantity) },
  { id: 'price', head: 'Price', align: 'right', cell: ({ price }) => formatPrice(price) },
  {
    id: 'value',
    head: 'Value',
    align: 'right',
    className: 'hidden md:table-cell',
    cell: ({ price, quantity }) => formatMoney(multiplyDecimals(price, quantity)),
  },
  {
    id: 'fees',
    head: 'Fees',
    align: 'right',
    className: 'hidden sm:table-cell',
    cell: ({ fees }) => formatMoney(fees),
  },
  {
    id: 'liquidity',
    head: 'Liquidity',
    className: 'hidden 2xl:table-cell',
    cell: ({ liquidity }) => <span className="text-muted">{liquidity}</span>,
  },
  {
    id: 'owner',
    head: 'Owner',
    className: 'hidden w-full sm:table-cell',
    cell: ({ owner }) => <Owner owner={owner} />,
  },
  {
    id: 'receipt',
    pinned: true,
    head: <span className="sr-only">Receipt</span>,
    align: 'right',
    cell: () => <span className="text-accent group-hover:underline">Receipt</span>,
  },
];

/** The table. */
export function FillsTable({ fills }: { readonly fills: readonly FillView[] }) {
  const loaded = useLive((state) => state.received.has('fills'));
  const { fillId, open } = useReceipt();
  if (!loaded) return <SkeletonRows />;
  if (fills.length === 0)
    return <Empty title="No fills yet">Every fill comes with a receipt that says how its price came about.</Empty>;
  return (
    <DataTable
      label="Fills"
      columns={COLUMNS}
      rows={fills}
      rowKey={({ id }) => id}
      onOpen={({ id }) => open(id)}
      isCurrent={({ id }) => id === fillId}
    />
  );
}
