import { expect, it } from 'vitest';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { CloseRange } from './CloseRange.js';

it('looks again at a table whose rows were written over by later ones', () => {
  const table = createBarTable('1m', 4);
  const range = new CloseRange();
  const fill = (minute: number, closes: readonly number[]): void => {
    table.length = closes.length;
    for (const [row, close] of closes.entries()) {
      table.time[row] = (minute + row) * MINUTE;
      table.close[row] = close;
    }
  };
  fill(0, [10, 12, 11]);
  range.reach(table, 1);
  expect([range.least, range.most, range.to]).toEqual([11, 12, 3]);
  fill(3, [8, 9, 30, 7]);
  range.reach(table, 1);
  expect([range.least, range.most, range.to]).toEqual([7, 30, 4]);
  // Of the rows that were there before, fewer: there are no others behind them.
  fill(7, [5, 6]);
  range.reach(table, 1);
  expect([range.least, range.most, range.to]).toEqual([6, 6, 2]);
});
