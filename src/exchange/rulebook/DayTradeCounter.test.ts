import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextSession } from '../../calendar/sessions.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { soakCount } from '../../../test/soak.js';
import { DayTradeCounter } from './DayTradeCounter.js';

const START = parseDate('2026-05-04');

/** Plays fills of one symbol on one day, each an order of its own; gives the day trades. */
function dayOf(fills: readonly number[], overnight = 0): number {
  const counter = new DayTradeCounter();
  counter.hold(1, overnight);
  counter.startDay(START);
  fills.forEach((fill, index) => counter.onFill(1, `order ${index}`, fill));
  return counter.dayTrades;
}

describe('day trades (R18)', () => {
  it.each([
    ['buy and sell', [100, -100], 0, 1],
    ['sell short and cover', [-100, 100], 0, 1],
    ['buy, sell in parts', [100, -40, -60], 0, 1],
    ['buy in parts, sell', [40, 60, -100], 0, 1],
    ['buy, sell, buy, sell', [100, -100, 100, -100], 0, 2],
    ['buy, sell a part, buy, sell the rest', [100, -50, 20, -70], 0, 2],
    ['buy only', [100, 100], 0, 0],
    ['sell what was held overnight', [-100], 100, 0],
    ['sell the overnight position, buy it back', [-100, 100], 100, 0],
    ['sell the overnight position, buy it back, sell again', [-100, 100, -100], 100, 1],
    ['add to an overnight position, sell', [50, -50], 100, 1],
    ['add to an overnight position, sell all', [50, -150], 100, 1],
    ['cover an overnight short', [100], -100, 0],
    ['through flat: the rest opens the other side', [100, -150, 50], 0, 2],
  ] as const)('%s: %j from %d makes %d', (_, fills, overnight, expected) => {
    expect(dayOf(fills, overnight)).toBe(expected);
  });

  it('counts per symbol, and partial fills of an order as one trade', () => {
    const counter = new DayTradeCounter();
    counter.startDay(START);
    counter.onFill(1, 'a', 50);
    counter.onFill(1, 'a', 50);
    counter.onFill(2, 'b', -100);
    expect([counter.dayTrades, counter.trades]).toEqual([0, 2]);
    expect(counter.isDayTrade(1, -1)).toBe(true);
    expect(counter.isDayTrade(2, -1)).toBe(false);
    expect(counter.onFill(1, 'c', -100)).toBe(true);
    expect([counter.dayTrades, counter.trades]).toEqual([1, 3]);
  });

  it('rolls over five business days, and what was opened yesterday is held overnight', () => {
    const counter = new DayTradeCounter();
    let date = START;
    const seen: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      counter.startDay(date);
      if (i < 2) {
        counter.onFill(1, `buy ${i}`, 200);
        counter.onFill(1, `sell ${i}`, -100);
      }
      seen.push(counter.dayTrades);
      date = nextSession(date).date;
    }
    expect(seen).toEqual([1, 2, 2, 2, 2, 1, 0]);
    counter.startDay(date);
    expect(counter.isDayTrade(1, -200)).toBe(false);
  });

  it('goes on the same after state and restore', () => {
    const one = new DayTradeCounter();
    one.startDay(START);
    one.onFill(1, 'a', 100);
    one.onFill(1, 'b', -50);
    const other = new DayTradeCounter();
    other.restore(one.state());
    for (const counter of [one, other]) {
      counter.onFill(1, 'b', -25); // of the order that was counted
      counter.onFill(1, 'c', 25);
      counter.onFill(1, 'd', -50);
    }
    expect(other.state()).toEqual(one.state());
    expect([other.dayTrades, other.trades]).toEqual([2, 4]);
  });

  it('never counts more than the closing runs of a day, and none without an opening', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }).filter((fill) => fill !== 0)), (fills) => {
        const turns = fills.filter((fill, i) => i > 0 && fill > 0 !== (fills[i - 1] ?? 0) > 0).length;
        expect(dayOf(fills)).toBeLessThanOrEqual(turns);
        expect(dayOf(fills.map((fill) => -fill))).toBe(dayOf(fills)); // short is the mirror image
      }),
      { numRuns: soakCount(200, 20_000) },
    );
  });
});
