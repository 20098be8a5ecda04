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

  it('R14, R15: a dividend is what the factors take off the close before its ex-date', async () => {
    // What Apple paid on 2013-08-08: 3.05 dollars of 464.98, in the decimals of a factor file.
    await history.merge('AAA', bars('1d', 464.98, 16 * HOUR));
    await history.putFactors('AAA', [
      { until: '2013-10-07', priceFactor: 8_798_652_000, splitFactor: FACTOR_SCALE },
      { until: '2050-12-31', priceFactor: 8_856_747_000, splitFactor: FACTOR_SCALE },
    ]);
    expect(await historyFacts(history, ['AAA'], DAY)).toEqual({
      listings: [{ previousClose: 461.93 * DOLLAR }],
      corporateActions: [
        { exDate: '2013-10-08', symbolId: 0, action: { kind: 'cashDividend', amount: 3.05 * DOLLAR } },
      ],
    });
  });

  it('an ex-date after a weekend, with a dividend before a split of the same day', async () => {
    const friday = parseDate('2014-06-06');
    const table = bars('1d', 645.5, 16 * HOUR);
    table.time[0] = fromNewYork(friday, 16 * HOUR);
    table.start[0] = fromNewYork(friday, 9.5 * HOUR);
    await history.merge('AAA', table);
    await history.putFactors('AAA', [
      { until: '2014-06-06', priceFactor: 9_950_000_000, splitFactor: Math.round(FACTOR_SCALE / 7) },
      { until: '2050-12-31', priceFactor: FACTOR_SCALE, splitFactor: FACTOR_SCALE },
    ]);
    const { listings, corporateActions } = await historyFacts(history, ['AAA'], parseDate('2014-06-09'));
    // Half a per cent of 645.50 is 3.2275; what is left is seven shares.
    expect(corporateActions?.map(({ exDate, action }) => [exDate, action])).toEqual([
      ['2014-06-09', { kind: 'cashDividend', amount: 3.2275 * DOLLAR }],
      ['2014-06-09', { kind: 'split', newShares: 7, oldShares: 1 }],
    ]);
    expect(listings).toEqual([{ previousClose: Math.round((642.2725 * DOLLAR) / 7) }]);
    expect((await historyFacts(history, ['AAA'], parseDate('2014-06-10'))).corporateActions).toBeUndefined();
  });

  it('nothing from an empty cache', async () => {
    expect(await historyFacts(history, ['AAA'], DAY)).toEqual({});
  });

  it('from the simulator: listing, tier, close on the grid and shares that are borrowed without asking', () => {
    const { listings, stockLoans } = simulatedFacts({ seed: 1, date: '2026-11-23', openingPrices: [400.123] });
    expect(listings?.[0]).toEqual({ venue: 'N', tier: 1, previousClose: 400.12 * DOLLAR });
    // Ostrea: 4.86 dollars and 8.9 million shares a day.
    const ostrea = SIM_UNIVERSE.findIndex(({ symbol }) => symbol === 'OSTR');
    expect(listings?.[ostrea]).toMatchObject({ tier: 2, previousClose: 4.86 * DOLLAR });
    expect(stockLoans).toHaveLength(SIM_UNIVERSE.length);
    expect(stockLoans?.[ostrea]).toEqual({ symbolId: ostrea, availability: 'easy' });
  });
});
