/** The Parquet cache and the store in memory: each passes the suite, and they agree on arbitrary merges. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import { createMemoryHistory } from '../src/cache/memoryHistory.js';
import type { CoveredStretch } from '../src/domain/historyArchive.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { describeHistoryStore, minuteBars, newYork, rowsOf, SIP } from './conformance/historyStore.js';
import { ManualClock } from './support/ManualClock.js';

/** A day on which everything in the suite has happened. */
const NOW = Date.UTC(2026, 0, 5, 15);

async function parquetUnderTest() {
  const folder = await mkdtemp(join(tmpdir(), 'papertape cache [x]*'));
  const clock = new ManualClock(NOW);
  const store = createHistoricalCache(join(folder, 'history'), { clock });
  const dispose = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { store, clock, dispose };
}

describeHistoryStore('Parquet cache', parquetUnderTest);
describeHistoryStore('in memory', () => {
  const clock = new ManualClock(NOW);
  return Promise.resolve({ store: createMemoryHistory(clock), clock, dispose: () => Promise.resolve() });
});

/** What was said by whom; saying it again may or may not count as news. */
const said = ({ from, to, quality }: CoveredStretch): unknown => [from, to, quality.source];

describe('stores', () => {
  it('agree after any sequence of merges, appends and foldings across months, now and at any time before', async () => {
    const base = newYork('2013-10-31', 15);
    const bars = fc
      .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 })
      .chain((steps) => fc.tuple(fc.constant(steps.toSorted((a, b) => a - b)), fc.integer({ min: 1, max: 5 })))
      // Steps of 25 minutes lead from October into November.
      .map(([steps, close]) => minuteBars(steps.map((step) => [base + step * 25 * MINUTE, close * 1_000_001])));
    const how = fc.constantFrom('merge', 'append', 'fold');
    const step = fc.record({ how, symbol: fc.constantFrom('A', 'B.C'), bars });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { store, clock, dispose } = await parquetUnderTest();
        try {
          const memory = createMemoryHistory(clock);
          const times: (number | undefined)[] = [undefined];
          for (const { how: kind, symbol, bars: table } of steps) {
            clock.advance(1000);
            if (kind === 'fold') await store.fold();
            if (kind === 'merge') expect(await store.merge(symbol, table)).toEqual(await memory.merge(symbol, table));
            if (kind === 'append') {
              const origin = { quality: SIP, covered: [{ from: base, to: base + MINUTE }] };
              await store.append([symbol], table, origin);
              await memory.append([symbol], table, origin);
            }
            if (kind !== 'fold') times.push(clock.now());
          }
          for (const series of await memory.series()) {
            expect((await store.stretches(series)).map(said)).toEqual((await memory.stretches(series)).map(said));
          }
          const symbols = (await memory.coverage()).map(({ symbol }) => symbol);
          for (const knownAt of symbols.length === 0 ? [] : times) {
            const query = {
              symbols,
              kind: 'bar',
              timeframe: '1m',
              from: '2013-10-30',
              to: '2013-11-03',
              adjust: 'raw',
              extendedHours: true,
              ...(knownAt === undefined ? {} : { knownAt }),
            } as const;
            const answers = [store, memory].map(async (one) => rowsOf(await one.load(query)));
            const [ours, theirs] = await Promise.allSettled(answers);
            expect(ours?.status === 'fulfilled' ? ours.value : String(ours?.reason)).toEqual(
              theirs?.status === 'fulfilled' ? theirs.value : String(theirs?.reason),
            );
          }
        } finally {
          await dispose();
        }
      }),
      { numRuns: 25 },
    );
  });
});
