import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../calendar/sessions.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { MINUTE } from '../../domain/timeframe.js';
import { required } from '../../utils/assert.js';
import { breakerHaltEnd, breakerLevel, circuitBreakerRuleOn } from './circuitBreakers.js';
import { ruleOn } from './RuleRow.js';
import { shortSaleRuleOn } from './ShortSaleRestriction.js';
import { SHORT_SALE_RULES } from './shortSaleRules.js';

describe('market-wide circuit breakers (R7)', () => {
  it.each([
    // S&P 500 closed at 2,972.37 on 2020-03-06: 7 % is 208.0659 points
    ['2020-03-09', 2972.37, 2764.31, 0], // 208.06
    ['2020-03-09', 2972.37, 2764.3, 1], // 208.07
    ['2020-03-09', 2972.37, 2585.96, 2], // 13 %: 386.4081
    ['2020-03-09', 2972.37, 2377.89, 3], // 20 %: 594.474
    ['2020-03-09', 2972.37, 3100, 0],
    // Dow Jones average, fourth quarter of 2001: points
    ['2001-11-01', 9000, 8100.01, 0],
    ['2001-11-01', 9000, 8100, 1],
    ['2001-11-01', 9000, 6300, 3],
    ['2008-10-15', 9310.99, 8210.99, 1],
    ['2010-05-06', 10_868.12, 9_000, undefined], // levels of the quarter are not known
    ['1995-05-01', 4000, 3000, undefined],
    ['2020-03-09', 0, 2700, undefined], // an unknown previous close decides nothing
  ])('on %s from %d to %d: level %s', (date, close, value, level) => {
    const scaled = (points: number): number => Math.round(points * 100);
    expect(breakerLevel(scaled(close), scaled(value), 100, parseDate(date))).toBe(level);
  });

  it.each([
    // date, level, minutes after midnight, minutes of halt (or until the close)
    ['2020-03-09', 1, 9 * 60 + 34, 15],
    ['2020-03-09', 2, 15 * 60 + 24, 15],
    ['2020-03-09', 1, 15 * 60 + 25, 0],
    ['2020-03-09', 3, 15 * 60 + 50, 10],
    ['2026-11-27', 1, 12 * 60 + 24, 15], // early close: the border is 12:25
    ['2026-11-27', 2, 12 * 60 + 25, 0],
    ['2001-11-01', 1, 13 * 60 + 59, 60],
    ['2001-11-01', 1, 14 * 60, 30],
    ['2001-11-01', 1, 14 * 60 + 30, 0],
    ['2001-11-01', 2, 12 * 60 + 59, 120],
    ['2001-11-01', 2, 13 * 60, 60],
    ['2001-11-01', 2, 14 * 60, 120], // the rest of the day
    ['2001-11-01', 3, 10 * 60, 360],
  ] as const)('%s level %d at minute %d stops trading for %d minutes', (date, level, minute, halt) => {
    const session = required(sessionOf(parseDate(date)), 'session');
    const time = session.open + (minute - 570) * MINUTE;
    expect(breakerHaltEnd(level, time, session)).toBe(time + halt * MINUTE);
  });

  it('knows no halt before its first row, and says which levels are missing', () => {
    const session = required(sessionOf(parseDate('1995-05-01')), 'session');
    expect(breakerHaltEnd(1, session.open, session)).toBeUndefined();
    expect(circuitBreakerRuleOn(parseDate('2010-05-06'))).toMatchObject({ verified: false, falls: [] });
  });
});

describe('price tests of short sales by date (R8)', () => {
  it.each([
    ['2007-07-05', 'uptick'],
    ['2007-07-06', 'none'],
    ['2011-02-25', 'none'],
    ['2011-02-28', 'rule201'],
  ])('%s: %s', (date, test) => {
    expect(shortSaleRuleOn(parseDate(date))?.test).toBe(test);
  });

  it('is unknown, not absent, before the calendar', () => {
    expect(ruleOn(SHORT_SALE_RULES, parseDate('1989-12-29'))).toBeUndefined();
  });
});
