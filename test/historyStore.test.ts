/** The Parquet cache and the store in memory: each passes the suite, and they agree on arbitrary merges. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import { createMemoryHistory } from '../src/cache/memoryHistory.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { describeHistoryStore, minuteBars, newYork, rowsOf } from './conformance/historyStore.js';

async function parquetUnderTest() {
  const folder = await mkdtemp(join(tmpdir(), 'papertape cache [x]*'));
  const store = createHistoricalCache(join(folder, 'history'));
  const dispose = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { store, dispose };
}

describeHistoryStore('Parquet cache', parquetUnderTest);
describeHistoryStore('in memory', () =>
  Promise.resolve({ store: createMemoryHistory(), dispose: () => Promise.resolve() }),
);

describe('stores', () => {
  it('agree after any sequence of merges across months', async () => {
    const base = newYork('2013-10-31', 15);
    const bars = fc
      .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 })
      .chain((steps) => fc.tuple(fc.constant(steps.toSorted((a, b) => a - b)), fc.integer({ min: 1, max: 5 })))
      // Steps of 25 minutes lead from October into November.
      .map(([steps, close]) => minuteBars(steps.map((step) => [base + step * 25 * MINUTE, close * 1_000_001])));
    const merge = fc.record({ symbol: fc.constantFrom('A', 'B.C'), bars });
    await fc.assert(
      fc.asyncProperty(fc.array(merge, { minLength: 1, maxLength: 6 }), async (merges) => {
        const { store, dispose } = await parquetUnderTest();
        try {
          const memory = createMemoryHistory();
          for (const { symbol, bars: table } of merges) {
            expect(await store.merge(symbol, table)).toEqual(await memory.merge(symbol, table));
          }
          const query = {
            symbols: [...new Set(merges.map((entry) => entry.symbol))],
            kind: 'bar',
            timeframe: '1m',
            from: '2013-10-30',
            to: '2013-11-03',
            adjust: 'raw',
            extendedHours: true,
          } as const;
          expect(rowsOf(await store.load(query))).toEqual(rowsOf(await memory.load(query)));
        } finally {
          await dispose();
        }
      }),
      { numRuns: 12 },
    );
  });
});
