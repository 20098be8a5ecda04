/** The columns of the journal. */
import { clsx } from 'clsx';
import type { AnnotatedTrade } from '../../../../src/contracts/index.js';
import type { Column } from '../../components/DataTable.js';
import { Owner, Pnl, Time } from '../../components/figures.js';
import { formatDay, formatDuration } from '../../format/easternTime.js';
import { formatPrice, formatShares } from '../../format/decimal.js';
import { FigureText } from './FigureText.js';

/** Long or short, in words and colour. */
export function Direction({ side }: { readonly side: 'long' | 'short' }) {
  return (
    <span className={clsx('font-semibold', side === 'long' ? 'text-gain' : 'text-loss')}>
      {side === 'long' ? 'Long' : 'Short'}
    </span>
  );
}

/** What a trade came to, or would come to if it was closed now. */
export function Result({ trade, className }: { readonly trade: AnnotatedTrade; readonly className?: string }) {
  if (trade.state === 'closed') return <Pnl amount={trade.pnl} {...(className === undefined ? {} : { className })} />;
  return (
    <span title="Open: at the last price" className={clsx('italic', className)}>
      <FigureText figure={trade.openResult} kind="money" signed />
    </span>
  );
}

/** Words as small labels. */
export function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {tags.map((tag) => (
        <span key={tag} className="rounded-sm bg-raised px-1 text-2xs text-muted">
          {tag}
        </span>
      ))}
    </span>
  );
}

/** The columns, from left to right. */
export const TRADE_COLUMNS: readonly Column<AnnotatedTrade>[] = [
  {
    id: 'entry',
    head: 'Entry',
    cell: ({ entryTime }) => (
      <>
        <span className="hidden text-faint sm:inline">{formatDay(entryTime)} </span>
        <Time micros={entryTime} />
      </>
    ),
  },
  {
    id: 'held',
    head: 'Held',
    align: 'right',
    cell: ({ entryTime, exitTime, state }) =>
      state === 'open' || exitTime === null ? (
        <span className="text-accent">open</span>
      ) : (
        formatDuration(exitTime - entryTime)
      ),
  },
  {
    id: 'exit',
    head: 'Exit',
    className: 'hidden xl:table-cell',
    cell: ({ exitTime, state }) => (state === 'open' || exitTime === null ? '–' : <Time micros={exitTime} />),
  },
  { id: 'side', head: 'Side', cell: ({ side }) => <Direction side={side} /> },
  { id: 'symbol', head: 'Symbol', cell: ({ symbol }) => <span className="font-semibold">{symbol}</span> },
  { id: 'quantity', head: 'Shares', align: 'right', cell: ({ quantity }) => formatShares(quantity) },
  { id: 'in', head: 'In', align: 'right', cell: ({ entryPrice }) => shortPrice(entryPrice) },
  {
    id: 'out',
    head: 'Out',
    align: 'right',
    cell: ({ exitPrice }) => (exitPrice === null ? '–' : shortPrice(exitPrice)),
  },
  { id: 'pnl', head: 'P&L', align: 'right', cell: (trade) => <Result trade={trade} /> },
  {
    id: 'return',
    head: 'Return',
    align: 'right',
    className: 'hidden md:table-cell',
    cell: ({ returnFraction }) => <FigureText figure={returnFraction} kind="percent" signed />,
  },
  {
    id: 'r',
    head: 'R',
    align: 'right',
    className: 'hidden xl:table-cell',
    cell: ({ rMultiple }) => <FigureText figure={rMultiple} kind="multiple" signed />,
  },
  {
    id: 'mae',
    head: 'MAE',
    align: 'right',
    className: 'hidden lg:table-cell',
    cell: ({ maxAdverse }) => <FigureText figure={maxAdverse} kind="money" />,
  },
  {
    id: 'mfe',
    head: 'MFE',
    align: 'right',
    className: 'hidden lg:table-cell',
    cell: ({ maxFavourable }) => <FigureText figure={maxFavourable} kind="money" />,
  },
  {
    id: 'shortfall',
    head: <abbr title="Implementation shortfall: delay, execution, fees, and what did not fill">IS</abbr>,
    align: 'right',
    className: 'hidden xl:table-cell',
    cell: ({ costs }) => <FigureText figure={costs.shortfall.total} kind="money" />,
  },
  {
    id: 'spread',
    head: <abbr title="Effective spread per share">Eff. spread</abbr>,
    align: 'right',
    className: 'hidden 2xl:table-cell',
    cell: ({ costs }) => <FigureText figure={costs.effectiveSpread} kind="perShare" />,
  },
  {
    id: 'markout',
    head: (
      <abbr title="Where the market was a minute after the fills, per share; above 0 it went the orders’ way">
        1 min
      </abbr>
    ),
    align: 'right',
    className: 'hidden 2xl:table-cell',
    cell: ({ costs }) => (
      <FigureText figure={costs.markouts[2]?.perShare ?? { unsupported: 'not measured' }} kind="perShare" signed />
    ),
  },
  { id: 'owner', head: 'Owner', className: 'hidden sm:table-cell', cell: ({ owner }) => <Owner owner={owner} /> },
  {
    id: 'note',
    head: 'Why and notes',
    className: 'hidden w-full max-w-0 lg:table-cell',
    cell: ({ entryReason, exitReason, tags, notes }) => (
      <span className="block truncate text-muted" title={notes.at(-1)?.text ?? ''}>
        <Tags tags={tags} /> {notes.length > 0 ? `✎ ${notes.at(-1)?.text ?? ''}` : reasons(entryReason, exitReason)}
      </span>
    ),
  },
];

function reasons(entry: string, exit: string): string {
  return exit === '' ? entry : `${entry} → ${exit}`;
}

/** Averages have more decimals than anybody reads. */
function shortPrice(price: string): string {
  return formatPrice(
    Number(price)
      .toFixed(4)
      .replace(/0{1,2}$/, ''),
  );
}
