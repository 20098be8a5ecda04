/** Trades that are not in both of two runs as they are, in words and as rows. */
import type { TradeDifferenceView } from '../../../../src/contracts/index.js';
import type { Column } from '../../components/DataTable.js';
import { Pnl } from '../../components/figures.js';
import { addDecimals, formatMoney, negate } from '../../format/decimal.js';
import { toChartSeconds } from '../../format/easternTime.js';

/** A difference with its place in the list. */
export type ListedDifference = TradeDifferenceView & { readonly index: number };

type Trade = NonNullable<TradeDifferenceView['a']>;

/** The difference as a sentence: the trade, and what became of it. */
export function differenceText(difference: TradeDifferenceView, runA: number, runB: number): string {
  const trade = tradeOf(difference);
  if (trade === null) return '';
  const { kind, fields } = difference;
  const what = `${nameOf(trade)}, ${momentOf(trade.entryTime)} at ${trade.entryPrice}`;
  if (kind === 'changed') return `${what}: ${fields.map(({ name, a, b }) => `${name} ${a} became ${b}`).join('; ')}.`;
  const exit = `to ${momentOf(trade.exitTime)} at ${trade.exitPrice}, ${formatMoney(trade.pnl, { plus: true })}`;
  return `only in run ${kind === 'onlyA' ? runA : runB}: ${what} ${exit}.`;
}

/** The columns, from left to right. */
export function differenceColumns(runA: number, runB: number): readonly Column<ListedDifference>[] {
  return [
    {
      id: 'entry',
      head: 'Entry (New York)',
      cell: (difference) => <span className="text-muted">{momentOf(beginOf(difference))}</span>,
    },
    {
      id: 'trade',
      head: 'Trade',
      cell: (difference) => <span className="font-semibold">{nameOf(tradeOf(difference))}</span>,
    },
    { id: 'a', head: `Run ${runA}`, align: 'right', cell: ({ a }) => <Result trade={a} /> },
    { id: 'b', head: `Run ${runB}`, align: 'right', cell: ({ b }) => <Result trade={b} /> },
    { id: 'change', head: 'Change', align: 'right', cell: (difference) => <Pnl amount={changeOf(difference)} /> },
    {
      id: 'fields',
      head: 'Differs in',
      className: 'w-full',
      cell: ({ kind, fields }) =>
        kind === 'changed'
          ? fields.flatMap(({ name }) => (name === 'P&L' ? [] : [name])).join(', ') || 'P&L alone'
          : `only in run ${kind === 'onlyA' ? runA : runB}`,
    },
  ];
}

function Result({ trade }: { readonly trade: Trade | null }) {
  return trade === null ? <span className="text-faint">–</span> : <Pnl amount={trade.pnl} />;
}

/** By how much the second run came to more with it, in dollars. */
function changeOf({ a, b }: TradeDifferenceView): string {
  return addDecimals(b?.pnl ?? '0', negate(a?.pnl ?? '0'));
}

/** When it begins in the run that has it first: the order of the list. */
function beginOf({ a, b }: TradeDifferenceView): number {
  return Math.min(a?.entryTime ?? Infinity, b?.entryTime ?? Infinity);
}

/** As the first run has it, where it does. */
function tradeOf({ a, b }: TradeDifferenceView): Trade | null {
  return a ?? b;
}

function nameOf(trade: Trade | null): string {
  return trade === null ? '' : `${trade.side} ${trade.quantity} ${trade.symbol}`;
}

/** As the server writes moments in what differs: `2013-10-07 09:36:00`, New York time. */
function momentOf(time: number | undefined): string {
  if (time === undefined) return '';
  return new Date(toChartSeconds(time) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
