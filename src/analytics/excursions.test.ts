import { describe, expect, it } from 'vitest';
import { DOLLAR, SHARE } from '../domain/units.js';
import { excursionFigures, excursionOf } from './excursions.js';
import type { TradeExcursion } from './excursions.js';
import type { TradeRecord } from './TradeRecord.js';

/** 10 shares entered at 100 dollars, with dollars of excursion. */
function recordOf(state: 'open' | 'closed', outcome: number, adverse: number, favourable: number): TradeRecord {
  const record: Partial<TradeRecord> = {
    state,
    quantity: 10 * SHARE,
    entryPrice: 100 * 10_000,
    returnFraction: state === 'open' ? { unsupported: 'the trade is open' } : { value: outcome },
    excursion: { maxAdverse: { value: adverse }, maxFavourable: { value: favourable } },
    pnl: Math.round(outcome * 1_000 * DOLLAR),
  };
  // The rest of a record plays no part.
  return record as TradeRecord;
}

const winner = (adverse: number, favourable: number, outcome: number): TradeExcursion => ({
  adverse,
  favourable,
  outcome,
});

describe('excursions', () => {
  it('are fractions of what was entered, of closed trades', () => {
    const records = [recordOf('closed', 0.02, -5, 30), recordOf('open', 0, -1, 1), recordOf('closed', -0.01, -10, 0)];
    expect(records.map((record) => excursionOf(record, 10_000))).toEqual([
      { outcome: 0.02, adverse: -0.005, favourable: 0.03 },
      undefined,
      { outcome: -0.01, adverse: -0.01, favourable: 0 },
    ]);
  });

  it('tell how much a winner needs, how many losers went beyond, and what was kept', () => {
    const winners = Array.from({ length: 11 }, (_, n) => winner(-n / 1000, 0.04, 0.02));
    const losers = [-0.004, -0.0095, -0.02].map((adverse) => winner(adverse, 0.01, adverse));
    const figures = excursionFigures([...winners, ...losers, winner(-0.5, 0.5, 0)]);
    // The winners' excursions are 0, -0.001 to -0.010: one in ten is below -0.009.
    expect(figures.winnersLimit).toBeCloseTo(-0.009, 12);
    expect(figures.isLimitOfMost).toBe(true);
    expect(figures.losersBeyond).toBe(2);
    expect(figures.kept).toBeCloseTo(0.5, 12);
    expect(figures.winners).toEqual({ trades: 11, medianAdverse: -0.005, medianFavourable: 0.04 });
    expect(figures.losers).toEqual({ trades: 3, medianAdverse: -0.0095, medianFavourable: 0.01 });
  });

  it('take the deepest of few winners, and know nothing without one', () => {
    const few = excursionFigures([winner(-0.01, 0.02, 0.02), winner(-0.03, 0.02, 0.01), winner(-0.02, 0, -0.02)]);
    expect([few.winnersLimit, few.isLimitOfMost, few.losersBeyond]).toEqual([-0.03, false, 0]);
    const none = excursionFigures([winner(-0.02, 0, -0.02)]);
    expect([none.winnersLimit, none.losersBeyond, none.kept]).toEqual([NaN, 0, NaN]);
  });
});
