/** Tables for the terminal: no frame, one rule under the head, numbers to the right. */
import Table from 'cli-table3';
import type { Colours } from './terminal.js';

/** One column: its title and whether its cells stand to the right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '  ',
  'left-mid': '  ',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** Renders rows of cells; every row has as many cells as there are columns. Ends with a line break. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colours: Colours,
): string {
  const table = new Table({
    chars: NO_FRAME,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map((column) => (column.right === true ? 'right' : 'left')),
    head: columns.map((column) => colours.dim(column.title)),
  });
  for (const row of rows) table.push([...row]);
  return `${trimLines(table.toString())}\n`;
}

/** Two columns without a head: a name in dim, a value. */
export function renderFacts(facts: readonly (readonly [name: string, value: string])[], colours: Colours): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${colours.dim(name.padEnd(width))}  ${value}\n`).join('');
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
