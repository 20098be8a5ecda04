import { describe, expect, it } from 'vitest';
import {
  formatCountdown,
  formatDate,
  formatDuration,
  formatTime,
  formatTimeExact,
  toChartSeconds,
} from './easternTime.js';

const micros = (iso: string): number => Date.parse(iso) * 1000;

describe('New York time', () => {
  it.each([
    ['2013-10-07T13:30:00Z', '09:30:00', 'Mon 7 Oct 2013'],
    ['2013-12-02T14:30:00Z', '09:30:00', 'Mon 2 Dec 2013'],
    // The hour before and after the spring change of 2014-03-09.
    ['2014-03-09T06:59:59Z', '01:59:59', 'Sun 9 Mar 2014'],
    ['2014-03-09T07:00:00Z', '03:00:00', 'Sun 9 Mar 2014'],
    // Evening in New York is the next day in UTC.
    ['2013-10-08T00:15:00Z', '20:15:00', 'Mon 7 Oct 2013'],
    ['2013-10-08T04:00:00Z', '00:00:00', 'Tue 8 Oct 2013'],
  ])('%s is %s on %s', (iso, time, date) => {
    expect(formatTime(micros(iso))).toBe(time);
    expect(formatDate(micros(iso))).toBe(date);
  });

  it('shows all six decimals', () => {
    expect(formatTimeExact(micros('2013-10-07T13:30:00Z') + 12_045)).toBe('09:30:00.012045');
  });

  it('gives the chart a clock that reads 09:30 at the open in summer and winter', () => {
    for (const iso of ['2013-10-07T13:30:00Z', '2013-12-02T14:30:00Z']) {
      expect(toChartSeconds(micros(iso)) % 86_400).toBe(9.5 * 3600);
    }
  });
});

it('durations take the unit that fits', () => {
  expect([0, 250, 1_500, 120_000, 1_500_000, 90_000_000, 359_960_000, -250].map(formatDuration)).toEqual([
    '0 µs',
    '250 µs',
    '1.50 ms',
    '120.0 ms',
    '1.50 s',
    '01:30',
    '06:00',
    '−250 µs',
  ]);
});

it('countdowns grow coarser with length and stop at zero', () => {
  expect([-5, 59_000_000, 3_600_000_000, 90_000_000_000].map(formatCountdown)).toEqual([
    '00:00',
    '00:59',
    '1h 00m',
    '1d 01h',
  ]);
});
