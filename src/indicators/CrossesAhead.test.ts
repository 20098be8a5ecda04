import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CrossesAhead, DEEP } from './CrossesAhead.js';

it('finds every value that is not on the side of the one before', () => {
  const crosses = new CrossesAhead();
  const level = fc.integer({ min: -2, max: 2 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(level, level), { minLength: 2, maxLength: DEEP - 1 }),
      fc.nat({ max: 3 * DEEP }),
      fc.integer({ min: -20, max: 20 }),
      fc.nat({ max: 20 }),
      (pairs, begin, shift, step) => {
        const values = new Float64Array(DEEP).fill(NaN);
        const others = new Float64Array(DEEP).fill(NaN);
        const first = begin + DEEP;
        for (const [index, [own, other]] of pairs.entries()) {
          values[(first + index) % DEEP] = own;
          others[(first + shift + index) % DEEP] = other;
        }
        const end = first + pairs.length;
        crosses.find(values, others, shift, first + 1, end);
        const gaps = pairs.map(([own, other]) => own - other);
        const expected = gaps.flatMap((gap, index) =>
          index > 0 && !(gap * (gaps[index - 1] ?? 0) > 0) ? [first + index] : [],
        );
        expect(Array.from(crosses.numbers.subarray(0, crosses.count))).toEqual(expected);
        for (let number = first; number <= end; number += 1 + step) {
          expect(crosses.from(number)).toBe(expected.find((one) => one >= number) ?? end);
        }
      },
    ),
  );
});
