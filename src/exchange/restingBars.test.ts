/** Runs of bars that decide nothing on resting orders. */
import { expect, it } from 'vitest';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';

it('the close of the bar before is the same whether bars are told one by one or as a run', () => {
  const closes = [101, 102, 103, 104];
  const table = createBarTable('1m', closes.length);
  table.length = closes.length;
  closes.forEach((close, row) => {
    table.time[row] = at('09:32') + row * MINUTE;
    table.start[row] = at('09:31') + row * MINUTE;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = close * DOLLAR;
    table.volume[row] = 1000;
  });
  const symbols = ['one by one', 'as a run'].map((way) => {
    const rig = new ExchangeRig({ preset: 'backtesting.py-close', cash: 1e6 });
    rig.bar('09:31', [100, 100, 100, 100]);
    rig.submit({ shares: 1, limit: 10 });
    const { exchange } = rig;
    if (way === 'one by one') for (let row = 0; row < closes.length; row += 1) exchange.onBar(table, row);
    else exchange.endRestingBars(table, 0, closes.length);
    return exchange.book.symbol(0);
  });
  expect(symbols[1]?.closeBefore).toBe(symbols[0]?.closeBefore);
});
