/** The cursor over bars: what it shows of a row, also of a table that has grown, and nothing once its call is over. */
import { describe, expect, it } from 'vitest';
import { createBarTable, ensureRoom } from '../domain/tables.js';
import { Bar } from './Bar.js';

const GETTERS = ['symbol', 'timeframe', 'start', 'time', 'open', 'high', 'low', 'close', 'volume'] as const;

function addTo(table: ReturnType<typeof createBarTable>, symbolId: number, price: number): void {
  ensureRoom(table);
  const row = table.length;
  table.symbolId[row] = symbolId;
  table.start[row] = row;
  table.time[row] = row + 1;
  table.open[row] = price;
  table.high[row] = price + 2;
  table.low[row] = price - 1;
  table.close[row] = price + 1;
  table.volume[row] = 7;
  table.length = row + 1;
}

describe('the bar of a hook', () => {
  it('shows a row, in dollars', () => {
    const table = createBarTable('5m', 2);
    addTo(table, 1, 100);
    const bar = new Bar(['A', 'B'], 10);
    bar.move(table, 0);
    const shown = { symbol: 'B', timeframe: '5m', start: 0, time: 1, open: 10, high: 10.2, low: 9.9, close: 10.1 };
    expect(bar.snapshot()).toEqual({ ...shown, volume: 7 });
  });

  it('follows a table that grows', () => {
    const table = createBarTable('1m', 1);
    const bar = new Bar(['A', 'B'], 1);
    for (let row = 0; row < 100; row += 1) {
      addTo(table, row % 2, 10 + row);
      bar.move(table, row);
      expect([bar.symbol, bar.time, bar.close, bar.volume]).toEqual([row % 2 === 0 ? 'A' : 'B', row + 1, 11 + row, 7]);
      bar.release();
    }
  });

  it.each(GETTERS)('has no %s once its call is over', (getter) => {
    const table = createBarTable('1m', 1);
    addTo(table, 0, 10);
    const bar = new Bar(['A'], 1);
    bar.move(table, 0);
    bar.release();
    expect(() => bar[getter]).toThrow('the bar was kept past its call');
  });
});
