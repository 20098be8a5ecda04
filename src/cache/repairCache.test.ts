import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minuteBars, newYork, rowsOf, SIP } from '../../test/conformance/historyStore.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import type { HistorySeries } from '../domain/historyArchive.js';
import { MINUTE } from '../domain/timeframe.js';
import { isFault } from './CacheProblem.js';
import { gapReport } from './gapReport.js';
import { createHistoricalCache } from './historicalCache.js';
import type { HistoricalCache } from './historicalCache.js';
import { ParquetEngine } from './ParquetEngine.js';
import { repairCache } from './repairCache.js';
import type { RepairReport } from './repairCache.js';
import { verifyCache } from './verifyCache.js';

const OPEN = newYork('2013-10-07', 9, 30);
const NOVEMBER = newYork('2013-11-01', 9, 30);
const SERIES: HistorySeries = { symbol: 'SPY', kind: 'bar', timeframe: '1m', feed: undefined };
const FOLDER = 'kind=bar/timeframe=1m/symbol=SPY';
const START = Date.UTC(2026, 0, 5, 15);

let root = '';
let clock: ManualClock;
let cache: HistoricalCache;
const at = (...path: string[]): string => join(root, ...path);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'papertape-repair-'));
  clock = new ManualClock(START);
  cache = createHistoricalCache(root, { clock });
  const covered = [{ from: OPEN, to: OPEN + 2 * MINUTE }];
  await cache.merge(
    'SPY',
    minuteBars([
      [OPEN, 1],
      [OPEN + MINUTE, 2],
    ]),
    { quality: SIP, covered },
  );
  clock.advance(1000);
  const more = [
    { from: OPEN + 2 * MINUTE, to: OPEN + 3 * MINUTE },
    { from: NOVEMBER, to: NOVEMBER + MINUTE },
  ];
  await cache.merge(
    'SPY',
    minuteBars([
      [OPEN, 11],
      [OPEN + 2 * MINUTE, 3],
      [NOVEMBER, 4],
    ]),
    { quality: SIP, covered: more },
  );
});
afterEach(async () => {
  await cache.close();
  await rm(root, { recursive: true });
});

async function faults(): Promise<unknown> {
  const { problems } = await verifyCache(root, clock.now());
  return problems.filter(isFault).map(({ kind, path }) => [kind, path]);
}

async function repair(): Promise<RepairReport> {
  const { problems } = await verifyCache(root, clock.now());
  const report = await repairCache(root, problems, clock.now());
  expect(await faults()).toEqual([]);
  return report;
}

async function closes(): Promise<unknown> {
  const again = createHistoricalCache(root, { clock });
  try {
    const range = { from: '2013-10-07', to: '2013-11-01', adjust: 'raw', extendedHours: true } as const;
    return rowsOf(await again.load({ ...range, symbols: ['SPY'], kind: 'bar', timeframe: '1m' })).map((row) => row[6]);
  } finally {
    await again.close();
  }
}

async function claims(): Promise<unknown> {
  return (await cache.stretches(SERIES)).map(({ from, to }) => [from, to]);
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(
    path,
    Uint8Array.from(bytes, (byte, index) => (index === 60 ? byte ^ 1 : byte)),
  );
}

