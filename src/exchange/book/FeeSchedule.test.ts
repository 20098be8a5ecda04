import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeeScheduleData } from './FeeSchedule.js';
import { FeeSchedule } from './FeeSchedule.js';

const NONE = { perShare: 0, notionalPpm: 0 };
const MOST = 2 ** 53 - 1;

describe('a fee schedule', () => {
  it('is exact up to the largest notional: bigints say the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300_000 }),
        fc.nat(1_000_000),
        fc.double({ min: 0, max: 1 }),
        (ppm, a, b) => {
          const maxNotional = Math.floor(MOST / Math.max(1, ppm));
          const rates = { perShare: 0, notionalPpm: ppm };
          const fees = new FeeSchedule({ maker: rates, taker: rates }, 1_000_000, maxNotional);
          // Near a multiple of a million millionths, where a quotient could be rounded up to an integer.
          const near = ppm === 0 ? a : Math.floor((Math.floor(b * (MOST / 1e6)) * 1e6) / ppm);
          for (const notional of [near - 1, near, near + 1, Math.floor(b * maxNotional), maxNotional]) {
            if (notional < 0 || notional > maxNotional) continue;
            const exact = (BigInt(notional) * BigInt(ppm)) / 1_000_000n;
            expect(BigInt(fees.taker(0, notional))).toBe(exact);
            expect(fees.maker(0, notional)).toBe(fees.highest(0, notional));
          }
        },
      ),
    );
  });

  it('never asks more for the pieces than for the whole', () => {
    const fees = new FeeSchedule(
      { maker: { perShare: -10, notionalPpm: 7 }, taker: { perShare: 30, notionalPpm: 311 } },
      10_000,
      10 ** 12,
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 9999 }),
        (sizes, tick) => {
          const price = tick * 10_000;
          const whole = sizes.reduce((sum, size) => sum + size, 0);
          const pieces = sizes.reduce(
            (sum, size) => sum + Math.max(fees.maker(size, size * price), fees.taker(size, size * price)),
            0,
          );
          expect(pieces).toBeLessThanOrEqual(fees.highest(whole, whole * price));
        },
      ),
    );
  });

  const refused: readonly { name: string; data: FeeScheduleData; maxNotional: number }[] = [
    {
      name: 'a fee above the lowest price',
      data: { maker: NONE, taker: { perShare: 10_001, notionalPpm: 0 } },
      maxNotional: 1,
    },
    {
      name: 'a rebate above the fee',
      data: { maker: { perShare: -3, notionalPpm: 0 }, taker: { perShare: 2, notionalPpm: 0 } },
      maxNotional: 1,
    },
    {
      name: 'a part of a micro-dollar',
      data: { maker: NONE, taker: { perShare: 0.5, notionalPpm: 0 } },
      maxNotional: 1,
    },
    { name: 'a negative part', data: { maker: { perShare: 0, notionalPpm: -1 }, taker: NONE }, maxNotional: 1 },
    {
      name: 'a notional whose fee is not exact',
      data: { maker: NONE, taker: { perShare: 0, notionalPpm: 10 } },
      maxNotional: 10 ** 15,
    },
  ];
  for (const { name, data, maxNotional } of refused) {
    it(`refuses ${name}`, () =>
      expect(() => new FeeSchedule(data, 10_000, maxNotional)).toThrow(/fee|rebate|notional/));
  }
});
