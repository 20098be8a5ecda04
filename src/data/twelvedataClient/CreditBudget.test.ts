import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import '../../../test/propertySeed.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { CreditBudget } from './CreditBudget.js';
import type { CreditBudgetOptions, CreditPriority } from './CreditBudget.js';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Twenty seconds into a minute. */
const START_MS = Date.UTC(2026, 10, 23, 15, 0, 20);

function setUp(options: Partial<CreditBudgetOptions> = {}) {
  const clock = new ManualClock(START_MS);
  const budget = new CreditBudget({ clock, random: () => 0, perMinute: 8, ...options });
  const log: string[] = [];
  const { signal } = new AbortController();
  const take = (name: string, cost = 1, priority: CreditPriority = 'live', wait = true, by = signal): void =>
    void budget.take(cost, priority, wait, by).then(
      () => log.push(name),
      (error: { code: string; name: string }) => log.push(`${name} ${error.name === 'AbortError' ? '' : error.code}`),
    );
  return { clock, budget, log, take };
}

describe('the budget of credits', () => {
  it('goes by the minute of the wall clock, not by the last sixty seconds', async () => {
    const { clock, budget, log, take } = setUp();
    for (let i = 1; i <= 9; i += 1) take(`${i}`);
    await settle();
    expect(log).toHaveLength(8);
    expect(budget.left()).toEqual({ minute: 0, minuteLimit: 8, day: undefined });
    clock.advance(40_000);
    await settle();
    // The minute has begun; half a second more, for clocks that differ.
    expect(log).toHaveLength(8);
    clock.advance(500);
    await settle();
    expect(log.at(-1)).toBe('9');
    expect(budget.left().minute).toBe(7);
    expect(clock.pending).toBe(0);
  });

  it('lets a live need go before backfills that waited longer, and keeps a part for it', async () => {
    const { clock, log, take } = setUp();
    for (let i = 1; i <= 9; i += 1) take(`backfill ${i}`, 1, 'backfill');
    await settle();
    // One of eight is left to live needs.
    expect(log).toHaveLength(7);
    take('live 1');
    take('live 2');
    await settle();
    expect(log.at(-1)).toBe('live 1');
    clock.advance(41_000);
    await settle();
    expect(log.slice(8)).toEqual(['live 2', 'backfill 8', 'backfill 9']);
  });

  it('does not let a small request pass a large one of its kind', async () => {
    const { clock, log, take } = setUp();
    take('a', 5);
    take('large', 6);
    take('small', 1);
    await settle();
    expect(log).toEqual(['a']);
    clock.advance(41_000);
    await settle();
    expect(log).toEqual(['a', 'large', 'small']);
  });

  it('refuses instead of waiting when asked to', async () => {
    const { log, take } = setUp();
    take('a', 8);
    take('b', 1, 'live', false);
    take('c', 9);
    await settle();
    expect(log).toEqual(['a', 'b SOURCE_CREDITS_USED_UP', 'c SOURCE_PLAN_REFUSED']);
  });

  it('counts the day in UTC and does not wait for the next', async () => {
    const { clock, budget, log, take } = setUp({ perDay: 10 });
    take('a', 8);
    clock.advance(60_000);
    take('b', 2);
    take('c', 1);
    await settle();
    expect(log).toEqual(['a', 'b', 'c SOURCE_CREDITS_USED_UP']);
    expect(budget.left().day).toBe(0);
    clock.advance(9 * 3_600_000);
    expect(budget.left().day).toBe(10);
  });

  it('takes the lower of its own count and the headers, and the limit that they tell', async () => {
    const { clock, budget, log, take } = setUp();
    take('a', 2);
    await settle();
    const { minute } = budget;
    budget.correct(5, 3, minute);
    expect(budget.left()).toMatchObject({ minute: 3, minuteLimit: 8 });
    budget.correct(1, 7, minute);
    expect(budget.left().minute).toBe(3);
    budget.correct(10, 45, minute);
    expect(budget.left()).toMatchObject({ minute: 45, minuteLimit: 55 });
    for (const [used, left] of [
      [NaN, 3],
      [-1, 3],
      [0, 0],
      [1.5, 2],
    ] as const)
      budget.correct(used, left, minute);
    expect(budget.left().minuteLimit).toBe(55);
    clock.advance(60_000);
    // An answer that took its time tells of the minute before.
    budget.correct(55, 0, minute);
    expect(budget.left().minute).toBe(55);
    expect(log).toEqual(['a']);
  });

  it('obeys the service: the minute, the day', async () => {
    const { clock, budget, log, take } = setUp();
    budget.minuteIsUsedUp();
    take('a');
    await settle();
    expect(log).toEqual([]);
    clock.advance(41_000);
    await settle();
    expect(log).toEqual(['a']);
    budget.minuteIsUsedUp();
    take('b');
    budget.dayIsUsedUp();
    take('c');
    await settle();
    expect(log.toSorted()).toEqual(['a', 'b SOURCE_CREDITS_USED_UP', 'c SOURCE_CREDITS_USED_UP']);
    budget.correctDay(799, 800);
    expect(budget.left().day).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('has room for so many: the oldest backfill goes first', async () => {
    const { log, take, budget } = setUp({ capacity: 2 });
    take('now', 8);
    take('old', 1, 'backfill');
    take('live 1');
    take('live 2');
    take('live 3');
    await settle();
    expect(log).toEqual(['now', 'old SOURCE_CREDITS_USED_UP', 'live 1 SOURCE_CREDITS_USED_UP']);
    expect(budget.length).toBe(2);
    budget.close(new Error('ended'));
    expect(budget.length).toBe(0);
  });

  it('forgets whoever does not want it any more', async () => {
    const { clock, log, take, budget } = setUp();
    const abort = new AbortController();
    take('now', 8);
    take('a', 1, 'live', true, abort.signal);
    abort.abort();
    take('b', 1, 'live', true, abort.signal);
    await settle();
    expect(log.toSorted()).toEqual(['a ', 'b ', 'now']);
    expect([budget.length, clock.pending]).toEqual([0, 0]);
  });

  it('never spends more than the limit in a minute, and serves everybody in the end', async () => {
    const request = fc.record({
      cost: fc.integer({ min: 1, max: 8 }),
      priority: fc.constantFrom<CreditPriority>('live', 'backfill'),
      afterMs: fc.nat(20_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 40, size: 'max' }), async (requests) => {
        const { clock, budget } = setUp();
        const spent = new Map<number, number>();
        let served = 0;
        for (const { cost, priority, afterMs } of requests) {
          void budget.take(cost, priority, true, new AbortController().signal).then(() => {
            served += 1;
            spent.set(budget.minute, (spent.get(budget.minute) ?? 0) + cost);
          });
          await settle();
          clock.advance(afterMs);
          await settle();
        }
        for (let i = 0; i < 60 && budget.length > 0; i += 1) {
          clock.advance(60_000);
          await settle();
        }
        expect(served).toBe(requests.length);
        expect(Math.max(0, ...spent.values())).toBeLessThanOrEqual(8);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
