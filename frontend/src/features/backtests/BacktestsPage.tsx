/**
 * Kept backtests, walk-forward analyses and validations, the newest first, each with a link to its report; two
 * backtests that are chosen can be compared.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../app/TradingContext.js';
import { DataTable } from '../../components/DataTable.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { useTitle } from '../shell/useTitle.js';
import { compareColumn, RUN_COLUMNS } from './runColumns.js';

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
  const [chosen, setChosen] = useState<readonly number[]>([]);
  // A third one takes the place of the first.
  const choose = (number: number): void =>
    setChosen((before) =>
      before.includes(number) ? before.filter((other) => other !== number) : [...before, number].slice(-2),
    );
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
        actions={<CompareLink chosen={chosen} />}
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
              <DataTable
                label="Runs"
                columns={[compareColumn(chosen, choose), ...RUN_COLUMNS]}
                rows={data.runs}
                rowKey={({ number }) => String(number)}
              />
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

/** To the comparison of two runs, the older one first. */
function CompareLink({ chosen }: { readonly chosen: readonly number[] }) {
  const [a, b] = chosen.toSorted((one, other) => one - other);
  if (a === undefined) return undefined;
  if (b === undefined) return <span className="text-xs text-faint">Tick another run to compare it with run {a}</span>;
  return (
    <Link
      to="/backtests/compare/$a/$b"
      params={{ a: String(a), b: String(b) }}
      className="rounded border border-line-strong bg-raised px-2 py-1 text-xs font-medium text-ink hover:bg-hover"
    >
      Compare run {a} with run {b}
    </Link>
  );
}
