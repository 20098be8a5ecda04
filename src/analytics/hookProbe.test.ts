/** What a watchdog in another thread sees: each hook is one of its own, however many are called in a row. */
import { expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import { Strategy } from '../strategies/Strategy.js';
import { runBacktest } from './Backtester.js';

const BARS = 300;
const probe = new Int32Array(new SharedArrayBuffer(8));
const seen: number[][] = [];

class Looks extends Strategy.with({}) {
  readonly mean = this.sma(2);

  override onBar(): void {
    seen.push([probe[0] ?? 0, probe[1] ?? 0]);
  }
}

it.each([1, 2])('tells hooks of one strategy apart, bars of %d symbols', (symbols) => {
  const { open } = nyse.nextSession(dateOf(2024, 1, 2));
  const table = createBarTable('1m', BARS * symbols);
  for (let row = 0; row < BARS * symbols; row += 1) {
    const start = open + Math.floor(row / symbols) * MINUTE;
    table.symbolId[row] = row % symbols;
    table.start[row] = start;
    table.time[row] = start + MINUTE;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = 10 * RAW_PRICE_SCALE;
    table.volume[row] = 100;
  }
  table.length = BARS * symbols;
  seen.length = 0;
  runBacktest(table, {
    strategies: [{ name: 'looks', strategyClass: Looks, hash: 'looks', timeframe: '1m' }],
    symbols: ['ACME', 'BRIO'].slice(0, symbols),
    priceScale: RAW_PRICE_SCALE,
    startingCash: 1000 * DOLLAR,
    startTime: open,
    engineVersion: 'test',
    hookProbe: probe,
    createHash: () => createHash('sha256'),
  });
  expect(seen.length).toBeGreaterThan(BARS * symbols - 10);
  expect(seen.every(([whose]) => whose === 1)).toBe(true);
  const beats = seen.map(([, beat]) => beat);
  expect(beats.filter((beat, index) => beat === beats[index - 1])).toEqual([]);
  expect(probe[0]).toBe(0);
});
