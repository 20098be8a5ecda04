import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextBytes } from './TextBytes.js';

it('writes what strings would say', () => {
  const part = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    fc.integer({ min: -20, max: 20 }),
    fc.constantFrom(-0, 999_999_999, 1_000_000_000, 1_000_000_001, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    fc.double(),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
    fc.constant('x'.repeat(40_000)),
  );
  const bytes = new TextBytes();
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      bytes.clear();
      for (const one of parts) {
        if (typeof one === 'number') bytes.number(one);
        else bytes.text(one);
      }
      expect(new TextDecoder('ascii').decode(bytes.bytes)).toBe(parts.map(String).join(''));
    }),
    { numRuns: 500 },
  );
});
