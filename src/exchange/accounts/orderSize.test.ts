/** Sizes and prices no sum could hold are refused at the door: the exact range of ±2^53 is never left behind it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHARE } from '../../domain/units.js';
import type { LegRequest } from '../../domain/venueDesk.js';
import { checkVenue } from '../invariants.js';
import { DeskRig } from '../testing/DeskRig.js';
import type { RigOrder } from '../testing/DeskRig.js';
import { usd } from '../testing/ExchangeRig.js';
import { soakCount } from '../../../test/soak.js';

/** Shares that are as many micro-shares as an integer can hold. */
const MOST_SHARES = 9_007_199_254;
const MOST_DOLLARS = 9_007_199_254;

/** An account whose buying power is not what refuses. */
function openRich(): DeskRig {
  const rig = new DeskRig();
  rig.advance('09:31');
  rig.open('rich', 1_000_000_000);
  rig.quote('09:32', 9.99, 10.0);
  return rig;
}

const exits = (profit: number, loss: number): readonly LegRequest[] => [
  { role: 'takeProfit', limitPrice: usd(profit) },
  { role: 'stopLoss', stopPrice: usd(loss) },
];

describe('the size of an order', () => {
  const cases: readonly (readonly [string, RigOrder])[] = [
    ['shares at the market', { shares: MOST_SHARES }],
    // 100,200,000 × 9.99 is ,000,998,000.
    ['dollars at the market', { shares: 100_200_000 }],
    ['shares of a sale', { shares: MOST_SHARES, side: 'sell' }],
    ['a notional', { notional: MOST_DOLLARS }],
    ['a limit', { shares: 1, limit: MOST_DOLLARS }],
    ['a limit times shares', { shares: 1_000_001, limit: 1_000 }],
    ['a stop', { shares: 1, stop: MOST_DOLLARS }],
    ['a trail', { shares: 1, type: 'trailing_stop', trail: { kind: 'price', amount: usd(MOST_DOLLARS) } }],
    ['a leg', { shares: 100, orderClass: 'bracket', legs: exits(MOST_DOLLARS, 5) }],
    ['a leg times shares', { shares: 1_000_001, orderClass: 'bracket', legs: exits(1_000, 5) }],
    ['shares of a symbol without a price', { symbolId: 1, shares: 100_001 }],
  ];
  it.each(cases)('is refused for %s', (_, order) => {
    const rig = openRich();
    const events = rig.events.length;
    expect(rig.submit('rich', order)).toBe('ORDER_TOO_LARGE');
    expect(rig.events.length).toBe(events);
  });

  it('may be a billion dollars', () => {
    const rig = openRich();
    expect(rig.submit('rich', { shares: 100_000_000 })).toBe('v-1');
    expect(rig.submit('rich', { symbolId: 1, shares: 100_000 })).toBe('v-2');
  });

  it('holds for replacements, injected fills and corrections', () => {
    const rig = openRich();
    const id = rig.submit('rich', { shares: 100, limit: 9.5 });
    rig.advance('09:33');
    for (const changes of [{ quantity: MOST_SHARES * SHARE }, { limitPrice: usd(MOST_DOLLARS) }]) {
      expect(rig.request('rich', { type: 'replace', orderId: id, changes })).toMatchObject({
        refusal: { reason: 'ORDER_TOO_LARGE' },
      });
    }
    const fill = { kind: 'fill', orderId: id, quantity: 100 * SHARE } as const;
    expect(rig.request('rich', { type: 'inject', injection: { ...fill, price: usd(MOST_DOLLARS) } })).toMatchObject({
      refusal: { reason: 'ORDER_TOO_LARGE' },
    });
    expect(rig.request('rich', { type: 'inject', injection: { ...fill, price: usd(9.5) } })).toEqual({ ok: true });
    const wrong = { kind: 'correct', fillId: 'f-1', quantity: 100 * SHARE, price: usd(MOST_DOLLARS) } as const;
    expect(rig.request('rich', { type: 'inject', injection: wrong })).toMatchObject({
      refusal: { reason: 'ORDER_TOO_LARGE' },
    });
  });

  it('holds for the cash of an account', () => {
    const rig = openRich();
    expect(rig.open('richer', 1_000_000_001)).toMatchObject({ refusal: { reason: 'TERMS_INVALID' } });
    expect(rig.request('rich', { type: 'resetAccount', startingCash: usd(MOST_DOLLARS) })).toMatchObject({
      refusal: { reason: 'TERMS_INVALID' },
    });
  });

  it('I-01: any order is answered, and the books stay exact', () => {
    const amount = fc.oneof(
      fc.constantFrom(0.000_001, 0.01, 1, 10, 99_999_999, 1_000_000_000, MOST_DOLLARS),
      fc.double({ min: 0.000_001, max: MOST_DOLLARS, noNaN: true }).map((value) => Math.round(value * 100) / 100),
    );
    const order = fc.record(
      {
        shares: amount,
        side: fc.constantFrom('buy', 'sell'),
        type: fc.constantFrom('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
        limit: amount,
        stop: amount,
        symbolId: fc.constantFrom(0, 1),
        trail: fc.oneof(
          amount.map((dollars) => ({ kind: 'price', amount: usd(dollars) }) as const),
          fc.integer({ min: -1, max: 2_000_000 }).map((ppm) => ({ kind: 'percent', ppm }) as const),
        ),
      },
      { requiredKeys: ['shares', 'side', 'type'] },
    );
    fc.assert(
      fc.property(fc.array(order, { maxLength: 8 }), fc.array(amount, { maxLength: 8 }), (orders, prices) => {
        const rig = openRich();
        orders.forEach((one, index) => {
          const id = rig.submit('rich', one);
          rig.advance(rig.now + 100_000);
          const price = prices[index];
          if (!id.startsWith('v-') || price === undefined) return;
          rig.request('rich', { type: 'replace', orderId: id, changes: { limitPrice: usd(price) } });
          rig.request('rich', { type: 'replace', orderId: id, changes: { quantity: Math.round(price * SHARE) } });
        });
        rig.quote('09:40', 9.99, 10.0);
        rig.advance('09:45');
        checkVenue(rig.venue);
        expect(Number.isSafeInteger(rig.state('rich').buyingPower)).toBe(true);
      }),
      { numRuns: soakCount(100, 20_000), seed: 11 },
    );
  });
});
