/**
 * One-minute bars of a made-up symbol: a seeded random walk of 5 basis points a minute in whole cents, 5 to 2,000
 * dollars, over the regular minutes of the calendar's sessions from 1990 on, which hold no more than 4.4 million.
 */
import { nyse } from '../src/calendar/sessions.js';
import { dateOf } from '../src/calendar/tradingDate.js';
import type { BarTable } from '../src/domain/marketTables.js';
import { createBarTable } from '../src/domain/tables.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../src/domain/units.js';

const CENT = RAW_PRICE_SCALE / 100;

/** The first `count` bars. */
export function randomWalk(count: number): BarTable {
  const table = createBarTable('1m', count);
  const random = mulberry32(42);
  let price = 100;
  let row = 0;
  let session = nyse.nextSession(dateOf(1990, 1, 1));
  while (row < count) {
    for (let start = session.open; start < session.close && row < count; start += MINUTE) {
      const open = price;
      // Twelve uniforms less six are close to a normal deviate.
      let deviate = -6;
      for (let i = 0; i < 12; i += 1) deviate += random();
      price = Math.min(2000, Math.max(5, price * (1 + 0.0005 * deviate)));
      const range = price * 0.0003 * random();
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      table.open[row] = cents(open);
      table.close[row] = cents(price);
      table.high[row] = cents(Math.max(open, price) + range);
      table.low[row] = cents(Math.min(open, price) - range);
      table.volume[row] = 1000 + Math.floor(random() * 9000);
      row += 1;
    }
    session = nyse.nextSession(session.date);
  }
  table.length = count;
  return table;
}

function cents(dollars: number): number {
  return Math.round(dollars * 100) * CENT;
}

/** The 32-bit generator of Tommy Ettinger; enough for prices. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
