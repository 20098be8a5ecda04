/** The dashboard: the market at the left, the account in the middle, what acts on it at the right. */
import { ActivityPanel } from './ActivityPanel.js';
import { AccountStrip } from './AccountStrip.js';
import { EquityPanel } from './EquityPanel.js';
import { Panel } from '../../components/Panel.js';
import { PositionsTable } from './PositionsTable.js';
import { SignalsPanel } from './SignalsPanel.js';
import { StrategiesPanel } from './StrategiesPanel.js';
import { useTitle } from '../shell/useTitle.js';
import { TradingTabs } from './TradingTabs.js';
import { Watchlist } from './Watchlist.js';
import { useLive } from '../../app/TradingContext.js';

/** The page. */
export function DashboardPage() {
  useTitle(undefined);
  const positionCount = useLive((state) => state.positions.length);
  return (
    <div className="grid gap-px bg-line lg:h-full lg:min-h-[40rem] lg:grid-cols-[15.5rem_minmax(0,1fr)_20rem] 2xl:grid-cols-[17rem_minmax(0,1fr)_24rem]">
      <h1 className="sr-only">Dashboard</h1>
      <Watchlist className="order-3 h-96 lg:order-1 lg:h-auto" />
      <div className="order-1 grid min-h-0 gap-px lg:order-2 lg:grid-rows-[auto_minmax(12rem,6fr)_minmax(7rem,4fr)_minmax(9rem,5fr)]">
        <AccountStrip />
        <EquityPanel className="h-72 lg:h-auto" />
        <Panel
          label="Positions"
          title={
            <h2 className="text-xs font-semibold">
              Positions <span className="ml-1 font-normal text-faint">{positionCount}</span>
            </h2>
          }
          className="h-64 lg:h-auto"
        >
          <PositionsTable />
        </Panel>
        <TradingTabs initial="fills" className="h-80 lg:h-auto" />
      </div>
      <div className="order-2 grid min-h-0 gap-px lg:order-3 lg:grid-rows-[fit-content(45%)_minmax(0,5fr)_minmax(0,4fr)]">
        <StrategiesPanel className="max-h-80 lg:max-h-none" />
        <SignalsPanel className="max-h-80 lg:max-h-none" />
        <ActivityPanel className="max-h-80 lg:max-h-none" />
      </div>
    </div>
  );
}
