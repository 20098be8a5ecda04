/** Imports the reference data into a Parquet cache and compares with what its sources say. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import type { HistoricalCache } from '../src/cache/historicalCache.js';
import { importFile } from '../src/data/import/importFile.js';
import { openRecordedDay } from '../src/data/recordedDay.js';
import type { BarTable, QuoteBarTable, QuoteTable } from '../src/domain/marketTables.js';
import type { HistoryQuery } from '../src/domain/ports.js';
import { newYork } from './conformance/historyStore.js';
import { describeWithReferenceData, referenceData } from './referenceData.js';

const MONDAY = '2013-10-07';
const FRIDAY = '2013-10-11';

describeWithReferenceData('imported reference data', () => {
  let root = '';
  let cache: HistoricalCache;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'papertape-reference-'));
    cache = createHistoricalCache(root);
    const files = [
      'lean/factor_files.csv',
      'lean/map_files.csv',
      'lean/minute/spy_trade.csv.gz',
      'lean/minute/spy_quote.csv.gz',
      'lean/minute/aapl_trade.csv.gz',
      'lean/minute/ibm_quote.csv.gz',
      'lean/second/ibm_quote.csv.gz',
      'lean/tick/ibm_20131007_quote.csv.gz',
      'lean/tick/ibm_20131007_trade.csv.gz',
      'lean/daily/spy.csv.gz',
      'goog/GOOG.csv',
    ];
    for (const file of files) await importFile(referenceData(file), cache);
  });
  afterAll(async () => {
    await cache.close();
    await rm(root, { recursive: true });
  });

  const query = (changes: Partial<HistoryQuery> = {}): HistoryQuery => ({
    symbols: ['SPY'],
    kind: 'bar',
    timeframe: '1m',
    from: MONDAY,
    to: FRIDAY,
    adjust: 'raw',
    extendedHours: false,
    ...changes,
  });
  const bars = async (changes: Partial<HistoryQuery> = {}): Promise<BarTable> => {
    const table = await cache.load(query(changes));
    if (table.kind !== 'bar') throw new Error('bars were asked for');
    return table;
  };

  it('holds five days of SPY minutes: 390 each, the last close 170.28 adjusted as published', async () => {
    const table = await bars();
    expect(table.length).toBe(5 * 390);
    expect(table.time[0]).toBe(newYork(MONDAY, 9, 31));
    const adjusted = await bars({ adjust: 'all' });
    expect(adjusted.close[adjusted.length - 1]).toBe(14_724_590_998);
    expect((await bars({ adjust: 'split' })).close[0]).toBe((table.close[0] ?? 0) * 100);
  });

  it('has the ask close at which the first LEAN backtest fills: 144.78172417', async () => {
    const table = await cache.load(query({ kind: 'quoteBar', adjust: 'all' }));
    if (table.kind !== 'quoteBar') throw new Error('quote bars were asked for');
    expect(table.start[0]).toBe(newYork(MONDAY, 9, 30));
    expect(table.askClose[0]).toBe(14_478_172_417);
  });

  it('adjusts AAPL for the 7:1 split between the days and the 4:1 split of 2020 after them', async () => {
    const changes = { symbols: ['AAPL'], from: '2014-06-05', to: '2014-06-09' } as const;
    const raw = await bars(changes);
    const split = await bars({ ...changes, adjust: 'split' });
    const last = raw.length - 1;
    expect((raw.close[0] ?? 0) / (raw.close[last] ?? 0)).toBeGreaterThan(6.5);
    expect(split.close[last]).toBe((raw.close[last] ?? 0) * 25);
    expect(Math.abs((split.close[0] ?? 0) / (split.close[last] ?? 0) - 1)).toBeLessThan(0.02);
    expect((split.volume[0] ?? 0) / (raw.volume[0] ?? 1)).toBeCloseTo(28, 2);
    expect((split.volume[last] ?? 0) / (raw.volume[last] ?? 1)).toBe(4);
  });

  it('refuses nothing of GOOG, and only vendor errors of the hours', async () => {
    const google = await importFile(referenceData('goog/GOOG.csv'), cache);
    expect(google).toMatchObject({ rowsRead: 2148, rowsKept: 2148, refused: [] });
    expect(google.symbols).toEqual([
      { symbol: 'GOOG', rows: 2148, outcome: { added: 0, replaced: 0, unchanged: 2148 } },
    ]);
    const quotes = await importFile(referenceData('lean/minute/spy_quote.csv.gz'), cache);
    // Bars labelled 20:00, after the end of after hours.
    expect(quotes.refused.map(({ reason, count }) => [reason, count])).toEqual([['outsideSession', 6]]);
  });

  it.each(['1s', '1m'] as const)('folds IBM quote ticks so that they rebuild every %s quote bar', async (timeframe) => {
    const day = { symbols: ['IBM'], from: MONDAY, to: MONDAY } as const;
    const recorded = await cache.load(query({ ...day, kind: 'quoteBar', timeframe }));
    const { timeframe: _, ...ticksQuery } = query({ ...day, kind: 'quote', extendedHours: true });
    const ticks = await cache.load(ticksQuery);
    if (recorded.kind !== 'quoteBar' || ticks.kind !== 'quote') throw new Error('quotes were asked for');
    expect(countEqualCloses(recorded, ticks)).toEqual({ bars: recorded.length, bids: recorded.length });
  });

  it('opens as a stream that holds every row once', async () => {
    const stream = await openRecordedDay(cache, {
      symbols: ['SPY', 'IBM'],
      from: MONDAY,
      to: MONDAY,
      feeds: [
        { kind: 'print', symbols: ['IBM'] },
        { kind: 'quote', symbols: ['IBM'] },
        { kind: 'bar', timeframe: '1m', symbols: ['SPY'] },
      ],
    });
    let events = 0;
    let last = -Infinity;
    while (stream.peekTime() < Infinity) {
      expect(stream.peekTime()).toBeGreaterThan(last);
      const batch = stream.readUntil(stream.peekTime() + 60_000_000, 5000);
      last = Math.max(...batch.tables.map((table) => table.time[table.length - 1] ?? -Infinity));
      events += batch.length;
    }
    const minutes = await bars({ to: MONDAY, extendedHours: true });
    expect(events).toBe(24_293 + 109_063 + minutes.length);
  });
});

/** How many quote bars there are and how many have the bid that the quotes show at their end. */
function countEqualCloses(recorded: QuoteBarTable, ticks: QuoteTable): { bars: number; bids: number } {
  let row = 0;
  let bid = 0;
  let bids = 0;
  for (let bar = 0; bar < recorded.length; bar++) {
    while (row < ticks.length && (ticks.time[row] ?? 0) < (recorded.time[bar] ?? 0)) bid = ticks.bid[row++] ?? 0;
    if (bid === recorded.bidClose[bar]) bids += 1;
  }
  return { bars: recorded.length, bids };
}
