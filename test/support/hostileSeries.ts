/** Series of bars that are hard on indicators, and what an indicator says on them. */
import type { BarTable } from '../../src/domain/marketTables.js';
import { createBarTable } from '../../src/domain/tables.js';
import { IndicatorLine } from '../../src/indicators/IndicatorLine.js';
import { IndicatorScope } from '../../src/strategies/IndicatorScope.js';
import { SeededRandom } from '../../src/utils/random.js';

const SCALE = 1_000_000;
/** Bars of each series. */
export const HOSTILE_BARS = 150;
/** Where a market jumps: no multiple of a length, so that sums are not taken anew just then. */
const JUMP = 67;

/** Declares an indicator of a length. */
export type Declare = (scope: IndicatorScope, n: number) => unknown;

/** A bar: prices as whole numbers at the scale of raw prices, and shares. */
export type HostileBar = readonly [open: number, high: number, low: number, close: number, volume: number];

function still(dollars: number, volume = 100): HostileBar {
  const price = Math.round(dollars * SCALE);
  return [price, price, price, price, volume];
}

function times([open, high, low, close, volume]: HostileBar, by: number): HostileBar {
  const [one = 0, two = 0, three = 0, four = 0] = [open, high, low, close].map((price) => Math.round(price * by));
  return [one, two, three, four, volume];
}

const random = new SeededRandom(7);
const walk: readonly HostileBar[] = (() => {
  let close = 100 * SCALE;
  return Array.from({ length: HOSTILE_BARS }, (): HostileBar => {
    const open = close;
    close = Math.round(close * (1 + (random.next() - 0.5) * 0.03));
    const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
    const wide = Math.round(close * 0.004 * random.next());
    return [open, top + wide, bottom - wide, close, 1 + Math.floor(random.next() * 10_000)];
  });
})();

/** Series by what is hard about them. */
export const SERIES: Readonly<Record<string, readonly HostileBar[]>> = {
  walk,
  still: walk.map(() => still(100.17)),
  alternating: walk.map((_, row) => still(100 + (row % 2))),
  'long runs': walk.map((_, row) => still(100 + Math.floor(row / 40), row % 5)),
  'the largest prices': walk.map((bar) => times(bar, 3e6)),
  'the smallest prices': walk.map((_, row): HostileBar => [1 + (row % 2), 3, 1, 1 + ((row * 7) % 3), row % 2]),
  'no volume': walk.map(([open, high, low, close]) => [open, high, low, close, 0]),
  'no volume for a while': walk.map(([open, high, low, close, volume], row) => {
    return [open, high, low, close, row > JUMP && row < JUMP + 50 ? 0 : volume];
  }),
  gaps: walk.map((bar, row) => times(bar, row % 17 < 8 ? 1 : 1.6)),
  'a split of a thousand': walk.map((bar, row) => times(bar, row < JUMP ? 1000 : 1)),
  'a split of a thousand the other way': walk.map((bar, row) => times(bar, row < JUMP ? 1 : 1000)),
  'a split of a thousand, then nothing': walk.map((bar, row) => {
    return row < JUMP ? times(bar, 1000) : row < JUMP + 4 ? bar : still(100.17, 50);
  }),
  'one wrong price': walk.map((_, row) => (row === JUMP ? still(90_000, 1_000_000) : still(100.17))),
};
/** So far apart that sums of the small ones are lost beside the large ones. */
export const BEYOND: Readonly<Record<string, readonly HostileBar[]>> = {
  collapse: walk.map((_, row) =>
    row < JUMP ? still(90_000 + row * 100, 1e9) : still(0.003 + (row % 2) / SCALE, row % 2),
  ),
};

/** The table of a series. */
export function hostileTable(bars: readonly HostileBar[]): BarTable {
  const table = createBarTable('1d', bars.length);
  for (const [row, [open, high, low, close, volume]] of bars.entries()) {
    table.open[row] = open;
    table.high[row] = high;
    table.low[row] = low;
    table.close[row] = close;
    table.volume[row] = volume;
  }
  table.length = bars.length;
  return table;
}

/** The values at each of the rows [from, to), and how many bars there are before the first. */
export function valuesOf(declare: Declare, n: number, table: BarTable, from = 0, to = table.length) {
  const scope = new IndicatorScope('1d', { slot: 0 }, ['A'], SCALE);
  const declared = declare(scope, n);
  const all = declared instanceof IndicatorLine ? [declared] : Object.values(declared as Record<string, unknown>);
  const lines = all.filter((line) => line instanceof IndicatorLine);
  const values: number[][] = [];
  for (let row = from; row < to; row += 1) {
    for (const indicator of scope.indicators) indicator.update(0, table, row);
    values.push(lines.map(({ value }) => value));
  }
  return { values, warmUp: Math.max(...scope.indicators.map(({ warmUpBars }) => warmUpBars)) };
}
