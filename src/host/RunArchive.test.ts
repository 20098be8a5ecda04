import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../storage/sql/database.js';
import { systemClock } from '../utils/clock.js';
import { RunArchive } from './RunArchive.js';

it('says that the data directory cannot be written, instead of a fault of the program', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-archive-'));
  const database = await openDatabase(join(folder, 'papertape.db'));
  const archive = new RunArchive(database, folder, systemClock);
  const run = { title: 't', symbols: ['SPY'], from: '2013-10-07', to: '2013-10-11', request: '{}', pid: process.pid };
  const number = await archive.begin(run);
  // What another user of the file meets, whom the system lets only read it.
  await sql`PRAGMA query_only = ON`.execute(database);
  const unwritable = { code: 'DATA_DIR_UNUSABLE', message: expect.stringContaining('it may only be read') };
  await expect(archive.begin(run)).rejects.toMatchObject(unwritable);
  await expect(archive.resume(number)).rejects.toMatchObject(unwritable);
  await expect(archive.remove(await archive.find(String(number)))).rejects.toMatchObject(unwritable);
  expect(await archive.runs()).toHaveLength(1);
  await archive.close();
  rmSync(folder, { recursive: true, force: true });
});
