/** Two kept backtests side by side: what was asked, their figures, and where their trades part. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { RunComparisonView } from '../../../../src/contracts/index.js';
import { useApi } from '../../app/TradingContext.js';
import { DataTable } from '../../components/DataTable.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { ApiError } from '../../services/ApiClient.js';
import { useTitle } from '../shell/useTitle.js';
import { differenceColumns, differenceText } from './differenceColumns.js';

/** What runs are named by in an address. */
const IS_NUMBER = /^[1-9]\d{0,8}$/;
const TICK_TWO = 'Tick two backtests in the list of all runs to compare them.';

const route = getRouteApi('/backtests/compare/$a/$b');

/** The page. */
export function ComparePage() {
  const { a, b } = route.useParams();
  useTitle(`Runs ${a} and ${b}`);
  const api = useApi();
  const wrong = [a, b].find((number) => !IS_NUMBER.test(number));
  const { data, error } = useQuery({
    enabled: wrong === undefined,
    queryKey: ['comparison', a, b],
    queryFn: () => api.call('runComparison', { params: { number: a, other: b } }),
    // A run that is done does not change.
    staleTime: Infinity,
  });
  return (
    <div className="grid gap-px bg-line lg:h-full lg:min-h-[40rem] lg:grid-rows-[auto_minmax(0,1fr)]">
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1 bg-surface px-3 py-2">
        <Link
          to="/backtests"
          className="inline-flex items-center gap-1 self-center rounded text-xs text-accent underline-offset-2 hover:underline"
        >
          <ArrowLeft aria-hidden className="size-3" />
          All runs
        </Link>
        <h1 className="text-sm font-semibold">
          Run {a} and run {b}
        </h1>
        {data !== undefined && <p className="text-xs text-muted">{headline(data)}</p>}
      </header>
      {wrong !== undefined ? (
        <Whole>
          <Empty title={`No run has the number “${wrong}”.`}>{TICK_TWO}</Empty>
        </Whole>
      ) : error !== null ? (
        <Whole>
          <Empty title={error.message}>{error instanceof ApiError ? error.remedy : ''}</Empty>
        </Whole>
      ) : data === undefined ? (
        <Whole>
          <SkeletonRows rows={6} />
        </Whole>
      ) : (
        <Comparison key={`${a} ${b}`} comparison={data} />
      )}
    </div>
  );
}

/** What stands in place of the panels, on a ground of its own: the lines between them are what is behind. */
function Whole({ children }: { readonly children: ReactNode }) {
  return <div className="min-h-40 bg-surface">{children}</div>;
}

function headline({ a, b, sameLedger }: RunComparisonView): string {
  const name = ({ title, from, to }: RunComparisonView['a']): string => `${title}, ${from} to ${to}`;
  if (sameLedger) return `${name(a)}: both have the same fills, to the last figure.`;
  return name(a) === name(b) ? name(a) : `${name(a)} against ${name(b)}`;
}

