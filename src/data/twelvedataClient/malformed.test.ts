import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouterRig } from '../../../test/support/routerRig.js';
import { soakCount } from '../../../test/soak.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);
/** What a decoder might make of a number that is none, or of one that cannot be a price, a size or a time. */
const NO_NUMBERS = [Number.NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53, 1e40, -1e40];
const NO_PRICES = [...NO_NUMBERS, 0, -0, usd(90_000_001)];

/** Counters of refusals that are not 0. */
function refusals(rig: RouterRig): Record<string, number> {
  return Object.fromEntries(
    Object.entries(rig.market.counters()).filter(([name, value]) => name.startsWith('refused') && value > 0),
  );
}

describe('numbers that are none', () => {
  it('F49 F50 are refused and counted, and nothing changes', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    const { source } = rig;
    const time = rig.at(0);
    for (const price of NO_PRICES) source.print({ time, price, id: 1 });
    for (const size of NO_NUMBERS) source.print({ time, price: usd(100), size, id: 2 });
    for (const bad of NO_NUMBERS) source.print({ time: bad, price: usd(100), id: 3 });
    for (const bad of NO_NUMBERS) source.quote(0, time, bad, usd(101)).quote(0, time, usd(99), bad);
    for (const bad of NO_NUMBERS)
      source.quote(0, time, usd(99), usd(101), bad).quote(0, time, usd(99), usd(101), 1, bad);
    for (const bad of NO_NUMBERS) source.quote(0, bad, usd(99), usd(101));
    source.status(0, time, 12).status(0, time, 255).status(0, time, 8, usd(2), usd(1)).status(0, Number.NaN, 1);
    source.send();
    rig.goTo(1_000);
    expect(rig.rows).toEqual([]);
    const n = NO_NUMBERS.length;
    expect(refusals(rig)).toEqual({
      refusedPrice: NO_PRICES.length + 2 * n + 1,
      refusedSize: 3 * n,
      refusedTime: 2 * n + 1,
      refusedStatus: 2,
    });
    // What was refused is not known: the print itself, which comes next, is no duplicate.
    source.print({ time: rig.at(1_000), price: usd(100), id: 1 }).send();
    rig.goTo(61_500);
    expect(rig.rows).toEqual(['print 1000 0 100 100 @0']);
    expect(rig.minutes()).toEqual(['0 0 complete 100 100 100 100 100 one*']);
    expect(rig.count('duplicates')).toBe(0);
  });

  it('F49 F50 in bars are refused', () => {
    const rig = new RouterRig({ symbols: ['AAA'], bars: 'stream', window: 2_000_000 });
    const bar = { start: rig.at(0), open: usd(100), high: usd(101), low: usd(99), close: usd(100), volume: 10 };
    rig.goTo(60_500);
    for (const name of ['open', 'high', 'low', 'close'] as const) {
      for (const bad of NO_PRICES) rig.source.bar({ ...bar, [name]: bad });
    }
    for (const volume of NO_NUMBERS) rig.source.bar({ ...bar, volume });
    for (const start of [...NO_NUMBERS, rig.at(1)]) rig.source.bar({ ...bar, start });
    rig.source
      .bar({ ...bar, high: usd(98) })
      .bar({ ...bar, open: usd(102) })
      .bar({ ...bar, close: usd(98) });
    rig.source.bar(bar).send();
    rig.goTo(63_000);
    expect(rig.rows).toEqual(['bar 60000 0 100 10']);
    expect(refusals(rig)).toEqual({
      refusedPrice: NO_PRICES.length * 4,
      refusedSize: NO_NUMBERS.length,
      refusedTime: NO_NUMBERS.length + 1,
      refusedBar: 3,
    });
  });

  it('F50 an absent side of a quote is none: it may be 0, and −0 is 0', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    rig.source.quote(0, rig.at(0), -0, usd(101), -0).send();
    rig.goTo(1_000);
    expect(rig.rows).toEqual(['quote 0 0 0x101 @0']);
  });

  it('F49 corrections that are none change nothing', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 }).send();
    const base = { kind: 'correct', symbolId: 0, time: rig.at(0), printId: 1, price: usd(100), size: 100 } as const;
    for (const price of NO_PRICES) {
      rig.source.correct({ ...base, corrected: { printId: 2, price, size: 1, flags: 7 } });
    }
    rig.source.correct(base);
    rig.source.correct({ ...base, symbolId: 7, corrected: { printId: 2, price: usd(1), size: 1, flags: 7 } });
    rig.goTo(1_000);
    expect(rig.rows).toEqual(['print 0 0 100 100 @0']);
    expect(rig.of('correction')).toEqual([]);
  });

  it('F49 among good rows leave these as they are (property)', () => {
    const number = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 95, max: 105 }).map(usd) },
      fc.double(),
      fc.constantFrom(...NO_PRICES),
    );
    const row = fc.record({
      price: number,
      size: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.double()),
      gap: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const rig = new RouterRig({ symbols: ['AAA'] });
        let ms = 0;
        const good: string[] = [];
        rows.forEach(({ price, size, gap }, index) => {
          ms += gap;
          rig.source.print({ time: rig.at(ms), price, size, id: index + 1 });
          const isGood = Number.isSafeInteger(price) && price > 0 && Number.isSafeInteger(size) && size >= 0;
          if (isGood && price >= usd(95) && price <= usd(105)) good.push(`print ${ms} 0 ${price / 1e6} ${size + 0} @0`);
        });
        rig.source.send();
        rig.goTo(ms + 400);
        expect(rig.rows).toEqual(good);
        const { prints = 0, heldPrints = 0 } = rig.market.counters();
        const refused = Object.values(refusals(rig)).reduce((sum, value) => sum + value, 0);
        expect(prints).toBe(good.length + refused + heldPrints);
      }),
      { numRuns: soakCount(60, 3_000) },
    );
  });
});
