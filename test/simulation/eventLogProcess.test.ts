/** Real processes, real files, real kills: F01, F06, F25 and I-15 at the level of the log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataDirLock } from '../../src/storage/dataDirLock.js';
import { contentsOf, faultOf } from './eventLogFixture.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { openEventLog } from '../../src/storage/eventLog.js';
import { randomFrom } from './simulatedDisk.js';
import { soakCount } from '../soak.js';
import { ChildProgram, numberAfter } from '../support/ChildProgram.js';
import type { RunningProgram } from '../support/ChildProgram.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'papertape-log-'));
let program: ChildProgram;

beforeAll(async () => {
  program = await ChildProgram.build(join(here, 'logProcess.ts'));
});

afterAll(() => {
  program.dispose();
  rmSync(root, { recursive: true, force: true });
});

const start = (directory: string, mode: 'append' | 'hold'): RunningProgram => program.start(directory, mode);

describe('kill -9', () => {
  const kills = soakCount(10, 1000);

  it(
    `F01 I-15 loses nothing acknowledged and doubles nothing (${kills} kills)`,
    async () => {
      const directory = join(root, 'killed');
      const random = randomFrom(1);
      let acked = 0;
      for (let round = 0; round < kills; round += 1) {
        const running = start(directory, 'append');
        // The kill comes at a random moment counted in work done, from the middle of recovery to many groups on.
        const moment = Math.floor(random() * 40);
        const seen = (): number => running.lines.length;
        await running.until(() => seen() > moment);
        running.child.kill('SIGKILL');
        const lines = await running.ended;
        const ready = lines.find((line) => line.startsWith('ready '));
        if (ready !== undefined) expect(Number(ready.slice(6)), `round ${round}`).toBeGreaterThanOrEqual(acked);
        acked = Math.max(acked, numberAfter(lines, 'acked'));
      }
      expect(acked).toBeGreaterThan(kills);
      const log = openEventLog({ fs: nodeFileSystem, directory: `${directory}/tape`, name: 'kill test' });
      expect(log.lastSeq).toBeGreaterThanOrEqual(acked);
      log.close();
      const found = contentsOf(nodeFileSystem, `${directory}/tape`);
      expect(found).toEqual(found.map((_text, index) => `${index + 1}:order ${index + 1}`));
    },
    soakCount(240_000, 3_600_000),
  );
});

describe('data directory lock', () => {
  it('F06 refuses a second process with the pid of the first, and dies with it', async () => {
    const directory = join(root, 'locked');
    const holder = start(directory, 'hold');
    await holder.until((line) => line.startsWith('locked'));
    const fault = faultOf(() => DataDirLock.acquire(directory));
    expect(fault?.code).toBe('DATA_DIR_LOCKED');
    expect(fault?.message).toContain(`pid ${holder.child.pid}`);
    holder.child.kill('SIGKILL');
    await holder.ended;
    const lock = DataDirLock.acquire(directory);
    expect(faultOf(() => DataDirLock.acquire(directory))?.code).toBe('DATA_DIR_LOCKED');
    lock.release();
    DataDirLock.acquire(directory).release();
  });

  it('F06 gives the lock to exactly one of several that start at once, over a dead one', async () => {
    const directory = join(root, 'raced');
    const dead = start(directory, 'hold');
    await dead.until((line) => line.startsWith('locked'));
    dead.child.kill('SIGKILL');
    await dead.ended;
    const starters = Array.from({ length: 4 }, () => start(directory, 'hold'));
    await Promise.all(starters.map((starter) => starter.until(() => true)));
    const said = starters.map((starter) => starter.lines[0]?.split(' ')[0]).sort();
    expect(said).toEqual(['DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'locked']);
    for (const starter of starters) starter.child.kill('SIGKILL');
    await Promise.all(starters.map((starter) => starter.ended));
  });
});

describe('real disk', () => {
  it('F25 paths with blanks, Unicode and great length make no difference', () => {
    for (const name of ["with blanks and 'quotes'", 'Bücher 株式 📈', `${'long'.repeat(50)}/${'path'.repeat(50)}`]) {
      const directory = join(root, name);
      const lock = DataDirLock.acquire(directory);
      for (let round = 1; round <= 2; round += 1) {
        const log = openEventLog({ fs: nodeFileSystem, directory, name });
        expect(log.append(1, 1, new TextEncoder().encode('x'))).toBe(round);
        log.close();
      }
      expect(contentsOf(nodeFileSystem, directory)).toEqual(['1:x', '2:x']);
      lock.release();
    }
  });

  it('F23 a directory that was deleted is noticed before an answer leaves', () => {
    const directory = join(root, 'deleted');
    const log = openEventLog({ fs: nodeFileSystem, directory, name: 'deleted' });
    log.append(1, 1, new Uint8Array(1));
    log.commit();
    rmSync(directory, { recursive: true });
    log.append(1, 1, new Uint8Array(1));
    expect(faultOf(() => log.commit())?.code).toBe('STORAGE_READ_ONLY');
  });
});
