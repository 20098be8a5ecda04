import { describe, expect, it } from 'vitest';
import { nextSession } from '../../calendar/sessions.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { createSimulatedDay } from './simulatedDay.js';
import { afterSplits, simulatedSplits } from './simSplits.js';
import { SIM_UNIVERSE } from './simUniverse.js';

const PRICES = SIM_UNIVERSE.map(({ price }) => price);

/** The first date from the start of 2026 on which some symbol splits. */
function firstSplit(seed: number, prices: readonly number[]) {
  let { date } = nextSession(parseDate('2026-01-01'));
  for (let days = 0; days < 250; days += 1) {
    const [split] = simulatedSplits(seed, date, prices);
    if (split !== undefined) return { date, split, days };
    ({ date } = nextSession(date));
  }
  throw new Error('no split in a year');
}

describe('splits of the simulated market', () => {
  it('come now and then, on dates that seed and prices decide', () => {
    const { date, split, days } = firstSplit(1, PRICES);
    expect(days).toBeLessThan(120);
    expect(split.newShares).toBeGreaterThan(1);
    expect(simulatedSplits(1, date, PRICES)).toEqual([split]);
    expect(simulatedSplits(1, nextSession(date).date, PRICES)).toEqual([]);
    expect(afterSplits(1, date, PRICES)[split.symbolId]).toBe((PRICES[split.symbolId] ?? 0) / split.newShares);
  });

  it('make the shares cheaper on the right day, before its first trade', () => {
    const { date, split } = firstSplit(1, PRICES);
    const before = PRICES[split.symbolId] ?? 0;
    const opening = createSimulatedDay({ seed: 1, date, openingPrices: PRICES }).prices()[split.symbolId] ?? 0;
    expect(Math.abs(opening / (before / split.newShares) - 1)).toBeLessThan(0.2);
    const dayAfter = nextSession(date).date;
    const next = createSimulatedDay({ seed: 1, date: dayAfter, openingPrices: PRICES }).prices()[split.symbolId] ?? 0;
    expect(Math.abs(next / before - 1)).toBeLessThan(0.2);
  });

  it('join shares that have become cheap', () => {
    const { split } = firstSplit(
      1,
      PRICES.map((price, symbolId) => (symbolId === 3 ? 1.2 : price)),
    );
    expect(split).toMatchObject({ symbolId: 3, newShares: 1, oldShares: 10 });
  });
});
