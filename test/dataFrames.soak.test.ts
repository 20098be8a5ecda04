/**
 * pandas and polars read the data cache as it is. Their environment is half a gigabyte, so that only the soak makes it
 * (`scripts/lib/python.mjs`); without it this is skipped by name. DuckDB reads it in src/cache/historicalCache.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import { PrintFlag } from '../src/domain/marketTables.js';
import { IEX, minuteBars, newYork, prints, SIP } from './conformance/historyStore.js';

const python = process.env['PAPERTAPE_PYTHON_FRAMES'];
const SCRIPT = fileURLToPath(new URL('dataFrames.py', import.meta.url));

it.skipIf(python === undefined)('pandas and polars read the cache as it is (npm run soak installs them)', async () => {
  const root = await mkdtemp(join(tmpdir(), 'papertape-frames-'));
  try {
    const cache = createHistoricalCache(root);
    const october = newYork('2013-10-31', 9, 30);
    const november = newYork('2013-11-01', 9, 30);
    const origin = (quality: typeof SIP) => ({ quality, covered: [{ from: october, to: november + 60_000_000 }] });
    await cache.merge('SPY', minuteBars([[october, 1]]), origin(SIP));
    // Restated, so that earlier versions, and what the file held before, lie beside it.
    const restated = minuteBars([
      [october, 175_123_456],
      [november, 176_000_001],
    ]);
    await cache.merge('SPY', restated, origin(SIP));
    await cache.merge('IBM', minuteBars([[november, 180_000_000]]), origin(SIP));
    // Of one venue: in a tree of its own, which a pattern of the consolidated one never meets.
    await cache.merge('SPY', minuteBars([[october, 9_000_000]]), origin(IEX));
    await cache.merge('SPY', prints([[october + 1, 175_100_000, PrintFlag.VOLUME]]), origin(SIP));
    await cache.putFactors('SPY', [{ until: '2050-12-31', priceFactor: 9_304_792_123, splitFactor: 10_000_000_000 }]);
    await cache.close();

    const seen = JSON.parse(execFileSync(python ?? '', [SCRIPT, root], { encoding: 'utf8' }));
    const bars = [
      ['2013-10-31T13:30:00+00:00', '2013-10-31T13:31:00+00:00', '175.123456', '175.123456', '100'],
      ['2013-11-01T13:30:00+00:00', '2013-11-01T13:31:00+00:00', '176.000001', '176.000001', '101'],
    ];
    const print = ['2013-10-31T13:30:00.000001+00:00', '175.100000', '100', String(PrintFlag.VOLUME)];
    const factor = ['2050-12-31', '0.9304792123'];
    expect(seen.pandas).toEqual({
      bar: bars,
      print: [print],
      factor: [factor],
      tree: ['IBM', 'SPY'],
      mean: expect.closeTo(175.5617285, 9),
    });
    const ibm = ['2013-11-01T13:30:00+00:00', '2013-11-01T13:31:00+00:00', '180.000000', '180.000000', '100'];
    expect(seen.polars).toEqual({
      bar: [['IBM', ...ibm], ...bars.map((bar) => ['SPY', ...bar])],
      print: [['SPY', ...print]],
      factor: [['SPY', ...factor]],
      mean: expect.closeTo(175.5617285, 9),
    });
  } finally {
    await rm(root, { recursive: true });
  }
});
