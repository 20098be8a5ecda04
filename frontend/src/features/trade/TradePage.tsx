/** Trading one symbol: its chart with fills and working orders, the quote, and the ticket. */
import { Navigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { useLive } from '../../app/TradingContext.js';
import { useReceipt } from '../../app/useReceipt.js';
import { PriceChart } from '../../charts/PriceChart.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { settings } from '../../stores/settings.js';
import { SignalsPanel } from '../dashboard/SignalsPanel.js';
import { TradingTabs } from '../dashboard/TradingTabs.js';
import { Watchlist } from '../dashboard/Watchlist.js';
import { ChartToolbar } from './ChartToolbar.js';
import { OrderTicket } from './OrderTicket.js';
import { QuotePanel } from './QuotePanel.js';
import { useTitle } from '../shell/useTitle.js';
import { SymbolPosition } from './SymbolPosition.js';

/** `/trade` alone: goes to the symbol that was traded last, or to the first. */
export function FirstSymbol() {
  const symbol = useLive((state) => state.fills[0]?.symbol ?? state.session?.symbols[0]);
  return symbol === undefined ? (
    <SkeletonRows rows={8} />
  ) : (
    <Navigate to="/trade/$symbol" params={{ symbol }} replace />
  );
}

/** The page. */
export function TradePage() {
  const { symbol } = useParams({ from: '/trade/$symbol' });
  useTitle(symbol);
  const isKnown = useLive((state) => state.session === undefined || state.session.symbols.includes(symbol));
  if (!isKnown) {
    return <Empty title={`This session has no symbol “${symbol}”.`}>Press / and choose one of its symbols.</Empty>;
  }
  return (
    <div className="grid gap-px bg-line lg:h-full lg:min-h-[40rem] lg:grid-cols-[15.5rem_minmax(0,1fr)_18rem] 2xl:grid-cols-[17rem_minmax(0,1fr)_24rem]">
      <h1 className="sr-only">Trade {symbol}</h1>
      <Watchlist current={symbol} className="order-3 h-96 lg:order-1 lg:h-auto" />
      <div className="order-1 grid min-h-0 gap-px lg:order-2 lg:grid-rows-[minmax(16rem,1fr)_15rem]">
        <ChartArea symbol={symbol} />
        <TradingTabs withPositions symbol={symbol} initial="fills" className="h-80 lg:h-auto" />
      </div>
      <div className="order-2 flex min-h-0 flex-col gap-px lg:order-3 lg:overflow-auto">
        <QuotePanel symbol={symbol} />
        <SymbolPosition symbol={symbol} />
        <OrderTicket key={symbol} symbol={symbol} />
        <SignalsPanel className="hidden min-h-40 flex-1 2xl:flex" />
      </div>
    </div>
  );
}

function ChartArea({ symbol }: { readonly symbol: string }) {
  const { timeframe, extendedHours } = useStore(settings);
  const allFills = useLive((state) => state.fills);
  const allOrders = useLive((state) => state.orders);
  const fills = useMemo(() => allFills.filter((fill) => fill.symbol === symbol), [allFills, symbol]);
  const orders = useMemo(() => allOrders.filter((order) => order.symbol === symbol && order.open), [allOrders, symbol]);
  const allPositions = useLive((state) => state.positions);
  const entries = useMemo(() => allPositions.filter((position) => position.symbol === symbol), [allPositions, symbol]);
  const { open } = useReceipt();
  return (
    <section aria-label={`Chart of ${symbol}`} className="flex h-[26rem] min-h-0 min-w-0 flex-col bg-surface lg:h-auto">
      <ChartToolbar symbol={symbol} />
      <div className="min-h-0 flex-1">
        <PriceChart
          symbol={symbol}
          timeframe={timeframe}
          extendedHours={extendedHours}
          fills={fills}
          orders={orders}
          positions={entries}
          onFillClick={open}
        />
      </div>
    </section>
  );
}
