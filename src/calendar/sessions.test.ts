import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { barEnd, barStart } from './barGrid.js';
import { IRREGULAR_SESSIONS } from './earlyCloses.js';
import { fromNewYork } from './newYorkTime.js';
import { nextSession, nyse, phaseAt, previousSession, sessionAt, sessionOf, sessionsBetween } from './sessions.js';
import type { Session } from './TradingCalendar.js';
import { FIRST_DATE, LAST_DATE } from './TradingCalendar.js';
import type { TradingDate } from './tradingDate.js';
import { formatDate, parseDate } from './tradingDate.js';

const at = (date: string, hours: number, minutes = 0): number =>
  fromNewYork(parseDate(date), hours * HOUR + minutes * MINUTE);

function sessionsOfYear(year: number): readonly Session[] {
  return sessionsBetween(parseDate(`${year}-01-01`), parseDate(`${year}-12-31`));
}

/** Easter Sundays as tables print them, 2023 to 2035. */
const EASTER = [
  '2023-04-09',
  '2024-03-31',
  '2025-04-20',
  '2026-04-05',
  '2027-03-28',
  '2028-04-16',
  '2029-04-01',
  '2030-04-21',
  '2031-04-13',
  '2032-03-28',
  '2033-04-17',
  '2034-04-09',
  '2035-03-25',
];

/** Whether a weekday is a holiday, by conditions on the day alone: the naive second implementation. */
function isHoliday(day: Date): boolean {
  const month = day.getUTCMonth() + 1;
  const dayOfMonth = day.getUTCDate();
  const weekday = day.getUTCDay();
  const shifted = (days: number): string => new Date(day.getTime() + days * 86_400_000).toISOString().slice(5, 10);
  const fixed = (monthDay: string, movesToFriday: boolean): boolean =>
    shifted(0) === monthDay ||
    (weekday === 1 && shifted(-1) === monthDay) ||
    (weekday === 5 && movesToFriday && shifted(1) === monthDay);
  const monday = (inMonth: number, from: number, to: number): boolean =>
    weekday === 1 && month === inMonth && dayOfMonth >= from && dayOfMonth <= to;
  return (
    fixed('01-01', false) ||
    fixed('06-19', true) ||
    fixed('07-04', true) ||
    fixed('12-25', true) ||
    monday(1, 15, 21) ||
    monday(2, 15, 21) ||
    monday(5, 25, 31) ||
    monday(9, 1, 7) ||
    (weekday === 4 && month === 11 && dayOfMonth >= 22 && dayOfMonth <= 28) ||
    EASTER.includes(new Date(day.getTime() + 2 * 86_400_000).toISOString().slice(0, 10))
  );
}

describe('sessions by rule', () => {
  it.each([
    [2023, 250, '07-03 11-24'],
    [2024, 252, '07-03 11-29 12-24'],
    [2025, 250, '07-03 11-28 12-24'],
    [2026, 251, '11-27 12-24'],
    [2027, 251, '11-26'],
    [2028, 251, '07-03 11-24'],
    [2029, 251, '07-03 11-23 12-24'],
    [2030, 251, '07-03 11-29 12-24'],
    [2031, 251, '07-03 11-28 12-24'],
    [2032, 252, '11-26'],
    [2033, 251, '11-25'],
    [2034, 250, '07-03 11-24'],
    [2035, 251, '07-03 11-23 12-24'],
  ])('%d has %d sessions, early closes on %s, and the days of the naive rules', (year, count, earlyCloses) => {
    const sessions = sessionsOfYear(year);
    expect(sessions.length).toBe(count);
    const early = sessions.filter((session) => session.isEarlyClose);
    expect(early.map((session) => formatDate(session.date).slice(5)).join(' ')).toBe(earlyCloses);
    const naive: string[] = [];
    for (let day = new Date(Date.UTC(year, 0, 1)); day.getUTCFullYear() === year;) {
      const text = day.toISOString().slice(0, 10);
      const isWeekday = day.getUTCDay() >= 1 && day.getUTCDay() <= 5;
      if (isWeekday && !isHoliday(day) && text !== '2025-01-09') naive.push(text);
      day = new Date(day.getTime() + 86_400_000);
    }
    expect(sessions.map((session) => formatDate(session.date))).toEqual(naive);
  });

  it.each([
    ['2025', '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25'],
    ['2026', '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25'],
    ['2027', '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24'],
    ['2028', '01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25'],
  ])('keeps the holidays that the exchange published for %s', (year, published) => {
    const closed: string[] = [];
    for (let date = parseDate(`${year}-01-01`); date <= parseDate(`${year}-12-31`); date++) {
      const weekday = new Date(date * 86_400_000).getUTCDay();
      if (weekday !== 0 && weekday !== 6 && sessionOf(date) === undefined) closed.push(formatDate(date).slice(5));
    }
    expect(closed.join(' ')).toBe(published);
  });
});

