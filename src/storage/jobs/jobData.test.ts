/** Job data as text: what is read is what was written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJobData, encodeJobData } from './jobData.js';

const leaf = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.float64Array({ maxLength: 5 }),
  fc.int32Array({ maxLength: 5 }),
);
const data = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, leaf, tie('list'), tie('fields')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  fields: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('any'), { maxKeys: 4, noNullPrototype: true }),
})).any;

describe('job data as text', () => {
  it('gives back what was written, bit for bit', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(decodeJobData(encodeJobData(value))).toStrictEqual(value);
      }),
    );
  });

  it('keeps what JSON does not know', () => {
    const value = [Number.NaN, Infinity, -Infinity, -0, Float64Array.of(0.1, Number.NaN), new Int32Array()];
    expect(decodeJobData(encodeJobData(value))).toStrictEqual(value);
  });

  it('keeps a view on a part of a longer array as that part', () => {
    const view = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(decodeJobData(encodeJobData({ view }))).toStrictEqual({ view: Float64Array.of(2, 3) });
  });

  it('refuses text that is not job data', () => {
    expect(() => decodeJobData('{')).toThrow(SyntaxError);
  });
});
