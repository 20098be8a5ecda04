import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { fromNewYork } from './newYorkTime.js';
import { SessionClock } from './SessionClock.js';
import { nyse, phaseAt, sessionsBetween } from './sessions.js';
import { FIRST_DATE, LAST_DATE } from './TradingCalendar.js';
import { formatDate, parseDate } from './tradingDate.js';

const START = fromNewYork(FIRST_DATE, 0);
const END = fromNewYork(LAST_DATE + 1, 0);

const allBoundaries: readonly Micros[] = sessionsBetween(FIRST_DATE, LAST_DATE).flatMap((session) => [
  session.premarketOpen,
  session.open,
  session.close,
  session.afterHoursClose,
]);

/** The first boundary after a time, found by looking at all of them. */
function naiveNextBoundary(time: Micros): Micros {
  return allBoundaries.find((boundary) => boundary > time) ?? END;
}

const at = (date: string, hours: number, minutes = 0): Micros =>
  fromNewYork(parseDate(date), hours * HOUR + minutes * MINUTE);

/** Non-decreasing times with steps from nothing to months, often exactly on a boundary. */
const times = fc
  .tuple(
    fc.integer({ min: START, max: END - 1 }),
    fc.array(
      fc.oneof(
        fc.constant('boundary' as const),
        fc.constant(0),
        fc.integer({ min: 0, max: HOUR }),
        fc.integer({ min: 0, max: 5 * DAY }),
        fc.integer({ min: 0, max: 400 * DAY }),
      ),
      { maxLength: 20 },
    ),
  )
  .map(([start, steps]) => {
    const result = [start];
    let time = start;
    for (const step of steps) {
      const next = step === 'boundary' ? naiveNextBoundary(time) : time + step;
      if (next >= END) break;
      time = next;
      result.push(time);
    }
    return result;
  });

describe('SessionClock', () => {
  it('has ascending boundaries', () => {
    for (let index = 1; index < allBoundaries.length; index++) {
      expect((allBoundaries[index] ?? 0) > (allBoundaries[index - 1] ?? 0)).toBe(true);
    }
  });

  it('equals a search through all boundaries, whatever the steps', () => {
    fc.assert(
      fc.property(times, (sequence) => {
        const clock = new SessionClock(sequence[0] ?? START);
        for (const time of sequence) {
          const before = clock.nextBoundary;
          expect(clock.advance(time)).toBe(time >= before);
          expect(clock.nextBoundary).toBe(naiveNextBoundary(time));
          expect(clock.phase).toBe(phaseAt(time));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('steps over each boundary of a week with a half day and a holiday', () => {
    const clock = new SessionClock(at('2013-07-03', 0));
    const seen: string[] = [];
    while (clock.nextBoundary <= at('2013-07-05', 16)) {
      const boundary = clock.nextBoundary;
      clock.step();
      const hours = (boundary - fromNewYork(clock.session().date, 0)) / HOUR;
      seen.push(`${formatDate(clock.session().date).slice(5)} ${hours} ${clock.phase}`);
    }
    expect(seen).toEqual([
      '07-03 4 premarket',
      '07-03 9.5 regular',
      '07-03 13 afterHours',
      // Closed until the session after the holiday, which is the next one.
      '07-05 -31 closed',
      '07-05 4 premarket',
      '07-05 9.5 regular',
      '07-05 16 afterHours',
    ]);
  });

  it('does not go back', () => {
    const clock = new SessionClock(at('2013-10-07', 10));
    expect(clock.advance(at('2013-10-07', 5))).toBe(false);
    expect(clock.phase).toBe('regular');
    expect(clock.isOpen()).toBe(true);
    expect(clock.nextBoundary).toBe(at('2013-10-07', 16));
  });

  it('takes over a closure announced at 08:00 of the day (F55)', () => {
    const clock = new SessionClock(at('2030-03-05', 7));
    expect(clock.phase).toBe('premarket');
    clock.advance(at('2030-03-05', 8));
    const closed = nyse.withChange({ date: parseDate('2030-03-05'), closed: true });
    clock.replaceCalendar(closed, at('2030-03-05', 8));
    expect(clock.phase).toBe('closed');
    expect(clock.isOpen()).toBe(false);
    expect(clock.nextBoundary).toBe(at('2030-03-06', 4));
    expect(formatDate(clock.session().date)).toBe('2030-03-06');
    expect(() => {
      clock.replaceCalendar(nyse, at('2030-03-07', 0));
    }).toThrowError('advanced');
  });

  it('refuses times outside the years, at either end', () => {
    const outside = expect.objectContaining({ code: 'CALENDAR_RANGE' });
    expect(() => new SessionClock(START - 1)).toThrowError(outside);
    expect(() => new SessionClock(END)).toThrowError(outside);
    const clock = new SessionClock(END - 1);
    expect(clock.phase).toBe('closed');
    expect(clock.nextBoundary).toBe(END);
    expect(() => clock.session()).toThrowError(outside);
    expect(() => clock.advance(END)).toThrowError(outside);
    expect(() => clock.advance(Infinity)).toThrowError(outside);
    expect(new SessionClock(START).advance(END - 1)).toBe(true);
  });
});
