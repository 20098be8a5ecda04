import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredTrade } from '../domain/runs.js';
import { ADJUSTED_PRICE_SCALE, RAW_PRICE_SCALE } from '../domain/units.js';
import { readRunEquity, readRunTrades, writeRunFiles } from './runFiles.js';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'papertape-runs-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TRADES = Array.from({ length: 5_000 }, (_, row): StoredTrade => ({
  owner: row % 3 === 0 ? 'sma-cross' : 'mine',
  symbol: ['SPY', 'BRK.B'][row % 2] ?? '',
  side: row % 5 === 0 ? 'sell' : 'buy',
  quantity: 1_500_000 + row,
  entryTime: 1_381_152_600_000_000 + row,
  exitTime: 1_381_152_660_000_000 + row,
  entryPrice: 16_812_345_678 + row,
  exitPrice: 16_800_000_001,
  pnl: -123_456 - row,
  fees: 1_000_000,
  entryReason: `"${row % 7}", ü`,
  exitReason: '',
}));
const EQUITY = { time: Float64Array.of(1e15, 1e15 + 1, 2e15), equity: Float64Array.of(100_000, 99_999.123456, -1.5) };

describe('the files of a run', () => {
  it.each([RAW_PRICE_SCALE, ADJUSTED_PRICE_SCALE])('are read as they were written, at scale %d', async (scale) => {
    const place = join(folder, String(scale));
    await writeRunFiles(place, { trades: TRADES, equity: EQUITY }, scale);
    expect(await readRunTrades(place)).toEqual(TRADES);
    expect(await readRunEquity(place)).toEqual(EQUITY);
  });

  it('may be of a run without trades', async () => {
    const place = join(folder, 'none');
    await writeRunFiles(place, { trades: [], equity: { time: new Float64Array(), equity: new Float64Array() } }, 1);
    expect(await readRunTrades(place)).toEqual([]);
    expect((await readRunEquity(place)).time).toHaveLength(0);
  });

  it('are refused by name when they are damaged or gone', async () => {
    const place = join(folder, 'damaged');
    await writeRunFiles(place, { trades: TRADES, equity: EQUITY }, RAW_PRICE_SCALE);
    writeFileSync(join(place, 'trades.parquet'), 'PAR1');
    await expect(readRunTrades(place)).rejects.toMatchObject({
      code: 'CACHE_CORRUPT',
      message: expect.stringContaining(place) as string,
    });
    await expect(readRunTrades(join(folder, 'gone'))).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
  });
});
