/** Paper fills against a broker's, by bucket, as people read them. */
import type { ExecutionComparison } from '../analytics/executions/compareExecutions.js';
import { BUCKET_PROPERTIES } from '../analytics/executions/executionBuckets.js';
import type { ExecutionBucket } from '../analytics/executions/executionBuckets.js';
import type { MeanInterval } from '../analytics/executions/meanInterval.js';
import { formatCount, formatPercent, plural } from '../analytics/figureText.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** Orders below which a bucket's mean says little. */
const FEW = 10;

/** The tables and a sentence; ends with a line break. */
export function renderExecutions(comparison: ExecutionComparison, c: Colours): string {
  const { all, byProperty, unmatchedOrders, unmatchedExecutions } = comparison;
  const rows = [
    ['all', '', all] as const,
    ...BUCKET_PROPERTIES.flatMap((property) =>
      byProperty[property].map((bucket, index) => [index === 0 ? property : '', bucket.key[0] ?? '', bucket] as const),
    ),
  ].map(([property, value, bucket]) => [property, value, ...cellsOf(bucket)]);
  const table = renderTable(
    [
      { title: 'paper against broker' },
      { title: '' },
      { title: 'orders', right: true },
      { title: 'worse by bp', right: true },
      { title: 'ticks', right: true },
      { title: 'later by ms', right: true },
      { title: 'filled on paper', right: true },
      { title: 'at the broker', right: true },
    ],
    rows,
    c,
  );
  const notes = [
    `${plural(unmatchedOrders, 'order was', 'orders were')} filled on paper alone, ` +
      `${plural(unmatchedExecutions, 'execution belongs', 'executions belong')} to no order of the session.`,
    '± is a 95 % confidence interval of the mean. Positive: the broker’s fill was worse, or later.',
    ...(all.orders < FEW ? [`${plural(all.orders, 'order')} prove nothing: compare more sessions.`] : []),
  ];
  return `\n${table}\n${notes.map((note) => c.dim(`  ${note}\n`)).join('')}`;
}

function cellsOf(bucket: ExecutionBucket): readonly string[] {
  const { orders, bp, ticks, timeMs, paperFilled, brokerFilled } = bucket;
  return [
    formatCount(orders),
    intervalText(bp, 2),
    intervalText(ticks, 2),
    intervalText(timeMs, 0),
    formatPercent(paperFilled),
    formatPercent(brokerFilled),
  ];
}

function intervalText({ mean, within }: MeanInterval, decimals: number): string {
  if (mean === null) return 'n/a';
  const text = mean.toFixed(decimals).replace('-', '−');
  return within === null ? text : `${text} ± ${within.toFixed(decimals)}`;
}
