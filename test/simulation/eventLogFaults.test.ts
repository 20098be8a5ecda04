/** The disk fails while the log is written: F14, F19 to F23, by simulation with the real code above the disk. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../../src/domain/errors.js';
import type { StorageNotice } from '../../src/storage/eventLog.js';
import { contentsOf, DIRECTORY, faultOf, openSmall, payloadOf } from './eventLogFixture.js';
import { randomFrom, SimulatedDisk } from './simulatedDisk.js';
import { soakCount } from '../soak.js';

const SEGMENT = { segmentBytes: 1500 } as const;

/** Appends and commits until the disk fails; returns what was acknowledged and the code it failed with. */
function workload(
  fs: SimulatedDisk,
  groups: number,
): { acked: string[]; appended: string[]; code: string | undefined } {
  const acked: string[] = [];
  const appended: string[] = [];
  const fault = faultOf(() => {
    const log = openSmall(fs, SEGMENT);
    for (let group = 1; group <= groups; group += 1) {
      const batch: string[] = [];
      if (group % 3 === 0) log.market.append(1, group, payloadOf(`quote ${group}`.repeat(group % 7)));
      for (let index = 0; index <= group % 3; index += 1) {
        const text = `group ${group} record ${index}`;
        const seq = log.append(1, group, payloadOf(text));
        batch.push(`${seq}:${text}`);
      }
      appended.push(...batch);
      log.commit();
      acked.push(...batch);
    }
  });
  return { acked, appended, code: fault?.code };
}

describe('power cut', () => {
  it('F14 loses nothing acknowledged, doubles nothing and keeps whole groups only', () => {
    const seeds = soakCount(100, 5000);
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = randomFrom(seed);
      const fs = new SimulatedDisk();
      const cutAt = 1 + Math.floor(random() * 120);
      fs.onCall = (_call, _path, count) => {
        if (count > cutAt) throw SimulatedDisk.error('EIO');
      };
      const { acked, appended } = workload(fs, 20);
      const disk = fs.afterPowerCut(random);
      const fault = faultOf(() => openSmall(disk, SEGMENT).close());
      expect(fault, `seed ${seed}: ${fault?.message ?? ''}`).toBeUndefined();
      const found = contentsOf(disk);
      expect(found.slice(0, acked.length), `seed ${seed}`).toEqual(acked);
      expect(found, `seed ${seed}`).toEqual(appended.slice(0, found.length));
      const groupOf = (text: string | undefined): string | undefined => /group \d+/.exec(text ?? '')?.[0];
      const next = appended[found.length];
      if (next !== undefined) expect(groupOf(next), `seed ${seed}`).not.toBe(groupOf(found.at(-1)));
    }
  });

  it('F02 and F14: cut again and again during recovery, nothing acknowledged is lost', () => {
    for (let seed = 1; seed <= soakCount(40, 2000); seed += 1) {
      const random = randomFrom(seed + 10_000);
      let disk = new SimulatedDisk();
      const { acked } = workload(disk, 10);
      disk = disk.afterPowerCut(random);
      for (let nested = 0; nested < 5; nested += 1) {
        const cutAt = 1 + Math.floor(random() * 25);
        disk.onCall = (_call, _path, count) => {
          if (count > cutAt) throw SimulatedDisk.error('EIO');
        };
        faultOf(() => openSmall(disk, SEGMENT));
        disk = disk.afterPowerCut(random);
      }
      openSmall(disk, SEGMENT).close();
      expect(contentsOf(disk).slice(0, acked.length), `seed ${seed}`).toEqual(acked);
    }
  });

  it('F14 keeps the market data that a surviving decision refers to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 10, max: 150 }), (seed, cutAt) => {
        const random = randomFrom(seed);
        const fs = new SimulatedDisk();
        fs.onCall = (_call, _path, count) => {
          if (count > cutAt) throw SimulatedDisk.error('EIO');
        };
        workload(fs, 20);
        // Opening compares the market channel with the position in the last decision's group.
        expect(faultOf(() => openSmall(fs.afterPowerCut(random), SEGMENT))).toBeUndefined();
      }),
      { numRuns: soakCount(50, 5000) },
    );
  });

  it('F14 keeps market data of several segments that one decision refers to', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const fs = new SimulatedDisk();
      const log = openSmall(fs, SEGMENT);
      for (let index = 0; index < 30; index += 1) {
        log.market.append(1, index, new Uint8Array(300).fill(index));
        log.market.flush();
      }
      log.append(1, 1, payloadOf('order'));
      log.commit();
      expect(openSmall(fs.afterPowerCut(randomFrom(seed)), SEGMENT).market.lastSeq, `seed ${seed}`).toBe(30);
    }
  });

  it('F14 starts after a cut at any call while unsynced market data change their segment', () => {
    for (let cutAt = 30; cutAt <= 90; cutAt += soakCount(2, 1)) {
      const fs = new SimulatedDisk();
      fs.onCall = (_call, _path, count) => {
        if (count > cutAt) throw SimulatedDisk.error('EIO');
      };
      faultOf(() => {
        const log = openSmall(fs, SEGMENT);
        for (let index = 0; index < 30; index += 1) {
          log.market.append(1, index, new Uint8Array(300).fill(index));
          log.market.flush();
        }
      });
      for (let seed = 1; seed <= 4; seed += 1) {
        const fault = faultOf(() => openSmall(fs.afterPowerCut(randomFrom(seed)), SEGMENT));
        expect(fault, `call ${cutAt} seed ${seed}: ${fault?.message ?? ''}`).toBeUndefined();
      }
    }
  });

  it('F14 keeps what a start has found, even if only the memory of the killed process before had written it', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const fs = new SimulatedDisk();
      const killed = openSmall(fs);
      killed.append(1, 1, payloadOf('order'));
      fs.failAt(1, 'EIO', ['sync']);
      expect(faultOf(() => killed.commit())?.code).toBe('JOURNAL_SYNC_FAILED');
      expect(openSmall(fs).lastSeq).toBe(1);
      expect(openSmall(fs.afterPowerCut(randomFrom(seed))).lastSeq, `seed ${seed}`).toBe(1);
    }
  });
});

