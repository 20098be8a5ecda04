import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minuteBars, newYork, rowsOf, SIP } from '../../test/conformance/historyStore.js';
import { FaultyDisk } from '../../test/support/FaultyDisk.js';
import type { Fault } from '../../test/support/FaultyDisk.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryQuery } from '../domain/ports.js';
import { MINUTE } from '../domain/timeframe.js';
import type { CacheDisk } from './cacheDisk.js';
import { createHistoricalCache } from './historicalCache.js';
import type { HistoricalCache } from './historicalCache.js';
import { ParquetEngine } from './ParquetEngine.js';

const OPEN = newYork('2013-10-31', 9, 30);
const NOVEMBER = newYork('2013-11-01', 9, 30);
const CLAIM = { quality: SIP, covered: [{ from: OPEN, to: NOVEMBER + MINUTE }] };
/** Milliseconds: when what is there before is written, and when the write under test comes. */
const BEFORE = Date.UTC(2026, 0, 5, 15);
const AFTER = BEFORE + 60_000;
/** More operations than any of the writes has. */
const MOST_OPERATIONS = 200;

const FIRST = minuteBars([
  [OPEN, 1],
  [OPEN + MINUTE, 2],
]);
/** Restates a bar and reaches into another month. */
const SECOND = minuteBars([
  [OPEN, 11],
  [NOVEMBER, 3],
]);

/** What can be read of a cache: rows as revised and as they were before the write, and factors. */
async function stateOf(cache: HistoricalCache): Promise<State> {
  const query = {
    symbols: ['SPY'],
    kind: 'bar',
    timeframe: '1m',
    from: '2013-10-31',
    to: '2013-11-01',
    adjust: 'raw',
    extendedHours: true,
  } as const;
  const rowsAt = async (changes: Partial<HistoryQuery>): Promise<readonly unknown[]> => {
    try {
      return rowsOf(await cache.load({ ...query, ...changes }));
    } catch (error) {
      if (error instanceof PapertapeError && error.code === 'DATA_MISSING') return [];
      throw error;
    }
  };
  const factors = await cache.factors('SPY');
  return { rows: await rowsAt({}), before: await rowsAt({ knownAt: BEFORE * 1000 + 500_000 }), factors };
}

interface Write {
  readonly name: string;
  readonly before: (cache: HistoricalCache) => Promise<unknown>;
  readonly write: (cache: HistoricalCache) => Promise<unknown>;
}

const FACTORS = [{ until: '2050-12-31', priceFactor: 10_000_000_000, splitFactor: 20_000_000_000 }];
const WRITES: readonly Write[] = [
  {
    name: 'a merge that restates a bar and begins another month',
    before: (cache) => cache.merge('SPY', FIRST, CLAIM),
    write: (cache) => cache.merge('SPY', SECOND, CLAIM),
  },
  {
    name: 'an append',
    before: (cache) => cache.append(['SPY'], FIRST, CLAIM),
    write: (cache) => cache.append(['SPY'], SECOND, CLAIM),
  },
  {
    name: 'the folding of the log over files',
    before: async (cache) => {
      await cache.merge('SPY', FIRST, CLAIM);
      await cache.append(['SPY'], SECOND, CLAIM);
    },
    write: (cache) => cache.fold(),
  },
  {
    name: 'new factors',
    before: (cache) =>
      cache.putFactors(
        'SPY',
        FACTORS.map((row) => ({ ...row, until: '2014-12-31' })),
      ),
    write: (cache) => cache.putFactors('SPY', FACTORS),
  },
];

interface Rig {
  /** Opens the cache as it was before the write, or as a fault has left it. */
  readonly open: (disk?: CacheDisk) => HistoricalCache;
}

