import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, formatDate } from '../../calendar/tradingDate.js';
import { parseDecimal } from '../../domain/units.js';
import { parseClock, parseDateAt, parseScaled, refusalOfNumber } from './fieldParsers.js';

function rowOf(text: string) {
  // Bytes around the field must not be read.
  const bytes = Buffer.from(`9${text}9`);
  return { bytes, starts: Int32Array.of(1), ends: Int32Array.of(bytes.length - 1), count: 1, line: 2 };
}

const dateAt = (text: string): number => parseDateAt(Buffer.from(text), 0, text.length);

describe('field parsers', () => {
  it('F49: take exactly the texts that the plain parser takes, with the same value', () => {
    const digits = fc.array(fc.constantFrom(...'0123456789'.split('')), { maxLength: 15 }).map((list) => list.join(''));
    const decimal = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.constantFrom('', '.'), digits)
      .map((parts) => parts.join(''));
    const noise = fc.string({ unit: fc.constantFrom(...'0159.-+eExN ,_∞'.split('')), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(decimal, noise, fc.string()), fc.constantFrom(0, 3, 6), (text, decimals) => {
        const expected = text.startsWith('+') ? undefined : parseDecimal(text, 10 ** decimals);
        const value = parseScaled(rowOf(text), 0, decimals);
        // Both refuse what they cannot hold; the byte parser may already at 2^53 ÷ 10.
        if (expected === undefined) expect(value).toBeNaN();
        else if (Math.abs(expected) < 9e14) expect(value + 0).toBe(expected);
        if (Number.isNaN(value))
          expect(refusalOfNumber(text, decimals)).toMatch(/^(notANumber|tooManyDecimals|numberTooLarge)$/);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads every date of the calendar in both shapes, and no other', () => {
    for (let date = dateOf(1990, 1, 1); date <= dateOf(2035, 12, 31); date += 13) {
      const text = formatDate(date);
      expect([dateAt(text), dateAt(text.replaceAll('-', ''))]).toEqual([date, date]);
    }
    for (const text of [
      '2013-02-29',
      '2013-13-01',
      '2013-00-10',
      '2013-1-001',
      '10/07/2013',
      '2013_10_07',
      '2013100a',
    ]) {
      expect([text, dateAt(text)]).toEqual([text, NaN]);
    }
    expect([dateAt('1989-12-29'), dateAt('2050-12-31')]).toEqual([-Infinity, -Infinity]);
  });

  it.each([
    ['9:30', 34_200_000_000],
    ['09:30:00.000001', 34_200_000_001],
    ['093000', 34_200_000_000],
    ['23:59:59', 86_399_000_000],
    ['24:00', NaN],
    ['09:60', NaN],
    ['09:30:61', NaN],
    ['09:30:00.0000001', NaN],
    ['', NaN],
  ])('reads the clock time %s', (text, micros) => {
    expect(parseClock(text)).toBe(micros);
  });
});
