import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PrintFlag } from '../domain/marketTables.js';
import { createPrintTable } from '../domain/tables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { ChartBars } from './ChartBars.js';

/** 2013-10-07 09:30 New York. */
const OPEN = 1_381_152_600_000_000;
const NORMAL = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

interface Print {
  readonly time: number;
  readonly cents: number;
  readonly size: number;
}

/** Groups by plain division: opens, highs, lows, closes and volumes of bars of `length` minutes. */
function naive(prints: readonly Print[], length: number): number[][] {
  const bars = new Map<number, Print[]>();
  for (const print of prints) {
    const start = OPEN + Math.floor((print.time - OPEN) / length) * length;
    bars.set(start, [...(bars.get(start) ?? []), print]);
  }
  return [...bars].map(([start, all]) => {
    const prices = all.map(({ cents }) => cents / 100);
    const volume = all.reduce((sum, { size }) => sum + size, 0);
    return [start, prices[0] ?? 0, Math.max(...prices), Math.min(...prices), prices.at(-1) ?? 0, volume];
  });
}

const prints = fc
  .array(
    fc.record({
      // Never on a border: which bar such a print belongs to is the bar builder's own test.
      time: fc.integer({ min: 0, max: 2_000 }).map((second) => OPEN + second * SECOND + SECOND / 2),
      cents: fc.integer({ min: 900, max: 1_100 }),
      size: fc.integer({ min: 1, max: 500 }),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((list): Print[] => list.sort((a, b) => a.time - b.time));

it('groups prints into bars of any timeframe as plain division does, the forming bar included', () => {
  fc.assert(
    fc.property(prints, fc.constantFrom(['1s', SECOND], ['1m', MINUTE], ['5m', 5 * MINUTE]), (list, [name, length]) => {
      const chart = new ChartBars({ symbols: ['AAA'], priceScale: DOLLAR });
      for (const { time, cents, size } of list) {
        const table = createPrintTable(1);
        table.length = 1;
        table.time[0] = time;
        table.price[0] = (cents * DOLLAR) / 100;
        table.size[0] = size;
        table.flags[0] = NORMAL;
        chart.observe({ tables: [table], order: null, length: 1 });
      }
      const bars = chart.bars(0, name as '1s' | '1m' | '5m', 10_000, Infinity);
      const got = bars.time.map((time, i) => [
        time,
        bars.open[i] ?? 0,
        bars.high[i] ?? 0,
        bars.low[i] ?? 0,
        bars.close[i] ?? 0,
        bars.volume[i] ?? 0,
      ]);
      expect(got).toEqual(naive(list, Number(length)));
      expect(chart.bars(0, name as '1m', 2, Infinity).time).toEqual(bars.time.slice(-2));
      const [first = 0] = bars.time;
      expect(chart.bars(0, name as '1m', 10, first).time).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
