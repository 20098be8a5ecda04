import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilOf, dateOf, dayOfWeek, formatDate, parseDate, Weekday } from './tradingDate.js';

const FIRST = parseDate('1900-01-01');
const LAST = parseDate('2100-12-31');

describe('trading dates', () => {
  it('agrees with the platform on every day of 1900 to 2100', () => {
    for (let date = FIRST; date <= LAST; date++) {
      const platform = new Date(date * 86_400_000);
      const { year, month, day } = civilOf(date);
      if (
        formatDate(date) !== platform.toISOString().slice(0, 10) ||
        dayOfWeek(date) !== platform.getUTCDay() ||
        dateOf(year, month, day) !== date
      ) {
        expect.fail(`day ${date}: ${formatDate(date)}, platform ${platform.toISOString()}`);
      }
    }
  });

  it('parses what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: dateOf(1, 1, 1), max: dateOf(9999, 12, 31) }), (date) => {
        expect(parseDate(formatDate(date))).toBe(date);
      }),
    );
  });

  it('counts days from 1970-01-01, a Thursday', () => {
    expect(parseDate('1970-01-01')).toBe(0);
    expect(parseDate('1969-12-31')).toBe(-1);
    expect(dayOfWeek(0)).toBe(Weekday.THURSDAY);
    expect(dayOfWeek(parseDate('2013-10-07'))).toBe(Weekday.MONDAY);
  });

  it.each([
    '',
    '2013-10-7',
    '2013/10/07',
    '20131007',
    ' 2013-10-07',
    '2013-10-07 ',
    '2013-10-07\n',
    '2013-10-07T00:00:00Z',
    '2013-00-10',
    '2013-13-10',
    '2013-10-00',
    '2013-10-32',
    '2013-04-31',
    '2013-02-29',
    '1900-02-29',
    '+2013-10-07',
    'NaN',
  ])('refuses %j', (text) => {
    expect(() => parseDate(text)).toThrowError(expect.objectContaining({ code: 'DATE_RANGE_INVALID' }));
  });

  it('names the value that it refuses', () => {
    expect(() => parseDate('7.10.2013', 'start date')).toThrowError('The start date "7.10.2013" is not a date');
  });
});
