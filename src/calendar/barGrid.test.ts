import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND, TIMEFRAME_DURATION, TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { IntradayTimeframe } from './barGrid.js';
import { BarGrid, barEnd, barStart, clockBarSpan } from './barGrid.js';
import { fromNewYork, newYorkDate, newYorkMicrosOfDay } from './newYorkTime.js';
import { nyse, phaseAt } from './sessions.js';
import { FIRST_DATE, LAST_DATE } from './TradingCalendar.js';
import { parseDate } from './tradingDate.js';

const time = (date: string, clock: string): Micros => {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return fromNewYork(parseDate(date), hours * HOUR + minutes * MINUTE + seconds * SECOND);
};

const intraday = TIMEFRAMES.filter((timeframe): timeframe is IntradayTimeframe => timeframe !== '1d');

/** Every bar of a date that lies in an open phase, as `HH:MM-HH:MM`, by walking from end to start. */
function barsOf(date: string, timeframe: IntradayTimeframe, from: string, to: string): string {
  const clock = (at: Micros): string => {
    const minutes = newYorkMicrosOfDay(at) / MINUTE;
    return `${Math.floor(minutes / 60)
      .toString()
      .padStart(2, '0')}:${(minutes % 60).toString().padStart(2, '0')}`;
  };
  const bars: string[] = [];
  for (let at = time(date, from); at < time(date, to); at = barEnd(at, timeframe)) {
    bars.push(`${clock(barStart(at, timeframe))}-${clock(barEnd(at, timeframe))}`);
  }
  return bars.join(' ');
}

