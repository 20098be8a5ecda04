import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import {
  EASTERN_DAYLIGHT,
  EASTERN_STANDARD,
  fromNewYork,
  newYorkDate,
  newYorkMicrosOfDay,
  newYorkMinuteOfDay,
  newYorkOffset,
  toNewYork,
} from './newYorkTime.js';
import { dateOf, formatDate, parseDate } from './tradingDate.js';

const formatter = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

/** New York by the platform's zone database: the independent second implementation. */
function platformReading(time: Micros): string {
  return formatter.format(new Date(time / 1000)).replace(', ', 'T');
}

function reading(time: Micros): string {
  const { date, microsOfDay } = toNewYork(time);
  const part = (value: number): string => Math.floor(value).toString().padStart(2, '0');
  const hours = part(microsOfDay / HOUR);
  const minutes = part((microsOfDay % HOUR) / MINUTE);
  return `${formatDate(date)}T${hours}:${minutes}:${part((microsOfDay % MINUTE) / SECOND)}`;
}

const utc = (text: string): Micros => Date.parse(text) * 1000;
const FIRST = utc('1967-01-01T05:00:00Z');
const END = utc('2037-01-01T05:00:00Z');

describe('New York time', () => {
  it('reads as the platform reads it at noon of every day of 1967 to 2036', () => {
    for (let time = FIRST + 12 * HOUR; time < END; time += DAY) {
      if (reading(time) !== platformReading(time)) expect.fail(`${reading(time)} is not ${platformReading(time)}`);
    }
  });

  it('reads as the platform reads it at any second', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST / SECOND, max: END / SECOND - 1 }), (seconds) => {
        expect(reading(seconds * SECOND)).toBe(platformReading(seconds * SECOND));
      }),
      { numRuns: 3000 },
    );
  });

  it('changes its offset at the same second as the platform, twice a year', () => {
    let changes = 0;
    for (let time = FIRST; time + DAY < END; time += DAY) {
      if (newYorkOffset(time) === newYorkOffset(time + DAY)) continue;
      changes++;
      let before = time;
      let after = time + DAY;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (newYorkOffset(middle) === newYorkOffset(before)) before = middle;
        else after = middle;
      }
      expect(Number.isInteger(after / HOUR)).toBe(true);
      for (const probe of [after - SECOND, after, after + SECOND]) expect(reading(probe)).toBe(platformReading(probe));
    }
    expect(changes).toBe(140);
  });

  it.each([
    ['1974-01-06T07:00:00Z', EASTERN_STANDARD, EASTERN_DAYLIGHT],
    ['1975-02-23T07:00:00Z', EASTERN_STANDARD, EASTERN_DAYLIGHT],
    ['1986-04-27T07:00:00Z', EASTERN_STANDARD, EASTERN_DAYLIGHT],
    ['1987-04-05T07:00:00Z', EASTERN_STANDARD, EASTERN_DAYLIGHT],
    ['2006-10-29T06:00:00Z', EASTERN_DAYLIGHT, EASTERN_STANDARD],
    ['2007-03-11T07:00:00Z', EASTERN_STANDARD, EASTERN_DAYLIGHT],
    ['2007-11-04T06:00:00Z', EASTERN_DAYLIGHT, EASTERN_STANDARD],
    ['2035-03-11T07:00:00Z', EASTERN_STANDARD, EASTERN_DAYLIGHT],
  ])('changes exactly at %s', (at, before, after) => {
    expect(newYorkOffset(utc(at) - 1)).toBe(before);
    expect(newYorkOffset(utc(at))).toBe(after);
  });

  it('inverts: a reading gives back its time, or the first of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: END - 1 }), (time) => {
        const { date, microsOfDay } = toNewYork(time);
        const back = fromNewYork(date, microsOfDay);
        expect(back === time || back === time - HOUR).toBe(true);
        expect(toNewYork(back)).toEqual({ date, microsOfDay });
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['skipped', '2013-03-10', 2 * HOUR + 30 * MINUTE, '2013-03-10T07:30:00Z'],
    ['just before the skip', '2013-03-10', 2 * HOUR - 1, '2013-03-10T06:59:59.999Z'],
    ['just after the skip', '2013-03-10', 3 * HOUR, '2013-03-10T07:00:00Z'],
    ['repeated: the first', '2013-11-03', HOUR + 30 * MINUTE, '2013-11-03T05:30:00Z'],
    ['just after the repetition', '2013-11-03', 2 * HOUR, '2013-11-03T07:00:00Z'],
    ['midnight of a day of a change', '2013-11-03', 0, '2013-11-03T04:00:00Z'],
    ['the first moment', '1967-01-01', 0, '1967-01-01T05:00:00Z'],
  ])('takes a reading that is %s', (_name, date, microsOfDay, expected) => {
    const time = fromNewYork(parseDate(date), microsOfDay);
    expect(Math.floor(time / 1000)).toBe(Date.parse(expected));
  });

  it('gives date and time of day without an object as with one', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: END - 1 }), (time) => {
        const { date, microsOfDay } = toNewYork(time);
        expect(newYorkDate(time)).toBe(date);
        expect(newYorkMicrosOfDay(time)).toBe(microsOfDay);
        expect(newYorkMinuteOfDay(time)).toBe(Math.floor(microsOfDay / MINUTE));
      }),
    );
  });

  it.each([NaN, Infinity, -Infinity, utc('1966-12-31T00:00:00Z'), utc('2100-01-02T00:00:00Z')])(
    'refuses the time %d',
    (time) => {
      expect(() => newYorkOffset(time)).toThrowError(expect.objectContaining({ code: 'CALENDAR_RANGE' }));
    },
  );

  it.each([
    [dateOf(1960, 1, 4) * DAY, '1960-01-04'],
    [dateOf(1, 1, 4) * DAY + 5, '0001-01-04'],
    [dateOf(2200, 12, 31) * DAY, '2200-12-31'],
    [1e300, 'the time 1e+300'],
    [NaN, 'the time NaN'],
  ])('names what it refuses as a date, not in microseconds: %d', (time, shown) => {
    expect(() => newYorkOffset(time)).toThrowError(`the years 1967 to 2099, and ${shown} lies outside.`);
  });

  it.each([-1, DAY, 0.5, NaN])('refuses the time of day %d', (microsOfDay) => {
    expect(() => fromNewYork(0, microsOfDay)).toThrowError('within a day');
  });
});
