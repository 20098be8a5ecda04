/** How the account does: figures, the curve with its drawdown, the trades by kind, and the journal of all trades. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { EquityChart } from '../../charts/EquityChart.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { useTitle } from '../shell/useTitle.js';
import { BreakdownPanel } from './BreakdownPanel.js';
import { FigureStrip } from './FigureStrip.js';
import { NO_FILTER } from './JournalFilter.js';
import type { Filter } from './JournalFilter.js';
import { TradeJournal } from './TradeJournal.js';

/** Figures change with every minute of market time and every fill. */
const REFRESH_MS = 2_000;
/** Those of all sessions are worked out of every kept trade. */
const REFRESH_ALL_MS = 15_000;

/** The page. */
export function PerformancePage() {
  useTitle('Performance');
  const api = useApi();
  const [all, setAll] = useState(false);
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const { sessions } = filter;
  const { data, error } = useQuery({
    queryKey: ['performance', sessions],
    queryFn: () => api.call('performance', { query: { sessionId: sessions } }),
    refetchInterval: sessions === 'current' ? REFRESH_MS : REFRESH_ALL_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <div className="grid gap-px bg-line lg:h-full lg:min-h-[44rem] lg:grid-rows-[auto_minmax(15rem,5fr)_minmax(16rem,6fr)]">
      <h1 className="sr-only">Performance</h1>
      {data !== undefined ? (
        <FigureStrip performance={data} all={all} />
      ) : error !== null ? (
        <Empty title="The figures could not be read.">{error.message}</Empty>
      ) : (
        <SkeletonRows rows={3} />
      )}
      <div className="grid min-h-0 gap-px lg:grid-cols-[minmax(0,1fr)_minmax(30rem,2fr)] xl:grid-cols-[minmax(0,3fr)_minmax(32rem,2fr)]">
        <CurvePanel all={all} onAll={setAll} />
        {data === undefined ? (
          <Panel title="Breakdown">
            <SkeletonRows />
          </Panel>
        ) : (
          <BreakdownPanel performance={data} className="h-72 lg:h-auto" />
        )}
      </div>
      <TradeJournal filter={filter} onFilter={setFilter} className="h-[32rem] lg:h-auto" />
    </div>
  );
}

/** What the session's account began with, as its figures have it; undefined until they are there. */
function useStartEquity(): number | undefined {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['performance', 'current'],
    queryFn: () => api.call('performance', { query: { sessionId: 'current' } }),
    refetchInterval: REFRESH_ALL_MS,
  });
  const start = data?.figures.startEquity;
  return start !== undefined && 'value' in start ? start.value : undefined;
}

function CurvePanel({ all, onAll }: { readonly all: boolean; readonly onAll: (all: boolean) => void }) {
  const curve = useLive((state) => state.equity);
  const base = useStartEquity() ?? curve.equity[0] ?? 0;
  return (
    <Panel
      title="Equity and drawdown, this session"
      className="h-72 lg:h-auto"
      actions={
        <Button size="tiny" tone="quiet" aria-expanded={all} onClick={() => onAll(!all)}>
          {all ? 'Fewer figures' : 'More figures'}
        </Button>
      }
    >
      {curve.time.length < 2 ? (
        <Empty title="No equity curve yet">It begins with the first minute of market time.</Empty>
      ) : (
        <EquityChart curve={curve} base={base} withDrawdown />
      )}
    </Panel>
  );
}
