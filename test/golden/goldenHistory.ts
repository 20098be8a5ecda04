/** Reference data as a user has it: imported from its files into a Parquet cache in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistoricalCache } from '../../src/cache/historicalCache.js';
import type { HistoricalCache } from '../../src/cache/historicalCache.js';
import { importFile } from '../../src/data/import/importFile.js';
import { referenceData } from '../referenceData.js';

/** A cache and its end. */
export interface GoldenHistory {
  readonly store: HistoricalCache;
  close(): Promise<void>;
}

/** Imports reference files (paths below the reference data) into a new cache. */
export async function importGoldenHistory(files: readonly string[]): Promise<GoldenHistory> {
  const folder = await mkdtemp(join(tmpdir(), 'papertape-golden-'));
  const store = createHistoricalCache(folder);
  for (const file of files) await importFile(referenceData(file), store);
  return {
    store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
