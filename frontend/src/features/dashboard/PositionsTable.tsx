/** Open positions with live marks, and a way out of each. */
import { Link } from '@tanstack/react-router';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { LivePrice, Owner, Pnl, signTone } from '../../components/figures.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import {
  formatMoney,
  formatPercent,
  formatPrice,
  formatShares,
  ratio,
  signOf,
  addDecimals,
  negate,
} from '../../format/decimal.js';
import { OUTSIDE_OWNER } from '../../../../src/contracts/index.js';
import type { PositionView } from '../../../../src/contracts/index.js';

/** The table. */
export function PositionsTable() {
  const positions = useLive((state) => state.positions);
  const loaded = useLive((state) => state.received.has('positions'));
  const api = useApi();
  const mayTrade = useMay('trader');
  const close = useAction(
    (symbol: string) => api.call('closePosition', { params: { symbol } }),
    (symbol) => `Closing ${symbol} at the market.`,
  );
  if (!loaded) return <SkeletonRows />;
  if (positions.length === 0) {
    return (
      <Empty title="No open positions">
        A strategy that trades, or an order of your own on the Trade page, opens one.
      </Empty>
    );
  }
  const columns: readonly Column<PositionView>[] = [
    {
      id: 'symbol',
      head: 'Symbol',
      // What lies outside may be in a symbol that the session does not know.
      cell: ({ symbol, owner }) =>
        owner === OUTSIDE_OWNER ? (
          <span className="font-semibold">{symbol}</span>
        ) : (
          <Link to="/trade/$symbol" params={{ symbol }} className="font-semibold hover:underline">
            {symbol}
          </Link>
        ),
    },
    {
      id: 'owner',
      head: 'Owner',
      className: 'hidden sm:table-cell',
      cell: ({ owner }) => <Owner owner={owner} />,
    },
    {
      id: 'quantity',
      head: 'Shares',
      align: 'right',
      cell: ({ quantity }) => (
        <span>
          <span className="mr-1.5 text-2xs text-muted">{signOf(quantity) < 0 ? 'Short' : 'Long'}</span>
          {formatShares(quantity)}
        </span>
      ),
    },
    {
      id: 'average',
      head: 'Average',
      align: 'right',
      className: 'hidden sm:table-cell',
      cell: ({ averagePrice }) => formatPrice(roundPrice(averagePrice)),
    },
    { id: 'mark', head: 'Mark', align: 'right', cell: ({ mark }) => <LivePrice price={mark} /> },
    {
      id: 'value',
      head: 'Value',
      align: 'right',
      className: 'hidden md:table-cell',
      cell: ({ marketValue }) => formatMoney(marketValue),
    },
    {
      id: 'unrealised',
      head: 'Unrealised',
      align: 'right',
      cell: (row) => {
        const fraction = returnOf(row);
        return (
          <span>
            <Pnl amount={row.unrealisedPnl} />
            <span className={`ml-1.5 hidden text-2xs 2xl:inline ${signTone(fraction)}`}>{formatPercent(fraction)}</span>
          </span>
        );
      },
    },
    {
      id: 'realised',
      head: 'Realised',
      align: 'right',
      className: 'hidden md:table-cell',
      cell: ({ realisedPnl }) => <Pnl amount={realisedPnl} />,
    },
    {
      id: 'close',
      pinned: true,
      head: <span className="sr-only">Close</span>,
      align: 'right',
      cell: ({ symbol, owner }) =>
        owner === OUTSIDE_OWNER ? null : (
          <Button
            size="tiny"
            aria-label={`Close ${symbol}`}
            title={mayTrade ? `Close ${symbol} at the market` : 'Needs the role of a trader'}
            disabled={!mayTrade || close.pending}
            onClick={() => void close.run(symbol)}
          >
            Close
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label="Positions"
      columns={columns}
      rows={positions}
      rowKey={({ symbol, owner }) => `${symbol} ${owner}`}
    />
  );
}

/** Unrealised profit as a fraction of the cost. */
function returnOf({ marketValue, unrealisedPnl }: PositionView): number {
  const cost = addDecimals(marketValue, negate(unrealisedPnl));
  return ratio(unrealisedPnl, signOf(cost) < 0 ? negate(cost) : cost);
}

/** An average has more decimals than anybody reads. */
function roundPrice(text: string): string {
  return text.replace(/(\.\d{4})\d+$/, '$1');
}
