/** The equity curve of today or of the whole session, with what it would be under other fills. */
import { useMemo, useState } from 'react';
import { useLive } from '../../app/TradingContext.js';
import { EquityChart } from '../../charts/EquityChart.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { Segments } from '../../components/Segments.js';
import { ScenarioStrip } from '../scenarios/ScenarioStrip.js';
import { lastDay, lastScenarioDay } from './lastDay.js';

/** The panel. */
export function EquityPanel({ className = '' }: { readonly className?: string }) {
  const curve = useLive((state) => state.equity);
  const account = useLive((state) => state.account);
  const loaded = useLive((state) => state.received.has('equity'));
  const [range, setRange] = useState<'today' | 'all'>('today');
  const shown = useMemo(() => (range === 'today' ? lastDay(curve) : curve), [curve, range]);
  const scenarios = useLive((state) => state.scenarios);
  const band = useMemo(() => {
    if (scenarios === undefined || scenarios.curve.time.length === 0) return undefined;
    return range === 'today' ? lastScenarioDay(scenarios.curve) : scenarios.curve;
  }, [scenarios, range]);
  const base = Number((range === 'today' ? account?.dayStartEquity : account?.startingCash) ?? shown.equity[0] ?? 0);
  return (
    <Panel
      title="Equity"
      className={className}
      actions={
        <Segments
          label="Range"
          value={range}
          choices={[
            { value: 'today', label: 'Today' },
            { value: 'all', label: 'All' },
          ]}
          onChange={setRange}
        />
      }
    >
      {!loaded ? (
        <SkeletonRows rows={5} />
      ) : shown.time.length < 2 ? (
        <Empty title="No equity curve yet">It begins with the first minute of market time.</Empty>
      ) : (
        <div className="flex h-full flex-col">
          <div className="min-h-0 flex-1">
            <EquityChart curve={shown} base={base} scenarios={band} />
          </div>
          {scenarios !== undefined && <ScenarioStrip scenarios={scenarios} />}
        </div>
      )}
    </Panel>
  );
}
