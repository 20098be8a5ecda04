import { describe, expect, it } from 'vitest';
import { randomFrom, SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import type { StorageNotice } from './eventLog.js';
import { faultOf, payloadOf } from '../../test/simulation/eventLogFixture.js';
import { SnapshotStore } from './snapshotStore.js';

const DIRECTORY = '/tape/snapshots';

function storeOn(fs: SimulatedDisk, notices: StorageNotice[] = [], logName = 'test'): SnapshotStore {
  return new SnapshotStore({ fs, directory: DIRECTORY, logName, keep: 3, onNotice: (notice) => notices.push(notice) });
}

function loaded(store: SnapshotStore, lastSeq: number): string | undefined {
  const snapshot = store.load(lastSeq);
  return snapshot && `${snapshot.seq}:${new TextDecoder().decode(snapshot.content)}`;
}

function pathOf(seq: number): string {
  return `${DIRECTORY}/snapshot-${seq.toString().padStart(16, '0')}.snap`;
}

describe('snapshot store', () => {
  it('gives the newest back and keeps the newest three', () => {
    const fs = new SimulatedDisk();
    const store = storeOn(fs);
    expect(loaded(store, 100)).toBeUndefined();
    for (const seq of [10, 20, 30, 40]) store.save(seq, payloadOf(`state ${seq}`));
    expect(loaded(store, 100)).toBe('40:state 40');
    expect(fs.paths()).toEqual([pathOf(20), pathOf(30), pathOf(40)]);
  });

  it('F24 passes over one that is newer than the log, with a notice', () => {
    const notices: StorageNotice[] = [];
    const store = storeOn(new SimulatedDisk(), notices);
    for (const seq of [10, 20]) store.save(seq, payloadOf(`state ${seq}`));
    expect(loaded(store, 19)).toBe('10:state 10');
    expect(notices.map((notice) => notice.code)).toEqual(['SNAPSHOT_IGNORED']);
    expect(notices[0]?.message).toContain(pathOf(20));
  });

  it('F24 passes over one with any byte changed or any length cut, down to none', () => {
    const fs = new SimulatedDisk();
    storeOn(fs).save(10, payloadOf('older'));
    storeOn(fs).save(20, payloadOf('newer'));
    const whole = fs.read(pathOf(20)) ?? new Uint8Array(0);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 4;
      for (const bytes of [changed, whole.subarray(0, at)]) {
        fs.put(pathOf(20), bytes);
        const notices: StorageNotice[] = [];
        expect(loaded(storeOn(fs, notices), 20), `byte ${at}`).toBe('10:older');
        expect(notices).toHaveLength(1);
      }
    }
    fs.put(pathOf(10), new Uint8Array(3));
    expect(loaded(storeOn(fs), 20)).toBeUndefined();
  });

  it('F24 passes over one of another log or with another name', () => {
    const fs = new SimulatedDisk();
    storeOn(fs, [], 'other').save(20, payloadOf('foreign'));
    storeOn(fs).save(10, payloadOf('own'));
    fs.put(pathOf(15), fs.read(pathOf(10)) ?? new Uint8Array(0));
    expect(loaded(storeOn(fs), 20)).toBe('10:own');
  });

  it('F20 a full disk at any byte leaves the older snapshot intact', () => {
    for (let room = 0; room < 110; room += 1) {
      const fs = new SimulatedDisk();
      const store = storeOn(fs);
      store.save(10, payloadOf('older'));
      fs.capacityBytes = fs.usedBytes + room;
      const fault = faultOf(() => store.save(20, new Uint8Array(40)));
      expect(fault?.code).toBe(room < 104 ? 'STORAGE_FULL' : undefined);
      expect(store.load(20)?.seq).toBe(room < 104 ? 10 : 20);
      if (room < 104) expect(fs.paths()).toEqual([pathOf(10)]);
    }
  });

  it('F20 a power cut at any call leaves the old snapshot or the new one', () => {
    for (let cutAt = 1; cutAt < 20; cutAt += 1) {
      const fs = new SimulatedDisk();
      storeOn(fs).save(10, payloadOf('older'));
      let calls = 0;
      fs.onCall = () => {
        calls += 1;
        if (calls >= cutAt) throw SimulatedDisk.error('EIO');
      };
      const done = faultOf(() => storeOn(fs).save(20, payloadOf('newer'))) === undefined;
      for (let seed = 0; seed < 10; seed += 1) {
        const found = loaded(storeOn(fs.afterPowerCut(randomFrom(seed))), 20);
        expect(done ? ['20:newer'] : ['10:older', '20:newer'], `call ${cutAt}`).toContain(found);
      }
    }
  });
});
