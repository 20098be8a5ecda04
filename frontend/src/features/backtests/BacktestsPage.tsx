/** Kept backtests, walk-forward analyses and validations, the newest first, each with a link to its report. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../app/TradingContext.js';
import { DataTable } from '../../components/DataTable.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { useTitle } from '../shell/useTitle.js';
import { RUN_COLUMNS } from './runColumns.js';

/** Runs are made on the command line; one that runs says every two seconds how far it is. */
const REFRESH_MS = 4_000;
const LISTED = 500;
const EXAMPLE = 'papertape backtest sma-cross --symbols SPY --from 2013-10-07 --to 2013-10-11';

/** The page. */
export function BacktestsPage() {
  useTitle('Backtests');
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['runs'],
    queryFn: () => api.call('runs', { query: { limit: String(LISTED) } }),
    refetchInterval: REFRESH_MS,
  });
  const older = data === undefined ? 0 : data.total - data.runs.length;
  return (
    <div className="grid gap-px bg-line lg:h-full lg:min-h-96">
      <h1 className="sr-only">Backtests</h1>
      <Panel
        label="Kept runs"
        title={
          <h2 className="text-xs font-semibold">
            Backtests and analyses <span className="ml-1 font-normal text-faint">{data?.total ?? ''}</span>
          </h2>
        }
      >
        {error !== null ? (
          <Empty title="The runs could not be read.">{error.message}</Empty>
        ) : data === undefined ? (
          <SkeletonRows rows={6} />
        ) : data.runs.length === 0 ? (
          <Empty title="No run was kept yet">
            Run one in a terminal, with the data directory of this system:{' '}
            <code className="mt-1 block text-muted select-all">{EXAMPLE}</code>
          </Empty>
        ) : (
          <div className="flex h-full flex-col">
            <div className="min-h-0 flex-1">
              <DataTable label="Runs" columns={RUN_COLUMNS} rows={data.runs} rowKey={({ number }) => String(number)} />
            </div>
            {older > 0 && (
              <p className="border-t border-line px-3 py-1.5 text-xs text-faint">
                {older} older ones are not listed; papertape runs ls --last tells of them.
              </p>
            )}
          </div>
        )}
      </Panel>
    </div>
  );
}
