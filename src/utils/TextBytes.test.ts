import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextBytes, textPiece } from './TextBytes.js';

const COMMA = 44;

it('writes what strings would say', () => {
  const part = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    fc.integer({ min: -20, max: 20 }),
    fc.constantFrom(-0, 9999, 10_000, 99_999_999, 100_000_000, 10_000_000_000_000, 2 ** 31, -(2 ** 31), 2 ** 32),
    fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, NaN, Infinity, 1e300, 0.5, -1.25),
    fc.integer({ min: 0, max: 15 }).map((power) => 10 ** power),
    fc.double(),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
    fc.constantFrom('x'.repeat(40_000), 'x'.repeat(65_531)),
  );
  const bytes = new TextBytes();
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      bytes.clear();
      for (const one of parts) {
        if (typeof one === 'number') bytes.number(Float64Array.of(0, one), 1, COMMA);
        else if (one.length % 2 === 0) bytes.text(one);
        else bytes.piece(textPiece(one));
        if (typeof one !== 'number') bytes.character(COMMA);
      }
      expect(new TextDecoder('ascii').decode(bytes.bytes)).toBe(parts.map((one) => `${one},`).join(''));
    }),
    { numRuns: 1000 },
  );
});
