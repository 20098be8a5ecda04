/**
 * The cache on a real file system that fills up. Mounting needs root and changes the machine for a moment, so this
 * runs in the soak only (PAPERTAPE_SOAK=1) and is skipped by name elsewhere.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '../../src/cache/CacheProblem.js';
import { createHistoricalCache } from '../../src/cache/historicalCache.js';
import { verifyCache } from '../../src/cache/verifyCache.js';
import { isSoak } from '../soak.js';
import { doWrite, faultsAfter } from './cacheWrites.js';

const canMount = isSoak && process.platform === 'linux' && process.getuid?.() === 0;
const describeMounted = canMount ? describe : describe.skip;

/** Kilobytes that the others leave; from nothing at all to enough for some steps of a write. */
const ROOMS = Array.from({ length: 60 }, (_, step) => step * 4);
const WRITES_BEFORE = 30;

describeMounted(`full file system${canMount ? '' : ' (skipped: needs root and PAPERTAPE_SOAK=1)'}`, () => {
  let mountPoint = '';

  beforeEach(() => {
    mountPoint = mkdtempSync(join(tmpdir(), 'papertape-mount-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mountPoint]);
  });

  afterEach(() => {
    execFileSync('umount', ['--lazy', mountPoint]);
    rmSync(mountPoint, { recursive: true });
  });

  it('a cache says that the disk is full, keeps every acknowledged row, and goes on when there is room', async () => {
    const root = join(mountPoint, 'history');
    const filler = join(mountPoint, 'filler');
    let cache = createHistoricalCache(root, { rowLogRows: 100 });
    let acked = 0;
    while (acked < WRITES_BEFORE) await doWrite(cache, ++acked);
    let refused = 0;
    for (const room of ROOMS) {
      const { bavail, bsize } = statfsSync(mountPoint);
      writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - room * 1024)));
      let error: unknown;
      while (error === undefined) {
        try {
          await doWrite(cache, acked + 1);
          acked += 1;
        } catch (thrown) {
          error = thrown;
        }
      }
      expect(error).toMatchObject({ code: 'STORAGE_FULL' });
      refused += 1;
      expect(await faultsAfter(cache, acked), `with ${room} kB, write ${acked + 1}`).toEqual([]);
      if (refused % 2 === 0) {
        // A new process finds the same, and nothing that it could not read.
        await cache.close().catch(() => undefined);
        const { problems } = await verifyCache(root, Date.now() * 1000);
        expect(problems.filter(isFault), `with ${room} kB, write ${acked + 1}`).toEqual([]);
        cache = createHistoricalCache(root, { rowLogRows: 100 });
        expect(await faultsAfter(cache, acked), `opened anew with ${room} kB, write ${acked + 1}`).toEqual([]);
      }
      truncateSync(filler, 0);
      for (let more = 0; more < 3; more += 1) await doWrite(cache, ++acked);
      expect(await faultsAfter(cache, acked), `with room again, write ${acked}`).toEqual([]);
    }
    await cache.close();
    expect((await verifyCache(root, Date.now() * 1000)).problems).toEqual([]);
    expect(refused).toBe(ROOMS.length);
  });
});
