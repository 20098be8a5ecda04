/**
 * A day of the simulated market: thirty symbols from premarket to the end of after hours, read in large portions, and
 * made slice by slice as a session does that trades in it. No kernel, no tape.
 */
import { parseDate } from '../src/calendar/tradingDate.js';
import { createSimulatedDay, type SimulatedDay } from '../src/data/sim/simulatedDay.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';

const DATE = parseDate('2026-11-23');
const SEED = 5;
const PORTION = 20_000;
const GATE = 250_000;

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const rows = inPortions(createSimulatedDay({ seed: SEED, date: DATE }));
  const cases = [
    { name: 'simulated-market/day', read: inPortions },
    { name: 'simulated-market/day-in-slices', read: inSlices },
  ];
  const results: BenchResult[] = [];
  for (const { name, read } of cases) {
    results.push(
      await measure({
        name,
        unit: 'rows',
        work: rows,
        run: () => read(createSimulatedDay({ seed: SEED, date: DATE })),
        check: (read) => assert(read === rows && rows > 1_000_000, `${read} rows of ${rows}`),
        warmUps: 1,
        runs: 3,
        gatePerSecond: GATE,
        note: 'agents, books, rows',
      }),
    );
  }
  return results;
}

function inPortions(day: SimulatedDay): number {
  let rows = 0;
  for (let batch = day.readUntil(Infinity, PORTION); batch.length > 0; batch = day.readUntil(Infinity, PORTION)) {
    rows += batch.length;
  }
  return rows;
}

function inSlices(day: SimulatedDay): number {
  let rows = 0;
  while (day.frontier < day.end) {
    day.makeSlice();
    if (day.hasMade(day.frontier)) rows += day.readUntil(day.frontier - 1, PORTION).length;
  }
  return rows;
}
