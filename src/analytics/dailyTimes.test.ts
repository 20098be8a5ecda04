import { expect, it } from 'vitest';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { createHash } from 'node:crypto';
import { runBacktest } from './Backtester.js';
import { dailyWalk } from './optimise/testing/searchRig.js';

/** In on the evening of Wednesday, so at the open of the half day after Thanksgiving, out on the Monday after. */
class OverTheHalfDay extends Strategy.with({}) {
  override onBar(bar: Bar, ctx: Context): void {
    const date = formatDate(newYorkDate(bar.time));
    if (date === '2013-11-27') ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 10 } });
    if (date === '2013-11-29') ctx.exit(bar.symbol, { reason: 'out' });
  }
}

it('counts lengths of a daily run from date to date in its performance as in its statistics', () => {
  const table = dailyWalk('2013-11-20', '2013-12-10', 4);
  // All that falls does so from the half day's close on.
  for (const column of [table.open, table.high, table.low, table.close]) {
    for (let row = 0; row < table.length; row += 1) column[row] = (row < 7 ? 100 + row : 100) * RAW_PRICE_SCALE;
  }
  const run = runBacktest(table, {
    strategies: [{ name: 'over', strategyClass: OverTheHalfDay, hash: 'o1', timeframe: '1d' }],
    symbols: ['ACME'],
    priceScale: RAW_PRICE_SCALE,
    startTime: table.start[0] ?? 0,
    preset: 'backtesting.py',
    engineVersion: '1',
    createHash: () => createHash('sha256'),
  });
  const { statistics, analysis } = run;
  const { trades, maxDrawdownDays } = analysis.performance.figures;
  // From 13:00 on Friday to 16:00 on Monday are three days and three hours by the clock.
  expect([statistics.trades, statistics.maxTradeDays, statistics.averageTradeDays]).toEqual([1, 3, 3]);
  expect([trades.trades, trades.longestDays, trades.averageDays]).toEqual([1, 3, 3]);
  expect(statistics.maxDrawdownDays).toBeGreaterThan(0);
  expect(maxDrawdownDays).toBe(statistics.maxDrawdownDays);
});
