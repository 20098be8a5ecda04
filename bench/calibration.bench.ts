/**
 * The unit that makes machines comparable, K1: one pass of V8 over six float64 columns of five million rows. Other
 * results are given in K1 per five million units of their work as well as in units per second.
 */
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';

const ROWS = 5_000_000;
const COLUMNS = 6;

/** Measures K1 as the case `calibration/k1`. */
export async function run(): Promise<BenchResult[]> {
  const columns = Array.from({ length: COLUMNS }, (_, column) =>
    Float64Array.from({ length: ROWS }, (__, row) => ((row + column) % 1024) + 0.5),
  );
  const [a, b, c, d, e, f] = columns;
  if (!a || !b || !c || !d || !e || !f) throw new Error('six columns are made above');
  const expected = sumOf(a) + sumOf(b) + sumOf(c) + sumOf(d) + sumOf(e) + sumOf(f);
  const result = await measure({
    name: 'calibration/k1',
    unit: 'rows',
    work: ROWS,
    run: () => scan(a, b, c, d, e, f),
    check: (sum) => {
      if (sum !== expected) throw new Error(`the scan gave ${sum} instead of ${expected}`);
    },
    note: '6 float64 columns, memory bandwidth',
  });
  return [result];
}

type Column = Float64Array;

// Halves and small integers: every partial sum is exact, so any order of addition gives the same result.
function scan(a: Column, b: Column, c: Column, d: Column, e: Column, f: Column): number {
  let sum = 0;
  for (let row = 0; row < a.length; row++) {
    sum += (a[row] ?? 0) + (b[row] ?? 0) + (c[row] ?? 0) + (d[row] ?? 0) + (e[row] ?? 0) + (f[row] ?? 0);
  }
  return sum;
}

function sumOf(column: Column): number {
  return column.reduce((sum, value) => sum + value, 0);
}
