import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { MarginGuard } from './MarginGuard.js';
import type { MarginParts } from './MarginGuard.js';

const SHARES = 1000;

/** A guard of an account that holds so many shares beside `rest`, and a way to let it see a price at a time. */
function guarded(shares: number, rest: number, overnightLeverage: number | undefined, isRegular: boolean) {
  const clock = { now: 0, phase: isRegular ? 'regular' : 'premarket' };
  const tracker = { equity: 0, grossExposure: 0, equityBesideSole: rest };
  const parts = {
    clock,
    tracker,
    sessions: { nextBoundary: 500 * MINUTE },
    policy: { leverage: 4, overnightLeverage },
  };
  const guard = new MarginGuard(parts as unknown as MarginParts);
  const isDueAt = (time: number, price: number): boolean => {
    clock.now = time;
    tracker.grossExposure = Math.abs(price * shares);
    tracker.equity = price * shares + rest;
    return guard.isDue();
  };
  return { guard, isDueAt };
}

it.each([1, -1])('finds the same rows in a stretch of bars as one by one: side %i', (side) => {
  const steps = fc.array(fc.tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: 1, max: 9 })), {
    minLength: 100,
    maxLength: 1200,
    size: 'max',
  });
  // Of 10 dollars a share at a leverage of 4: about what calls are made at, and what was paid for in full.
  const rests = fc.oneof(fc.integer({ min: 60, max: 100 }), fc.integer({ min: -20, max: 20 }));
  const stops = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 });
  const night = fc.constantFrom(undefined, 2);
  let found = 0;
  fc.assert(
    fc.property(steps, rests, stops, night, fc.boolean(), (moves, part, lengths, overnight, isWide) => {
      const table = createBarTable('1m', moves.length);
      let price = 10 * DOLLAR;
      let time = 0;
      for (const [row, [step, gap]] of moves.entries()) {
        price = Math.max(DOLLAR, price + step * (isWide ? 100 : 10));
        // Mostly minutes, sometimes shorter or much longer.
        time += gap === 9 ? 7 * MINUTE : gap === 8 ? MINUTE / 4 : MINUTE;
        table.close[row] = price;
        table.time[row] = time;
      }
      table.length = moves.length;
      // The position is worth 10,000 dollars at first; the larger the part, the more is lent, or the more is left.
      const worth = 10 * DOLLAR * SHARES;
      const rest = side === 1 ? -worth * 0.78 * (part / 100) : worth * (1.2 + part / 1000);
      const alone = guarded(side * SHARES, Math.round(rest), overnight, true);
      const many = guarded(side * SHARES, Math.round(rest), overnight, true);
      const single: number[] = [];
      for (let row = 0; row < table.length; row += 1) {
        if (alone.isDueAt(table.time[row] ?? 0, table.close[row] ?? 0)) single.push(row);
      }
      const stretches: number[] = [];
      let next = 0;
      for (let turn = 0; next < table.length; turn += 1) {
        const to = Math.min(table.length, next + (lengths[turn % lengths.length] ?? 1));
        const until = many.guard.before(table, next, to, side * SHARES);
        if (until > next) {
          // Hooks may end a stretch before that.
          const taken = Math.min(until, next + (lengths[(turn * 7) % lengths.length] ?? 1));
          many.guard.pass(table, next, taken);
          next = taken;
        } else {
          if (many.isDueAt(table.time[next] ?? 0, table.close[next] ?? 0)) stretches.push(next);
          next += 1;
        }
      }
      expect(stretches).toEqual(single);
      found += single.length > 0 && single.length < table.length ? 1 : 0;
    }),
    { numRuns: 300, seed: 3 },
  );
  // Else nothing was compared.
  expect(found).toBeGreaterThan(20);
});

it('has nothing to do outside regular hours, and without a position', () => {
  const table = createBarTable('1m', 2);
  table.length = 2;
  table.close.fill(10 * DOLLAR);
  const { guard } = guarded(SHARES, -9.9 * DOLLAR * SHARES, undefined, false);
  expect(guard.before(table, 0, 2, SHARES)).toBe(2);
  const regular = guarded(SHARES, -9.9 * DOLLAR * SHARES, undefined, true);
  expect(regular.guard.before(table, 0, 2, SHARES)).toBe(0);
  expect(regular.guard.before(table, 0, 2, 0)).toBe(2);
});
