import { describe, expect, it } from 'vitest';
import { toNewYork } from '../../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import { auctionAcceptedFrom, auctionCutOff, auctionCutoffRuleOn, closingCutoff } from './auctionCutoffs.js';
import { sessionOf } from '../../calendar/sessions.js';

/** A time as `YYYY-MM-DD HH:MM:SS` New York. */
function newYork(time: number | undefined): string {
  if (time === undefined) return '-';
  const { date, microsOfDay } = toNewYork(time);
  const part = (unit: number, of: number): string => String(Math.floor(microsOfDay / unit) % of).padStart(2, '0');
  return `${formatDate(date)} ${part(HOUR, 24)}:${part(MINUTE, 60)}:${part(SECOND, 60)}`;
}

describe('auction cut-offs (R5)', () => {
  it.each([
    ['marketOnClose', 'nyse', '2013-10-07', '15:45:00'],
    ['limitOnClose', 'nyse', '2019-01-31', '15:45:00'],
    ['marketOnClose', 'nyse', '2019-02-01', '15:50:00'],
    ['marketOnClose', 'nyse', '2013-11-29', '12:45:00'], // early close: three hours earlier
    ['marketOnClose', 'nyse', '2026-11-27', '12:50:00'],
    ['marketOnOpen', 'nyse', '2026-11-27', '09:28:00'],
    ['marketOnClose', 'nasdaq', '2013-10-07', '15:50:00'],
    ['limitOnClose', 'nasdaq', '2018-01-03', '15:55:00'],
    ['marketOnClose', 'nasdaq', '2018-01-03', '15:50:00'],
    ['marketOnClose', 'nasdaq', '2018-10-19', '15:55:00'],
    ['limitOnClose', 'nasdaq', '2026-08-03', '15:58:00'],
    ['limitOnClose', 'nasdaq', '2026-11-27', '12:58:00'],
    ['marketOnOpen', 'nasdaq', '2026-08-03', '09:28:00'],
    ['limitOnOpen', 'nasdaq', '2026-08-03', '09:29:30'],
    ['marketOnClose', 'arca', '2026-08-03', '15:59:00'],
    ['limitOnOpen', 'arca', '2026-08-03', '09:29:00'],
    ['marketOnOpen', 'alpaca', '2026-08-03', '09:28:00'],
    ['limitOnClose', 'alpaca', '2026-08-03', '15:50:00'],
  ] as const)('%s at %s on %s: until %s', (kind, venue, date, expected) => {
    expect(newYork(auctionCutOff(kind, venue, parseDate(date)))).toBe(`${date} ${expected}`);
  });

  it('has none on a day without a session, and opens at 19:00 of the trading day before at Alpaca only', () => {
    expect(auctionCutOff('marketOnClose', 'nyse', parseDate('2026-11-26'))).toBeUndefined();
    expect(newYork(auctionAcceptedFrom('alpaca', parseDate('2026-08-03')))).toBe('2026-07-31 19:00:00');
    expect(auctionAcceptedFrom('nyse', parseDate('2026-08-03'))).toBeUndefined();
    expect(auctionAcceptedFrom('alpaca', parseDate('2026-08-02'))).toBeUndefined();
  });

  it('is the same for admission, and says that the day of the change is not verified', () => {
    const date = parseDate('2019-02-01');
    const close = sessionOf(date)?.close ?? 0;
    expect(closingCutoff(date, close)).toBe(auctionCutOff('marketOnClose', 'nyse', date));
    expect(auctionCutoffRuleOn('nyse', date)).toMatchObject({ verified: false });
  });
});