describe('the grid of bars', () => {
  it.each<[string, IntradayTimeframe, string, string, string]>([
    [
      '2013-10-07',
      '1h',
      '04:00',
      '20:00',
      '04:00-04:30 04:30-05:30 05:30-06:30 06:30-07:30 07:30-08:30 08:30-09:30 09:30-10:30 10:30-11:30 11:30-12:30 ' +
        '12:30-13:30 13:30-14:30 14:30-15:30 15:30-16:00 16:00-16:30 16:30-17:30 17:30-18:30 18:30-19:30 19:30-20:00',
    ],
    ['2013-10-07', '4h', '04:00', '20:00', '04:00-05:30 05:30-09:30 09:30-13:30 13:30-16:00 16:00-17:30 17:30-20:00'],
    ['2013-10-07', '15m', '09:15', '10:00', '09:15-09:30 09:30-09:45 09:45-10:00'],
    ['2013-10-07', '10m', '15:45', '16:20', '15:40-15:50 15:50-16:00 16:00-16:10 16:10-16:20'],
    [
      '2013-07-03',
      '1h',
      '11:30',
      '17:00',
      '11:30-12:30 12:30-13:00 13:00-13:30 13:30-14:30 14:30-15:30 15:30-16:30 16:30-17:00',
    ],
    ['2002-09-11', '1h', '11:30', '13:30', '11:30-12:00 12:00-12:30 12:30-13:30'],
    ['2001-09-17', '5m', '09:25', '09:45', '09:25-09:30 09:30-09:33 09:33-09:35 09:35-09:40 09:40-09:45'],
    ['2005-06-01', '2m', '15:54', '16:00', '15:54-15:56 15:56-15:58 15:58-16:00'],
    ['2005-06-01', '5m', '15:50', '16:00', '15:50-15:55 15:55-15:56 15:56-16:00'],
    ['2013-10-07', '1h', '20:00', '22:00', '20:00-20:30 20:30-21:30 21:30-22:30'],
  ])('%s in %s from %s to %s', (date, timeframe, from, to, bars) => {
    expect(barsOf(date, timeframe, from, to)).toBe(bars);
  });

  it.each([
    ['before daylight saving', '2013-03-08'],
    ['after its start', '2013-03-11'],
    ['before its end', '2013-11-01'],
    ['after its end', '2013-11-04'],
  ])('opens a bar at 09:30 in every timeframe %s', (_name, date) => {
    for (const timeframe of TIMEFRAMES) {
      expect(barStart(time(date, '09:30'), timeframe)).toBe(time(date, '09:30'));
      if (timeframe !== '1d') expect(barEnd(time(date, '09:29:59'), timeframe)).toBe(time(date, '09:30'));
    }
  });

  it('partitions time: each moment is in one bar, bars touch, none spans a phase, a date or its length', () => {
    const anyTime = fc.integer({ min: fromNewYork(FIRST_DATE, 0), max: fromNewYork(LAST_DATE, 0) });
    const nearBoundary = fc
      .tuple(fc.nat(nyse.boundaries.length - 2), fc.integer({ min: -2 * HOUR, max: 2 * HOUR }))
      .map(([index, offset]) => Math.floor((nyse.boundaries[index] ?? 0) + offset))
      // The last evening's bars end in a year that the calendar does not know.
      .filter((at) => at < fromNewYork(LAST_DATE, 0));
    fc.assert(
      fc.property(fc.oneof(anyTime, nearBoundary), fc.constantFrom(...intraday), (at, timeframe) => {
        const start = barStart(at, timeframe);
        const end = barEnd(at, timeframe);
        expect(start <= at && at < end).toBe(true);
        expect(end - start).toBeLessThanOrEqual(TIMEFRAME_DURATION[timeframe]);
        expect([barStart(start, timeframe), barEnd(start, timeframe)]).toEqual([start, end]);
        expect([barStart(end - 1, timeframe), barEnd(end - 1, timeframe)]).toEqual([start, end]);
        expect(barStart(end, timeframe)).toBe(end);
        expect(phaseAt(start)).toBe(phaseAt(end - 1));
        expect(newYorkDate(start)).toBe(newYorkDate(end - 1));
        const session = nyse.sessionAt(at);
        if (session && newYorkMicrosOfDay(session.open) === 9.5 * HOUR && phaseAt(at) === 'regular') {
          // In a normal session the bars count from the open.
          expect((start - session.open) % TIMEFRAME_DURATION[timeframe]).toBe(0);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['2013-10-07', '09:30', '16:00', true],
    ['2013-10-07', '15:59:59', '16:00', true],
    ['2013-10-07', '09:29:59', '16:00', false],
    ['2013-10-07', '16:00', '16:00', false],
    ['2013-07-03', '12:00', '13:00', true],
    ['2013-07-03', '13:00', '13:00', false],
    ['2013-07-04', '12:00', '16:00', false],
  ])('has a daily bar at %s %s until %s: %s', (date, clock, close, isWithin) => {
    expect(barStart(time(date, clock), '1d')).toBe(isWithin ? time(date, '09:30') : undefined);
    expect(barEnd(time(date, clock), '1d')).toBe(isWithin ? time(date, close) : undefined);
  });

  it.each<[string, string, Timeframe, string | undefined, string]>([
    ['2013-10-07', '09:00', '1h', '09:30', '10:00'],
    ['2013-10-07', '10:00', '1h', '10:00', '11:00'],
    ['2013-10-07', '15:00', '1h', '15:00', '16:00'],
    ['2013-10-07', '16:00', '1h', undefined, ''],
    ['2013-10-07', '08:00', '1h', undefined, ''],
    ['2013-07-03', '12:00', '1h', '12:00', '13:00'],
    ['2013-07-03', '13:00', '1h', undefined, ''],
    ['2005-06-01', '15:00', '1h', '15:00', '15:56'],
    ['2013-07-03', '00:00', '1d', '09:30', '13:00'],
    ['2013-07-04', '00:00', '1d', undefined, ''],
    ['2013-10-05', '10:00', '1h', undefined, ''],
  ])('takes the foreign label %s %s %s as %s to %s', (date, label, timeframe, start, end) => {
    expect(clockBarSpan(time(date, label), timeframe)).toEqual(
      start === undefined ? undefined : { start: time(date, start), end: time(date, end) },
    );
  });

  it('follows a changed calendar', () => {
    const date = parseDate('2030-03-05');
    const closed = nyse.withChange({ date, closed: true });
    const open = time('2030-03-05', '09:30');
    expect(barStart(open, '1d', closed)).toBeUndefined();
    expect(clockBarSpan(open, '1h', closed)).toBeUndefined();
    expect(barEnd(time('2030-03-05', '15:45'), '1h')).toBe(time('2030-03-05', '16:00'));
    expect(barEnd(time('2030-03-05', '15:45'), '1h', closed)).toBe(time('2030-03-05', '16:30'));
  });

  it('is found the same by one who looks for many times', () => {
    const from = time('2013-10-30', '00:00');
    const timeframe = fc.constantFrom<Timeframe>('1s', '1m', '2m', '5m', '1h', '4h', '1d');
    // Over the end of daylight saving time, a short session, holidays and years, forwards and back.
    const step = fc.oneof(
      fc.integer({ min: 0, max: 3_600_000_000 }),
      fc.integer({ min: 0, max: 100 }).map((days) => days * 86_400_000_000 + 1_234_567),
      fc.integer({ min: -86_400_000_000, max: 0 }),
    );
    fc.assert(
      fc.property(timeframe, fc.array(step, { minLength: 20, maxLength: 200 }), (bars, steps) => {
        const grid = new BarGrid(bars);
        let at = from;
        for (const one of steps) {
          at += one;
          const isThere = grid.find(at);
          const found = isThere ? [grid.start, grid.end] : [undefined, undefined];
          expect(found).toEqual([barStart(at, bars), barEnd(at, bars)]);
        }
      }),
    );
  });
});
