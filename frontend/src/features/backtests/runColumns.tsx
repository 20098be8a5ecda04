/** The columns of the list of runs. */
import { clsx } from 'clsx';
import { ExternalLink } from 'lucide-react';
import type { RunRow } from '../../../../src/contracts/index.js';
import type { Column } from '../../components/DataTable.js';
import { signTone, Time } from '../../components/figures.js';
import { formatPercent } from '../../format/decimal.js';
import { formatDate } from '../../format/easternTime.js';
import { urlOf } from '../../services/ApiClient.js';

const MOST_SYMBOLS = 3;

/** A column of boxes; two runs that are ticked can be compared. Only backtests that came to a result have one. */
export function compareColumn(chosen: readonly number[], onChoose: (number: number) => void): Column<RunRow> {
  return {
    id: 'compare',
    head: <span className="sr-only">Compare</span>,
    cell: ({ number, kind, return: result }) =>
      kind === 'backtest' &&
      result !== null && (
        <input
          type="checkbox"
          aria-label={`Compare run ${number}`}
          checked={chosen.includes(number)}
          onChange={() => onChoose(number)}
          className="block size-4 accent-accent"
        />
      ),
  };
}

/** The columns, from left to right. */
export const RUN_COLUMNS: readonly Column<RunRow>[] = [
  { id: 'number', head: 'Run', align: 'right', cell: ({ number }) => number },
  {
    id: 'when',
    head: 'Begun',
    className: 'hidden sm:table-cell',
    cell: ({ startedAt }) => (
      <>
        <span className="text-faint">{formatDate(startedAt)} </span>
        <Time micros={startedAt} seconds={false} />
      </>
    ),
  },
  {
    id: 'kind',
    head: 'What',
    className: 'hidden sm:table-cell',
    cell: ({ kind }) => <span className="text-muted">{kind}</span>,
  },
  {
    id: 'strategy',
    head: 'Strategy',
    cell: ({ title }) => (
      <span
        title={title}
        className="inline-block max-w-24 truncate sm:max-w-40 align-bottom font-semibold 2xl:max-w-80"
      >
        {title}
      </span>
    ),
  },
  {
    id: 'symbols',
    head: 'Symbols',
    className: 'hidden sm:table-cell',
    cell: ({ symbols }) => <Symbols symbols={symbols} />,
  },
  {
    id: 'days',
    head: 'Days',
    className: 'hidden md:table-cell',
    cell: ({ from, to }) => (from === to ? from : `${from} to ${to}`),
  },
  {
    id: 'return',
    head: 'Return',
    align: 'right',
    cell: (run) => <Return run={run} />,
  },
  { id: 'sharpe', head: 'Sharpe', align: 'right', cell: (run) => <Sharpe run={run} /> },
  {
    id: 'drawdown',
    head: 'Max drawdown',
    align: 'right',
    className: 'hidden sm:table-cell',
    cell: ({ maxDrawdown }) => (maxDrawdown === null ? '–' : formatPercent(maxDrawdown, 2, false)),
  },
  {
    id: 'trades',
    head: 'Trades',
    align: 'right',
    className: 'hidden sm:table-cell',
    cell: ({ trades }) => (trades === null ? '–' : trades.toLocaleString('en-US')),
  },
  { id: 'state', head: 'Came to', className: 'hidden md:table-cell', cell: (run) => <Standing run={run} /> },
  {
    id: 'report',
    pinned: true,
    // A phone has room for the arrow alone beside the figures.
    head: <span className="sr-only sm:not-sr-only">Report</span>,
    cell: ({ number, hasReport }) =>
      hasReport ? (
        <a
          href={urlOf('/runs/:number/page', { params: { number } })}
          target="_blank"
          rel="noopener"
          aria-label={`Report of run ${number}`}
          className="inline-flex items-center gap-1 rounded text-accent underline-offset-2 hover:underline"
        >
          <span className="hidden sm:inline">Open</span>
          <ExternalLink aria-hidden className="size-3" />
        </a>
      ) : (
        <span
          className="text-faint"
          title="A run that came to no result has none; that of a large one is kept where it was run with --report."
        >
          <span className="sr-only sm:not-sr-only">none</span>
        </span>
      ),
  },
];

function Symbols({ symbols }: { readonly symbols: readonly string[] }) {
  const left = symbols.length - MOST_SYMBOLS;
  return (
    <span title={symbols.join(' ')}>
      {symbols.slice(0, MOST_SYMBOLS).join(' ')}
      {left > 0 && <span className="text-faint"> +{left}</span>}
    </span>
  );
}

/** The return; where the column "Came to" has no room, also that it is not that of a whole run. */
function Return({ run }: { readonly run: RunRow }) {
  const fraction = run.return;
  // As it is shown, so that a return of nothing has no colour.
  const shown = fraction === null ? 0 : Math.round(fraction * 10_000);
  const isWhole = run.state === 'done';
  return (
    <>
      {!isWhole && <span className="text-warn md:hidden">{run.state} </span>}
      <span className={clsx(signTone(shown), fraction === null && !isWhole && 'hidden md:inline')}>
        {fraction === null ? '–' : formatPercent(fraction)}
      </span>
    </>
  );
}

function Sharpe({ run: { sharpe, sharpeUnsupported } }: { readonly run: RunRow }) {
  if (sharpeUnsupported === null) return ratio(sharpe);
  return (
    <span title={sharpeUnsupported} className="text-faint underline decoration-dotted underline-offset-2">
      n/a<span className="sr-only">: {sharpeUnsupported}</span>
    </span>
  );
}

function Standing({ run: { state, fraction, verdict, failure } }: { readonly run: RunRow }) {
  const far = fraction === null ? '' : ` at ${formatPercent(fraction, 0, false)}`;
  return (
    <span
      title={failure?.message}
      className={clsx(state === 'done' ? 'text-muted' : state === 'running' ? 'text-accent' : 'text-warn')}
    >
      {verdict ?? `${state}${far}${failure === null ? '' : `: ${failure.code}`}`}
    </span>
  );
}

function ratio(value: number | null): string {
  return value === null ? '–' : `${value < 0 && Math.round(value * 100) !== 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;
}
