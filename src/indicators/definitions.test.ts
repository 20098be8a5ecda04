/**
 * Figures of a window against their definitions, written out, on series that are hard on sums (hostileSeries.test.ts),
 * for the shortest windows, too. Where a definition divides by nothing the figure is what its doc comment says.
 */
import { expect, it } from 'vitest';
import { HOSTILE_BARS, hostileTable, SERIES, valuesOf } from '../../test/support/hostileSeries.js';
import type { Declare } from '../../test/support/hostileSeries.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';

/** The bars up to the one at hand, in columns; prices in dollars. */
interface Columns {
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
}

const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const at = (values: readonly number[], index: number): number => values[index] ?? NaN;
/** A quotient, or what stands for it where nothing would be divided by. */
const over = (part: number, whole: number, none = 0): number => (whole === 0 ? none : part / whole);
const last = (values: readonly number[], n: number): readonly number[] => values.slice(-n);
const changes = (values: readonly number[]): readonly number[] =>
  values.slice(1).map((value, index) => value - at(values, index));
const sizes = (values: readonly number[]): number => sum(changes(values).map(Math.abs));
const spread = (values: readonly number[]): number => sum(values.map((value) => (value - mean(values)) ** 2));
const indices = (all: readonly number[], n: number): readonly number[] =>
  Array.from({ length: n }, (_, index) => all.length - n + index);

function ultimate({ high, low, close }: Columns, n: number): number {
  const part = (length: number): number => {
    const rows = indices(close, length).map((row) => {
      const bottom = Math.min(at(low, row), at(close, row - 1));
      return [at(close, row) - bottom, Math.max(at(high, row), at(close, row - 1)) - bottom] as const;
    });
    return over(sum(rows.map(([pressure]) => pressure)), sum(rows.map(([, range]) => range)));
  };
  return (100 * (4 * part(n) + 2 * part(n + 1) + part(n + 2))) / 7;
}

function moneyFlow({ high, low, close, volume }: Columns, n: number): number {
  // Three times the typical price in steps of the scale, so that equal ones are.
  const three = close.map((price, row) => Math.round((at(high, row) + at(low, row) + price) * RAW_PRICE_SCALE));
  const flow = (sign: 1 | -1): number => {
    const rows = indices(three, n).filter((row) => sign * (at(three, row) - at(three, row - 1)) > 0);
    return sum(rows.map((row) => at(three, row) * at(volume, row)));
  };
  return over(100 * flow(1), flow(1) + flow(-1));
}

function vortex({ high, low, close }: Columns, n: number, side: 1 | -1): number {
  const rows = indices(close, n);
  const range = sum(
    rows.map((row) => Math.max(at(high, row), at(close, row - 1)) - Math.min(at(low, row), at(close, row - 1))),
  );
  const moved = rows.map((row) =>
    Math.abs(side === 1 ? at(high, row) - at(low, row - 1) : at(low, row) - at(high, row - 1)),
  );
  return over(sum(moved), range);
}

function correlation({ high, close }: Columns, n: number): number {
  const [x, y] = [last(close, n), last(high, n)];
  // The mean of equal prices need not be that price.
  if (new Set(x).size === 1 || new Set(y).size === 1) return 0;
  const product = sum(x.map((value, index) => (value - mean(x)) * (at(y, index) - mean(y))));
  return over(product, Math.sqrt(spread(x) * spread(y)));
}

function chaikinMoneyFlow({ high, low, close, volume }: Columns, n: number): number {
  const flows = indices(close, n).map((row) => {
    const [top, bottom, price] = [at(high, row), at(low, row), at(close, row)];
    return over(2 * price - top - bottom, top - bottom) * at(volume, row);
  });
  return over(sum(flows), sum(last(volume, n)));
}

