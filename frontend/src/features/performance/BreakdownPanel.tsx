/** The trades by what they have in common: strategy, symbol, part of the day, tag. */
import { useState } from 'react';
import type { Performance } from '../../../../src/contracts/index.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { Empty, Panel } from '../../components/Panel.js';
import { Segments } from '../../components/Segments.js';
import { FigureText } from './FigureText.js';
import { SESSION_TITLES } from './sessionTitles.js';

type Dimension = 'byStrategy' | 'bySymbol' | 'bySession' | 'byTag';
type Group = Performance[Dimension][number];

const CHOICES: readonly { readonly value: Dimension; readonly label: string }[] = [
  { value: 'byStrategy', label: 'Strategy' },
  { value: 'bySymbol', label: 'Symbol' },
  { value: 'bySession', label: 'Session' },
  { value: 'byTag', label: 'Tag' },
];

const COLUMNS: readonly Column<Group>[] = [
  {
    id: 'key',
    head: 'Name',
    className: 'w-full',
    cell: ({ key }) => <span className="font-semibold">{SESSION_TITLES[key] ?? key}</span>,
  },
  { id: 'trades', head: 'Trades', align: 'right', cell: ({ figures }) => figures.trades },
  {
    id: 'pnl',
    head: 'P&L',
    align: 'right',
    cell: ({ figures }) => <FigureText figure={{ value: figures.netProfit }} kind="money" signed />,
  },
  {
    id: 'hits',
    head: 'Hit rate',
    align: 'right',
    cell: ({ figures }) => <FigureText figure={figures.hitRate} kind="percent" />,
  },
  {
    id: 'factor',
    head: 'PF',
    align: 'right',
    cell: ({ figures }) => <FigureText figure={figures.profitFactor} kind="ratio" />,
  },
  {
    id: 'expectancy',
    head: 'Expectancy',
    align: 'right',
    cell: ({ figures }) => <FigureText figure={figures.expectancy} kind="money" signed />,
  },
  {
    id: 'r',
    head: 'Mean R',
    align: 'right',
    className: 'hidden 2xl:table-cell',
    cell: ({ figures }) => <FigureText figure={figures.meanR} kind="multiple" signed />,
  },
];

/** The panel. */
export function BreakdownPanel({ performance, className = '' }: { performance: Performance; className?: string }) {
  const [dimension, setDimension] = useState<Dimension>('byStrategy');
  const groups = performance[dimension].toSorted((a, b) => b.figures.netProfit - a.figures.netProfit);
  return (
    <Panel
      title="Breakdown"
      className={className}
      actions={<Segments label="By" value={dimension} choices={CHOICES} onChange={setDimension} />}
    >
      {groups.length === 0 ? (
        <Empty title={dimension === 'byTag' ? 'No closed trade has a tag yet' : 'No closed trades yet'}>
          {dimension === 'byTag'
            ? 'Open a trade below and give it a tag, such as its setup or the mistake it was.'
            : 'A trade is closed once its position is flat again.'}
        </Empty>
      ) : (
        <DataTable label="Breakdown" columns={COLUMNS} rows={groups} rowKey={({ key }) => key} />
      )}
    </Panel>
  );
}
