/**
 * F19 and F23 on a real file system of 4 MB. Mounting needs root and changes the machine for a moment, so this runs
 * in the soak only (PAPERTAPE_SOAK=1) and is skipped by name elsewhere.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventLog } from '../../src/storage/eventLog.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { readLog } from '../../src/storage/logReader.js';
import { contentsOf, faultOf, payloadOf } from './eventLogFixture.js';
import { isSoak } from '../soak.js';

const canMount = isSoak && process.platform === 'linux' && process.getuid?.() === 0;
const describeMounted = canMount ? describe : describe.skip;

describeMounted(`small file system${canMount ? '' : ' (skipped: needs root and PAPERTAPE_SOAK=1)'}`, () => {
  let mountPoint = '';

  beforeEach(() => {
    mountPoint = mkdtempSync(join(tmpdir(), 'papertape-mount-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mountPoint]);
  });

  afterEach(() => {
    execFileSync('umount', ['--lazy', mountPoint]);
    rmSync(mountPoint, { recursive: true });
  });

  it('F19 halts when others fill the disk, takes cancels from the reserve, resumes when there is room', () => {
    const directory = join(mountPoint, 'tape');
    const log = openEventLog({
      fs: nodeFileSystem,
      directory,
      name: 'full',
      reserveBytes: 262_144,
      extendBytes: 65_536,
    });
    log.append(1, 1, payloadOf('order'));
    log.commit();
    const filler = join(mountPoint, 'filler');
    const { bavail, bsize } = statfsSync(mountPoint);
    writeFileSync(filler, new Uint8Array(bavail * bsize));
    let orders = 1;
    for (; log.state === 'open'; orders += 1) {
      log.append(1, 1, new Uint8Array(1000));
      log.commit();
    }
    expect(faultOf(() => log.append(1, 1, payloadOf('order')))?.code).toBe('STORAGE_FULL');
    for (let cancel = 0; cancel < 1000; cancel += 1) {
      log.append(2, 1, payloadOf('cancel'), true);
      log.commit();
    }
    expect(log.resume()).toBe(false);
    truncateSync(filler, 0);
    expect(log.resume()).toBe(true);
    log.append(1, 1, payloadOf('order'));
    log.close();
    expect(contentsOf(nodeFileSystem, directory)).toHaveLength(orders + 1001);
  });

  it('F23 a remount to read-only stops the log; a remount back recovers it', () => {
    const directory = join(mountPoint, 'tape');
    const log = openEventLog({ fs: nodeFileSystem, directory, name: 'remount', reserveBytes: 65_536 });
    log.append(1, 1, payloadOf('order'));
    log.commit();
    log.close();
    execFileSync('mount', ['-o', 'remount,ro', mountPoint]);
    expect(faultOf(() => openEventLog({ fs: nodeFileSystem, directory, name: 'remount' }))?.code).toBe(
      'STORAGE_READ_ONLY',
    );
    execFileSync('mount', ['-o', 'remount,rw', mountPoint]);
    expect([...readLog(nodeFileSystem, directory)].at(-1)?.lastSeq).toBe(1);
  });
});
