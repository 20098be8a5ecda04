/** What each order got under expected, strict and optimistic fills, newest first. */
import type { ScenarioFill, ScenarioOrder } from '../../../../src/contracts/index.js';
import { useLive } from '../../app/TradingContext.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { Pnl, Side, Time } from '../../components/figures.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { formatPrice, formatShares } from '../../format/decimal.js';
import { resultOf } from './resultOf.js';
import { SCENARIO_TITLES } from './scenarioTitles.js';

const COLUMNS: readonly Column<ScenarioOrder>[] = [
  { id: 'side', head: 'Side', cell: ({ side }) => <Side side={side} /> },
  { id: 'symbol', head: 'Symbol', cell: ({ symbol }) => <span className="font-semibold">{symbol}</span> },
  ...(['expected', 'strict', 'optimistic'] as const).map((scenario) => ({
    id: scenario,
    head: SCENARIO_TITLES[scenario],
    align: 'right' as const,
    cell: (order: ScenarioOrder) => <Got fill={order[scenario]} />,
  })),
  {
    id: 'strict-result',
    head: 'Strict vs expected',
    align: 'right',
    className: 'hidden sm:table-cell',
    cell: (order) => {
      const result = resultOf(order, 'strict');
      return result === undefined ? <span className="text-faint">other size</span> : <Pnl amount={result} />;
    },
  },
  { id: 'time', head: 'Time', className: 'hidden sm:table-cell', cell: (order) => <Time micros={timeOf(order)} /> },
  {
    id: 'order',
    head: 'Order',
    className: 'hidden w-full sm:table-cell',
    cell: ({ orderId }) => <span className="text-muted">{orderId}</span>,
  },
];

/** Time of its last fill under the first scenario that filled it. */
function timeOf({ expected, strict, optimistic }: ScenarioOrder): number {
  return (expected ?? strict ?? optimistic)?.time ?? 0;
}

function Got({ fill }: { readonly fill: ScenarioFill | null }) {
  if (fill === null) return <span className="text-faint">no fill</span>;
  return (
    <span>
      <span className="mr-1 hidden text-2xs text-muted sm:inline">{formatShares(fill.quantity)} @</span>
      {formatPrice(shortened(fill.averagePrice))}
    </span>
  );
}

/** The table. */
export function ScenarioOrdersTable() {
  const scenarios = useLive((state) => state.scenarios);
  if (scenarios === undefined) return <SkeletonRows />;
  if (scenarios.state === 'off') return <Empty title="No fill scenarios">{scenarios.note}</Empty>;
  if (scenarios.orders.length === 0) {
    return (
      <Empty title="No fills to compare yet">
        Every order is taken under strict and optimistic fills too. What each got stands here, order by order.
      </Empty>
    );
  }
  return (
    <DataTable label="Fill scenarios" columns={COLUMNS} rows={scenarios.orders} rowKey={({ orderId }) => orderId} />
  );
}

/** An average has more decimals than anybody reads. */
function shortened(text: string): string {
  return text.replace(/(\.\d{4})\d+$/, '$1');
}
