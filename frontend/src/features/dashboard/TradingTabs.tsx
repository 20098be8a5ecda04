/** Working orders, all orders, fills and what they were under other fills behind tabs, with the positions as a tab of their own where asked. */
import { Tabs } from 'radix-ui';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { KEPT } from '../../stores/LiveStore.js';
import { ScenarioOrdersTable } from '../scenarios/ScenarioOrdersTable.js';
import { FillsTable } from './FillsTable.js';
import { OrdersTable } from './OrdersTable.js';
import { PositionsTable } from './PositionsTable.js';

/** What the tabs take. */
export interface TradingTabsProps {
  readonly withPositions?: boolean;
  /** The symbol on the screen, to which orders and fills can be narrowed. */
  readonly symbol?: string;
  readonly initial: 'positions' | 'working' | 'fills';
  readonly className?: string;
}

/** The tabs. */
export function TradingTabs({ withPositions = false, symbol, initial, className = '' }: TradingTabsProps) {
  const [narrow, setNarrow] = useState(false);
  const only = narrow ? symbol : undefined;
  const positionCount = useLive((state) => state.positions.length);
  const allOrders = useLive((state) => state.orders);
  const allFills = useLive((state) => state.fills);
  const api = useApi();
  const mayTrade = useMay('trader');
  const cancelAll = useAction(
    () => api.call('cancelAllOrders', {}),
    () => 'Canceling every working order.',
  );
  const orders = useMemo(
    () => allOrders.filter((order) => only === undefined || order.symbol === only),
    [allOrders, only],
  );
  const fills = useMemo(() => allFills.filter((fill) => only === undefined || fill.symbol === only), [allFills, only]);
  const working = useMemo(() => orders.filter(({ open }) => open), [orders]);
  return (
    <Tabs.Root defaultValue={initial} className={`flex min-h-0 min-w-0 flex-col bg-surface ${className}`}>
      <div className="flex h-9 shrink-0 items-center border-b border-line pr-2">
        <Tabs.List aria-label="Orders and fills" className="flex h-full gap-4 px-3">
          {withPositions && <Tab value="positions" label="Positions" count={positionCount} />}
          <Tab value="working" label="Working" count={working.length} />
          <Tab value="orders" label="Orders" count={orders.length} isCut={allOrders.length >= KEPT.orders} />
          <Tab value="fills" label="Fills" count={fills.length} isCut={allFills.length >= KEPT.fills} />
          {symbol === undefined && <Tab value="scenarios" label="Scenarios" />}
        </Tabs.List>
        <div className="ml-auto flex items-center gap-3">
          {symbol !== undefined && (
            <label className="flex items-center gap-1.5 text-xs text-muted">
              <input
                type="checkbox"
                checked={narrow}
                onChange={(event) => setNarrow(event.currentTarget.checked)}
                className="size-3.5 accent-accent-solid"
              />
              {symbol} only
            </label>
          )}
          {working.length > 0 && mayTrade && only === undefined && (
            <Button size="tiny" tone="quiet" disabled={cancelAll.pending} onClick={() => void cancelAll.run()}>
              Cancel all
            </Button>
          )}
        </div>
      </div>
      {withPositions && (
        <Body value="positions">
          <PositionsTable />
        </Body>
      )}
      <Body value="working">
        <OrdersTable orders={working} empty="No working orders" />
      </Body>
      <Body value="orders">
        <OrdersTable orders={orders} empty="No orders yet" />
      </Body>
      <Body value="fills">
        <FillsTable fills={fills} />
      </Body>
      {symbol === undefined && (
        <Body value="scenarios">
          <ScenarioOrdersTable />
        </Body>
      )}
    </Tabs.Root>
  );
}

interface TabProps {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
  /** Whether older rows were left out. */
  readonly isCut?: boolean;
}

function Tab({ value, label, count, isCut = false }: TabProps) {
  return (
    <Tabs.Trigger
      value={value}
      className="-mb-px flex h-full items-center gap-1.5 border-b-2 border-transparent text-xs font-semibold text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
    >
      {label}
      {count !== undefined && (
        <span className="font-normal text-faint">
          {count}
          {isCut && '+'}
        </span>
      )}
    </Tabs.Trigger>
  );
}

function Body({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Tabs.Content value={value} className="min-h-0 flex-1 outline-none">
      {children}
    </Tabs.Content>
  );
}