/** What is declared, and what its first line is of the bars so far. */
const DEFINITIONS: Readonly<Record<string, readonly [Declare, (bars: Columns, n: number) => number]>> = {
  sma: [(scope, n) => scope.sma(n), ({ close }, n) => mean(last(close, n))],
  'weighted average': [
    ({ ta }, n) => ta.average('weighted', n),
    ({ close }, n) => sum(last(close, n).map((price, index) => price * (index + 1))) / ((n * (n + 1)) / 2),
  ],
  deviation: [({ ta }, n) => ta.deviation(n), ({ close }, n) => Math.sqrt(spread(last(close, n)) / n)],
  meanDeviation: [
    ({ ta }, n) => ta.meanDeviation(n),
    ({ close }, n) => mean(last(close, n).map((price) => Math.abs(price - mean(last(close, n))))),
  ],
  plainCmo: [
    ({ ta }, n) => ta.plainCmo(n),
    ({ close }, n) => over(100 * sum(changes(last(close, n + 1))), sizes(last(close, n + 1))),
  ],
  efficiency: [
    ({ ta }, n) => ta.efficiency(n),
    ({ close }, n) => over(Math.abs(sum(changes(last(close, n + 1)))), sizes(last(close, n + 1)), 1),
  ],
  verticalHorizontal: [
    ({ ta }, n) => ta.verticalHorizontal(n),
    ({ close }, n) => over(Math.max(...last(close, n)) - Math.min(...last(close, n)), sizes(last(close, n + 1))),
  ],
  volumeWeighted: [
    ({ ta }, n) => ta.volumeWeighted(n),
    ({ close, volume }, n) => {
      const money = indices(close, n).map((row) => at(close, row) * at(volume, row));
      return over(sum(money), sum(last(volume, n)), at(close, close.length - 1));
    },
  ],
  percentRank: [
    ({ ta }, n) => ta.percentRank(n),
    ({ close }, n) => (100 * last(close, n + 1).filter((price) => price < at(close, close.length - 1)).length) / n,
  ],
  parkinson: [
    ({ ta }, n) => ta.volatility('parkinson', n),
    ({ high, low }, n) => {
      const squares = indices(high, n).map((row) => Math.log(at(high, row) / at(low, row)) ** 2);
      return Math.sqrt(mean(squares) / (4 * Math.log(2)));
    },
  ],
  ultimate: [({ ta }, n) => ta.ultimate(n, n + 1, n + 2), ultimate],
  moneyFlow: [({ ta }, n) => ta.moneyFlow(n), moneyFlow],
  'vortex up': [({ ta }, n) => ta.vortex(n).up, (bars, n) => vortex(bars, n, 1)],
  'vortex down': [({ ta }, n) => ta.vortex(n).down, (bars, n) => vortex(bars, n, -1)],
  correlation: [({ ta }, n) => ta.correlation(n, 'close', 'high'), correlation],
  chaikinMoneyFlow: [({ ta }, n) => ta.chaikinMoneyFlow(n), chaikinMoneyFlow],
};

it.each(Object.entries(DEFINITIONS))('%s', (_, [declare, define]) => {
  for (const [name, bars] of Object.entries(SERIES)) {
    const [, high, low, close] = [0, 1, 2, 3].map((field) => bars.map((bar) => at(bar, field) / RAW_PRICE_SCALE));
    const volume = bars.map((bar) => at(bar, 4));
    for (const n of [1, 2, 5, 20]) {
      const { values, warmUp } = valuesOf(declare, n, hostileTable(bars));
      for (let row = warmUp - 1; row < HOSTILE_BARS; row += 1) {
        const until = (column: readonly number[] = []): readonly number[] => column.slice(0, row + 1);
        const wanted = define({ high: until(high), low: until(low), close: until(close), volume: until(volume) }, n);
        const value = values[row]?.[0] ?? NaN;
        if (Math.abs(value - wanted) <= 1e-6 * Math.abs(wanted) + 1e-9) continue;
        expect.fail(`${name}, ${n}, row ${row}: ${value}, by its definition ${wanted}`);
      }
    }
  }
});
