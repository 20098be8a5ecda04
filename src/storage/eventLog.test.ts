import { describe, expect, it } from 'vitest';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import { contentsOf, faultOf, openSmall, payloadOf } from '../../test/simulation/eventLogFixture.js';
import { readLog } from './logReader.js';

describe('event log', () => {
  it('gives back what was committed, in order, with its times and types', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    expect(log.append(7, -5_000_000, payloadOf('a'))).toBe(1);
    expect(log.append(255, 1_381_152_600_000_000, payloadOf(''), true)).toBe(2);
    expect(log.commit()).toBe(2);
    log.append(1, 0, payloadOf('not committed'));
    const records = [...readLog(fs, '/tape')].flatMap((group) => group.records());
    expect(records.map(({ seq, type, time, essential }) => [seq, type, time, essential])).toEqual([
      [1, 7, -5_000_000, false],
      [2, 255, 1_381_152_600_000_000, true],
    ]);
    expect(contentsOf(fs)).toEqual(['1:a', '2:']);
  });

  it('continues after a close and after none', () => {
    const fs = new SimulatedDisk();
    const first = openSmall(fs);
    first.append(1, 1, payloadOf('a'));
    first.commit();
    first.close();
    const second = openSmall(fs);
    expect(second.lastSeq).toBe(1);
    second.append(1, 2, payloadOf('b'));
    second.commit();
    const third = openSmall(fs);
    third.append(1, 3, payloadOf('c'));
    third.close();
    expect(contentsOf(fs)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('takes the numbers of discarded records again', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    log.append(1, 1, payloadOf('a'));
    log.discardPending();
    log.append(1, 1, payloadOf('b'));
    log.commit();
    expect(contentsOf(fs)).toEqual(['1:b']);
  });

  it('splits into segments and reads across them', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs, { segmentBytes: 1000 });
    const expected: string[] = [];
    for (let index = 1; index <= 40; index += 1) {
      log.append(1, index, payloadOf(`record ${index}`));
      log.commit();
      expected.push(`${index}:record ${index}`);
    }
    log.close();
    expect(fs.paths().filter((path) => path.includes('decisions-')).length).toBeGreaterThan(4);
    expect(contentsOf(fs)).toEqual(expected);
    expect(openSmall(fs, { segmentBytes: 1000 }).lastSeq).toBe(40);
  });

  it('writes down where the market stood at each decision, durably before the decision', () => {
    const fs = new SimulatedDisk();
    const log = openSmall(fs);
    log.market.append(9, 1, payloadOf('quote'));
    log.append(1, 1, payloadOf('order'));
    log.commit();
    const syncs = fs.calls.filter((call) => call.startsWith('sync ')).slice(-3);
    expect(syncs).toEqual([
      'sync /tape/market-000001.log',
      'sync /tape/decisions-000001.log',
      'sync /tape/decisions.ack',
    ]);
    const [group] = [...readLog(fs, '/tape')];
    expect(group?.market?.offset).toBe(log.market.position.offset);
    const market = [...readLog(fs, '/tape', { channel: 'market' })].flatMap((each) => each.records());
    expect(market.map((record) => new TextDecoder().decode(record.payload))).toEqual(['quote']);
  });

  it('refuses more records than one group may hold until they are committed', () => {
    const log = openSmall(new SimulatedDisk(), { maxGroupBytes: 300 });
    log.append(1, 1, new Uint8Array(100));
    expect(faultOf(() => log.append(1, 1, new Uint8Array(200)))?.code).toBe('OVERLOADED');
    log.commit();
    expect(log.append(1, 1, new Uint8Array(200))).toBe(2);
  });
});
