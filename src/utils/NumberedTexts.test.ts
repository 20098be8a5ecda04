/** Numbered texts are what plain concatenation makes, in whatever order they are asked for. */
import { describe, expect, it } from 'vitest';
import { NumberedTexts } from './NumberedTexts.js';

describe('NumberedTexts', () => {
  it('writes every number as it would be written by itself', () => {
    const texts = new NumberedTexts('o-');
    const numbers = [0, 1, 9, 10, 999, 1000, 1001, 1099, 1999, 2000, 999_999, 1_000_000, 12_345_678, 42, 1001];
    for (const number of numbers) expect(texts.of(number)).toBe(`o-${number}`);
  });

  it('keeps what each of two prefixes counts apart', () => {
    const orders = new NumberedTexts('o-');
    const fills = new NumberedTexts('f-');
    for (let number = 990; number < 3010; number += 1) {
      expect(orders.of(number)).toBe(`o-${number}`);
      expect(fills.of(number * 7)).toBe(`f-${number * 7}`);
    }
  });
});
