import { describe, expect, it } from 'vitest';
import { dayOfWeek, formatDate, parseDate, Weekday } from '../../calendar/tradingDate.js';
import { bankHolidays, isBankHoliday, settlementDate } from './settlement.js';

describe('settlement (R17)', () => {
  it.each([
    ['1995-06-06', '1995-06-13'], // T+5
    ['1995-06-07', '1995-06-12'], // T+3
    ['1997-01-17', '1997-01-23'], // over Martin Luther King Jr. Day, which still traded
    ['2013-10-10', '2013-10-16'], // over Columbus Day, which trades
    ['2013-11-07', '2013-11-13'], // over Veterans Day
    ['2012-11-09', '2012-11-15'], // Veterans Day on a Sunday: Monday the 12th
    ['2017-09-01', '2017-09-07'], // the last T+3, over Labor Day
    ['2017-09-05', '2017-09-07'],
    ['2017-11-08', '2017-11-10'], // Veterans Day on a Saturday: banks open on Friday
    ['2022-06-16', '2022-06-21'], // over Juneteenth, kept on Monday
    ['2024-03-27', '2024-04-01'], // over Good Friday
    ['2024-05-24', '2024-05-29'], // the last T+2, over Memorial Day
    ['2024-05-28', '2024-05-29'],
    ['2024-10-11', '2024-10-15'], // T+1 over Columbus Day
    ['2026-11-10', '2026-11-12'], // T+1 over Veterans Day
    ['2026-11-11', '2026-11-12'], // made on it
  ])('a trade of %s settles on %s', (trade, settlement) => {
    expect(formatDate(settlementDate(parseDate(trade)))).toBe(settlement);
  });

  it('derives the bank holidays of a year', () => {
    // The 4th of July 2026 is a Saturday, which the banks do not move.
    expect(bankHolidays(2026).map(formatDate)).toEqual([
      '2026-01-01',
      '2026-01-19',
      '2026-02-16',
      '2026-05-25',
      '2026-06-19',

      '2026-09-07',
      '2026-10-12',
      '2026-11-11',
      '2026-11-26',
      '2026-12-25',
    ]);
    expect(bankHolidays(2023).map(formatDate)).toContain('2023-01-02'); // from a Sunday
    expect(bankHolidays(2021).map(formatDate)).not.toContain('2021-06-18');
  });

  it('has only weekdays, ten or eleven less those lost to Saturdays, in every year', () => {
    for (let year = 1990; year <= 2035; year += 1) {
      const holidays = bankHolidays(year);
      expect(holidays.length).toBeGreaterThanOrEqual(8);
      expect([...holidays].sort((a, b) => a - b)).toEqual(holidays);
      for (const date of holidays) {
        expect(dayOfWeek(date) !== Weekday.SATURDAY && dayOfWeek(date) !== Weekday.SUNDAY).toBe(true);
        expect(isBankHoliday(date)).toBe(true);
        expect(isBankHoliday(date + 1) && isBankHoliday(date - 1)).toBe(false);
      }
    }
  });
});
