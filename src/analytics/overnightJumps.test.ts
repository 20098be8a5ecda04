import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { mergeTables } from '../domain/mergeTables.js';
import { createBarTable } from '../domain/tables.js';
import { HOUR } from '../domain/timeframe.js';
import { overnightJumps } from './overnightJumps.js';

type Bar = readonly [date: string, hour: number, symbolId: number, open: number, close: number];

function told(...bars: readonly Bar[]) {
  const table = createBarTable('1h', bars.length);
  for (const [row, [date, hour, symbolId, open, close]] of bars.entries()) {
    table.symbolId[row] = symbolId;
    table.start[row] = fromNewYork(parseDate(date), hour * HOUR);
    table.time[row] = fromNewYork(parseDate(date), (hour + 1) * HOUR);
    table.open[row] = open;
    table.close[row] = close;
    table.length = row + 1;
  }
  return overnightJumps(mergeTables([table])).map((jump) => ({ ...jump, date: formatDate(jump.date) }));
}

describe('jumps over night', () => {
  it('are told of splits and reverse splits, of each symbol by itself', () => {
    expect(
      told(
        ['2014-06-05', 14, 0, 640, 647],
        ['2014-06-06', 14, 0, 650, 645],
        ['2014-06-06', 14, 1, 2, 2],
        ['2014-06-09', 10, 0, 92, 93],
        ['2014-06-09', 10, 1, 20, 21],
        ['2014-06-09', 11, 0, 93, 94],
      ),
    ).toEqual([
      { symbolId: 0, date: '2014-06-09', before: 645, after: 92 },
      { symbolId: 1, date: '2014-06-09', before: 2, after: 20 },
    ]);
  });

  it('are told of three for two, and not of what one night can do', () => {
    expect(told(['2014-06-06', 14, 0, 90, 90], ['2014-06-09', 10, 0, 60, 60])).toHaveLength(1);
    expect(told(['2014-06-06', 14, 0, 90, 90], ['2014-06-09', 10, 0, 66, 66])).toEqual([]);
  });

  it('are none inside a day, nor of a bar without a price', () => {
    expect(told(['2014-06-06', 10, 0, 90, 90], ['2014-06-06', 11, 0, 30, 30])).toEqual([]);
    expect(told(['2014-06-06', 14, 0, 90, 0], ['2014-06-09', 10, 0, 30, 30])).toEqual([]);
  });
});
