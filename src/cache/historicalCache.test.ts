import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BarTable } from '../domain/marketTables.js';
import type { HistoryQuery } from '../domain/ports.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { createHistoricalCache } from './historicalCache.js';
import type { HistoricalCache } from './historicalCache.js';

/** 2013-10-07 09:30 New York. */
const OPEN = 1_381_152_600_000_000;
const FOLDER = 'kind=bar/timeframe=1m/symbol=SPY';
const QUERY: HistoryQuery = {
  symbols: ['SPY'],
  kind: 'bar',
  timeframe: '1m',
  from: '2013-10-07',
  to: '2013-10-08',
  adjust: 'raw',
  extendedHours: false,
};

function bars(closes: readonly number[]): BarTable {
  const table = createBarTable('1m', closes.length);
  closes.forEach((close, at) => {
    table.start[at] = OPEN + at * MINUTE;
    table.time[at] = OPEN + (at + 1) * MINUTE;
    table.open[at] = table.high[at] = table.low[at] = table.close[at] = close;
    table.volume[at] = 100;
  });
  table.length = closes.length;
  return table;
}

describe('historical cache', () => {
  let root = '';
  let cache: HistoricalCache;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'papertape-cache-'));
    cache = createHistoricalCache(root);
  });
  afterEach(async () => {
    await cache.close();
    await rm(root, { recursive: true });
  });
  const file = (name = '2013-10.parquet'): string => join(root, FOLDER, name);

  it('writes files that DuckDB reads as they are, with hive columns, UTC times and dollars', async () => {
    await cache.merge('SPY', bars([167_420_000, 167_430_001]));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT symbol, timeframe, epoch_us("start"), epoch_us("end"), close::VARCHAR, typeof(close), volume
       FROM read_parquet('${root}/kind=bar/**/*.parquet', hive_partitioning = true)`,
    );
    expect(reader.getRowsJson()).toEqual([
      ['SPY', '1m', String(OPEN), String(OPEN + MINUTE), '167.420000', 'DECIMAL(18,6)', '100'],
      ['SPY', '1m', String(OPEN + MINUTE), String(OPEN + 2 * MINUTE), '167.430001', 'DECIMAL(18,6)', '100'],
    ]);
    connection.closeSync();
    instance.closeSync();
  });

  it('keeps every tree readable by a plain pattern: venues, earlier versions and actions with real types', async () => {
    const quality = { source: 'alpaca/iex', coverage: 'venue', delay: 0 } as const;
    await cache.merge('SPY', bars([1]), { quality, covered: [] });
    await cache.merge('SPY', bars([2]));
    await cache.merge('SPY', bars([3]));
    const actions = [{ kind: 'dividend', symbol: 'SPY', exDate: '2013-12-20', cash: '0.98' }] as const;
    await cache.putActions('SPY', actions, { from: '2013-01-01', to: '2013-12-31' });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = async (columns: string, pattern: string): Promise<unknown> => {
      const files = `read_parquet('${root}/${pattern}/**/*.parquet', hive_partitioning = true)`;
      return (await connection.runAndReadAll(`SELECT ${columns} FROM ${files} ORDER BY 1`)).getRowsJson();
    };
    expect(await rows('symbol, close::VARCHAR, typeof(received)', 'kind=bar')).toEqual([
      ['SPY', '0.000003', 'TIMESTAMP WITH TIME ZONE'],
    ]);
    expect(await rows('feed, close::VARCHAR', 'feed=*')).toEqual([['alpaca/iex', '0.000001']]);
    expect(await rows('close::VARCHAR, superseded > received', 'revisions')).toEqual([['0.000002', true]]);
    expect(await rows('action, ex_date::VARCHAR, cash::VARCHAR, typeof(cash)', 'kind=action')).toEqual([
      ['asked', '2013-01-01', null, 'DECIMAL(18,10)'],
      ['dividend', '2013-12-20', '0.9800000000', 'DECIMAL(18,10)'],
    ]);
    connection.closeSync();
    instance.closeSync();
  });

  it('leaves the file alone when an import brings nothing new', async () => {
    await cache.merge('SPY', bars([1, 2]));
    const before = await stat(file());
    await cache.merge('SPY', bars([1, 2]));
    expect((await stat(file())).ino).toBe(before.ino);
    expect(await readdir(join(root, FOLDER))).toEqual(['2013-10.parquet', '_manifest.json']);
  });

  it('gives equal data one hash, however they came in, and other data another', async () => {
    await cache.merge('SPY', bars([1, 2, 3]));
    const hash = await cache.contentHash(QUERY);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const other = createHistoricalCache(join(root, 'other'));
    try {
      await other.merge('SPY', bars([1]));
      expect(await other.contentHash(QUERY)).not.toBe(hash);
      await other.merge('SPY', bars([1, 2, 3]));
      expect(await other.contentHash(QUERY)).toBe(hash);
      expect(await other.contentHash({ ...QUERY, to: '2013-10-09' })).not.toBe(hash);
    } finally {
      await other.close();
    }
  });

  it('names a damaged, a missing and a swapped file', async () => {
    await cache.merge('SPY', bars([1, 2]));
    const bytes = await readFile(file());
    const damaged = Uint8Array.from(bytes, (byte, index) => (index === 100 ? byte ^ 1 : byte));
    await writeFile(file(), damaged);
    await expect(cache.load(QUERY)).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
    await expect(cache.load(QUERY)).rejects.toThrow(/2013-10\.parquet .*does not match its checksum/);
    await rm(file());
    await expect(cache.load(QUERY)).rejects.toThrow(/2013-10\.parquet .*is missing/);
    await writeFile(file(), bytes);
    expect((await cache.load(QUERY)).length).toBe(2);
    await writeFile(file('_manifest.json'), '{"version":1,"files":[{"name":"../../x.parquet"}]}');
    await expect(cache.load(QUERY)).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
  });

  it('comes back to the old or the new rows when a write was cut short at any step', async () => {
    await cache.merge('SPY', bars([1, 2]));
    const oldFile = await readFile(file());
    const oldManifest = JSON.parse(await readFile(file('_manifest.json'), 'utf8'));
    await cache.merge('SPY', bars([1, 2, 3]));
    const newFile = await readFile(file());
    const newManifest = JSON.parse(await readFile(file('_manifest.json'), 'utf8'));
    const { name: _, ...replaces } = oldManifest.files[0];
    const between = JSON.stringify({ ...newManifest, files: [{ ...newManifest.files[0], replaces }] });

    await writeFile(file('_manifest.json'), between);
    await writeFile(file(), oldFile);
    expect((await cache.load(QUERY)).length).toBe(2);
    await writeFile(file(), newFile);
    expect((await cache.load(QUERY)).length).toBe(3);
    const first = JSON.stringify({ ...newManifest, files: [{ ...newManifest.files[0], replaces: null }] });
    await writeFile(file('_manifest.json'), first);
    await rename(file(), file('.2013-10.parquet.tmp'));
    await expect(cache.load(QUERY)).rejects.toMatchObject({ code: 'DATA_MISSING' });
    expect(await cache.merge('SPY', bars([1, 2]))).toMatchObject({ added: 2 });
    expect((await cache.load(QUERY)).length).toBe(2);
  });

  it('tells appended rows from those that were folded before them and changed nothing', async () => {
    const covered = [{ from: OPEN, to: OPEN + 2 * MINUTE }];
    const origin = { quality: { source: 'vendor/sip', coverage: 'consolidated', delay: 0 }, covered } as const;
    const closes = async (): Promise<number[]> => [...((await cache.load(QUERY)) as BarTable).close.subarray(0, 2)];
    await cache.merge('SPY', bars([1, 2]), origin);
    await cache.append(['SPY'], bars([1, 2]), origin);
    expect(await closes()).toEqual([1, 2]);
    await cache.fold();
    await cache.append(['SPY'], bars([3, 4]), origin);
    expect(await closes()).toEqual([3, 4]);
  });

  it('says so when its folder cannot be written', async () => {
    await writeFile(join(root, 'kind=bar'), 'a file where a folder belongs');
    await expect(cache.merge('SPY', bars([1]))).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
    await rm(join(root, 'kind=bar'));
    expect(await cache.merge('SPY', bars([1]))).toMatchObject({ added: 1 });
  });

  it('keeps factors and tickers exactly, and replaces them', async () => {
    const factors = [
      { until: '2014-06-06', priceFactor: 9_304_792_123, splitFactor: 1_428_571_429 },
      { until: '2050-12-31', priceFactor: 10_000_000_000, splitFactor: 1_666_669_941_720_000 },
    ];
    expect(await cache.factors('SPY')).toBeUndefined();
    expect(await cache.putFactors('SPY', factors)).toEqual({ added: 2, replaced: 0, unchanged: 0 });
    expect(await cache.putFactors('SPY', factors)).toEqual({ added: 0, replaced: 0, unchanged: 2 });
    expect(await cache.factors('spy')).toEqual(factors);
    const periods = [{ until: '2050-12-31', ticker: "O'X", exchange: '' }];
    await cache.putTickers('SPY', periods);
    expect(await cache.tickers('SPY')).toEqual(periods);
    await writeFile(join(root, 'kind=factor/symbol=SPY/factors.parquet'), 'nothing');
    await expect(cache.factors('SPY')).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
  });
});
