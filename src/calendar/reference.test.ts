import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { describeWithReferenceData, referenceData } from '../../test/referenceData.js';
import { IRREGULAR_SESSIONS } from './earlyCloses.js';
import { sessionOf, sessionsBetween } from './sessions.js';
import { FIRST_DATE } from './TradingCalendar.js';
import { formatDate, parseDate } from './tradingDate.js';

/** Rows of a CSV file without its header, gunzipped by name. */
function rows(name: string): string[][] {
  const raw = readFileSync(referenceData(`calendar/${name}`));
  const text = (name.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

/** Open and close of a date in our calendar as UTC text without seconds' fraction, or a dash. */
function hoursOf(date: string): string {
  const session = sessionOf(parseDate(date));
  if (session === undefined) return '-';
  const utc = (time: number): string => new Date(time / 1000).toISOString().replace('.000Z', 'Z');
  return `${utc(session.open)} ${utc(session.close)}`;
}

/** Days on which `xnys` has other hours than the exchange's records, which hold here; all are single events. */
const XNYS_DIFFERS = [
  '1990-12-27',
  '1991-01-17',
  '1991-02-25',
  '1994-02-11',
  '1995-12-18',
  '1996-01-08',
  '1997-10-27',
  '1999-12-31',
  '2001-09-17',
  '2001-10-08',
  '2002-09-11',
  '2003-03-20',
  '2004-06-07',
  '2005-06-01',
  '2006-12-27',
];

describeWithReferenceData('the calendar and the reference tables', () => {
  const fromFirst = (row: readonly string[]): boolean => (row[0] ?? '') >= formatDate(FIRST_DATE);

  it('has the sessions of nyse_sessions from 1990 to its end, with their opens and closes', () => {
    const expected = rows('nyse_sessions_1885_2023.csv.gz').filter(fromFirst);
    expect(expected.length).toBe(8565);
    const lines = expected.map(([date = '', , , open = '', close = '']) => `${date} ${open} ${close}`);
    const last = parseDate(expected.at(-1)?.[0] ?? '');
    const ours = sessionsBetween(FIRST_DATE, last).map(
      ({ date }) => `${formatDate(date)} ${hoursOf(formatDate(date))}`,
    );
    expect(ours).toEqual(lines);
    expect(formatDate(last)).toBe('2023-12-29');
  });

  it('has the sessions of xnys, and its hours but for the named days', () => {
    const differing: string[] = [];
    let count = 0;
    for (const [session = '', open = '', close = ''] of rows('xnys_1990_2023.csv.gz')) {
      count++;
      const date = session.slice(0, 10);
      expect(sessionOf(parseDate(date))).toBeDefined();
      if (hoursOf(date) !== `${open} ${close}`) differing.push(date);
    }
    expect(differing).toEqual(XNYS_DIFFERS);
    expect(sessionsBetween(FIRST_DATE, parseDate('2023-01-13')).length).toBe(count);
    const irregular = IRREGULAR_SESSIONS.map(({ date }) => formatDate(date));
    expect(XNYS_DIFFERS.filter((date) => !irregular.includes(date))).toEqual(['1999-12-31']);
  });

  it('marks as early closes or irregular what nyse_irregular_sessions lists, and nothing else', () => {
    const listed = rows('nyse_irregular_sessions_1985_2023.csv').filter(fromFirst);
    const irregular = new Set(IRREGULAR_SESSIONS.map(({ date }) => date));
    const ours = sessionsBetween(FIRST_DATE, parseDate('2023-12-31'))
      .filter((session) => session.isEarlyClose || irregular.has(session.date))
      .map((session) => formatDate(session.date));
    expect(ours).toEqual(listed.map(([date]) => date));
  });

  it('closes on the weekdays that both lists of closed days name', () => {
    for (const [date = ''] of rows('nyse_closed_weekdays_1953_2023.csv').filter(fromFirst)) {
      expect(`${date} ${hoursOf(date)}`).toBe(`${date} -`);
    }
    for (const [date = ''] of rows('nyse_full_day_holidays_1928_2021.csv').filter(fromFirst)) {
      expect(`${date} ${hoursOf(date)}`).toBe(`${date} -`);
    }
  });

  it('differs from the LEAN table only where that is known to be wrong', () => {
    const table = JSON.parse(readFileSync(referenceData('calendar/lean_equity_usa_market_hours.json'), 'utf8')) as {
      holidays: string[];
      earlyCloses: Record<string, string>;
    };
    const range = sessionsBetween(parseDate('1998-01-01'), parseDate('2023-12-31'));
    const ours = range.filter((session) => session.isEarlyClose).map((session) => formatDate(session.date));
    const theirs = Object.keys(table.earlyCloses).filter((date) => date >= '1998-01-01');
    // A Sunday; and two days it lacks.
    expect(theirs.filter((date) => !ours.includes(date))).toEqual(['2017-12-24']);
    expect(ours.filter((date) => !theirs.includes(date))).toEqual(['1998-11-27', '1998-12-24']);
    const open = table.holidays.filter((date) => date >= '1998-01-01' && date <= '2023-12-31' && hoursOf(date) !== '-');
    expect(open).toEqual([]);
  });
});
