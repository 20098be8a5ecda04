import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import { PapertapeError } from '../domain/errors.js';
import { OutageLog } from './OutageLog.js';

const opening = (): PapertapeError => new PapertapeError('SHUTTING_DOWN', 'The session is not open yet.');

describe('the log of an outage', () => {
  it('has one line without a stack per outage, however many requests meet it, and counts them', () => {
    const clock = new ManualClock();
    const lines: unknown[] = [];
    const log = { warn: (fields: unknown, message?: string) => void lines.push([fields, message]) };
    const outages = new OutageLog(clock);
    for (let request = 0; request < 500; request += 1) {
      expect(outages.takes(opening(), `r${request}`, log)).toBe(true);
      clock.advance(50);
    }
    expect(lines).toEqual([
      [{ reqId: 'r0', code: 'SHUTTING_DOWN' }, 'requests are not served at the moment: The session is not open yet.'],
    ]);
    clock.advance(10_000);
    outages.takes(opening(), 'later', log);
    expect(lines[1]).toEqual([
      { reqId: 'later', code: 'SHUTTING_DOWN', requestsOfTheLastOutage: 500 },
      'requests are not served at the moment: The session is not open yet.',
    ]);
  });

  it('knows outages of different kinds apart, and leaves every other error to the caller', () => {
    const lines: unknown[] = [];
    const log = { warn: (fields: unknown) => void lines.push(fields) };
    const outages = new OutageLog(new ManualClock());
    outages.takes(opening(), 'a', log);
    outages.takes(new PapertapeError('KERNEL_UNRESPONSIVE', 'The kernel did not answer in time.'), 'b', log);
    expect(lines).toHaveLength(2);
    expect(outages.takes(new Error('a fault of ours'), 'c', log)).toBe(false);
    expect(outages.takes(new PapertapeError('INTERNAL', 'a fault of ours'), 'd', log)).toBe(false);
    expect(lines).toHaveLength(2);
  });
});
