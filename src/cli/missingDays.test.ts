import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { HOUR } from '../domain/timeframe.js';
import { missingDaysWarning } from './missingDays.js';

const FROM = '2013-01-02';
const TO = '2013-12-31';
const dates = sessionsBetween(parseDate(FROM), parseDate(TO)).map(({ date }) => date);

function warningFor(kept: readonly number[]): readonly string[] {
  const time = Float64Array.from(kept, (date) => fromNewYork(date, 16 * HOUR));
  return missingDaysWarning({ time, equity: new Float64Array(kept.length).fill(1) }, FROM, TO);
}

describe('missingDaysWarning', () => {
  it('says how many of the sessions had no data, and which was the first', () => {
    expect(warningFor(dates.slice(0, 5))).toEqual([
      'There are no data for 247 trading days of 252 from 2013-01-02 to 2013-12-31, 2013-01-09 the first: the ' +
        'figures are those of the rest. "papertape data ls" shows what is there.',
    ]);
  });

  it('is silent for a whole range, holidays and weekends in it, and up to one day in fifty', () => {
    expect(warningFor(dates)).toEqual([]);
    expect(warningFor(dates.slice(5))).toEqual([]);
    expect(warningFor(dates.slice(6))).toHaveLength(1);
  });
});
