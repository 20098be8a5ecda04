/** What was held, valued by hand. */
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { Fill } from '../domain/fill.js';
import { createBarTable, createPrintTable } from '../domain/tables.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { MarketTable } from '../domain/marketTables.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { SHARE } from '../domain/units.js';
import { exposureByDay } from './exposure.js';
import { pricePathsOf, rowAt } from './pricePaths.js';

const at = (date: string, hour: number): number => fromNewYork(parseDate(date), hour * HOUR);
const fill = (time: number, symbolId: number, side: 'buy' | 'sell', shares: number, price: number): Fill =>
  ({ time, symbolId, side, quantity: shares * SHARE, price: price * 100 }) as Fill;

describe('exposureByDay', () => {
  const MONDAY = '2013-10-07';
  const TUESDAY = '2013-10-08';
  const curve = {
    time: Float64Array.of(at(MONDAY, 15), at(MONDAY, 16), at(TUESDAY, 16)),
    equity: Float64Array.of(1, 1000, 2000),
  };
  const path = (monday: number, tuesday: number) => ({
    time: Float64Array.of(at(MONDAY, 16), at(TUESDAY, 16)),
    price: Float64Array.of(monday, tuesday),
  });

  it('is the most of the day, held over night or not', () => {
    const fills = [
      fill(at(MONDAY, 10), 0, 'buy', 50, 10),
      fill(at(MONDAY, 11), 0, 'sell', 30, 10),
      fill(at(TUESDAY, 10), 0, 'sell', 20, 10),
    ];
    expect(exposureByDay(curve, fills, [path(10, 100)], 100)).toEqual([
      { date: MONDAY, gross: 0.5, net: 0.5 },
      { date: TUESDAY, gross: 0.1, net: 0.1 },
    ]);
  });

  it('is valued again at the close', () => {
    expect(exposureByDay(curve, [fill(at(MONDAY, 10), 0, 'buy', 50, 10)], [path(12, 30)], 100)).toEqual([
      { date: MONDAY, gross: 0.6, net: 0.6 },
      { date: TUESDAY, gross: 0.75, net: 0.75 },
    ]);
  });

  it('counts both sides, and nets them', () => {
    const fills = [fill(at(MONDAY, 10), 0, 'buy', 50, 10), fill(at(MONDAY, 10), 1, 'sell', 20, 10)];
    expect(exposureByDay(curve, fills, [path(10, 10), path(10, 10)], 100)[0]).toEqual({
      date: MONDAY,
      gross: 0.7,
      net: expect.closeTo(0.3, 12) as number,
    });
  });
});

describe('pricePathsOf', () => {
  const bars = (
    timeframe: '1m' | '1d',
    rows: readonly (readonly [symbolId: number, time: number, close: number])[],
  ) => {
    const table = createBarTable(timeframe, rows.length);
    for (const [row, [symbolId, time, close]] of rows.entries()) {
      table.symbolId[row] = symbolId;
      table.time[row] = time;
      table.start[row] = time - (timeframe === '1m' ? MINUTE : 24 * HOUR);
      table.close[row] = close * 100;
    }
    table.length = rows.length;
    return table;
  };
  const market = (...tables: readonly MarketTable[]) => ({ tables, order: null, length: 0 });

  it('takes the shortest bars of each symbol, wherever they are', () => {
    const daily = bars('1d', [
      [0, 5, 1],
      [1, 5, 2],
    ]);
    const minutes = bars('1m', [
      [0, 3, 7],
      [0, 4, 8],
    ]);
    expect(pricePathsOf(market(daily, minutes), 3, 100)).toEqual([
      { time: Float64Array.of(3, 4), price: Float64Array.of(7, 8) },
      { time: Float64Array.of(5), price: Float64Array.of(2) },
      { time: new Float64Array(0), price: new Float64Array(0) },
    ]);
  });

  it('takes prints that count for the last price where there are no bars', () => {
    const prints = createPrintTable(3);
    prints.time.set([1, 2, 3]);
    prints.price.set([100, 200, 300]);
    prints.flags.set([PrintFlag.LAST, PrintFlag.VOLUME, PrintFlag.LAST | PrintFlag.SUSPICIOUS]);
    prints.length = 3;
    expect(pricePathsOf(market(prints), 1, 100)).toEqual([{ time: Float64Array.of(1), price: Float64Array.of(1) }]);
  });

  it('finds the row of a time', () => {
    const path = { time: Float64Array.of(10, 20, 20, 30), price: new Float64Array(4) };
    expect([5, 10, 20, 25, 99].map((time) => rowAt(path, time))).toEqual([-1, 0, 2, 2, 3]);
  });
});
