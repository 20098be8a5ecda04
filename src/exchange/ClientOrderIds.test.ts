import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientOrderIds } from './ClientOrderIds.js';

/** Ids that count up, jump, repeat, and look like counting without being it. */
const anyId = fc.oneof(
  fc
    .tuple(fc.constantFrom('s-a-', 's-b-', 's-', 's-a-1-', ''), fc.integer({ min: 0, max: 12 }))
    .map(([prefix, number]) => `${prefix}${number}`),
  fc.constantFrom('s-a-01', 's-a-1x', 's-a-1-tp', 's-a-2-tp', 's-a-', 's-a--1', '-1', '1', 's-a-9007199254740993'),
);

describe('ClientOrderIds', () => {
  it('answers as a set of texts does', () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 60 }), (given) => {
        const ids = new ClientOrderIds();
        const naive = new Set<string>();
        for (const id of given) {
          expect(ids.use(id)).toBe(!naive.has(id));
          naive.add(id);
        }
        expect([...ids].toSorted()).toEqual([...naive].toSorted());
      }),
    );
  });

  it('answers alike whether it is given the text alone or its parts too', () => {
    const numbered = fc.tuple(fc.constantFrom('s-a-', 's-b-', 's-'), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(numbered, anyId), { maxLength: 60 }), (given) => {
        const ids = new ClientOrderIds();
        const naive = new ClientOrderIds();
        for (const one of given) {
          const [prefix, number] = typeof one === 'string' ? ['', 0] : one;
          const id = typeof one === 'string' ? one : `${prefix}${number}`;
          expect(number === 0 ? ids.use(id) : ids.useNumbered(prefix, number)).toBe(naive.use(id));
        }
        expect([...ids]).toEqual([...naive]);
      }),
    );
  });

  it('lists the same ids in the same order after it was filled from its list', () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 60 }), (given) => {
        const ids = new ClientOrderIds();
        for (const id of given) ids.use(id);
        const restored = new ClientOrderIds();
        for (const id of ids) restored.use(id);
        expect([...restored]).toEqual([...ids]);
      }),
    );
  });

  it('keeps more than 64 series', () => {
    const ids = new ClientOrderIds();
    const all = Array.from({ length: 100 }, (_, index) => `s${index}-1`);
    expect(all.map((id) => ids.use(id))).not.toContain(false);
    expect(all.map((id) => ids.use(id))).not.toContain(true);
  });
});
