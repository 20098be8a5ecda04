import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { newYorkText } from '../../calendar/newYorkText.js';
import { nyse } from '../../calendar/sessions.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import { MessageBudget } from './MessageBudget.js';
import { StallWatch } from './StallWatch.js';

const at = (text: string): number => {
  const [date = '', clock = ''] = text.split(' ');
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return fromNewYork(parseDate(date), hours * HOUR + minutes * MINUTE + seconds * SECOND);
};

describe('the watch over silence', () => {
  const cases: readonly [string, string, string | undefined, string, string][] = [
    // name, expected since, last price, now, due
    ['within the session', '2026-11-23 09:00:00', '2026-11-23 11:00:00', '2026-11-23 11:00:10', '2026-11-23 11:01:30'],
    ['before the open', '2026-11-23 08:00:00', undefined, '2026-11-23 08:00:00', '2026-11-23 09:31:30'],
    ['subscribed at noon', '2026-11-23 12:00:00', undefined, '2026-11-23 12:00:00', '2026-11-23 12:01:30'],
    ['silent already', '2026-11-23 12:00:00', undefined, '2026-11-23 15:00:00', '2026-11-23 12:01:30'],
    ['premarket prices', '2026-11-23 08:00:00', '2026-11-23 09:00:00', '2026-11-23 09:00:00', '2026-11-23 09:31:30'],
    ['near the close', '2026-11-23 09:00:00', '2026-11-23 15:59:00', '2026-11-23 15:59:00', '2026-11-24 09:31:30'],
    ['after the close', '2026-11-23 09:00:00', '2026-11-23 16:00:00', '2026-11-23 17:00:00', '2026-11-24 09:31:30'],
    ['a weekend', '2026-11-20 09:00:00', '2026-11-20 16:00:00', '2026-11-21 12:00:00', '2026-11-23 09:31:30'],
    ['Thanksgiving', '2026-11-26 09:00:00', undefined, '2026-11-26 12:00:00', '2026-11-27 09:31:30'],
    ['an early close', '2026-11-27 09:00:00', '2026-11-27 12:59:30', '2026-11-27 12:59:30', '2026-11-30 09:31:30'],
    [
      'daylight saving ends',
      '2026-10-30 15:00:00',
      '2026-10-30 16:00:00',
      '2026-10-30 18:00:00',
      '2026-11-02 09:31:30',
    ],
    ['daylight saving begins', '2026-03-06 15:00:00', undefined, '2026-03-07 10:00:00', '2026-03-09 09:31:30'],
  ];
  it.each(cases)('F44: %s', (_, since, price, now, due) => {
    const watch = new StallWatch(nyse, 90 * SECOND);
    watch.expectFrom(at(since));
    if (price !== undefined) watch.note(at(price));
    expect(newYorkText(watch.dueAt(at(now)))).toBe(due);
  });

  it('F44: waits longer each time, until prices come densely', () => {
    const start = at('2026-11-23 10:00:00');
    const watch = new StallWatch(nyse, 90 * SECOND);
    watch.expectFrom(start);
    for (const times of [1, 2, 4, 8, 16, 16]) {
      expect(watch.limit).toBe(times * 90 * SECOND);
      watch.stalled();
    }
    // A price every minute is no dense feed; thirty within a minute and a half are.
    for (let i = 0; i < 60; i += 1) watch.note(start + i * MINUTE);
    expect(watch.limit).toBe(16 * 90 * SECOND);
    for (let i = 0; i < 40; i += 1) watch.note(start + HOUR + i * SECOND);
    expect(watch.limit).toBe(90 * SECOND);
  });
});

describe('the budget of messages', () => {
  it('lets no more go than the limit in any minute, and keeps some for heartbeats', () => {
    const budget = new MessageBudget(100);
    for (let i = 0; i < 94; i += 1) {
      expect(budget.waitMs(i * 10)).toBe(0);
      budget.spend(i * 10);
    }
    expect(budget.waitMs(1_000)).toBe(59_000);
    for (let i = 0; i < 6; i += 1) {
      expect(budget.waitMs(1_000, true)).toBe(0);
      budget.spend(1_000);
    }
    expect(budget.waitMs(1_000, true)).toBe(59_000);
    expect(budget.waitMs(60_000, true)).toBe(0);
    // Six more must have left the minute before something else may go.
    expect(budget.waitMs(60_000)).toBe(60);
    expect(budget.waitMs(60_060)).toBe(0);
  });
});