/** A folder with what is there before a write; each use works on a copy of its own. */
async function withBefore(
  { before }: Write,
  body: (inCopy: <T>(use: (rig: Rig) => Promise<T>) => Promise<T>) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'papertape-faults-'));
  try {
    const clock = new ManualClock(BEFORE);
    const first = createHistoricalCache(join(root, 'before'), { clock, engine, disk: new FaultyDisk() });
    await before(first);
    // Left as a killed process leaves it: not closed, so that the log is not folded.
    let copies = 0;
    await body(async (use) => {
      const folder = join(root, String(++copies));
      await cp(join(root, 'before'), folder, { recursive: true, preserveTimestamps: true });
      const caches: HistoricalCache[] = [];
      const open = (disk: CacheDisk = new FaultyDisk()): HistoricalCache => {
        const cache = createHistoricalCache(folder, { disk, engine, clock: new ManualClock(AFTER) });
        caches.push(cache);
        return cache;
      };
      try {
        return await use({ open });
      } finally {
        for (const cache of caches) await cache.close().catch(() => undefined);
      }
    });
    await first.close();
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Runs a write with a fault at each of its operations in turn, until it gets through. */
async function atEveryOperation(
  scenario: Write,
  fault: Fault,
  check: (rig: Rig, states: { readonly old: State; readonly fresh: State }, faulty: FaultyRun) => Promise<void>,
): Promise<number> {
  let steps = 0;
  await withBefore(scenario, async (inCopy) => {
    const old = await inCopy(({ open }) => stateOf(open()));
    const fresh = await inCopy(async ({ open }) => {
      const cache = open();
      await scenario.write(cache);
      return stateOf(cache);
    });
    for (let isReached = true; isReached && steps < MOST_OPERATIONS; steps++) {
      isReached = await inCopy(async (rig) => {
        const disk = new FaultyDisk(steps, fault);
        const cache = rig.open(disk);
        const error: unknown = await scenario.write(cache).then(
          () => undefined,
          (cause: unknown) => cause,
        );
        if (disk.hasFailed) await check(rig, { old, fresh }, { cache, error });
        return disk.hasFailed;
      });
    }
  });
  return steps;
}

interface FaultyRun {
  readonly cache: HistoricalCache;
  readonly error: unknown;
}

let engine: ParquetEngine;
beforeAll(async () => {
  engine = await ParquetEngine.open();
});
afterAll(() => {
  engine.close();
});

describe('a cache after a fault', () => {
  for (const scenario of WRITES) {
    it(`has old or new rows after a crash at any step of ${scenario.name}, and takes it again`, async () => {
      const steps = await atEveryOperation(scenario, 'crash', async ({ open }, { old, fresh }) => {
        const cache = open();
        expectMixture(await stateOf(cache), old, fresh);
        await scenario.write(cache);
        expect(await stateOf(cache)).toEqual(fresh);
      });
      expect(steps).toBeGreaterThan(1);
      expect(steps).toBeLessThan(MOST_OPERATIONS);
    });

    it(`says that the disk is full at any step of ${scenario.name}, and goes on when there is room`, async () => {
      await atEveryOperation(scenario, 'ENOSPC', async (_, { old, fresh }, { cache, error }) => {
        expect(error).toMatchObject({ code: 'STORAGE_FULL' });
        expectMixture(await stateOf(cache), old, fresh);
        await scenario.write(cache);
        expect(await stateOf(cache)).toEqual(fresh);
      });
    });
  }
});

interface State {
  readonly rows: readonly unknown[];
  readonly before: readonly unknown[];
  readonly factors: unknown;
}

/** Months are replaced one after the other, each whole: every row is the old or the new one of its time. */
function expectMixture(state: State, old: State, fresh: State): void {
  for (const row of state.rows) expect([...old.rows, ...fresh.rows]).toContainEqual(row);
  expect(state.rows.length).toBeGreaterThanOrEqual(old.rows.length);
  expect(state.before).toEqual(old.before);
  expect([old.factors, fresh.factors]).toContainEqual(state.factors);
}
