/** A process that writes to a cache is killed at random moments: every acknowledged row is there, and all is sound. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFault } from '../../src/cache/CacheProblem.js';
import { createHistoricalCache } from '../../src/cache/historicalCache.js';
import { ParquetEngine } from '../../src/cache/ParquetEngine.js';
import { verifyCache } from '../../src/cache/verifyCache.js';
import { soakCount } from '../soak.js';
import { ChildProgram, numberAfter } from '../support/ChildProgram.js';
import { faultsAfter } from './cacheWrites.js';
import { randomFrom } from './simulatedDisk.js';

const root = mkdtempSync(join(tmpdir(), 'papertape-killed-cache-'));
let program: ChildProgram;
let engine: ParquetEngine;

beforeAll(async () => {
  program = await ChildProgram.build(join(dirname(fileURLToPath(import.meta.url)), 'cacheProcess.ts'));
  engine = await ParquetEngine.open();
});

afterAll(() => {
  program.dispose();
  engine.close();
  rmSync(root, { recursive: true, force: true });
});

const kills = soakCount(12, 1000);

it(
  `a cache whose writer is killed holds every acknowledged row (${kills} kills)`,
  async () => {
    const random = randomFrom(1);
    let acked = 0;
    for (let round = 0; round < kills; round += 1) {
      const running = program.start(root, String(acked));
      const writes = Math.floor(random() * 12);
      await running.until((line) => line === `acked ${acked + writes}` || (writes === 0 && line === 'ready'));
      // From there on any moment will do: the kill falls into whatever step of a write it falls into.
      await new Promise((later) => setTimeout(later, random() * 15));
      running.child.kill('SIGKILL');
      acked = Math.max(acked, numberAfter(await running.ended, 'acked'));
      const cache = createHistoricalCache(root, { engine });
      expect(await faultsAfter(cache, acked), `round ${round}, write ${acked + 1}`).toEqual([]);
      await cache.close();
      const { problems } = await verifyCache(root, Date.now() * 1000);
      expect(problems.filter(isFault), `round ${round}, write ${acked + 1}`).toEqual([]);
    }
    expect(acked).toBeGreaterThan(kills);
  },
  soakCount(240_000, 3_600_000),
);