describe('sessions of days (F55)', () => {
  it.each([
    ['half day', '2013-07-03', 13, 17, true],
    ['half day at 14:00', '1991-12-24', 14, 17, true],
    ['normal day', '2013-10-07', 16, 20, false],
    ['leap day', '2024-02-29', 16, 20, false],
    ['leap day of a century', '2000-02-29', 16, 20, false],
    ['last day of a year before a Saturday holiday', '2010-12-31', 16, 20, false],
    ['stopped by the circuit breaker', '1997-10-27', 15.5, 20, false],
  ])('%s %s closes at %d, late trading at %d', (_name, date, close, afterHoursClose, isEarlyClose) => {
    expect(sessionOf(parseDate(date))).toEqual({
      date: parseDate(date),
      premarketOpen: at(date, 4),
      open: at(date, 9, 30),
      close: at(date, close),
      afterHoursClose: at(date, afterHoursClose),
      isEarlyClose,
    });
  });

  it.each([
    ['holiday', '2013-07-04', '2013-07-03', '2013-07-05'],
    ['weekend', '2013-10-05', '2013-10-04', '2013-10-07'],
    ['closure of four days', '2001-09-12', '2001-09-10', '2001-09-17'],
    ['year end', '2025-01-01', '2024-12-31', '2025-01-02'],
    ['announced closure', '2025-01-09', '2025-01-08', '2025-01-10'],
  ])('%s %s lies between the sessions of %s and %s', (_name, date, previous, next) => {
    const day = parseDate(date);
    expect(sessionOf(day)).toBeUndefined();
    expect(formatDate(previousSession(day).date)).toBe(previous);
    expect(formatDate(nextSession(day).date)).toBe(next);
    for (const hour of [0, 4, 9.5, 12, 16, 20]) {
      expect(phaseAt(at(date, hour))).toBe('closed');
      expect(sessionAt(at(date, hour))).toBeUndefined();
    }
  });

  it.each([
    [
      '2013-10-07',
      '03:59 closed, 04:00 premarket, 09:29 premarket, 09:30 regular, 15:59 regular, 16:00 afterHours, 20:00 closed',
    ],
    ['2013-07-03', '09:30 regular, 12:59 regular, 13:00 afterHours, 16:59 afterHours, 17:00 closed'],
    ['2002-09-11', '09:30 premarket, 11:59 premarket, 12:00 regular, 16:00 afterHours'],
  ])('phases of %s: %s', (date, phases) => {
    for (const entry of phases.split(', ')) {
      const [time = '', phase] = entry.split(' ');
      const moment = at(date, Number(time.slice(0, 2)), Number(time.slice(3)));
      expect(`${time} ${phaseAt(moment)}`).toBe(`${time} ${phase}`);
      expect(sessionAt(moment)?.date).toBe(phase === 'closed' ? undefined : parseDate(date));
    }
  });

  it('knows a closure announced on the day, and a changed close, in a new calendar only', () => {
    const date = parseDate('2030-03-05');
    const closed = nyse.withChange({ date, closed: true });
    expect(closed.sessionOf(date)).toBeUndefined();
    expect(closed.nextSession(date - 1).date).toBe(date + 1);
    expect(closed.sessionCount).toBe(nyse.sessionCount - 1);
    expect(nyse.sessionOf(date)).toBeDefined();
    const shorter = closed.withChange({
      date,
      closed: false,
      open: 10 * HOUR,
      close: 12 * HOUR,
      afterHoursClose: 17 * HOUR,
      isEarlyClose: true,
    });
    expect(shorter.sessionOf(date)).toMatchObject({ open: at('2030-03-05', 10), close: at('2030-03-05', 12) });
    expect(shorter.sessionCount).toBe(nyse.sessionCount);
    expect(shorter.sessionOf(date + 1)).toEqual(nyse.sessionOf(date + 1));
    const hours = { date, closed: false, open: 10 * HOUR, afterHoursClose: 17 * HOUR, isEarlyClose: true } as const;
    expect(() => nyse.withChange({ ...hours, close: 9 * HOUR })).toThrowError('ascend');
    expect(() => nyse.withChange({ ...hours, close: 12 * HOUR + 1 })).toThrowError('whole minutes');
  });

  it('lists a range with both ends, and refuses one the wrong way round', () => {
    const range = (from: string, to: string): string[] =>
      sessionsBetween(parseDate(from), parseDate(to)).map((session) => formatDate(session.date));
    expect(range('2013-10-04', '2013-10-08')).toEqual(['2013-10-04', '2013-10-07', '2013-10-08']);
    expect(range('2013-10-05', '2013-10-06')).toEqual([]);
    expect(range('2035-12-31', '2035-12-31')).toEqual(['2035-12-31']);
    expect(() => range('2013-10-08', '2013-10-04')).toThrowError(
      expect.objectContaining({ code: 'DATE_RANGE_INVALID' }),
    );
  });

  it.each<[string, () => unknown]>([
    ['a date before', () => sessionOf(FIRST_DATE - 1)],
    ['a date after', () => sessionOf(LAST_DATE + 1)],
    ['no date', () => sessionOf(NaN)],
    ['a fraction of a date', () => sessionOf(FIRST_DATE + 0.5)],
    ['a time before', () => phaseAt(at('1989-12-31', 23, 59))],
    ['a time after', () => phaseAt(at('2036-01-01', 0))],
    ['the session before the first', () => previousSession(parseDate('1990-01-02'))],
    ['the session after the last', () => nextSession(LAST_DATE)],
    ['a range into the unknown', () => sessionsBetween(LAST_DATE, LAST_DATE + 1)],
    ['a change in the unknown', () => nyse.withChange({ date: LAST_DATE + 1, closed: true })],
  ])('refuses %s', (_name, ask) => {
    expect(ask).toThrowError(expect.objectContaining({ code: 'CALENDAR_RANGE' }));
  });
});

