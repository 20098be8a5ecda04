import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { createHistoricalCache } from '../cache/historicalCache.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { SIM_UNIVERSE } from '../data/sim/simUniverse.js';
import { FACTOR_SCALE } from '../domain/history.js';
import { createBarTable } from '../domain/tables.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { historyFacts, simulatedFacts } from './symbolFacts.js';

const DAY = parseDate('2013-10-08');
const BEFORE = parseDate('2013-10-07');

/** One regular bar of the day before that closes at so many dollars. */
function bars(timeframe: '1m' | '1d', close: number, end: number) {
  const table = createBarTable(timeframe, 1);
  table.length = 1;
  const time = fromNewYork(BEFORE, end);
  table.time[0] = time;
  table.start[0] = timeframe === '1m' ? time - MINUTE : time - 6.5 * HOUR;
  for (const column of [table.open, table.high, table.low, table.close]) column[0] = close * DOLLAR;
  table.volume[0] = 100;
  return table;
}

describe('what is known of symbols before a session', () => {
  let folder = '';
  let history: HistoricalCache;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'papertape-facts-'));
    history = createHistoricalCache(folder);
  });
  afterEach(async () => {
    await history.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('from the cache: the listing, and the last close by its daily bar, else by its last regular minute', async () => {
    await history.merge('AAA', bars('1m', 9, 15 * HOUR));
    await history.merge('AAA', bars('1d', 10, 16 * HOUR));
    await history.merge('BBB', bars('1m', 20, 15 * HOUR));
    await history.putTickers('AAA', [{ until: '2050-12-31', ticker: 'AAA', exchange: 'Q' }]);
    await history.putTickers('BBB', [{ until: '2050-12-31', ticker: 'BBB', exchange: '' }]);
    expect(await historyFacts(history, ['AAA', 'BBB', 'CCC'], DAY)).toEqual({
      listings: [{ venue: 'Q', previousClose: 10 * DOLLAR }, { previousClose: 20 * DOLLAR }, {}],
    });
  });

  it('R15: a split of the day is an action, and the close before it is put on its scale', async () => {
    await history.merge('AAA', bars('1d', 30, 16 * HOUR));
    // Three for two on 2013-10-08: a raw price of before is worth two thirds.
    await history.putFactors('AAA', [
      { until: '2013-10-07', priceFactor: FACTOR_SCALE, splitFactor: Math.round((FACTOR_SCALE * 2) / 3) },
      { until: '2050-12-31', priceFactor: FACTOR_SCALE, splitFactor: FACTOR_SCALE },
    ]);
    expect(await historyFacts(history, ['AAA'], DAY)).toEqual({
      listings: [{ previousClose: 20 * DOLLAR }],
      corporateActions: [{ exDate: '2013-10-08', symbolId: 0, action: { kind: 'split', newShares: 3, oldShares: 2 } }],
    });
  });

  it('nothing from an empty cache', async () => {
    expect(await historyFacts(history, ['AAA'], DAY)).toEqual({});
  });

  it('from the simulator: listing, tier, close on the grid and shares that are borrowed without asking', () => {
    const { listings, stockLoans } = simulatedFacts([400.123]);
    expect(listings?.[0]).toEqual({ venue: 'N', tier: 1, previousClose: 400.12 * DOLLAR });
    // Ostrea: 4.86 dollars and 8.9 million shares a day.
    const ostrea = SIM_UNIVERSE.findIndex(({ symbol }) => symbol === 'OSTR');
    expect(listings?.[ostrea]).toMatchObject({ tier: 2, previousClose: 4.86 * DOLLAR });
    expect(stockLoans).toHaveLength(SIM_UNIVERSE.length);
    expect(stockLoans?.[ostrea]).toEqual({ symbolId: ostrea, availability: 'easy' });
  });
});
