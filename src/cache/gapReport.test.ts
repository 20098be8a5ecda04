import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minuteBars, newYork, SIP } from '../../test/conformance/historyStore.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { MINUTE } from '../domain/timeframe.js';
import { gapReport } from './gapReport.js';
import { createMemoryHistory } from './memoryHistory.js';
import { joined, within, without } from './stretches.js';

const SERIES = { symbol: 'SPY', kind: 'bar', timeframe: '1m', feed: undefined } as const;
const NOW = newYork('2013-12-02', 9);
const day = (date: string) => ({ from: newYork(date, 9, 30), to: newYork(date, 16) });

describe('gap report', () => {
  it('tells what nobody has spoken of from minutes and sessions without a trade', async () => {
    const archive = createMemoryHistory(new ManualClock(NOW / 1000));
    const open = newYork('2013-10-07', 9, 30);
    const rows = minuteBars(
      Array.from({ length: 390 }, (_, minute) => [open + minute * MINUTE, 1] as const).filter(
        (_, minute) => minute % 10,
      ),
    );
    const half = { from: newYork('2013-10-10', 12), to: newYork('2013-10-10', 16) };
    const covered = [day('2013-10-07'), day('2013-10-08'), half];
    await archive.merge('SPY', rows, { quality: SIP, covered });
    await archive.merge('SPY', minuteBars([[newYork('2013-10-09', 10), 1]]));
    const report = await gapReport(archive, SERIES, undefined, NOW);
    expect(report).toMatchObject({
      from: '2013-10-07',
      to: '2013-10-10',
      sessions: 4,
      complete: 2,
      partial: 2,
      unknown: 0,
      sources: ['file', 'vendor/sip'],
      possibleBars: 390 + 390 + 1 + 240,
      quietBars: 39 + 390 + 240,
      quietSessions: ['2013-10-08'],
      unclaimedRows: 0,
    });
    expect(report?.missing).toEqual([
      { from: newYork('2013-10-09', 9, 30), to: newYork('2013-10-09', 10) },
      { from: newYork('2013-10-09', 10, 1), to: half.from },
    ]);
  });

  it('knows holidays, weekends and early closes (F55)', async () => {
    const archive = createMemoryHistory(new ManualClock(NOW / 1000));
    // Thanksgiving was on the 28th; the day after closed at 13:00.
    const covered = [day('2013-11-27'), { from: newYork('2013-11-29', 9, 30), to: newYork('2013-11-29', 13) }];
    await archive.merge('SPY', minuteBars([]), { quality: SIP, covered });
    const range = { from: newYork('2013-11-27', 0), to: newYork('2013-12-02', 0) };
    const report = await gapReport(archive, SERIES, range, NOW);
    expect(report).toMatchObject({ sessions: 2, complete: 2, missing: [], possibleBars: 390 + 210 });
    const daily = { ...SERIES, timeframe: '1d' } as const;
    expect(await gapReport(archive, daily, range, NOW)).toBeUndefined();
  });
});

describe('stretches', () => {
  it('take from one another as sets of times do', () => {
    const stretches = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 6 })), { maxLength: 8 })
      .map((list) => list.map(([from, length]) => ({ from, to: from + length })));
    const times = (list: readonly { from: number; to: number }[]): number[] =>
      Array.from({ length: 40 }, (_, time) => time).filter((time) =>
        list.some(({ from, to }) => time >= from && time < to),
      );
    fc.assert(
      fc.property(stretches, stretches, (a, b) => {
        const wanted = joined(a);
        expect(times(wanted)).toEqual(times(a));
        const inB = new Set(times(b));
        expect(times(without(wanted, b))).toEqual(times(wanted).filter((time) => !inB.has(time)));
        expect(times(within(wanted, b))).toEqual(times(wanted).filter((time) => inB.has(time)));
        for (const [index, piece] of without(wanted, b).entries()) {
          expect(piece.from).toBeLessThan(piece.to);
          expect(piece.from).toBeGreaterThanOrEqual(without(wanted, b)[index - 1]?.to ?? -Infinity);
        }
      }),
      { numRuns: 500 },
    );
  });
});
