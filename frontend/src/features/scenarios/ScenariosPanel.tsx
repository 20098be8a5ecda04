/** The session's account under each kind of fills, and what each assumption carries. */
import type { AssumptionEffectView, ScenarioResult } from '../../../../src/contracts/index.js';
import { useLive } from '../../app/TradingContext.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { Pnl } from '../../components/figures.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { formatMoney } from '../../format/decimal.js';
import { ScenarioMark } from './ScenarioMark.js';
import { SCENARIO_TITLES } from './scenarioTitles.js';

const RESULTS: readonly Column<ScenarioResult>[] = [
  {
    id: 'scenario',
    head: 'Fills',
    cell: ({ scenario, preset }) => (
      <span title={`Preset ${preset}`} className="flex items-center gap-2 font-medium">
        <ScenarioMark scenario={scenario} />
        {SCENARIO_TITLES[scenario]}
      </span>
    ),
  },
  { id: 'equity', head: 'Equity', align: 'right', cell: ({ equity }) => formatMoney(equity) },
  { id: 'day', head: 'Day P&L', align: 'right', cell: ({ dayPnl }) => <Pnl amount={dayPnl} /> },
  {
    id: 'realised',
    head: 'Realised',
    align: 'right',
    className: 'hidden sm:max-lg:table-cell 2xl:table-cell',
    cell: ({ realisedPnl }) => <Pnl amount={realisedPnl} />,
  },
  {
    id: 'fees',
    head: 'Fees',
    align: 'right',
    className: 'hidden sm:max-lg:table-cell 2xl:table-cell',
    cell: ({ fees }) => formatMoney(fees),
  },
  {
    id: 'open',
    head: 'Open orders',
    align: 'right',
    className: 'hidden sm:max-lg:table-cell 2xl:table-cell',
    cell: (row) => row.openOrders,
  },
  { id: 'fills', head: 'Fills', align: 'right', cell: ({ fills }) => fills },
];

const ASSUMPTIONS: readonly Column<AssumptionEffectView>[] = [
  {
    id: 'text',
    head: 'Strict in one assumption alone',
    className: 'w-full max-w-0',
    cell: ({ text }) => (
      <span title={text} className="block truncate first-letter:uppercase">
        {text}
      </span>
    ),
  },
  {
    id: 'equity',
    head: 'Equity',
    align: 'right',
    className: 'hidden sm:max-lg:table-cell 2xl:table-cell',
    cell: (row) => formatMoney(row.equity),
  },
  { id: 'change', head: 'Changes by', align: 'right', cell: ({ change }) => <Pnl amount={change} /> },
];

/** The panel. */
export function ScenariosPanel({ className = '' }: { readonly className?: string }) {
  const scenarios = useLive((state) => state.scenarios);
  return (
    <Panel title="Fill scenarios of the session" className={className}>
      {scenarios === undefined ? (
        <SkeletonRows rows={3} />
      ) : scenarios.state === 'off' ? (
        <Empty title="No fill scenarios">{scenarios.note}</Empty>
      ) : (
        <>
          <p className="px-3 py-2 text-xs text-muted">
            {scenarios.state === 'ended' ? scenarios.note : scenarios.sentence}
          </p>
          <div>
            <DataTable
              label="Scenarios"
              columns={RESULTS}
              rows={scenarios.results}
              rowKey={({ scenario }) => scenario}
            />
          </div>
          <div className="mt-3">
            <DataTable
              label="Assumptions"
              columns={ASSUMPTIONS}
              rows={scenarios.assumptions}
              rowKey={({ assumption }) => assumption}
            />
          </div>
          <p className="px-3 py-2 text-2xs text-faint">
            The same orders, sent at the same time, under other fills. A shadow account clips an exit to what it holds;
            in a single order strict need not be the worst of the three.
          </p>
        </>
      )}
    </Panel>
  );
}