describe('full disk', () => {
  it('F19 halts, still takes cancels from the reserve, writes no partial record, and resumes', () => {
    const fs = new SimulatedDisk();
    const notices: StorageNotice[] = [];
    const log = openSmall(fs, { onNotice: (notice) => notices.push(notice) });
    log.append(1, 1, payloadOf('order'));
    log.commit();
    fs.capacityBytes = fs.usedBytes;
    let orders = 0;
    while (log.state === 'open') {
      log.append(1, 1, payloadOf('order'));
      log.commit();
      orders += 1;
    }
    expect(notices.map((notice) => notice.code)).toEqual(['STORAGE_FULL']);
    expect(faultOf(() => log.append(1, 1, payloadOf('order')))?.code).toBe('STORAGE_FULL');
    for (let cancel = 0; cancel < 5; cancel += 1) {
      log.append(2, 1, payloadOf('cancel'), true);
      log.commit();
    }
    expect(log.resume()).toBe(false);
    expect(contentsOf(fs)).toHaveLength(1 + orders + 5);
    fs.capacityBytes = Infinity;
    expect(log.resume()).toBe(true);
    log.append(1, 1, payloadOf('order'));
    log.commit();
    log.close();
    expect(contentsOf(fs)).toHaveLength(1 + orders + 6);
  });

  it('F19 keeps records that not even the reserve holds, for a commit after resuming', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    fs.capacityBytes = fs.usedBytes;
    log.append(1, 1, new Uint8Array(10_000), true);
    expect(faultOf(() => log.commit())?.code).toBe('STORAGE_FULL');
    expect(contentsOf(fs)).toEqual([]);
    expect(log.pendingCount).toBe(1);
    fs.capacityBytes = Infinity;
    expect(log.resume()).toBe(true);
    expect(log.commit()).toBe(1);
    expect(contentsOf(fs)).toHaveLength(1);
  });

  it('F19 refuses market data that it has no room for, and what it took stays on the tape', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    log.market.append(1, 1, payloadOf('quote'));
    log.append(1, 1, payloadOf('order'));
    log.commit();
    fs.capacityBytes = fs.usedBytes;
    let taken = 1;
    const fault = faultOf(() => {
      for (; taken < 100_000; taken += 1) {
        log.market.append(1, 1, new Uint8Array(500));
        if (taken % 10 === 0) log.market.flush();
      }
    });
    expect(fault?.code).toBe('STORAGE_FULL');
    log.append(2, 1, payloadOf('cancel'), true);
    log.commit();
    expect(log.state).toBe('halted');
    expect(openSmall(fs.copy()).market.lastSeq).toBe(taken);
  });

  it('F20 goes on in the old segment when there is no room for a new one', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs, { segmentBytes: 600 });
    for (let index = 0; index < 4; index += 1) {
      log.append(1, 1, payloadOf('order'));
      log.commit();
    }
    fs.capacityBytes = fs.usedBytes + 1000;
    const before = fs.paths().length;
    for (let index = 0; index < 3; index += 1) {
      log.append(1, 1, payloadOf('order'));
      log.commit();
    }
    expect(fs.paths()).toHaveLength(before);
    expect(contentsOf(fs)).toHaveLength(7);
    expect(contentsOf(fs.copy())).toHaveLength(7);
    expect(openSmall(fs.copy()).lastSeq).toBe(7);
  });

  it('F19 at any capacity: no partial record, nothing acknowledged lost', () => {
    for (let capacity = 4500; capacity < 14_000; capacity += soakCount(97, 7)) {
      const fs = new SimulatedDisk();
      fs.capacityBytes = capacity;
      const { acked, code } = workload(fs, 40);
      if (code !== undefined) expect(code, `capacity ${capacity}`).toBe('STORAGE_FULL');
      const disk = fs.copy();
      const log = openSmall(disk, SEGMENT);
      log.close();
      expect(contentsOf(disk).slice(0, acked.length), `capacity ${capacity}`).toEqual(acked);
    }
  });
});

