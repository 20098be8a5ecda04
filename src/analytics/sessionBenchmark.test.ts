/** Holding the benchmark under conventions that look at its prices of regular hours, of bars before and after them. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { HOUR } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import type { HistoryBacktestRun } from './backtestHistory.js';
import { valueOf } from './figure.js';
import { comparedWithBenchmark } from './heldBenchmark.js';
import { equityDocument } from './report/document/figures.js';
import { statisticsSection } from './report/statisticsSections.js';

/** One hour each: before the session, at its begin and end, and after it. Dollars of three days. */
const HOURS = [8, 10, 15, 17];
const PRICES: Readonly<Record<string, readonly number[]>> = {
  '2013-10-08': [90, 100, 104, 60],
  '2013-10-09': [120, 103, 102, 130],
  '2013-10-10': [101, 105, 106, 90],
};

class Idle extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1h' };
}

function hourBars(): BarTable {
  const rows = Object.entries(PRICES).flatMap(([date, prices]) =>
    prices.map((price, index) => ({ start: fromNewYork(parseDate(date), (HOURS[index] ?? 0) * HOUR), price })),
  );
  const table = createBarTable('1h', rows.length);
  table.length = rows.length;
  for (const [row, { start, price }] of rows.entries()) {
    table.start[row] = start;
    table.time[row] = start + HOUR;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = price * DOLLAR;
    table.volume[row] = 1000;
  }
  return table;
}

async function runOf(preset: string, benchmark?: string): Promise<HistoryBacktestRun> {
  const history = createMemoryHistory();
  await history.merge('SPY', hourBars());
  await history.merge('MKT', hourBars());
  return backtestFromStore(history, {
    strategies: [{ name: 'idle', strategyClass: Idle, hash: 'h' }],
    ...{ from: '2013-10-08', to: '2013-10-10', engineVersion: '1', createHash: () => createHash('sha256') },
    ...{
      preset,
      adjust: 'raw',
      extendedHours: true,
      warmUpSessions: 0,
      ...(benchmark === undefined ? {} : { benchmark }),
    },
  });
}

describe.each([['its own symbol', undefined] as const, ['another symbol', 'MKT'] as const])(
  'a run that is measured against %s',
  (_, benchmark) => {
    it.each([
      ['lean', [90, 100, 104, 104, 104, 103, 102, 102, 102, 105, 106, 106]],
      ['papertape', [90, 100, 104, 60, 120, 103, 102, 130, 101, 105, 106, 90]],
    ] as const)('under %s holds it at the prices that its figures count', async (preset, prices) => {
      const result = await runOf(preset, benchmark);
      const { run } = result;
      const held = prices.map((price) => (100_000 * price) / 90);
      expect(Array.from(run.buyAndHold ?? [], (value) => value.toFixed(4))).toEqual(
        held.map((value) => value.toFixed(4)),
      );
      const { totalReturn, maxDrawdown } = comparedWithBenchmark(run)?.benchmark ?? {};
      const last = (prices.at(-1) ?? NaN) / 90 - 1;
      expect(valueOf(totalReturn ?? { unsupported: '' })).toBeCloseTo(last, 12);
      expect(run.statistics.buyAndHoldReturn).toBeCloseTo(last, 12);
      expect(valueOf(maxDrawdown ?? { unsupported: '' })).toBeCloseTo(
        preset === 'lean' ? 1 - 102 / 104 : 1 - 60 / 104,
        12,
      );
      const drawn = equityDocument(result)?.['benchmark'] as readonly number[] | undefined;
      expect(drawn?.at(-1)).toBeCloseTo(held.at(-1) ?? NaN, 6);
    });
  },
);

it('a run of three days has no alpha per year on its page, as it has no return per year', async () => {
  const pageOf = async (preset: string): Promise<string> => statisticsSection(await runOf(preset)).text;
  expect(await pageOf('lean')).toMatch(/Alpha per year<\/th>\s*<td class="n">n\/a</);
  expect(await pageOf('papertape')).toMatch(/Alpha of the whole run<\/th>\s*<td class="n">[+−]?\d/);
});