describe('daylight saving and host zones (F54)', () => {
  it('opens at 09:30 New York and has 390 minutes on every normal day of 2000 to 2035', () => {
    const formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    const irregular = new Set<TradingDate>(IRREGULAR_SESSIONS.map((session) => session.date));
    let checked = 0;
    for (const session of sessionsBetween(parseDate('2000-01-01'), LAST_DATE)) {
      if (irregular.has(session.date) || session.isEarlyClose) continue;
      checked++;
      const open = formatter.format(new Date(session.open / 1000));
      if (open !== `${formatDate(session.date)}, 09:30`) expect.fail(`${formatDate(session.date)} opens at ${open}`);
      const start = barStart(session.close - 1, '1d');
      const end = barEnd(session.open, '1d');
      if (start !== session.open || end !== start + 390 * MINUTE) expect.fail(formatDate(session.date));
    }
    expect(checked).toBeGreaterThan(8900);
  });

  it('is the same on hosts in other zones', async () => {
    const program = `
      import { createHash } from 'node:crypto';
      const { nyse } = await import(${JSON.stringify(new URL('./sessions.ts', import.meta.url).href)});
      const hash = createHash('sha256').update(new Uint8Array(nyse.boundaries.buffer)).digest('hex');
      console.log(new Date(2013, 9, 7).getTime() + ' ' + hash);`;
    const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham'];
    const answers = await Promise.all(
      zones.map(async (zone) => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
          env: { ...process.env, TZ: zone },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
        await once(child, 'close');
        return output.trim().split(' ');
      }),
    );
    expect(new Set(answers.map(([hostMidnight]) => hostMidnight)).size).toBe(4);
    expect(new Set(answers.map(([, hash]) => hash)).size).toBe(1);
    expect(answers[0]?.[1]).toMatch(/^[0-9a-f]{64}$/);
  });
});
