import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import type { EventLogOptions, FileEventLog } from './eventLog.js';
import { openEventLog } from './eventLog.js';
import { readLog } from './logReader.js';

const SMALL = { reserveBytes: 2048, marketReserveBytes: 1024, extendBytes: 512 } as const;

function open(fs: SimulatedDisk, options: Partial<EventLogOptions> = {}): FileEventLog {
  return openEventLog({ fs, directory: '/tape', name: 'test', ...SMALL, ...options });
}

const payload = (text: string): Uint8Array => new TextEncoder().encode(text);

function contents(fs: SimulatedDisk): string[] {
  const texts: string[] = [];
  for (const group of readLog(fs, '/tape')) {
    for (const record of group.records()) texts.push(`${record.seq}:${new TextDecoder().decode(record.payload)}`);
  }
  return texts;
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof PapertapeError) return error.code;
    throw error;
  }
  return undefined;
}

describe('event log', () => {
  it('gives back what was committed, in order, with its times and types', () => {
    const fs = new SimulatedDisk();
    const log = open(fs);
    expect(log.append(7, -5_000_000, payload('a'))).toBe(1);
    expect(log.append(255, 1_381_152_600_000_000, payload(''), true)).toBe(2);
    expect(log.commit()).toBe(2);
    log.append(1, 0, payload('not committed'));
    const records = [...readLog(fs, '/tape')].flatMap((group) => group.records());
    expect(records.map(({ seq, type, time, essential }) => [seq, type, time, essential])).toEqual([
      [1, 7, -5_000_000, false],
      [2, 255, 1_381_152_600_000_000, true],
    ]);
    expect(contents(fs)).toEqual(['1:a', '2:']);
  });

  it('continues after a close and after none', () => {
    const fs = new SimulatedDisk();
    const first = open(fs);
    first.append(1, 1, payload('a'));
    first.commit();
    first.close();
    const second = open(fs);
    expect(second.lastSeq).toBe(1);
    second.append(1, 2, payload('b'));
    second.commit();
    const third = open(fs);
    third.append(1, 3, payload('c'));
    third.close();
    expect(contents(fs)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('takes the numbers of discarded records again', () => {
    const fs = new SimulatedDisk();
    const log = open(fs);
    log.append(1, 1, payload('a'));
    log.discardPending();
    log.append(1, 1, payload('b'));
    log.commit();
    expect(contents(fs)).toEqual(['1:b']);
  });

  it('splits into segments and reads across them', () => {
    const fs = new SimulatedDisk();
    const log = open(fs, { segmentBytes: 1000 });
    const expected: string[] = [];
    for (let index = 1; index <= 40; index += 1) {
      log.append(1, index, payload(`record ${index}`));
      log.commit();
      expected.push(`${index}:record ${index}`);
    }
    log.close();
    expect(fs.paths().filter((path) => path.includes('decisions-')).length).toBeGreaterThan(4);
    expect(contents(fs)).toEqual(expected);
    expect(open(fs, { segmentBytes: 1000 }).lastSeq).toBe(40);
  });

  it('writes down where the market stood at each decision, durably before the decision', () => {
    const fs = new SimulatedDisk();
    const log = open(fs);
    log.market.append(9, 1, payload('quote'));
    log.append(1, 1, payload('order'));
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
    const log = open(new SimulatedDisk(), { maxGroupBytes: 300 });
    log.append(1, 1, new Uint8Array(100));
    expect(codeOf(() => log.append(1, 1, new Uint8Array(200)))).toBe('OVERLOADED');
    log.commit();
    expect(log.append(1, 1, new Uint8Array(200))).toBe(2);
  });
});
