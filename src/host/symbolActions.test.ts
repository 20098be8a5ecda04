import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHistoricalCache } from '../cache/historicalCache.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { sessionOf } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { required } from '../utils/assert.js';
import { corporateActionsOf } from './corporateActionsOf.js';
import { openNewMarket } from './marketSource.js';
import { symbolActions } from './symbolActions.js';
import { historyFacts } from './symbolFacts.js';

let root = '';
let cache: HistoricalCache;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'papertape-actions-'));
  cache = createHistoricalCache(root);
});
afterEach(async () => {
  await cache.close();
  await rm(root, { recursive: true });
});

/** The last minutes of some sessions, all at $120. */
async function storeCloses(dates: readonly string[]): Promise<void> {
  const table = createBarTable('1m', dates.length);
  for (const [row, date] of dates.entries()) {
    const { close } = required(sessionOf(parseDate(date)), 'a session');
    table.time[row] = close;
    table.start[row] = close - MINUTE;
    table.open[row] = table.high[row] = table.low[row] = table.close[row] = 120 * RAW_PRICE_SCALE;
    table.volume[row] = 100;
    table.length += 1;
  }
  await cache.merge('SPY', table);
}

// 2013-10-14 is a Monday: the last close before it is Friday's.
const ACTIONS: readonly SourceCorporateAction[] = [
  { kind: 'dividend', symbol: 'SPY', exDate: '2013-10-09', cash: '0.225' },
  { kind: 'split', symbol: 'SPY', exDate: '2013-10-14', ratio: { to: 3, from: 2 } },
  { kind: 'dividend', symbol: 'SPY', exDate: '2013-10-22', cash: '1.00' },
];
const RANGE = { from: '2013-10-01', to: '2013-10-31' };

it('splits and dividends that a source told are what a session and its readers see', async () => {
  expect(await cache.factors('SPY')).toBeUndefined();
  await storeCloses(['2013-10-08', '2013-10-11']);
  await cache.putActions('SPY', ACTIONS, RANGE);
  // No close is stored in the days before the last dividend.
  expect(await symbolActions(cache, 'SPY', RANGE.from, RANGE.to)).toEqual([
    { kind: 'dividend', symbol: 'SPY', exDate: '2013-10-09', amount: '0.225' },
    { kind: 'split', symbol: 'SPY', exDate: '2013-10-14', from: 2, to: 3 },
  ]);
  const { corporateActions } = await historyFacts(cache, ['SPY'], parseDate('2013-10-14'));
  expect(corporateActions).toEqual([
    { exDate: '2013-10-14', symbolId: 0, action: { kind: 'split', newShares: 3, oldShares: 2 } },
  ]);
});

it('under every preset declared ratios and amounts are taken as they are, however they divide', async () => {
  await storeCloses(['2013-10-08']);
  const ratios = [
    { exDate: '2013-10-10', ratio: { to: 5, from: 1 } },
    { exDate: '2013-10-15', ratio: { to: 10_317, from: 10_000 } },
    { exDate: '2013-10-17', ratio: { to: 3, from: 1 } },
    { exDate: '2013-10-21', ratio: { to: 1, from: 7 } },
  ] as const;
  const splits = ratios.map((one) => ({ kind: 'split', symbol: 'SPY', ...one }) as const);
  const dividend = { kind: 'dividend', symbol: 'SPY', exDate: '2013-10-09', cash: '0.225' } as const;
  await cache.putActions('SPY', [dividend, ...splits], RANGE);
  for (const reading of ['declared', 'asWritten'] as const) {
    const found = await corporateActionsOf(cache, ['SPY'], RANGE.from, RANGE.to, reading);
    expect(found.map(({ exDate, action }) => ({ exDate, ...action }))).toEqual([
      { exDate: '2013-10-09', kind: 'cashDividend', amount: 0.225 * RAW_PRICE_SCALE },
      ...ratios.map(({ exDate, ratio }) => ({ exDate, kind: 'split', newShares: ratio.to, oldShares: ratio.from })),
    ]);
  }
});

it('under lean a session reads the factors of a file as a backtest does', async () => {
  await storeCloses(['2013-10-08', '2013-10-09']);
  // 0.225 of 120 dollars, and a spin-off for which no simple ratio comes near the factor.
  await cache.putFactors('SPY', [
    { until: '2013-10-08', priceFactor: 9_981_250_000, splitFactor: 9_692_813_000 },
    { until: '2050-12-31', priceFactor: 10_000_000_000, splitFactor: 10_000_000_000 },
  ]);
  const day = '2013-10-09';
  const inBacktest = await corporateActionsOf(cache, ['SPY'], day, day, 'asWritten');
  expect(inBacktest.map(({ action }) => action)).toEqual([
    { kind: 'cashDividend', amount: 0.22 * RAW_PRICE_SCALE },
    { kind: 'split', newShares: 10_000_000, oldShares: 9_692_813 },
  ]);
  const { facts } = await openNewMarket({ kind: 'replay', date: day, symbols: ['SPY'] }, () => cache, 'asWritten');
  expect(facts?.corporateActions).toEqual(inBacktest);
});

it('an answer’s content hash changes with the splits that it is adjusted by', async () => {
  await storeCloses(['2013-10-08', '2013-10-11']);
  const query = {
    symbols: ['SPY'],
    kind: 'bar',
    timeframe: '1m',
    from: '2013-10-08',
    to: '2013-10-11',
    adjust: 'split',
    extendedHours: false,
  } as const;
  await cache.putActions('SPY', [], RANGE);
  const before = await cache.contentHash(query);
  await cache.putActions('SPY', ACTIONS, RANGE);
  const after = await cache.contentHash(query);
  expect(after).not.toBe(before);
  expect(await cache.contentHash({ ...query, adjustTo: '2013-10-11' })).not.toBe(after);
  const closes = async (adjustTo: string): Promise<number[]> => {
    const table = await cache.load({ ...query, adjustTo });
    return table.kind === 'bar' ? [...table.close.subarray(0, table.length)].map((close) => close / 1e8) : [];
  };
  expect(await closes('2013-10-11')).toEqual([120, 120]);
  expect(await closes('2013-10-14')).toEqual([80, 80]);
});
