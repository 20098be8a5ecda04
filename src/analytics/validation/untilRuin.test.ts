/** Trials that lost everything: they count among all that were tried, with returns that have a meaning. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { untilRuin } from './untilRuin.js';

/** Returns of an equity curve that begins at 100. */
function returnsOf(equity: readonly number[]): Float64Array {
  return Float64Array.from(equity, (value, day) => value / (equity[day - 1] ?? 100) - 1);
}

describe('returns until ruin', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['are as they are above 0', [110, 99], [0.1, -0.1]],
    ['end with everything, and no gain out of debt', [110, -10, -30, 50], [0.1, -1, 0, 0]],
    ['of nothing, from which no return can be told', [50, 0, 0, 10], [-0.5, -1, 0, 0]],
  ])('%s', (_, equity, expected) => {
    const returns = untilRuin(returnsOf(equity));
    for (const [day, value] of expected.entries()) expect(returns[day]).toBeCloseTo(value, 12);
    expect(returns).toHaveLength(expected.length);
  });

  it('are finite and never below −1, and the same array of an account that was always worth something', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 40 }), (equity) => {
        const returns = returnsOf(equity);
        const held = untilRuin(returns);
        expect(held.every((value) => value >= -1 && Number.isFinite(value))).toBe(true);
        expect(held === returns).toBe(equity.every((value) => value > 0));
      }),
    );
  });
});