describe('failing disk', () => {
  it.each(['sync', 'write', 'syncDirectory'] as const)('F21 EIO at call k of %s, for all k', (kind) => {
    const clean = new SimulatedDisk();
    workload(clean, 20);
    const calls = clean.count(kind);
    expect(calls).toBeGreaterThan(3);
    for (let k = 1; k <= calls; k += 1) {
      const fs = new SimulatedDisk();
      fs.failAt(k, 'EIO', [kind]);
      const { acked, appended, code } = workload(fs, 20);
      expect(code, `call ${k}`).toBe('JOURNAL_SYNC_FAILED');
      const disk = fs.afterPowerCut(randomFrom(k));
      openSmall(disk, SEGMENT).close();
      const found = contentsOf(disk);
      expect(found.slice(0, acked.length), `call ${k}`).toEqual(acked);
      expect(found, `call ${k}`).toEqual(appended.slice(0, found.length));
    }
  });

  it('closes every file that it opened when a start fails at call k, for all k', () => {
    const filled = new SimulatedDisk();
    workload(filled, 5);
    const clean = filled.copy();
    openSmall(clean, SEGMENT).close();
    expect(clean.openFiles).toBe(0);
    for (let k = 1; k <= clean.calls.length; k += 1) {
      const fs = filled.copy();
      fs.failAt(k, 'EIO');
      const fault = faultOf(() => openSmall(fs, SEGMENT).close());
      expect(fs.openFiles, `call ${k} ${fault?.message ?? ''}`).toBe(0);
    }
  });

  it('F21 is never tried again: everything after is refused with the same error', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    log.append(1, 1, payloadOf('order'));
    fs.failAt(1, 'EIO', ['sync']);
    const fault = faultOf(() => log.commit());
    expect(fault?.code).toBe('JOURNAL_SYNC_FAILED');
    const syncs = fs.count('sync');
    expect(faultOf(() => log.commit())).toBe(fault);
    expect(faultOf(() => log.append(1, 1, payloadOf('x'), true))).toBe(fault);
    expect(log.resume()).toBe(false);
    expect(fs.count('sync')).toBe(syncs);
    expect(log.durableSeq).toBe(0);
    log.close();
    expect(fs.count('sync')).toBe(syncs);
  });

  it('F22 a slow disk makes commits rarer, not the queue longer: one sync per group, whatever its size', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs, { maxGroupBytes: 4096 });
    fs.syncLatencyMs = 2000;
    fs.elapsedMs = 0;
    let overloaded = 0;
    for (let index = 0; index < 1000; index += 1) {
      const fault = faultOf(() => log.append(1, 1, payloadOf('order')));
      if (fault === undefined) continue;
      expect(fault.code).toBe('OVERLOADED');
      overloaded += 1;
    }
    // What was refused left no trace; what was taken is durable after one commit of two syncs.
    expect(log.pendingCount).toBe(1000 - overloaded);
    expect(overloaded).toBeGreaterThan(0);
    expect(log.commit()).toBe(1000 - overloaded);
    expect(fs.elapsedMs).toBe(4000);
    expect(contentsOf(fs)).toHaveLength(1000 - overloaded);
  });

  it('F23 a disk that became read-only stops the log with its own code', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    log.append(1, 1, payloadOf('order'));
    fs.readOnly = true;
    expect(faultOf(() => log.commit())?.code).toBe('STORAGE_READ_ONLY');
    expect(log.state).toBe('failed');
    expect(faultOf(() => openSmall(fs))?.code).toBe('STORAGE_READ_ONLY');
  });

  it('F23 a directory that was deleted is noticed before an answer leaves', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    log.append(1, 1, payloadOf('order'));
    log.commit();
    fs.removeEverything();
    log.append(1, 1, payloadOf('order'));
    const fault = faultOf(() => log.commit());
    expect(fault).toBeInstanceOf(PapertapeError);
    expect(fault?.code).toBe('STORAGE_READ_ONLY');
    expect(fault?.message).toContain(`${DIRECTORY}/decisions-000001.log`);
  });
});