function Comparison({ comparison }: { readonly comparison: RunComparisonView }) {
  const { a, b, inputs, figures, note, trades } = comparison;
  const { same, changed, onlyA, onlyB, listed } = trades;
  const [chosen, setChosen] = useState(0);
  const shown = listed[chosen];
  const count = changed + onlyA + onlyB;
  return (
    <div className="grid min-h-0 gap-px lg:grid-cols-[minmax(24rem,2fr)_minmax(0,3fr)]">
      <div className="grid min-h-0 gap-px bg-line lg:grid-rows-[minmax(0,auto)_minmax(0,1fr)]">
        <Panel title="Asked for" className="lg:max-h-80">
          {inputs.length === 0 ? (
            <p className="px-3 py-2 text-xs text-muted">The same of both.</p>
          ) : (
            <PairTable label="Asked for" head={['', `Run ${a.number}`, `Run ${b.number}`]}>
              {inputs.map((pair) => (
                <tr key={pair.name} className="align-top">
                  <PairName>{pair.name}</PairName>
                  <td className="px-2 py-1 break-words">{pair.a || '–'}</td>
                  <td className="py-1 pr-3 pl-2 break-words">{pair.b || '–'}</td>
                </tr>
              ))}
            </PairTable>
          )}
        </Panel>
        <Panel title="Figures">
          <PairTable label="Figures" head={['', `Run ${a.number}`, `Run ${b.number}`, 'Change']} isNumeric note={note}>
            {figures.map((figure) => (
              <FigureRow key={figure.name} figure={figure} />
            ))}
          </PairTable>
        </Panel>
      </div>
      <Panel title="Trades">
        <div className="flex flex-col lg:h-full">
          <p className="px-3 py-2 text-xs text-muted">
            {same.toLocaleString('en-US')} the same, {changed.toLocaleString('en-US')} changed,{' '}
            {onlyA.toLocaleString('en-US')} only in run {a.number}, {onlyB.toLocaleString('en-US')} only in run{' '}
            {b.number}.
          </p>
          {shown === undefined ? (
            <Empty title={same === 0 ? 'Neither run closed a trade.' : 'All trades are the same.'} />
          ) : (
            <>
              <p aria-live="polite" className="border-y border-line bg-raised px-3 py-2 text-xs">
                <b className="text-warn">{chosen === 0 ? 'First difference' : `Difference ${chosen + 1}`}</b>{' '}
                {differenceText(shown, a.number, b.number)}
              </p>
              <div className="h-96 min-h-0 lg:h-auto lg:flex-1">
                <DataTable
                  label="Trades that differ"
                  columns={differenceColumns(a.number, b.number)}
                  rows={listed.map((difference, index) => ({ ...difference, index }))}
                  rowKey={({ index }) => String(index)}
                  onOpen={({ index }) => setChosen(index)}
                  isCurrent={({ index }) => index === chosen}
                />
              </div>
              {count > listed.length && (
                <p className="border-t border-line px-3 py-1.5 text-xs text-faint">
                  The first {listed.length} of {count.toLocaleString('en-US')}; papertape compare {a.number} {b.number}{' '}
                  --json has all.
                </p>
              )}
            </>
          )}
        </div>
      </Panel>
    </div>
  );
}

/** Dim where both runs have the same, or neither a figure that can be told. */
function FigureRow({ figure: { a, b, told } }: { readonly figure: RunComparisonView['figures'][number] }) {
  const isSame = a === b || (told.a === 'n/a' && told.b === 'n/a');
  return (
    <tr className={clsx(isSame && 'text-faint')}>
      <PairName>{told.title}</PairName>
      <td className="px-2 py-1 text-right">{told.a}</td>
      <td className="px-2 py-1 text-right">{told.b}</td>
      <td className="py-1 pr-3 pl-2 text-right">{isSame ? '' : told.change}</td>
    </tr>
  );
}

/** Scrolls by itself, with the keyboard too. */
function PairTable({
  label,
  head,
  isNumeric = false,
  note = null,
  children,
}: {
  readonly label: string;
  readonly head: readonly string[];
  readonly isNumeric?: boolean;
  readonly note?: string | null;
  readonly children: ReactNode;
}) {
  return (
    <div role="group" aria-label={label} tabIndex={0} className="h-full overflow-auto pb-2">
      <table aria-label={label} className="w-full text-xs">
        <thead>
          <tr className="text-2xs text-faint">
            {head.map((text) =>
              text === '' ? (
                <td key="name" />
              ) : (
                <th
                  key={text}
                  scope="col"
                  className={clsx('px-2 pt-2 pb-1 font-medium last:pr-3', isNumeric ? 'text-right' : 'text-left')}
                >
                  {text}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
      {note !== null && <p className="px-3 pt-2 text-xs text-faint">n/a: {note}.</p>}
    </div>
  );
}

function PairName({ children }: { readonly children: ReactNode }) {
  return (
    <th scope="row" className="py-1 pr-2 pl-3 text-left font-normal text-muted first-letter:uppercase">
      {children}
    </th>
  );
}
