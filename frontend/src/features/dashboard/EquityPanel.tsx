/** The equity curve of today or of the whole session. */
import { useMemo, useState } from 'react';
import { useLive } from '../../app/TradingContext.js';
import { EquityChart } from '../../charts/EquityChart.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { Segments } from '../../components/Segments.js';
import { lastDay } from './lastDay.js';

/** The panel. */
export function EquityPanel({ className = '' }: { readonly className?: string }) {
  const curve = useLive((state) => state.equity);
  const account = useLive((state) => state.account);
  const loaded = useLive((state) => state.received.has('equity'));
  const [range, setRange] = useState<'today' | 'all'>('today');
  const shown = useMemo(() => (range === 'today' ? lastDay(curve) : curve), [curve, range]);
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
        <EquityChart curve={shown} base={base} />
      )}
    </Panel>
  );
}
