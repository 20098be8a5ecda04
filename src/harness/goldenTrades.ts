/**
 * `expect(run).toMatchGoldenTrades()`: compares a run's fills and its final equity with those that were accepted
 * before, as a table whose difference can be read. The table is an ordinary Vitest snapshot: written the first time,
 * renewed with `vitest -u`, refused when missing in CI.
 */
import type { TestRun } from './backtest.js';

/** The table: a line per fill, in columns, then the sums. */
export function goldenTrades(run: TestRun): string {
  const rows = run.fills.map((fill) => [
    fill.newYork,
    fill.side,
    String(fill.quantity),
    fill.symbol,
    `@ ${String(fill.price)}`,
    fill.fees === 0 ? '' : `fees ${String(fill.fees)}`,
    fill.reason,
  ]);
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const count = run.fills.length === 1 ? '1 fill' : `${run.fills.length} fills`;
  return [...lines, `${count}, fees ${run.fees.toFixed(2)}, equity ${run.finalEquity.toFixed(2)}`].join('\n');
}

/** Makes the matcher known to the Vitest that runs this process; outside Vitest nothing happens. */
export async function registerGoldenTrades(): Promise<void> {
  if (process.env['VITEST'] === undefined) return;
  const { expect } = await import('vitest');
  expect.extend({
    toMatchGoldenTrades(run: TestRun) {
      // Throws with the difference.
      expect(goldenTrades(run)).toMatchSnapshot();
      return { pass: true, message: () => 'the trades match those that were accepted before' };
    },
  });
}
