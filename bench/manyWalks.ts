/** Seeded random walks of many symbols at once, their bars merged in the order of time. */
import { nyse } from '../src/calendar/sessions.js';
import { dateOf } from '../src/calendar/tradingDate.js';
import type { BarTable } from '../src/domain/marketTables.js';
import { createBarTable } from '../src/domain/tables.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../src/domain/units.js';
import { mulberry32 } from './randomWalk.js';

/** Bars of a whole session. */
export const MINUTES_PER_DAY = 390;

const CENT = RAW_PRICE_SCALE / 100;
/** Of a minute, and of a day. */
const DEVIATION = { minutes: 0.0009, days: 0.018 } as const;

/**
 * Every symbol has a bar at every time; at one time they stand in the order of their ids. Days of minutes are whole
 * ones: early closes are passed over. From the first session of `year` on.
 */
export function manyWalks(symbols: number, days: number, bars: 'minutes' | 'days', year = 2024): BarTable {
  const perDay = bars === 'minutes' ? MINUTES_PER_DAY : 1;
  const table = createBarTable(bars === 'minutes' ? '1m' : '1d', symbols * days * perDay);
  const random = mulberry32(7);
  const prices = Float64Array.from({ length: symbols }, () => 20 + Math.floor(random() * 200));
  let session = nyse.nextSession(dateOf(year, 1, 1));
  let row = 0;
  for (let day = 0; day < days; day += 1) {
    while (session.close - session.open !== MINUTES_PER_DAY * MINUTE) session = nyse.nextSession(session.date);
    const length = bars === 'minutes' ? MINUTE : session.close - session.open;
    for (let start = session.open; start < session.close; start += length) {
      for (let id = 0; id < symbols; id += 1) {
        const open = prices[id] ?? 0;
        const deviate = random() + random() + random() + random() - 2;
        const close = Math.min(2000, Math.max(5, open * (1 + DEVIATION[bars] * deviate)));
        prices[id] = close;
        table.symbolId[row] = id;
        table.start[row] = start;
        table.time[row] = start + length;
        table.open[row] = Math.round(open * 100) * CENT;
        table.close[row] = Math.round(close * 100) * CENT;
        table.high[row] = Math.max(table.open[row] ?? 0, table.close[row] ?? 0) + CENT;
        table.low[row] = Math.min(table.open[row] ?? 0, table.close[row] ?? 0) - CENT;
        table.volume[row] = bars === 'minutes' ? 5_000 : 2_000_000;
        row += 1;
      }
    }
    session = nyse.nextSession(session.date);
  }
  table.length = row;
  return table;
}