describe('verify and repair', () => {
  it('finds nothing in a cache that is well', async () => {
    await cache.append(['SPY'], minuteBars([[OPEN + 3 * MINUTE, 5]]), { quality: SIP, covered: [] });
    const report = await verifyCache(root, clock.now());
    // Two months, the earlier version of one, and the log.
    expect(report).toMatchObject({ series: 1, files: 4, rows: 6, problems: [] });
  });

  it('restores what a damaged file held before its last replacement, and withdraws what came later', async () => {
    await flipByte(at(FOLDER, '2013-10.parquet'));
    expect(await faults()).toEqual([['checksumWrong', `${FOLDER}/2013-10.parquet`]]);
    const report = await repair();
    expect(report.steps.map(({ path, action }) => [action, path])).toEqual([
      ['quarantined', `${FOLDER}/2013-10.parquet`],
      ['restored', `${FOLDER}/2013-10.parquet`],
      ['manifestRebuilt', `${FOLDER}/_manifest.json`],
    ]);
    expect(await readdir(at('quarantine'))).toEqual([report.steps[0]?.movedTo?.slice('quarantine/'.length)]);
    expect(await closes()).toEqual([1, 2, 4]);
    // Claims that touch were joined and count from the later: rather asked for again than missed.
    expect(await claims()).toEqual([[NOVEMBER, NOVEMBER + MINUTE]]);
    const lost = { from: OPEN, to: OPEN + 3 * MINUTE };
    expect(report.lost.map(({ series, stretch }) => [series, stretch])).toEqual([[SERIES, lost]]);
  });

  it('withdraws the claims about a file that is gone for good', async () => {
    await rm(at(FOLDER, '2013-11.parquet'));
    expect(await faults()).toEqual([['fileMissing', `${FOLDER}/2013-11.parquet`]]);
    const report = await repair();
    expect(report.lost.map(({ stretch }) => stretch)).toEqual([{ from: NOVEMBER, to: NOVEMBER + MINUTE }]);
    expect(await closes()).toEqual([11, 2, 3]);
    expect(await claims()).toEqual([[OPEN, OPEN + 3 * MINUTE]]);
  });

  it('remembers what is lost at the edge of what is there, until a source has told it again', async () => {
    await rm(at(FOLDER, '2013-11.parquet'));
    const lost = { from: NOVEMBER, to: NOVEMBER + MINUTE };
    expect((await repair()).lost).toEqual([{ series: SERIES, stretch: lost }]);
    const later = async (): Promise<unknown> => (await verifyCache(root, clock.now())).problems.map(({ kind }) => kind);
    expect(await later()).toEqual(['rowsLost']);
    expect((await repair()).lost).toEqual([{ series: SERIES, stretch: lost }]);
    expect(await cache.lost(SERIES)).toEqual([lost]);
    const gaps = await gapReport(cache, SERIES, undefined, clock.now());
    expect(gaps).toMatchObject({ to: '2013-11-01', unknown: 19 });
    expect(gaps?.missing.at(-1)?.to).toBeGreaterThan(NOVEMBER);
    // A merge that tells something else forgets nothing of it.
    clock.advance(1000);
    const other = { from: OPEN + 3 * MINUTE, to: OPEN + 4 * MINUTE };
    await cache.merge('SPY', minuteBars([[other.from, 5]]), { quality: SIP, covered: [other] });
    expect(await later()).toEqual(['rowsLost']);
    clock.advance(1000);
    await cache.merge('SPY', minuteBars([[NOVEMBER, 4]]), { quality: SIP, covered: [lost] });
    expect(await later()).toEqual([]);
    expect(await cache.lost(SERIES)).toEqual([]);
  });

  it.each([
    ['cut off', (path: string) => truncate(path, 40)],
    ['of an older version', (path: string) => writeFile(path, '{"version":1,"files":[]}')],
    ['gone', (path: string) => rm(path)],
  ])('rebuilds a manifest that is %s from the files, whose rows then speak as a file’s', async (_, damage) => {
    await damage(at(FOLDER, '_manifest.json'));
    expect(await faults()).not.toEqual([]);
    await repair();
    expect(await closes()).toEqual([11, 2, 3, 4]);
    expect(await claims()).toEqual([
      [OPEN, OPEN + 3 * MINUTE],
      [NOVEMBER, NOVEMBER + MINUTE],
    ]);
    const [first] = await cache.stretches(SERIES);
    expect(first?.quality.source).toBe('file');
  });

  it('sets aside files with other columns, in other order, or that are no Parquet, and names each', async () => {
    const engine = await ParquetEngine.open();
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT 1 AS close) TO '${at(FOLDER, '2013-09.parquet')}' (FORMAT parquet)`);
    const rows = `SELECT * FROM read_parquet('${at(FOLDER, '2013-10.parquet')}', hive_partitioning = false)`;
    const backwards = `${rows} ORDER BY "start" DESC`;
    await connection.run(`COPY (${backwards}) TO '${at(FOLDER, '2013-08.parquet')}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    engine.close();
    await writeFile(at(FOLDER, '2013-07.parquet'), 'nothing');
    const { problems } = await verifyCache(root, clock.now());
    expect(problems.map(({ kind }) => kind)).toEqual(['fileUnlisted', 'fileUnlisted', 'fileUnlisted']);
    const report = await repair();
    expect(report.steps.filter(({ action }) => action === 'quarantined').length).toBe(3);
    expect(await closes()).toEqual([11, 2, 3, 4]);
  });

  it('takes in a file that no manifest lists but that is right', async () => {
    await copyFile(at(FOLDER, '2013-11.parquet'), at('aside.parquet'));
    await rm(at(FOLDER), { recursive: true });
    await cache.merge('SPY', minuteBars([[OPEN, 7]]));
    await copyFile(at('aside.parquet'), at(FOLDER, '2013-11.parquet'));
    await rm(at('aside.parquet'));
    expect(await faults()).toEqual([['fileUnlisted', `${FOLDER}/2013-11.parquet`]]);
    await repair();
    expect(await closes()).toEqual([7, 4]);
  });

  it('keeps the records of the row log before the damage', async () => {
    const bar = (minute: number) => minuteBars([[OPEN + minute * MINUTE, minute]]);
    for (const minute of [5, 6, 7]) {
      clock.advance(1000);
      await cache.append(['SPY'], bar(minute), { quality: SIP, covered: [] });
    }
    const path = at('rowlog', '00000001.rows');
    const bytes = await readFile(path);
    const damaged = bytes.length - 100;
    await writeFile(
      path,
      Uint8Array.from(bytes, (byte, index) => (index === damaged ? byte ^ 1 : byte)),
    );
    expect(await faults()).toEqual([]);
    expect((await verifyCache(root, clock.now())).problems.map(({ kind }) => kind)).toEqual(['logTorn']);
    const middle = Math.floor(bytes.length / 2);
    await writeFile(
      path,
      Uint8Array.from(bytes, (byte, index) => (index === middle ? byte ^ 1 : byte)),
    );
    await expect(closes()).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
    expect(await faults()).toEqual([['logDamaged', 'rowlog/00000001.rows']]);
    await repair();
    expect(await closes()).toEqual([11, 2, 3, 5, 4]);
  });

  it('sets aside factors that cannot be read', async () => {
    await cache.putFactors('SPY', [{ until: '2050-12-31', priceFactor: 1, splitFactor: 1 }]);
    await writeFile(at('kind=factor/symbol=SPY/factors.parquet'), 'nothing');
    expect(await faults()).toEqual([['referenceDamaged', 'kind=factor/symbol=SPY/factors.parquet']]);
    await repair();
    expect(await cache.factors('SPY')).toBeUndefined();
  });

  it('finds reference rows that are readable but not those that were written, and missing ones', async () => {
    const factors = (splitFactor: number) => [{ until: '2050-12-31', priceFactor: 1, splitFactor }];
    await cache.putFactors('SPY', factors(1));
    await cache.putFactors('IBM', factors(2));
    await cache.putTickers('SPY', [{ until: '2050-12-31', ticker: 'SPY', exchange: 'P' }]);
    expect((await verifyCache(root, clock.now())).problems).toEqual([]);
    const path = 'kind=factor/symbol=SPY/factors.parquet';
    await copyFile(at('kind=factor/symbol=IBM/factors.parquet'), at(path));
    await rm(at('kind=ticker/symbol=SPY/tickers.parquet'));
    expect(await faults()).toEqual([
      ['referenceDamaged', path],
      ['referenceDamaged', 'kind=ticker/symbol=SPY/tickers.parquet'],
    ]);
    const again = createHistoricalCache(root, { clock });
    await expect(again.factors('SPY')).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
    await again.close();
    const { steps } = await repair();
    expect(steps.map((step) => [step.action, step.path])).toEqual([
      ['quarantined', path],
      ['removed', 'kind=ticker/symbol=SPY/_checksum.json'],
    ]);
    await cache.putFactors('SPY', factors(1));
    expect(await cache.factors('SPY')).toEqual(factors(1));
    expect(await faults()).toEqual([]);
  });

  it('notes rows of closed hours, rows from the future and rows that nobody vouches for', async () => {
    const sunday = newYork('2013-10-06', 12);
    const rows = minuteBars([
      [sunday, 1],
      [OPEN, 1],
    ]);
    await cache.merge('IBM', rows, { quality: SIP, covered: [] });
    const { problems } = await verifyCache(root, START * 1000 - 1);
    expect(problems.filter(({ path }) => path.includes('IBM')).map(({ kind }) => kind)).toEqual([
      'outsideCalendar',
      'unclaimedRows',
      'receivedInFuture',
    ]);
    expect(problems.some(isFault)).toBe(false);
  });

  it('removes what a write that was cut short left behind', async () => {
    await writeFile(at(FOLDER, '.2013-12.parquet.tmp'), 'half');
    const report = await repair();
    expect(report.steps).toContainEqual({ path: `${FOLDER}/.2013-12.parquet.tmp`, action: 'removed' });
  });
});
