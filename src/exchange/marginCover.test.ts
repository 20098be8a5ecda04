/** What margin covers where the equity is less than positions need already, and of orders that only close. */
import { describe, expect, it } from 'vitest';
import { ExchangeRig } from './testing/ExchangeRig.js';

type Prices = readonly [open: number, high: number, low: number, close: number];

function flat(price: number): Prices {
  return [price, price, price, price];
}

describe('an account of which more margin is needed than its equity is', () => {
  /** 100,000 dollars in 19,900 shares at 10, at 9: an equity of 80,100, of which they need 89,550. */
  function fallen(feePlan = 'zero', participationBps = 0): ExchangeRig {
    const rig = new ExchangeRig({ preset: 'lean', feePlan, overrides: { participationBps } });
    rig.bar('09:31', flat(10), 10_000_000);
    rig.submit({ shares: 19_900 });
    rig.bar('09:32', flat(9), 10_000_000);
    return rig;
  }

  it.each([
    // Of 17,800 shares the margin is the equity.
    [19_900 + 17_800, []],
    [19_900 + 17_801, ['rejected BUYING_POWER']],
  ])('opens on the other side what all of its equity covers: a sale of %i shares', (shares, refusal) => {
    const rig = fallen();
    const id = rig.submit({ side: 'sell', shares });
    expect(rig.types(id).filter((type) => type.startsWith('rejected'))).toEqual(refusal);
  });

  it('goes on with a sale that began to close and still only closes, whatever the account owes', () => {
    const rig = fallen('per-order-1usd', 1000);
    rig.bar('09:33', flat(4), 10_000_000);
    const id = rig.submit({ side: 'sell', shares: 19_900, limit: 4 });
    for (const clock of ['09:34', '09:35']) rig.bar(clock, [4, 4.5, 4, 4], 190_000);
    expect(rig.types(id).at(-1)).toBe('filled');
    expect(rig.fillList).toEqual(['19900 @ 10', '19000 @ 4', '900 @ 4']);
  });
});

it('lets a sale for an amount pass, which sells no more than is held', () => {
  const rig = new ExchangeRig({ preset: 'lean', cash: 100, feePlan: 'per-order-1usd' });
  rig.bar('09:31', flat(10));
  rig.submit({ shares: 19 });
  const id = rig.submit({ side: 'sell', notional: 500_000_000 });
  expect(rig.types(id)).toContain('filled');
  expect(rig.fillList).toEqual(['19 @ 10', '19 @ 10']);
});
