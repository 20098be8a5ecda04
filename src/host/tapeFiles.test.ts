import { existsSync, mkdtempSync, readFileSync, rmSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyHistory, LIVE_MARKET, MONDAY_MORNING, scriptedMarkets } from '../../test/support/liveRig.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import type { WrittenSource } from '../../test/support/WrittenSource.js';
import { MarketCsvWriter, toParquet } from '../data/export/marketFiles.js';
import { PapertapeError } from '../domain/errors.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { MarketRecorder } from './MarketRecorder.js';
import { openSession } from './openSession.js';
import { readTapeMarket } from './readTape.js';
import { inspectTape, selectRows, writeSelection } from './tapeFiles.js';
import { verifySession } from './verifySession.js';

const START = MONDAY_MORNING * 1_000;
const SECONDS = 150;

let folder = '';
let recording = '';

/** Records `seconds` of two symbols with a print a second each, from a source that a test writes. */
async function record(directory: string, symbols: readonly string[], price: number): Promise<MarketRecorder> {
  const clock = new ManualClock(MONDAY_MORNING);
  let source: WrittenSource | undefined;
  const recorder = new MarketRecorder({
    fs: nodeFileSystem,
    directory,
    plan: { ...LIVE_MARKET, symbols },
    markets: scriptedMarkets((opened) => (source = opened)),
    clock,
    onLine: () => undefined,
  });
  // What was before the recording began is not its own.
  clock.advance(10);
  for (let second = 0; second < SECONDS; second += 1) {
    for (const symbol of symbols) {
      source?.quote(symbol, price - 0.01, price + 0.01);
      source?.print(symbol, price + (second % 7) / 100, 100 + second);
    }
    clock.advance(1_000);
    recorder.step();
  }
  await recorder.close();
  return recorder;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-tapes-'));
  recording = join(folder, 'recording');
  await record(recording, ['AAPL', 'MSFT'], 100);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const prints = (directory: string, symbol?: string): number[] => {
  const { symbols, batches } = selectRows(nodeFileSystem, directory, symbol === undefined ? {} : { symbols: [symbol] });
  expect(symbol === undefined || symbols.length === 1).toBe(true);
  return [...batches].flatMap(({ tables }) =>
    tables.flatMap((table) => (table.kind === 'print' ? [...table.time.subarray(0, table.length)] : [])),
  );
};

describe('a recording', () => {
  it('says what is on it, and is whole', () => {
    const info = inspectTape(nodeFileSystem, recording);
    expect(info).toMatchObject({
      ended: true,
      rows: { print: 2 * SECONDS },
      session: { config: { symbols: ['AAPL', 'MSFT'], feed: 'alpaca' }, market: { kind: 'live', date: '2026-11-30' } },
      tornBytes: { decisions: 0, market: 0 },
      segments: { firstMarket: 1, market: 1 },
    });
    expect(info.seal.market).toMatch(/^[0-9a-f]{64}$/);
    expect(info.firstRow).toBeGreaterThanOrEqual(START);
    expect(inspectTape(nodeFileSystem, recording).seal).toEqual(info.seal);
  });

  it('is refused when a byte in the middle has changed, with the place', async () => {
    const damaged = join(folder, 'damaged');
    await record(damaged, ['AAPL'], 50);
    const segment = join(damaged, 'market-000001.log');
    const bytes = readFileSync(segment);
    bytes[600] = (bytes[600] ?? 0) ^ 255;
    writeFileSync(segment, bytes);
    expect(() => inspectTape(nodeFileSystem, damaged)).toThrow(/market-000001/);
  });

  it('is the market of a replay, whose tape is complete by itself', async () => {
    const dataDir = join(folder, 'data');
    let nowMs = 0;
    const { session } = await openSession(
      {
        dataDir,
        cwd: folder,
        market: { kind: 'tape', directory: recording, date: '2026-11-30' },
        startingCash: 100_000 * DOLLAR,
        preset: 'papertape',
        feePlan: undefined,
        strategies: [],
        limits: {},
        speed: 1,
        keepMarketRows: 0,
        startAt: START + MINUTE,
        fresh: false,
        stopFirst: undefined,
      },
      {
        fs: nodeFileSystem,
        history: emptyHistory,
        clock: { now: () => 0, monotonicMs: () => (nowMs += 1), setTimer: () => () => undefined },
        onDurable: () => undefined,
        onNotice: () => undefined,
      },
    );
    expect(session.execute(BUY)).toMatchObject({ ok: true });
    session.fastForward(START + SECONDS * SECOND);
    expect(session.composed.kernel.tracker.positions()).toMatchObject([{ symbolId: 1 }]);
    session.close();
    const report = await verifySession({ dataDir, cwd: folder, sessionId: undefined, history: emptyHistory });
    expect(report).toMatchObject({ equal: true, counts: { fills: 1, orders: 1 } });
  });
});

const BUY = {
  type: 'submitOrder',
  user: 'owner',
  clientOrderId: 'one',
  symbol: 'MSFT',
  side: 'buy',
  orderType: 'market',
  timeInForce: 'day',
  quantity: 5_000_000,
  extendedHours: false,
  reason: 'by hand',
} as const;

describe('tapes made of others', () => {
  it('cut: some symbols and some time', () => {
    const target = join(folder, 'cut');
    const from = START + 30 * SECOND;
    const to = START + 60 * SECOND;
    const rows = writeSelection(nodeFileSystem, [recording], { symbols: ['MSFT'], from, to }, target);
    const times = prints(target, 'MSFT');
    expect(times).toEqual(prints(recording, 'MSFT').filter((time) => time >= from && time <= to));
    expect(times.length).toBeGreaterThan(25);
    const info = inspectTape(nodeFileSystem, target);
    expect(info.rows['print']).toBe(times.length);
    expect(Object.values(info.rows).reduce((sum, count) => sum + count, 0)).toBe(rows);
    expect(() => writeSelection(nodeFileSystem, [recording], {}, target)).toThrow(
      expect.objectContaining({ code: 'FILE_EXISTS' }),
    );
  });

  it('merge: several as one, in one order; the first that has a symbol tells it', async () => {
    const other = join(folder, 'other');
    await record(other, ['MSFT', 'TSLA'], 300);
    const target = join(folder, 'merged');
    writeSelection(nodeFileSystem, [recording, other], {}, target);
    const info = inspectTape(nodeFileSystem, target);
    expect(info.session.config.symbols).toEqual(['AAPL', 'MSFT', 'TSLA']);
    expect(prints(target, 'AAPL')).toEqual(prints(recording, 'AAPL'));
    expect(prints(target, 'MSFT')).toEqual(prints(recording, 'MSFT'));
    expect(prints(target, 'TSLA')).toEqual(prints(other, 'TSLA'));
    const all = prints(target);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    const highest = [...readTapeMarket(nodeFileSystem, target)].flatMap(({ tables }) =>
      tables.flatMap((table) => (table.kind === 'print' ? [...table.price.subarray(0, table.length)] : [])),
    );
    // Of MSFT, which both have, no price of the second tape is there.
    expect(highest.filter((price) => price > 200 * DOLLAR)).toHaveLength(SECONDS);
  });

  it('a recorder says why nothing comes any more once its source works no longer', async () => {
    let source: WrittenSource | undefined;
    const recorder = new MarketRecorder({
      fs: nodeFileSystem,
      directory: join(folder, 'refused'),
      plan: LIVE_MARKET,
      markets: scriptedMarkets((opened) => (source = opened)),
      clock: new ManualClock(MONDAY_MORNING),
      onLine: () => undefined,
    });
    const error = new PapertapeError('SOURCE_KEY_REFUSED', 'The key is refused.');
    source?.state({ kind: 'waiting', attempt: 1, retryAt: START, error });
    expect(recorder.failure).toBeUndefined();
    source?.state({ kind: 'failed', error });
    expect(recorder.failure).toBe(error);
    await recorder.close();
  });

  it('export: says so where no folder can be made', () => {
    writeFileSync(join(folder, 'a-file'), '');
    const places = [join(folder, 'a-file', 'below'), ...(existsSync('/proc/self') ? ['/proc/none/below'] : [])];
    for (const place of places) {
      expect(() => new MarketCsvWriter(place, ['AAPL'], 1_000_000)).toThrow(
        expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
      );
    }
  });

  it('export: CSV and Parquet that DuckDB reads as they are', async () => {
    const target = join(folder, 'files');
    const { symbols, batches } = selectRows(nodeFileSystem, recording, {});
    const writer = new MarketCsvWriter(target, symbols, 1_000_000);
    for (const batch of batches) writer.write(batch);
    const csv = writer.close();
    const [head, first] = readFileSync(join(target, 'print.csv'), 'utf8').split('\n');
    expect(head).toBe('symbol,time,price,size,flags,exchange');
    expect(first).toMatch(/^AAPL,2026-11-30T15:35:0\d\.\d{6}Z,100\.00,100,7,$/);
    const files = await toParquet(csv);
    expect(readdirSync(target).every((name) => name.endsWith('.parquet'))).toBe(true);
    expect(files.find(({ path }) => path.endsWith('print.parquet'))?.rows).toBe(2 * SECONDS);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT symbol, count(*)::INT AS rows, sum(size)::INT AS shares, max(price)::DOUBLE AS high
       FROM '${join(target, 'print.parquet')}' GROUP BY symbol ORDER BY symbol`,
    );
    const shares = (SECONDS * (200 + SECONDS - 1)) / 2;
    expect(result.getRowObjects()).toEqual([
      { symbol: 'AAPL', rows: SECONDS, shares, high: 100.06 },
      { symbol: 'MSFT', rows: SECONDS, shares, high: 100.06 },
    ]);
    connection.closeSync();
    instance.closeSync();

    const again = new MarketCsvWriter(target, symbols, 1_000_000);
    for (const batch of selectRows(nodeFileSystem, recording, { symbols: ['AAPL'] }).batches) again.write(batch);
    const before = readFileSync(join(target, 'print.parquet'));
    await expect(toParquet(again.close())).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(join(target, 'print.parquet')).equals(before)).toBe(true);
    expect(readdirSync(target).every((name) => name.endsWith('.parquet'))).toBe(true);
  });
});
